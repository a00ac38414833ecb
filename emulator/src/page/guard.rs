//! Who may use the page and the emulator's own routes: nobody from another site. Bots' REST and gateway are not behind this.

use crate::hub::Hub;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{self, CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

/// Nothing from outside, nothing inline, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Stands before the page and the emulator's own routes.
pub(crate) async fn guard(State(hub): State<Arc<Hub>>, request: Request, next: Next) -> Response {
    match refusal(hub.port, request.method(), request.headers()) {
        None => seal(next.run(request).await),
        Some(refusal) => refusal,
    }
}

/// What a request is refused with, if it is.
pub(super) fn refusal(port: u16, method: &Method, headers: &HeaderMap) -> Option<Response> {
    let refuse = |status, why: &str| Some(seal((status, Json(json!({ "error": why }))).into_response()));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    if !is_here(host, port) {
        return refuse(StatusCode::FORBIDDEN, "this is served to loopback only: open it at 127.0.0.1");
    }
    if headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes() != format!("http://{host}").as_bytes()) {
        return refuse(StatusCode::FORBIDDEN, "another site's page may not use this");
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return refuse(StatusCode::FORBIDDEN, "another site's page may not use this");
    }
    if method == Method::POST && !is_json(headers) {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send JSON, with content-type: application/json");
    }
    None
}

/// Whether a `Host` names this listener by an address that nobody else can have.
fn is_here(host: &str, port: u16) -> bool {
    let here = |name: &str| ["127.0.0.1", "localhost", "[::1]"].contains(&name);
    match host.rsplit_once(':') {
        Some((name, number)) if here(name) => number.parse() == Ok(port),
        _ => port == 80 && here(host),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    kind.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json")
}

/// Says what browsers may do with an answer.
pub(super) fn seal(mut response: Response) -> Response {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn only_names_of_loopback_with_the_port_are_here() {
        for host in ["127.0.0.1:4646", "localhost:4646", "[::1]:4646"] {
            assert!(is_here(host, 4646), "{host}");
        }
        for host in
            ["", "127.0.0.1", "localhost:80", "evil.example:4646", "127.0.0.1.evil.example:4646", "::1:4646"]
        {
            assert!(!is_here(host, 4646), "{host}");
        }
        assert!(is_here("localhost", 80));
    }
}
