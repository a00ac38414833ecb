//! The table `outage`: when nobody could be heard.

use super::{Connection, Result, columns};
use crate::domain::id::{ChannelId, GuildId};
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;

/// Ended outages are of no use to anybody once every window that they touched is tallied (72 h at most).
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Where nobody could be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere: the session with Discord was lost.
    Everywhere,
    /// On one server: Discord had an outage there.
    Guild(GuildId),
    /// In one channel: it was gone, or Helmsman could not see it or write in it.
    Channel(ChannelId),
}

impl Scope {
    fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Everywhere => (None, None),
            Self::Guild(guild) => (Some(guild.0 as i64), None),
            Self::Channel(channel) => (None, Some(channel.0 as i64)),
        }
    }
}

/// Begins an outage. One that goes on already goes on.
pub async fn begin(conn: &mut Connection, scope: Scope, at: Timestamp) -> Result<()> {
    let (guild, channel) = scope.columns();
    sqlx::query(
        "INSERT INTO outage (guild, channel, from_at) SELECT ?1, ?2, ?3 WHERE NOT EXISTS
             (SELECT 1 FROM outage WHERE to_at IS NULL AND guild IS ?1 AND channel IS ?2)",
    )
    .bind(guild)
    .bind(channel)
    .bind(columns::ms(at))
    .execute(&mut *conn)
    .await?;
    sqlx::query("DELETE FROM outage WHERE to_at < ?").bind(columns::ms(at - KEPT)).execute(conn).await?;
    Ok(())
}

/// Ends the outage that goes on, if there is one.
pub async fn end(conn: &mut Connection, scope: Scope, at: Timestamp) -> Result<()> {
    let (guild, channel) = scope.columns();
    sqlx::query(
        "UPDATE outage SET to_at = max(?3, from_at) WHERE to_at IS NULL AND guild IS ?1 AND channel IS ?2",
    )
    .bind(guild)
    .bind(channel)
    .bind(columns::ms(at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether an outage of exactly this scope goes on.
pub async fn goes_on(conn: &mut Connection, scope: Scope) -> Result<bool> {
    let (guild, channel) = scope.columns();
    let row = sqlx::query("SELECT 1 FROM outage WHERE to_at IS NULL AND guild IS ?1 AND channel IS ?2")
        .bind(guild)
        .bind(channel)
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// What is out now, everywhere aside.
pub async fn going_on(conn: &mut Connection) -> Result<Vec<Scope>> {
    let rows = sqlx::query("SELECT guild, channel FROM outage WHERE to_at IS NULL").fetch_all(conn).await?;
    rows.iter()
        .filter_map(|row| {
            let scope = |guild: Option<i64>, channel: Option<i64>| match (guild, channel) {
                (_, Some(channel)) => Some(Scope::Channel(ChannelId(channel as u64))),
                (Some(guild), None) => Some(Scope::Guild(GuildId(guild as u64))),
                (None, None) => None,
            };
            let read = || Ok(scope(row.try_get("guild")?, row.try_get("channel")?));
            read().transpose()
        })
        .collect()
}

/// Deletes the outages of servers that Helmsman was removed from before `then`.
pub async fn delete_left_before(conn: &mut Connection, then: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM outage WHERE guild IN (SELECT id FROM guild WHERE removed_at < ?)")
        .bind(columns::ms(then))
        .execute(conn)
        .await?;
    Ok(())
}

/// The outages that this channel of this server felt between two instants, in the order of their beginning. One that
/// goes on has no end. They may overlap.
pub async fn felt(
    conn: &mut Connection,
    guild: GuildId,
    channel: ChannelId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(Timestamp, Option<Timestamp>)>> {
    let rows = sqlx::query(
        "SELECT from_at, to_at FROM outage
         WHERE (to_at IS NULL OR to_at > ?1) AND from_at < ?2
           AND ((guild IS NULL AND channel IS NULL) OR guild = ?3 OR channel = ?4)
         ORDER BY from_at",
    )
    .bind(columns::ms(from))
    .bind(columns::ms(to))
    .bind(guild.0 as i64)
    .bind(channel.0 as i64)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let to = row.try_get::<Option<i64>, _>("to_at")?.map(columns::time);
            Ok((columns::time(row.try_get("from_at")?), to))
        })
        .collect()
}
