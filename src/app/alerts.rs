//! What the admin is told when something needs a person: a direct message to whoever last ran `/setup`, once.

use crate::{
    domain::{
        id::{ChannelId, UserId},
        occurrence::Occurrence,
        outbound::nonce,
        reason::Reason,
    },
    store::{
        Connection, Result,
        outbox::{self, Kind, New, Target},
        team::Team,
    },
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Something that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alert {
    /// Schedules of the team in this channel have stopped.
    Suspended {
        /// The channel.
        channel: ChannelId,
        /// The code of a `domain::reason`.
        reason: String,
    },
    /// Whether this prompt was posted cannot be found out.
    Unknown {
        /// The channel.
        channel: ChannelId,
        /// The prompt's day.
        day: Date,
        /// The prompt's title.
        title: String,
    },
    /// Whether the reveal of this prompt was posted cannot be found out.
    RevealUnknown {
        /// The channel.
        channel: ChannelId,
        /// The prompt's day.
        day: Date,
        /// The prompt's title.
        title: String,
    },
    /// A poll was not posted, and so cancelled. Told to whoever opened it.
    PollNotPosted {
        /// The channel.
        channel: ChannelId,
        /// The first words of what it was about; empty if it was made of moments.
        situation: String,
        /// The code of a `domain::reason`.
        reason: String,
    },
    /// Somebody deleted the message of an open poll. Told to whoever opened it.
    PollDeleted {
        /// The channel.
        channel: ChannelId,
        /// The first words of what it is about; empty if it was made of moments.
        situation: String,
        /// When it closes.
        closes: Timestamp,
    },
    /// Whether the result of a poll was posted cannot be found out. Told to whoever opened it.
    PollResultUnknown {
        /// The channel.
        channel: ChannelId,
        /// The first words of what it was about; empty if it was made of moments.
        situation: String,
    },
    /// The result of a poll was not posted, and will not be. Told to whoever opened it.
    PollResultNotPosted {
        /// The channel.
        channel: ChannelId,
        /// The first words of what it was about; empty if it was made of moments.
        situation: String,
        /// The code of a `domain::reason`.
        reason: String,
    },
    /// There were too few moments for a weekly poll. Told to whoever set it.
    NoWeeklyPoll {
        /// The channel.
        channel: ChannelId,
        /// The day.
        day: Date,
        /// How many people had moments and could be nominated.
        people: u32,
    },
}

/// Values that are stored as JSON have no shape that could fail.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) async fn suspended_in(
    conn: &mut Connection,
    team: &Team,
    reason: &Reason,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    // Whoever removed Helmsman knows; the log says it, and `/setup` if it comes back.
    if *reason == Reason::Removed {
        return Ok(());
    }
    let alert = Alert::Suspended { channel: team.channel, reason: reason.code() };
    tell_in(conn, team, team.setup_by, &alert, now, seed).await
}

pub(super) async fn unknown_in(
    conn: &mut Connection,
    team: &Team,
    kind: Kind,
    occurrence: &Occurrence,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let title = occurrence.snapshot.as_ref().map_or(String::new(), |shown| shown.prompt.title.clone());
    let (channel, day) = (occurrence.channel, occurrence.day);
    let alert = match kind {
        Kind::Reveal => Alert::RevealUnknown { channel, day, title },
        _ => Alert::Unknown { channel, day, title },
    };
    tell_in(conn, team, team.setup_by, &alert, now, seed).await
}

/// Tells somebody something about a team.
pub(super) async fn tell_in(
    conn: &mut Connection,
    team: &Team,
    user: UserId,
    alert: &Alert,
    now: Timestamp,
    seed: u64,
) -> Result<()> {
    let new = New {
        team: Some(team.id),
        kind: Kind::Alert,
        occurrence: None,
        poll: None,
        target: Target::Person(user),
        body: Some(&json(alert)),
        nonce: &nonce(seed),
        thread: false,
    };
    outbox::insert(conn, new, now).await?;
    Ok(())
}
