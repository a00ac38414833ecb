//! The weekly poll, made of the week's moments.
//!
//! Must always hold: one for each local date at most, whatever the clock does (the key says team and date); local times
//! are resolved as those of schedules are; each week's is decided once, made or left out; one that cannot be made keeps
//! nobody else's waiting.

use super::{
    moments::FRESH,
    opening::{open_in, shuffled},
};
use crate::{
    app::{
        alerts::{self, Alert},
        setup::team_of,
    },
    domain::{
        id::{GuildId, PollId, TeamId, UserId, ceil_minute},
        outbound::{CATCH_UP, mix},
        poll::{LEAST_NOMINEES, LEAST_QUORUM, LONGEST, Mode, SHORTEST, grouped},
        schedule::{Rule, Slot, Weekdays},
    },
    store::{
        Connection, Result, Store, audit,
        ballots::Ballots,
        guild, moment, person,
        poll::{self as polls, New},
        team::{self, Team},
        weekly_poll::{self, Weekly},
    },
};
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use std::collections::BTreeMap;

/// Polls of one pass; the rest is due in the next. Each makes a file, and everybody who stores something waits for that.
const LARGEST_BATCH: i64 = 20;
/// One that could not be decided about is tried again so much later.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What became of setting it, or of switching it off. But for the first two, nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// The next one is then.
    Yes(Timestamp),
    /// There is none any more.
    Off,
    /// There was none.
    WasOff,
    /// Somebody has changed it since it was looked at. As it is now.
    Overtaken(Option<Weekly>),
    /// No such team on this server, or its zone is not known.
    NoTeam,
    /// The team has not started.
    NotStarted,
    /// It is to be open for 5 minutes to 7 days.
    Duration,
}

/// The team's weekly poll.
pub async fn get(store: &Store, team: TeamId) -> Result<Option<Weekly>> {
    weekly_poll::get(&mut *store.read().await?, team).await
}

/// A mark of the weekly poll that somebody looked at: it changes whenever that does.
pub fn mark(weekly: Option<&Weekly>) -> String {
    weekly.map_or("none".into(), |weekly| {
        let day = weekly.weekday.to_monday_zero_offset();
        format!("{day}-{}-{}", weekly.at.strftime("%H%M"), weekly.minutes)
    })
}

/// Makes a poll of the moments each week from now on. `seen` is the [`mark`] of what was looked at.
pub async fn set(
    store: &Store,
    (guild, team): (GuildId, TeamId),
    by: UserId,
    seen: String,
    (weekday, at, length): (Weekday, Time, SignedDuration),
    now: Timestamp,
) -> Result<Set> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, team).await? else { return Ok(Set::NoTeam) };
                if team.started_at.is_none() {
                    return Ok(Set::NotStarted);
                }
                let Ok(zone) = TimeZone::get(&team.zone) else { return Ok(Set::NoTeam) };
                if !(SHORTEST..=LONGEST).contains(&length) {
                    return Ok(Set::Duration);
                }
                let old = weekly_poll::get(conn, team.id).await?;
                if mark(old.as_ref()) != seen {
                    return Ok(Set::Overtaken(old));
                }
                let from = (zone.to_datetime(now).date(), now);
                let Some((next_day, next_due)) = next_in(conn, team.id, (weekday, at), &zone, from).await?
                else {
                    return Ok(Set::NoTeam);
                };
                let minutes = length.as_mins();
                let new = Weekly { weekday, at, minutes, next_day, next_due, by, version: 1 };
                weekly_poll::set(conn, team.id, &new).await?;
                let what = format!("weekly poll {weekday:?} {} for {minutes} min", at.strftime("%H:%M"));
                audit::add(conn, team.id, by, now, &what).await?;
                Ok(Set::Yes(next_due))
            })
        })
        .await
}

/// No weekly poll any more. `seen` is the [`mark`] of what was looked at.
pub async fn off(
    store: &Store,
    (guild, team): (GuildId, TeamId),
    by: UserId,
    seen: String,
    now: Timestamp,
) -> Result<Set> {
    store
        .write(move |conn| {
            Box::pin(async move {
                if team_of(conn, guild, team).await?.is_none() {
                    return Ok(Set::NoTeam);
                }
                let old = weekly_poll::get(conn, team).await?;
                if mark(old.as_ref()) != seen {
                    return Ok(Set::Overtaken(old));
                }
                if !weekly_poll::delete(conn, team).await? {
                    return Ok(Set::WasOff);
                }
                audit::add(conn, team, by, now, "weekly poll off").await?;
                Ok(Set::Off)
            })
        })
        .await
}

/// The first slot on `from` or later whose instant is later than `now`.
fn next(
    weekday: Weekday,
    at: Time,
    zone: &TimeZone,
    from: Date,
    now: Timestamp,
) -> Option<(Date, Timestamp)> {
    let rule = Rule { at, weekdays: Weekdays::of(weekday), start: from };
    rule.slots_from(zone, from).find_map(|slot| match slot {
        Slot::At { day, due } if due > now => Some((day, due)),
        _ => None,
    })
}

/// The first slot on `from` or later, and later than `now`, on a date that has had no poll.
async fn next_in(
    conn: &mut Connection,
    team: TeamId,
    (weekday, at): (Weekday, Time),
    zone: &TimeZone,
    (mut from, now): (Date, Timestamp),
) -> Result<Option<(Date, Timestamp)>> {
    while let Some((day, due)) = next(weekday, at, zone, from, now) {
        if polls::of_key(conn, &polls::weekly_key(team, day)).await?.is_none() {
            return Ok(Some((day, due)));
        }
        from = day.saturating_add(1.day());
    }
    Ok(None)
}

/// The team has another zone, or is back. The local time stays, and the next one is the first later than `now`, on a date
/// that was not decided about.
pub(in crate::app) async fn anew_in(conn: &mut Connection, team: &Team, now: Timestamp) -> Result<()> {
    let Some(weekly) = weekly_poll::get(conn, team.id).await? else { return Ok(()) };
    let Ok(zone) = TimeZone::get(&team.zone) else { return Ok(()) };
    let from = weekly.next_day.max(zone.to_datetime(now).date());
    let when = (weekly.weekday, weekly.at);
    if let Some((day, due)) = next_in(conn, team.id, when, &zone, (from, now)).await? {
        weekly_poll::advance(conn, team.id, day, due).await?;
    }
    Ok(())
}

/// Decides about the weekly polls that are due, each in a job of its own. Which were made. `put_off` has the teams whose
/// poll could not be decided about, and until when they wait.
pub async fn run(
    store: &Store,
    now: Timestamp,
    seed: u64,
    put_off: &mut BTreeMap<TeamId, Timestamp>,
) -> Result<Vec<PollId>> {
    put_off.retain(|_, at| now < *at);
    let wait: Vec<TeamId> = put_off.keys().copied().collect();
    let due = weekly_poll::due(&mut *store.read().await?, now, &wait, LARGEST_BATCH).await?;
    let mut made = Vec::new();
    for team in due {
        let ballots = store.ballots().clone();
        let seed = mix(seed, team.0 as u64);
        let poll = store
            .write(move |conn| Box::pin(async move { decide_in(conn, &ballots, team, now, seed).await }))
            .await;
        match poll {
            Ok(poll) => made.extend(poll),
            Err(error) => {
                tracing::error!(%team, %error, "a weekly poll could not be made; it is tried again in a minute");
                put_off.insert(team, now + AGAIN);
            }
        }
    }
    Ok(made)
}

async fn decide_in(
    conn: &mut Connection,
    ballots: &Ballots,
    id: TeamId,
    now: Timestamp,
    seed: u64,
) -> Result<Option<PollId>> {
    let Some(weekly) = weekly_poll::get(conn, id).await?.filter(|weekly| weekly.next_due <= now) else {
        return Ok(None);
    };
    let there = |team: &Team| team.started_at.is_some() && team.removed_at.is_none();
    let Some(team) = team::get(conn, id).await?.filter(there) else { return Ok(None) };
    if guild::removed_at(conn, team.guild).await?.is_some() {
        return Ok(None);
    }
    let zone = TimeZone::get(&team.zone).unwrap_or(TimeZone::UTC);
    // The latest that is due; those before it were missed.
    let (mut day, mut due) = (weekly.next_day, weekly.next_due);
    while let Some((later, at)) = next(weekly.weekday, weekly.at, &zone, day.saturating_add(1.day()), due) {
        if at > now {
            weekly_poll::advance(conn, id, later, at).await?;
            break;
        }
        (day, due) = (later, at);
    }
    if now.duration_since(due) > CATCH_UP {
        return Ok(None);
    }
    let waiting = moment::waiting(conn, id, now - FRESH).await?;
    let about: Vec<UserId> = waiting.iter().map(|moment| moment.about).collect();
    let out = person::opted_out(conn, team.guild, &about).await?;
    let people = grouped(waiting.into_iter().filter(|moment| !out.contains(&moment.about)).collect());
    if people.len() < LEAST_NOMINEES {
        let alert = Alert::NoWeeklyPoll { channel: team.channel, day, people: people.len() as u32 };
        alerts::tell_in(conn, &team, weekly.by, &alert, now, mix(seed, 1)).await?;
        return Ok(None);
    }
    let nominees = people.iter().map(|of| (of[0].about, of[of.len() - 1].name.clone())).collect();
    // In an order that says nothing, and is the same whenever that date is decided.
    let days = day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    let nominees = shuffled(nominees, mix(id.0 as u64, days as u64));
    let new = New {
        key: &polls::weekly_key(id, day),
        team: id,
        channel: team.channel,
        by: None,
        situation: "",
        link: None,
        mode: Mode::Recognised,
        quorum: LEAST_QUORUM,
        role: None,
        closes: ceil_minute(now) + SignedDuration::from_mins(weekly.minutes),
        remind_at: None,
        nominees: &nominees,
    };
    let Some(poll) = open_in(conn, ballots, new, now, mix(seed, 3)).await? else { return Ok(None) };
    let moments: Vec<_> = people.iter().flatten().map(|moment| moment.id).collect();
    moment::taken(conn, &moments, poll).await?;
    Ok(Some(poll))
}
