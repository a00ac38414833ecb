//! When a schedule is due: local time, weekdays and a zone, resolved as in RFC 5545.
//!
//! Must always hold: exactly one slot for each eligible local date; in a gap the time shifts forward by the gap, in an
//! overlap the first instant counts; a date that the zone skips has a slot that says so.

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

/// A set of weekdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Friday.
    pub const WORKING: Weekdays = Weekdays(0b001_1111);
    /// All seven.
    pub const ALL: Weekdays = Weekdays(0b111_1111);

    /// Bit 0 is Monday, bit 6 Sunday. None if there is no day in it or a bit too many.
    pub fn from_bits(bits: u8) -> Option<Weekdays> {
        (1..=0b111_1111).contains(&bits).then_some(Weekdays(bits))
    }

    /// Bit 0 is Monday, bit 6 Sunday.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether the day is in the set.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }
}

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
