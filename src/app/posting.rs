//! Claims: what is due becomes an occurrence with its snapshot and a job in the outbox, in one transaction.
//!
//! Must always hold:
//!
//! - one key, one occurrence: the UNIQUE key of the row is the guard against a second post, and whoever loses against
//!   it changes nothing;
//! - a date is claimed, missed or skipped exactly once, and the schedule's next slot is a date without an occurrence;
//! - after downtime at most one prompt of a schedule is claimed, the newest that is late by at most the catch-up
//!   window; all others are recorded with the reason, and their prompts stay in the queue;
//! - what is frozen here (snapshot, day, due, closes, channel) is changed by nothing that happens later.

use crate::{
    app::{alerts, closing, nudging, prompts, schedules, setup::WITH_TEAM, shelf::Shelf, slots},
    domain::{
        id::{OccurrenceId, ScheduleId, TeamId, ceil_minute},
        library::Library,
        occurrence,
        outbound::{CATCH_UP, mix, nonce},
        reason::Reason,
        schedule::{Slot, slot as schedule_slot},
    },
    store::{
        Connection, Result, Store, day_off, notify_role,
        occurrence::{self as occurrences, New, by_hand_key, scheduled_key},
        outbox::{self, Kind, Target},
        queue,
        schedule::{self, Schedule, State},
        team::{self, Team},
    },
};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Later than this after its due instant a post is late: it says so, and its window begins when it is claimed.
const LATE: SignedDuration = SignedDuration::from_mins(1);
/// Claims of one pass; the rest is due in the next.
const LARGEST_BATCH: i64 = 500;

/// What became of a schedule that was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Somebody else was faster, or it does not run any more.
    NothingDue,
    /// Only dates without a post: days off, missed ones.
    NoPost,
    /// A prompt is on its way.
    Claimed(OccurrenceId),
    /// It cannot run: its series or the zone is gone.
    Suspended(Reason),
    /// Every prompt was used and nothing follows.
    Ended,
}

/// Claims everything but `but` that is due at `now`, each schedule in a job of its own, so that the fault of one does not
/// stop the others. A fault leaves its schedule due.
pub async fn claim_due(
    store: &Store,
    shelf: &Arc<Shelf>,
    now: Timestamp,
    seed: u64,
    but: &[ScheduleId],
) -> Result<Vec<(ScheduleId, Result<Claim>)>> {
    let due = schedule::due(&mut *store.read().await?, now, but, LARGEST_BATCH).await?;
    if !due.is_empty() {
        shelf.warm(store, now).await?;
    }
    let claims = due.into_iter().map(async |id| {
        let shelf = shelf.clone();
        let seed = mix(seed, id.0 as u64);
        let claim = store
            .write(move |conn| Box::pin(async move { claim_in(conn, &shelf, id, now, seed).await }))
            .await;
        (id, claim)
    });
    Ok(join_all(claims).await)
}

/// Claims what is due of one schedule.
pub async fn claim_in(
    conn: &mut Connection,
    shelf: &Shelf,
    id: ScheduleId,
    now: Timestamp,
    seed: u64,
) -> Result<Claim> {
    let Some(schedule) = schedule::get(conn, id).await? else { return Ok(Claim::NothingDue) };
    let Some((from, stored)) =
        schedule.next.filter(|(_, due)| schedule.state == State::Active && *due <= now)
    else {
        return Ok(Claim::NothingDue);
    };
    let Some(team) = team::get(conn, schedule.team).await?.filter(|team| team.removed_at.is_none()) else {
        schedule::stop(conn, id, State::Paused, None).await?;
        return Ok(Claim::NothingDue);
    };
    let Ok(zone) = TimeZone::get(&team.zone) else {
        let reason = Reason::ZoneGone(team.zone.clone());
        schedules::suspend_one_in(conn, &team, id, &reason, now, seed).await?;
        return Ok(Claim::Suspended(reason));
    };
    // The slot that was found due stays what it was, even if rule or zone were changed in the moment before this one.
    let mut due = vec![match schedule_slot(from, schedule.plan.rule.at, &zone) {
        Slot::At { day, .. } => Slot::At { day, due: stored },
        missing @ Slot::NoSuchDay { .. } => missing,
    }];
    due.extend(slots::due_in(conn, id, &schedule.rule(), &zone, from.saturating_add(1.day()), now).await?);
    let off = day_off::ending_from(conn, team.id, from).await?;
    let reason = |slot: &Slot| match slot {
        Slot::NoSuchDay { .. } => Some(Reason::NoSuchDay),
        Slot::At { day, .. } => off
            .iter()
            .find(|off| off.from <= *day && *day <= off.to)
            .map(|off| Reason::DayOff(off.name.clone())),
    };
    let in_time = |slot: &Slot| slot.due().is_some_and(|due| now.duration_since(due) <= CATCH_UP);
    let wanted = due.iter().rev().find(|slot| in_time(slot) && reason(slot).is_none()).copied();
    let mut claim = Claim::NoPost;
    for slot in due {
        if Some(slot) == wanted
            && let Slot::At { day, due } = slot
        {
            let library = shelf.of_in(conn, team.guild).await?;
            claim = post_in(conn, &library, &team, &schedule, (day, due), now, seed).await?;
            if matches!(claim, Claim::Suspended(_) | Claim::Ended) {
                return Ok(claim);
            }
            continue;
        }
        let (state, reason) = match reason(&slot) {
            Some(reason) => (occurrence::State::Skipped, reason),
            None if in_time(&slot) => (occurrence::State::Missed, Reason::Overtaken),
            None => (occurrence::State::Missed, Reason::TooLate),
        };
        record_in(conn, &team, id, (slot.day(), slots::instant(slot, &zone)), state, &reason).await?;
    }
    let next = slots::next_in(conn, id, &schedule.rule(), &zone, now).await?;
    schedule::advance(conn, id, next).await?;
    Ok(claim)
}

/// Stores a date on which nothing is posted.
pub(super) async fn record_in(
    conn: &mut Connection,
    team: &Team,
    schedule: ScheduleId,
    (day, due): (Date, Timestamp),
    state: occurrence::State,
    reason: &Reason,
) -> Result<Option<OccurrenceId>> {
    let new = New {
        key: &scheduled_key(schedule, day),
        team: team.id,
        schedule: Some(schedule),
        channel: team.channel,
        day,
        due,
        state,
        reason: Some(&reason.code()),
        snapshot: None,
        closes: due,
    };
    occurrences::insert(conn, new).await
}

async fn post_in(
    conn: &mut Connection,
    library: &Library,
    team: &Team,
    schedule: &Schedule,
    (day, due): (Date, Timestamp),
    now: Timestamp,
    seed: u64,
) -> Result<Claim> {
    let (series, prompt) = match prompts::take_in(conn, library, schedule).await? {
        prompts::Taken::Prompt { series, prompt } => (series, prompt),
        prompts::Taken::NothingLeft => {
            schedule::stop(conn, schedule.id, State::Ended, None).await?;
            closing::release_if_nothing_follows_in(conn, team.id, now, seed).await?;
            return Ok(Claim::Ended);
        }
        prompts::Taken::SeriesGone(id) => {
            let reason = Reason::SeriesGone(id);
            schedules::suspend_one_in(conn, team, schedule.id, &reason, now, seed).await?;
            return Ok(Claim::Suspended(reason));
        }
    };
    let left = queue::len(conn, schedule.id).await?;
    let of = series.prompts.len() as u32;
    let late = now.duration_since(due) > LATE;
    let mut snapshot = prompts::snapshot(series, prompt, prompts::options_seed(schedule.seed, day));
    (snapshot.number, snapshot.of) = (of.saturating_sub(left).max(1), of);
    (snapshot.thread, snapshot.late) = (schedule.plan.thread, late);
    let allowed = notify_role::of_team(conn, team.id).await?;
    snapshot.notify = schedule.plan.notify.filter(|role| allowed.contains(role));
    let window = SignedDuration::from_mins(schedule.plan.window_minutes.unwrap_or(team.window_minutes));
    let new = New {
        key: &scheduled_key(schedule.id, day),
        team: team.id,
        schedule: Some(schedule.id),
        channel: team.channel,
        day,
        due,
        state: occurrence::State::Claimed,
        reason: None,
        snapshot: Some(&snapshot),
        closes: ceil_minute(if late { now } else { due }) + window,
    };
    let Some(id) = occurrences::insert(conn, new).await? else {
        // The key is taken: nothing of this claim may stay.
        queue::push_front(conn, schedule.id, &prompt.id).await?;
        return Ok(Claim::NoPost);
    };
    let closes = ceil_minute(if late { now } else { due }) + window;
    nudging::plan_in(conn, team, id, now, closes).await?;
    let body = Taken { from: vec![schedule.id] };
    enqueue_in(conn, team, id, &body, schedule.plan.thread, now, seed).await?;
    Ok(Claim::Claimed(id))
}

/// From whose queues a prompt was taken: where it goes back to if it is not posted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Taken {
    pub(super) from: Vec<ScheduleId>,
}

/// The prompt's job, behind the reveals that waited for it.
async fn enqueue_in(
    conn: &mut Connection,
    team: &Team,
    id: OccurrenceId,
    taken: &Taken,
    thread: bool,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    closing::release_held_in(conn, team.id, now, mix(seed, 1)).await?;
    let new = outbox::New {
        team: Some(team.id),
        kind: Kind::Prompt,
        occurrence: Some(id),
        poll: None,
        target: Target::Channel(team.channel),
        body: Some(&alerts::json(taken)),
        nonce: &nonce(mix(seed, 0)),
        thread,
    };
    outbox::insert(conn, new, now).await?;
    Ok(())
}

/// What a manager wants posted at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// For which team.
    pub team: TeamId,
    /// The series' id.
    pub series: String,
    /// The prompt's id; None: the one that is next in the team's queue for this series, else the series' first.
    pub prompt: Option<String>,
}

/// What became of a post by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByHand {
    /// On its way.
    Claimed(OccurrenceId),
    /// This very interaction has posted already.
    Already,
    /// No team with this id, or it was removed.
    NoTeam,
    /// No series with this id.
    NoSeries,
    /// The series has no prompt with this id.
    NoPrompt,
    /// The team's zone is not known any more.
    NoZone,
}

/// Posts a prompt at once: a bonus that takes its prompt out of the queues of the team's schedules, which still post
/// that day. `interaction` is the id of the click or command that asked for it, so an event delivered twice posts once.
pub async fn by_hand(
    store: &Store,
    library: &Arc<Library>,
    wanted: Wanted,
    interaction: u64,
    now: Timestamp,
    seed: u64,
) -> Result<ByHand> {
    let library = library.clone();
    store
        .write(move |conn| {
            Box::pin(async move { by_hand_in(conn, &library, &wanted, interaction, now, seed).await })
        })
        .await
}

async fn by_hand_in(
    conn: &mut Connection,
    library: &Library,
    wanted: &Wanted,
    interaction: u64,
    now: Timestamp,
    seed: u64,
) -> Result<ByHand> {
    let Some(team) = team::get(conn, wanted.team).await?.filter(|team| team.removed_at.is_none()) else {
        return Ok(ByHand::NoTeam);
    };
    let Ok(zone) = TimeZone::get(&team.zone) else { return Ok(ByHand::NoZone) };
    let Some(series) = library.get(&wanted.series) else { return Ok(ByHand::NoSeries) };
    let running = schedule::of_team(conn, team.id).await?;
    let running = running.iter().filter(|schedule| schedule.plan.series == series.id);
    let mut next = None;
    let mut thread = false;
    for schedule in running {
        thread |= schedule.plan.thread;
        if next.is_none() {
            let queued = queue::all(conn, schedule.id).await?;
            next = queued.into_iter().find(|id| series.prompt(id).is_some());
        }
    }
    let prompt = match &wanted.prompt {
        Some(id) => series.prompt(id),
        None => next.and_then(|id| series.prompt(&id)).or(series.prompts.first()),
    };
    let Some(prompt) = prompt else { return Ok(ByHand::NoPrompt) };
    let mut snapshot = prompts::snapshot(series, prompt, mix(seed, 2));
    snapshot.thread = thread;
    let new = New {
        key: &by_hand_key(interaction),
        team: team.id,
        schedule: None,
        channel: team.channel,
        day: zone.to_datetime(now).date(),
        due: now,
        state: occurrence::State::Claimed,
        reason: None,
        snapshot: Some(&snapshot),
        closes: ceil_minute(now) + SignedDuration::from_mins(team.window_minutes),
    };
    let Some(id) = occurrences::insert(conn, new).await? else { return Ok(ByHand::Already) };
    let from = queue::remove_from_team(conn, team.id, &series.id, &prompt.id).await?;
    enqueue_in(conn, &team, id, &Taken { from }, thread, now, seed).await?;
    Ok(ByHand::Claimed(id))
}

/// Puts the prompt of an occurrence that was not posted back where it came from, unless another series is asked there
/// by now. A schedule that had run out with it goes on (in a removed team, with the team); one that a manager has ended
/// (which has a reason) does not.
pub(super) async fn prompt_back_in(
    conn: &mut Connection,
    id: OccurrenceId,
    body: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let Some(occurrence) = occurrences::of_id(conn, id).await? else { return Ok(()) };
    let Some(snapshot) = &occurrence.snapshot else { return Ok(()) };
    let taken: Option<Taken> = body.and_then(|body| serde_json::from_str(body).ok());
    for from in taken.map_or(Vec::new(), |taken| taken.from) {
        let Some(schedule) = schedule::get(conn, from).await? else { continue };
        if schedule.plan.series != snapshot.series {
            continue;
        }
        queue::remove(conn, from, &snapshot.prompt.id).await?;
        queue::push_front(conn, from, &snapshot.prompt.id).await?;
        if schedule.state != State::Ended || schedule.reason.is_some() {
            continue;
        }
        let Some(team) = team::get(conn, schedule.team).await? else { continue };
        if team.removed_at.is_some() {
            schedule::stop(conn, from, State::Paused, Some(WITH_TEAM)).await?;
        } else if let Ok(zone) = TimeZone::get(&team.zone) {
            let next = slots::next_in(conn, from, &schedule.rule(), &zone, now).await?;
            schedule::activate(conn, from, next).await?;
        }
    }
    Ok(())
}
