//! The table `audit`: who changed what about a team.

use super::{Connection, Result, columns};
use crate::domain::id::{TeamId, UserId};
use jiff::Timestamp;
use sqlx::Row;

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

/// The latest changes, newest first.
pub async fn latest(conn: &mut Connection, team: TeamId, limit: u32) -> Result<Vec<Entry>> {
    let rows = sqlx::query("SELECT * FROM audit WHERE team = ? ORDER BY at DESC, id DESC LIMIT ?")
        .bind(team.0)
        .bind(limit)
        .fetch_all(conn)
        .await?;
    let entry = |row: &sqlx::sqlite::SqliteRow| {
        Ok(Entry {
            actor: UserId(row.try_get::<i64, _>("actor")? as u64),
            at: columns::time(row.try_get("at")?),
            what: row.try_get("what")?,
        })
    };
    rows.iter().map(entry).collect()
}
