//! Before a schedule is made or changed: what would happen. And changing one, if it still is what was looked at.
//!
//! Must always hold: nothing is stored before it is confirmed; of two who change the same schedule the second is told
//! what the first did, and nothing of the second's is stored until it is confirmed again.

use crate::{
    app::{
        ahead::{self, Preview},
        prompts, schedules,
        series::same_in,
        setup::team_of,
    },
    domain::{
        id::{GuildId, RoleId, ScheduleId, TeamId, UserId},
        library::Library,
        queue::{AtEnd, round},
        schedule::Weekdays,
    },
    store::{
        Result, Store,
        audit::{self, Entry},
        notify_role, queue,
        schedule::{self, Plan, Schedule, State},
        team::Team,
    },
};
use jiff::{Timestamp, civil::Date, civil::Time};
use std::{collections::HashSet, sync::Arc};

/// How many posts a dry run shows.
pub const SHOWN: usize = 5;

/// What is to be different about a schedule. None: it stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Local time.
    pub at: Option<Time>,
    /// Days of the week.
    pub weekdays: Option<Weekdays>,
    /// The first date.
    pub start: Option<Date>,
    /// What follows after the last prompt.
    pub at_end: Option<AtEnd>,
    /// Minutes; None inside: as the team.
    pub window: Option<Option<i64>>,
    /// A thread under each prompt.
    pub thread: Option<bool>,
    /// The role that is notified; None inside: nobody.
    pub notify: Option<Option<RoleId>>,
}

impl Change {
    /// The plan with this change.
    pub fn apply(&self, plan: &Plan) -> Plan {
        let mut plan = plan.clone();
        plan.rule.at = self.at.unwrap_or(plan.rule.at);
        plan.rule.weekdays = self.weekdays.unwrap_or(plan.rule.weekdays);
        plan.rule.start = self.start.unwrap_or(plan.rule.start);
        plan.at_end = self.at_end.clone().unwrap_or(plan.at_end);
        plan.window_minutes = self.window.unwrap_or(plan.window_minutes);
        plan.thread = self.thread.unwrap_or(plan.thread);
        plan.notify = self.notify.unwrap_or(plan.notify);
        plan
    }
}

/// Another schedule that asks on the same date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The date.
    pub day: Date,
    /// When the other one is due.
    pub due: Timestamp,
    /// Its series' id.
    pub series: String,
}

/// What a plan would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// Its next posts, and the dates between that have none.
    pub ahead: Vec<Preview>,
    /// What else is asked on the dates of these posts.
    pub clashes: Vec<Clash>,
    /// Prompts that are left in this round.
    pub left: u32,
    /// The date of the last of them, unless it is far away.
    pub last: Option<Date>,
    /// Another schedule asks the same at the same times.
    pub exists: bool,
}

/// What this plan would do for the team: of `schedule`, or as a new one. Changes nothing.
pub async fn dry_run(
    store: &Store,
    library: &Library,
    now: Timestamp,
    team: &Team,
    schedule: Option<&Schedule>,
    plan: &Plan,
) -> Result<DryRun> {
    let conn = &mut *store.read().await?;
    let exists = same_in(conn, team.id, plan, schedule.map(|schedule| schedule.id)).await?.is_some();
    let (imagined, queue) = match schedule {
        Some(schedule) => {
            (Schedule { plan: plan.clone(), ..schedule.clone() }, queue::all(conn, schedule.id).await?)
        }
        None => {
            let ids = library.get(&plan.series).map_or(Vec::new(), prompts::ids);
            (imagined(team, plan), round(&ids, plan.order, 0, 0))
        }
    };
    let left = queue.len();
    let Some(days) = ahead::days_in(conn, team, now).await? else {
        let (ahead, clashes, last) = (Vec::new(), Vec::new(), None);
        return Ok(DryRun { ahead, clashes, left: left as u32, last, exists });
    };
    let posts = days.until(&imagined, left);
    let posts: Vec<_> = posts.iter().filter(|day| day.off.is_none()).collect();
    let last = posts.last().filter(|_| posts.len() == left).map(|day| day.day);
    let next = prompts::ahead(library, plan, imagined.seed, imagined.round, queue, SHOWN);
    let ahead = days.preview(&imagined, next);
    let dates: HashSet<Date> = ahead.iter().filter(|day| day.is_post()).map(|day| day.day).collect();
    let mut clashes = Vec::new();
    if let Some(until) = dates.iter().max() {
        for other in schedule::of_team(conn, team.id).await? {
            if !matches!(other.state, State::Active | State::Draft) || other.id == imagined.id {
                continue;
            }
            let posted = days.posted_today(&other).map(|due| (days.today(), due));
            let theirs = days.ahead(&other).take_while(|day| day.day <= *until);
            let theirs = theirs.filter(|day| day.off.is_none()).map(|day| (day.day, day.due));
            let same = posted.into_iter().chain(theirs).filter(|(day, _)| dates.contains(day));
            clashes.extend(same.map(|(day, due)| Clash { day, due, series: other.plan.series.clone() }));
        }
        clashes.sort_by_key(|clash| clash.due);
    }
    Ok(DryRun { ahead, clashes, left: left as u32, last, exists })
}

/// A schedule that is not there yet.
fn imagined(team: &Team, plan: &Plan) -> Schedule {
    Schedule {
        id: ScheduleId(0),
        team: team.id,
        plan: plan.clone(),
        seed: 0,
        round: 0,
        state: State::Draft,
        reason: None,
        next: None,
        resumes: None,
        version: 0,
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// It is so now.
    Done,
    /// Somebody changed the schedule meanwhile, and nothing of this was stored.
    Overtaken,
    /// Another schedule asks the same at the same times.
    Exists,
    /// The role is not one that an admin allows.
    RoleNotAllowed,
    /// The team has no schedule with this id.
    NoSchedule,
    /// No such team on this server.
    NoTeam,
    /// The series that is to follow is not in the library.
    NoSeries,
}

/// What people did to this schedule of the team since `from`, newest first.
pub async fn done_since(
    store: &Store,
    team: TeamId,
    schedule: ScheduleId,
    from: Timestamp,
) -> Result<Vec<Entry>> {
    audit::about(&mut *store.read().await?, team, &format!("schedule {schedule} ("), from).await
}

/// Changes a schedule if it still has the version that was looked at. It goes on from the first instant later than now.
pub async fn edit(
    store: &Store,
    now: Timestamp,
    library: Arc<Library>,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    (schedule, version): (ScheduleId, i64),
    change: Change,
) -> Result<Edited> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(Edited::NoTeam) };
                let old = schedule::get(conn, schedule).await?.filter(|schedule| schedule.team == id);
                let Some(old) = old else { return Ok(Edited::NoSchedule) };
                let plan = change.apply(&old.plan);
                if let Some(AtEnd::Series(next)) = &change.at_end
                    && library.get(next).is_none()
                {
                    return Ok(Edited::NoSeries);
                }
                if old.version != version {
                    return Ok(Edited::Overtaken);
                }
                if same_in(conn, id, &plan, Some(schedule)).await?.is_some() {
                    return Ok(Edited::Exists);
                }
                let allowed = notify_role::of_team(conn, id).await?;
                if change.notify.flatten().is_some_and(|role| !allowed.contains(&role)) {
                    return Ok(Edited::RoleNotAllowed);
                }
                if plan != old.plan {
                    schedules::edit_in(conn, &team, &old, &plan, now).await?;
                    let what = format!("{}: {}", subject(&old), differences(&old.plan, &plan).join("; "));
                    audit::add(conn, id, by, now, &what).await?;
                }
                Ok(Edited::Done)
            })
        })
        .await
}

/// How the audit trail names a schedule.
pub(super) fn subject(schedule: &Schedule) -> String {
    format!("schedule {} ({})", schedule.id, schedule.plan.series)
}

/// What differs, each as "what old -> new", for the audit trail.
fn differences(old: &Plan, new: &Plan) -> Vec<String> {
    let hours = |plan: &Plan| plan.window_minutes.map_or("as the team".into(), |m| format!("{m} minutes"));
    let role = |plan: &Plan| plan.notify.map_or("nobody".into(), |role| format!("<@&{role}>"));
    let clock = |plan: &Plan| plan.rule.at.strftime("%H:%M").to_string();
    let thread = |plan: &Plan| if plan.thread { "yes" } else { "no" }.to_owned();
    [
        ("time", clock(old), clock(new)),
        ("days", old.rule.weekdays.describe(), new.rule.weekdays.describe()),
        ("first day", old.rule.start.to_string(), new.rule.start.to_string()),
        ("at the end", old.at_end.to_text(), new.at_end.to_text()),
        ("open for answers", hours(old), hours(new)),
        ("thread", thread(old), thread(new)),
        ("notifies", role(old), role(new)),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(what, old, new)| format!("{what} {old} -> {new}"))
    .collect()
}
