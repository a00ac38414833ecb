//! Discord's emulator and the bot in one process, driven by lines of text, so that anybody can try Helmsman without a
//! server.
//!
//! This folder must not know the bot's inside: it acts as people do, and moves the clock.

mod stage;

pub use stage::{Stage, StageError};

use crate::cli::Ending;
use std::path::Path;

/// Plays the lines of standard input.
///
/// # Errors
///
/// If something cannot be started, or a line could not be played.
pub fn play(_data: Option<&Path>, _seed: u64) -> Result<(), Ending> {
    Err(Ending::new(1, "the playground is not built yet"))
}
