//! The bot's token: where it comes from, and that it is never shown.

use super::Environment;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The name of the systemd credential (`LoadCredential=discord-token:…`).
const CREDENTIAL: &str = "discord-token";
/// The most that is read of a file that should hold a token, in bytes.
const MOST_BYTES: u64 = 4096;

/// The bot's token. Neither `Debug` nor any error shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Why there is no token. None of these holds any part of what was read.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It is in none of the places.
    #[error(
        "there is no token\n  = set DISCORD_TOKEN, give the systemd credential {CREDENTIAL}, \
         or name a file in discord.token_file"
    )]
    Nowhere,
    /// What was found is not shaped like a token.
    #[error(
        "what {0} holds is not a bot's token\n  = a token has three parts with dots between them; copy it from \
         Discord's developer portal (your application, Bot, Reset Token), without quotes and without \"Bot\""
    )]
    Misshapen(String),
    /// The file cannot be read.
    #[error(
        "{}: the token cannot be read: {error}\n  = check that the file is there, and that the user who runs Helmsman \
         may read it",
        path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Others than its owner can do something with the file.
    #[error(
        "{}: others than its owner can use the file with the token (mode {mode:03o})\n  = run: chmod 600 {}",
        path.display(), path.display()
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

impl Token {
    /// The token itself, for whoever speaks to Discord.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Looks for the token, in this order: `DISCORD_TOKEN` (unless it is empty); the systemd credential
    /// `$CREDENTIALS_DIRECTORY/discord-token` (if there is such a file); `token_file` of the config, which only its
    /// owner may read. The first that is there counts, even if it is wrong.
    ///
    /// # Errors
    ///
    /// If it is nowhere, cannot be read, is open to others, or does not look like a token.
    pub fn find(environment: &Environment, token_file: Option<&Path>) -> Result<Self, TokenError> {
        if let Some(token) = environment.token.as_ref().filter(|token| !token.is_empty()) {
            return Self::check(token.to_str().unwrap_or_default(), || "DISCORD_TOKEN".to_owned());
        }
        let credential = environment.credentials.as_ref().map(|directory| directory.join(CREDENTIAL));
        if let Some(path) = credential.filter(|path| path.exists()) {
            // systemd has seen to its permissions, which differ from those of ordinary files.
            return Self::from_file(&path, |_| Ok(()));
        }
        match token_file {
            Some(path) => Self::from_file(path, |file| only_for_its_owner(path, file)),
            None => Err(TokenError::Nowhere),
        }
    }

    fn from_file(path: &Path, allowed: impl Fn(&File) -> Result<(), TokenError>) -> Result<Self, TokenError> {
        let unreadable = |error| TokenError::Unreadable { path: path.to_owned(), error };
        let file = File::open(path).map_err(unreadable)?;
        allowed(&file)?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
        Self::check(std::str::from_utf8(&bytes).unwrap_or_default(), || path.display().to_string())
    }

    fn check(text: &str, from: impl FnOnce() -> String) -> Result<Self, TokenError> {
        let token = text.trim();
        let is_part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='))
        };
        if token.split('.').count() == 3 && token.split('.').all(is_part) {
            Ok(Self(token.to_owned()))
        } else {
            Err(TokenError::Misshapen(from()))
        }
    }
}

#[cfg(unix)]
fn only_for_its_owner(path: &Path, file: &File) -> Result<(), TokenError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata =
        file.metadata().map_err(|error| TokenError::Unreadable { path: path.to_owned(), error })?;
    match metadata.permissions().mode() & 0o777 {
        mode if mode & 0o077 != 0 => Err(TokenError::Open { path: path.to_owned(), mode }),
        _ => Ok(()),
    }
}

/// Where files have no such bits, their directory has to keep others out.
#[cfg(not(unix))]
fn only_for_its_owner(_: &Path, _: &File) -> Result<(), TokenError> {
    Ok(())
}
