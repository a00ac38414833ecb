//! The table `outbox`: every message that Helmsman sends of its own accord, and how far each has come.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{ChannelId, GuildId, JobId, MessageId, OccurrenceId, PollId, TeamId, UserId},
    outbound::{PROMPT_WAITS, Progress, State},
};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A prompt.
    Prompt,
    /// What became of one.
    Reveal,
    /// What a team is told at its start.
    Intro,
    /// Trouble, told to one person.
    Alert,
    /// How many have answered, before a prompt closes.
    Nudge,
    /// What became of a suggestion, told to its author.
    Suggestion,
    /// A poll.
    Poll,
    /// What came out of one.
    PollResult,
    /// That one closes soon.
    PollReminder,
    /// That somebody was recognised, told to that person.
    PollNote,
}

impl Kind {
    const ALL: [Kind; 10] = [
        Kind::Prompt,
        Kind::Reveal,
        Kind::Intro,
        Kind::Alert,
        Kind::Nudge,
        Kind::Suggestion,
        Kind::Poll,
        Kind::PollResult,
        Kind::PollReminder,
        Kind::PollNote,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Kind::Prompt => "prompt",
            Kind::Reveal => "reveal",
            Kind::Intro => "intro",
            Kind::Alert => "alert",
            Kind::Nudge => "nudge",
            Kind::Suggestion => "suggestion",
            Kind::Poll => "poll",
            Kind::PollResult => "poll_result",
            Kind::PollReminder => "poll_reminder",
            Kind::PollNote => "poll_note",
        }
    }
}

/// Where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A team's channel.
    Channel(ChannelId),
    /// A person's direct messages.
    Person(UserId),
}

/// A job as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its row.
    pub id: JobId,
    /// About whom; None: about no team.
    pub team: Option<TeamId>,
    /// What it is.
    pub kind: Kind,
    /// The prompt it is, or reveals.
    pub occurrence: Option<OccurrenceId>,
    /// The poll it is, or speaks of.
    pub poll: Option<PollId>,
    /// Where it goes.
    pub target: Target,
    /// JSON of the values it is made of, where the occurrence is not enough.
    pub body: Option<String>,
    /// At most 25 characters, unique for ever.
    pub nonce: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How far it has come.
    pub progress: Progress,
    /// The message, once it is known.
    pub message: Option<MessageId>,
    /// A thread is still to be opened under the message.
    pub thread_wanted: bool,
}

fn job(row: &SqliteRow) -> Result<Job> {
    let (kind, state): (String, String) = (row.try_get("kind")?, row.try_get("state")?);
    let optional_time =
        |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(columns::time));
    let channel: Option<i64> = row.try_get("channel")?;
    Ok(Job {
        id: JobId(row.try_get("id")?),
        team: row.try_get::<Option<i64>, _>("team")?.map(TeamId),
        kind: columns::parsed(
            "outbox",
            "kind",
            &kind,
            Kind::ALL.into_iter().find(|known| known.as_str() == kind),
        )?,
        occurrence: row.try_get::<Option<i64>, _>("occurrence")?.map(OccurrenceId),
        poll: row.try_get::<Option<i64>, _>("poll")?.map(PollId),
        target: match channel {
            Some(channel) => Target::Channel(ChannelId(channel as u64)),
            None => Target::Person(UserId(row.try_get::<i64, _>("user")? as u64)),
        },
        body: row.try_get("body")?,
        nonce: row.try_get("nonce")?,
        made_at: columns::time(row.try_get("made_at")?),
        progress: Progress {
            state: columns::parsed("outbox", "state", &state, State::parse(&state))?,
            next_at: columns::time(row.try_get("next_at")?),
            first_try: optional_time("first_try")?,
            round_try: optional_time("round_try")?,
            last_try: optional_time("last_try")?,
            tries: row.try_get::<i64, _>("tries")? as u32,
            resend: row.try_get("resend")?,
        },
        message: row.try_get::<Option<i64>, _>("message")?.map(|id| MessageId(id as u64)),
        thread_wanted: row.try_get::<String, _>("thread")? == "wanted",
    })
}

/// What a new job begins with.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// About whom.
    pub team: Option<TeamId>,
    /// What it is.
    pub kind: Kind,
    /// The prompt it is, or reveals.
    pub occurrence: Option<OccurrenceId>,
    /// The poll it is, or speaks of.
    pub poll: Option<PollId>,
    /// Where it goes.
    pub target: Target,
    /// JSON of the values it is made of.
    pub body: Option<&'a str>,
    /// At most 25 characters, unique for ever.
    pub nonce: &'a str,
    /// A thread is to be opened under the message.
    pub thread: bool,
}

/// Stores a new job, due at once, also if `now` turns out to have been wrong. None: this occurrence has a job of this kind
/// already, or this poll its result or its reminder, and nothing was stored.
pub async fn insert(conn: &mut Connection, new: New<'_>, now: Timestamp) -> Result<Option<JobId>> {
    let (channel, user) = match new.target {
        Target::Channel(id) => (Some(id.0 as i64), None),
        Target::Person(id) => (None, Some(id.0 as i64)),
    };
    let id: Option<i64> = sqlx::query_scalar(
        "INSERT INTO outbox (team, kind, occurrence, channel, user, body, nonce, state, made_at, next_at, thread, poll) \
         VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?8, 0, ?9, ?10) \
         ON CONFLICT (occurrence, kind) WHERE occurrence IS NOT NULL DO NOTHING \
         ON CONFLICT (poll, kind) WHERE kind IN ('poll_result', 'poll_reminder') DO NOTHING RETURNING id",
    )
    .bind(new.team.map(|id| id.0))
    .bind(new.kind.as_str())
    .bind(new.occurrence.map(|id| id.0))
    .bind(channel)
    .bind(user)
    .bind(new.body)
    .bind(new.nonce)
    .bind(columns::ms(now))
    .bind(if new.thread { "wanted" } else { "none" })
    .bind(new.poll.map(|id| id.0))
    .fetch_optional(conn)
    .await?;
    Ok(id.map(JobId))
}

/// The job with this id.
pub async fn get(conn: &mut Connection, id: JobId) -> Result<Option<Job>> {
    let row = sqlx::query("SELECT * FROM outbox WHERE id = ?").bind(id.0).fetch_optional(conn).await?;
    row.as_ref().map(job).transpose()
}

/// The job of this kind for this occurrence.
pub async fn of_occurrence(conn: &mut Connection, id: OccurrenceId, kind: Kind) -> Result<Option<Job>> {
    let row = sqlx::query("SELECT * FROM outbox WHERE occurrence = ? AND kind = ?")
        .bind(id.0)
        .bind(kind.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(job).transpose()
}

/// How many verdicts on suggestions a server's teams have made since `then`.
pub async fn verdicts_since(conn: &mut Connection, guild: GuildId, then: Timestamp) -> Result<u32> {
    let n: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM outbox WHERE team IN (SELECT id FROM team WHERE guild = ?) AND kind = 'suggestion' \
         AND made_at > ?",
    )
    .bind(guild.0 as i64)
    .bind(columns::ms(then))
    .fetch_one(conn)
    .await?;
    Ok(n as u32)
}

/// Whether the last verdict that a server's teams had for this person was refused: direct messages may be closed.
pub async fn verdict_refused(conn: &mut Connection, guild: GuildId, person: UserId) -> Result<bool> {
    let state: Option<String> = sqlx::query_scalar(
        "SELECT state FROM outbox WHERE team IN (SELECT id FROM team WHERE guild = ?) AND kind = 'suggestion' \
         AND user = ? ORDER BY id DESC LIMIT 1",
    )
    .bind(guild.0 as i64)
    .bind(person.0 as i64)
    .fetch_optional(conn)
    .await?;
    Ok(state.as_deref() == Some("refused"))
}

/// The newest job of this kind for this poll.
pub async fn of_poll(conn: &mut Connection, id: PollId, kind: Kind) -> Result<Option<Job>> {
    let row = sqlx::query("SELECT * FROM outbox WHERE poll = ? AND kind = ? ORDER BY id DESC LIMIT 1")
        .bind(id.0)
        .bind(kind.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(job).transpose()
}

/// Drops the jobs of this poll of which nothing was sent.
pub async fn drop_waiting_of_poll(conn: &mut Connection, id: PollId) -> Result<()> {
    sqlx::query("UPDATE outbox SET state = 'dropped' WHERE poll = ? AND state = 'waiting'")
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Jobs that something is to be done about at `now`: reveals and results first, then prompts, then the rest; at most `limit`. A
/// prompt waits for the closes of its team up to a minute after it and for the team's reveals and its introduction, a
/// minute at most. Nothing that is to be sent to one of the `busy` places. Each by itself: one that cannot be read hides no
/// other.
pub async fn due(
    conn: &mut Connection,
    now: Timestamp,
    limit: i64,
    busy: &[Target],
) -> Result<Vec<(JobId, Result<Job>)>> {
    // A channel's id is never a person's.
    let busy = busy.iter().map(|place| match place {
        Target::Channel(channel) => channel.0,
        Target::Person(user) => user.0,
    });
    let rows = sqlx::query(
        "SELECT * FROM outbox \
         WHERE (state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted')) \
         AND next_at <= ?1 \
         AND NOT (kind = 'prompt' AND state = 'waiting' AND made_at + ?2 > ?1 AND ( \
           EXISTS (SELECT 1 FROM occurrence o WHERE o.team = outbox.team AND o.state = 'posted' \
                   AND o.tallied_at IS NULL AND o.closes <= outbox.made_at + ?2) \
           OR EXISTS (SELECT 1 FROM outbox r WHERE r.team = outbox.team AND r.kind IN ('reveal', 'intro') \
                      AND r.state IN ('waiting', 'sending')))) \
         AND NOT (state IN ('waiting', 'sending') AND coalesce(channel, user) IN (SELECT value FROM json_each(?4))) \
         ORDER BY CASE kind WHEN 'reveal' THEN 0 WHEN 'poll_result' THEN 0 WHEN 'prompt' THEN 1 ELSE 2 END, next_at, id LIMIT ?3",
    )
    .bind(columns::ms(now))
    .bind(PROMPT_WAITS.as_millis() as i64)
    .bind(limit)
    .bind(serde_json::json!(busy.collect::<Vec<_>>()).to_string())
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((JobId(row.try_get("id")?), job(row)))).collect()
}

/// Jobs that a process which is gone had begun, or had put off for a reason that may be gone with it.
pub async fn left_behind(conn: &mut Connection) -> Result<Vec<JobId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM outbox \
         WHERE (state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted')) \
         AND state IN ('waiting', 'sending')",
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(JobId).collect())
}

/// Stores how far it has come. What was found out about the message is kept if `message` is None.
pub async fn set_progress(
    conn: &mut Connection,
    id: JobId,
    progress: &Progress,
    message: Option<MessageId>,
    error: Option<&str>,
) -> Result<()> {
    sqlx::query(
        "UPDATE outbox SET state = ?, next_at = ?, first_try = ?, round_try = ?, last_try = ?, tries = ?, resend = ?, \
         message = coalesce(?, message), error = ? WHERE id = ?",
    )
    .bind(progress.state.as_str())
    .bind(columns::ms(progress.next_at))
    .bind(progress.first_try.map(columns::ms))
    .bind(progress.round_try.map(columns::ms))
    .bind(progress.last_try.map(columns::ms))
    .bind(i64::from(progress.tries))
    .bind(progress.resend)
    .bind(message.map(|id| id.0 as i64))
    .bind(error)
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// The thread is there, or will never be.
pub async fn thread_done(conn: &mut Connection, id: JobId, error: Option<&str>) -> Result<()> {
    sqlx::query("UPDATE outbox SET thread = 'done', error = ? WHERE id = ?")
        .bind(error)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Looks at an open job again at `next_at`.
pub async fn postpone(conn: &mut Connection, id: JobId, next_at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE outbox SET next_at = ? WHERE id = ?")
        .bind(columns::ms(next_at))
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// A team's jobs of which nothing was sent.
pub async fn waiting_of(conn: &mut Connection, team: TeamId) -> Result<Vec<JobId>> {
    // The first condition is that of the index, word for word.
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM outbox \
         WHERE (state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted')) \
         AND team = ? AND state = 'waiting' ORDER BY id",
    )
    .bind(team.0)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(JobId).collect())
}
