//! Nominees who do not want to be.

use crate::{
    domain::{
        id::{GuildId, PollId, UserId},
        poll::{LEAST_NOMINEES, Poll, State, Withdrawn},
    },
    store::{Result, Store, poll as polls},
};
use jiff::Timestamp;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrew {
    /// Nobody can choose this person any more; votes for the person count for nothing. The poll as it is now. If fewer
    /// than two are left it ends at once.
    Yes(Box<Poll>),
    /// Done before.
    Already,
    /// The person is not nominated in it.
    NotNominated,
    /// It is over, or not open yet.
    NotOpen(Box<Poll>),
    /// No such poll on this server.
    NotFound,
}

/// A nominee withdraws while the poll is open; `at` is when it was cast, by Discord's clock. Once the voting has ended it
/// is too late, as it is for votes: whoever waited for the end does not change what was chosen. Wake the scheduler: the
/// message is to say so.
pub async fn withdraw_nominee(
    store: &Store,
    guild: GuildId,
    id: PollId,
    user: UserId,
    at: Timestamp,
) -> Result<Withdrew> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(poll) = polls::get(conn, guild, id).await? else { return Ok(Withdrew::NotFound) };
                let Some(place) = poll.place_of(user) else { return Ok(Withdrew::NotNominated) };
                if poll.nominees[usize::from(place)].withdrawn.is_some() {
                    return Ok(Withdrew::Already);
                }
                if poll.state != State::Open || poll.closes <= at {
                    return Ok(Withdrew::NotOpen(Box::new(poll)));
                }
                polls::withdraw(conn, id, user, Withdrawn::Self_).await?;
                if poll.standing().count() - 1 < LEAST_NOMINEES {
                    polls::set_closes(conn, id, at).await?;
                }
                let poll = polls::of_id(conn, id).await?.unwrap_or(poll);
                Ok(Withdrew::Yes(Box::new(poll)))
            })
        })
        .await
}
