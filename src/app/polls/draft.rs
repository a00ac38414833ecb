//! Polls that are being prepared: kept, so that a restart does not lose them; one a person and team.

use crate::{
    app::{alerts, mending::mark_of},
    domain::{
        id::{TeamId, UserId},
        poll::Draft,
    },
    store::{Result, Store, poll_draft},
};
use jiff::Timestamp;

/// What this person prepares for this team.
pub async fn get(store: &Store, team: TeamId, user: UserId) -> Result<Option<Draft>> {
    poll_draft::get(&mut *store.read().await?, team, user).await
}

/// A mark of a draft that somebody looked at: it changes whenever the draft does.
pub fn mark(draft: &Draft) -> String {
    mark_of([alerts::json(draft).as_str()].into_iter())
}

/// Keeps it, in the place of what was there.
pub async fn keep(store: &Store, team: TeamId, user: UserId, draft: Draft, now: Timestamp) -> Result<()> {
    store
        .write(move |conn| Box::pin(async move { poll_draft::set(conn, team, user, &draft, now).await }))
        .await
}

/// Forgets it.
pub async fn drop(store: &Store, team: TeamId, user: UserId) -> Result<()> {
    store.write(move |conn| Box::pin(poll_draft::delete(conn, team, user))).await
}
