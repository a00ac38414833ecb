//! The table `streak`: the cache of the fold.

use super::{Connection, Result, casts, columns};
use crate::domain::{
    id::{GuildId, TeamId, UserId},
    streak::Streak,
};
use jiff::civil::Date;
use sqlx::{Row, sqlite::SqliteRow};

/// A person's cached streak in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cached {
    /// The fold over everything known.
    pub now: Streak,
    /// The last day of the settled part.
    pub settled_day: Date,
    /// The fold over the days up to and with `settled_day`.
    pub settled: Streak,
}

pub(super) fn cached(row: &SqliteRow) -> Result<Cached> {
    let day: &str = row.try_get("settled_day")?;
    Ok(Cached {
        now: Streak { len: row.try_get("len")?, best: row.try_get("best")?, p: row.try_get("p")? },
        settled_day: columns::day("streak", "settled_day", day)?,
        settled: Streak {
            len: row.try_get("settled_len")?,
            best: row.try_get("settled_best")?,
            p: row.try_get("settled_p")?,
        },
    })
}

/// The cache of one person and the largest milestone that the person was told about (0: none). No row: never answered.
pub async fn get(conn: &mut Connection, team: TeamId, user: UserId) -> Result<Option<(Cached, u32)>> {
    let row = sqlx::query(
        "SELECT s.*, (SELECT ifnull(max(m.n), 0) FROM milestone m WHERE m.team = s.team AND m.user = s.user) AS told \
         FROM streak s WHERE s.team = ? AND s.user = ?",
    )
    .bind(team.0)
    .bind(user.0 as i64)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(|row| Ok((cached(row)?, row.try_get("told")?))).transpose()
}

/// Every cached streak of a team, by person.
pub async fn of_team(conn: &mut Connection, team: TeamId) -> Result<Vec<(UserId, Cached)>> {
    let rows =
        sqlx::query("SELECT * FROM streak WHERE team = ? ORDER BY user").bind(team.0).fetch_all(conn).await?;
    rows.iter().map(|row| Ok((UserId(row.try_get::<i64, _>("user")? as u64), cached(row)?))).collect()
}

/// Stores a person's cache.
pub async fn put(conn: &mut Connection, team: TeamId, user: UserId, cached: &Cached) -> Result<()> {
    casts::keep(conn, [], [(team, user, cached)]).await
}

/// The teams of a server in which this person has a streak.
pub async fn teams_of_person(conn: &mut Connection, guild: GuildId, user: UserId) -> Result<Vec<TeamId>> {
    let teams: Vec<i64> = sqlx::query_scalar(
        "SELECT s.team FROM team t JOIN streak s ON s.team = t.id WHERE t.guild = ? AND s.user = ? ORDER BY s.team",
    )
    .bind(guild.0 as i64)
    .bind(user.0 as i64)
    .fetch_all(conn)
    .await?;
    Ok(teams.into_iter().map(TeamId).collect())
}

/// Whether an occurrence that is posted on `day` can change a stored streak: something closed on that day or a later
/// one, or a person's settled part reaches so far.
pub async fn is_touched_by(conn: &mut Connection, team: TeamId, day: Date) -> Result<bool> {
    let touched = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM occurrence WHERE team = ?1 AND day >= ?2 AND tallied_at IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM streak WHERE team = ?1 AND settled_day >= ?2)",
    )
    .bind(team.0)
    .bind(day.to_string())
    .fetch_one(conn)
    .await?;
    Ok(touched)
}
