//! Series for a team: a closer look at one that runs, and adding another.

use crate::{
    app::{
        ahead::{self, Preview},
        planning, schedules,
        setup::team_of,
    },
    domain::{
        id::{GuildId, ScheduleId, TeamId, UserId},
        library::Library,
        queue::AtEnd,
    },
    store::{
        Connection, Result, Store, audit, notify_role, queue,
        schedule::{self, Plan, Schedule, State},
        team::Team,
    },
};
use jiff::Timestamp;
use std::sync::Arc;

/// A closer look at one schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The schedule.
    pub schedule: Schedule,
    /// Prompts left in this round, the next one first.
    pub queue: Vec<String>,
    /// What comes, date by date, as if it ran from now.
    pub ahead: Vec<Preview>,
}

/// A closer look at a schedule of this team: its next `n` posts and the dates between. None: no such schedule.
pub async fn look(
    store: &Store,
    library: &Library,
    now: Timestamp,
    team: &Team,
    id: ScheduleId,
    n: usize,
) -> Result<Option<Look>> {
    let conn = &mut *store.read().await?;
    let schedule = schedule::get(conn, id).await?.filter(|schedule| schedule.team == team.id);
    let Some(schedule) = schedule else { return Ok(None) };
    let queue = queue::all(conn, id).await?;
    let ahead = ahead::preview_in(conn, library, team, &schedule, now, n).await?;
    Ok(Some(Look { schedule, queue, ahead }))
}

/// A schedule that asks the same series at the same times, running or not. Adding it twice (a double click) would ask
/// everything twice.
pub(super) async fn same_in(
    conn: &mut Connection,
    team: TeamId,
    plan: &Plan,
    but: Option<ScheduleId>,
) -> Result<Option<ScheduleId>> {
    let same = |other: &Schedule| {
        let (a, b) = (&other.plan, plan);
        let counts = other.state != State::Ended && Some(other.id) != but;
        counts && a.series == b.series && a.rule.at == b.rule.at && a.rule.weekdays == b.rule.weekdays
    };
    Ok(schedule::of_team(conn, team).await?.into_iter().find(same).map(|schedule| schedule.id))
}

/// What became of adding a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It runs, or waits for the team's start.
    Schedule(ScheduleId),
    /// The team has the same already. Nothing changed.
    Exists(ScheduleId),
    /// No such team on this server.
    NoTeam,
    /// A series that the plan names is not in the library.
    NoSeries,
    /// The role to notify is not one that an admin allows.
    RoleNotAllowed,
}

/// Adds a schedule. It runs from the first instant later than now, or from the team's start.
pub async fn add(
    store: &Store,
    now: Timestamp,
    library: Arc<Library>,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    plan: Plan,
    seed: u64,
) -> Result<Added> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(Added::NoTeam) };
                let follower = match &plan.at_end {
                    AtEnd::Series(next) => Some(next),
                    AtEnd::Stop | AtEnd::Repeat => None,
                };
                if [Some(&plan.series), follower].into_iter().flatten().any(|id| library.get(id).is_none()) {
                    return Ok(Added::NoSeries);
                }
                if let Some(same) = same_in(conn, id, &plan, None).await? {
                    return Ok(Added::Exists(same));
                }
                let allowed = notify_role::of_team(conn, id).await?;
                if plan.notify.is_some_and(|role| !allowed.contains(&role)) {
                    return Ok(Added::RoleNotAllowed);
                }
                let new = schedules::draft_in(conn, &library, id, &plan, seed).await?;
                let Some(draft) = schedule::get(conn, new).await? else { return Ok(Added::NoTeam) };
                if team.started_at.is_some() {
                    schedules::activate_in(conn, &team, &draft, now).await?;
                }
                let (days, at) = (plan.rule.weekdays.describe(), plan.rule.at.strftime("%H:%M"));
                let what = format!("{}: added, {days} at {at}", planning::subject(&draft));
                audit::add(conn, id, by, now, &what).await?;
                Ok(Added::Schedule(new))
            })
        })
        .await
}

/// The prompt that a schedule asks next, if its round is not over.
pub async fn next_prompt(store: &Store, id: ScheduleId) -> Result<Option<String>> {
    Ok(queue::all(&mut *store.read().await?, id).await?.into_iter().next())
}
