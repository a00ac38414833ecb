//! The one place through which each REST request and answer goes: the limits on their rate, the faults that strike
//! them, the log, and Discord's `Date`.

use super::body::MAX_REQUEST;
use super::limited;
use super::suffer::suffer;
use crate::hub::Hub;
use crate::rules::form::known;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

pub(crate) async fn pass(State(hub): State<Arc<Hub>>, request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path_and_query().map_or("", |path| path.as_str()).to_owned();
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MAX_REQUEST).await else {
        return finish(&hub, known::too_large().into_response());
    };
    let token = parts.headers.get(header::AUTHORIZATION).and_then(|token| token.to_str().ok());
    let verdict = hub.count(token.unwrap_or(""), &method, &path);
    let refusal = limited::refusal(&verdict);
    let strike = match refusal {
        None => hub.faults.strike(&method, &path, &bytes, hub.nonce_window_ms),
        Some(_) => None,
    };
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    let log = |response: Option<&Response>| hub.log(&method, &path, &bytes, response);
    let mut response = match (refusal, strike) {
        (Some(refusal), _) => refusal,
        (None, None) => next.run(request).await,
        (None, Some(strike)) => suffer(&hub, strike, request, next, || log(None)).await,
    };
    if let Some(count) = limited::count(verdict, strike) {
        limited::tell(&mut response, &count, &hub.clock);
    }
    log(Some(&response));
    finish(&hub, response)
}

/// Discord's clock is the emulator's. And there are proxies before Discord, which put their name in: discord.py takes a 429
/// without it for a ban by them, and does not wait it out.
fn finish(hub: &Hub, mut response: Response) -> Response {
    let date = hub.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
    response.headers_mut().insert(header::VIA, HeaderValue::from_static("1.1 emulator"));
    response
}
