//! The table `series`: the files of servers' own series.

use super::{Connection, Result, columns};
use crate::domain::id::{ChannelId, GuildId, TeamId, UserId};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

/// Which state of which series is stored. Two that are equal have the same file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The series' id.
    pub slug: String,
    /// How many prompts it has.
    pub prompts: u32,
    /// Grows with every change; 1 at first.
    pub version: i64,
    /// When it was changed.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
}

fn stamp(row: &SqliteRow) -> Result<Stamp> {
    Ok(Stamp {
        slug: row.try_get("slug")?,
        prompts: row.try_get::<i64, _>("prompts")? as u32,
        version: row.try_get("version")?,
        at: columns::time(row.try_get("updated_at")?),
        by: UserId(row.try_get::<i64, _>("updated_by")? as u64),
    })
}

/// What a server has, without the files, by id.
pub async fn stamps(conn: &mut Connection, guild: GuildId) -> Result<Vec<Stamp>> {
    let rows = sqlx::query(
        "SELECT slug, prompts, version, updated_at, updated_by FROM series WHERE guild = ? ORDER BY slug",
    )
    .bind(guild.0 as i64)
    .fetch_all(conn)
    .await?;
    rows.iter().map(stamp).collect()
}

/// The file of one series.
pub async fn file(conn: &mut Connection, guild: GuildId, slug: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT file FROM series WHERE guild = ? AND slug = ?")
        .bind(guild.0 as i64)
        .bind(slug)
        .fetch_optional(conn)
        .await?)
}

/// Stores a file, in the place of the one before if there is one.
pub async fn put(
    conn: &mut Connection,
    guild: GuildId,
    slug: &str,
    (file, prompts): (&str, usize),
    by: UserId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO series (guild, slug, file, prompts, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET file = excluded.file, prompts = excluded.prompts, version = version + 1, \
         updated_at = excluded.updated_at, updated_by = excluded.updated_by",
    )
    .bind(guild.0 as i64)
    .bind(slug)
    .bind(file)
    .bind(prompts as i64)
    .bind(columns::ms(at))
    .bind(by.0 as i64)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a series away.
pub async fn delete(conn: &mut Connection, guild: GuildId, slug: &str) -> Result<()> {
    sqlx::query("DELETE FROM series WHERE guild = ? AND slug = ?")
        .bind(guild.0 as i64)
        .bind(slug)
        .execute(conn)
        .await?;
    Ok(())
}

/// Teams of a server that run a series or go on with it at an end, each with how many schedules of it do. What has ended
/// does neither.
pub async fn uses(
    conn: &mut Connection,
    guild: GuildId,
    slug: &str,
) -> Result<Vec<(TeamId, ChannelId, u32)>> {
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT t.id, t.channel, count(*) FROM schedule s JOIN team t ON t.id = s.team \
         WHERE t.guild = ?1 AND t.removed_at IS NULL AND s.state <> 'ended' \
         AND (s.series = ?2 OR s.at_end = 'series:' || ?2) \
         GROUP BY t.id ORDER BY t.id",
    )
    .bind(guild.0 as i64)
    .bind(slug)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(id, at, n)| (TeamId(id), ChannelId(at as u64), n as u32)).collect())
}

/// The servers with series of their own among those for which a schedule is due at `now`.
pub async fn guilds_due(conn: &mut Connection, now: Timestamp) -> Result<Vec<GuildId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT t.guild FROM schedule s JOIN team t ON t.id = s.team \
         WHERE s.state = 'active' AND s.next_due <= ? AND EXISTS (SELECT 1 FROM series o WHERE o.guild = t.guild)",
    )
    .bind(columns::ms(now))
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(|id| GuildId(id as u64)).collect())
}

/// Deletes the series of servers that Helmsman was removed from before `then`.
pub async fn delete_left_before(conn: &mut Connection, then: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM series WHERE guild IN (SELECT id FROM guild WHERE removed_at < ?)")
        .bind(columns::ms(then))
        .execute(conn)
        .await?;
    Ok(())
}
