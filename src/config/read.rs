//! From the text of a config file to the config, or to everything that is wrong with it.

use super::{Config, TimeSource};
use crate::domain::nearest::nearest;
use crate::domain::problem::{Problem, Source};
use std::ops::Range;
use toml::de::DeTable;

/// At most this many mistakes of a file are told.
const MOST: usize = 20;

impl Config {
    /// Reads the text of a config file. `name` stands before each problem.
    ///
    /// # Errors
    ///
    /// The mistakes of the file (at most 20) in the order in which they were found.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let text = &without_tokens(text);
        let source = Source::new(name, text);
        let mut problems = Vec::<Problem>::new();
        let mut patched = text.to_owned();
        // The library stops at the first mistake: it is asked again without the line that has it.
        while problems.len() < MOST {
            let error = match toml::from_str::<Config>(&patched) {
                Ok(config) => {
                    problems.extend(config.contradictions(&source));
                    problems.sort_by_key(|problem| (problem.line, problem.column));
                    return if problems.is_empty() { Ok(config) } else { Err(problems) };
                }
                Err(error) => error,
            };
            let span = error.span().unwrap_or(0..0);
            let line = source.line(span.start);
            let (message, help) = explain(error.message());
            if problems.iter().any(|problem| problem.line == line) {
                break;
            }
            problems.push(source.problem(span, message, help));
            blank(&source, line, &mut patched);
        }
        Err(problems)
    }

    /// Values that are right each for itself and not together.
    fn contradictions(&self, source: &Source<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut find = |section, key, message: &str, help: &str| {
            problems.push(source.problem(
                place(source.text(), section, key),
                message.to_owned(),
                help.to_owned(),
            ));
        };
        if self.time.source == TimeSource::Emulator && !self.discord.is_loopback() {
            let message = "the emulator's clock is only for an API on this machine";
            find(
                "time",
                "source",
                message,
                "write \"host\", or set discord.api_url to the emulator: \"http://127.0.0.1:…\"",
            );
        }
        if self.discord.connect_to.is_some() && !self.discord.api_url.is_discord() {
            let message = "connect_to keeps Discord's name, and api_url gives another one";
            find(
                "discord",
                "connect_to",
                message,
                "keep one of the two: api_url for a REST proxy, connect_to otherwise",
            );
        }
        if self.discord.ca_file.is_some() && self.discord.connect_to.is_none() {
            let message = "ca_file is only used together with connect_to";
            find("discord", "ca_file", message, "drop it, or add connect_to = \"host:port\"");
        }
        problems
    }
}

/// The text with stars in the place of anything shaped like Discord's tokens, which somebody may have put into the wrong
/// place: no key of the file takes one, and a problem shows its line.
fn without_tokens(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut out = String::with_capacity(text.len());
    for run in text.split_inclusive(|c: char| !is_part(c) && c != '.') {
        let (word, end) = run.split_at(run.trim_end_matches(|c: char| !is_part(c) && c != '.').len());
        let parts = word.split('.').map(str::len).collect::<Vec<_>>();
        let is_token =
            matches!(parts[..], [first, second, third] if first >= 18 && second >= 5 && third >= 20);
        out.push_str(&if is_token { "*".repeat(word.len()) } else { word.to_owned() });
        out.push_str(end);
    }
    out
}

/// Where the value of a key stands.
fn place(text: &str, section: &str, key: &str) -> Range<usize> {
    let tables = DeTable::parse(text).ok();
    let value =
        tables.as_ref().and_then(|tables| tables.get_ref().get(section)?.get_ref().as_table()?.get(key));
    value.map_or(0..0, |value| value.span())
}

/// Blanks a line; a header takes its section with it.
fn blank(source: &Source<'_>, line: usize, patched: &mut String) {
    let Range { start, mut end } = source.line_range(line);
    if source.text()[start..end].trim_start().starts_with('[') {
        end = source.text()[end..].find("\n[").map_or(source.text().len(), |at| end + at);
    }
    let blanks = source.text()[start..end].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' });
    patched.replace_range(start..end, &blanks.collect::<String>());
}

/// The library's message in other words, and what to write.
fn explain(message: &str) -> (String, String) {
    let words = message.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    let choose = |found: &str, known: &[&str], kind: &str| match nearest(found, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? {kind}: {}", known.join(", ")),
        None => format!("{kind}: {}", known.join(", ")),
    };
    match (message.split_once('\n'), words.as_slice()) {
        (Some((what, help)), _) => (what.to_owned(), help.to_owned()),
        (None, [found, known @ ..]) if message.starts_with("unknown field") => {
            let help = choose(found, known, "known are");
            let token = "the token comes from DISCORD_TOKEN or from the file that token_file names; ";
            let token = if found.to_lowercase().ends_with("token") { token } else { "" };
            (format!("there is no key or section `{found}` here"), format!("{token}{help}"))
        }
        (None, [found, known @ ..]) if message.starts_with("unknown variant") => {
            (format!("`{found}` is not known here"), choose(found, known, "write one of"))
        }
        (None, _) if message.starts_with("string values must be quoted") => {
            ("a text stands in double quotes".to_owned(), "put it in quotes: key = \"…\"".to_owned())
        }
        (None, _) => (message.to_owned(), "config.example.toml shows how each key is written".to_owned()),
    }
}
