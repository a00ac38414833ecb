//! The table `guild`: when Helmsman was removed from a server. A server without a row was never left.

use super::{Connection, Result, columns};
use crate::domain::id::GuildId;
use jiff::Timestamp;

/// When Helmsman was removed from this server. None: it is there.
pub async fn removed_at(conn: &mut Connection, guild: GuildId) -> Result<Option<Timestamp>> {
    let at: Option<Option<i64>> = sqlx::query_scalar("SELECT removed_at FROM guild WHERE id = ?")
        .bind(guild.0 as i64)
        .fetch_optional(conn)
        .await?;
    Ok(at.flatten().map(columns::time))
}

/// Helmsman was removed. The first time counts.
pub async fn removed(conn: &mut Connection, guild: GuildId, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO guild (id, removed_at) VALUES (?, ?)
         ON CONFLICT DO UPDATE SET removed_at = coalesce(removed_at, excluded.removed_at)",
    )
    .bind(guild.0 as i64)
    .bind(columns::ms(at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Helmsman is (again) in this server. True if it had been removed.
pub async fn back(conn: &mut Connection, guild: GuildId) -> Result<bool> {
    let done = sqlx::query("DELETE FROM guild WHERE id = ?").bind(guild.0 as i64).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the servers that Helmsman was removed from before `then`.
pub async fn forget_left_before(conn: &mut Connection, then: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM guild WHERE removed_at < ?").bind(columns::ms(then)).execute(conn).await?;
    Ok(())
}

/// Every server that Helmsman was removed from and is not back in.
pub async fn all_left(conn: &mut Connection) -> Result<Vec<GuildId>> {
    let ids: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM guild WHERE removed_at IS NOT NULL").fetch_all(conn).await?;
    Ok(ids.into_iter().map(|id| GuildId(id as u64)).collect())
}
