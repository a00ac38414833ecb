//! When to look again.

use crate::{
    app::{closing, nudging, setup},
    store::{Result, Store, outbox, schedule},
};
use jiff::Timestamp;

/// The next instant at which a schedule, a close or a message may be due; in the past if one is. None: nothing is
/// planned. What waits for the connection is not counted: its return is an event of its own.
pub async fn next(store: &Store, connected_since: Option<Timestamp>) -> Result<Option<Timestamp>> {
    let close = closing::next_at(store, connected_since).await?;
    let purge = if connected_since.is_some() { setup::next_purge(store).await? } else { None };
    let conn = &mut *store.read().await?;
    let nudge = if connected_since.is_some() { nudging::next_at(conn).await? } else { None };
    let instants = [close, purge, nudge, schedule::next_due(conn).await?, outbox::next_at(conn).await?];
    Ok(instants.into_iter().flatten().min())
}
