//! The table `schedule`.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{RoleId, ScheduleId, TeamId},
    queue::{AtEnd, Order},
    schedule::{Rule, Weekdays},
};
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use sqlx::{Row, sqlite::SqliteRow};

/// Whether a schedule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for the team's start.
    Draft,
    /// Runs.
    Active,
    /// Stopped by a manager.
    Paused,
    /// Stopped by trouble; `reason` says which.
    Suspended,
    /// Every prompt was used and nothing follows.
    Ended,
}

impl State {
    const ALL: [State; 5] = [State::Draft, State::Active, State::Paused, State::Suspended, State::Ended];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Active => "active",
            State::Paused => "paused",
            State::Suspended => "suspended",
            State::Ended => "ended",
        }
    }
}

/// What a manager chooses about a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The series' id.
    pub series: String,
    /// Local time, weekdays, first date.
    pub rule: Rule,
    /// In which order.
    pub order: Order,
    /// What follows when every prompt was used.
    pub at_end: AtEnd,
    /// How long its prompts can be answered, in minutes (60 to 4,320); None: as the team.
    pub window_minutes: Option<i64>,
    /// A thread under each prompt.
    pub thread: bool,
    /// The role that its prompts notify, as long as an admin allows it.
    pub notify: Option<RoleId>,
}

/// A schedule as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Its row.
    pub id: ScheduleId,
    /// Whose it is.
    pub team: TeamId,
    /// What was chosen. Its series changes when another one follows.
    pub plan: Plan,
    /// Decides every shuffled order of this schedule.
    pub seed: u64,
    /// The running round, 0 for the first.
    pub round: u32,
    /// Whether it runs.
    pub state: State,
    /// Why it is suspended: a code of `domain::reason`.
    pub reason: Option<String>,
    /// Of an active schedule: the next local date, and when it is due.
    pub next: Option<(Date, Timestamp)>,
    /// Paused until this date: it runs, and posts nothing before it. Gone when it posts again.
    pub resumes: Option<Date>,
    /// Grows with every change by people.
    pub version: i64,
}

impl Schedule {
    /// The rule, which begins no earlier than a pause ends.
    pub fn rule(&self) -> Rule {
        let rule = self.plan.rule;
        Rule { start: self.resumes.map_or(rule.start, |date| date.max(rule.start)), ..rule }
    }
}

fn schedule(row: &SqliteRow) -> Result<Schedule> {
    let word = |column: &'static str| row.try_get::<String, _>(column);
    let at = word("at")?;
    let sequence = word("sequence")?;
    let at_end = word("at_end")?;
    let state = word("state")?;
    let weekdays: i64 = row.try_get("weekdays")?;
    let next_day: Option<String> = row.try_get("next_day")?;
    let next_due: Option<i64> = row.try_get("next_due")?;
    Ok(Schedule {
        id: ScheduleId(row.try_get("id")?),
        team: TeamId(row.try_get("team")?),
        plan: Plan {
            series: word("series")?,
            rule: Rule {
                at: columns::parsed("schedule", "at", &at, at.parse::<Time>().ok())?,
                weekdays: columns::parsed(
                    "schedule",
                    "weekdays",
                    &weekdays.to_string(),
                    u8::try_from(weekdays).ok().and_then(Weekdays::from_bits),
                )?,
                start: columns::day("schedule", "start", &word("start")?)?,
            },
            order: columns::parsed("schedule", "sequence", &sequence, Order::parse(&sequence))?,
            at_end: columns::parsed("schedule", "at_end", &at_end, AtEnd::parse(&at_end))?,
            window_minutes: row.try_get("window_minutes")?,
            thread: row.try_get("thread")?,
            notify: row.try_get::<Option<i64>, _>("notify")?.map(|id| RoleId(id as u64)),
        },
        seed: row.try_get::<i64, _>("seed")? as u64,
        round: row.try_get::<i64, _>("round")? as u32,
        state: columns::parsed(
            "schedule",
            "state",
            &state,
            State::ALL.into_iter().find(|known| known.as_str() == state),
        )?,
        reason: row.try_get("reason")?,
        next: match (next_day, next_due) {
            (Some(day), Some(due)) => Some((columns::day("schedule", "next_day", &day)?, columns::time(due))),
            _ => None,
        },
        resumes: row
            .try_get::<Option<String>, _>("resumes")?
            .map(|day| columns::day("schedule", "resumes", &day))
            .transpose()?,
        version: row.try_get("version")?,
    })
}

/// The schedule with this id.
pub async fn get(conn: &mut Connection, id: ScheduleId) -> Result<Option<Schedule>> {
    let row = sqlx::query("SELECT * FROM schedule WHERE id = ?").bind(id.0).fetch_optional(conn).await?;
    row.as_ref().map(schedule).transpose()
}

/// All schedules of a team, the oldest first.
pub async fn of_team(conn: &mut Connection, team: TeamId) -> Result<Vec<Schedule>> {
    let rows =
        sqlx::query("SELECT * FROM schedule WHERE team = ? ORDER BY id").bind(team.0).fetch_all(conn).await?;
    rows.iter().map(schedule).collect()
}

/// Active schedules that are due at `now`, the longest due first, at most `limit`.
pub async fn due(
    conn: &mut Connection,
    now: Timestamp,
    but: &[ScheduleId],
    limit: i64,
) -> Result<Vec<ScheduleId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM schedule WHERE state = 'active' AND next_due <= ? \
         AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY next_due, id LIMIT ?",
    )
    .bind(columns::ms(now))
    .bind(columns::list(but))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ScheduleId).collect())
}

/// Makes a schedule in the state draft.
pub async fn insert(conn: &mut Connection, team: TeamId, plan: &Plan, seed: u64) -> Result<ScheduleId> {
    let id = sqlx::query_scalar(
        "INSERT INTO schedule (team, series, at, weekdays, start, sequence, seed, at_end, window_minutes, thread, \
         notify, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'draft') RETURNING id",
    )
    .bind(team.0)
    .bind(&plan.series)
    .bind(plan.rule.at.to_string())
    .bind(i64::from(plan.rule.weekdays.bits()))
    .bind(plan.rule.start.to_string())
    .bind(plan.order.as_str())
    .bind(seed as i64)
    .bind(plan.at_end.to_text())
    .bind(plan.window_minutes)
    .bind(plan.thread)
    .bind(plan.notify.map(|role| role.0 as i64))
    .fetch_one(conn)
    .await?;
    Ok(ScheduleId(id))
}

/// Stores another plan, if the schedule is still at `version`. False: somebody else changed it meanwhile.
pub async fn replan(conn: &mut Connection, id: ScheduleId, version: i64, plan: &Plan) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE schedule SET series = ?, at = ?, weekdays = ?, start = ?, sequence = ?, at_end = ?, \
         window_minutes = ?, thread = ?, notify = ?, version = version + 1 WHERE id = ? AND version = ?",
    )
    .bind(&plan.series)
    .bind(plan.rule.at.to_string())
    .bind(i64::from(plan.rule.weekdays.bits()))
    .bind(plan.rule.start.to_string())
    .bind(plan.order.as_str())
    .bind(plan.at_end.to_text())
    .bind(plan.window_minutes)
    .bind(plan.thread)
    .bind(plan.notify.map(|role| role.0 as i64))
    .bind(id.0)
    .bind(version)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets it run, its next slot being `next`.
pub async fn activate(conn: &mut Connection, id: ScheduleId, next: Option<(Date, Timestamp)>) -> Result<()> {
    sqlx::query(
        "UPDATE schedule SET state = 'active', reason = NULL, next_day = ?, next_due = ?, version = version + 1 \
         WHERE id = ?",
    )
    .bind(next.map(|(day, _)| day.to_string()))
    .bind(next.map(|(_, due)| columns::ms(due)))
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Stops it: nothing is next any more.
pub async fn stop(conn: &mut Connection, id: ScheduleId, state: State, reason: Option<&str>) -> Result<()> {
    sqlx::query(
        "UPDATE schedule SET state = ?, reason = ?, next_day = NULL, next_due = NULL, version = version + 1 \
         WHERE id = ?",
    )
    .bind(state.as_str())
    .bind(reason)
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// It posts nothing before this date, or (None) is not held back.
pub async fn set_resumes(conn: &mut Connection, id: ScheduleId, date: Option<Date>) -> Result<()> {
    sqlx::query("UPDATE schedule SET resumes = ?, version = version + 1 WHERE id = ?")
        .bind(date.map(|date| date.to_string()))
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Sets the next slot of a schedule that has just posted, or found a date without a post. No change by people, so the version stays.
pub async fn advance(conn: &mut Connection, id: ScheduleId, next: Option<(Date, Timestamp)>) -> Result<()> {
    sqlx::query("UPDATE schedule SET next_day = ?, next_due = ?, resumes = NULL WHERE id = ?")
        .bind(next.map(|(day, _)| day.to_string()))
        .bind(next.map(|(_, due)| columns::ms(due)))
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Goes on with this round of this series.
pub async fn next_round(conn: &mut Connection, id: ScheduleId, series: &str, round: u32) -> Result<()> {
    sqlx::query("UPDATE schedule SET series = ?, round = ? WHERE id = ?")
        .bind(series)
        .bind(i64::from(round))
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}
