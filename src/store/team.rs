//! The table `team`.

use super::{Connection, Result, columns};
use crate::domain::id::{ChannelId, GuildId, RoleId, TeamId, UserId};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

/// A team as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its row.
    pub id: TeamId,
    /// The server.
    pub guild: GuildId,
    /// The channel it lives in now.
    pub channel: ChannelId,
    /// IANA time zone.
    pub zone: String,
    /// Members with this role are managers, beside those with Manage Server.
    pub manager_role: Option<RoleId>,
    /// How long a prompt can be answered, in minutes (60 to 4,320), unless a schedule says otherwise.
    pub window_minutes: i64,
    /// Whoever last ran /setup.
    pub setup_by: UserId,
    /// When it was first started. None: still a draft.
    pub started_at: Option<Timestamp>,
    /// When it was removed; its data goes 30 days later.
    pub removed_at: Option<Timestamp>,
    /// Grows with every change, so that the second of two editors can be told.
    pub version: i64,
}

fn team(row: &SqliteRow) -> Result<Team> {
    let optional_time =
        |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(columns::time));
    Ok(Team {
        id: TeamId(row.try_get("id")?),
        guild: GuildId(row.try_get::<i64, _>("guild")? as u64),
        channel: ChannelId(row.try_get::<i64, _>("channel")? as u64),
        zone: row.try_get("zone")?,
        manager_role: row.try_get::<Option<i64>, _>("manager_role")?.map(|id| RoleId(id as u64)),
        window_minutes: row.try_get("window_minutes")?,
        setup_by: UserId(row.try_get::<i64, _>("setup_by")? as u64),
        started_at: optional_time("started_at")?,
        removed_at: optional_time("removed_at")?,
        version: row.try_get("version")?,
    })
}

/// The team with this id, removed or not.
pub async fn get(conn: &mut Connection, id: TeamId) -> Result<Option<Team>> {
    let row = sqlx::query("SELECT * FROM team WHERE id = ?").bind(id.0).fetch_optional(conn).await?;
    row.as_ref().map(team).transpose()
}

/// The team that lives in this channel of this server. A removed team lives nowhere.
pub async fn of_channel(conn: &mut Connection, guild: GuildId, channel: ChannelId) -> Result<Option<Team>> {
    let row = sqlx::query("SELECT * FROM team WHERE channel = ? AND guild = ? AND removed_at IS NULL")
        .bind(channel.0 as i64)
        .bind(guild.0 as i64)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(team).transpose()
}

/// Makes a team that has not started. `window_minutes` and the rest have their defaults.
pub async fn insert(
    conn: &mut Connection,
    guild: GuildId,
    channel: ChannelId,
    zone: &str,
    setup_by: UserId,
    now: Timestamp,
) -> Result<TeamId> {
    let id = sqlx::query_scalar(
        "INSERT INTO team (guild, channel, zone, setup_by, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(guild.0 as i64)
    .bind(channel.0 as i64)
    .bind(zone)
    .bind(setup_by.0 as i64)
    .bind(columns::ms(now))
    .fetch_one(conn)
    .await?;
    Ok(TeamId(id))
}
