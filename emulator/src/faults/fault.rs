//! Faults as values.

use super::{EventFault, Route};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that is to go wrong, and how often: every time unless it is told otherwise.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Done, Fault, Options, RequestFault};
///
/// let discord = Discord::start(Options::default()).await?;
/// let error = RequestFault::Error { status: 502, done: Done::No };
/// let fault = discord.fault(Fault::on("GET /gateway", error).times(1));
/// let url = format!("{}/api/v10/gateway", discord.api_url());
/// assert_eq!(reqwest::get(&url).await?.status(), 502);
/// assert_eq!(reqwest::get(&url).await?.status(), 200);
/// assert_eq!(fault.strikes(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fault {
    #[serde(flatten)]
    pub(super) aim: Aim,
    #[serde(flatten)]
    pub(super) chance: Chance,
}

/// What a fault may strike, and what it does to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Aim {
    Request(RequestAim),
    Event(EventAim),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RequestAim {
    on: Route,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    containing: Option<String>,
    #[serde(flatten)]
    pub(super) kind: RequestFault,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct EventAim {
    event: String,
    #[serde(flatten)]
    pub(super) kind: EventFault,
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
    /// A fault of REST requests.
    ///
    /// # Panics
    ///
    /// If `route` is none (see [`Route`]).
    #[track_caller]
    pub fn on(route: &str, kind: RequestFault) -> Self {
        let on = route.parse().unwrap_or_else(|error| panic!("{error}"));
        Self { aim: Aim::Request(RequestAim { on, containing: None, kind }), chance: Chance::default() }
    }

    /// A fault of the gateway's events: of one name, of all that begin like `GUILD_*`, or of all (`*`, which leaves READY
    /// and RESUMED alone: name them).
    pub fn on_event(event: &str, kind: EventFault) -> Self {
        Self { aim: Aim::Event(EventAim { event: event.into(), kind }), chance: Chance::default() }
    }

    /// Only for requests whose body holds `text`. Changes nothing for events.
    pub fn containing(mut self, text: &str) -> Self {
        if let Aim::Request(aim) = &mut self.aim {
            aim.containing = Some(text.into());
        }
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

    /// Reads one as it is written: `on` (perhaps with `containing`) or `event`, `kind` with its fields, and the chances.
    /// Whatever else is there is an error.
    pub(crate) fn from_json(value: &Value) -> Result<Self, String> {
        fn read<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
            serde_json::from_value(value.clone()).map_err(|error| error.to_string())
        }
        let aim = match value.get("event") {
            Some(_) => Aim::Event(read(value)?),
            None => Aim::Request(read(value)?),
        };
        let fault = Self { aim, chance: read(value)? };
        // Flattened values cannot refuse fields that they do not know.
        let written = serde_json::to_value(&fault).map_err(|error| error.to_string())?;
        let unknown = value.as_object().into_iter().flatten().find(|(field, _)| written.get(field).is_none());
        unknown.map_or(Ok(fault), |(field, _)| Err(format!("a fault of this kind has no `{field}`")))
    }
}

impl RequestAim {
    pub(super) fn matches(&self, method: &str, path: &str, body: &[u8]) -> bool {
        let holds = |text: &String| body.windows(text.len().max(1)).any(|part| part == text.as_bytes());
        self.on.matches(method, path) && self.containing.as_ref().is_none_or(holds)
    }
}

impl EventAim {
    pub(super) fn matches(&self, name: &str) -> bool {
        match self.event.strip_suffix('*') {
            Some("") => !matches!(name, "READY" | "RESUMED"),
            Some(beginning) => name.starts_with(beginning),
            None => name == self.event,
        }
    }
}
