//! Schedules: made, started, edited, suspended. (What managers do with one that is there is in `managing`, what one will
//! post next in `ahead`.)
//!
//! Must always hold: an active schedule's next slot is a date without an occurrence; whatever changes a schedule takes
//! effect from the first instant later than now (a slot that is due but not yet claimed stays due); a suspension keeps
//! the queue, and the admin is told once.

use crate::{
    app::{alerts, closing, prompts, slots},
    domain::{
        id::{ScheduleId, TeamId},
        library::Library,
        outbound::mix,
        prompt::Series,
        queue::round,
        reason::Reason,
    },
    store::{
        Connection, Result, Store, queue,
        schedule::{self, Plan, Schedule, State},
        team::{self, Team},
    },
};
use jiff::{Timestamp, tz::TimeZone};

fn zone_of(team: &Team) -> Option<TimeZone> {
    TimeZone::get(&team.zone).ok()
}

/// Makes a schedule that waits for [`activate_in`], its queue filled with the first round. The series' id must be in
/// the library; otherwise the queue stays empty.
pub async fn draft_in(
    conn: &mut Connection,
    library: &Library,
    team: TeamId,
    plan: &Plan,
    seed: u64,
) -> Result<ScheduleId> {
    let id = schedule::insert(conn, team, plan, seed).await?;
    if let Some(series) = library.get(&plan.series) {
        queue::append(conn, id, &round(&prompts::ids(series), plan.order, seed, 0)).await?;
    }
    Ok(id)
}

/// Gives a schedule of a team that has not started another series, as if it had been made with it. Its row stays, and
/// with it its place among the team's.
pub async fn redraft_in(conn: &mut Connection, schedule: &Schedule, series: &Series) -> Result<()> {
    let Schedule { id, plan, seed, .. } = schedule;
    schedule::next_round(conn, *id, &series.id, 0).await?;
    schedule::stop(conn, *id, State::Draft, None).await?;
    queue::clear(conn, *id).await?;
    queue::append(conn, *id, &round(&prompts::ids(series), plan.order, *seed, 0)).await
}

/// Lets a schedule run from the first slot later than now, whatever stopped it. One whose prompts were all used begins
/// its next round when it is due, or ends again.
pub async fn activate_in(
    conn: &mut Connection,
    team: &Team,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<()> {
    let Some(zone) = zone_of(team) else { return Ok(()) };
    let next = match schedule.next.filter(|(_, due)| schedule.state == State::Active && *due <= now) {
        Some(unclaimed) => Some(unclaimed),
        None => slots::next_in(conn, schedule.id, &schedule.rule(), &zone, now).await?,
    };
    schedule::activate(conn, schedule.id, next).await
}

/// Starts every schedule of the team that waits for the team's start.
pub async fn start_in(conn: &mut Connection, team: &Team, now: Timestamp) -> Result<()> {
    activate_all_in(conn, team, State::Draft, now).await
}

/// Finds the next slots of the team's schedules anew, after `team.zone` has changed.
pub async fn rezone_in(conn: &mut Connection, team: &Team, now: Timestamp) -> Result<()> {
    activate_all_in(conn, team, State::Active, now).await
}

/// Lets schedules run again that trouble had stopped.
pub async fn unsuspend_in(conn: &mut Connection, team: &Team, now: Timestamp) -> Result<()> {
    activate_all_in(conn, team, State::Suspended, now).await
}

async fn activate_all_in(conn: &mut Connection, team: &Team, state: State, now: Timestamp) -> Result<()> {
    for schedule in schedule::of_team(conn, team.id).await? {
        if schedule.state == state {
            activate_in(conn, team, &schedule, now).await?;
        }
    }
    Ok(())
}

/// Stores another time, weekdays, start, end, window or thread; series and order stay. False: the schedule was changed
/// by somebody else since `schedule` was read, and nothing was stored.
pub async fn edit_in(
    conn: &mut Connection,
    team: &Team,
    schedule: &Schedule,
    plan: &Plan,
    now: Timestamp,
) -> Result<bool> {
    let plan = Plan { series: schedule.plan.series.clone(), order: schedule.plan.order, ..plan.clone() };
    if !schedule::replan(conn, schedule.id, schedule.version, &plan).await? {
        return Ok(false);
    }
    if schedule.state == State::Active {
        activate_in(conn, team, &Schedule { plan, ..schedule.clone() }, now).await?;
    }
    Ok(true)
}

/// Trouble with a team's channel: its active schedules stop, queues and streaks are left alone, and whoever last ran
/// `/setup` is told once. False: nothing ran, so there is nothing to tell.
pub async fn suspend_in(
    conn: &mut Connection,
    team: TeamId,
    reason: &Reason,
    now: Timestamp,
    seed: u64,
) -> Result<bool> {
    let Some(team) = team::get(conn, team).await? else { return Ok(false) };
    let mut stopped = false;
    for schedule in schedule::of_team(conn, team.id).await? {
        if schedule.state == State::Active {
            schedule::stop(conn, schedule.id, State::Suspended, Some(&reason.code())).await?;
            stopped = true;
        }
    }
    if stopped {
        alerts::suspended_in(conn, &team, reason, now, seed).await?;
    }
    Ok(stopped)
}

/// As [`suspend_in`], for trouble that is told by an event before anything was sent.
pub async fn suspend(store: &Store, team: TeamId, reason: Reason, now: Timestamp, seed: u64) -> Result<bool> {
    store.write(move |conn| Box::pin(async move { suspend_in(conn, team, &reason, now, seed).await })).await
}

/// Trouble with one schedule, and not with the channel.
pub(super) async fn suspend_one_in(
    conn: &mut Connection,
    team: &Team,
    id: ScheduleId,
    reason: &Reason,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    schedule::stop(conn, id, State::Suspended, Some(&reason.code())).await?;
    closing::release_if_nothing_follows_in(conn, team.id, now, seed).await?;
    alerts::suspended_in(conn, team, reason, now, mix(seed, 3)).await
}
