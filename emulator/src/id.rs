//! Snowflakes: ids that carry the time at which they were made.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Milliseconds between the Unix epoch and Discord's.
pub const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// A snowflake, written in JSON as a string of digits.
///
/// ```
/// use emulator::Id;
///
/// let id: Id = "175928847299117063".parse().unwrap();
/// assert_eq!(id.millis(), 1_462_015_105_796);
/// assert!(Id::at_millis(id.millis()) <= id);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u64);

impl Id {
    /// The number itself.
    pub fn get(self) -> u64 {
        self.0
    }

    /// The time in the id, in milliseconds since the Unix epoch.
    pub fn millis(self) -> i64 {
        (self.0 >> 22) as i64 + DISCORD_EPOCH_MS
    }

    /// The smallest id of that millisecond.
    pub fn at_millis(ms: i64) -> Self {
        Self(((ms - DISCORD_EPOCH_MS).max(0) as u64) << 22)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl PartialEq<u64> for Id {
    fn eq(&self, other: &u64) -> bool {
        self.0 == *other
    }
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl From<Id> for u64 {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    /// Reads a string of digits or, as some libraries send them, a number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a snowflake")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Id, E> {
                Ok(Id(number))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Reads an id out of a JSON string or number.
pub(crate) fn id_of(value: &serde_json::Value) -> Option<Id> {
    match value {
        serde_json::Value::String(text) => text.parse().ok(),
        serde_json::Value::Number(number) => number.as_u64().map(Id),
        _ => None,
    }
}
