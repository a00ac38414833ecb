//! When something may be due, of whatever kind, in one statement. The scheduler asks at every look, most looks find
//! nothing, and what a statement costs is the way to the connection and back.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{OccurrenceId, PollId, ScheduleId, TeamId},
    outbound::PROMPT_WAITS,
};
use jiff::Timestamp;
use sqlx::Row;

/// What failed by itself and waits until it is tried again: it is left out.
#[derive(Clone, Debug, Default)]
pub struct PutOff {
    /// Schedules that could not be claimed.
    pub claims: Vec<ScheduleId>,
    /// Prompts that could not be closed.
    pub closes: Vec<OccurrenceId>,
    /// Polls that could not be counted.
    pub polls: Vec<PollId>,
    /// Teams whose weekly poll could not be made.
    pub weekly: Vec<TeamId>,
}

/// The earliest of each kind; None: there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// The end of a window that is open.
    pub closes: Option<Timestamp>,
    /// The close of an open poll.
    pub polls: Option<Timestamp>,
    /// A reminder of an open poll.
    pub reminders: Option<Timestamp>,
    /// A weekly poll of a team that has started.
    pub weekly: Option<Timestamp>,
    /// When a team or a whole server was removed that is still known.
    pub removed: Option<Timestamp>,
    /// A nudge.
    pub nudges: Option<Timestamp>,
    /// An active schedule.
    pub schedules: Option<Timestamp>,
    /// A step of a job, by the rules of [`outbox::due`](super::outbox::due). A prompt that waits for something else is
    /// looked at whenever that ends; here only its minute counts.
    pub messages: Option<Timestamp>,
    /// A tallied prompt's message has its buttons yet, or is to be edited or deleted.
    pub prompts_owed: bool,
    /// A poll's message is to be brought up to date.
    pub polls_owed: bool,
}

/// What is ahead, without what was put off. (The conditions are those of the indexes.)
pub async fn ahead(conn: &mut Connection, but: &PutOff) -> Result<Ahead> {
    let row = sqlx::query(
        "SELECT \
         (SELECT closes FROM occurrence WHERE state = 'posted' AND tallied_at IS NULL \
          AND id NOT IN (SELECT value FROM json_each(?1)) ORDER BY closes LIMIT 1) AS closes, \
         (SELECT closes FROM poll WHERE state IN ('claimed', 'open') AND state = 'open' \
          AND id NOT IN (SELECT value FROM json_each(?2)) ORDER BY closes LIMIT 1) AS polls, \
         (SELECT min(remind_at) FROM poll WHERE remind_at IS NOT NULL AND state = 'open') AS reminders, \
         (SELECT w.next_due FROM weekly_poll w JOIN team t ON t.id = w.team LEFT JOIN guild g ON g.id = t.guild \
          WHERE w.team NOT IN (SELECT value FROM json_each(?3)) AND t.started_at IS NOT NULL \
          AND t.removed_at IS NULL AND g.removed_at IS NULL ORDER BY w.next_due LIMIT 1) AS weekly, \
         (SELECT min(at) FROM ( \
          SELECT min(removed_at) AS at FROM team WHERE removed_at IS NOT NULL \
          UNION ALL SELECT min(removed_at) FROM guild)) AS removed, \
         (SELECT nudge_at FROM occurrence WHERE nudge_at IS NOT NULL ORDER BY nudge_at LIMIT 1) AS nudges, \
         (SELECT next_due FROM schedule WHERE state = 'active' AND next_due IS NOT NULL \
          AND id NOT IN (SELECT value FROM json_each(?4)) ORDER BY next_due LIMIT 1) AS schedules, \
         (SELECT min(CASE WHEN kind = 'prompt' AND state = 'waiting' AND ( \
           EXISTS (SELECT 1 FROM occurrence o WHERE o.team = outbox.team AND o.state = 'posted' \
                   AND o.tallied_at IS NULL AND o.closes <= outbox.made_at + ?5) \
           OR EXISTS (SELECT 1 FROM outbox r WHERE r.team = outbox.team AND r.kind IN ('reveal', 'intro') \
                      AND r.state IN ('waiting', 'sending'))) \
          THEN max(next_at, made_at + ?5) ELSE next_at END) FROM outbox \
          WHERE (state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted'))) AS messages, \
         EXISTS (SELECT 1 FROM occurrence WHERE tallied_at IS NOT NULL AND sealed = 0 AND state = 'posted') \
          OR EXISTS (SELECT 1 FROM occurrence WHERE owed <> 'none') AS prompts_owed, \
         EXISTS (SELECT 1 FROM poll WHERE owed = 1) AS polls_owed",
    )
    .bind(columns::list(&but.closes))
    .bind(columns::list(&but.polls))
    .bind(columns::list(&but.weekly))
    .bind(columns::list(&but.claims))
    .bind(PROMPT_WAITS.as_millis() as i64)
    .fetch_one(conn)
    .await?;
    let time = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(columns::time));
    Ok(Ahead {
        closes: time("closes")?,
        polls: time("polls")?,
        reminders: time("reminders")?,
        weekly: time("weekly")?,
        removed: time("removed")?,
        nudges: time("nudges")?,
        schedules: time("schedules")?,
        messages: time("messages")?,
        prompts_owed: row.try_get("prompts_owed")?,
        polls_owed: row.try_get("polls_owed")?,
    })
}
