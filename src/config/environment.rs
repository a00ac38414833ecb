//! What the environment says. Nothing else reads it.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// What the environment says. It has no `Debug`, because it may hold the token.
#[derive(Default)]
pub struct Environment {
    /// `DISCORD_TOKEN`.
    pub token: Option<OsString>,
    /// `CREDENTIALS_DIRECTORY`, set by systemd.
    pub credentials: Option<PathBuf>,
    /// Whoever looks wants no colours (`NO_COLOR`), or their terminal has none (`TERM`).
    pub plain: bool,
    /// How wide the terminal is (`COLUMNS`, which most shells keep to themselves), in characters.
    pub columns: Option<usize>,
}

impl Environment {
    /// Reads the environment of this process.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn read() -> Self {
        Self {
            token: std::env::var_os("DISCORD_TOKEN"),
            credentials: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            plain: plain(std::env::var_os("NO_COLOR").as_deref(), std::env::var_os("TERM").as_deref()),
            columns: std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()),
        }
    }
}

/// Sources: no-color.org (set to anything but nothing), and terminfo's name for a terminal that knows no codes.
fn plain(no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    no_color.is_some_and(|value| !value.is_empty()) || term.is_some_and(|term| term == "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_can_be_refused() {
        let plain = |no_color: Option<&'static str>, term: Option<&'static str>| {
            plain(no_color.map(OsStr::new), term.map(OsStr::new))
        };
        assert!(plain(Some("1"), Some("xterm")) && plain(None, Some("dumb")));
        assert!(!plain(None, None) && !plain(Some(""), Some("xterm-256color")));
    }
}
