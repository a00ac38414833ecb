//! What is said about the rate of requests, as Discord's reference has it under "Rate Limits".

use crate::clock::Clock;
use crate::faults::{RequestFault, Scope, Strike};
use crate::limits::{Count, Verdict};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::json;
use std::time::Duration;

const SCOPE: &str = "x-ratelimit-scope";

/// The answer to a request that is not let through.
pub(super) fn refusal(verdict: &Verdict) -> Option<Response> {
    match verdict {
        Verdict::Pass(_) => None,
        Verdict::Route(count) => Some(too_many(Scope::User, count.left)),
        Verdict::Global(left) => Some(too_many(Scope::Global, *left)),
    }
}

/// A 429. `wait` is said to the millisecond.
pub(super) fn too_many(scope: Scope, wait: Duration) -> Response {
    let seconds = wait.as_millis().max(1) as f64 / 1000.0;
    let (name, message) = match scope {
        Scope::User => ("user", "You are being rate limited."),
        Scope::Shared => ("shared", "The resource is being rate limited."),
        Scope::Global => ("global", "You are being rate limited."),
    };
    let body = json!({ "message": message, "retry_after": seconds, "global": scope == Scope::Global });
    let mut response = super::json(StatusCode::TOO_MANY_REQUESTS, &body);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.ceil() as u64));
    headers.insert(SCOPE, HeaderValue::from_static(name));
    if scope == Scope::Global {
        headers.insert("x-ratelimit-global", HeaderValue::from_static("true"));
    }
    response
}

/// Whether this is a 429 for which nobody is to blame.
pub(crate) fn is_shared(response: &Response) -> bool {
    response.headers().get(SCOPE).is_some_and(|scope| scope == "shared")
}

/// How far the route's limit is used, as the answer is to have it.
pub(super) fn count(verdict: Verdict, strike: Option<Strike>) -> Option<Count> {
    let count = match verdict {
        Verdict::Pass(count) => count,
        Verdict::Route(count) => Some(count),
        Verdict::Global(_) => None,
    };
    match strike.map(|strike| strike.kind) {
        Some(RequestFault::Limit { scope: Scope::User, retry_after_ms }) => {
            let limit = count.as_ref().map_or(1, |count| count.limit);
            let bucket = count.map_or_else(|| "0".repeat(32), |count| count.bucket);
            Some(Count { limit, remaining: 0, left: Duration::from_millis(retry_after_ms), bucket })
        }
        // What comes from before Discord's servers knows nothing of routes.
        Some(RequestFault::Error { .. } | RequestFault::Limit { scope: Scope::Global, .. }) => None,
        _ => count,
    }
}

/// Writes it into the headers.
pub(super) fn tell(response: &mut Response, count: &Count, clock: &Clock) {
    let left = count.left.as_millis() as f64 / 1000.0;
    let reset = clock.now_ms() as f64 / 1000.0 + left;
    let said = [
        ("x-ratelimit-limit", count.limit.to_string()),
        ("x-ratelimit-remaining", count.remaining.to_string()),
        ("x-ratelimit-reset", format!("{reset:.3}")),
        ("x-ratelimit-reset-after", format!("{left:.3}")),
        ("x-ratelimit-bucket", count.bucket.clone()),
    ];
    for (name, value) in said {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
}
