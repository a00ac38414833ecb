//! The table `poll` by what is to be done: polls to be counted, to remind people of, and with a message to be brought up to
//! date.

use super::{Connection, Result, columns, poll::of_id};
use crate::domain::{id::PollId, poll::Poll};
use jiff::Timestamp;

/// Open polls that close at `at` or before and are none of `but`, with that instant, the earliest first; at most `limit`.
pub async fn closing(
    conn: &mut Connection,
    at: Timestamp,
    but: &[PollId],
    limit: i64,
) -> Result<Vec<(PollId, Timestamp)>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT id, closes FROM poll WHERE state IN ('claimed', 'open') AND state = 'open' AND closes <= ? \
         AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY closes, id LIMIT ?",
    )
    .bind(columns::ms(at))
    .bind(columns::list(but))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(id, closes)| (PollId(id), columns::time(closes))).collect())
}

/// Messages that are to be brought up to date.
pub async fn owed(conn: &mut Connection) -> Result<Vec<PollId>> {
    let ids: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM poll WHERE owed = 1 ORDER BY id").fetch_all(conn).await?;
    Ok(ids.into_iter().map(PollId).collect())
}

/// Every message that may not show what it should: whatever a process that is gone had on its way.
pub async fn owe_young(conn: &mut Connection, since: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE poll SET owed = 1 WHERE message IS NOT NULL \
         AND (state = 'open' OR (state IN ('closed', 'cancelled') AND tallied_at >= ?))",
    )
    .bind(columns::ms(since))
    .execute(conn)
    .await?;
    Ok(())
}

/// The message is as it should be, if the poll still is as it was when the message was made of it.
pub async fn paid(conn: &mut Connection, shown: &Poll) -> Result<()> {
    if of_id(conn, shown.id).await?.is_some_and(|now| now == *shown) {
        sqlx::query("UPDATE poll SET owed = 0 WHERE id = ?").bind(shown.id.0).execute(conn).await?;
    }
    Ok(())
}

/// Open polls of which people are to be reminded at `now`.
pub async fn reminders_due(conn: &mut Connection, now: Timestamp) -> Result<Vec<PollId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM poll WHERE remind_at IS NOT NULL AND state = 'open' AND remind_at <= ? ORDER BY id",
    )
    .bind(columns::ms(now))
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(PollId).collect())
}

/// The reminder is done, or not wanted any more.
pub async fn reminded(conn: &mut Connection, id: PollId) -> Result<()> {
    sqlx::query("UPDATE poll SET remind_at = NULL WHERE id = ?").bind(id.0).execute(conn).await?;
    Ok(())
}
