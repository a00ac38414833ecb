//! The table `weekly_poll`: polls that are made of the week's moments.

use super::{Connection, Result, columns};
use crate::domain::id::{TeamId, UserId};
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
};
use sqlx::{Row, sqlite::SqliteRow};

/// When a team's weekly poll is, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekly {
    /// On which day.
    pub weekday: Weekday,
    /// At which local time.
    pub at: Time,
    /// For how long it is open, in minutes: 5 to 10,080.
    pub minutes: i64,
    /// The local date of the next one.
    pub next_day: Date,
    /// When that is due.
    pub next_due: Timestamp,
    /// Who set it.
    pub by: UserId,
    /// Grows with every change.
    pub version: i64,
}

fn weekly(row: &SqliteRow) -> Result<Weekly> {
    let (weekday, at): (i64, String) = (row.try_get("weekday")?, row.try_get("at")?);
    let day = i8::try_from(weekday).ok().and_then(|day| Weekday::from_monday_zero_offset(day).ok());
    Ok(Weekly {
        weekday: columns::parsed("weekly_poll", "weekday", &weekday.to_string(), day)?,
        at: columns::parsed("weekly_poll", "at", &at, at.parse().ok())?,
        minutes: row.try_get("duration_minutes")?,
        next_day: columns::day("weekly_poll", "next_day", row.try_get("next_day")?)?,
        next_due: columns::time(row.try_get("next_due")?),
        by: UserId(row.try_get::<i64, _>("by")? as u64),
        version: row.try_get("version")?,
    })
}

/// The team's.
pub async fn get(conn: &mut Connection, team: TeamId) -> Result<Option<Weekly>> {
    let row =
        sqlx::query("SELECT * FROM weekly_poll WHERE team = ?").bind(team.0).fetch_optional(conn).await?;
    row.as_ref().map(weekly).transpose()
}

/// Stores it, in the place of what was there; `version` counts on.
pub async fn set(conn: &mut Connection, team: TeamId, new: &Weekly) -> Result<()> {
    sqlx::query(
        "INSERT INTO weekly_poll (team, weekday, at, duration_minutes, next_day, next_due, by) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (team) DO UPDATE SET weekday = ?2, at = ?3, \
         duration_minutes = ?4, next_day = ?5, next_due = ?6, by = ?7, version = version + 1",
    )
    .bind(team.0)
    .bind(new.weekday.to_monday_zero_offset())
    .bind(new.at.strftime("%H:%M").to_string())
    .bind(new.minutes)
    .bind(new.next_day.to_string())
    .bind(columns::ms(new.next_due))
    .bind(new.by.0 as i64)
    .execute(conn)
    .await?;
    Ok(())
}

/// The next one is then.
pub async fn advance(conn: &mut Connection, team: TeamId, day: Date, due: Timestamp) -> Result<()> {
    sqlx::query("UPDATE weekly_poll SET next_day = ?, next_due = ? WHERE team = ?")
        .bind(day.to_string())
        .bind(columns::ms(due))
        .bind(team.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// There is none any more. False: there was none.
pub async fn delete(conn: &mut Connection, team: TeamId) -> Result<bool> {
    let done = sqlx::query("DELETE FROM weekly_poll WHERE team = ?").bind(team.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Teams whose weekly poll is due at `now` and that are none of `but`, the earliest first, at most `limit`. Those that
/// have not started, or were removed, or whose server Helmsman was removed from, have none.
pub async fn due(conn: &mut Connection, now: Timestamp, but: &[TeamId], limit: i64) -> Result<Vec<TeamId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT w.team FROM weekly_poll w JOIN team t ON t.id = w.team LEFT JOIN guild g ON g.id = t.guild \
         WHERE w.next_due <= ? AND w.team NOT IN (SELECT value FROM json_each(?)) AND t.started_at IS NOT NULL \
         AND t.removed_at IS NULL AND g.removed_at IS NULL ORDER BY w.next_due, w.team LIMIT ?",
    )
    .bind(columns::ms(now))
    .bind(columns::list(but))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(TeamId).collect())
}
