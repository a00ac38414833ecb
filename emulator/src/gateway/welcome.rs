//! How the gateway behaves towards those that connect.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How new connections are received.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options, Welcome};
///
/// let discord = Discord::start(Options::default()).await?;
/// discord.set_welcome(Welcome::Refuse(4014)); // as if an intent was not allowed
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Welcome {
    /// As they should be.
    #[default]
    Proper,
    /// The connection is accepted and the WebSocket handshake never answered.
    NoHandshake,
    /// The handshake is answered, and nothing follows.
    NoHello,
    /// Heartbeats are asked for and acknowledged, but IDENTIFY and RESUME are not answered.
    NoReady,
    /// IDENTIFY and RESUME are answered with op 9, not resumable.
    Invalid,
    /// IDENTIFY and RESUME are answered by a close with this code.
    Refuse(u16),
}

/// What the gateway asks of new connections, and how it receives them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    pub(crate) heartbeat: Duration,
    pub(crate) welcome: Welcome,
}
