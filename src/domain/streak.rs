//! Streaks count prompt days, not calendar days. A streak is a fold over the classes of days; nothing else feeds it.
//!
//! Must always hold: the stored number equals this fold over the recorded facts; replacing `Missed` by any other
//! class never lowers the result; passing time lowers it only through `Pending` becoming `Missed`.

use crate::domain::occurrence::State;

/// Lengths that are told, once per person.
pub const MILESTONES: [u32; 9] = [3, 5, 10, 20, 30, 50, 100, 200, 365];

/// Answered days for one freeze.
const DAYS_PER_FREEZE: u8 = 5;
/// At most two freezes are held.
const MOST_PROGRESS: u8 = 2 * DAYS_PER_FREEZE;

/// What a day was for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Answered at least one prompt of the day, even one that was taken back later.
    Answered,
    /// A prompt of the day is still open (or posted and not yet tallied).
    Pending,
    /// Nothing of the day was fair to ask: no prompt, a bonus only, retracted, missed, unknown, or we were not there.
    Neutral,
    /// In an away range that was set before the day closed.
    Away,
    /// Excused by a manager.
    Excused,
    /// None of these.
    Missed,
}

/// What a day did to the streak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// One longer.
    Counted,
    /// A missed day that a freeze covered.
    Frozen,
    /// A missed day that ended it. (Where none was running, a missed day changes nothing.)
    Broken,
    /// No change.
    Kept,
}

/// The fold's state. The default is where everybody starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Streak {
    /// Days in the running streak.
    pub len: u32,
    /// The longest it ever was.
    pub best: u32,
    /// Progress toward freezes, 0 to 10: five answered days are one freeze.
    pub p: u8,
}

impl Streak {
    /// Takes the next day in.
    pub fn step(&mut self, class: Class) -> Mark {
        match class {
            Class::Answered => {
                self.len += 1;
                self.best = self.best.max(self.len);
                self.p = (self.p + 1).min(MOST_PROGRESS);
                Mark::Counted
            }
            Class::Missed if self.p >= DAYS_PER_FREEZE => {
                self.p -= DAYS_PER_FREEZE;
                Mark::Frozen
            }
            Class::Missed => {
                let ended = self.len > 0;
                (self.len, self.p) = (0, 0);
                if ended { Mark::Broken } else { Mark::Kept }
            }
            Class::Pending | Class::Neutral | Class::Away | Class::Excused => Mark::Kept,
        }
    }

    /// Freezes in hand, 0 to 2.
    pub fn freezes(self) -> u8 {
        self.p / DAYS_PER_FREEZE
    }

    /// Answered days toward the next freeze, 0 to 4.
    pub fn progress(self) -> u8 {
        self.p % DAYS_PER_FREEZE
    }
}

/// The fold, days ascending. Days before the first answered one change nothing, so they may be left out or in.
pub fn fold(days: impl IntoIterator<Item = Class>) -> Streak {
    let mut streak = Streak::default();
    for class in days {
        streak.step(class);
    }
    streak
}

/// What is known about one occurrence of a day, for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OccurrenceFact {
    /// Where the occurrence stands.
    pub state: State,
    /// Posted, scheduled, and with little enough silence in its window (`Occurrence::is_fair`).
    pub fair: bool,
    /// Tallied.
    pub tallied: bool,
    /// The person's answer stands.
    pub answered: bool,
}

/// What is known about one day, for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DayFacts {
    /// Every occurrence of the day.
    pub occurrences: Vec<OccurrenceFact>,
    /// The day lies in an away range that was set before the day closed.
    pub away: bool,
    /// An excuse for the day is active.
    pub excused: bool,
}

/// The class of a day: the first that holds.
pub fn class(day: &DayFacts) -> Class {
    let posted = || day.occurrences.iter().filter(|o| o.state == State::Posted);
    if day.occurrences.iter().any(|o| o.answered) {
        Class::Answered
    } else if !posted().all(|o| o.tallied) {
        Class::Pending
    } else if !posted().any(|o| o.fair) {
        Class::Neutral
    } else if day.away {
        Class::Away
    } else if day.excused {
        Class::Excused
    } else {
        Class::Missed
    }
}

/// One closed day with a fair occurrence, for the whole team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamDay {
    /// People who answered on at least one of the ten prompt days before and are neither away nor excused.
    pub regulars: u32,
    /// How many of those answered on this day.
    pub answered: u32,
}

/// Fewer regulars than this leave the team streak as it is.
pub const LEAST_REGULARS: u32 = 3;

/// The team's streak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TeamStreak {
    /// Days in a row on which at least 60 % of the regulars answered.
    pub len: u32,
    /// The longest it ever was.
    pub best: u32,
}

impl TeamStreak {
    /// Takes the next closed day in.
    pub fn step(&mut self, day: TeamDay) {
        if day.regulars < LEAST_REGULARS {
            return;
        }
        if day.answered * 5 >= day.regulars * 3 {
            self.len += 1;
            self.best = self.best.max(self.len);
        } else {
            self.len = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(days: &str) -> (Streak, String) {
        let mut streak = Streak::default();
        let marks = days.chars().map(|day| {
            let class = match day {
                'a' => Class::Answered,
                'm' => Class::Missed,
                _ => Class::Neutral,
            };
            match streak.step(class) {
                Mark::Counted => '+',
                Mark::Frozen => 'f',
                Mark::Broken => '0',
                Mark::Kept => '.',
            }
        });
        let marks = marks.collect();
        (streak, marks)
    }

    #[test]
    fn five_answered_days_are_a_freeze_and_a_missed_day_uses_it() {
        let (streak, marks) = run("aaaaama");
        assert_eq!((marks.as_str(), streak.len, streak.freezes(), streak.progress()), ("+++++f+", 6, 0, 1));
        let (streak, marks) = run("aaaamm");
        assert_eq!((marks.as_str(), streak.len, streak.best, streak.p), ("++++0.", 0, 4, 0));
    }

    #[test]
    fn two_freezes_are_the_most() {
        let (streak, _) = run(&"a".repeat(40));
        assert_eq!((streak.freezes(), streak.progress()), (2, 0));
        let (streak, marks) = run(&("a".repeat(40) + "mmm"));
        assert_eq!((&marks[40..], streak.len, streak.best), ("ff0", 0, 40));
    }

    #[test]
    fn missed_days_before_the_first_answer_change_nothing() {
        assert_eq!(run("mm.ma").0, run("a").0);
    }

    #[test]
    fn the_team_needs_three_regulars_and_sixty_percent() {
        let mut team = TeamStreak::default();
        let mut after = |answered, regulars| {
            team.step(TeamDay { regulars, answered });
            team.len
        };
        assert_eq!([after(3, 5), after(2, 3), after(0, 2), after(6, 10), after(59, 100)], [1, 2, 2, 3, 0]);
        assert_eq!(team.best, 3);
    }
}
