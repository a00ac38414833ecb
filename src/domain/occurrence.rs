//! One prompt of one day: what is frozen when it is claimed, and the states it can be in.

use crate::domain::{
    id::{ChannelId, GuildId, MessageId, OccurrenceId, RoleId, ScheduleId, TeamId},
    prompt::Prompt,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where an occurrence stands. Only `Posted` asks anything of anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Reserved with its snapshot; the message may or may not exist yet.
    Claimed,
    /// Its message is in the channel and its id is stored.
    Posted,
    /// Posted, then taken back, or its message was deleted.
    Retracted,
    /// Too late or impossible; the prompt went back to its queue.
    Missed,
    /// A day off, a skipped day, or a date that the zone does not have.
    Skipped,
    /// Whether it was posted cannot be found out; nothing is sent again.
    Unknown,
}

impl State {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Claimed => "claimed",
            State::Posted => "posted",
            State::Retracted => "retracted",
            State::Missed => "missed",
            State::Skipped => "skipped",
            State::Unknown => "unknown",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<State> {
        [State::Claimed, State::Posted, State::Retracted, State::Missed, State::Skipped, State::Unknown]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// What is frozen at the claim: values, not rendered text. A later change of the series changes nothing here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The prompt, its options already in the order in which people see them.
    pub prompt: Prompt,
    /// The series' id.
    pub series: String,
    /// The series' title.
    pub series_title: String,
    /// "day 4 of 10": 4. Zero for a post by hand, which has no day.
    pub number: u32,
    /// "day 4 of 10": 10.
    pub of: u32,
    /// A thread is opened under the message.
    pub thread: bool,
    /// Posted late, after downtime: a note says so.
    pub late: bool,
    /// The role that the message notifies. An admin had allowed it when this was claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<RoleId>,
}

/// An occurrence as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Its row.
    pub id: OccurrenceId,
    /// Whose it is.
    pub team: TeamId,
    /// The server of that team; every id from outside is checked against it.
    pub guild: GuildId,
    /// The channel it was claimed for (a team may move afterwards).
    pub channel: ChannelId,
    /// None for a post by hand.
    pub schedule: Option<ScheduleId>,
    /// The team's local date, fixed at the claim.
    pub day: Date,
    /// The due instant; for a post by hand the instant of the claim.
    pub due: Timestamp,
    /// Made by hand: can add to a streak and never break one.
    pub bonus: bool,
    /// Where it stands.
    pub state: State,
    /// Why it is missed, skipped, retracted or unknown.
    pub reason: Option<String>,
    /// None only for occurrences that never had a prompt (skipped). Shared by all who answer it at the same time.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The time in the message's id; None before it is posted.
    pub opens: Option<Timestamp>,
    /// Fixed at the claim: the due instant rounded up to the minute, plus the window.
    pub closes: Timestamp,
    /// The message, once it is known.
    pub message: Option<MessageId>,
    /// Seconds in [opens, closes) in which nobody could be heard. Known at the tally.
    pub down: i64,
    /// When it was tallied. Afterwards everything is late.
    pub tallied_at: Option<Timestamp>,
    /// Whether its buttons have been taken away.
    pub sealed: bool,
}

impl Occurrence {
    /// Whether something cast at `cast` (Discord's clock) falls into the window. The tally ends it in any case.
    pub fn takes(&self, cast: Timestamp) -> bool {
        self.state == State::Posted
            && self.tallied_at.is_none()
            && self.opens.is_some_and(|opens| opens <= cast)
            && cast < self.closes
    }

    /// When nothing counted any more: the end of the window, or before it the removal of the team.
    pub fn ended(&self) -> Timestamp {
        self.tallied_at.map_or(self.closes, |at| at.min(self.closes))
    }

    /// Counts against a streak only if people had a fair chance to answer.
    pub fn is_fair(&self) -> bool {
        fair(self.state, self.bonus, self.opens, self.closes, self.down)
    }
}

/// [`Occurrence::is_fair`], from its parts: streaks look at many occurrences and need no more of them. Posted, not by
/// hand, and silent (`down` seconds) for less than an hour and less than a quarter of its window.
pub fn fair(state: State, bonus: bool, opens: Option<Timestamp>, closes: Timestamp, down: i64) -> bool {
    let heard = opens.is_some_and(|opens| {
        let quarter = closes.duration_since(opens) / 4;
        SignedDuration::from_secs(down) < quarter.min(SignedDuration::from_hours(1))
    });
    state == State::Posted && !bonus && heard
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_database_read_back() {
        for word in ["claimed", "posted", "retracted", "missed", "skipped", "unknown"] {
            assert_eq!(State::parse(word).map(State::as_str), Some(word));
        }
        assert_eq!(State::parse("Posted"), None);
    }

    #[test]
    fn silence_is_unfair_from_an_hour_or_a_quarter_of_the_window_on() {
        let opens = Timestamp::UNIX_EPOCH;
        let heard = |window_ms: i64, down| {
            fair(State::Posted, false, Some(opens), opens + SignedDuration::from_millis(window_ms), down)
        };
        assert!(heard(24 * 3_600_000, 3599) && !heard(24 * 3_600_000, 3600));
        assert!(heard(3_600_000, 899) && !heard(3_600_000, 900));
        // A message some milliseconds into its minute makes the window no whole number of seconds.
        assert!(heard(3_600_000 - 500, 899));
        assert!(!heard(-1, 0), "posted after its close, nobody could answer");
    }
}
