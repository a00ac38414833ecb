//! When to look again.

use crate::{
    app::{closing, nudging, polls, setup},
    domain::id::{OccurrenceId, PollId, ScheduleId, TeamId},
    store::{Result, Store, outbox, schedule},
};
use jiff::Timestamp;

/// What failed by itself and was put off, by whoever knows until when.
#[derive(Clone, Debug, Default)]
pub struct PutOff {
    /// Schedules that could not be claimed.
    pub claims: Vec<ScheduleId>,
    /// Prompts that could not be closed.
    pub closes: Vec<OccurrenceId>,
    /// Polls that could not be counted.
    pub polls: Vec<PollId>,
    /// Teams whose weekly poll could not be made.
    pub weekly: Vec<TeamId>,
}

/// The next instant at which a schedule, a close or a message may be due; in the past if one is. None: nothing is
/// planned. What waits for the connection is not counted: its return is an event of its own. Nor is what was put off.
pub async fn next(
    store: &Store,
    connected_since: Option<Timestamp>,
    put_off: &PutOff,
) -> Result<Option<Timestamp>> {
    let close = closing::next_at(store, connected_since, &put_off.closes).await?;
    let poll = polls::next_at(store, connected_since, &put_off.polls).await?;
    let remind = if connected_since.is_some() { polls::message::next_reminder(store).await? } else { None };
    let weekly =
        if connected_since.is_some() { polls::weekly::next_at(store, &put_off.weekly).await? } else { None };
    let purge = if connected_since.is_some() { setup::next_purge(store).await? } else { None };
    let conn = &mut *store.read().await?;
    let nudge = if connected_since.is_some() { nudging::next_at(conn).await? } else { None };
    let instants = [
        close,
        poll,
        remind,
        weekly,
        purge,
        nudge,
        schedule::next_due(conn, &put_off.claims).await?,
        outbox::next_at(conn).await?,
    ];
    Ok(instants.into_iter().flatten().min())
}
