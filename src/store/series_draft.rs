//! The table `series_draft`: files that were uploaded and not yet confirmed.

use super::{Connection, Result, columns};
use crate::domain::id::{GuildId, UserId};
use jiff::Timestamp;
use sqlx::Row;

/// A file that waits for a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Tells it from every other upload.
    pub token: i64,
    /// The series' id.
    pub slug: String,
    /// The file as it would be kept.
    pub file: String,
    /// The version of the server's series of that id when the difference was shown; 0: there was none.
    pub version: i64,
    /// When it was uploaded.
    pub at: Timestamp,
}

/// Keeps this one, and no earlier one of the same person.
pub async fn put(conn: &mut Connection, guild: GuildId, user: UserId, draft: &Draft) -> Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO series_draft (guild, user, token, slug, file, version, made_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(guild.0 as i64)
    .bind(user.0 as i64)
    .bind(draft.token)
    .bind(&draft.slug)
    .bind(&draft.file)
    .bind(draft.version)
    .bind(columns::ms(draft.at))
    .execute(conn)
    .await?;
    Ok(())
}

/// The person's draft on this server.
pub async fn get(conn: &mut Connection, guild: GuildId, user: UserId) -> Result<Option<Draft>> {
    let row = sqlx::query("SELECT * FROM series_draft WHERE guild = ? AND user = ?")
        .bind(guild.0 as i64)
        .bind(user.0 as i64)
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        Ok(Draft {
            token: row.try_get("token")?,
            slug: row.try_get("slug")?,
            file: row.try_get("file")?,
            version: row.try_get("version")?,
            at: columns::time(row.try_get("made_at")?),
        })
    })
    .transpose()
}

/// Forgets the person's draft if it is this one. False: there is no such draft.
pub async fn delete(conn: &mut Connection, guild: GuildId, user: UserId, token: i64) -> Result<bool> {
    let done = sqlx::query("DELETE FROM series_draft WHERE guild = ? AND user = ? AND token = ?")
        .bind(guild.0 as i64)
        .bind(user.0 as i64)
        .bind(token)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Forgets everybody's drafts of this series.
pub async fn delete_of(conn: &mut Connection, guild: GuildId, slug: &str) -> Result<()> {
    sqlx::query("DELETE FROM series_draft WHERE guild = ? AND slug = ?")
        .bind(guild.0 as i64)
        .bind(slug)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets what nobody has confirmed since `then`.
pub async fn delete_before(conn: &mut Connection, then: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM series_draft WHERE made_at < ?").bind(columns::ms(then)).execute(conn).await?;
    Ok(())
}
