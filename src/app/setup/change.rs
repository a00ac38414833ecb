//! Changes of a team's settings. None of them alters anything already posted.

use super::{Overview, overview_in, team_of};
use crate::{
    app::{planning, polls, schedules, series::same_in, shelf::Shelf},
    domain::{
        id::{GuildId, RoleId, TeamId, UserId},
        library::Library,
        schedule::Weekdays,
    },
    store::{
        Result, Store, audit, notify_role,
        schedule::{self, Plan},
        team,
    },
};
use jiff::{Timestamp, civil::Date, civil::Time, tz::TimeZone};
use std::sync::Arc;

/// What another zone would mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// How things are.
    pub now: Overview,
    /// The proposed zone's id.
    pub zone: String,
    /// The next posts if it is taken: at most three.
    pub next: Vec<(Date, Timestamp)>,
}

/// What would change with another zone. Changes nothing. None: not a team of this server.
pub async fn propose_zone(
    store: &Store,
    shelf: &Shelf,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    zone: &TimeZone,
) -> Result<Option<Proposal>> {
    let conn = &mut *store.read().await?;
    let Some(team) = team_of(conn, guild, id).await? else { return Ok(None) };
    let zone = zone.iana_name().unwrap_or("UTC").to_owned();
    let mut then = team.clone();
    then.zone = zone.clone();
    let now_is = overview_in(conn, shelf, now, team).await?;
    let next = overview_in(conn, shelf, now, then).await?.next;
    Ok(Some(Proposal { now: now_is, zone, next }))
}

/// Takes another zone. Local times stay as they are; each schedule goes on from the first instant later than now, and
/// so does the weekly poll.
pub async fn set_zone(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    zone: TimeZone,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(mut team) = team_of(conn, guild, id).await? else { return Ok(false) };
                let name = zone.iana_name().unwrap_or("UTC");
                let what = format!("time zone {} -> {name}", team.zone);
                team::set_zone(conn, id, name).await?;
                team.zone = name.to_owned();
                schedules::rezone_in(conn, &team, now).await?;
                polls::weekly::anew_in(conn, &team, now).await?;
                audit::add(conn, id, by, now, &what).await?;
                Ok(true)
            })
        })
        .await
}

/// Members with this role are managers; None: only those with Manage Server.
pub async fn set_manager_role(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    role: Option<RoleId>,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(false) };
                if team.manager_role != role {
                    let word =
                        |role: Option<RoleId>| role.map_or("none".to_owned(), |role| format!("<@&{role}>"));
                    let what = format!("manager role {} -> {}", word(team.manager_role), word(role));
                    team::set_manager_role(conn, id, role).await?;
                    audit::add(conn, id, by, now, &what).await?;
                }
                Ok(true)
            })
        })
        .await
}

/// How many minutes before a prompt closes a nudge is posted (30 to 1,440, which the caller has checked); None: never.
/// Prompts that are open keep theirs.
pub async fn set_nudge(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    minutes: Option<i64>,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(false) };
                if team.nudge_minutes != minutes {
                    let word =
                        |minutes: Option<i64>| minutes.map_or("none".to_owned(), |m| format!("{m} minutes"));
                    team::set_nudge(conn, id, minutes).await?;
                    let what = format!("nudge {} -> {}", word(team.nudge_minutes), word(minutes));
                    audit::add(conn, id, by, now, &what).await?;
                }
                Ok(true)
            })
        })
        .await
}

/// Whether members can suggest questions. What was suggested stays.
pub async fn set_suggestions(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    on: bool,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(false) };
                if team.suggestions != on {
                    team::set_suggestions(conn, id, on).await?;
                    let word = if on { "off -> on" } else { "on -> off" };
                    audit::add(conn, id, by, now, &format!("suggestions {word}")).await?;
                }
                Ok(true)
            })
        })
        .await
}

/// The roles that prompts may notify. A schedule that names another one notifies nobody.
pub async fn set_notify_roles(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    roles: Vec<RoleId>,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                if team_of(conn, guild, id).await?.is_none() {
                    return Ok(false);
                }
                notify_role::replace(conn, id, &roles).await?;
                let names: Vec<_> = roles.iter().map(|role| format!("<@&{role}>")).collect();
                let names = if names.is_empty() { "none".into() } else { names.join(" ") };
                audit::add(conn, id, by, now, &format!("roles to notify -> {names}")).await?;
                Ok(true)
            })
        })
        .await
}

/// How long a prompt can be answered, in minutes (60 to 4,320, which the caller has checked). Prompts that are open
/// keep theirs.
pub async fn set_window(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    minutes: i64,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(false) };
                team::set_window(conn, id, minutes).await?;
                let what = format!("window {} -> {minutes} minutes", team.window_minutes);
                audit::add(conn, id, by, now, &what).await?;
                Ok(true)
            })
        })
        .await
}

/// What became of a change of the first schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replanned {
    /// It is so now.
    Done,
    /// Another schedule asks the same at the same times: this. Nothing was changed.
    Exists(Plan),
    /// No such team, or it has no schedule, or what is wanted is not to be had any more.
    Stale,
}

/// Another time or other weekdays for the first schedule, from the first instant later than now.
pub async fn set_times(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    at: Option<Time>,
    weekdays: Option<Weekdays>,
) -> Result<Replanned> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(Replanned::Stale) };
                let Some(main) = schedule::of_team(conn, id).await?.into_iter().next() else {
                    return Ok(Replanned::Stale);
                };
                let (old, mut plan) = (main.plan.rule, main.plan.clone());
                plan.rule.at = at.unwrap_or(old.at);
                plan.rule.weekdays = weekdays.unwrap_or(old.weekdays);
                if same_in(conn, id, &plan, Some(main.id)).await?.is_some() {
                    return Ok(Replanned::Exists(plan));
                }
                schedules::edit_in(conn, &team, &main, &plan, now).await?;
                let rule = plan.rule;
                let what = format!(
                    "{}: {} at {} -> {} at {}",
                    planning::subject(&main),
                    old.weekdays.describe(),
                    old.at.strftime("%H:%M"),
                    rule.weekdays.describe(),
                    rule.at.strftime("%H:%M"),
                );
                audit::add(conn, id, by, now, &what).await?;
                Ok(Replanned::Done)
            })
        })
        .await
}

/// Another series for the first schedule of a team that has not started; after that `/series schedule` adds one.
pub async fn set_draft_series(
    store: &Store,
    now: Timestamp,
    library: Arc<Library>,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    series: String,
) -> Result<Replanned> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let team = team_of(conn, guild, id).await?.filter(|team| team.started_at.is_none());
                let main = schedule::of_team(conn, id).await?.into_iter().next();
                let (Some(_), Some(series), Some(main)) = (team, library.get(&series), main) else {
                    return Ok(Replanned::Stale);
                };
                let plan = Plan { series: series.id.clone(), ..main.plan.clone() };
                if same_in(conn, id, &plan, Some(main.id)).await?.is_some() {
                    return Ok(Replanned::Exists(plan));
                }
                schedules::redraft_in(conn, &main, series).await?;
                let what = format!("series {} -> {}", main.plan.series, series.id);
                audit::add(conn, id, by, now, &what).await?;
                Ok(Replanned::Done)
            })
        })
        .await
}
