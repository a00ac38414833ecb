//! Moving, removing, bringing back; and a server that Helmsman was removed from.

use super::{KEPT, team_of};
use crate::{
    app::{closing, outbox, polls, schedules},
    domain::{
        id::{ChannelId, GuildId, TeamId, UserId},
        reason::Reason,
    },
    store::{
        Result, Store, audit, away, guild, outage, person,
        schedule::{self, State},
        series, series_draft,
        team::{self, Team},
    },
};
use jiff::{SignedDuration, Timestamp};

/// The reason of a schedule that stopped because its team was removed: it runs again if the team comes back.
pub(in crate::app) const WITH_TEAM: &str = "with-team";

/// What became of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It lives there now. Open prompts stay, and close, in the old channel.
    From(ChannelId),
    /// Another team lives there.
    Taken,
    /// No such team on this server.
    NoTeam,
}

/// Moves a team with all it has to another channel of its server.
pub async fn move_to(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    channel: ChannelId,
) -> Result<Moved> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(mut team) = team_of(conn, guild, id).await? else { return Ok(Moved::NoTeam) };
                let from = team.channel;
                if from == channel || team::of_channel(conn, guild, channel).await?.is_some() {
                    return Ok(Moved::Taken);
                }
                team::set_channel(conn, id, channel).await?;
                team.channel = channel;
                // Trouble with the old channel is over.
                schedules::unsuspend_in(conn, &team, now).await?;
                audit::add(conn, id, by, now, &format!("moved the team from <#{from}> to <#{channel}>"))
                    .await?;
                Ok(Moved::From(from))
            })
        })
        .await
}

/// Removes a team: it stops at once, and [`purge`] deletes it after [`KEPT`]. False: no such team on this server.
pub async fn remove(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    seed: u64,
) -> Result<bool> {
    let ended = store
        .write(move |conn| {
            Box::pin(async move {
                if team_of(conn, guild, id).await?.is_none() {
                    return Ok(None);
                }
                for running in schedule::of_team(conn, id).await? {
                    if running.state == State::Active {
                        schedule::stop(conn, running.id, State::Paused, Some(WITH_TEAM)).await?;
                    }
                }
                closing::close_unfairly_in(conn, id, now).await?;
                let polls = polls::cancel_team_in(conn, id, now).await?;
                // First, so that nobody is told of what is lost with it, and nothing is set going again.
                team::set_removed(conn, id, Some(now)).await?;
                outbox::silence_in(conn, id, now, seed).await?;
                audit::add(conn, id, by, now, "removed the team").await?;
                Ok(Some(polls))
            })
        })
        .await?;
    polls::drop_ballots(store, ended.as_deref().unwrap_or_default()).await;
    Ok(ended.is_some())
}

/// Lets the schedules of a team go on that trouble had stopped. False: no such team on this server.
pub async fn resume(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(false) };
                schedules::unsuspend_in(conn, &team, now).await?;
                audit::add(conn, id, by, now, "let prompts go on").await?;
                Ok(true)
            })
        })
        .await
}

/// What became of bringing a team back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It runs again, as it was.
    Back,
    /// Another team lives in its channel now.
    Taken,
    /// Not a removed team of this server, or its time is over.
    NoTeam,
}

/// Brings a removed team back with all it had.
pub async fn restore(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
) -> Result<Restored> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let kept = |team: &Team| team.removed_at.is_some_and(|at| now < at + KEPT);
                let team = team::get(conn, id).await?.filter(|team| team.guild == guild && kept(team));
                let Some(team) = team else { return Ok(Restored::NoTeam) };
                if team::of_channel(conn, guild, team.channel).await?.is_some() {
                    return Ok(Restored::Taken);
                }
                team::set_removed(conn, id, None).await?;
                team::set_setup_by(conn, id, by).await?;
                // What was due meanwhile was not wanted.
                for stopped in schedule::of_team(conn, id).await? {
                    if stopped.reason.as_deref() == Some(WITH_TEAM) {
                        schedules::activate_in(conn, &team, &stopped, now).await?;
                    }
                }
                polls::weekly::anew_in(conn, &team, now).await?;
                audit::add(conn, id, by, now, "brought the team back").await?;
                Ok(Restored::Back)
            })
        })
        .await
}

/// Helmsman was removed from a server. Its teams keep all they have for [`KEPT`]; their schedules stop until `/setup` is
/// run there again, their polls end without a result. Nobody is told: there is no way to.
pub async fn guild_left(store: &Store, now: Timestamp, id: GuildId) -> Result<()> {
    let ended = store
        .write(move |conn| {
            Box::pin(async move {
                guild::removed(conn, id, now).await?;
                let mut ended = Vec::new();
                for team in team::of_guild(conn, id).await? {
                    for running in schedule::of_team(conn, team.id).await? {
                        if running.state == schedule::State::Active {
                            let reason = Reason::Removed.code();
                            schedule::stop(conn, running.id, schedule::State::Suspended, Some(&reason))
                                .await?;
                        }
                    }
                    ended.extend(polls::cancel_team_in(conn, team.id, now).await?);
                }
                Ok(ended)
            })
        })
        .await?;
    polls::drop_ballots(store, &ended).await;
    Ok(())
}

/// Helmsman is in this server. True if it had been removed before: then weekly polls begin with the next one.
pub async fn guild_back(store: &Store, now: Timestamp, id: GuildId) -> Result<bool> {
    if guild::removed_at(&mut *store.read().await?, id).await?.is_none() {
        return Ok(false);
    }
    store
        .write(move |conn| {
            Box::pin(async move {
                for team in team::of_guild(conn, id).await? {
                    polls::weekly::anew_in(conn, &team, now).await?;
                }
                guild::back(conn, id).await
            })
        })
        .await
}

/// When [`purge`] deletes what was removed at `at`: the first instant that is later than the last one in which it is kept.
pub fn purged_at(at: Timestamp) -> Timestamp {
    at + KEPT + SignedDuration::from_millis(1)
}

/// Deletes what was removed [`KEPT`] ago: teams with all they have, and of servers whatever else is known of them. How
/// many teams.
pub async fn purge(store: &Store, now: Timestamp) -> Result<u64> {
    let then = now - KEPT;
    store
        .write(move |conn| {
            Box::pin(async move {
                let teams = team::delete_removed_before(conn, then).await?;
                away::delete_left_before(conn, then).await?;
                series::delete_left_before(conn, then).await?;
                series_draft::delete_before(conn, then).await?;
                person::delete_left_before(conn, then).await?;
                outage::delete_left_before(conn, then).await?;
                guild::forget_left_before(conn, then).await?;
                Ok(teams)
            })
        })
        .await
}
