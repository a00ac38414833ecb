//! The one path of everything that Helmsman says of its own accord, as far as the database goes: `domain::outbound`
//! decides, this file stores each decision before it is acted on, together with what follows from it.
//!
//! Must always hold: a step is durable before it is taken and before the next is begun; whatever ends a prompt's job
//! ends or opens its occurrence in the same transaction; a prompt that is in no channel is back in its queue.

use crate::{
    app::{alerts, closing, nudging, polls, posting, schedules, streaks},
    domain::{
        id::{JobId, MessageId, OccurrenceId, TeamId},
        occurrence::{self, Occurrence},
        outbound::{Attempt, CATCH_UP, Progress, Rights, Searched, State, Step, mix},
        reason::Reason,
    },
    store::{
        Connection, Result, Store, occurrence as occurrences,
        outbox::{self, Job, Kind, Target},
        team,
    },
};
use jiff::{SignedDuration, Timestamp};

/// What cannot be read is looked at again after this, and with the next start: another version may be able to.
pub(super) const ASIDE: SignedDuration = SignedDuration::from_hours(24);

/// Jobs that something is to be done about at `now`, the most urgent first: reveals and results, prompts, the rest; nothing
/// that is to be sent to one of the `busy` places. One that cannot be read is put aside, and the others go on.
pub async fn due(store: &Store, now: Timestamp, limit: usize, busy: &[Target]) -> Result<Vec<Job>> {
    let found = outbox::due(&mut *store.read().await?, now, limit as i64, busy).await?;
    let mut jobs = Vec::with_capacity(found.len());
    for (id, job) in found {
        match job {
            Ok(job) => jobs.push(job),
            Err(error) => {
                tracing::error!(job = %id, %error, "a message that is to be sent cannot be read; it is put aside for a day");
                postpone(store, id, now + ASIDE).await?;
            }
        }
    }
    Ok(jobs)
}

/// Called once, before anything is sent: what a process before this one had begun is looked at right away.
pub async fn resume_after_stop(store: &Store, now: Timestamp) -> Result<()> {
    store
        .write(move |conn| {
            Box::pin(async move {
                for id in outbox::left_behind(conn).await? {
                    outbox::postpone(conn, id, now).await?;
                }
                Ok(())
            })
        })
        .await
}

/// What a job's channel allows, and, if it forbids, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// What can be done there.
    pub rights: Rights,
    /// Told to the admin if nothing can be sent.
    pub why_not: Reason,
}

/// Takes a job up. What is to be done is stored before this returns; if it is to be sent or searched, report back with
/// [`attempted`] or [`searched`].
pub async fn take_up(
    store: &Store,
    id: JobId,
    allowed: Allowed,
    now: Timestamp,
    seed: u64,
) -> Result<(Step, Option<Job>)> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((mut job, deadline)) = open_in(conn, id).await? else {
                    return Ok((Step::Rest, None));
                };
                if !job.progress.state.is_open() || job.progress.next_at > now {
                    return Ok((Step::Rest, None));
                }
                let step = job.progress.take_up(now, allowed.rights, deadline);
                let why = End { reason: Some(allowed.why_not), message: None };
                keep_in(conn, &job, why, now, seed).await?;
                Ok((step, Some(job)))
            })
        })
        .await
}

/// Stores what became of an attempt that ended at `now`. `refusal`: why, if Discord said no.
pub async fn attempted(
    store: &Store,
    id: JobId,
    attempt: Attempt,
    refusal: Option<Reason>,
    now: Timestamp,
    seed: u64,
) -> Result<State> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((mut job, _)) = open_in(conn, id).await? else { return Ok(State::Dropped) };
                if job.progress.state != State::Sending {
                    return Ok(job.progress.state);
                }
                job.progress.after(now, attempt);
                let message = match attempt {
                    Attempt::Done(message) => Some(message),
                    _ => None,
                };
                keep_in(conn, &job, End { reason: refusal, message }, now, seed).await?;
                Ok(job.progress.state)
            })
        })
        .await
}

/// Stores what a search that ended at `now` brought.
pub async fn searched(store: &Store, id: JobId, found: Searched, now: Timestamp, seed: u64) -> Result<State> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((mut job, deadline)) = open_in(conn, id).await? else { return Ok(State::Dropped) };
                if job.progress.state != State::Searching {
                    return Ok(job.progress.state);
                }
                job.progress.searched(now, found, deadline);
                let message = match found {
                    Searched::Found(message) => Some(message),
                    _ => None,
                };
                keep_in(conn, &job, End { reason: None, message }, now, seed).await?;
                Ok(job.progress.state)
            })
        })
        .await
}

/// The thread under a sent message is there, or will never be (`error`).
pub async fn thread_done(store: &Store, id: JobId, error: Option<String>) -> Result<()> {
    store
        .write(move |conn| Box::pin(async move { outbox::thread_done(conn, id, error.as_deref()).await }))
        .await
}

/// Looks at a job again at `next_at`, without any step.
pub async fn postpone(store: &Store, id: JobId, next_at: Timestamp) -> Result<()> {
    store.write(move |conn| Box::pin(outbox::postpone(conn, id, next_at))).await
}

/// What the job speaks of is gone, or not wanted any more: it is dropped, unless an attempt was begun.
pub async fn give_up(store: &Store, id: JobId, now: Timestamp, seed: u64) -> Result<()> {
    store.write(move |conn| Box::pin(give_up_in(conn, id, now, seed))).await
}

async fn give_up_in(conn: &mut Connection, id: JobId, now: Timestamp, seed: u64) -> Result<()> {
    let Some((mut job, _)) = open_in(conn, id).await? else { return Ok(()) };
    // What may be in a channel has to be found out: a message of which nobody knows keeps its buttons for ever.
    if job.progress.state != State::Waiting {
        return Ok(());
    }
    job.progress.state = State::Dropped;
    keep_in(conn, &job, End { reason: None, message: None }, now, mix(seed, id.0 as u64)).await
}

/// The team has been removed: of what was not sent yet nothing is wanted any more. A prompt among it goes back to its
/// queue.
pub(super) async fn silence_in(conn: &mut Connection, team: TeamId, now: Timestamp, seed: u64) -> Result<()> {
    for job in outbox::waiting_of(conn, team).await? {
        give_up_in(conn, job, now, seed).await?;
    }
    Ok(())
}

/// The job, and the last instant at which a round of sends may begin.
async fn open_in(conn: &mut Connection, id: JobId) -> Result<Option<(Job, Option<Timestamp>)>> {
    let Some(job) = outbox::get(conn, id).await? else { return Ok(None) };
    let removed = match job.team {
        Some(team) => team::get(conn, team).await?.is_none_or(|team| team.removed_at.is_some()),
        None => false,
    };
    let deadline = match (job.kind, job.occurrence) {
        // A removed team is silent at once.
        _ if removed => Some(Timestamp::MIN),
        (Kind::Prompt, Some(occurrence)) => occurrences::of_id(conn, occurrence)
            .await?
            .map(|occurrence| prompt_deadline(&occurrence, job.made_at)),
        (Kind::Nudge, Some(prompt)) => {
            let open = occurrences::of_id(conn, prompt)
                .await?
                .filter(|prompt| prompt.state == occurrence::State::Posted && prompt.tallied_at.is_none());
            Some(open.map_or(Timestamp::MIN, |prompt| prompt.closes - nudging::TOO_LATE))
        }
        (Kind::Poll | Kind::PollReminder, _) => polls::message::deadline_in(conn, &job).await?,
        // It is said once, and people wait for it.
        (Kind::PollResult, _) => None,
        // What else Helmsman says stays worth saying; but what is in doubt is not said again for ever.
        _ => job.progress.first_try.map(|first| first + CATCH_UP),
    };
    Ok(Some((job, deadline)))
}

/// A prompt is posted within the catch-up window, and only while people have at least half of its time left. One that
/// is not wanted any more is never posted.
fn prompt_deadline(occurrence: &Occurrence, made_at: Timestamp) -> Timestamp {
    if occurrence.state != occurrence::State::Claimed {
        return Timestamp::MIN;
    }
    let half = made_at + occurrence.closes.duration_since(made_at) / 2;
    (occurrence.due + CATCH_UP).min(half)
}

/// What is known about the end of a job.
struct End {
    reason: Option<Reason>,
    message: Option<MessageId>,
}

/// Stores the job's progress and, if it has ended, what follows.
async fn keep_in(conn: &mut Connection, job: &Job, end: End, now: Timestamp, seed: u64) -> Result<()> {
    let Progress { state, .. } = job.progress;
    let failed = matches!(state, State::Refused);
    let error = end.reason.as_ref().filter(|_| failed).map(Reason::code);
    let mut progress = job.progress;
    if state == State::Sent {
        // The thread is the next step of the same job.
        progress.next_at = now;
    }
    outbox::set_progress(conn, job.id, &progress, end.message, error.as_deref()).await?;
    if state.is_open() {
        return Ok(());
    }
    let reason = end.reason.unwrap_or(Reason::CannotSearch);
    match (job.kind, job.occurrence) {
        (Kind::Prompt, Some(id)) => prompt_ended_in(conn, job, id, reason, end.message, now, seed).await,
        (Kind::Poll, _) => {
            if state == State::Refused && is_the_channels(&reason) {
                suspend_in(conn, job, &reason, now, seed).await?;
            }
            // What the channel allows is no reason for these, nor that nobody could look.
            let reason = match state {
                State::Dropped => Reason::TooLate,
                State::Deleted => Reason::Deleted,
                _ => reason,
            };
            polls::message::ended_in(conn, job, end.message, &reason, now, seed).await
        }
        (Kind::Reveal | Kind::Intro | Kind::PollResult | Kind::PollReminder, _) => {
            if state == State::Refused && is_the_channels(&reason) {
                suspend_in(conn, job, &reason, now, seed).await?;
            }
            match (state, job.kind, job.occurrence, job.poll) {
                (State::Unknown, _, Some(occurrence), _) => {
                    tell_unknown_in(conn, job.kind, occurrence, now, seed).await
                }
                (State::Unknown, Kind::PollResult, _, Some(poll)) => {
                    polls::message::result_unknown_in(conn, poll, now, seed).await
                }
                (State::Refused, Kind::PollResult, _, Some(poll)) => {
                    polls::message::result_lost_in(conn, poll, &reason, now, seed).await
                }
                (State::Dropped, Kind::PollResult, _, Some(poll)) => {
                    polls::message::result_lost_in(conn, poll, &Reason::TooLate, now, seed).await
                }
                _ => Ok(()),
            }
        }
        // An alert that cannot be told is told by the next manager command.
        _ => Ok(()),
    }
}

/// A job was refused: the schedules of its team stop, unless the team has moved away from that channel.
async fn suspend_in(
    conn: &mut Connection,
    job: &Job,
    reason: &Reason,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let (Some(team), Target::Channel(channel)) = (job.team, job.target) else { return Ok(()) };
    if team::get(conn, team).await?.is_some_and(|team| team.channel == channel) {
        schedules::suspend_in(conn, team, reason, now, seed).await?;
    }
    Ok(())
}

/// Whether the trouble is with the channel, so that nothing else can be said there either.
fn is_the_channels(reason: &Reason) -> bool {
    !matches!(reason, Reason::Refused(_))
        || matches!(reason, Reason::Refused(10_003 | 10_004 | 50_001 | 50_013 | 403 | 404))
}

async fn prompt_ended_in(
    conn: &mut Connection,
    job: &Job,
    id: OccurrenceId,
    reason: Reason,
    message: Option<MessageId>,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let Some(occurrence) = occurrences::of_id(conn, id).await? else { return Ok(()) };
    match (job.progress.state, message) {
        (State::Sent, Some(message)) => {
            occurrences::posted(conn, id, message).await?;
            if team::get(conn, occurrence.team).await?.is_some_and(|team| team.removed_at.is_some()) {
                // It was on its way when the team was removed.
                return closing::close_unfairly_in(conn, occurrence.team, now).await;
            }
            return streaks::opened_in(conn, occurrence.team, occurrence.day, now).await;
        }
        // Taken back before it was there.
        _ if occurrence.state != occurrence::State::Claimed => return Ok(()),
        (State::Deleted, _) => {
            occurrences::end(conn, id, occurrence::State::Retracted, &Reason::Deleted.code()).await?;
        }
        (State::Unknown, _) => {
            occurrences::end(conn, id, occurrence::State::Unknown, &Reason::CannotSearch.code()).await?;
            tell_unknown_in(conn, job.kind, id, now, seed).await?;
        }
        (State::Refused, _) => {
            occurrences::end(conn, id, occurrence::State::Missed, &reason.code()).await?;
            posting::prompt_back_in(conn, id, job.body.as_deref(), now).await?;
            suspend_in(conn, job, &reason, now, mix(seed, 5)).await?;
        }
        _ => {
            occurrences::end(conn, id, occurrence::State::Missed, &Reason::TooLate.code()).await?;
            posting::prompt_back_in(conn, id, job.body.as_deref(), now).await?;
        }
    }
    streaks::settle_in(conn, occurrence.team, occurrence.day, now).await
}

async fn tell_unknown_in(
    conn: &mut Connection,
    kind: Kind,
    id: OccurrenceId,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let Some(occurrence) = occurrences::of_id(conn, id).await? else { return Ok(()) };
    let Some(team) = team::get(conn, occurrence.team).await? else { return Ok(()) };
    alerts::unknown_in(conn, &team, kind, &occurrence, now, mix(seed, 4)).await
}
