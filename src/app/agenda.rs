//! When to look again.

use crate::{
    app::{closing, nudging, polls, setup},
    domain::id::{PollId, TeamId},
    store::{Result, Store, outbox, schedule},
};
use jiff::Timestamp;

/// The next instant at which a schedule, a close or a message may be due; in the past if one is. None: nothing is
/// planned. What waits for the connection is not counted: its return is an event of its own. Nor are the closes of polls
/// and the weekly polls of teams that were put off: whoever did so knows until when.
pub async fn next(
    store: &Store,
    connected_since: Option<Timestamp>,
    (put_off, no_weekly): (&[PollId], &[TeamId]),
) -> Result<Option<Timestamp>> {
    let close = closing::next_at(store, connected_since).await?;
    let poll = polls::next_at(store, connected_since, put_off).await?;
    let remind = if connected_since.is_some() { polls::message::next_reminder(store).await? } else { None };
    let weekly =
        if connected_since.is_some() { polls::weekly::next_at(store, no_weekly).await? } else { None };
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
        schedule::next_due(conn).await?,
        outbox::next_at(conn).await?,
    ];
    Ok(instants.into_iter().flatten().min())
}
