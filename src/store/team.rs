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
    /// How many minutes before a prompt closes a nudge is posted (30 to 1,440); None: never.
    pub nudge_minutes: Option<i64>,
    /// Whether members can suggest questions.
    pub suggestions: bool,
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
        nudge_minutes: row.try_get("nudge_minutes")?,
        suggestions: row.try_get("suggestions")?,
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

/// The team that lived in this channel until it was removed last, if its data is still there.
pub async fn removed_of_channel(
    conn: &mut Connection,
    guild: GuildId,
    channel: ChannelId,
) -> Result<Option<Team>> {
    let row = sqlx::query(
        "SELECT * FROM team WHERE channel = ? AND guild = ? AND removed_at IS NOT NULL
         ORDER BY removed_at DESC LIMIT 1",
    )
    .bind(channel.0 as i64)
    .bind(guild.0 as i64)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(team).transpose()
}

/// The teams of a server that were not removed, oldest first.
pub async fn of_guild(conn: &mut Connection, guild: GuildId) -> Result<Vec<Team>> {
    let rows = sqlx::query("SELECT * FROM team WHERE guild = ? AND removed_at IS NULL ORDER BY id")
        .bind(guild.0 as i64)
        .fetch_all(conn)
        .await?;
    rows.iter().map(team).collect()
}

/// Every server that has a team, and every channel that one lives in.
pub async fn places(conn: &mut Connection) -> Result<Vec<(GuildId, ChannelId)>> {
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT guild, channel FROM team WHERE removed_at IS NULL ORDER BY guild, channel")
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|(guild, channel)| (GuildId(guild as u64), ChannelId(channel as u64))).collect())
}

/// Whoever last ran /setup.
pub async fn set_setup_by(conn: &mut Connection, id: TeamId, user: UserId) -> Result<()> {
    sqlx::query("UPDATE team SET setup_by = ? WHERE id = ?")
        .bind(user.0 as i64)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks the first start. False if it was started before, and then nothing changes.
pub async fn start(conn: &mut Connection, id: TeamId, now: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE team SET started_at = ?, version = version + 1 WHERE id = ? AND started_at IS NULL",
    )
    .bind(columns::ms(now))
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Another time zone.
pub async fn set_zone(conn: &mut Connection, id: TeamId, zone: &str) -> Result<()> {
    sqlx::query("UPDATE team SET zone = ?, version = version + 1 WHERE id = ?")
        .bind(zone)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Another manager role, or none.
pub async fn set_manager_role(conn: &mut Connection, id: TeamId, role: Option<RoleId>) -> Result<()> {
    sqlx::query("UPDATE team SET manager_role = ?, version = version + 1 WHERE id = ?")
        .bind(role.map(|role| role.0 as i64))
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// How long a prompt can be answered, in minutes: 60 to 4,320, or the database refuses.
pub async fn set_window(conn: &mut Connection, id: TeamId, minutes: i64) -> Result<()> {
    sqlx::query("UPDATE team SET window_minutes = ?, version = version + 1 WHERE id = ?")
        .bind(minutes)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether members can suggest questions.
pub async fn set_suggestions(conn: &mut Connection, id: TeamId, on: bool) -> Result<()> {
    sqlx::query("UPDATE team SET suggestions = ?, version = version + 1 WHERE id = ?")
        .bind(on)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// How many minutes before a prompt closes a nudge is posted: 30 to 1,440, or the database refuses. None: never.
pub async fn set_nudge(conn: &mut Connection, id: TeamId, minutes: Option<i64>) -> Result<()> {
    sqlx::query("UPDATE team SET nudge_minutes = ?, version = version + 1 WHERE id = ?")
        .bind(minutes)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Another channel of the same server. It must be free, or the database refuses.
pub async fn set_channel(conn: &mut Connection, id: TeamId, channel: ChannelId) -> Result<()> {
    sqlx::query("UPDATE team SET channel = ?, version = version + 1 WHERE id = ?")
        .bind(channel.0 as i64)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a team, or brings it back (None). Its channel must be free then, or the database refuses.
pub async fn set_removed(conn: &mut Connection, id: TeamId, at: Option<Timestamp>) -> Result<()> {
    sqlx::query("UPDATE team SET removed_at = ?, version = version + 1 WHERE id = ?")
        .bind(at.map(columns::ms))
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes one team with all it has.
pub async fn delete(conn: &mut Connection, id: TeamId) -> Result<()> {
    sqlx::query("DELETE FROM team WHERE id = ?").bind(id.0).execute(conn).await?;
    Ok(())
}

/// Deletes, with all they have, the teams that were removed before `then`, and those of servers that Helmsman was
/// removed from before `then`. How many.
pub async fn delete_removed_before(conn: &mut Connection, then: Timestamp) -> Result<u64> {
    let done = sqlx::query(
        "DELETE FROM team WHERE removed_at < ?1
             OR guild IN (SELECT id FROM guild WHERE removed_at < ?1)",
    )
    .bind(columns::ms(then))
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
