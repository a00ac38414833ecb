//! The table `audit`: who changed what about a team.

use super::{Connection, Result, columns};
use crate::domain::id::{TeamId, UserId};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who did it.
    pub actor: UserId,
    /// When.
    pub at: Timestamp,
    /// What: a word, then what it was and became.
    pub what: String,
}

fn entry(row: &SqliteRow) -> Result<Entry> {
    Ok(Entry {
        actor: UserId(row.try_get::<i64, _>("actor")? as u64),
        at: columns::time(row.try_get("at")?),
        what: row.try_get("what")?,
    })
}

/// Notes a change.
pub async fn add(
    conn: &mut Connection,
    team: TeamId,
    actor: UserId,
    at: Timestamp,
    what: &str,
) -> Result<()> {
    sqlx::query("INSERT INTO audit (team, actor, at, what) VALUES (?, ?, ?, ?)")
        .bind(team.0)
        .bind(actor.0 as i64)
        .bind(columns::ms(at))
        .bind(what)
        .execute(conn)
        .await?;
    Ok(())
}

/// The latest changes but for the newest `skip`, newest first.
pub async fn page(conn: &mut Connection, team: TeamId, skip: u32, limit: u32) -> Result<Vec<Entry>> {
    let rows = sqlx::query("SELECT * FROM audit WHERE team = ? ORDER BY at DESC, id DESC LIMIT ? OFFSET ?")
        .bind(team.0)
        .bind(limit)
        .bind(skip)
        .fetch_all(conn)
        .await?;
    rows.iter().map(entry).collect()
}

/// The latest changes, newest first.
pub async fn latest(conn: &mut Connection, team: TeamId, limit: u32) -> Result<Vec<Entry>> {
    page(conn, team, 0, limit).await
}

/// The changes since `from` that begin with these words, newest first.
pub async fn about(conn: &mut Connection, team: TeamId, words: &str, from: Timestamp) -> Result<Vec<Entry>> {
    let rows = sqlx::query(
        "SELECT * FROM audit WHERE team = ?1 AND at >= ?2 AND substr(what, 1, length(?3)) = ?3 \
         ORDER BY at DESC, id DESC",
    )
    .bind(team.0)
    .bind(columns::ms(from))
    .bind(words)
    .fetch_all(conn)
    .await?;
    rows.iter().map(entry).collect()
}
