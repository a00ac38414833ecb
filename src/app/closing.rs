//! Closes: the tally, the reveal, and a message that somebody deleted.
//!
//! Must always hold:
//!
//! - nothing is tallied earlier than five seconds after its window ended, by Discord's clock, nor earlier than ten
//!   seconds after the connection is back if it was down across that instant;
//! - what a tally finds and what follows from it (counts, silence, streaks, the reveal) is one transaction; afterwards
//!   everything is late;
//! - each tallied occurrence has exactly one reveal, in the outbox or waiting for the next prompt.

use crate::{
    app::{outbox::ASIDE, streaks, uptime},
    domain::{
        id::{GuildId, MessageId, OccurrenceId, TeamId},
        occurrence::{self, Occurrence},
        outbound::{mix, nonce},
        queue::AtEnd,
        reason::Reason,
        schedule::Slot,
    },
    store::{
        Connection, Result, Store, day_off,
        occurrence::{self as occurrences, Reveal},
        outage,
        outbox::{self, Kind, New, Target},
        queue,
        schedule::{self, State},
        tally, team,
    },
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::collections::BTreeMap;

/// What was cast in the last moment has arrived after this.
pub const GRACE: SignedDuration = SignedDuration::from_secs(5);
/// What was held back while the connection was down has arrived so long after it is back.
pub const GRACE_AFTER_BREAK: SignedDuration = SignedDuration::from_secs(10);

/// From when on what closes at `closes` may be tallied. None: not before the connection is back.
pub fn may_tally_at(closes: Timestamp, connected_since: Option<Timestamp>) -> Option<Timestamp> {
    let since = connected_since?;
    Some(if since > closes { (since + GRACE_AFTER_BREAK).max(closes + GRACE) } else { closes + GRACE })
}

/// Something that is to be tallied now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// What.
    pub occurrence: Occurrence,
    /// At some time in its window replies could not be heard: they and the thread are to be read before the tally.
    pub read_first: bool,
}

/// What must close now. What cannot be read is put off for a day, so that it holds up nothing else.
pub async fn due(
    store: &Store,
    now: Timestamp,
    connected_since: Option<Timestamp>,
    put_off: &mut BTreeMap<OccurrenceId, Timestamp>,
) -> Result<Vec<Closing>> {
    put_off.retain(|_, at| now < *at);
    let but: Vec<_> = put_off.keys().copied().collect();
    let conn = &mut *store.read().await?;
    let mut due = Vec::new();
    for (id, occurrence) in occurrences::closing(conn, now - GRACE, &but).await? {
        let occurrence = match occurrence {
            Ok(occurrence) => occurrence,
            Err(error) => {
                tracing::error!(occurrence = %id, %error, "a prompt that is to close cannot be read; it is put off for a day");
                put_off.insert(id, now + ASIDE);
                continue;
            }
        };
        if may_tally_at(occurrence.closes, connected_since).is_none_or(|at| now < at) {
            continue;
        }
        let Some(opens) = occurrence.opens else { continue };
        let (guild, channel) = (occurrence.guild, occurrence.channel);
        // A break that was resumed is no outage: its events were delivered. One that was not is a lost session, however
        // short; even one after the close may have lost what was cast before it and was still on its way.
        let felt = outage::felt(conn, guild, channel, opens, now).await?;
        // Nor was anybody heard while nobody knew which message the prompt is.
        let sent = outbox::of_occurrence(conn, occurrence.id, Kind::Prompt).await?;
        let known_late = sent.is_some_and(|job| job.progress.was_known_late());
        due.push(Closing { occurrence, read_first: known_late || !felt.is_empty() });
    }
    Ok(due)
}

/// Whether anybody may be answering.
pub async fn any_open(store: &Store) -> Result<bool> {
    occurrences::any_open(&mut *store.read().await?).await
}

/// Ends the window: counts, silence, streaks, and the reveal. False: it was tallied before, or is not open any more.
pub async fn tally(store: &Store, id: OccurrenceId, now: Timestamp, seed: u64) -> Result<bool> {
    store.write(move |conn| Box::pin(tally_in(conn, id, now, seed))).await
}

async fn tally_in(conn: &mut Connection, id: OccurrenceId, now: Timestamp, seed: u64) -> Result<bool> {
    let Some(occurrence) = occurrences::of_id(conn, id).await? else { return Ok(false) };
    let Occurrence { guild, channel, opens, closes, team, day, .. } = occurrence;
    let down = match opens {
        Some(opens) => uptime::down_seconds_in(conn, guild, channel, opens, closes).await?,
        None => 0,
    };
    if !occurrences::tallied(conn, id, now, down).await? {
        return Ok(false);
    }
    tally::count_in(conn, id).await?;
    streaks::settle_in(conn, team, day, now).await?;
    if waits_for_next_prompt_in(conn, &occurrence, now).await? {
        occurrences::set_reveal(conn, id, Reveal::Held).await?;
    } else {
        queue_reveal_in(conn, &occurrence, now, seed).await?;
    }
    Ok(true)
}

/// Ends the windows of a team that is being removed: no reveal, and the prompts count as ones that nobody could answer,
/// so that nobody's streak suffers if the team comes back.
pub(super) async fn close_unfairly_in(conn: &mut Connection, team: TeamId, now: Timestamp) -> Result<()> {
    for open in occurrences::open_of_team(conn, team).await? {
        let whole = open.opens.map_or(0, |opens| open.closes.duration_since(opens).as_secs());
        if occurrences::tallied(conn, open.id, now, whole).await? {
            tally::count_in(conn, open.id).await?;
            streaks::settle_in(conn, team, open.day, now).await?;
        }
    }
    Ok(())
}

/// A reveal whose close falls on a day without a scheduled prompt waits for the next one, if there is to be one. One that
/// is on its way (by hand, say) has let go of what waited for it and now waits for this.
async fn waits_for_next_prompt_in(
    conn: &mut Connection,
    occurrence: &Occurrence,
    now: Timestamp,
) -> Result<bool> {
    let Some(team) = team::get(conn, occurrence.team).await? else { return Ok(false) };
    let Ok(zone) = TimeZone::get(&team.zone) else { return Ok(false) };
    let day = zone.to_datetime(occurrence.closes).date();
    if occurrences::prompt_on(conn, team.id, day).await? || occurrences::on_its_way(conn, team.id).await? {
        return Ok(false);
    }
    let off = day_off::ending_from(conn, team.id, day).await?;
    let mut follows = false;
    for schedule in schedule::of_team(conn, team.id).await? {
        if !goes_on_in(conn, &schedule).await? {
            continue;
        }
        follows = true;
        if schedule.state != State::Active {
            continue;
        }
        // One that is still to come on that day.
        let off = off.iter().any(|off| off.from <= day && day <= off.to);
        let slot = schedule.rule().slots_from(&zone, day).next().filter(|slot| slot.day() == day);
        let taken = occurrences::taken_days(conn, schedule.id, day).await?.contains(&day);
        if !off && !taken && matches!(slot, Some(Slot::At { due, .. }) if due >= now.min(occurrence.closes)) {
            return Ok(false);
        }
    }
    Ok(follows)
}

/// Whether there is to be another prompt of this schedule. One that the channel's trouble has stopped is expected to go
/// on: nothing can be revealed there until then.
async fn goes_on_in(conn: &mut Connection, schedule: &schedule::Schedule) -> Result<bool> {
    let reason = || schedule.reason.as_deref().and_then(Reason::parse);
    let runs = match schedule.state {
        // A pause can be long, and what waits for its end would be forgotten by then.
        State::Active => schedule.resumes.is_none(),
        State::Suspended => !matches!(reason(), Some(Reason::SeriesGone(_) | Reason::ZoneGone(_))),
        State::Draft | State::Paused | State::Ended => false,
    };
    Ok(runs && (schedule.plan.at_end != AtEnd::Stop || queue::len(conn, schedule.id).await? > 0))
}

/// Puts the reveals that wait for the team's next prompt into the outbox: it is about to be posted.
pub(super) async fn release_held_in(
    conn: &mut Connection,
    team: TeamId,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    for occurrence in occurrences::held(conn, team).await? {
        let seed = mix(seed, occurrence.id.0 as u64);
        queue_reveal_in(conn, &occurrence, now, seed).await?;
    }
    Ok(())
}

/// A schedule has stopped: reveals do not wait for a prompt that will not come.
pub(super) async fn release_if_nothing_follows_in(
    conn: &mut Connection,
    team: TeamId,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    for schedule in schedule::of_team(conn, team).await? {
        if goes_on_in(conn, &schedule).await? {
            return Ok(());
        }
    }
    release_held_in(conn, team, now, mix(seed, 6)).await
}

async fn queue_reveal_in(
    conn: &mut Connection,
    occurrence: &Occurrence,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let new = New {
        team: Some(occurrence.team),
        kind: Kind::Reveal,
        occurrence: Some(occurrence.id),
        poll: None,
        target: Target::Channel(occurrence.channel),
        body: None,
        nonce: &nonce(seed),
        thread: false,
    };
    outbox::insert(conn, new, now).await?;
    occurrences::set_reveal(conn, occurrence.id, Reveal::Queued).await
}

/// Somebody deleted this message. If it is a prompt's, the prompt counts as retracted, whatever became of it; answers
/// that were given stay. False: it is no prompt's.
pub async fn message_deleted(
    store: &Store,
    guild: GuildId,
    message: MessageId,
    now: Timestamp,
) -> Result<bool> {
    // Most deleted messages are other people's; the writer is not asked about them.
    let known = occurrences::by_message(&mut *store.read().await?, guild, message).await?;
    match known {
        Some(occurrence) => retracted(store, occurrence.id, now).await,
        None => Ok(false),
    }
}

/// The message of this occurrence is gone. False: it was not posted, or taken back before.
pub async fn retracted(store: &Store, id: OccurrenceId, now: Timestamp) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(occurrence) = occurrences::of_id(conn, id).await? else { return Ok(false) };
                if occurrence.state != occurrence::State::Posted {
                    return Ok(false);
                }
                occurrences::end(conn, id, occurrence::State::Retracted, &Reason::Deleted.code()).await?;
                streaks::settle_in(conn, occurrence.team, occurrence.day, now).await?;
                Ok(true)
            })
        })
        .await
}

/// Tallied prompts whose messages still have their buttons.
pub async fn unsealed(store: &Store) -> Result<Vec<OccurrenceId>> {
    occurrences::unsealed(&mut *store.read().await?).await
}

/// The message has no buttons any more.
pub async fn sealed(store: &Store, id: OccurrenceId) -> Result<()> {
    store.write(move |conn| Box::pin(occurrences::seal(conn, id))).await
}
