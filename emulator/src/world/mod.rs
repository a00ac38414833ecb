//! Everything there is in the emulated Discord, as plain values that a test may read.
//!
//! Each change goes through a method here, which also hands the gateway events that follow from it to
//! the sessions. This folder knows nothing of HTTP or sockets, and checks no request: `rules` does.

mod application;
mod channel;
mod emit;
mod guild;
mod interaction;
mod journal;
mod json;
mod message;
mod message_json;
mod reaction;
mod session;
mod thread;

pub use application::{Application, Command};
pub use channel::{Channel, ChannelKind, Overwrite, Thread};
pub use guild::{Guild, Member, Role, User};
pub use interaction::{Interaction, InteractionKind, InteractionState};
pub use message::{Attachment, Message, MessageInteraction, Reaction, Reference};
pub use session::Session;

pub(crate) use emit::Event;
pub(crate) use interaction::TOKEN_MS;
pub(crate) use journal::Change;
pub(crate) use message::Draft;
pub(crate) use session::{Frame, PutOff};
pub(crate) use thread::MAX_ACTIVE_THREADS;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::id::Id;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// The state of the emulated Discord.
#[derive(Debug)]
pub struct World {
    /// Applications by id (which is the id of their bot's user too).
    pub applications: BTreeMap<Id, Application>,
    /// People and bots.
    pub users: HashMap<Id, User>,
    /// Guilds by id.
    pub guilds: BTreeMap<Id, Guild>,
    /// Channels, threads and direct message channels, each with its messages.
    pub channels: HashMap<Id, Channel>,
    /// Gateway sessions that are connected or can be resumed, by session id.
    pub sessions: BTreeMap<String, Session>,
    /// Interactions by token.
    pub interactions: HashMap<String, Interaction>,
    pub(crate) tokens: HashMap<String, Id>,
    pub(crate) interaction_tokens: HashMap<Id, String>,
    pub(crate) nonces: HashMap<(Id, String), (Id, Id, i64)>,
    pub(crate) nonce_order: VecDeque<(Id, String)>,
    pub(crate) old_edits: HashMap<(Id, Id), VecDeque<i64>>,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) api_url: String,
    pub(crate) rng: StdRng,
    pub(crate) faults: Faults,
    /// Dispatches to be sent later, for whoever holds the world to see to.
    pub(crate) put_off: Vec<PutOff>,
    /// What changed, for whoever holds the world to pass on.
    pub(crate) journal: Vec<Change>,
    /// Files that people handed to commands, by id, the newest few.
    pub(crate) uploads: VecDeque<Attachment>,
    kept_count: u64,
    /// Channels that were deleted, in case they come back.
    deleted: HashMap<Id, Channel>,
    last_id: u64,
}

/// What differs between runs.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// How long a nonce is remembered, in milliseconds of the emulator's clock.
    pub(crate) nonce_window_ms: i64,
    /// How many edits of messages older than an hour a channel bears in an hour.
    pub(crate) old_edits_per_hour: usize,
    /// How long an interaction waits for its first response, on the host's clock.
    pub(crate) first_response: std::time::Duration,
}

impl World {
    pub(crate) fn new(clock: Clock, seed: u64, mut limits: Limits, api_url: String, faults: Faults) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        limits.nonce_window_ms = rng.random_range(60_000..=300_000);
        Self {
            applications: BTreeMap::new(),
            users: HashMap::new(),
            guilds: BTreeMap::new(),
            channels: HashMap::new(),
            sessions: BTreeMap::new(),
            interactions: HashMap::new(),
            tokens: HashMap::new(),
            interaction_tokens: HashMap::new(),
            nonces: HashMap::new(),
            nonce_order: VecDeque::new(),
            old_edits: HashMap::new(),
            clock,
            limits,
            api_url,
            rng,
            faults,
            put_off: Vec::new(),
            journal: Vec::new(),
            uploads: VecDeque::new(),
            kept_count: 0,
            deleted: HashMap::new(),
            last_id: 0,
        }
    }

    /// A new id that carries the clock's time and is greater than all before it.
    pub(crate) fn new_id(&mut self) -> Id {
        let id = Id::at_millis(self.now_ms()).0.max(self.last_id + 1);
        self.last_id = id;
        Id(id)
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Random letters and digits, for tokens and session ids.
    pub(crate) fn random_text(&mut self, length: usize) -> String {
        const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        (0..length).map(|_| ALPHABET[(self.rng.next_u32() as usize) % ALPHABET.len()] as char).collect()
    }

    /// How long a nonce is remembered in this run, in milliseconds (drawn from the seed).
    pub fn nonce_window_ms(&self) -> i64 {
        self.limits.nonce_window_ms
    }

    /// The message of that id in that channel, as it is now.
    pub fn message(&self, channel: Id, message: Id) -> Option<&Message> {
        self.channels.get(&channel)?.messages.get(&message).map(|message| &**message)
    }
}
