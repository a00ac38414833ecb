//! Several teams, each in a server of its own, with one bot: made, moved through time, looked at.

use super::{
    calendar::{Calendar, Plan},
    people::{Action, occurrence},
    shown::{self, Shown},
    stage::Stage,
    team::{Hand, Member, Post, Team},
};
use crate::{dice::Dice, harness::INVITED};
use emulator::Response;
use helmsman::{
    app::schedules,
    domain::{
        id::{ChannelId, GuildId},
        schedule::Weekdays,
    },
    store::{schedule, team},
};
use jiff::{SignedDuration, Timestamp, civil::time, tz::TimeZone};
use std::collections::BTreeMap;

const ZONES: [&str; 6] =
    ["Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "America/Sao_Paulo", "UTC"];

pub struct Town {
    pub stage: Stage,
    pub teams: Vec<Team>,
    /// What is to happen: when, in which order, to whom.
    agenda: BTreeMap<(Timestamp, u64), (usize, usize, Action)>,
    planned: u64,
}

impl Town {
    pub async fn new(seed: u64, teams: usize) -> Self {
        let mut dice = Dice::new(seed);
        // Any day of a year, for clocks change on some; at an odd second, so that nothing is due when all is checked.
        let start: Timestamp = "2027-01-01T02:07:37Z".parse().unwrap();
        let start = start + SignedDuration::from_hours(24 * dice.below(330) as i64);
        let stage = Stage::start(start, seed).await;
        let mut town = Self { stage, teams: Vec::new(), agenda: BTreeMap::new(), planned: 0 };
        for n in 0..teams {
            let team = town.found(Dice::new(seed.wrapping_mul(1_000_003) + n as u64)).await;
            town.teams.push(team);
        }
        town.travel(start).await;
        town
    }

    /// Somebody asks the bot to a server and sets a team up.
    async fn found(&mut self, mut dice: Dice) -> Team {
        let guild = self.stage.discord.guild("Harbour");
        let admin = guild.person("ada");
        guild.set_owner(&admin);
        let channel = guild.text_channel("team");
        let member = |nth: usize, keen| Member {
            person: guild.person(&format!("p{nth}")),
            keen,
            away: Vec::new(),
            excuses: Vec::new(),
        };
        let people =
            (0..3 + dice.below(4)).map(|nth| member(nth, dice.pick(&[30, 70, 85, 95, 98]))).collect();
        guild.add_app(&self.stage.app, INVITED);
        self.stage.settled().await;
        let zone = dice.pick(&ZONES);
        let panel = admin.slash(&channel, "setup", &[("zone", zone)]).await;
        let started = admin.click(panel.message(), "Start").await;
        assert!(started.failed().is_none(), "{}", started.text());
        let (of, there) = (GuildId(guild.id().get()), ChannelId(channel.id().get()));
        let (id, schedule) = {
            let conn = &mut *self.stage.store().read().await.unwrap();
            let team = team::of_channel(conn, of, there).await.unwrap().expect("it was just set up");
            (team.id, schedule::of_team(conn, team.id).await.unwrap()[0].id)
        };
        let zone = TimeZone::get(zone).unwrap();
        let calendar = Calendar { zone, agreed: Vec::new(), off: Vec::new(), skipped: Vec::new() };
        let plan = Plan {
            at: time(7 + dice.below(12) as i8, dice.pick(&[0, 15, 30, 45]), 0, 0),
            weekdays: dice.pick(&[
                [true, true, true, true, true, false, false],
                [true, true, true, true, true, false, false],
                [true, false, true, false, true, false, false],
                [true, true, true, true, true, true, true],
            ]),
            window: SignedDuration::from_mins(dice.pick(&[60, 240, 1440, 1440, 1440, 1440, 2880, 4320])),
            thread: dice.chance(40),
        };
        let mut team = Team {
            dice,
            guild,
            channel,
            admin,
            people,
            id,
            schedule,
            calendar,
            posts: Vec::new(),
            seen: 0,
            alerts: 0,
            extras: 0,
            notes: 0,
        };
        self.agree(&mut team, plan).await;
        team
    }

    /// A manager changes the schedule.
    pub async fn agree(&self, team: &mut Team, plan: Plan) {
        let now = self.stage.now();
        let (id, schedule) = (team.id, team.schedule);
        let wanted = plan.clone();
        let job = self.stage.store().write(move |conn| {
            Box::pin(async move {
                let team = team::get(conn, id).await?.expect("the team is there");
                let old = schedule::get(conn, schedule).await?.expect("the schedule is there");
                let mut new = old.plan.clone();
                let bits = wanted.weekdays.iter().enumerate().map(|(nth, on)| u8::from(*on) << nth).sum();
                new.rule.weekdays = Weekdays::from_bits(bits).expect("some day is left");
                new.rule.at = wanted.at;
                new.window_minutes = Some(wanted.window.as_mins());
                new.thread = wanted.thread;
                schedules::edit_in(conn, &team, &old, &new, now).await
            })
        });
        assert!(job.await.unwrap(), "nobody else changes it");
        team.calendar.agree(now, Some(plan));
        self.stage.settled().await;
    }

    /// Whether nothing was made to go wrong, so that every word can be taken literally.
    pub fn calm(&self, _team: usize) -> bool {
        true
    }

    pub fn plan(&mut self, at: Timestamp, team: usize, who: usize, action: Action) {
        self.planned += 1;
        self.agenda.insert((at, self.planned), (team, who, action));
    }

    /// Lets time pass, and whatever was planned happen, until an instant.
    pub async fn live_until(&mut self, end: Timestamp) {
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 < end) {
            let ((at, _), (team, who, action)) = entry.remove_entry();
            self.travel(at).await;
            self.act(team, who, action).await;
        }
        self.travel(end).await;
    }

    /// Moves the clock, stopping wherever something is due, and looks at the channels at every stop.
    pub async fn travel(&mut self, to: Timestamp) {
        self.stage.settled().await;
        while !self.stage.step(to).await {
            self.look();
        }
        self.look();
    }

    pub async fn settled(&mut self) {
        self.stage.settled().await;
        self.look();
    }

    /// Does something that the bot hears of.
    pub async fn send(&mut self, _t: usize, act: impl Future<Output = Response>) -> Option<Response> {
        Some(act.await)
    }

    /// Reads what is new in the channels.
    fn look(&mut self) {
        let own = self.stage.app.id;
        for team in &mut self.teams {
            let newest = team.admin.sees_last(&team.channel, 40);
            let seen = team.seen;
            for message in newest.into_iter().filter(|message| message.id.get() > seen) {
                team.seen = message.id.get();
                if message.author_id() != own || message.is_ephemeral() {
                    continue;
                }
                let Shown::Prompt(prompt) = shown::read(&message) else { continue };
                let opens = message.id.millis();
                let ids = message.buttons().into_iter().filter_map(|button| button.custom_id);
                let id = ids.filter_map(|id| occurrence(&id)).next();
                let id = id.unwrap_or_else(|| panic!("a prompt without buttons: {}", message.text()));
                team.posts.push(Post {
                    occurrence: id,
                    opens,
                    closes: prompt.closes,
                    day: team.calendar.local(Timestamp::from_millisecond(opens).unwrap()),
                    extra: prompt.extra,
                    hands: team.people.iter().map(|_| Hand::default()).collect(),
                    message,
                    tallied: false,
                    down: 0,
                    retracted: false,
                    deleted: None,
                });
            }
        }
    }
}
