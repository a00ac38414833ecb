//! The table `occurrence`, what comes after posting: mended words, messages that are to go, and nudges.

use super::{Connection, Result, columns, occurrence::occurrence};
use crate::domain::{
    id::{OccurrenceId, TeamId},
    occurrence::{Occurrence, Snapshot},
};
use jiff::Timestamp;

/// The posted occurrences of a team whose message is not older than `since`, the newest first, at most `limit`.
pub async fn posted_since(
    conn: &mut Connection,
    team: TeamId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Occurrence>> {
    let rows = sqlx::query(
        "SELECT o.*, t.guild FROM occurrence o JOIN team t ON t.id = o.team \
         WHERE o.team = ? AND o.state = 'posted' AND o.opens >= ? ORDER BY o.opens DESC LIMIT ?",
    )
    .bind(team.0)
    .bind(columns::ms(since))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(occurrence).collect()
}

/// What is still to be done to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owed {
    /// Its words were mended.
    Mend,
    /// It is to be deleted.
    Remove,
}

impl Owed {
    fn as_str(self) -> &'static str {
        match self {
            Owed::Mend => "mend",
            Owed::Remove => "remove",
        }
    }
}

/// Owes this to its message from now on.
pub async fn set_owed(conn: &mut Connection, id: OccurrenceId, owed: Owed) -> Result<()> {
    sqlx::query("UPDATE occurrence SET owed = ? WHERE id = ?")
        .bind(owed.as_str())
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// This is not owed any more. (Something else may be, by now.)
pub async fn paid(conn: &mut Connection, id: OccurrenceId, owed: Owed) -> Result<()> {
    sqlx::query("UPDATE occurrence SET owed = 'none' WHERE id = ? AND owed = ?")
        .bind(id.0)
        .bind(owed.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Everything that is owed to messages.
pub async fn owed(conn: &mut Connection) -> Result<Vec<(OccurrenceId, Owed)>> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, owed FROM occurrence WHERE owed <> 'none' ORDER BY id")
            .fetch_all(conn)
            .await?;
    rows.into_iter()
        .map(|(id, word)| {
            let owed = [Owed::Mend, Owed::Remove].into_iter().find(|owed| owed.as_str() == word);
            Ok((OccurrenceId(id), columns::parsed("occurrence", "owed", &word, owed)?))
        })
        .collect()
}

/// When the nudge of this prompt is due; None: there is none (any more).
pub async fn set_nudge(conn: &mut Connection, id: OccurrenceId, at: Option<Timestamp>) -> Result<()> {
    sqlx::query("UPDATE occurrence SET nudge_at = ? WHERE id = ?")
        .bind(at.map(columns::ms))
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Prompts whose nudge is due, the earliest first.
pub async fn nudges_due(conn: &mut Connection, now: Timestamp) -> Result<Vec<OccurrenceId>> {
    let ids: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM occurrence WHERE nudge_at <= ? ORDER BY nudge_at, id LIMIT 500")
            .bind(columns::ms(now))
            .fetch_all(conn)
            .await?;
    Ok(ids.into_iter().map(OccurrenceId).collect())
}

/// Other words for what was posted. Whoever calls this has seen to it that answers keep their meaning.
pub async fn set_snapshot(conn: &mut Connection, id: OccurrenceId, snapshot: &Snapshot) -> Result<()> {
    sqlx::query("UPDATE occurrence SET snapshot = ? WHERE id = ?")
        .bind(serde_json::to_string(snapshot).ok())
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}
