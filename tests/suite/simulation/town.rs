//! Several teams, each in a server of its own, with one bot: made, moved through time, looked at.

use super::{
    calendar::{Calendar, Line, Plan},
    people::Action,
    stage::Stage,
    team::{Member, Team},
};
use crate::{dice::Dice, harness::INVITED};
use emulator::{Channel, Person};
use helmsman::{
    domain::{
        id::{ChannelId, GuildId},
        library::Library,
    },
    store::{schedule, team},
};
use jiff::{SignedDuration, Timestamp, civil::time, tz::TimeZone};
use std::collections::{BTreeMap, HashMap};

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
    /// When everything was looked at last.
    pub checked: Timestamp,
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
            checked: start,
            agenda,
            planned: 0,
        };
        // Weather comes later.
        let fair = std::mem::replace(&mut town.fair, true);
        for n in 0..teams {
            town.found(Dice::new(seed.wrapping_mul(1_000_003) + n as u64)).await;
        }
        town.fair = fair;
        town.travel(start).await;
        town
    }

    /// Somebody asks the bot to a server and sets a team up.
    async fn found(&mut self, mut dice: Dice) {
        let guild = self.stage.discord.guild("Harbour");
        let admin = guild.person("ada");
        guild.set_owner(&admin);
        let channel = guild.text_channel("team");
        let member = |nth: usize, keen| Member {
            person: guild.person(&format!("p{nth}")),
            keen,
            away: Vec::new(),
            excuses: Vec::new(),
            undos: HashMap::new(),
            takes_messages: true,
            crew: false,
            gone: Vec::new(),
        };
        let mut people: Vec<_> =
            (0..3 + dice.below(4)).map(|nth| member(nth, dice.pick(&[30, 70, 85, 95, 98]))).collect();
        guild.add_app(&self.stage.app, INVITED);
        let crew = guild.role("Crew", 0);
        crew.set_mentionable(true);
        for member in &mut people {
            member.takes_messages = dice.chance(85);
            member.person.take_direct_messages(member.takes_messages);
            member.crew = dice.chance(70);
            if member.crew {
                guild.give(&member.person, &crew);
            }
        }
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
        let now = self.stage.now();
        let zone = TimeZone::get(zone).unwrap();
        let weekdays = [true, true, true, true, true, false, false];
        let plan = Plan {
            at: time(9, 30, 0, 0),
            weekdays,
            window: SignedDuration::from_hours(24),
            thread: false,
            from: zone.to_datetime(now).date(),
            held: None,
            notify: false,
        };
        let line = Line::new(schedule, Library::builtin().default_series(), false, (now, plan.clone()));
        let calendar = Calendar { zone, lines: vec![line], off: Vec::new() };
        let wanted = Plan {
            at: time(7 + dice.below(12) as i8, dice.pick(&[0, 15, 30, 45]), 0, 0),
            weekdays: dice.pick(&[
                weekdays,
                weekdays,
                [true, false, true, false, true, false, false],
                [true; 7],
            ]),
            window: SignedDuration::from_hours(dice.pick(&[1, 4, 24, 24, 24, 24, 48, 72])),
            thread: dice.chance(40),
            ..plan
        };
        self.teams.push(Team {
            dice,
            guild,
            channel,
            admin,
            crew,
            people,
            id,
            calendar,
            crew_allowed: vec![(now, false)],
            nudges: vec![(now, None)],
            posts: Vec::new(),
            seen: 0,
            polls: Default::default(),
            shelf: Default::default(),
            suggestions: Default::default(),
            alerts: 0,
            extras: Vec::new(),
            undos: Vec::new(),
            trouble: None,
            weather: Vec::new(),
            faults: Vec::new(),
            notes: 0,
        });
        self.agree(self.teams.len() - 1, 0, wanted).await;
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
            self.look().await;
        }
        self.look().await;
    }

    pub async fn settled(&mut self) {
        self.stage.settled().await;
        self.look().await;
    }
}
