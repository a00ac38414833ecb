//! A poll's messages: the poll itself, its edits, the reminder, the note, and what becomes of it when its message is
//! deleted.
//!
//! Must always hold: votes do not depend on the message: whoever deletes it takes no vote away.

use super::ending::cancel_in;
use crate::{
    app::alerts::{self, Alert},
    domain::{
        id::{ChannelId, GuildId, MessageId, PollId, TeamId, UserId},
        outbound::{State as JobState, mix, nonce},
        poll::{Cancelled, Poll, State},
        reason::Reason,
    },
    store::{
        Connection, Result, Store, audit,
        outbox::{self, Job, Kind, New, Target},
        poll as polls, poll_due, team,
    },
};
use jiff::{SignedDuration, Timestamp};

/// So shortly before the end it is not worth reminding any more.
const TOO_LATE: SignedDuration = SignedDuration::from_mins(1);

/// What a poll's message is made of.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The poll.
    pub poll: Poll,
    /// The nonce of the job that posted it, of which its reference is made.
    pub nonce: String,
}

/// What the message of this poll shows. None: there is no such poll.
pub async fn shown(store: &Store, id: PollId) -> Result<Option<Shown>> {
    let conn = &mut *store.read().await?;
    let Some(poll) = polls::of_id(conn, id).await? else { return Ok(None) };
    let job = outbox::of_poll(conn, id, Kind::Poll).await?;
    Ok(job.map(|job| Shown { poll, nonce: job.nonce }))
}

/// The job that posts a poll.
pub(super) async fn queue_in(
    conn: &mut Connection,
    id: PollId,
    team: TeamId,
    channel: ChannelId,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let new = New {
        team: Some(team),
        kind: Kind::Poll,
        occurrence: None,
        poll: Some(id),
        target: Target::Channel(channel),
        body: None,
        nonce: &nonce(seed),
        thread: false,
    };
    outbox::insert(conn, new, now).await.map(drop)
}

/// The direct message to somebody who was recognised. Its body is the person's place.
pub(super) async fn note_in(
    conn: &mut Connection,
    poll: &Poll,
    place: u8,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let Some(nominee) = poll.nominees.get(usize::from(place)) else { return Ok(()) };
    let new = New {
        team: Some(poll.team),
        kind: Kind::PollNote,
        occurrence: None,
        poll: Some(poll.id),
        target: Target::Person(nominee.user),
        body: Some(&alerts::json(&place)),
        nonce: &nonce(seed),
        thread: false,
    };
    outbox::insert(conn, new, now).await.map(drop)
}

/// Until when a message of a poll is worth sending. None: for ever.
pub(in crate::app) async fn deadline_in(conn: &mut Connection, job: &Job) -> Result<Option<Timestamp>> {
    let Some(id) = job.poll else { return Ok(None) };
    let Some(poll) = polls::of_id(conn, id).await? else { return Ok(Some(Timestamp::MIN)) };
    Ok(match (job.kind, poll.state) {
        // People need half of its time.
        (Kind::Poll, State::Claimed) => {
            Some(job.made_at + poll.closes.duration_since(job.made_at).max(SignedDuration::ZERO) / 2)
        }
        (Kind::Poll | Kind::PollReminder, State::Open) => Some(poll.closes - TOO_LATE),
        (Kind::Poll | Kind::PollReminder, _) => Some(Timestamp::MIN),
        _ => None,
    })
}

/// The job that posts a poll has ended: the poll is open, or it never is.
pub(in crate::app) async fn ended_in(
    conn: &mut Connection,
    job: &Job,
    message: Option<MessageId>,
    reason: &Reason,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let Some(id) = job.poll else { return Ok(()) };
    if let (JobState::Sent, Some(message)) = (job.progress.state, message) {
        return polls::posted(conn, id, message).await;
    }
    // One that was open was to be posted again; it goes on without.
    let Some(poll) = polls::of_id(conn, id).await?.filter(|poll| poll.state == State::Claimed) else {
        return Ok(());
    };
    let unknown = job.progress.state == JobState::Unknown;
    cancel_in(conn, id, if unknown { Cancelled::Unknown } else { Cancelled::NotPosted }, now).await?;
    let alert = Alert::PollNotPosted {
        channel: poll.channel,
        situation: super::beginning(&poll.situation),
        reason: if unknown { Reason::CannotSearch.code() } else { reason.code() },
    };
    tell_opener_in(conn, &poll, &alert, now, mix(seed, 7)).await
}

/// Whether a result was posted cannot be found out.
pub(in crate::app) async fn result_unknown_in(
    conn: &mut Connection,
    id: PollId,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let Some(poll) = polls::of_id(conn, id).await? else { return Ok(()) };
    let situation = super::beginning(&poll.situation);
    let alert = Alert::PollResultUnknown { channel: poll.channel, situation };
    tell_opener_in(conn, &poll, &alert, now, mix(seed, 7)).await
}

/// A result was not posted, and will not be.
pub(in crate::app) async fn result_lost_in(
    conn: &mut Connection,
    id: PollId,
    reason: &Reason,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let Some(poll) = polls::of_id(conn, id).await? else { return Ok(()) };
    let situation = super::beginning(&poll.situation);
    let alert = Alert::PollResultNotPosted { channel: poll.channel, situation, reason: reason.code() };
    tell_opener_in(conn, &poll, &alert, now, mix(seed, 7)).await
}

/// Tells whoever opened a poll something about it; of one that was made of moments, whoever last ran `/setup`.
async fn tell_opener_in(
    conn: &mut Connection,
    poll: &Poll,
    alert: &Alert,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let Some(team) = team::get(conn, poll.team).await?.filter(|team| team.removed_at.is_none()) else {
        return Ok(());
    };
    alerts::tell_in(conn, &team, poll.by.unwrap_or(team.setup_by), alert, now, seed).await
}

/// Queues the reminders that are due. How many. One that cannot be made is left out.
pub async fn remind(store: &Store, now: Timestamp, seed: u64) -> Result<u32> {
    let due = poll_due::reminders_due(&mut *store.read().await?, now).await?;
    let mut queued = 0;
    for id in due {
        let seed = mix(seed, id.0 as u64);
        match store.write(move |conn| Box::pin(remind_in(conn, id, now, seed))).await {
            Ok(new) => queued += u32::from(new),
            Err(error) => {
                tracing::error!(poll = %id, %error, "nobody can be reminded of a poll; the reminder is left out");
                store.write(move |conn| Box::pin(poll_due::reminded(conn, id))).await?;
            }
        }
    }
    Ok(queued)
}

async fn remind_in(conn: &mut Connection, id: PollId, now: Timestamp, seed: u64) -> Result<bool> {
    let wanted = polls::of_id(conn, id)
        .await?
        .filter(|poll| poll.state == State::Open && poll.remind_at.is_some_and(|at| at <= now));
    let Some(poll) = wanted else { return Ok(false) };
    poll_due::reminded(conn, id).await?;
    if now > poll.closes - TOO_LATE {
        return Ok(false);
    }
    let new = New {
        team: Some(poll.team),
        kind: Kind::PollReminder,
        occurrence: None,
        poll: Some(id),
        target: Target::Channel(poll.channel),
        body: None,
        nonce: &nonce(seed),
        thread: false,
    };
    Ok(outbox::insert(conn, new, now).await?.is_some())
}

/// Somebody deleted this message. If it is an open poll's, the votes stay and whoever opened it is told how to post it
/// again. False: it is no poll's.
pub async fn message_deleted(
    store: &Store,
    guild: GuildId,
    message: MessageId,
    now: Timestamp,
    seed: u64,
) -> Result<bool> {
    // Most deleted messages are other people's; the writer is not asked about them.
    if polls::by_message(&mut *store.read().await?, guild, message).await?.is_none() {
        return Ok(false);
    }
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(id) = polls::by_message(conn, guild, message).await? else { return Ok(false) };
                let Some(poll) = polls::of_id(conn, id).await? else { return Ok(false) };
                polls::message_gone(conn, id).await?;
                if poll.state == State::Open {
                    let alert = Alert::PollDeleted {
                        channel: poll.channel,
                        situation: super::beginning(&poll.situation),
                        closes: poll.closes,
                    };
                    tell_opener_in(conn, &poll, &alert, now, seed).await?;
                }
                Ok(true)
            })
        })
        .await
}

/// What became of posting a poll again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reposted {
    /// It is on its way.
    Yes,
    /// Its message is there, or on its way.
    There,
    /// It is not open any more, or about to close.
    NotOpen,
    /// No such poll on this server.
    NotFound,
}

/// Posts an open poll again whose message was deleted. Wake the scheduler.
pub async fn repost(
    store: &Store,
    guild: GuildId,
    id: PollId,
    by: UserId,
    now: Timestamp,
    seed: u64,
) -> Result<Reposted> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(poll) = polls::get(conn, guild, id).await? else { return Ok(Reposted::NotFound) };
                if poll.state != State::Open || now > poll.closes - TOO_LATE {
                    return Ok(Reposted::NotOpen);
                }
                let running = outbox::of_poll(conn, id, Kind::Poll).await?;
                if poll.message.is_some() || running.is_some_and(|job| job.progress.state.is_open()) {
                    return Ok(Reposted::There);
                }
                queue_in(conn, id, poll.team, poll.channel, now, seed).await?;
                let what = format!("poll {id} posted again: {}", super::beginning(&poll.situation));
                audit::add(conn, poll.team, by, now, &what).await?;
                Ok(Reposted::Yes)
            })
        })
        .await
}

/// Polls whose messages are to be brought up to date.
pub async fn owed(store: &Store) -> Result<Vec<PollId>> {
    poll_due::owed(&mut *store.read().await?).await
}

/// The message shows the poll as `shown`, or can never show anything. What has changed meanwhile is still owed.
pub async fn paid(store: &Store, shown: Poll) -> Result<()> {
    store.write(move |conn| Box::pin(async move { poll_due::paid(conn, &shown).await })).await
}
