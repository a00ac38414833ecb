//! What a voter does.
//!
//! Must always hold: nothing is acknowledged before it is on disk; whether it counts is said by the time in the
//! interaction's id and by the seal on the ballots, which is looked at in the transaction of the vote; nothing here logs
//! who votes.

use super::ending;
use crate::{
    domain::{
        id::{CastId, GuildId, PollId, RoleId, UserId},
        poll::{Event, LONGEST_EVIDENCE, MOST_STRENGTHS, Poll, Registers, State, could_choose},
    },
    store::{
        Result, Store,
        ballots::{self, Standing},
        poll as polls,
    },
};
use jiff::Timestamp;

/// One thing that somebody does in a poll.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The server that it comes from.
    pub guild: GuildId,
    /// The poll that it names.
    pub poll: PollId,
    /// Who.
    pub voter: UserId,
    /// That person's roles, as the interaction has them.
    pub roles: Vec<RoleId>,
    /// The interaction; its time says when.
    pub cast: CastId,
    /// What. Texts are trimmed here.
    pub event: Event,
}

/// What a person has done in a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mine {
    /// The poll.
    pub poll: Poll,
    /// The person's ballot; empty once the poll has ended.
    pub ballot: Registers,
}

/// What was taken in, and is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The poll, and the person's ballot as it is now.
    pub mine: Mine,
    /// The ballot before.
    pub before: Registers,
    /// The quorum is reached by this: the poll's message is to say so, so wake the scheduler.
    pub reached: bool,
}

/// Why it was not taken in. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such thing here: no such poll, another server's, a nominee that it does not have.
    NotFound,
    /// Its message is being stored this moment.
    NotYet,
    /// It closed at this instant, or was counted already.
    Late(Timestamp),
    /// It was cancelled; perhaps by this, because its ballots are lost: wake the scheduler.
    Cancelled(Box<Poll>),
    /// Nobody votes for oneself.
    Yourself,
    /// Only people with this role may vote.
    Role(RoleId),
    /// The nominee at this place withdrew.
    Withdrawn(Box<Poll>, u8),
    /// It is about somebody whom the person does not choose (any more).
    AboutAnother(Box<Mine>),
    /// More strengths than [`MOST_STRENGTHS`]: so many.
    Strengths(usize),
    /// Evidence must have at most [`LONGEST_EVIDENCE`] characters; this has so many.
    Evidence(usize),
    /// There is no vote to take back.
    NoVote,
}

/// Takes in what somebody does, and returns when it is on disk.
pub async fn cast(store: &Store, now: Timestamp, cast: Cast) -> Result<std::result::Result<Taken, Refused>> {
    let Cast { guild, poll: id, voter, roles, cast, event } = cast;
    let Some(poll) = polls::get(&mut *store.read().await?, guild, id).await? else {
        return Ok(Err(Refused::NotFound));
    };
    let me = poll.place_of(voter);
    let event = match open(&poll, cast, &roles).and_then(|()| checked(&poll, me, event)) {
        Ok(event) => event,
        Err(refused) => return Ok(Err(refused)),
    };
    if !matches!(event, Event::Vote(_)) {
        // What is said is said of a vote.
        let Some(ballot) = store.ballots().of(id, voter).await? else {
            return gone(store, guild, id, now).await;
        };
        let about = match &event {
            Event::Strengths { about, .. } | Event::Evidence { about, .. } => Some(*about),
            _ => None,
        };
        if ballot.choice().is_none() && about.is_none() {
            return Ok(Err(Refused::NoVote));
        }
        if about.is_some() && ballot.choice() != about {
            return Ok(Err(Refused::AboutAnother(Box::new(Mine { poll, ballot }))));
        }
    }
    let standing = if poll.reached { Standing::default() } else { standing(&poll) };
    let taken = store.ballots().cast(id, ballots::Cast { voter, cast, event }, standing).await?;
    match taken {
        Some(ballots::Taken::Yes(stored)) => {
            let ballots::Stored { before, now, reached } = *stored;
            let reached = reached
                && set_reached(store, id).await.unwrap_or_else(|error| {
                    // The vote is on disk. The next one finds the quorum again, or the next start.
                    tracing::error!(poll = %id, %error, "that a poll has its quorum could not be stored");
                    false
                });
            Ok(Ok(Taken { mine: Mine { poll, ballot: now }, before, reached }))
        }
        Some(ballots::Taken::Sealed) => Ok(Err(Refused::Late(poll.closes))),
        None => gone(store, guild, id, now).await,
    }
}

/// Whether anything can be cast now by somebody with these roles.
fn open(poll: &Poll, cast: CastId, roles: &[RoleId]) -> std::result::Result<(), Refused> {
    match poll.state {
        State::Claimed => return Err(Refused::NotYet),
        State::Cancelled => return Err(Refused::Cancelled(Box::new(poll.clone()))),
        State::Closed => return Err(Refused::Late(poll.closes)),
        State::Open if poll.takes(cast.time()) => {}
        State::Open if cast.time() >= poll.closes => return Err(Refused::Late(poll.closes)),
        State::Open => return Err(Refused::NotYet),
    }
    match poll.role {
        Some(role) if !roles.contains(&role) => Err(Refused::Role(role)),
        _ => Ok(()),
    }
}

/// The event, if it fits the poll; texts without the white space around them. `me`: the voter is that nominee.
fn checked(poll: &Poll, me: Option<u8>, event: Event) -> std::result::Result<Event, Refused> {
    let about = match &event {
        Event::Vote(place) => Some(*place),
        Event::Strengths { about, .. } | Event::Evidence { about, .. } => Some(*about),
        Event::Unvote => None,
    };
    if let Some(place) = about {
        let nominee = poll.nominees.get(usize::from(place)).ok_or(Refused::NotFound)?;
        if me == Some(place) {
            return Err(Refused::Yourself);
        }
        if nominee.withdrawn.is_some() {
            return Err(Refused::Withdrawn(Box::new(poll.clone()), place));
        }
    }
    match event {
        Event::Strengths { about, mut themes } => {
            themes.sort_unstable();
            themes.dedup();
            match themes.len() {
                0..=MOST_STRENGTHS => Ok(Event::Strengths { about, themes }),
                n => Err(Refused::Strengths(n)),
            }
        }
        Event::Evidence { about, text, show } => {
            let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
            match text.as_ref().map_or(0, |text| text.chars().count()) {
                0..=LONGEST_EVIDENCE => Ok(Event::Evidence { about, text, show }),
                n => Err(Refused::Evidence(n)),
            }
        }
        event @ (Event::Vote(_) | Event::Unvote) => Ok(event),
    }
}

/// Who counts for the quorum of this poll.
pub(super) fn standing(poll: &Poll) -> Standing {
    let places: Vec<u8> = poll.standing().map(|(place, _)| place).collect();
    if places.len() < 2 {
        // Nobody can choose, and it ends.
        return Standing::default();
    }
    // With three or more left, everybody can choose between two: that is why there are at most two of these.
    let without = poll.standing().filter(|(place, _)| !could_choose(&poll.nominees, Some(*place)));
    Standing {
        places,
        without_choice: without.map(|(_, nominee)| nominee.user).collect(),
        quorum: poll.quorum,
    }
}

pub(super) async fn set_reached(store: &Store, id: PollId) -> Result<bool> {
    store.write(move |conn| Box::pin(polls::set_reached(conn, id))).await
}

/// The ballots are gone: it was counted or cancelled this moment. Or they are lost, and then it is cancelled now.
async fn gone(
    store: &Store,
    guild: GuildId,
    id: PollId,
    now: Timestamp,
) -> Result<std::result::Result<Taken, Refused>> {
    let mut poll = polls::get(&mut *store.read().await?, guild, id).await?;
    if poll.as_ref().is_some_and(|poll| matches!(poll.state, State::Claimed | State::Open)) {
        ending::ballots_gone(store, id, now).await?;
        poll = polls::get(&mut *store.read().await?, guild, id).await?;
    }
    Ok(Err(match poll {
        None => Refused::NotFound,
        Some(poll) if poll.state == State::Closed => Refused::Late(poll.closes),
        Some(poll) => Refused::Cancelled(Box::new(poll)),
    }))
}

/// What somebody has done in a poll so far. None: no such poll on this server.
pub async fn mine(store: &Store, guild: GuildId, id: PollId, voter: UserId) -> Result<Option<Mine>> {
    let Some(poll) = polls::get(&mut *store.read().await?, guild, id).await? else { return Ok(None) };
    let ballot = match poll.state {
        State::Open => store.ballots().of(id, voter).await?.unwrap_or_default(),
        State::Claimed | State::Closed | State::Cancelled => Registers::default(),
    };
    Ok(Some(Mine { poll, ballot }))
}
