//! Dates and times of a schedule, and the instants that they are in a zone.

use crate::domain::schedule::Weekdays;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::{AmbiguousOffset, TimeZone},
};

/// The part of a schedule that decides about dates and times. The zone is the team's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Local time, to the minute.
    pub at: Time,
    /// Eligible days of the week.
    pub weekdays: Weekdays,
    /// The first eligible date.
    pub start: Date,
}

/// What an eligible date is in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The date has this one due instant.
    At {
        /// The local date that the slot belongs to. The due instant may lie on the next local date, if a gap pushed a
        /// late time past midnight.
        day: Date,
        /// When it is due.
        due: Timestamp,
    },
    /// The zone goes from the day before straight to a later one.
    NoSuchDay {
        /// The date that nobody there lives through.
        day: Date,
    },
}

impl Slot {
    /// The local date that the slot belongs to.
    pub fn day(self) -> Date {
        match self {
            Slot::At { day, .. } | Slot::NoSuchDay { day } => day,
        }
    }

    /// The due instant, if the zone has the date.
    pub fn due(self) -> Option<Timestamp> {
        match self {
            Slot::At { due, .. } => Some(due),
            Slot::NoSuchDay { .. } => None,
        }
    }
}

/// The slot of one local date. RFC 5545, section 3.3.5: a local time that does not occur is read with the offset before
/// the gap, one that occurs twice is the first.
pub fn slot(day: Date, at: Time, zone: &TimeZone) -> Slot {
    if is_skipped(day, zone) {
        return Slot::NoSuchDay { day };
    }
    // Fails only within a day of the ends of jiff's calendar, years -9999 and 9999.
    let due = zone.to_timestamp(day.to_datetime(at)).unwrap_or(Timestamp::MAX);
    Slot::At { day, due }
}

/// Whether one gap holds the whole date, from its first instant to its last.
fn is_skipped(day: Date, zone: &TimeZone) -> bool {
    let offset = |time: Time| zone.to_ambiguous_timestamp(day.to_datetime(time)).offset();
    let first = offset(Time::MIN);
    matches!(first, AmbiguousOffset::Gap { .. }) && first == offset(Time::MAX)
}

impl Rule {
    /// Whether the rule wants a post on this date.
    pub fn eligible(&self, date: Date) -> bool {
        self.start <= date && self.weekdays.contains(date.weekday())
    }

    /// The first eligible date later than `after`.
    pub fn next_date(&self, after: Date) -> Date {
        self.date_from(after.saturating_add(1.day()))
    }

    /// The first eligible date from `from` on, `from` included.
    pub fn date_from(&self, from: Date) -> Date {
        let from = from.max(self.start);
        let ahead = self.weekdays.days_until(from.weekday());
        from.saturating_add(ahead.days())
    }

    /// The eligible dates from `from` on, `from` included, and what each is in the zone. Ends with the calendar.
    pub fn slots_from(&self, zone: &TimeZone, from: Date) -> impl Iterator<Item = Slot> + use<> {
        let (rule, zone) = (*self, zone.clone());
        std::iter::successors(Some(rule.date_from(from)), move |day| {
            let next = rule.next_date(*day);
            (next > *day).then_some(next)
        })
        .map(move |day| slot(day, rule.at, &zone))
    }

    /// The slots later than `now`: due after it, or, for a date that the zone skips, a date that is still ahead.
    /// Dates ascend; each eligible one is there once.
    ///
    /// After an edit a date that was posted already can be among them (a later time on the same day, a zone further
    /// west). The key of an occurrence is its schedule and date, so whoever claims skips the dates that have one.
    pub fn slots_after(&self, zone: &TimeZone, now: Timestamp) -> impl Iterator<Item = Slot> + use<> {
        let today = zone.to_datetime(now).date();
        // A gap can push the time of an earlier date past `now`'s midnight, one across the date line by more than a day.
        let from = today.saturating_sub(3.days());
        self.slots_from(zone, from).skip_while(move |slot| match slot {
            Slot::At { due, .. } => *due <= now,
            Slot::NoSuchDay { day } => *day <= today,
        })
    }

    /// The first slot later than `now`: what a new or edited schedule does next.
    pub fn first_after(&self, zone: &TimeZone, now: Timestamp) -> Option<Slot> {
        self.slots_after(zone, now).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn due(slot: Slot) -> String {
        slot.due().map_or("no such day".into(), |due| due.to_string())
    }

    const EVERY_DAY: Rule = Rule { at: time(9, 30, 0, 0), weekdays: Weekdays::ALL, start: date(2000, 1, 1) };

    #[test]
    fn a_time_in_a_gap_shifts_forward_by_the_gap() {
        let berlin = zone("Europe/Berlin");
        // 02:00 to 03:00 does not occur on this night.
        assert_eq!(due(slot(date(2027, 3, 28), time(2, 30, 0, 0), &berlin)), "2027-03-28T01:30:00Z");
        assert_eq!(due(slot(date(2027, 3, 28), time(2, 0, 0, 0), &berlin)), "2027-03-28T01:00:00Z");
        assert_eq!(due(slot(date(2027, 3, 28), time(3, 0, 0, 0), &berlin)), "2027-03-28T01:00:00Z");
    }

    #[test]
    fn of_two_instants_the_first_counts() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(due(slot(date(2027, 10, 31), time(2, 30, 0, 0), &berlin)), "2027-10-31T00:30:00Z");
    }

    #[test]
    fn dates_that_a_zone_skips_say_so() {
        for (name, day) in [
            ("Pacific/Apia", date(2011, 12, 30)),
            ("Pacific/Fakaofo", date(2011, 12, 30)),
            ("Pacific/Kwajalein", date(1993, 8, 21)),
            ("Pacific/Kiritimati", date(1994, 12, 31)),
        ] {
            let zone = zone(name);
            for at in [Time::MIN, time(9, 30, 0, 0), time(23, 59, 0, 0)] {
                assert_eq!(slot(day, at, &zone), Slot::NoSuchDay { day }, "{name} {at}");
                assert!(slot(day.yesterday().unwrap(), at, &zone).due().is_some(), "{name} {at}");
                assert!(slot(day.tomorrow().unwrap(), at, &zone).due().is_some(), "{name} {at}");
            }
        }
    }

    #[test]
    fn a_date_that_is_lived_twice_has_its_slot_in_the_first() {
        // Kwajalein went from +11 to -12 at the end of September 1969: 30 September came back for 23 hours.
        let zone = zone("Pacific/Kwajalein");
        let rule = Rule { start: date(1969, 9, 28), ..EVERY_DAY };
        let slots: Vec<_> = rule.slots_from(&zone, rule.start).take(5).map(due).collect();
        let days = ["1969-09-27", "1969-09-28", "1969-09-29"].map(|day| format!("{day}T22:30:00Z"));
        assert_eq!(slots[..3], days);
        assert_eq!(slots[3], "1969-10-01T21:30:00Z");
        assert_eq!(slots[4], "1969-10-02T21:30:00Z");
    }

    #[test]
    fn a_gap_that_pushes_a_late_time_past_midnight_skips_no_date() {
        // A made-up zone, one hour ahead at 23:30 on the last Sunday of March.
        let zone = TimeZone::posix("AAA0BBB,M3.5.0/23:30,M10.5.0/3").unwrap();
        let day = date(2027, 3, 28);
        let rule = Rule { at: time(23, 45, 0, 0), start: day, ..EVERY_DAY };
        assert_eq!(slot(day, rule.at, &zone), Slot::At { day, due: "2027-03-28T23:45:00Z".parse().unwrap() });
        // It is 00:40 on the 29th there, and the slot of the 28th is still ahead.
        let slots: Vec<_> =
            rule.slots_after(&zone, "2027-03-28T23:40:00Z".parse().unwrap()).take(2).collect();
        assert_eq!(slots[0].day(), day);
        assert_eq!(due(slots[1]), "2027-03-29T22:45:00Z");
    }

    #[test]
    fn midnight_in_a_gap_is_the_first_instant_of_its_date() {
        // Cairo's clocks go from 00:00 to 01:00 on the last Friday of April.
        let cairo = zone("Africa/Cairo");
        assert_eq!(due(slot(date(2027, 4, 30), Time::MIN, &cairo)), "2027-04-29T22:00:00Z");
    }

    #[test]
    fn eligible_dates_start_and_repeat_with_the_week() {
        let rule = Rule { weekdays: Weekdays::WORKING, start: date(2027, 1, 9), ..EVERY_DAY };
        assert!(!rule.eligible(date(2027, 1, 8)), "before the start");
        assert!(!rule.eligible(date(2027, 1, 9)), "a Saturday");
        assert!(rule.eligible(date(2027, 1, 11)));
        assert_eq!(rule.date_from(date(2020, 1, 1)), date(2027, 1, 11));
        assert_eq!(rule.date_from(date(2027, 1, 11)), date(2027, 1, 11));
        assert_eq!(rule.next_date(date(2027, 1, 11)), date(2027, 1, 12));
        assert_eq!(rule.next_date(date(2027, 1, 15)), date(2027, 1, 18));
    }

    #[test]
    fn the_end_of_the_calendar_is_an_end_and_not_a_loop() {
        let late = Rule { start: Date::MAX, weekdays: Weekdays::WORKING, ..EVERY_DAY };
        assert!(late.slots_from(&TimeZone::UTC, Date::MAX).count() <= 1);
        assert!(late.slots_after(&TimeZone::UTC, Timestamp::MAX).count() <= 1);
        assert_eq!(EVERY_DAY.next_date(Date::MAX), Date::MAX);
    }

    #[test]
    fn what_comes_next_is_later_than_now() {
        let utc = TimeZone::UTC;
        let due = |now: &str| due(EVERY_DAY.first_after(&utc, now.parse().unwrap()).unwrap());
        assert_eq!(due("2027-01-04T09:29:59Z"), "2027-01-04T09:30:00Z");
        assert_eq!(due("2027-01-04T09:30:00Z"), "2027-01-05T09:30:00Z", "now itself is not later than now");
    }

    #[test]
    fn around_a_jump_over_the_date_line_nothing_is_lost_or_doubled() {
        let apia = zone("Pacific/Apia");
        let days = |now: &str| -> Vec<i8> {
            let slots = EVERY_DAY.slots_after(&apia, now.parse().unwrap()).take(3);
            slots
                .map(|slot| if slot.due().is_some() { slot.day().day() } else { -slot.day().day() })
                .collect()
        };
        // 09:00 and 10:00 on the 29th, a minute before the jump, the jump, 09:00 and 10:00 on the 31st.
        assert_eq!(days("2011-12-29T19:00:00Z"), [29, -30, 31]);
        assert_eq!(days("2011-12-29T20:00:00Z"), [-30, 31, 1]);
        assert_eq!(days("2011-12-30T09:59:00Z"), [-30, 31, 1]);
        assert_eq!(days("2011-12-30T10:00:00Z"), [31, 1, 2]);
        assert_eq!(days("2011-12-30T19:00:00Z"), [31, 1, 2]);
        assert_eq!(days("2011-12-30T20:00:00Z"), [1, 2, 3]);
    }
}
