//! The table `occurrence`.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{ChannelId, GuildId, MessageId, OccurrenceId, ScheduleId, TeamId},
    occurrence::{Occurrence, State},
};
use sqlx::{Row, sqlite::SqliteRow};

fn occurrence(row: &SqliteRow) -> Result<Occurrence> {
    let word: &str = row.try_get("state")?;
    let day: &str = row.try_get("day")?;
    let snapshot: Option<&str> = row.try_get("snapshot")?;
    let optional_time =
        |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(columns::time));
    Ok(Occurrence {
        id: OccurrenceId(row.try_get("id")?),
        team: TeamId(row.try_get("team")?),
        guild: GuildId(row.try_get::<i64, _>("guild")? as u64),
        channel: ChannelId(row.try_get::<i64, _>("channel")? as u64),
        schedule: row.try_get::<Option<i64>, _>("schedule")?.map(ScheduleId),
        day: columns::day("occurrence", "day", day)?,
        due: columns::time(row.try_get("due")?),
        bonus: row.try_get("bonus")?,
        state: columns::parsed("occurrence", "state", word, State::parse(word))?,
        reason: row.try_get("reason")?,
        snapshot: snapshot
            .map(|json| columns::parsed("occurrence", "snapshot", json, serde_json::from_str(json).ok()))
            .transpose()?,
        opens: optional_time("opens")?,
        closes: columns::time(row.try_get("closes")?),
        message: row.try_get::<Option<i64>, _>("message")?.map(|id| MessageId(id as u64)),
        down: row.try_get("down")?,
        tallied_at: optional_time("tallied_at")?,
        sealed: row.try_get("sealed")?,
    })
}

/// The occurrence with this id, if it belongs to this server.
pub async fn get(conn: &mut Connection, guild: GuildId, id: OccurrenceId) -> Result<Option<Occurrence>> {
    let row = sqlx::query(
        "SELECT o.*, t.guild FROM occurrence o JOIN team t ON t.id = o.team WHERE o.id = ? AND t.guild = ?",
    )
    .bind(id.0)
    .bind(guild.0 as i64)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(occurrence).transpose()
}

/// The occurrence whose message this is, if it belongs to this server.
pub async fn by_message(
    conn: &mut Connection,
    guild: GuildId,
    message: MessageId,
) -> Result<Option<Occurrence>> {
    let row = sqlx::query(
        "SELECT o.*, t.guild FROM occurrence o JOIN team t ON t.id = o.team \
         WHERE o.message = ? AND t.guild = ?",
    )
    .bind(message.0 as i64)
    .bind(guild.0 as i64)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(occurrence).transpose()
}

/// The prompts of a team that can be answered, newest first.
pub async fn open_of_team(conn: &mut Connection, team: TeamId) -> Result<Vec<Occurrence>> {
    let rows = sqlx::query(
        "SELECT o.*, t.guild FROM occurrence o JOIN team t ON t.id = o.team \
         WHERE o.team = ? AND o.state = 'posted' AND o.tallied_at IS NULL ORDER BY o.opens DESC",
    )
    .bind(team.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(occurrence).collect()
}
