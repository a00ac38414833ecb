//! The table `excuse`: a manager says that a missed day shall not count.

use super::{Connection, Result, columns};
use crate::domain::id::{TeamId, UserId};
use jiff::{Timestamp, civil::Date};
use sqlx::Row;

/// The days after `after` (None: all) for which somebody in the team is excused.
pub async fn active_of_team(
    conn: &mut Connection,
    team: TeamId,
    after: Option<Date>,
) -> Result<Vec<(UserId, Date)>> {
    let rows = sqlx::query("SELECT user, day FROM excuse WHERE team = ? AND day > ? AND undone_at IS NULL")
        .bind(team.0)
        .bind(after.map_or(String::new(), |day| day.to_string()))
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let day: &str = row.try_get("day")?;
            Ok((UserId(row.try_get::<i64, _>("user")? as u64), columns::day("excuse", "day", day)?))
        })
        .collect()
}

/// The days after `after` (None: all) for which this person is excused.
pub async fn active_of_person(
    conn: &mut Connection,
    team: TeamId,
    user: UserId,
    after: Option<Date>,
) -> Result<Vec<Date>> {
    let days: Vec<String> = sqlx::query_scalar(
        "SELECT day FROM excuse WHERE team = ? AND user = ? AND day > ? AND undone_at IS NULL",
    )
    .bind(team.0)
    .bind(user.0 as i64)
    .bind(after.map_or(String::new(), |day| day.to_string()))
    .fetch_all(conn)
    .await?;
    days.iter().map(|day| columns::day("excuse", "day", day)).collect()
}

/// Excuses a day. The caller has checked who may, and folds the streak again.
pub async fn insert(
    conn: &mut Connection,
    team: TeamId,
    user: UserId,
    day: Date,
    reason: &str,
    by: UserId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO excuse (team, user, day, reason, by, at) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(team.0)
        .bind(user.0 as i64)
        .bind(day.to_string())
        .bind(reason)
        .bind(by.0 as i64)
        .bind(columns::ms(at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes the excuses of a day back. Says how many there were.
pub async fn undo(
    conn: &mut Connection,
    team: TeamId,
    user: UserId,
    day: Date,
    at: Timestamp,
) -> Result<u64> {
    let done = sqlx::query(
        "UPDATE excuse SET undone_at = ? WHERE team = ? AND user = ? AND day = ? AND undone_at IS NULL",
    )
    .bind(columns::ms(at))
    .bind(team.0)
    .bind(user.0 as i64)
    .bind(day.to_string())
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
