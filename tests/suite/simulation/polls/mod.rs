//! Polls as the team knows them: who was asked about, what each person cast and was told of it, and what must come out.
//!
//! People and managers act through `app::polls`: what buttons and commands add to that has conversations of its own.

mod acts;
mod checks;
mod count;

use crate::simulation::{post::millis, town::Town};
use count::Ballot;
use helmsman::domain::{
    id::PollId,
    poll::{Event, Mode},
};
use jiff::{SignedDuration, Timestamp};

/// What is known about the polls of a team.
#[derive(Default)]
pub struct Polls {
    pub all: Vec<Poll>,
    pub moments: Vec<Moment>,
    /// Since when this person may be nominated, or may not.
    pub nominations: Vec<(Timestamp, usize, bool)>,
}

/// A poll.
pub struct Poll {
    pub id: PollId,
    pub closes: i64,
    /// By place: who, and whether that person withdrew.
    pub nominees: Vec<(usize, bool)>,
    pub mode: Mode,
    pub quorum: u32,
    pub casts: Vec<Cast>,
    /// A manager cancelled it.
    pub cancelled: bool,
    /// All that is to be known about it was found right.
    pub done: bool,
}

/// Something that was cast, by the id that it came with.
#[derive(Clone, Debug)]
pub struct Cast {
    pub voter: usize,
    pub id: u64,
    pub event: Event,
    /// None: nobody was told whether it counts.
    pub counts: Option<bool>,
}

/// Something good that somebody noted.
pub struct Moment {
    pub about: usize,
    pub text: String,
    pub noted: Timestamp,
    pub dismissed: Option<Timestamp>,
}

/// Something that somebody wants to do about polls.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Votes in some open poll, or changes, withdraws, explains the vote.
    Vote,
    /// Asks not to be nominated in it any more.
    Withdraw,
    /// Notes a moment.
    Note,
    /// Does not want to be nominated at all, or does again.
    Opt,
    /// A manager opens a poll.
    Open,
    /// A manager closes one early.
    Close,
    /// A manager cancels one.
    Cancel,
    /// A manager takes a moment out.
    Dismiss,
    /// A manager sets the weekly poll, or does without.
    Weekly,
}

impl Polls {
    /// Whether somebody may be nominated.
    pub fn may_nominate(&self, who: usize) -> bool {
        self.nominations.iter().rev().find(|(_, person, _)| *person == who).is_none_or(|(.., may)| *may)
    }
}

impl Poll {
    /// What stands of one person's casts, of those that `counts` lets through.
    fn ballot(&self, voter: usize, counts: impl Fn(&Cast) -> bool) -> Ballot {
        let mut casts: Vec<_> =
            self.casts.iter().filter(|cast| cast.voter == voter && counts(cast)).collect();
        casts.sort_by_key(|cast| cast.id);
        let mut ballot = Ballot { voter, ..Ballot::default() };
        for cast in casts {
            ballot.take(&cast.event);
        }
        ballot
    }
}

impl Town {
    /// Plans what people and managers do about polls on the day that begins.
    pub fn plan_polls(&mut self) {
        let now = self.stage.now();
        for t in 0..self.teams.len() {
            let team = &mut self.teams[t];
            let people = team.people.len();
            let mut wanted = Vec::new();
            for (often, step) in
                [(18, Step::Open), (4, Step::Close), (3, Step::Cancel), (5, Step::Dismiss), (5, Step::Weekly)]
            {
                if team.dice.chance(often) {
                    wanted.push((0, step));
                }
            }
            for who in 0..people {
                for (often, step) in
                    [(20, Step::Vote), (20, Step::Vote), (3, Step::Withdraw), (8, Step::Note), (3, Step::Opt)]
                {
                    if team.dice.chance(often) {
                        wanted.push((who, step));
                    }
                }
            }
            for (who, step) in wanted {
                let at = now + SignedDuration::from_secs(83 * self.teams[t].dice.below(1_020) as i64);
                self.plan(at, t, who, crate::simulation::people::Action::Poll(step));
            }
        }
    }
}

/// When something was cast, in milliseconds.
fn cast_at(cast: &Cast) -> i64 {
    millis(cast.id)
}
