//! How a poll ends: counted, or cancelled.
//!
//! Must always hold:
//!
//! - nothing is counted before its time (`closing::may_tally_at` says when that is);
//! - first the file is sealed, then the count is stored, then the file is deleted. A crash in between is followed by the
//!   same count again, because nothing in a sealed file changes; and by no second result, because only who turns the
//!   poll from open to closed stores one;
//! - once a poll has ended, its file goes: at once, or with the next start.

use super::{message, voting};
use crate::{
    app::closing::{GRACE, may_tally_at},
    domain::{
        id::{GuildId, PollId, TeamId, UserId},
        outbound::mix,
        poll::{self, Ballot, Cancelled, Outcome, Poll, State, Withdrawn},
    },
    store::{
        Connection, Result, Store, audit,
        ballots::{Ballots, Sealed},
        moment,
        outbox::{self, Kind, New, Target},
        person, poll as polls, poll_due, recognition,
    },
};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

/// Whether the nominees are still on the server is asked for so long; who is not known about then counts as there.
pub const ASKS: SignedDuration = SignedDuration::from_mins(2);
/// An edit that was on its way when the process ended can be done so much later.
const DONE_LATE: SignedDuration = SignedDuration::from_mins(10);
/// Polls of one pass; the rest is due in the next.
const LARGEST_BATCH: i64 = 500;

/// A poll that is to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub id: PollId,
    /// When the voting ended.
    pub closes: Timestamp,
}

/// Open polls that are to be counted now and are none of `but`, the earliest first.
pub async fn due(
    store: &Store,
    now: Timestamp,
    connected_since: Option<Timestamp>,
    but: &[PollId],
) -> Result<Vec<Due>> {
    let closing = poll_due::closing(&mut *store.read().await?, now - GRACE, but, LARGEST_BATCH).await?;
    let due = closing.into_iter().map(|(id, closes)| Due { id, closes });
    Ok(due.filter(|poll| may_tally_at(poll.closes, connected_since).is_some_and(|at| at <= now)).collect())
}

/// The poll, if it is open.
pub async fn if_open(store: &Store, id: PollId) -> Result<Option<Poll>> {
    let poll = polls::of_id(&mut *store.read().await?, id).await?;
    Ok(poll.filter(|poll| poll.state == State::Open))
}

/// Until when it is asked whether nominees of a poll that closes at `closes` are still there.
pub fn gives_up_at(closes: Timestamp, connected_since: Option<Timestamp>) -> Timestamp {
    may_tally_at(closes, connected_since).unwrap_or(closes).max(closes) + ASKS
}

/// Counts a poll that is due; `left` are the nominees who are known not to be on the server any more. What came out; None:
/// it was counted or cancelled before, or its ballots are gone.
pub async fn tally(
    store: &Store,
    id: PollId,
    left: Vec<UserId>,
    now: Timestamp,
    seed: u64,
) -> Result<Option<Outcome>> {
    let Some(poll) = if_open(store, id).await? else { return Ok(None) };
    let nominees = poll.nominees.iter().map(|nominee| nominee.user).collect();
    let Some(ballots) = store.ballots().seal(id, nominees).await? else {
        ballots_gone(store, id, now).await?;
        return Ok(None);
    };
    let outcome = store
        .write(move |conn| Box::pin(async move { count_in(conn, id, &left, &ballots, now, seed).await }))
        .await?;
    drop_ballots(store, &[id]).await;
    Ok(outcome)
}

async fn count_in(
    conn: &mut Connection,
    id: PollId,
    left: &[UserId],
    ballots: &[Sealed],
    now: Timestamp,
    seed: u64,
) -> Result<Option<Outcome>> {
    for user in left {
        polls::withdraw(conn, id, *user, Withdrawn::Left).await?;
    }
    // As it is now: a nominee may have withdrawn since the ballots were sealed.
    let Some(poll) = polls::of_id(conn, id).await?.filter(|poll| poll.state == State::Open) else {
        return Ok(None);
    };
    let ballots: Vec<Ballot> = ballots.iter().filter_map(standing).collect();
    let outcome = poll::tally(&poll.nominees, &ballots, poll.mode, poll.quorum, mix(seed, 0));
    if !polls::closed(conn, id, &outcome, now).await? {
        return Ok(None);
    }
    let new = New {
        team: Some(poll.team),
        kind: Kind::PollResult,
        occurrence: None,
        poll: Some(id),
        target: Target::Channel(poll.channel),
        body: None,
        nonce: &crate::domain::outbound::nonce(mix(seed, 1)),
        thread: false,
    };
    outbox::insert(conn, new, now).await?;
    if let Outcome::Recognised { people, .. } = &outcome {
        for person in people {
            let Some(nominee) = poll.nominees.get(usize::from(person.place)) else { continue };
            recognition::recognise(conn, id, nominee.user, &person.strengths, &person.evidence).await?;
            if person::get(conn, poll.guild, nominee.user).await?.notes {
                let seed = mix(mix(seed, 2), u64::from(person.place));
                message::note_in(conn, &poll, person.place, now, seed).await?;
            }
        }
    }
    Ok(Some(outcome))
}

fn standing(sealed: &Sealed) -> Option<Ballot> {
    let Sealed { voter_is, registers } = sealed;
    let evidence = registers.evidence().filter(|(_, show)| *show);
    Some(Ballot {
        voter_is: *voter_is,
        choice: registers.choice()?,
        strengths: registers.strengths().to_vec(),
        evidence: evidence.map(|(text, _)| text.to_owned()),
    })
}

/// What became of closing early or cancelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Done. The poll as it was.
    Yes(Box<Poll>),
    /// It is over, or, if it is to be closed, not open yet. The poll as it is.
    NotOpen(Box<Poll>),
    /// No such poll on this server.
    NotFound,
}

/// Ends the voting at `now`; it is counted a few seconds later. Wake the scheduler.
pub async fn close_early(
    store: &Store,
    guild: GuildId,
    id: PollId,
    by: UserId,
    now: Timestamp,
) -> Result<Ended> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(poll) = polls::get(conn, guild, id).await? else { return Ok(Ended::NotFound) };
                if poll.state != State::Open || poll.closes <= now {
                    return Ok(Ended::NotOpen(Box::new(poll)));
                }
                polls::set_closes(conn, id, now).await?;
                let what = format!("poll {id} closed early: {}", super::beginning(&poll.situation));
                audit::add(conn, poll.team, by, now, &what).await?;
                Ok(Ended::Yes(Box::new(poll)))
            })
        })
        .await
}

/// Ends a poll without a result, and deletes its ballots. Wake the scheduler.
pub async fn cancel(store: &Store, guild: GuildId, id: PollId, by: UserId, now: Timestamp) -> Result<Ended> {
    let ended = store
        .write(move |conn| {
            Box::pin(async move {
                let Some(poll) = polls::get(conn, guild, id).await? else { return Ok(Ended::NotFound) };
                if !cancel_in(conn, id, Cancelled::ByManager, now).await? {
                    return Ok(Ended::NotOpen(Box::new(poll)));
                }
                let what = format!("poll {id} cancelled: {}", super::beginning(&poll.situation));
                audit::add(conn, poll.team, by, now, &what).await?;
                Ok(Ended::Yes(Box::new(poll)))
            })
        })
        .await?;
    if matches!(ended, Ended::Yes(_)) {
        drop_ballots(store, &[id]).await;
    }
    Ok(ended)
}

/// Ends a poll without a result, with what was not said of it yet. False: it had ended before. Its ballots are to be
/// dropped once this is stored: [`drop_ballots`].
pub(in crate::app) async fn cancel_in(
    conn: &mut Connection,
    id: PollId,
    why: Cancelled,
    now: Timestamp,
) -> Result<bool> {
    if !polls::cancelled(conn, id, why, now).await? {
        return Ok(false);
    }
    outbox::drop_waiting_of_poll(conn, id).await?;
    // Nobody could vote in what never was open, so what it was made of can be in the next one.
    moment::released(conn, id).await?;
    Ok(true)
}

/// Ends every poll of a team without a result. Which.
pub(in crate::app) async fn cancel_team_in(
    conn: &mut Connection,
    team: TeamId,
    now: Timestamp,
) -> Result<Vec<PollId>> {
    let open = polls::open_of_team(conn, team).await?;
    for poll in &open {
        cancel_in(conn, poll.id, Cancelled::TeamRemoved, now).await?;
    }
    Ok(open.into_iter().map(|poll| poll.id).collect())
}

/// A poll is open and its ballots are not there. Nobody knows what was voted, so it ends, and says so.
pub(super) async fn ballots_gone(store: &Store, id: PollId, now: Timestamp) -> Result<()> {
    let why = Cancelled::BallotsGone;
    if store.write(move |conn| Box::pin(cancel_in(conn, id, why, now))).await? {
        tracing::error!(poll = %id, "the ballots of an open poll are gone; it is cancelled");
    }
    drop_ballots(store, &[id]).await;
    Ok(())
}

/// Deletes the files of polls that have ended. What cannot be deleted now goes with the next start.
pub(in crate::app) async fn drop_ballots(store: &Store, ids: &[PollId]) {
    drop_files(store.ballots(), ids).await;
}

async fn drop_files(ballots: &Ballots, ids: &[PollId]) {
    for id in ids {
        if let Err(error) = ballots.delete(*id).await {
            tracing::error!(poll = %id, %error, "the ballots of a poll could not be deleted; the next start tries again");
        }
    }
}

/// Deletes the files of this poll if it has ended.
pub async fn drop_if_ended(store: &Store, id: PollId) -> Result<()> {
    let poll = polls::of_id(&mut *store.read().await?, id).await?;
    if poll.is_none_or(|poll| matches!(poll.state, State::Closed | State::Cancelled)) {
        drop_ballots(store, &[id]).await;
    }
    Ok(())
}

/// Called once, before anything is counted: deletes files of polls that have ended or never were, cancels open polls
/// whose file is gone, and owes every message what a process before this one may have left undone.
pub async fn recover(store: &Store, now: Timestamp) -> Result<()> {
    let ballots = store.ballots().clone();
    // In one job, so that no poll is opened between: its file would be taken for nobody's.
    let (present, unended) = store
        .write(move |conn| {
            Box::pin(async move {
                let present: HashSet<PollId> = ballots.present()?.into_iter().collect();
                let unended = polls::unended(conn).await?;
                let wanted: HashSet<PollId> = unended.iter().copied().collect();
                let over: Vec<PollId> = present.difference(&wanted).copied().collect();
                drop_files(&ballots, &over).await;
                Ok((present, unended))
            })
        })
        .await?;
    for id in unended {
        if let Err(error) = recover_one(store, id, present.contains(&id), now).await {
            tracing::error!(poll = %id, %error, "a poll could not be looked after at the start; the others go on");
        }
    }
    store.write(move |conn| Box::pin(poll_due::owe_young(conn, now - DONE_LATE))).await
}

async fn recover_one(store: &Store, id: PollId, has_file: bool, now: Timestamp) -> Result<()> {
    if !has_file {
        return ballots_gone(store, id, now).await;
    }
    let poll = if_open(store, id).await?;
    if let Some(poll) = poll.filter(|poll| !poll.reached) {
        // A vote may have been stored, and what it means for the quorum not.
        let standing = voting::standing(&poll);
        if standing.quorum > 0 && store.ballots().reached(id, standing).await? == Some(true) {
            voting::set_reached(store, id).await?;
        }
    }
    Ok(())
}
