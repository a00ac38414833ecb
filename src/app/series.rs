//! Series for a team: a closer look at one that runs, and adding another.

use super::schedules::{self, Preview};
use crate::{
    app::setup::team_of,
    domain::{
        id::{GuildId, ScheduleId, TeamId, UserId},
        library::Library,
        queue::AtEnd,
    },
    store::{
        Connection, Result, Store, audit, queue,
        schedule::{self, Plan, Schedule, State},
        team::Team,
    },
};
use jiff::{Timestamp, civil::Date};
use std::sync::Arc;

/// A closer look at one schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The schedule.
    pub schedule: Schedule,
    /// Prompts left in this round.
    pub left: u32,
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
    let left = queue::len(conn, id).await?;
    let ahead = schedules::preview_in(conn, library, team, &schedule, now, n).await?;
    Ok(Some(Look { schedule, left, ahead }))
}

/// What a plan would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// It can be added; then these are its next posts, at most three.
    Next(Vec<(Date, Timestamp)>),
    /// The team has the same already.
    Exists(ScheduleId),
}

/// What this plan would do for the team. Changes nothing.
pub async fn propose(
    store: &Store,
    library: &Library,
    now: Timestamp,
    team: &Team,
    plan: &Plan,
) -> Result<Proposed> {
    let conn = &mut *store.read().await?;
    if let Some(same) = same_in(conn, team.id, plan).await? {
        return Ok(Proposed::Exists(same));
    }
    // Its queue is the whole series.
    let prompts = library.get(&plan.series).map_or(0, |series| series.prompts.len());
    let n = if plan.at_end == AtEnd::Stop { prompts.min(3) } else { 3 };
    let imagined = Schedule {
        id: ScheduleId(0),
        team: team.id,
        plan: Plan { at_end: AtEnd::Repeat, ..plan.clone() },
        seed: 0,
        round: 0,
        state: State::Draft,
        reason: None,
        next: None,
        version: 0,
    };
    Ok(Proposed::Next(schedules::next_posts_in(conn, team, &imagined, now, n).await?))
}

/// A schedule that asks the same series at the same times, running or not. Adding it twice (a double click) would ask
/// everything twice.
async fn same_in(conn: &mut Connection, team: TeamId, plan: &Plan) -> Result<Option<ScheduleId>> {
    let same = |other: &Schedule| {
        let (a, b) = (&other.plan, plan);
        let ended = other.state == State::Ended;
        !ended && a.series == b.series && a.rule.at == b.rule.at && a.rule.weekdays == b.rule.weekdays
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
                if let Some(same) = same_in(conn, id, &plan).await? {
                    return Ok(Added::Exists(same));
                }
                let new = schedules::draft_in(conn, &library, id, &plan, seed).await?;
                if team.started_at.is_some()
                    && let Some(draft) = schedule::get(conn, new).await?
                {
                    schedules::activate_in(conn, &team, &draft, now).await?;
                }
                audit::add(conn, id, by, now, &format!("schedule {new} {}", plan.series)).await?;
                Ok(Added::Schedule(new))
            })
        })
        .await
}

/// The prompt that a schedule asks next, if its round is not over.
pub async fn next_prompt(store: &Store, id: ScheduleId) -> Result<Option<String>> {
    Ok(queue::all(&mut *store.read().await?, id).await?.into_iter().next())
}
