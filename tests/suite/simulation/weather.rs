//! What goes wrong: drawn from the seed, told to the emulator, and written down, so that the checks know what may be excused.

use super::{
    people::Action,
    team::Team,
    town::{MOST_WAITS, Town},
};
use crate::harness::INVITED;
use emulator::{Done, Fault, RequestFault, Scope, bits};
use jiff::{SignedDuration, Timestamp};

/// Something that befalls a team, or the bot.
#[derive(Clone, Copy, Debug)]
pub enum Weather {
    /// Sends into the channel fail or are in doubt.
    Send,
    /// Nobody learns what becomes of a send within its round.
    Doubt,
    /// The same, and before it can be found out the right to read the history is lost for a while.
    Blind,
    /// Edits in the channel fail or are in doubt.
    Edit,
    /// Discord asks the bot to come again (op 7).
    Reconnect,
    /// The connection is cut, and the session resumed.
    Cut,
    /// The session is lost (op 9).
    Lost,
    /// The connection stands, and nothing comes through it any more.
    BlackHole,
    /// The bot is stopped, and started again after a while.
    Restart,
    /// A trouble of the team's begins.
    Trouble(Trouble, SignedDuration),
    /// And ends.
    Over(Trouble),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// The bot lacks these permissions in the channel.
    Denied(u64),
    /// The channel is gone.
    Channel,
    /// The bot was removed from the server.
    Removed,
    /// Discord has an outage there.
    Outage,
}

/// A time in which not every word can be taken literally.
#[derive(Clone, Copy, Debug)]
pub struct Rough {
    pub from: Timestamp,
    /// None: it goes on.
    pub until: Option<Timestamp>,
    /// What people say there cannot be read back.
    pub deaf: bool,
    /// Nobody was heard.
    pub silent: bool,
    /// The session was lost: what was said is to be read back.
    pub lost: bool,
    /// The bot was not connected.
    pub away: bool,
    /// Nothing can be sent.
    pub stops: bool,
    /// The channel was deleted.
    pub gone: bool,
}

impl Rough {
    /// Nothing but that something may be late or in doubt.
    pub fn new(from: Timestamp, until: Option<Timestamp>) -> Self {
        Self { from, until, deaf: false, silent: false, lost: false, away: false, stops: false, gone: false }
    }

    /// Something that is over at once.
    pub fn short(now: Timestamp) -> Self {
        Self::new(now, Some(now))
    }
}

impl Team {
    /// The rough times that overlap `[from, to]`.
    pub fn rough(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = &Rough> {
        self.weather.iter().filter(move |one| one.from <= to && one.until.is_none_or(|until| from <= until))
    }

    pub fn rough_ms(&self, from: i64, to: i64) -> impl Iterator<Item = &Rough> {
        let time = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
        self.rough(time(from), time(to))
    }

    pub fn is_rough(&self, from: i64, to: i64) -> bool {
        self.rough_ms(from, to).next().is_some()
    }

    /// For how many seconds nobody was heard in `[from, to)`, and how many times that was.
    pub fn silence(&self, from: i64, to: i64) -> (i64, i64) {
        let (mut total, mut reached, mut count) = (0, from, 0);
        let mut silent: Vec<_> = self.weather.iter().filter(|one| one.silent).collect();
        silent.sort_by_key(|one| one.from);
        for one in silent {
            let begin = one.from.as_millisecond().max(reached);
            let end = one.until.map_or(to, |until| until.as_millisecond()).min(to);
            if end > begin {
                (total, reached, count) = (total + end - begin, end, count + 1);
            }
        }
        (total / 1000, count)
    }
}

impl Town {
    pub fn plan_weather(&mut self, end: Timestamp) {
        if self.fair {
            return;
        }
        let now = self.stage.now();
        let somewhen =
            |dice: &mut crate::dice::Dice| SignedDuration::from_secs(61 * dice.below(1_380) as i64);
        let everybody = [
            (12, Weather::Restart),
            (8, Weather::Reconnect),
            (8, Weather::Cut),
            (4, Weather::Lost),
            (if self.hasty { 10 } else { 0 }, Weather::BlackHole),
        ];
        for (often, weather) in everybody {
            // A new session within five seconds must be waited for, by the host's clock; so must heartbeats.
            let slow = matches!(weather, Weather::Lost | Weather::BlackHole);
            if self.dice.chance(often) && (!slow || self.losses < 2) {
                self.losses += u32::from(slow);
                let at = now + somewhen(&mut self.dice);
                self.plan(at, 0, 0, Action::Weather(weather));
            }
        }
        for t in 0..self.teams.len() {
            for (_, due) in self.teams[t].calendar.between(now, end) {
                if self.teams[t].dice.chance(20) {
                    self.plan(due.at - SignedDuration::from_secs(1), t, 0, Action::Weather(Weather::Send));
                }
                if self.teams[t].dice.chance(4) {
                    self.plan(due.at - SignedDuration::from_secs(1), t, 0, Action::Weather(Weather::Blind));
                }
                if self.teams[t].dice.chance(20) {
                    let at = due.at + due.plan.window - SignedDuration::from_secs(2);
                    self.plan(at, t, 0, Action::Weather(Weather::Edit));
                }
            }
            let dice = &mut self.teams[t].dice;
            if dice.chance(9) {
                let denied = [
                    bits::SEND_MESSAGES,
                    bits::VIEW_CHANNEL,
                    bits::EMBED_LINKS,
                    bits::READ_MESSAGE_HISTORY,
                    bits::SEND_MESSAGES | bits::READ_MESSAGE_HISTORY,
                ];
                let troubles = [
                    Trouble::Denied(dice.pick(&denied)),
                    Trouble::Denied(dice.pick(&denied)),
                    Trouble::Channel,
                    Trouble::Removed,
                    Trouble::Outage,
                ];
                let lasts = SignedDuration::from_mins(dice.pick(&[20, 120, 540, 1_800, 4_320]));
                let (trouble, at) = (dice.pick(&troubles), now + somewhen(dice));
                self.plan(at, t, 0, Action::Weather(Weather::Trouble(trouble, lasts)));
            }
        }
    }

    pub async fn befall(&mut self, t: usize, weather: Weather) {
        // Shown if the test fails.
        eprintln!("{} team {t}: {weather:?}", self.stage.now());
        match weather {
            Weather::Send => self.send_fault(t),
            Weather::Doubt => self.doubt(t),
            Weather::Blind => {
                self.doubt(t);
                let trouble = Trouble::Denied(bits::READ_MESSAGE_HISTORY);
                let trouble = Weather::Trouble(trouble, SignedDuration::from_mins(15));
                self.plan(self.stage.now() + SignedDuration::from_secs(90), t, 0, Action::Weather(trouble));
            }
            Weather::Edit => self.edit_fault(t),
            Weather::Reconnect => self.come_again(t, false).await,
            Weather::Cut => self.come_again(t, true).await,
            Weather::Lost => self.lose_session(false).await,
            Weather::BlackHole => self.lose_session(true).await,
            Weather::Restart => self.restart().await,
            Weather::Trouble(trouble, lasts) => self.trouble(t, trouble, lasts).await,
            Weather::Over(trouble) => self.over(t, trouble).await,
        }
    }

    fn send_fault(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let dice = &mut team.dice;
        let done = dice.pick(&[Done::No, Done::Yes, Done::Late, Done::LateByMs(20_000)]);
        let error = RequestFault::Error { status: dice.pick(&[500, 502, 503]), done };
        let limit = RequestFault::Limit { scope: Scope::User, retry_after_ms: 4_000 };
        let kind = match dice.chance(4) && self.waits < MOST_WAITS {
            true => {
                self.waits += 1;
                RequestFault::NoAnswer { done }
            }
            false => dice.pick(&[error, error, error, RequestFault::Reset { done }, limit]),
        };
        let silent = matches!(kind, RequestFault::NoAnswer { .. });
        let route = format!("POST /channels/{}/messages", team.channel.id());
        let fault = Fault::on(&route, kind).times(if silent { 1 } else { 1 + dice.below(8) as u64 });
        eprintln!("  {fault:?}");
        team.faults.push(self.stage.discord.fault(fault));
        team.weather.push(Rough::new(now, Some(now + SignedDuration::from_mins(30))));
    }

    fn doubt(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let route = format!("POST /channels/{}/messages", team.channel.id());
        let done = team.dice.pick(&[Done::No, Done::Yes]);
        let fault = Fault::on(&route, RequestFault::Error { status: 503, done }).times(12);
        team.faults.push(self.stage.discord.fault(fault));
        team.weather.push(Rough::new(now, Some(now + SignedDuration::from_mins(30))));
    }

    fn edit_fault(&mut self, t: usize) {
        let team = &mut self.teams[t];
        let dice = &mut team.dice;
        let done = dice.pick(&[Done::No, Done::Yes]);
        let error = RequestFault::Error { status: 503, done };
        let limit = RequestFault::Limit { scope: Scope::Shared, retry_after_ms: 9_000 };
        let kind = dice.pick(&[error, RequestFault::Reset { done }, limit]);
        let route = format!("PATCH /channels/{}/messages/*", team.channel.id());
        team.faults.push(self.stage.discord.fault(Fault::on(&route, kind).times(1 + dice.below(3) as u64)));
    }

    /// The session goes on at another connection; what happens meanwhile is told there.
    async fn come_again(&mut self, t: usize, cut: bool) {
        self.settled().await;
        let (discord, app) = (self.stage.discord.clone(), self.stage.app.clone());
        let resumes =
            |sessions: Vec<emulator::SessionInfo>| sessions.iter().map(|one| one.resumes).sum::<u64>();
        let before = resumes(discord.sessions(&app));
        match cut {
            true => discord.drop_connections(&app, true),
            false => discord.ask_to_reconnect(&app),
        }
        let people = self.teams[t].people.len();
        let who = self.teams[t].dice.below(people);
        // What is sent behind an op 7 may be sent twice, and nobody can count on it.
        if cut && let Some((p, said)) = self.say_reply(t, who) {
            self.remember_reply(t, p, who, said, false);
        }
        let id = app.id;
        discord
            .wait_for(|world| {
                let own = || world.sessions.values().filter(|one| one.app == id);
                let again = own().map(|one| one.resumes).sum::<u64>() > before;
                (again && own().any(|one| one.connected())).then_some(())
            })
            .await;
        self.settled().await;
    }

    /// Nothing that happens until the next session is told. One whose connection is a black hole may be resumed.
    async fn lose_session(&mut self, black_hole: bool) {
        let (discord, app) = (self.stage.discord.clone(), self.stage.app.clone());
        self.sign_of_life().await;
        match black_hole {
            true => discord.black_hole(&app),
            false => discord.drop_connections(&app, false),
        }
        let now = self.stage.now();
        for t in 0..self.teams.len() {
            let people = self.teams[t].people.len();
            let who = self.teams[t].dice.below(people);
            self.act_unheard(t, who, Action::Reply);
            self.act_unheard(t, who, Action::Answer);
        }
        self.everywhere(now, now);
        discord.wait_ready(&app).await;
        self.settled().await;
    }

    /// The bot is away for a while, and people are not.
    async fn restart(&mut self) {
        self.sign_of_life().await;
        let from = self.stage.now();
        let minutes = self.dice.pick(&[0, 0, 5, 40, 130, 400]);
        let until = from + SignedDuration::from_mins(minutes);
        self.stage.sleep().await;
        for (at, team, who, action) in self.due_until(until) {
            match action {
                // They are people too, but need somebody who listens.
                Action::Manager(_) | Action::Weather(_) => self.plan(until, team, who, action),
                action => {
                    self.stage.discord.clock().set(at);
                    self.act_unheard(team, who, action);
                }
            }
        }
        self.stage.discord.clock().set(until);
        self.everywhere(from, until);
        self.stage.wake().await;
        self.settled().await;
    }

    /// An outage begins with the last event: it is to be now.
    pub async fn sign_of_life(&mut self) {
        self.lighthouse.0.say(&self.lighthouse.1, "Calm tonight.");
        self.settled().await;
    }

    pub fn everywhere(&mut self, from: Timestamp, until: Timestamp) {
        let end = Some(until + SignedDuration::from_mins(10));
        for team in &mut self.teams {
            let lost = Rough { lost: true, ..Rough::new(from, end) };
            team.weather.push(lost);
            team.weather.push(Rough { silent: true, away: true, until: Some(until), ..lost });
        }
    }

    async fn trouble(&mut self, t: usize, trouble: Trouble, lasts: SignedDuration) {
        self.settled().await;
        let now = self.stage.now();
        let team = &mut self.teams[t];
        if team.trouble.is_some() {
            return;
        }
        let post = bits::VIEW_CHANNEL | bits::SEND_MESSAGES | bits::EMBED_LINKS;
        let here = bits::VIEW_CHANNEL | bits::SEND_MESSAGES;
        let read = bits::VIEW_CHANNEL | bits::READ_MESSAGE_HISTORY;
        let (stops, silent, deaf) = match trouble {
            Trouble::Denied(denied) => (denied & post != 0, denied & here != 0, denied & read != 0),
            Trouble::Channel | Trouble::Removed => (true, true, true),
            Trouble::Outage => (false, true, true),
        };
        match trouble {
            Trouble::Denied(denied) => team.channel.deny(&team.guild.app_role(&self.stage.app), denied),
            Trouble::Channel => team.channel.delete(),
            Trouble::Removed => team.guild.remove_app(&self.stage.app),
            Trouble::Outage => team.guild.set_unavailable(true),
        }
        team.trouble = Some(trouble);
        let gone = trouble == Trouble::Channel;
        team.weather.push(Rough {
            from: now,
            until: None,
            deaf,
            silent,
            lost: silent,
            away: false,
            stops,
            gone,
        });
        if stops && team.calendar.plan().is_some() {
            team.calendar.agree(now, None);
            team.suspended = true;
            // Whoever removed the bot knows.
            team.alerts += usize::from(trouble != Trouble::Removed);
        }
        if deaf && !stops {
            // Now what is in doubt stays so.
            for (_, due) in self.teams[t].calendar.between(now, now + lasts) {
                self.plan(due.at - SignedDuration::from_secs(1), t, 0, Action::Weather(Weather::Doubt));
            }
        }
        self.plan(now + lasts, t, 0, Action::Weather(Weather::Over(trouble)));
        self.settled().await;
    }

    async fn over(&mut self, t: usize, trouble: Trouble) {
        let app = self.stage.app.clone();
        let team = &mut self.teams[t];
        match trouble {
            Trouble::Denied(denied) => team.channel.reset(&team.guild.app_role(&app), denied),
            Trouble::Channel => team.channel.restore(),
            Trouble::Removed => team.guild.add_app(&app, INVITED),
            Trouble::Outage => team.guild.set_unavailable(false),
        }
        self.settled().await;
        let now = self.stage.now();
        let team = &mut self.teams[t];
        team.trouble = None;
        let going_on = team.weather.iter_mut().filter(|one| one.until.is_none());
        going_on.for_each(|one| one.until = Some(now));
        // What it held up is still being caught up with.
        team.weather.push(Rough::new(now, Some(now + SignedDuration::from_mins(20))));
        if std::mem::take(&mut team.suspended) {
            let resumed = team.admin.slash(&team.channel, "series resume", &[]).await;
            assert!(resumed.failed().is_none(), "{}", resumed.text());
            let plan = team.calendar.last_plan();
            team.calendar.agree(now, plan);
            self.settled().await;
        }
    }
}

impl Team {
    /// Whether the channel was deleted at an instant, or soon after it.
    pub fn was_deleted(&self, ms: i64) -> bool {
        self.rough_ms(ms - 60_000, ms + 600_000).any(|one| one.gone)
    }

    /// When the bot was connected again, if it was away at an instant.
    pub fn back_at(&self, ms: i64) -> Option<i64> {
        let away = self.rough_ms(ms, ms).filter(|one| one.away);
        away.filter_map(|one| Some(one.until?.as_millisecond())).filter(|until| *until > ms).max()
    }

    /// Whether the bot could not look for a message of this instant when it was time to.
    pub fn was_blind(&self, ms: i64) -> bool {
        self.rough_ms(ms, ms + 900_000).any(|one| one.deaf)
    }
}
