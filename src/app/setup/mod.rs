//! Making a team, starting it, changing it, moving it, removing it. Who may do so is checked by the caller.
//!
//! Must always hold: one channel has one team; nothing is posted before the start; a removed team stops at once and
//! can be brought back for [`KEPT`]; every change is in the audit trail.

mod change;
mod ending;
mod start;

pub use change::{
    Proposal, Replanned, propose_zone, set_draft_series, set_manager_role, set_notify_roles, set_nudge,
    set_suggestions, set_times, set_window, set_zone,
};
pub(super) use ending::WITH_TEAM;
pub use ending::{
    Moved, Restored, guild_back, guild_left, move_to, purge, purged_at, remove, restore, resume,
};
pub use start::{Introduction, Started, start};

use crate::{
    app::{ahead, schedules, shelf::Shelf},
    domain::{
        id::{ChannelId, GuildId, RoleId, TeamId, UserId},
        library::Library,
        queue::{AtEnd, Order},
        schedule::{Rule, Weekdays},
    },
    store::{
        Connection, Result, Store, audit, notify_role,
        schedule::{self, Plan, Schedule, State},
        team::{self, Team},
    },
};
use jiff::{SignedDuration, Timestamp, civil::Date, civil::Time, tz::TimeZone};
use std::sync::Arc;

/// How long a removed team, and the teams of a server that Helmsman was removed from, can be brought back.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// When a new team is asked, local time.
const DEFAULT_TIME: Time = Time::constant(9, 30, 0, 0);

/// What a channel has.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// No team, and none that could be brought back.
    Free,
    /// A team, started or not.
    Team(Overview),
    /// A team that was removed less than [`KEPT`] ago.
    Removed(Team),
}

/// A team with its schedules.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// The team.
    pub team: Team,
    /// Its zone.
    pub zone: TimeZone,
    /// Oldest first. The first is the one that `/setup` shows and changes.
    pub schedules: Vec<Schedule>,
    /// The next posts of all of them, the earliest first: at most three.
    pub next: Vec<(Date, Timestamp)>,
    /// Roles that an admin allows prompts to notify.
    pub notify_roles: Vec<RoleId>,
    /// Every series that its server can schedule.
    pub library: Arc<Library>,
}

impl Overview {
    /// The schedule that `/setup` shows and changes.
    pub fn main(&self) -> Option<&Schedule> {
        self.schedules.first()
    }

    /// When the next prompt comes. None: nothing is scheduled, or nobody has pressed *Start* yet.
    pub fn coming(&self) -> Option<Timestamp> {
        self.team.started_at?;
        self.next.first().map(|(_, due)| *due)
    }
}

/// The team with this id, if it is one of this server and was not removed.
pub async fn team_of(conn: &mut Connection, guild: GuildId, id: TeamId) -> Result<Option<Team>> {
    let team = team::get(conn, id).await?;
    Ok(team.filter(|team| team.guild == guild && team.removed_at.is_none()))
}

/// What this channel has.
pub async fn place(
    store: &Store,
    shelf: &Shelf,
    now: Timestamp,
    guild: GuildId,
    channel: ChannelId,
) -> Result<Place> {
    let conn = &mut *store.read().await?;
    if let Some(team) = team::of_channel(conn, guild, channel).await? {
        return Ok(Place::Team(overview_in(conn, shelf, now, team).await?));
    }
    let removed = team::removed_of_channel(conn, guild, channel).await?;
    let kept = |team: &Team| team.removed_at.is_some_and(|at| now < at + KEPT);
    Ok(removed.filter(kept).map_or(Place::Free, Place::Removed))
}

/// A team with its schedules and its next three posts. None: not a team of this server.
pub async fn overview(
    store: &Store,
    shelf: &Shelf,
    now: Timestamp,
    guild: GuildId,
    id: TeamId,
) -> Result<Option<Overview>> {
    let conn = &mut *store.read().await?;
    match team_of(conn, guild, id).await? {
        Some(team) => Ok(Some(overview_in(conn, shelf, now, team).await?)),
        None => Ok(None),
    }
}

async fn overview_in(conn: &mut Connection, shelf: &Shelf, now: Timestamp, team: Team) -> Result<Overview> {
    let schedules = schedule::of_team(conn, team.id).await?;
    let mut next = Vec::new();
    if let Some(days) = ahead::days_in(conn, &team, now).await? {
        let left = ahead::left_in(conn, team.id, &schedules).await?;
        for schedule in schedules.iter().filter(|s| matches!(s.state, State::Draft | State::Active)) {
            let left = left.get(&schedule.id).copied().unwrap_or(0);
            next.extend(days.next_posts(schedule, left, 3));
        }
    }
    next.sort_by_key(|(_, due)| *due);
    next.truncate(3);
    // A zone that the data no longer knows suspends the schedules; to show it, UTC will do.
    let zone = TimeZone::get(&team.zone).unwrap_or(TimeZone::UTC);
    let notify_roles = notify_role::of_team(conn, team.id).await?;
    let library = shelf.of_in(conn, team.guild).await?;
    Ok(Overview { team, zone, schedules, next, notify_roles, library })
}

/// A page of who changed what, newest first; and whether there is an older one. None: not a team of this server.
pub async fn trail(
    store: &Store,
    guild: GuildId,
    id: TeamId,
    page: u32,
    a_page: u32,
) -> Result<Option<(Vec<audit::Entry>, bool)>> {
    let conn = &mut *store.read().await?;
    if team_of(conn, guild, id).await?.is_none() {
        return Ok(None);
    }
    let mut entries = audit::page(conn, id, page.saturating_mul(a_page), a_page + 1).await?;
    let older = entries.len() > a_page as usize;
    entries.truncate(a_page as usize);
    Ok(Some((entries, older)))
}

/// Whoever runs /setup last is told about trouble.
pub async fn seen_by(store: &Store, team: TeamId, user: UserId) -> Result<()> {
    store.write(move |conn| Box::pin(async move { team::set_setup_by(conn, team, user).await })).await
}

/// Makes a team that has not started, with all defaults: this channel, weekdays at 09:30, the first series, no manager
/// role. If there is one in this channel already (two admins, a double click), it stays as it is. Its id.
pub async fn create(
    store: &Store,
    now: Timestamp,
    library: Arc<Library>,
    (guild, channel): (GuildId, ChannelId),
    by: UserId,
    zone: TimeZone,
    seed: u64,
) -> Result<TeamId> {
    store
        .write(move |conn| {
            Box::pin(async move {
                if let Some(team) = team::of_channel(conn, guild, channel).await? {
                    team::set_setup_by(conn, team.id, by).await?;
                    return Ok(team.id);
                }
                let name = zone.iana_name().unwrap_or("UTC");
                let id = team::insert(conn, guild, channel, name, by, now).await?;
                let plan = Plan {
                    series: library.default_series().id.clone(),
                    rule: Rule {
                        at: DEFAULT_TIME,
                        weekdays: Weekdays::WORKING,
                        start: zone.to_datetime(now).date(),
                    },
                    order: Order::Sequential,
                    at_end: AtEnd::Repeat,
                    window_minutes: None,
                    thread: false,
                    notify: None,
                };
                schedules::draft_in(conn, &library, id, &plan, seed).await?;
                audit::add(conn, id, by, now, &format!("set up the team ({name})")).await?;
                Ok(id)
            })
        })
        .await
}
