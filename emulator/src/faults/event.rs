//! Faults of the gateway's events.

use rand::RngExt;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};

/// What may happen to an event on its way to a session.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, EventFault, Fault, Options};
///
/// let discord = Discord::start(Options::default()).await?;
/// discord.fault(Fault::on_event("MESSAGE_CREATE", EventFault::Drop).times(1));
/// discord.fault(Fault::on_event("GUILD_*", EventFault::Delay { ms: 5000 }).with_probability(0.1));
/// assert_eq!(discord.faults().len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventFault {
    /// It never comes, not even by a resume.
    Drop,
    /// It comes more than once.
    Duplicate {
        /// How often besides the first time.
        #[serde(default = "one")]
        copies: u64,
        /// Each copy comes after so many later events at most, drawn; 0 is at once.
        #[serde(default)]
        within: u64,
    },
    /// It comes after some later events.
    Reorder {
        /// So many at most, drawn; at least one.
        #[serde(default = "one")]
        within: u64,
    },
    /// It comes later.
    Delay {
        /// By so many milliseconds of the emulator's clock.
        ms: u64,
    },
}

fn one() -> u64 {
    1
}

/// Where a copy of an event goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where it belongs.
    Here,
    /// Behind so many later events.
    Behind(u64),
    /// After so many milliseconds.
    After(u64),
}

impl EventFault {
    pub(super) fn places(self, rng: &mut StdRng) -> Vec<Place> {
        match self {
            Self::Drop => Vec::new(),
            Self::Duplicate { copies, within } => {
                let copies = (0..copies).map(|_| match rng.random_range(0..=within) {
                    0 => Place::Here,
                    behind => Place::Behind(behind),
                });
                std::iter::once(Place::Here).chain(copies).collect()
            }
            Self::Reorder { within } => vec![Place::Behind(rng.random_range(1..=within.max(1)))],
            Self::Delay { ms } => vec![Place::After(ms)],
        }
    }
}
