//! What the subcommands of `helmsman` do: one file a subcommand.
//!
//! This folder must not parse arguments (`main` does) and must not print but to the writer that it is given.

pub mod prompts;
pub mod run;

/// Why the process ends otherwise than well: what is said on standard error, and the exit code.
#[derive(Debug)]
pub struct Ending {
    /// See [`code`].
    pub code: u8,
    /// Says what is wrong and what to do. None: it has been said already.
    pub message: Option<String>,
}

/// The exit codes, as `helmsman --help` lists them. (2 is for a wrong command line.)
pub mod code {
    /// Something is wrong with what was asked to be checked or played.
    pub const WRONG: u8 = 1;
    /// The config, the token or a series file.
    pub const CONFIG: u8 = 3;
    /// The database.
    pub const DATABASE: u8 = 4;
    /// Discord cannot be reached.
    pub const UNREACHABLE: u8 = 5;
    /// Discord does not accept the token or the intents.
    pub const REFUSED: u8 = 6;
}

impl Ending {
    /// Ends with this code and says why.
    pub fn new(code: u8, error: impl std::fmt::Display) -> Self {
        Self { code, message: Some(error.to_string()) }
    }
}
