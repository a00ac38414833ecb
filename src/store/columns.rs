//! How times, days and words stand in columns. One row is mapped in one place; these are its tools.

use super::{Result, StoreError};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

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

/// Many rows as one parameter, for `json_each`: a statement costs more by being sent to the connection's thread and back
/// than by what it does. Ids must be given as the signed numbers that they are in columns.
pub(super) fn list<T: Serialize>(rows: impl IntoIterator<Item = T>) -> String {
    // Tuples of numbers and texts always can be written.
    serde_json::to_string(&rows.into_iter().collect::<Vec<_>>()).unwrap_or_default()
}
