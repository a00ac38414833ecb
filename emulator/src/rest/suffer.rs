//! What a fault that strikes a request does to it.

use super::limited::too_many;
use crate::faults::{Done, FaultClock, RequestFault, Strike};
use crate::hub::Hub;
use crate::server::Line;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use serde_json::json;
use std::time::Duration;

/// Does and answers a request as the fault has it; does not return if there is to be no answer. `unanswered` is called
/// then.
pub(super) async fn suffer(
    hub: &Hub,
    strike: Strike,
    mut request: Request,
    next: Next,
    unanswered: impl FnOnce(),
) -> Response {
    // Taken out: a request that is done late would hold the socket open until then.
    let line = request.extensions_mut().remove::<Line>();
    match strike.kind {
        RequestFault::Delay { ms, clock, done } => {
            let wait = async {
                match clock {
                    FaultClock::Host => tokio::time::sleep(Duration::from_millis(ms)).await,
                    FaultClock::Discord => hub.clock.sleep_until(hub.clock.now_ms() + ms as i64).await,
                }
            };
            around(wait, done, request, next).await
        }
        RequestFault::Hold { done } => around(hub.faults.released(strike), done, request, next).await,
        RequestFault::NoAnswer { done } => {
            perhaps(hub, done, request, next).await;
            unanswered();
            std::future::pending().await
        }
        RequestFault::Reset { done } => {
            perhaps(hub, done, request, next).await;
            unanswered();
            if let Some(line) = line {
                line.cut();
            }
            std::future::pending().await
        }
        RequestFault::Error { status, done } => {
            perhaps(hub, done, request, next).await;
            server_error(status)
        }
        RequestFault::Limit { scope, retry_after_ms } => {
            too_many(scope, Duration::from_millis(retry_after_ms))
        }
    }
}

async fn around(wait: impl Future<Output = ()>, done: bool, request: Request, next: Next) -> Response {
    if done {
        let response = next.run(request).await;
        wait.await;
        response
    } else {
        wait.await;
        next.run(request).await
    }
}

/// Does a request whose answer nobody will see.
async fn perhaps(hub: &Hub, done: Done, request: Request, next: Next) {
    match done {
        Done::No => {}
        Done::Yes => drop(next.run(request).await),
        Done::LateByMs(ms) => {
            let act = move || {
                // The body is at hand and a handler waits for nothing, so it is done when it returns.
                if next.run(request).now_or_never().is_none() {
                    tracing::error!("a request that was to be done late was not done");
                }
            };
            hub.clock.at(hub.clock.now_ms() + ms as i64, act);
        }
        Done::Late => unreachable!("the time is drawn when the fault strikes"),
    }
}

/// As from Discord itself, or for 502 and 504 from what stands before it.
fn server_error(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if matches!(status, StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT) {
        let html = HeaderValue::from_static("text/html");
        let page = format!("<html><head><title>{status}</title></head><body>{status}</body></html>");
        return (status, [(header::CONTENT_TYPE, html)], page).into_response();
    }
    super::json(status, &json!({ "message": status.to_string(), "code": 0 }))
}
