//! The table `occurrence`.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{ChannelId, GuildId, MessageId, OccurrenceId, ScheduleId, TeamId},
    occurrence::{Occurrence, Snapshot, State},
};
use jiff::{Timestamp, civil::Date};
use sqlx::{Row, sqlite::SqliteRow};
use std::sync::Arc;

pub(super) fn occurrence(row: &SqliteRow) -> Result<Occurrence> {
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
            .map(|json| {
                columns::parsed("occurrence", "snapshot", json, serde_json::from_str(json).ok().map(Arc::new))
            })
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

/// The occurrence with this id, for work that began here and not with an id from outside.
pub async fn of_id(conn: &mut Connection, id: OccurrenceId) -> Result<Option<Occurrence>> {
    let row =
        sqlx::query("SELECT o.*, t.guild FROM occurrence o JOIN team t ON t.id = o.team WHERE o.id = ?")
            .bind(id.0)
            .fetch_optional(conn)
            .await?;
    row.as_ref().map(occurrence).transpose()
}

/// What a new occurrence begins with.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// One key, one post: [`scheduled_key`] or [`by_hand_key`].
    pub key: &'a str,
    /// Whose.
    pub team: TeamId,
    /// None for a post by hand.
    pub schedule: Option<ScheduleId>,
    /// The team's channel at this moment.
    pub channel: ChannelId,
    /// The local date.
    pub day: Date,
    /// The due instant, or the claim's for a post by hand.
    pub due: Timestamp,
    /// Claimed, missed or skipped.
    pub state: State,
    /// A code of `domain::reason`.
    pub reason: Option<&'a str>,
    /// What is posted, if anything.
    pub snapshot: Option<&'a Snapshot>,
    /// When it closes.
    pub closes: Timestamp,
}

/// The key of a schedule's occurrence on a local date.
pub fn scheduled_key(schedule: ScheduleId, day: Date) -> String {
    format!("s{schedule}:{day}")
}

/// The key of a post by hand: the interaction that asked for it.
pub fn by_hand_key(interaction: u64) -> String {
    format!("i{interaction}")
}

/// Stores a new occurrence. None: there is one with this key, and nothing was stored. This is the guard against a
/// second post, whatever the callers believe.
pub async fn insert(conn: &mut Connection, new: New<'_>) -> Result<Option<OccurrenceId>> {
    let snapshot = new.snapshot.and_then(|snapshot| serde_json::to_string(snapshot).ok());
    let id: Option<i64> = sqlx::query_scalar(
        "INSERT INTO occurrence (key, team, schedule, channel, day, due, bonus, state, reason, snapshot, closes) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id",
    )
    .bind(new.key)
    .bind(new.team.0)
    .bind(new.schedule.map(|id| id.0))
    .bind(new.channel.0 as i64)
    .bind(new.day.to_string())
    .bind(columns::ms(new.due))
    .bind(new.schedule.is_none())
    .bind(new.state.as_str())
    .bind(new.reason)
    .bind(snapshot)
    .bind(columns::ms(new.closes))
    .fetch_optional(conn)
    .await?;
    Ok(id.map(OccurrenceId))
}

/// The local dates from `from` on for which this schedule has an occurrence already, in whatever state.
pub async fn taken_days(conn: &mut Connection, schedule: ScheduleId, from: Date) -> Result<Vec<Date>> {
    // Dates stand in keys so that their order as text is their order in time, and ';' comes after ':'.
    let days: Vec<String> =
        sqlx::query_scalar("SELECT day FROM occurrence WHERE key >= ? AND key < ? ORDER BY key")
            .bind(scheduled_key(schedule, from))
            .bind(format!("s{schedule};"))
            .fetch_all(conn)
            .await?;
    days.iter().map(|text| columns::day("occurrence", "day", text)).collect()
}

/// Whether the team has a scheduled prompt on this local date: claimed or posted, or retracted afterwards.
pub async fn prompt_on(conn: &mut Connection, team: TeamId, day: Date) -> Result<bool> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM occurrence WHERE team = ? AND day = ? AND bonus = 0 \
         AND state IN ('claimed', 'posted', 'retracted'))",
    )
    .bind(team.0)
    .bind(day.to_string())
    .fetch_one(conn)
    .await?)
}

/// Whether a prompt of the team is claimed and not posted yet.
pub async fn on_its_way(conn: &mut Connection, team: TeamId) -> Result<bool> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM occurrence WHERE team = ? AND tallied_at IS NULL \
         AND state IN ('claimed', 'posted') AND state = 'claimed')",
    )
    .bind(team.0)
    .fetch_one(conn)
    .await?)
}

/// Its message is in the channel. Only a claimed occurrence becomes posted; one that was taken back meanwhile keeps its
/// state and learns its message.
pub async fn posted(conn: &mut Connection, id: OccurrenceId, message: MessageId) -> Result<()> {
    sqlx::query(
        "UPDATE occurrence SET state = CASE state WHEN 'claimed' THEN 'posted' ELSE state END, message = ?, opens = ? \
         WHERE id = ? AND message IS NULL",
    )
    .bind(message.0 as i64)
    .bind(columns::ms(message.time()))
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends it in another way than by a tally. A reveal that waited for the next prompt is not wanted any more.
pub async fn end(conn: &mut Connection, id: OccurrenceId, state: State, reason: &str) -> Result<()> {
    sqlx::query(
        "UPDATE occurrence SET state = ?, reason = ?, \
         reveal = CASE reveal WHEN 'held' THEN 'none' ELSE reveal END WHERE id = ?",
    )
    .bind(state.as_str())
    .bind(reason)
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Open occurrences whose window ended at `until` or earlier and that are none of `but`, the earliest first. Each by itself:
/// one that cannot be read hides no other.
pub async fn closing(
    conn: &mut Connection,
    until: Timestamp,
    but: &[OccurrenceId],
) -> Result<Vec<(OccurrenceId, Result<Occurrence>)>> {
    let rows = sqlx::query(
        "SELECT o.*, t.guild FROM occurrence o JOIN team t ON t.id = o.team \
         WHERE o.state = 'posted' AND o.tallied_at IS NULL AND o.closes <= ? \
         AND o.id NOT IN (SELECT value FROM json_each(?)) ORDER BY o.closes",
    )
    .bind(columns::ms(until))
    .bind(columns::list(but))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((OccurrenceId(row.try_get("id")?), occurrence(row)))).collect()
}

/// Whether a window is open.
pub async fn any_open(conn: &mut Connection) -> Result<bool> {
    let any = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM occurrence WHERE state = 'posted' AND tallied_at IS NULL)",
    );
    Ok(any.fetch_one(conn).await?)
}

/// Open occurrences whose message is not older than `since`.
pub async fn opened_since(conn: &mut Connection, since: Timestamp) -> Result<Vec<OccurrenceId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM occurrence WHERE state = 'posted' AND tallied_at IS NULL AND opens >= ?",
    )
    .bind(columns::ms(since))
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(OccurrenceId).collect())
}

/// What becomes of the reveal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reveal {
    /// There is none.
    None,
    /// It waits for the next prompt.
    Held,
    /// It is in the outbox.
    Queued,
}

impl Reveal {
    fn as_str(self) -> &'static str {
        match self {
            Reveal::None => "none",
            Reveal::Held => "held",
            Reveal::Queued => "queued",
        }
    }
}

/// The window is over: from now on everything is late. False: it was tallied before, or is not open.
pub async fn tallied(conn: &mut Connection, id: OccurrenceId, at: Timestamp, down: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE occurrence SET tallied_at = ?, down = ? WHERE id = ? AND state = 'posted' AND tallied_at IS NULL",
    )
    .bind(columns::ms(at))
    .bind(down)
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores what becomes of its reveal.
pub async fn set_reveal(conn: &mut Connection, id: OccurrenceId, reveal: Reveal) -> Result<()> {
    sqlx::query("UPDATE occurrence SET reveal = ? WHERE id = ?")
        .bind(reveal.as_str())
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Occurrences of the team whose reveal waits for the next prompt, in the order in which they closed.
pub async fn held(conn: &mut Connection, team: TeamId) -> Result<Vec<Occurrence>> {
    let rows = sqlx::query(
        "SELECT o.*, t.guild FROM occurrence o JOIN team t ON t.id = o.team \
         WHERE o.team = ? AND o.reveal = 'held' ORDER BY o.closes, o.id",
    )
    .bind(team.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(occurrence).collect()
}

/// Every channel, with its server, that has an occurrence on its way, open or not sealed: also one from which its team
/// has moved meanwhile.
pub async fn places(conn: &mut Connection) -> Result<Vec<(GuildId, ChannelId)>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT t.guild, o.channel FROM occurrence o JOIN team t ON t.id = o.team \
         WHERE o.tallied_at IS NULL AND o.state IN ('claimed', 'posted') \
         UNION \
         SELECT t.guild, o.channel FROM occurrence o JOIN team t ON t.id = o.team \
         WHERE o.tallied_at IS NOT NULL AND o.sealed = 0 AND o.state = 'posted'",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(guild, channel)| (GuildId(guild as u64), ChannelId(channel as u64))).collect())
}

/// Tallied occurrences whose message still has its buttons, in the order in which they were tallied.
pub async fn unsealed(conn: &mut Connection) -> Result<Vec<OccurrenceId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM occurrence WHERE tallied_at IS NOT NULL AND sealed = 0 AND state = 'posted' \
         ORDER BY tallied_at, id",
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(OccurrenceId).collect())
}

/// Its message has no buttons any more.
pub async fn seal(conn: &mut Connection, id: OccurrenceId) -> Result<()> {
    sqlx::query("UPDATE occurrence SET sealed = 1 WHERE id = ?").bind(id.0).execute(conn).await?;
    Ok(())
}

/// A date for which a schedule has an occurrence: its state and reason.
pub type DayTaken = (ScheduleId, Date, State, Option<String>);

/// The dates from `from` on for which a schedule of the team has an occurrence.
pub async fn days_taken(conn: &mut Connection, team: TeamId, from: Date) -> Result<Vec<DayTaken>> {
    let rows: Vec<(i64, String, String, Option<String>)> = sqlx::query_as(
        "SELECT schedule, day, state, reason FROM occurrence \
         WHERE team = ? AND day >= ? AND schedule IS NOT NULL",
    )
    .bind(team.0)
    .bind(from.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(schedule, day, state, reason)| {
            let state = columns::parsed("occurrence", "state", &state, State::parse(&state))?;
            Ok((ScheduleId(schedule), columns::day("occurrence", "day", &day)?, state, reason))
        })
        .collect()
}

/// Forgets that a date was skipped with this reason. False: it was not.
pub async fn unskip(conn: &mut Connection, schedule: ScheduleId, day: Date, reason: &str) -> Result<bool> {
    let done = sqlx::query("DELETE FROM occurrence WHERE key = ? AND state = 'skipped' AND reason = ?")
        .bind(scheduled_key(schedule, day))
        .bind(reason)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The id of the prompt that this schedule asked last.
pub async fn last_prompt(conn: &mut Connection, schedule: ScheduleId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT json_extract(snapshot, '$.prompt.id') FROM occurrence \
         WHERE key >= ? AND key < ? AND snapshot IS NOT NULL ORDER BY key DESC LIMIT 1",
    )
    .bind(format!("s{schedule}:"))
    .bind(format!("s{schedule};"))
    .fetch_optional(conn)
    .await?)
}
