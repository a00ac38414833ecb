//! What reaches the log, in either format.

use helmsman::config::{Config, Log};
use helmsman::logging::subscriber;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that is logged.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything that is logged on this thread, on which a whole bot runs in tests, until the guard is dropped.
pub fn listen() -> (Lines, tracing::subscriber::DefaultGuard) {
    let lines = Lines::default();
    let log = Config::parse("c", "log.level = \"trace\"").unwrap().log;
    let guard = tracing::subscriber::set_default(subscriber(&log, lines.clone(), false));
    (lines, guard)
}

fn logged(config: &str, action: impl FnOnce()) -> String {
    let Log { format, level } = Config::parse("c", config).unwrap().log;
    let lines = Lines::default();
    tracing::subscriber::with_default(subscriber(&Log { format, level }, lines.clone(), false), action);
    String::from_utf8(lines.bytes()).unwrap()
}

#[test]
fn text_and_json() {
    let action = || tracing::info!(team = 7, "posted");
    let text = logged("", action);
    assert!(text.contains(" INFO ") && text.contains("posted team=7"), "{text}");
    let line = logged("log.format = \"json\"", action);
    let json: serde_json::Value = serde_json::from_str(line.trim()).unwrap();
    assert_eq!(
        (&json["level"], &json["message"], &json["team"]),
        (&"INFO".into(), &"posted".into(), &7.into())
    );
}

#[test]
fn levels_are_kept() {
    let action = || {
        tracing::debug!("detail");
        tracing::info!("news");
        tracing::info!(target: "serenity::gateway", "chatter");
        tracing::warn!(target: "serenity::gateway", "trouble");
    };
    let by_default = logged("", action);
    assert!(by_default.contains("news") && by_default.contains("trouble"), "{by_default}");
    assert!(!by_default.contains("detail") && !by_default.contains("chatter"), "{by_default}");
    assert!(logged("log.level = \"debug\"", action).contains("detail"));
    assert_eq!(logged("log.level = \"off\"", action), "");
}

#[test]
fn what_may_carry_a_token_is_never_logged() {
    let action = || {
        for level in ["a", "b"] {
            tracing::debug!(target: "serenity::http::client", level, "Authorization: Bot secret");
            tracing::trace!(target: "hyper::proto", level, "secret");
            tracing::debug!(target: "rustls", level, "secret");
        }
        tracing::debug!(target: "helmsman::store", "ours");
    };
    for level in ["trace", "trace,serenity=trace,hyper=trace,rustls=debug"] {
        let text = logged(&format!("log.level = \"{level}\""), action);
        assert!(text.contains("ours") && !text.contains("secret"), "{text}");
    }
}

#[test]
fn no_line_names_the_request_in_which_it_came_up() {
    let action = || {
        // As the library does around each request, with all of it.
        let span = tracing::info_span!(target: "serenity::http::client", "request", body = "secret");
        span.in_scope(|| tracing::error!(target: "helmsman::chat", "refused"));
        tracing::warn!(target: "serenity::gateway::ws", "Err deserializing text; text: secret");
    };
    for config in ["log.level = \"info\"", "log = { level = \"trace\", format = \"json\" }"] {
        let text = logged(config, action);
        assert!(text.contains("refused") && !text.contains("secret"), "{text}");
    }
}
