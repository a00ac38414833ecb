//! Every zone of the data in the binary, every change of its clocks from 2026 to 2037: what the schedule says against a
//! scan of all minutes around the change, which only asks the data what a clock there shows at an instant.

use helmsman::domain::schedule::{Rule, Slot, Weekdays, slot};
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time, date, time},
    tz::{TimeZone, TimeZoneDatabase},
};
use std::collections::{BTreeMap, HashMap};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The instants in [from, until) at which the zone's clocks change.
fn changes(zone: &TimeZone, from: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    let mut changes = Vec::new();
    for change in zone.following(from - SignedDuration::from_secs(1)) {
        if change.timestamp() >= until {
            break;
        }
        // Letters and flags change without the clock, too.
        if zone.to_offset(change.timestamp()) != zone.to_offset(change.timestamp() - MINUTE) {
            changes.push(change.timestamp());
        }
    }
    changes
}

/// One zone for each way in which clocks run in those years, with its changes. Zones whose clocks show the same at
/// every instant (links, and neighbours since some year) are tried once.
fn zones(from: Timestamp, until: Timestamp) -> Vec<(String, TimeZone, Vec<Timestamp>)> {
    let db = TimeZoneDatabase::bundled();
    let mut distinct = BTreeMap::new();
    for name in db.available() {
        let zone = db.get(name.as_str()).unwrap();
        let changes = changes(&zone, from, until);
        let offsets = changes.iter().map(|change| zone.to_offset(*change).seconds());
        let clock: Vec<_> = std::iter::once(zone.to_offset(from).seconds()).chain(offsets).collect();
        distinct.entry((clock, changes.clone())).or_insert((name.as_str().to_owned(), zone, changes));
    }
    distinct.into_values().collect()
}

/// What a clock shows at each minute from three days before the change to three days after.
struct Scan(Vec<(Timestamp, DateTime)>);

impl Scan {
    fn around(zone: &TimeZone, change: Timestamp) -> Scan {
        let first = change - SignedDuration::from_hours(72);
        let minutes = (0..2 * 72 * 60).map(|n| first + MINUTE * n);
        Scan(minutes.map(|instant| (instant, zone.to_datetime(instant))).collect())
    }

    /// Whole dates between the ends, whether the zone has them or not.
    fn dates(&self) -> impl Iterator<Item = Date> {
        let (first, last) = (self.0[0].1.date(), self.0[self.0.len() - 1].1.date());
        (1..).map(move |n: i64| first + n.days()).take_while(move |date| *date < last)
    }

    /// The slots of these times by RFC 5545, from the minutes alone.
    fn slots(&self, times: &[Time]) -> HashMap<(Date, Time), Slot> {
        let wanted: Vec<_> =
            self.dates().flat_map(|day| times.iter().map(move |at| day.to_datetime(*at))).collect();
        let mut found = HashMap::new();
        let mut lived = std::collections::HashSet::new();
        for (instant, shown) in &self.0 {
            lived.insert(shown.date());
            // Of two instants the first counts.
            if times.contains(&shown.time()) {
                found.entry(*shown).or_insert(*instant);
            }
        }
        let slot = |shown: DateTime| {
            let day = shown.date();
            if !lived.contains(&day) {
                return Slot::NoSuchDay { day };
            }
            let due = found.get(&shown).copied().unwrap_or_else(|| self.beyond_the_gap(shown));
            Slot::At { day, due }
        };
        wanted.into_iter().map(|shown| ((shown.date(), shown.time()), slot(shown))).collect()
    }

    /// As many minutes after the last minute before the gap as a clock without the gap would need.
    fn beyond_the_gap(&self, wanted: DateTime) -> Timestamp {
        let after = self.0.iter().position(|(_, shown)| *shown > wanted).unwrap();
        let (instant, shown) = self.0[after - 1];
        instant + wanted.duration_since(shown)
    }
}

/// Times of day that matter at a change: both ends and the middle of what is left out or repeated, and their
/// neighbours; and the ordinary ones.
fn times(zone: &TimeZone, change: Timestamp) -> Vec<Time> {
    let (before, after) = (zone.to_datetime(change - MINUTE), zone.to_datetime(change));
    let (left, right) = (before.min(after), before.max(after));
    let middle = left + (right.duration_since(left) / 2).round(jiff::Unit::Minute).unwrap();
    let edges = [left, left + MINUTE, middle, right - MINUTE, right, right + MINUTE];
    let ordinary = [time(0, 0, 0, 0), time(9, 30, 0, 0), time(23, 59, 0, 0)];
    let mut times: Vec<_> = edges.iter().map(|edge| edge.time()).chain(ordinary).collect();
    times.sort();
    times.dedup();
    times
}

/// Compares the days around one change. Returns how many slots were compared.
fn check(name: &str, zone: &TimeZone, change: Timestamp) -> usize {
    let scan = Scan::around(zone, change);
    let times = times(zone, change);
    let expected = scan.slots(&times);
    let days: Vec<_> = scan.dates().collect();
    for at in &times {
        let mut previous = None;
        for day in &days {
            let slot = slot(*day, *at, zone);
            assert_eq!(slot, expected[&(*day, *at)], "{name} {day} {at}");
            // Never two at once, never backwards.
            if let Some(due) = slot.due() {
                assert!(previous.is_none_or(|previous| previous < due), "{name} {day} {at}");
                previous = Some(due);
            }
        }
        // Whatever the instant at which a schedule looks ahead: each date that is left comes once, in order.
        let rule = Rule { at: *at, weekdays: Weekdays::ALL, start: days[0] };
        for minutes in [-1441, -61, -1, 0, 1, 29, 59, 1439] {
            let now = change + MINUTE * minutes;
            let ahead: Vec<_> =
                rule.slots_after(zone, now).take_while(|slot| slot.day() <= days[days.len() - 1]).collect();
            let today = zone.to_datetime(now).date();
            let left = days.iter().map(|day| expected[&(*day, *at)]).filter(|slot| match slot {
                Slot::At { due, .. } => *due > now,
                Slot::NoSuchDay { day } => *day > today,
            });
            assert_eq!(ahead, left.collect::<Vec<_>>(), "{name} {at}, seen from {now}");
        }
    }
    days.len() * times.len()
}

#[test]
fn every_change_of_every_zone_until_2037_has_one_slot_for_each_date() {
    let (from, until) = (at("2026-01-01T00:00:00Z"), at("2038-01-01T00:00:00Z"));
    let (mut tried, mut slots) = (0, 0);
    for (name, zone, changes) in zones(from, until) {
        for change in changes {
            tried += 1;
            slots += check(&name, &zone, change);
        }
    }
    assert!(tried > 500 && slots > 10_000, "{tried} changes, {slots} slots: the data is not there");
}

#[test]
fn no_date_between_the_changes_is_lost_or_doubled_either() {
    let (from, until) = (at("2026-01-01T00:00:00Z"), at("2038-01-01T00:00:00Z"));
    let rule = Rule { at: time(9, 30, 0, 0), weekdays: Weekdays::ALL, start: date(2026, 1, 1) };
    for (name, zone, _) in zones(from, until) {
        let mut day = rule.start;
        for slot in rule.slots_from(&zone, rule.start).take(12 * 365 + 3) {
            let due = slot.due().unwrap();
            assert_eq!((slot.day(), zone.to_datetime(due)), (day, day.to_datetime(rule.at)), "{name}");
            day = day.tomorrow().unwrap();
        }
        assert_eq!(day, date(2038, 1, 1));
    }
}

#[test]
fn jumps_over_the_date_line_keep_one_slot_for_each_date_that_was_lived() {
    for (name, change) in [
        ("Pacific/Apia", "2011-12-30T10:00:00Z"),
        ("Pacific/Fakaofo", "2011-12-30T11:00:00Z"),
        ("Pacific/Kiritimati", "1994-12-31T10:00:00Z"),
        ("Pacific/Kwajalein", "1993-08-21T12:00:00Z"),
        ("Pacific/Kwajalein", "1969-09-30T13:00:00Z"),
    ] {
        let zone = TimeZone::get(name).unwrap();
        let day = SignedDuration::from_hours(24);
        assert_eq!(changes(&zone, at(change) - day, at(change) + day), [at(change)], "{name}");
        check(name, &zone, at(change));
    }
}
