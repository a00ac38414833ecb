//! What goes wrong: drawn from the seed, told to the emulator, and written down, so that the checks know what may be excused.

mod requests;
mod sessions;
mod troubles;

use super::{people::Action, team::Team, town::Town};
use emulator::bits;
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
    /// Requests succeed again.
    Clear,
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
            for due in self.teams[t].calendar.between(now, end) {
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
            Weather::Clear => self.clear(t),
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
