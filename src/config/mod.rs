//! The config file, and the only place that reads the environment.
//!
//! `config.example.toml` describes each key. All keys may be left out. Paths are relative to the working directory.
//! This folder must not know what the values are used for beyond whether they make sense together.

mod environment;
mod read;
mod token;
mod values;

pub use environment::Environment;
pub use token::{Token, TokenError};
pub use values::{ApiUrl, ConnectTo, Filter};

use crate::domain::problem::{Problem, listing};
use serde::Deserialize;
use std::io;
use std::path::{Path, PathBuf};

/// The file that is read if none is named and this one exists, in the working directory.
pub const DEFAULT_FILE: &str = "helmsman.toml";

/// Everything that can be configured, with defaults for all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How to reach Discord.
    pub discord: Discord,
    /// Where everything is kept.
    pub database: Database,
    /// Series besides those compiled in.
    pub prompts: Prompts,
    /// Whose clock.
    pub time: Time,
    /// What is logged, and how.
    pub log: Log,
}

/// How to reach Discord.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Discord {
    /// Where REST calls go. Anything but Discord itself is expected to limit rates by itself.
    pub api_url: ApiUrl,
    /// Connects here for every call to Discord, which keeps its name (in TLS, too). Only with the default `api_url`.
    pub connect_to: Option<ConnectTo>,
    /// A PEM file with the certificate of whoever signs for `connect_to`. Only with that.
    pub ca_file: Option<PathBuf>,
    /// A file that only its owner can read and that holds the bot's token. See [`Token::find`].
    pub token_file: Option<PathBuf>,
}

impl Discord {
    /// Whether calls to Discord stay on this machine, as they do with an emulator.
    pub fn is_loopback(&self) -> bool {
        self.connect_to.as_ref().map_or_else(|| self.api_url.is_loopback(), ConnectTo::is_loopback)
    }
}

/// Where everything is kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// The SQLite file. It is made if it does not exist; its directory must exist.
    pub path: PathBuf,
}

impl Default for Database {
    fn default() -> Self {
        Self { path: "helmsman.db".into() }
    }
}

/// Series besides those compiled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prompts {
    /// Each `*.toml` in it adds a series, or overrides that with the same id.
    pub directory: Option<PathBuf>,
}

/// Whose clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Time {
    /// Where `now` comes from.
    pub source: TimeSource,
}

/// Where `now` comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeSource {
    /// The clock of this machine.
    #[default]
    Host,
    /// The emulator's clock, which can be set. Only with an API on loopback.
    Emulator,
}

/// What is logged, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// For people or for programs.
    pub format: LogFormat,
    /// How much.
    pub level: Filter,
}

/// What a line of the log looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Why there is no config.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {error}\n  = name another file with --config, or none to run on the defaults", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file has mistakes.
    #[error("{}", listing(.0))]
    Wrong(Vec<Problem>),
}

impl Config {
    /// Reads the file that was named (it must exist then), else [`DEFAULT_FILE`] if it exists, else takes the defaults.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or with all its mistakes.
    pub fn load(named: Option<&Path>) -> Result<Self, ConfigError> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(ConfigError::Unreadable { path: path.to_owned(), error }),
        };
        Self::parse(&path.display().to_string(), &text).map_err(ConfigError::Wrong)
    }
}
