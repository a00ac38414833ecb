//! The table `day_off`: ranges of local dates on which a team gets no scheduled prompt.

use super::{Connection, Result, columns};
use crate::domain::id::TeamId;
use jiff::civil::Date;
use sqlx::{Row, sqlite::SqliteRow};

/// A range with its name, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOff {
    /// Its row.
    pub id: i64,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// What people call it.
    pub name: String,
}

fn day_off(row: &SqliteRow) -> Result<DayOff> {
    let day = |column: &'static str| columns::day("day_off", column, &row.try_get::<String, _>(column)?);
    Ok(DayOff {
        id: row.try_get("id")?,
        from: day("from_day")?,
        to: day("to_day")?,
        name: row.try_get("name")?,
    })
}

/// The ranges that end on `from` or later, the earliest first.
pub async fn ending_from(conn: &mut Connection, team: TeamId, from: Date) -> Result<Vec<DayOff>> {
    let rows = sqlx::query("SELECT * FROM day_off WHERE team = ? AND to_day >= ? ORDER BY from_day, id")
        .bind(team.0)
        .bind(from.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(day_off).collect()
}

/// Adds a range.
pub async fn insert(conn: &mut Connection, team: TeamId, from: Date, to: Date, name: &str) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "INSERT INTO day_off (team, from_day, to_day, name) VALUES (?, ?, ?, ?) RETURNING id",
    )
    .bind(team.0)
    .bind(from.to_string())
    .bind(to.to_string())
    .bind(name)
    .fetch_one(conn)
    .await?)
}

/// Takes a range of this team away. False: there is none with this id.
pub async fn delete(conn: &mut Connection, team: TeamId, id: i64) -> Result<bool> {
    let done = sqlx::query("DELETE FROM day_off WHERE id = ? AND team = ?")
        .bind(id)
        .bind(team.0)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}
