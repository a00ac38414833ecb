//! The table `person`: what a person has chosen for a server.

use super::{Connection, Result, columns};
use crate::domain::id::{GuildId, UserId};
use jiff::Timestamp;
use sqlx::Row;

/// What a person has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Others may nominate the person in polls and note moments.
    pub nominations: bool,
    /// The person gets a private note when recognised.
    pub notes: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { nominations: true, notes: false }
    }
}

/// What this person has chosen; the defaults if nothing.
pub async fn get(conn: &mut Connection, guild: GuildId, user: UserId) -> Result<Settings> {
    let row = sqlx::query("SELECT nominations, notes FROM person WHERE guild = ? AND user = ?")
        .bind(guild.0 as i64)
        .bind(user.0 as i64)
        .fetch_optional(conn)
        .await?;
    match row {
        Some(row) => Ok(Settings { nominations: row.try_get("nominations")?, notes: row.try_get("notes")? }),
        None => Ok(Settings::default()),
    }
}

/// Stores what this person has chosen.
pub async fn set(conn: &mut Connection, guild: GuildId, user: UserId, settings: Settings) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO person (guild, user, nominations, notes) VALUES (?, ?, ?, ?)")
        .bind(guild.0 as i64)
        .bind(user.0 as i64)
        .bind(settings.nominations)
        .bind(settings.notes)
        .execute(conn)
        .await?;
    Ok(())
}

/// Those among `users` whom nobody may nominate.
pub async fn opted_out(conn: &mut Connection, guild: GuildId, users: &[UserId]) -> Result<Vec<UserId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT p.user FROM json_each(?) c JOIN person p ON p.guild = ? AND p.user = c.value \
         WHERE p.nominations = 0 ORDER BY c.key",
    )
    .bind(columns::list(users.iter().map(|user| user.0 as i64)))
    .bind(guild.0 as i64)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(|id| UserId(id as u64)).collect())
}

/// Deletes what was chosen on servers that Helmsman was removed from before `then`.
pub async fn delete_left_before(conn: &mut Connection, then: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM person WHERE guild IN (SELECT id FROM guild WHERE removed_at < ?)")
        .bind(columns::ms(then))
        .execute(conn)
        .await?;
    Ok(())
}
