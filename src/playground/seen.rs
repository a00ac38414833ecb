//! Everything that anybody on the stage sees, and where it stands.

use super::cast::Cast;
use emulator::{Channel, Message, Person};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A channel, by its place among them; the first is the team's. The flag: in a thread there.
    Channel(usize, bool),
    /// Somebody's conversation with Helmsman, by their place among the people.
    Direct(usize),
}

impl Place {
    /// What to call it; threads as their channel.
    pub(super) fn name(self, cast: &Cast) -> String {
        match self {
            Self::Channel(at, _) => format!("#{}", cast.channels[at].name()),
            Self::Direct(at) => format!("direct messages of {}", cast.people[at].name()),
        }
    }

    pub(super) fn is_thread(self) -> bool {
        matches!(self, Self::Channel(_, true))
    }

    pub(super) fn is_direct(self) -> bool {
        matches!(self, Self::Direct(_))
    }

    /// The same for a channel and its threads.
    pub(super) fn room(self) -> Self {
        match self {
            Self::Channel(at, _) => Self::Channel(at, false),
            Self::Direct(at) => Self::Direct(at),
        }
    }
}

/// A message.
pub(super) struct Seen {
    pub(super) message: Message,
    pub(super) place: Place,
    /// The one person who sees it, if it is not for everybody.
    pub(super) only: Option<String>,
}

impl Seen {
    /// When.
    pub(super) fn written(&self) -> Timestamp {
        Timestamp::from_millisecond(self.message.id.millis()).unwrap_or(Timestamp::MAX)
    }

    /// Whether it answers another one: type 19. Source: Discord's reference, "Message Types".
    pub(super) fn is_reply(&self) -> bool {
        self.message.state().reference.is_some() && self.message.state().kind == 19 && self.only.is_none()
    }

    /// What stands before each of its lines.
    pub(super) fn indent(&self) -> &'static str {
        if self.place.is_thread() { "    " } else { "" }
    }
}

/// The type of a thread's first message. Source: Discord's reference, "Message Types".
const STARTER: u8 = 21;

/// A message as text, its reactions last.
pub(super) fn raw(message: &Message) -> String {
    let mut text = message.text();
    let reactions = message.reactions();
    if !reactions.is_empty() {
        let reactions: Vec<_> = reactions.iter().map(|(emoji, count)| format!("{emoji} {count}")).collect();
        text.push_str(&format!("\n({})", reactions.join(" ")));
    }
    text
}

/// Everything that anybody sees, oldest first; each thread after the message it hangs under.
pub(super) fn everything(cast: &Cast) -> Vec<Seen> {
    let mut all: BTreeMap<u64, Seen> = BTreeMap::new();
    let mut take = |person: &Person, channel: &Channel, place| {
        // The first message of a thread only points at the one that it hangs under, and has its id.
        for message in person.sees(channel).into_iter().filter(|message| message.state().kind != STARTER) {
            let only = message.is_ephemeral().then(|| person.name());
            all.entry(message.id.0).or_insert(Seen { message, place, only });
        }
    };
    for person in &cast.people {
        for (at, channel) in cast.channels.iter().enumerate() {
            for message in person.sees(channel) {
                if let Some(thread) = message.state().thread.then(|| person.thread_of(&message)).flatten() {
                    take(person, &thread, Place::Channel(at, true));
                }
            }
            take(person, channel, Place::Channel(at, false));
        }
    }
    for (at, (person, dm)) in cast.people.iter().zip(&cast.dms).enumerate() {
        for message in person.sees(dm) {
            let only = Some(person.name());
            all.entry(message.id.0).or_insert(Seen { message, place: Place::Direct(at), only });
        }
    }
    all.into_values().collect()
}
