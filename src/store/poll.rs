//! The tables `poll` and `nominee`. Who chose whom is in none of them. What is due of a poll is asked in `poll_due`.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{ChannelId, GuildId, MessageId, PollId, RoleId, TeamId, UserId},
    poll::{Cancelled, Mode, Nominee, Noted, Outcome, Poll, State, Withdrawn},
};
use jiff::Timestamp;
use serde::Deserialize;
use sqlx::{Row, sqlite::SqliteRow};

fn poll(row: &SqliteRow) -> Result<Poll> {
    let optional_time =
        |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(columns::time));
    let word = |column| row.try_get::<String, _>(column);
    let (mode, state, reason): (_, _, Option<String>) =
        (word("mode")?, word("state")?, row.try_get("reason")?);
    let outcome: Option<String> = row.try_get("outcome")?;
    let json = |column: &'static str, text: &str| {
        columns::parsed("poll", column, text, serde_json::from_str::<serde_json::Value>(text).ok())
    };
    let (nominees, moments) = (word("nominees")?, word("moments")?);
    Ok(Poll {
        id: PollId(row.try_get("id")?),
        team: TeamId(row.try_get("team")?),
        guild: GuildId(row.try_get::<i64, _>("guild")? as u64),
        channel: ChannelId(row.try_get::<i64, _>("channel")? as u64),
        by: row.try_get::<Option<i64>, _>("by")?.map(|id| UserId(id as u64)),
        situation: row.try_get("situation")?,
        link: row.try_get("link")?,
        mode: columns::parsed("poll", "mode", &mode, Mode::parse(&mode))?,
        quorum: row.try_get::<i64, _>("quorum")? as u32,
        role: row.try_get::<Option<i64>, _>("role")?.map(|id| RoleId(id as u64)),
        state: columns::parsed("poll", "state", &state, State::parse(&state))?,
        reason: match reason {
            Some(reason) => Some(columns::parsed("poll", "reason", &reason, Cancelled::parse(&reason))?),
            None => None,
        },
        made_at: columns::time(row.try_get("made_at")?),
        opens: optional_time("opens")?,
        closes: columns::time(row.try_get("closes")?),
        remind_at: optional_time("remind_at")?,
        message: row.try_get::<Option<i64>, _>("message")?.map(|id| MessageId(id as u64)),
        reached: row.try_get("reached")?,
        tallied_at: optional_time("tallied_at")?,
        nominees: columns::parsed("poll", "nominees", &nominees, nominees_of(json("nominees", &nominees)?))?,
        moments: columns::parsed("poll", "moments", &moments, moments_of(json("moments", &moments)?))?,
        outcome: match outcome {
            Some(text) => Some(columns::parsed("poll", "outcome", &text, serde_json::from_str(&text).ok())?),
            None => None,
        },
    })
}

fn nominees_of(list: serde_json::Value) -> Option<Vec<Nominee>> {
    let list = Vec::<(i64, String, Option<String>)>::deserialize(list).ok()?;
    list.into_iter()
        .map(|(user, name, withdrawn)| {
            let withdrawn = match withdrawn {
                Some(word) => Some(Withdrawn::parse(&word)?),
                None => None,
            };
            Some(Nominee { user: UserId(user as u64), name, withdrawn })
        })
        .collect()
}

fn moments_of(list: serde_json::Value) -> Option<Vec<Noted>> {
    let list = Vec::<(i64, String, Option<String>)>::deserialize(list).ok()?;
    Some(
        list.into_iter()
            .map(|(about, text, link)| Noted { about: UserId(about as u64), text, link })
            .collect(),
    )
}

/// What a new poll begins with.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// `i<interaction>` or `w<team>:<day>`. One key, one poll.
    pub key: &'a str,
    /// Whose it is.
    pub team: TeamId,
    /// Where it is opened.
    pub channel: ChannelId,
    /// Who opens it.
    pub by: Option<UserId>,
    /// What happened.
    pub situation: &'a str,
    /// The message it is about.
    pub link: Option<&'a str>,
    /// What is shown at the end.
    pub mode: Mode,
    /// So many must vote.
    pub quorum: u32,
    /// Who may vote.
    pub role: Option<RoleId>,
    /// When it closes.
    pub closes: Timestamp,
    /// When people are reminded.
    pub remind_at: Option<Timestamp>,
    /// Who can be chosen, in the order in which they are shown.
    pub nominees: &'a [(UserId, String)],
}

/// The key of a poll that somebody opened by this interaction.
pub fn by_hand_key(interaction: u64) -> String {
    format!("i{interaction}")
}

/// The key of the poll that is made of a week's moments on this local date.
pub fn weekly_key(team: TeamId, day: jiff::civil::Date) -> String {
    format!("w{team}:{day}")
}

/// Stores a new poll, claimed. None: the key is taken, and nothing was stored.
pub async fn insert(conn: &mut Connection, new: New<'_>, now: Timestamp) -> Result<Option<PollId>> {
    let id: Option<i64> = sqlx::query_scalar(
        "INSERT INTO poll (key, team, channel, by, situation, link, mode, quorum, role, state, made_at, closes, \
         remind_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'claimed', ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id",
    )
    .bind(new.key)
    .bind(new.team.0)
    .bind(new.channel.0 as i64)
    .bind(new.by.map(|by| by.0 as i64))
    .bind(new.situation)
    .bind(new.link)
    .bind(new.mode.as_str())
    .bind(i64::from(new.quorum))
    .bind(new.role.map(|role| role.0 as i64))
    .bind(columns::ms(now))
    .bind(columns::ms(new.closes))
    .bind(new.remind_at.map(columns::ms))
    .fetch_optional(&mut *conn)
    .await?;
    let Some(id) = id else { return Ok(None) };
    let nominees = (0_u8..).zip(new.nominees).map(|(place, (user, name))| (place, user.0 as i64, name));
    sqlx::query(
        "INSERT INTO nominee (poll, place, user, name) \
         SELECT ?, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
    )
    .bind(id)
    .bind(columns::list(nominees))
    .execute(conn)
    .await?;
    Ok(Some(PollId(id)))
}

/// Which poll has this key.
pub async fn of_key(conn: &mut Connection, key: &str) -> Result<Option<PollId>> {
    let id: Option<i64> =
        sqlx::query_scalar("SELECT id FROM poll WHERE key = ?").bind(key).fetch_optional(conn).await?;
    Ok(id.map(PollId))
}

/// The polls with these ids; in one look, because what a statement costs is the way to the connection and back.
async fn all(conn: &mut Connection, ids: Vec<i64>) -> Result<Vec<Poll>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(
        "SELECT p.*, t.guild, \
         (SELECT json_group_array(json_array(n.user, n.name, n.withdrawn) ORDER BY n.place) FROM nominee n \
         WHERE n.poll = p.id) AS nominees, \
         (SELECT json_group_array(json_array(m.about, m.text, m.link) ORDER BY m.at, m.id) FROM moment m \
         WHERE m.poll = p.id AND m.dismissed_at IS NULL) AS moments \
         FROM json_each(?) c JOIN poll p ON p.id = c.value JOIN team t ON t.id = p.team ORDER BY c.key",
    )
    .bind(columns::list(ids))
    .fetch_all(conn)
    .await?;
    rows.iter().map(poll).collect()
}

/// The poll with this id. For ids of our own; whoever has one from outside asks [`get`].
pub async fn of_id(conn: &mut Connection, id: PollId) -> Result<Option<Poll>> {
    Ok(all(conn, vec![id.0]).await?.pop())
}

/// The poll with this id, if it is one of this server.
pub async fn get(conn: &mut Connection, guild: GuildId, id: PollId) -> Result<Option<Poll>> {
    Ok(of_id(conn, id).await?.filter(|poll| poll.guild == guild))
}

/// The poll with this message, if it is one of this server.
pub async fn by_message(conn: &mut Connection, guild: GuildId, message: MessageId) -> Result<Option<PollId>> {
    let id: Option<i64> = sqlx::query_scalar(
        "SELECT p.id FROM poll p JOIN team t ON t.id = p.team WHERE p.message = ? AND t.guild = ?",
    )
    .bind(message.0 as i64)
    .bind(guild.0 as i64)
    .fetch_optional(conn)
    .await?;
    Ok(id.map(PollId))
}

/// The polls of a team: those that are open first, then the newest; at most `limit`.
pub async fn of_team(conn: &mut Connection, team: TeamId, limit: i64) -> Result<Vec<Poll>> {
    let ids = sqlx::query_scalar(
        "SELECT id FROM poll WHERE team = ? ORDER BY state IN ('claimed', 'open') DESC, made_at DESC, id DESC LIMIT ?",
    )
    .bind(team.0)
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    all(conn, ids).await
}

/// The polls of a team that are neither closed nor cancelled, oldest first.
pub async fn open_of_team(conn: &mut Connection, team: TeamId) -> Result<Vec<Poll>> {
    let ids = sqlx::query_scalar(
        "SELECT id FROM poll WHERE team = ? AND state IN ('claimed', 'open') ORDER BY made_at, id",
    )
    .bind(team.0)
    .fetch_all(&mut *conn)
    .await?;
    all(conn, ids).await
}

/// Every poll that is neither closed nor cancelled.
pub async fn unended(conn: &mut Connection) -> Result<Vec<PollId>> {
    let ids: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM poll WHERE state IN ('claimed', 'open') ORDER BY id")
            .fetch_all(conn)
            .await?;
    Ok(ids.into_iter().map(PollId).collect())
}

/// Servers and channels of polls that are not ended, or whose message is still owed something.
pub async fn places(conn: &mut Connection) -> Result<Vec<(GuildId, ChannelId)>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT DISTINCT t.guild, p.channel FROM poll p JOIN team t ON t.id = p.team \
         WHERE p.state IN ('claimed', 'open') OR p.owed = 1",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(guild, channel)| (GuildId(guild as u64), ChannelId(channel as u64))).collect())
}

/// Its message is there. The first message opens it; one that was posted again takes the place of the one that was
/// deleted.
pub async fn posted(conn: &mut Connection, id: PollId, message: MessageId) -> Result<()> {
    sqlx::query(
        "UPDATE poll SET state = CASE state WHEN 'claimed' THEN 'open' ELSE state END, message = ?1, \
         opens = coalesce(opens, ?2), owed = CASE WHEN state IN ('claimed', 'open') THEN owed ELSE 1 END WHERE id = ?3",
    )
    .bind(message.0 as i64)
    .bind(columns::ms(message.time()))
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Its message is gone; its votes are not.
pub async fn message_gone(conn: &mut Connection, id: PollId) -> Result<()> {
    sqlx::query("UPDATE poll SET owed = 0, message = NULL WHERE id = ?").bind(id.0).execute(conn).await?;
    Ok(())
}

/// Another end, earlier than the one that it had.
pub async fn set_closes(conn: &mut Connection, id: PollId, closes: Timestamp) -> Result<()> {
    sqlx::query("UPDATE poll SET closes = ?1, remind_at = NULL WHERE id = ?2 AND closes > ?1")
        .bind(columns::ms(closes))
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// What came out. False: it is not open any more, and nothing was stored.
pub async fn closed(conn: &mut Connection, id: PollId, outcome: &Outcome, now: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE poll SET state = 'closed', outcome = ?, tallied_at = ?, remind_at = NULL, owed = message IS NOT NULL \
         WHERE id = ? AND state = 'open'",
    )
    .bind(serde_json::to_string(outcome).unwrap_or_default())
    .bind(columns::ms(now))
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// It ends without a result. False: it had ended before.
pub async fn cancelled(conn: &mut Connection, id: PollId, why: Cancelled, now: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE poll SET state = 'cancelled', reason = ?, tallied_at = ?, remind_at = NULL, \
         owed = message IS NOT NULL WHERE id = ? AND state IN ('claimed', 'open')",
    )
    .bind(why.as_str())
    .bind(columns::ms(now))
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The quorum is reached, and the message is to say so. False: it was known.
pub async fn set_reached(conn: &mut Connection, id: PollId) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE poll SET reached = 1, owed = message IS NOT NULL \
         WHERE id = ? AND reached = 0 AND state = 'open'",
    )
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A nominee cannot be chosen any more, and the message is to say so. False: nobody who still could.
pub async fn withdraw(conn: &mut Connection, id: PollId, user: UserId, why: Withdrawn) -> Result<bool> {
    let done =
        sqlx::query("UPDATE nominee SET withdrawn = ? WHERE poll = ? AND user = ? AND withdrawn IS NULL")
            .bind(why.as_str())
            .bind(id.0)
            .bind(user.0 as i64)
            .execute(&mut *conn)
            .await?;
    sqlx::query("UPDATE poll SET owed = 1 WHERE id = ? AND message IS NOT NULL")
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}
