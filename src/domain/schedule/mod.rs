//! When a schedule is due: local time, weekdays and a zone, resolved as in RFC 5545; and what people type for these.
//!
//! Must always hold: exactly one slot for each eligible local date; in a gap the time shifts forward by the gap, in an
//! overlap the first instant counts; a date that the zone skips has a slot that says so.
//!
//! This folder must not know what is posted, nor whether a date is a day off.

mod day;
mod places;
mod rule;
mod typed;
mod weekdays;
mod zone;

pub use day::{parse_day, parse_last_day};
pub use places::zone_matches;
pub use rule::{Rule, Slot, slot};
pub use typed::{TimeError, parse_time};
pub use weekdays::{Weekdays, WeekdaysError, parse_weekdays};
pub use zone::{ZoneError, parse_zone};
