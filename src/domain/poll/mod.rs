//! Polls on who handled a situation like a leader: what a poll is, what its limits are, how a voter's ballot is kept
//! and how ballots are counted.
//!
//! Must always hold: what a tally says depends on the ballots alone, not on the order or the number of times in which
//! votes arrived; below the quorum it says nothing but that.
//!
//! This folder must not know who a voter is. (It knows that a voter *is* a nominee, because nobody votes for oneself.)

mod ballot;
mod duration;
mod moment;
mod tally;

pub use ballot::{Event, Registers};
pub use duration::{DurationError, RemindError, names_instant, parse_closes, parse_remind};
pub use moment::{LONGEST_MOMENT, Moment, Noted, grouped};
pub use tally::{Ballot, Outcome, Person, could_choose, tally};

use crate::domain::id::{ChannelId, GuildId, MessageId, MomentId, PollId, RoleId, TeamId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest situation, in characters; the shortest has one.
pub const LONGEST_SITUATION: usize = 1_000;
/// With fewer nominees there is nothing to choose.
pub const LEAST_NOMINEES: usize = 2;
/// The most nominees.
pub const MOST_NOMINEES: usize = 10;
/// The shortest poll.
pub const SHORTEST: SignedDuration = SignedDuration::from_mins(5);
/// The longest poll.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a poll is open if nobody says otherwise.
pub const USUAL: SignedDuration = SignedDuration::from_hours(1);
/// The least quorum, and the usual one.
pub const LEAST_QUORUM: u32 = 3;
/// The largest quorum.
pub const MOST_QUORUM: u32 = 50;
/// The most strengths that a voter names.
pub const MOST_STRENGTHS: usize = 3;
/// The longest piece of evidence, in characters; the shortest has one.
pub const LONGEST_EVIDENCE: usize = 200;
/// The most pieces of evidence that are shown of a person.
pub const MOST_EVIDENCE: usize = 3;
/// Strengths and evidence are shown only of somebody with so many votes.
pub const LEAST_VOTES: u32 = 3;
/// Counts are shown only if so many could choose.
pub const FULL_NEEDS: u32 = 5;

/// What is shown at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Who was recognised, and nobody's count.
    #[default]
    Recognised,
    /// Everybody's count as well, if at least [`FULL_NEEDS`] could choose.
    Full,
}

impl Mode {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Recognised => "recognised",
            Mode::Full => "full",
        }
    }

    /// The mode with this word.
    pub fn parse(word: &str) -> Option<Mode> {
        [Mode::Recognised, Mode::Full].into_iter().find(|mode| mode.as_str() == word)
    }
}

/// Why somebody cannot be chosen any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Withdrawn {
    /// Did not want to be.
    #[serde(rename = "self")]
    Self_,
    /// Was not on the server at the close.
    Left,
}

impl Withdrawn {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Withdrawn::Self_ => "self",
            Withdrawn::Left => "left",
        }
    }

    /// The reason with this word.
    pub fn parse(word: &str) -> Option<Withdrawn> {
        [Withdrawn::Self_, Withdrawn::Left].into_iter().find(|why| why.as_str() == word)
    }
}

/// Somebody who can be chosen. A *place* is the index in [`Poll::nominees`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nominee {
    /// Who.
    pub user: UserId,
    /// The name as it was shown when the poll was made. Not escaped.
    pub name: String,
    /// Why not any more.
    pub withdrawn: Option<Withdrawn>,
}

/// Where a poll stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Its message may or may not exist yet.
    Claimed,
    /// Its message is known. It stays open if the message is deleted.
    Open,
    /// Counted.
    Closed,
    /// Ended without a result.
    Cancelled,
}

impl State {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Claimed => "claimed",
            State::Open => "open",
            State::Closed => "closed",
            State::Cancelled => "cancelled",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<State> {
        [State::Claimed, State::Open, State::Closed, State::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// Why a poll ended without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cancelled {
    /// A manager cancelled it.
    ByManager,
    /// Its ballots are gone: the file is not there, or is damaged.
    BallotsGone,
    /// The team was removed, or Helmsman from the server.
    TeamRemoved,
    /// Its message could not be posted.
    NotPosted,
    /// Whether its message was posted cannot be found out.
    Unknown,
}

impl Cancelled {
    const ALL: [Cancelled; 5] = [
        Cancelled::ByManager,
        Cancelled::BallotsGone,
        Cancelled::TeamRemoved,
        Cancelled::NotPosted,
        Cancelled::Unknown,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Cancelled::ByManager => "manager",
            Cancelled::BallotsGone => "ballots-gone",
            Cancelled::TeamRemoved => "team-removed",
            Cancelled::NotPosted => "not-posted",
            Cancelled::Unknown => "unknown",
        }
    }

    /// The reason with this word.
    pub fn parse(word: &str) -> Option<Cancelled> {
        Cancelled::ALL.into_iter().find(|why| why.as_str() == word)
    }
}

/// A poll as it is stored. Who chose whom is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Its row.
    pub id: PollId,
    /// Whose it is.
    pub team: TeamId,
    /// The server of that team; every id from outside is checked against it.
    pub guild: GuildId,
    /// Where it was opened; it stays there if the team moves.
    pub channel: ChannelId,
    /// Who opened it; None: made of the week's moments.
    pub by: Option<UserId>,
    /// What happened, as it was written; empty if it was made of moments. Not escaped.
    pub situation: String,
    /// A link to the message that it is about.
    pub link: Option<String>,
    /// What is shown at the end.
    pub mode: Mode,
    /// So many who could choose must have voted, or nothing is shown.
    pub quorum: u32,
    /// Who may vote; None: whoever sees the channel.
    pub role: Option<RoleId>,
    /// Where it stands.
    pub state: State,
    /// Why it was cancelled.
    pub reason: Option<Cancelled>,
    /// When it was made.
    pub made_at: Timestamp,
    /// The time in the message's id; None before it is posted.
    pub opens: Option<Timestamp>,
    /// From here on no vote counts, by Discord's clock.
    pub closes: Timestamp,
    /// When the reminder is due; None: there is none, or it was done.
    pub remind_at: Option<Timestamp>,
    /// The message, once it is known; None again if it was deleted.
    pub message: Option<MessageId>,
    /// What the message says about the quorum; never changes back.
    pub reached: bool,
    /// When it was counted.
    pub tallied_at: Option<Timestamp>,
    /// Two to ten, in the order in which they are shown.
    pub nominees: Vec<Nominee>,
    /// What the week's moments say about the nominees, oldest first; empty unless it was made of them.
    pub moments: Vec<Noted>,
    /// What came out, once it is closed.
    pub outcome: Option<Outcome>,
}

impl Poll {
    /// Whether something cast at `cast` (Discord's clock) falls into the time of voting. The tally ends it in any case.
    pub fn takes(&self, cast: Timestamp) -> bool {
        self.state == State::Open && self.opens.is_some_and(|opens| opens <= cast) && cast < self.closes
    }

    /// Nominees who can still be chosen, with their places.
    pub fn standing(&self) -> impl Iterator<Item = (u8, &Nominee)> {
        let places = self.nominees.iter().enumerate().map(|(place, nominee)| (place as u8, nominee));
        places.filter(|(_, nominee)| nominee.withdrawn.is_none())
    }

    /// The place of this person among the nominees.
    pub fn place_of(&self, user: UserId) -> Option<u8> {
        self.nominees.iter().position(|nominee| nominee.user == user).map(|place| place as u8)
    }
}

/// A poll that is being prepared: kept, so that a restart does not lose it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What happened, as it was written.
    pub situation: String,
    /// A link to the message that it is about.
    pub link: Option<String>,
    /// How long, as it was written; see [`parse_closes`].
    pub duration: String,
    /// When to remind, as it was written; see [`parse_remind`].
    pub remind: String,
    /// Who can be chosen, with the names as they were shown.
    pub nominees: Vec<(UserId, String)>,
    /// What is shown at the end.
    pub mode: Mode,
    /// So many who could choose must have voted. 0: the least.
    pub quorum: u32,
    /// Who may vote; None: whoever sees the channel.
    pub role: Option<RoleId>,
    /// The moment that it was begun with. The weekly poll has it no more once this is opened.
    pub moment: Option<MomentId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_database_read_back() {
        for state in [State::Claimed, State::Open, State::Closed, State::Cancelled] {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        for why in Cancelled::ALL {
            assert_eq!(Cancelled::parse(why.as_str()), Some(why));
        }
        assert_eq!(Mode::parse("full"), Some(Mode::Full));
        assert_eq!(Mode::parse("recognised"), Some(Mode::default()));
        assert_eq!(Withdrawn::parse("self"), Some(Withdrawn::Self_));
        assert_eq!(Withdrawn::parse("left"), Some(Withdrawn::Left));
        assert_eq!(Withdrawn::parse(""), None);
    }
}
