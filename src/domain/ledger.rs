//! From what is recorded about a person to the classes of days, and from those to the ledger that explains a streak.
//!
//! Must always hold: nothing here depends on the order of the facts, nor on how often one is given, nor on anything
//! that can change after an occurrence was tallied but an excuse, an away range and a retraction.

use crate::domain::{
    occurrence::{Occurrence, State, fair},
    streak::{Class, DayFacts, Mark, OccurrenceFact, Streak, class},
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;

/// One occurrence as one person met it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Where it stands.
    pub state: State,
    /// Made by hand.
    pub bonus: bool,
    /// The time in the message's id; None if it was never posted.
    pub opens: Option<Timestamp>,
    /// Fixed at the claim.
    pub closes: Timestamp,
    /// Seconds in [opens, closes) in which nobody could be heard.
    pub down: i64,
    /// Tallied.
    pub tallied: bool,
    /// The person's answer stands (`Answer::stands`).
    pub answered: bool,
}

impl Asked {
    /// What a streak needs of an occurrence.
    pub fn of(occurrence: &Occurrence, answered: bool) -> Asked {
        let Occurrence { state, bonus, opens, closes, down, tallied_at, .. } = *occurrence;
        Asked { state, bonus, opens, closes, down, tallied: tallied_at.is_some(), answered }
    }

    /// Counts against a streak only if people had a fair chance to answer.
    pub fn is_fair(&self) -> bool {
        fair(self.state, self.bonus, self.opens, self.closes, self.down)
    }

    fn fact(&self) -> OccurrenceFact {
        OccurrenceFact {
            state: self.state,
            fair: self.is_fair(),
            tallied: self.tallied,
            answered: self.answered,
        }
    }
}

/// When a day closed: with the last window of its posted prompts. That instant is fixed at the claim, so that neither a
/// slow tally nor the host's clock decides whether leave was set in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Closing {
    /// Of all that was posted; None if nothing was.
    all: Option<Timestamp>,
    /// Of what was fair. A bonus that closes later must not make anybody miss the day.
    fair: Option<Timestamp>,
}

impl Closing {
    /// The closing of a day on which this was asked.
    pub fn of<'a>(asked: impl IntoIterator<Item = &'a Asked>) -> Closing {
        let mut closing = Closing::default();
        for asked in asked.into_iter().filter(|asked| asked.state == State::Posted) {
            closing.all = closing.all.max(Some(asked.closes));
            if asked.is_fair() {
                closing.fair = closing.fair.max(Some(asked.closes));
            }
        }
        closing
    }
}

/// A range of days on which a person said not to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Away {
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub to: Date,
    /// When it was set, by Discord's clock.
    pub set_at: Timestamp,
    /// Ended early: from this day on it holds only if the day had closed by that instant.
    pub ended: Option<(Date, Timestamp)>,
}

impl Away {
    /// Whether it holds for a day: set before the day closed, and not ended before it.
    pub fn covers(&self, day: Date, closing: Closing) -> bool {
        let in_time = closing.all.is_some_and(|closed| self.set_at < closed);
        let ended = self
            .ended
            .is_some_and(|(from, at)| day >= from && closing.fair.is_some_and(|closed| at < closed));
        (self.from..=self.to).contains(&day) && in_time && !ended
    }
}

/// The facts of one day.
pub fn day_facts(day: Date, asked: &[Asked], away: &[Away], excused: bool) -> DayFacts {
    let closing = Closing::of(asked);
    DayFacts {
        occurrences: asked.iter().map(Asked::fact).collect(),
        away: away.iter().any(|range| range.covers(day, closing)),
        excused,
    }
}

/// All that is recorded about one person in one team, or the part of it since a stored streak.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Every occurrence of the team with its day.
    pub asked: Vec<(Date, Asked)>,
    /// Away ranges, on that server.
    pub away: Vec<Away>,
    /// Days with an active excuse.
    pub excused: Vec<Date>,
}

/// One day of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// The prompt day.
    pub day: Date,
    /// What it was for the person.
    pub class: Class,
    /// What it did to the streak.
    pub mark: Mark,
    /// The streak after it.
    pub streak: Streak,
}

impl History {
    /// The prompt days ascending, from the streak before the first of them (`Streak::default()` from the beginning).
    pub fn ledger(&self, before: Streak) -> Vec<Line> {
        let mut days = BTreeMap::<Date, Vec<Asked>>::new();
        for (day, asked) in &self.asked {
            days.entry(*day).or_default().push(*asked);
        }
        let mut streak = before;
        let lines = days.into_iter().map(|(day, asked)| {
            let class = class(&day_facts(day, &asked, &self.away, self.excused.contains(&day)));
            let mark = streak.step(class);
            Line { day, class, mark, streak }
        });
        lines.collect()
    }

    /// The streak after the last day.
    pub fn streak(&self, before: Streak) -> Streak {
        self.ledger(before).last().map_or(before, |line| line.streak)
    }
}
