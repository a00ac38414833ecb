//! Why a request to Discord came to nothing, as far as what to do next goes.

use serde::Deserialize;
use std::time::Duration;

/// How long to wait after a refusal for too many requests that does not say how long.
const UNSAID_WAIT: Duration = Duration::from_secs(5);

/// What became of a request that did not succeed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Trouble {
    /// Discord said no and will say no again. Nothing was done.
    #[error("Discord refused: {text} (HTTP {status}, code {code})")]
    Refused {
        /// The HTTP status, 400 to 499.
        status: u16,
        /// Discord's JSON error code, 0 if there was none. Source: Discord's reference, "Opcodes and Status Codes".
        code: u64,
        /// Discord's words.
        text: String,
    },
    /// It may have been done: a time-out, a 5xx, a connection lost on the way, or an answer nobody can read.
    #[error("it is not known whether Discord did it: {0}")]
    Ambiguous(String),
    /// It was not done, and may be tried again later.
    #[error("not now, again in {} ms", .retry_after.as_millis())]
    Limited {
        /// The least time to wait.
        retry_after: Duration,
    },
    /// There was no connection, so nothing can have been done.
    #[error("no connection: {0}")]
    Unreached(String),
    /// It was not done: after too many refused requests, or with a token that Discord does not know, nothing is sent by
    /// ourselves, so that Discord does not shut the address out.
    #[error("sending is paused after too many refused requests, or with a token that Discord refused")]
    Stopped,
}

impl Trouble {
    /// Discord's code, if it refused.
    pub fn code(&self) -> Option<u64> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The bare reason, for a request that changes nothing: whether it was done does not matter.
    pub fn reason(&self) -> String {
        match self {
            Self::Ambiguous(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// The body of an error. Source: Discord's reference, "Error Messages" and "Rate Limits".
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    code: u64,
    message: String,
    retry_after: Option<f64>,
    errors: Option<serde_json::Value>,
}

/// What an answer with this status means. `retry_after`: seconds, from the header of that name.
pub(super) fn of_answer(status: u16, retry_after: Option<f64>, body: &[u8]) -> Trouble {
    let body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    match status {
        429 => {
            let seconds =
                body.retry_after.or(retry_after).filter(|seconds| (0.0..86_400.0).contains(seconds));
            Trouble::Limited { retry_after: seconds.map_or(UNSAID_WAIT, Duration::from_secs_f64) }
        }
        400..=499 => {
            let mut text = if body.message.is_empty() { "no reason given".to_owned() } else { body.message };
            if let Some(errors) = body.errors {
                text = format!("{text} {errors}");
            }
            Trouble::Refused { status, code: body.code, text }
        }
        _ => Trouble::Ambiguous(format!("HTTP {status} {}", body.message).trim_end().to_owned()),
    }
}

/// What a request without an answer means.
pub(super) fn of_transport(error: &reqwest::Error) -> Trouble {
    // The address may hold an interaction's token, so only the reason is told.
    let reason = if error.is_timeout() { "timed out".to_owned() } else { reason(error) };
    if error.is_connect() || error.is_builder() {
        Trouble::Unreached(reason)
    } else {
        Trouble::Ambiguous(reason)
    }
}

fn reason(error: &reqwest::Error) -> String {
    use std::error::Error;
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_code_and_reason() {
        let body = br#"{"message": "Missing Access", "code": 50001}"#;
        let trouble = of_answer(403, None, body);
        assert_eq!(
            trouble,
            Trouble::Refused { status: 403, code: 50_001, text: "Missing Access".to_owned() }
        );
        assert_eq!(trouble.code(), Some(50_001));
    }

    #[test]
    fn too_many_requests_say_when_to_come_back() {
        let wait = |header, body: &[u8]| match of_answer(429, header, body) {
            Trouble::Limited { retry_after } => retry_after.as_millis(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(Some(1.0), br#"{"retry_after": 0.25, "global": false}"#), 250);
        assert_eq!(wait(Some(2.0), b"<html>"), 2_000);
        assert_eq!(wait(Some(f64::NAN), b""), 5_000);
        // 30046 (an old message was edited too often) comes as a 429.
        assert_eq!(wait(None, br#"{"code": 30046, "retry_after": 12.5}"#), 12_500);
    }

    #[test]
    fn what_may_have_been_done_is_never_called_refused() {
        for status in [500, 502, 503, 504, 520, 301] {
            assert!(matches!(of_answer(status, None, b"oops"), Trouble::Ambiguous(_)), "{status}");
        }
    }
}
