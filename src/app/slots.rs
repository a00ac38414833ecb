//! Which slot of a schedule comes next, given what it has done already.

use crate::{
    domain::{
        id::ScheduleId,
        schedule::{Rule, Slot},
    },
    store::{Connection, Result, occurrence},
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};

/// When a slot is looked at: when it is due, or, for a date that the zone skips, when that date would have begun.
pub(super) fn instant(slot: Slot, zone: &TimeZone) -> Timestamp {
    match slot {
        Slot::At { due, .. } => due,
        Slot::NoSuchDay { day } => zone.to_timestamp(day.to_datetime(Time::MIN)).unwrap_or(Timestamp::MAX),
    }
}

/// The first slot later than `now` whose date has no occurrence yet. So an edit never brings a date back that was
/// posted, skipped or missed already.
pub(super) async fn next_in(
    conn: &mut Connection,
    schedule: ScheduleId,
    rule: &Rule,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Option<(Date, Timestamp)>> {
    let from = zone.to_datetime(now).date().saturating_sub(3.days());
    let taken = occurrence::taken_days(conn, schedule, from).await?;
    let slot = rule.slots_after(zone, now).find(|slot| !taken.contains(&slot.day()));
    Ok(slot.map(|slot| (slot.day(), instant(slot, zone))))
}

/// The slots from the date `from` on that are due at `now` and have no occurrence yet.
pub(super) async fn due_in(
    conn: &mut Connection,
    schedule: ScheduleId,
    rule: &Rule,
    zone: &TimeZone,
    from: Date,
    now: Timestamp,
) -> Result<Vec<Slot>> {
    let taken = occurrence::taken_days(conn, schedule, from).await?;
    Ok(rule
        .slots_from(zone, from)
        .take_while(|slot| instant(*slot, zone) <= now)
        .filter(|slot| !taken.contains(&slot.day()))
        .collect())
}
