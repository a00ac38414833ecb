//! Faults as values.

use super::Route;
use serde::{Deserialize, Serialize};

/// Something that is to go wrong, for which requests, and how often: every time unless it is told otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// The requests that it may strike.
    #[serde(rename = "on")]
    pub(crate) request: Route,
    /// Only requests whose body holds this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) containing: Option<String>,
    /// What happens.
    #[serde(flatten)]
    pub(crate) kind: RequestFault,
    /// How often.
    #[serde(flatten)]
    pub(crate) chance: Chance,
}

/// What may happen to a request instead of its being done and answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RequestFault {
    /// It is done and answered, but later.
    Delay {
        /// By how many milliseconds.
        ms: u64,
        /// Of which clock.
        #[serde(default)]
        clock: FaultClock,
        /// Whether it is done before the wait or after it.
        #[serde(default)]
        done: bool,
    },
    /// It waits until it is released ([`crate::FaultHandle::release`]); if the client goes away meanwhile, that is all.
    Hold {
        /// Whether it is done before the wait or after it.
        #[serde(default)]
        done: bool,
    },
    /// The connection stays open, and nothing comes.
    NoAnswer {
        /// Whether it is done all the same.
        #[serde(default)]
        done: Done,
    },
    /// The connection is reset without an answer.
    Reset {
        /// Whether it is done all the same.
        #[serde(default)]
        done: Done,
    },
    /// An error of Discord's servers.
    Error {
        /// The status, 500 to 599.
        status: u16,
        /// Whether it is done all the same.
        #[serde(default)]
        done: Done,
    },
    /// Too many requests (429). It is not done.
    Limit {
        /// Which limit was reached.
        scope: Scope,
        /// The wait that is asked for, in milliseconds.
        retry_after_ms: u64,
    },
}

/// What becomes of a request that gets no proper answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// It is never done.
    #[default]
    No,
    /// It is done at once.
    Yes,
    /// It is done later, by the emulator's clock: after a time drawn between nothing and the time for which this run
    /// remembers nonces ([`crate::world::World::nonce_window_ms`]) less 60 s.
    Late,
    /// It is done after so many milliseconds of the emulator's clock, with the same bound.
    LateByMs(u64),
}

/// By which clock a delay passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultClock {
    /// The host's, as on a slow line: it passes while the emulator's clock stands.
    #[default]
    Host,
    /// The emulator's: a clock that stands must be moved.
    Discord,
}

/// Which of Discord's limits a 429 tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The bot's own, for a route (`X-RateLimit-Scope: user`).
    User,
    /// That of a resource, whoever asks; such answers do not count as invalid requests.
    Shared,
    /// The bot's own, over all routes.
    Global,
}

/// How often a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chance {
    /// How many times at first it does not.
    pub skip: u64,
    /// After how many strikes it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// How likely it is each time, 0 to 1.
    pub probability: f64,
}

impl Default for Chance {
    fn default() -> Self {
        Self { skip: 0, times: None, probability: 1.0 }
    }
}

impl Fault {
    /// A fault of REST requests, each time.
    ///
    /// # Panics
    ///
    /// If `route` is none (see [`Route`]).
    #[track_caller]
    pub fn on(route: &str, kind: RequestFault) -> Self {
        let request = route.parse().unwrap_or_else(|error| panic!("{error}"));
        Self { request, containing: None, kind, chance: Chance::default() }
    }

    /// Reads one as it is written: `on`, perhaps `containing`, then `kind` with its fields, and the chances. Whatever else
    /// is there is an error.
    pub(crate) fn from_json(value: &serde_json::Value) -> Result<Self, String> {
        let read = serde_json::from_value::<Self>(value.clone()).map_err(|error| error.to_string())?;
        // Flattened values cannot refuse fields that they do not know.
        let written = serde_json::to_value(&read).map_err(|error| error.to_string())?;
        let unknown = value.as_object().into_iter().flatten().find(|(field, _)| written.get(field).is_none());
        unknown.map_or(Ok(read), |(field, _)| Err(format!("a fault of this kind has no `{field}`")))
    }

    /// Only for requests whose body holds `text`.
    pub fn containing(mut self, text: &str) -> Self {
        self.containing = Some(text.into());
        self
    }

    /// It strikes so often, and then no more.
    pub fn times(mut self, times: u64) -> Self {
        self.chance.times = Some(times);
        self
    }

    /// It leaves the first so many alone.
    pub fn skip(mut self, count: u64) -> Self {
        self.chance.skip = count;
        self
    }

    /// It strikes with this probability each time, drawn from the emulator's seed.
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.chance.probability = probability;
        self
    }

    pub(super) fn matches(&self, method: &str, path: &str, body: &[u8]) -> bool {
        let holds = |text: &String| body.windows(text.len().max(1)).any(|part| part == text.as_bytes());
        self.request.matches(method, path) && self.containing.as_ref().is_none_or(holds)
    }
}
