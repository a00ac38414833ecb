//! The table `away`: leave, for all the person's teams on a server.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{GuildId, UserId},
    ledger::Away,
};
use jiff::{Timestamp, civil::Date};
use sqlx::{Row, sqlite::SqliteRow};

/// One range as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub user: UserId,
    /// The range.
    pub away: Away,
}

fn stored(row: &SqliteRow) -> Result<Stored> {
    let day = |column| columns::day("away", column, row.try_get(column)?);
    let ended_at: Option<i64> = row.try_get("ended_at")?;
    Ok(Stored {
        id: row.try_get("id")?,
        user: UserId(row.try_get::<i64, _>("user")? as u64),
        away: Away {
            from: day("from_day")?,
            to: day("to_day")?,
            set_at: columns::time(row.try_get("set_at")?),
            ended: match ended_at {
                Some(at) => Some((day("ended_day")?, columns::time(at))),
                None => None,
            },
        },
    })
}

/// The ranges of one person on a server that reach past `after` (None: all), by their first day.
pub async fn of_person(
    conn: &mut Connection,
    guild: GuildId,
    user: UserId,
    after: Option<Date>,
) -> Result<Vec<Stored>> {
    let rows =
        sqlx::query("SELECT * FROM away WHERE guild = ? AND user = ? AND to_day > ? ORDER BY from_day, id")
            .bind(guild.0 as i64)
            .bind(user.0 as i64)
            .bind(after.map_or(String::new(), |day| day.to_string()))
            .fetch_all(conn)
            .await?;
    rows.iter().map(stored).collect()
}

/// The ranges of everybody on a server that reach past `after` (None: all).
pub async fn of_guild(conn: &mut Connection, guild: GuildId, after: Option<Date>) -> Result<Vec<Stored>> {
    let rows = sqlx::query("SELECT * FROM away WHERE guild = ? AND to_day > ? ORDER BY user, from_day, id")
        .bind(guild.0 as i64)
        .bind(after.map_or(String::new(), |day| day.to_string()))
        .fetch_all(conn)
        .await?;
    rows.iter().map(stored).collect()
}

/// Adds a range.
pub async fn insert(conn: &mut Connection, guild: GuildId, user: UserId, away: Away) -> Result<()> {
    sqlx::query(
        "INSERT INTO away (guild, user, from_day, to_day, set_at, ended_day, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(guild.0 as i64)
    .bind(user.0 as i64)
    .bind(away.from.to_string())
    .bind(away.to.to_string())
    .bind(columns::ms(away.set_at))
    .bind(away.ended.map(|(day, _)| day.to_string()))
    .bind(away.ended.map(|(_, at)| columns::ms(at)))
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a range before its last day.
pub async fn end(conn: &mut Connection, id: i64, day: Date, at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE away SET ended_day = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL")
        .bind(day.to_string())
        .bind(columns::ms(at))
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes the leave of everybody on servers that Helmsman was removed from before `then`.
pub async fn delete_left_before(conn: &mut Connection, then: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM away WHERE guild IN (SELECT id FROM guild WHERE removed_at < ?)")
        .bind(columns::ms(then))
        .execute(conn)
        .await?;
    Ok(())
}
