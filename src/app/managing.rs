//! What managers do with a schedule that is there: pause, resume, skip, end, and the order of its queue.
//!
//! Must always hold: a pause, a skip or an end changes nothing that is posted; the queue stays; each change is in the
//! audit trail.

use crate::{
    app::{ahead, closing, planning, posting, schedules::activate_in, series::same_in, slots},
    domain::{
        id::{ScheduleId, TeamId, UserId},
        library::Library,
        occurrence,
        reason::Reason,
        schedule::slot,
    },
    store::{
        Connection, Result, Store, audit, occurrence as occurrences, queue,
        schedule::{self, Schedule, State},
        team::{self, Team},
    },
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::sync::Arc;

/// The schedule, if it belongs to this team: an id from outside reaches no other.
async fn of_team(conn: &mut Connection, team: TeamId, id: ScheduleId) -> Result<Option<(Team, Schedule)>> {
    let Some(team) = team::get(conn, team).await?.filter(|team| team.removed_at.is_none()) else {
        return Ok(None);
    };
    let schedule = schedule::get(conn, id).await?.filter(|schedule| schedule.team == team.id);
    Ok(schedule.map(|schedule| (team, schedule)))
}

async fn note(
    conn: &mut Connection,
    schedule: &Schedule,
    by: UserId,
    now: Timestamp,
    what: &str,
) -> Result<()> {
    let what = format!("{}: {what}", planning::subject(schedule));
    audit::add(conn, schedule.team, by, now, &what).await
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is so now.
    Done,
    /// It was so already, or cannot be so in the state in which the schedule is.
    Nothing,
    /// The team has no schedule with this id.
    NoSchedule,
}

/// Stops a schedule until [`resume`], or until a date, which is later than today. What is open stays open.
pub async fn pause(
    store: &Store,
    team: TeamId,
    id: ScheduleId,
    by: UserId,
    until: Option<Date>,
    now: Timestamp,
    seed: u64,
) -> Result<Changed> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((team, schedule)) = of_team(conn, team, id).await? else {
                    return Ok(Changed::NoSchedule);
                };
                if schedule.state != State::Active {
                    return Ok(Changed::Nothing);
                }
                schedule::set_resumes(conn, id, until).await?;
                match until {
                    Some(date) => {
                        let held = Schedule { resumes: until, next: None, ..schedule.clone() };
                        activate_in(conn, &team, &held, now).await?;
                        note(conn, &schedule, by, now, &format!("paused until {date}")).await?;
                    }
                    None => {
                        schedule::stop(conn, id, State::Paused, None).await?;
                        note(conn, &schedule, by, now, "paused").await?;
                    }
                }
                closing::release_if_nothing_follows_in(conn, team.id, now, seed).await?;
                Ok(Changed::Done)
            })
        })
        .await
}

/// Lets a paused, suspended or ended schedule run from the first slot later than now; in a team that was never started
/// it is a draft again and waits for the start. One that has ended stays so if another asks the same at the same times
/// by now.
pub async fn resume(
    store: &Store,
    team: TeamId,
    id: ScheduleId,
    by: UserId,
    now: Timestamp,
) -> Result<Changed> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((team, schedule)) = of_team(conn, team, id).await? else {
                    return Ok(Changed::NoSchedule);
                };
                let runs =
                    matches!(schedule.state, State::Active | State::Draft) && schedule.resumes.is_none();
                let doubled = schedule.state == State::Ended
                    && same_in(conn, team.id, &schedule.plan, Some(id)).await?.is_some();
                if runs || doubled {
                    return Ok(Changed::Nothing);
                }
                schedule::set_resumes(conn, id, None).await?;
                if team.started_at.is_none() {
                    schedule::stop(conn, id, State::Draft, None).await?;
                } else {
                    let free = Schedule { resumes: None, next: None, ..schedule.clone() };
                    activate_in(conn, &team, &free, now).await?;
                }
                note(conn, &schedule, by, now, "resumed").await?;
                Ok(Changed::Done)
            })
        })
        .await
}

/// Why a schedule has ended that did not run out: nothing but [`resume`] sets it going again.
const BY_HAND: &str = "by-hand";

/// Ends a schedule. Its queue stays, so it can be resumed.
pub async fn end(
    store: &Store,
    team: TeamId,
    id: ScheduleId,
    by: UserId,
    now: Timestamp,
    seed: u64,
) -> Result<Changed> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((team, schedule)) = of_team(conn, team, id).await? else {
                    return Ok(Changed::NoSchedule);
                };
                if schedule.state == State::Ended {
                    return Ok(Changed::Nothing);
                }
                schedule::set_resumes(conn, id, None).await?;
                schedule::stop(conn, id, State::Ended, Some(BY_HAND)).await?;
                note(conn, &schedule, by, now, "ended").await?;
                closing::release_if_nothing_follows_in(conn, team.id, now, seed).await?;
                Ok(Changed::Done)
            })
        })
        .await
}

/// What became of a skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// Nothing will be posted on this date; the prompt stays in the queue.
    Skipped(Date),
    /// The schedule does not run, so nothing is next.
    NotRunning,
    /// The team has no schedule with this id.
    NoSchedule,
}

/// Skips the next date on which something would be posted.
pub async fn skip(store: &Store, team: TeamId, id: ScheduleId, by: UserId, now: Timestamp) -> Result<Skip> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((team, schedule)) = of_team(conn, team, id).await? else {
                    return Ok(Skip::NoSchedule);
                };
                if schedule.state != State::Active {
                    return Ok(Skip::NotRunning);
                }
                let Some(slot) = first_post_in(conn, &team, &schedule, now).await? else {
                    return Ok(Skip::NotRunning);
                };
                let reason = Reason::SkippedByHand;
                posting::record_in(conn, &team, id, slot, occurrence::State::Skipped, &reason).await?;
                activate_in(conn, &team, &schedule, now).await?;
                note(conn, &schedule, by, now, &format!("skipped {}", slot.0)).await?;
                Ok(Skip::Skipped(slot.0))
            })
        })
        .await
}

/// The next date that is neither off nor missing from the zone, and its due instant.
async fn first_post_in(
    conn: &mut Connection,
    team: &Team,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<Option<(Date, Timestamp)>> {
    let Some(days) = ahead::days_in(conn, team, now).await? else { return Ok(None) };
    let ahead = days.until(schedule, 1);
    Ok(ahead.into_iter().find(|day| day.off.is_none()).map(|day| (day.day, day.due)))
}

/// What became of taking a skip back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unskip {
    /// The date has its post again.
    Done,
    /// Its time has come meanwhile.
    TooLate,
    /// It is not skipped (any more).
    NotSkipped,
    /// The team has no schedule with this id.
    NoSchedule,
}

/// Takes a skip back, as long as its time has not come.
pub async fn unskip(
    store: &Store,
    team: TeamId,
    id: ScheduleId,
    by: UserId,
    day: Date,
    now: Timestamp,
) -> Result<Unskip> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((team, schedule)) = of_team(conn, team, id).await? else {
                    return Ok(Unskip::NoSchedule);
                };
                let Ok(zone) = TimeZone::get(&team.zone) else { return Ok(Unskip::TooLate) };
                if slots::instant(slot(day, schedule.plan.rule.at, &zone), &zone) <= now {
                    return Ok(Unskip::TooLate);
                }
                if !occurrences::unskip(conn, id, day, &Reason::SkippedByHand.code()).await? {
                    return Ok(Unskip::NotSkipped);
                }
                if schedule.state == State::Active {
                    activate_in(conn, &team, &schedule, now).await?;
                }
                note(conn, &schedule, by, now, &format!("skip of {day} taken back")).await?;
                Ok(Unskip::Done)
            })
        })
        .await
}

/// Puts a prompt that waits in the schedule's queue before all others.
pub async fn put_first(
    store: &Store,
    library: &Arc<Library>,
    team: TeamId,
    id: ScheduleId,
    by: UserId,
    prompt: String,
    now: Timestamp,
) -> Result<Changed> {
    let library = library.clone();
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((_, schedule)) = of_team(conn, team, id).await? else {
                    return Ok(Changed::NoSchedule);
                };
                let series = library.get(&schedule.plan.series);
                let known = series.and_then(|series| series.prompt(&prompt)).is_some();
                if !known || !queue::remove(conn, id, &prompt).await? {
                    return Ok(Changed::Nothing);
                }
                queue::push_front(conn, id, &prompt).await?;
                note(conn, &schedule, by, now, &format!("put first {prompt}")).await?;
                Ok(Changed::Done)
            })
        })
        .await
}

/// Takes a prompt out of the queue: it is not asked in this round.
pub async fn leave_out(
    store: &Store,
    team: TeamId,
    id: ScheduleId,
    by: UserId,
    prompt: String,
    now: Timestamp,
) -> Result<Changed> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some((_, schedule)) = of_team(conn, team, id).await? else {
                    return Ok(Changed::NoSchedule);
                };
                if !queue::remove(conn, id, &prompt).await? {
                    return Ok(Changed::Nothing);
                }
                note(conn, &schedule, by, now, &format!("left out {prompt}")).await?;
                Ok(Changed::Done)
            })
        })
        .await
}
