//! Polls as the team knows them: who was asked about, what each person cast and was told of it, and what must come out.
//!
//! People and managers act by the commands, menus, buttons and forms that they have: managers open, close, cancel and post
//! again ([`opening`], [`managing`]), people vote, change, explain and take back ([`voting`]), note moments, withdraw, opt
//! out and leave the server ([`people`]).

mod channel;
mod checks;
mod count;
mod managing;
mod opening;
mod people;
mod voting;

use crate::simulation::{people::Action, post::millis, town::Town};
use count::Ballot;
use emulator::{Id, Message};
use helmsman::domain::{id::PollId, poll::Mode, prompt::Theme};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// What is known about the polls of a team.
#[derive(Default)]
pub struct Polls {
    pub all: Vec<Poll>,
    pub moments: Vec<Moment>,
    /// Since when this person may be nominated, or may not.
    pub nominations: Vec<(Timestamp, usize, bool)>,
    /// What the manager has prepared, and not opened or thrown away.
    pub draft: Option<Draft>,
    /// Situations of polls that the manager was told are open.
    pub opened: Vec<String>,
    /// A question to the manager that was left on the screen: about which poll, and the button that says yes.
    pub asked: Option<(PollId, Message, &'static str)>,
}

/// A poll that is being prepared, as its manager has filled it in.
#[derive(Clone, Debug)]
pub struct Draft {
    pub situation: String,
    pub minutes: i64,
    /// Minutes before the end.
    pub remind: Option<i64>,
    pub nominees: Vec<usize>,
    pub mode: Mode,
    pub quorum: u32,
    /// Only the crew may vote.
    pub role: bool,
    /// It is made of this moment.
    pub moment: Option<usize>,
}

/// A poll.
pub struct Poll {
    pub id: PollId,
    pub closes: i64,
    /// By place: who, and whether that person withdrew.
    pub nominees: Vec<(usize, bool)>,
    pub mode: Mode,
    pub quorum: u32,
    /// Only the crew may vote.
    pub role: bool,
    pub casts: Vec<Cast>,
    /// A manager cancelled it.
    pub cancelled: bool,
    /// A manager closed it early, or nobody was left to choose.
    pub hurried: bool,
    /// All that is to be known about it was found right.
    pub done: bool,
    /// Its message as it was when it was seen first; of one that was posted again, the latest.
    pub message: Option<Message>,
    /// All that it ever had.
    pub messages: Vec<Id>,
    /// A moderator deleted the latest.
    pub deleted: bool,
    /// The private reply that a person still has on the screen.
    pub screens: HashMap<usize, Message>,
    /// Whether somebody really wants to withdraw: the question, not answered yet.
    pub asks: HashMap<usize, Message>,
}

/// Something that was cast, by the id that it came with.
#[derive(Clone, Debug)]
pub struct Cast {
    pub voter: usize,
    pub id: u64,
    pub what: What,
    /// None: nobody was told whether it counts.
    pub counts: Option<bool>,
}

/// What a voter can do.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Vote(u8),
    Unvote,
    Strengths { about: u8, themes: Vec<Theme> },
    Write { about: u8, text: String },
    Show { about: u8, on: bool },
}

/// Something good that somebody noted.
pub struct Moment {
    pub about: usize,
    pub text: String,
    pub noted: Timestamp,
    /// A manager dismissed it, or made a poll of it.
    pub dismissed: Option<Timestamp>,
}

/// Something that somebody wants to do about polls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Votes in some open poll, or changes, withdraws, explains the vote.
    Vote,
    /// Asks not to be nominated in it any more.
    Withdraw,
    /// Notes a moment.
    Note,
    /// Does not want to be nominated at all, or does again.
    Opt,
    /// Uses what only managers can.
    Pry,
    /// Leaves the server.
    Leave,
    /// Comes back.
    Return,
    /// A manager opens a poll.
    Open,
    /// A manager closes one early.
    Close,
    /// A manager cancels one.
    Cancel,
    /// A moderator deletes the message of one.
    Delete,
    /// A manager posts it again.
    Repost,
    /// A manager takes a moment out.
    Dismiss,
    /// A manager sets the weekly poll, or does without.
    Weekly,
}

impl Step {
    /// It needs somebody who listens, or happens whether the bot is there or not.
    pub fn waits(self) -> bool {
        !matches!(self, Step::Vote | Step::Withdraw | Step::Note | Step::Opt | Step::Pry)
    }

    /// It is a member's, not a manager's.
    fn is_members(self) -> bool {
        !self.waits() || self == Step::Leave
    }
}

impl Polls {
    /// Whether somebody may be nominated.
    pub fn may_nominate(&self, who: usize) -> bool {
        self.nominations.iter().rev().find(|(_, person, _)| *person == who).is_none_or(|(.., may)| *may)
    }

    /// A message of a poll is in the channel. False: it is not known.
    pub fn saw(&mut self, id: i64, message: &Message) -> bool {
        let Some(poll) = self.all.iter_mut().find(|poll| poll.id.0 == id) else { return false };
        poll.messages.push(message.id);
        (poll.message, poll.deleted) = (Some(message.clone()), false);
        true
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
            ballot.take(&cast.what);
        }
        ballot
    }

    /// What stands, as far as its voter knows.
    fn standing(&self, voter: usize) -> Ballot {
        self.ballot(voter, |cast| cast.counts == Some(true))
    }

    /// The voter was told of everything.
    fn is_clear(&self, voter: usize) -> bool {
        self.casts.iter().all(|cast| cast.voter != voter || cast.counts.is_some())
    }
}

impl Town {
    /// Plans what people and managers do about polls on the day that begins.
    pub fn plan_polls(&mut self) {
        const MANAGERS: [(usize, Step); 6] = [
            (22, Step::Open),
            (5, Step::Close),
            (3, Step::Cancel),
            (4, Step::Delete),
            (5, Step::Dismiss),
            (5, Step::Weekly),
        ];
        const MEMBERS: [(usize, Step); 7] = [
            (20, Step::Vote),
            (20, Step::Vote),
            (3, Step::Withdraw),
            (8, Step::Note),
            (3, Step::Opt),
            (1, Step::Pry),
            (1, Step::Leave),
        ];
        let now = self.stage.now();
        for t in 0..self.teams.len() {
            let team = &mut self.teams[t];
            let people = team.people.len();
            let mut wanted: Vec<_> = MANAGERS.iter().map(|(often, step)| (0, *often, *step)).collect();
            wanted.extend((0..people).flat_map(|who| MEMBERS.map(|(often, step)| (who, often, step))));
            wanted.retain(|(_, often, _)| team.dice.chance(*often));
            for (who, _, step) in wanted {
                let at = now + SignedDuration::from_secs(83 * self.teams[t].dice.below(1_020) as i64);
                self.plan(at, t, who, Action::Poll(step));
            }
        }
    }

    pub async fn poll_step(&mut self, t: usize, who: usize, step: Step) {
        if step == Step::Return {
            return self.come_back(t, who);
        }
        // They wait until the channel can be used again; and who has left does nothing.
        if self.teams[t].trouble.is_some() || (step.is_members() && self.teams[t].people[who].is_gone()) {
            return;
        }
        // To look at every channel takes time, and mostly there is nothing to vote in.
        if matches!(step, Step::Vote | Step::Withdraw) && self.open_polls(t).is_empty() {
            return;
        }
        // Shown if the test fails.
        eprintln!("{} team {t}: {who} {step:?}", self.stage.now());
        match step {
            Step::Vote => self.vote(t, who).await,
            Step::Withdraw => self.withdraw(t, who).await,
            Step::Note => self.note(t, who).await,
            Step::Opt => self.opt(t, who).await,
            Step::Pry => self.pry(t, who).await,
            Step::Leave => self.leave(t, who),
            Step::Open => self.open_poll(t).await,
            Step::Close | Step::Cancel => self.end_poll(t, step == Step::Cancel).await,
            Step::Delete => self.delete_poll(t).await,
            Step::Repost => self.repost(t).await,
            Step::Dismiss => self.dismiss(t).await,
            Step::Weekly => self.weekly(t).await,
            Step::Return => {}
        }
        self.settled().await;
    }

    /// The polls that people still look at.
    fn open_polls(&self, t: usize) -> Vec<usize> {
        let (since, polls) = (self.now_ms() - 120_000, &self.teams[t].polls.all);
        (0..polls.len()).filter(|p| polls[*p].closes > since).collect()
    }

    fn some_poll(&mut self, t: usize) -> Option<usize> {
        let open = self.open_polls(t);
        (!open.is_empty()).then(|| self.teams[t].dice.pick(&open))
    }
}

/// When something was cast, in milliseconds.
fn cast_at(cast: &Cast) -> i64 {
    millis(cast.id)
}
