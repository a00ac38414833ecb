//! The table `team_streak`: the cache of the team's fold.

use super::{Connection, Result, columns};
use crate::domain::{id::TeamId, streak::TeamStreak};
use jiff::civil::Date;
use sqlx::Row;

/// A team's cached streak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cached {
    /// The fold over everything known.
    pub now: TeamStreak,
    /// The last day of the settled part.
    pub settled_day: Date,
    /// The fold over the days up to and with `settled_day`.
    pub settled: TeamStreak,
}

/// The cache of this team. No row: no day of it ever closed.
pub async fn get(conn: &mut Connection, team: TeamId) -> Result<Option<Cached>> {
    let row =
        sqlx::query("SELECT * FROM team_streak WHERE team = ?").bind(team.0).fetch_optional(conn).await?;
    row.map(|row| {
        let day: &str = row.try_get("settled_day")?;
        Ok(Cached {
            now: TeamStreak { len: row.try_get("len")?, best: row.try_get("best")? },
            settled_day: columns::day("team_streak", "settled_day", day)?,
            settled: TeamStreak { len: row.try_get("settled_len")?, best: row.try_get("settled_best")? },
        })
    })
    .transpose()
}

/// Stores a team's cache.
pub async fn put(conn: &mut Connection, team: TeamId, cached: &Cached) -> Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO team_streak (team, len, best, settled_day, settled_len, settled_best) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(team.0)
    .bind(cached.now.len)
    .bind(cached.now.best)
    .bind(cached.settled_day.to_string())
    .bind(cached.settled.len)
    .bind(cached.settled.best)
    .execute(conn)
    .await?;
    Ok(())
}
