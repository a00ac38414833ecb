//! Several teams, each in a server of its own, with one bot: made, moved through time, looked at.

use super::{
    calendar::{Calendar, Plan},
    people::{Action, occurrence},
    shown::{self, Shown},
    stage::Stage,
    team::{Hand, Member, Post, Team},
    weather::Rough,
};
use crate::{dice::Dice, harness::INVITED};
use emulator::{Channel, Done, EventFault, Fault, Person, RequestFault, Response};
use futures_util::FutureExt;
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

/// So often somebody waits in vain in one town.
pub const MOST_WAITS: u32 = 6;

const ZONES: [&str; 6] =
    ["Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "America/Sao_Paulo", "UTC"];

pub struct Town {
    pub stage: Stage,
    pub teams: Vec<Team>,
    pub dice: Dice,
    /// Nothing goes wrong.
    pub fair: bool,
    /// A black hole is noticed soon.
    pub hasty: bool,
    /// Sessions that were lost for good.
    pub losses: u32,
    /// What has taken seconds of the host's time, because somebody waited in vain.
    pub waits: u32,
    /// Somebody, and a channel, where no team lives.
    pub lighthouse: (Person, Channel),
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
        let (fair, hasty) = (seed.is_multiple_of(4), dice.chance(25));
        let stage = Stage::start(start, seed, hasty).await;
        let rock = stage.discord.guild("Rock");
        let lighthouse = (rock.person("keeper"), rock.text_channel("light"));
        rock.add_app(&stage.app, INVITED);
        let (none, agenda) = (Vec::new(), BTreeMap::new());
        let mut town = Self {
            stage,
            teams: none,
            dice,
            fair,
            hasty,
            losses: 0,
            waits: 0,
            lighthouse,
            agenda,
            planned: 0,
        };
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
            trouble: None,
            suspended: false,
            weather: Vec::new(),
            faults: Vec::new(),
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
    pub fn calm(&self, team: usize) -> bool {
        let now = self.stage.now();
        self.teams[team].rough(now - SignedDuration::from_mins(30), now).next().is_none()
    }

    /// Takes what was planned until an instant off the agenda.
    pub fn due_until(&mut self, until: Timestamp) -> Vec<(Timestamp, usize, usize, Action)> {
        let later = self.agenda.split_off(&(until, 0));
        let due = std::mem::replace(&mut self.agenda, later);
        due.into_iter().map(|((at, _), (team, who, action))| (at, team, who, action)).collect()
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

    /// Does something that the bot hears of, and whose outcome can be found out if the answer does not come through.
    pub async fn send(&mut self, t: usize, act: impl Future<Output = Response>) -> Option<Response> {
        if self.fair || !self.teams[t].dice.chance(3) {
            return self.tell(t, act).await;
        }
        self.callback_fault(t);
        let response = act.await;
        self.take_fault(t);
        Some(response)
    }

    /// Does something that the bot hears of.
    ///
    /// In rough weather the event may be told several times, late, or not at all; then there is no response.
    pub async fn tell(&mut self, t: usize, act: impl Future<Output = Response>) -> Option<Response> {
        let dice = &mut self.teams[t].dice;
        let fault = match dice.below(100) {
            _ if self.fair => return Some(act.await),
            0..=7 => EventFault::Duplicate { copies: 1 + dice.below(4) as u64, within: dice.below(3) as u64 },
            8..=10 => EventFault::Delay { ms: dice.pick(&[1_001, 4_001, 7_001, 61_001]) },
            11..=13 => EventFault::Drop,
            _ => return Some(act.await),
        };
        let handle = self.stage.discord.fault(Fault::on_event("INTERACTION_CREATE", fault).times(1));
        let mut act = std::pin::pin!(act);
        let at_once = (&mut act).now_or_never();
        let struck = handle.strikes() == 1;
        handle.remove();
        match fault {
            _ if at_once.is_some() || !struck => Some(match at_once {
                Some(response) => response,
                None => act.await,
            }),
            EventFault::Drop => None,
            EventFault::Delay { ms } => {
                self.travel(self.stage.now() + SignedDuration::from_millis(ms as i64)).await;
                Some(act.await)
            }
            _ => {
                let response = act.await;
                // Copies that were to be overtaken come within a second.
                self.travel(self.stage.now() + SignedDuration::from_millis(1_001)).await;
                Some(response)
            }
        }
    }

    /// The bot does not learn that the next answer to an interaction arrived, or it does not arrive.
    fn callback_fault(&mut self, t: usize) {
        let now = self.stage.now();
        let waits = self.waits < MOST_WAITS;
        let team = &mut self.teams[t];
        let error = |status, done| RequestFault::Error { status, done };
        let mut kinds =
            vec![error(500, Done::Yes), error(502, Done::No), RequestFault::Reset { done: Done::Yes }];
        if waits {
            kinds
                .extend([RequestFault::Reset { done: Done::No }, RequestFault::NoAnswer { done: Done::Yes }]);
        }
        let kind = team.dice.pick(&kinds);
        self.waits += u32::from(!kinds[..3].contains(&kind));
        team.faults
            .push(self.stage.discord.fault(Fault::on("POST /interactions/*/*/callback", kind).times(1)));
        team.weather.push(Rough::short(now));
    }

    /// Takes the latest fault away.
    fn take_fault(&mut self, t: usize) {
        if let Some(fault) = self.teams[t].faults.pop() {
            fault.remove();
        }
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
                    unknown: false,
                    deleted: None,
                });
            }
        }
    }
}
