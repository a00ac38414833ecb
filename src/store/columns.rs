//! How times, days and words stand in columns. One row is mapped in one place; these are its tools.

use super::{Result, StoreError};
use jiff::{Timestamp, civil::Date};

/// A time as it is stored: milliseconds since 1970.
pub(super) fn ms(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// A stored time.
pub(super) fn time(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// A stored day, or word about the day that is none.
pub(super) fn day(table: &'static str, column: &'static str, text: &str) -> Result<Date> {
    parsed(table, column, text, text.parse().ok())
}

/// `value`, if the text meant something.
pub(super) fn parsed<T>(
    table: &'static str,
    column: &'static str,
    text: &str,
    value: Option<T>,
) -> Result<T> {
    value.ok_or_else(|| StoreError::Nonsense { table, column, value: text.to_owned() })
}
