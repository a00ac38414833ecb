//! Ids: Discord's, which carry a time, and our own rows'.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The first instant that a Discord id can carry, in milliseconds since 1970.
/// Source: Discord's reference, "Snowflakes".
pub const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

macro_rules! discord_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u64);

        impl $name {
            /// When Discord made this id, by Discord's clock (to the millisecond).
            pub fn time(self) -> Timestamp {
                snowflake_time(self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

discord_id! {
    /// A Discord server.
    GuildId,
    /// A channel or a thread.
    ChannelId,
    /// A person, a bot or a webhook.
    UserId,
    /// A role of a server.
    RoleId,
    /// A message.
    MessageId,
    /// The id of the interaction or message by which something was cast. Its time, not the host's, says when.
    CastId,
}

row_id! {
    /// A team: one text channel with its schedules, answers and streaks.
    TeamId,
    /// A series running for a team.
    ScheduleId,
    /// One prompt of one day, posted or not.
    OccurrenceId,
    /// A poll on who handled something like a leader.
    PollId,
    /// Something good that a member noted about another.
    MomentId,
    /// A question that a member suggests.
    SuggestionId,
    /// One message that Helmsman means to send of its own accord.
    JobId,
}

/// The time inside a Discord id.
pub fn snowflake_time(id: u64) -> Timestamp {
    let ms = (id >> 22) as i64 + DISCORD_EPOCH_MS;
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

/// The smallest id that Discord can make at `time` (0 before Discord's epoch). Good as a search boundary.
pub fn snowflake_floor(time: Timestamp) -> u64 {
    let ms = time.as_millisecond().saturating_sub(DISCORD_EPOCH_MS);
    u64::try_from(ms).map_or(0, |ms| ms << 22)
}

/// `time` rounded up to the next full minute (a full minute stays as it is).
pub fn ceil_minute(time: Timestamp) -> Timestamp {
    let past = time.as_millisecond().rem_euclid(60_000);
    if past == 0 { time } else { time + SignedDuration::from_millis(60_000 - past) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_carries_its_time() {
        // The example of Discord's reference.
        assert_eq!(snowflake_time(175_928_847_299_117_063).to_string(), "2016-04-30T11:18:25.796Z");
        let time = MessageId(175_928_847_299_117_063).time();
        assert!(snowflake_floor(time) <= 175_928_847_299_117_063);
        assert_eq!(snowflake_time(snowflake_floor(time)), time);
    }

    #[test]
    fn minutes_round_up() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(ceil_minute(at("2027-01-04T09:30:00Z")), at("2027-01-04T09:30:00Z"));
        assert_eq!(ceil_minute(at("2027-01-04T09:30:00.001Z")), at("2027-01-04T09:31:00Z"));
    }
}
