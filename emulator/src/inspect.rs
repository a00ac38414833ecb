//! A window on what is said over REST: whoever wants to check it is shown each request with its answer. What is found
//! wrong stays until it is asked for, and what nobody asked for makes the end of the emulator a panic.

use crate::hub::Hub;
use crate::rest::body::{Body as Sent, File};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Query, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Says what is wrong with an exchange, a sentence each.
pub type Inspector = fn(&Exchange) -> Vec<String>;

/// A request with its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path as it was sent, without its query.
    pub path: String,
    /// What follows the path, decoded.
    pub query: Vec<(String, String)>,
    /// What was sent.
    pub sent: Content,
    /// The answer; none if a fault took it away.
    pub answer: Option<Answer>,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub content: Content,
}

/// A body.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// No byte.
    Nothing,
    /// `application/json`.
    Json(Value),
    /// `multipart/form-data`.
    Form {
        /// The part `payload_json`.
        payload: Value,
        /// The names of the parts with files, such as `files[0]`.
        files: Vec<String>,
    },
    /// Anything else, by its media type, or by what is wrong with it.
    Other(String),
}

/// Who looks, and what was found.
#[derive(Debug, Default)]
pub(crate) struct Inspection {
    state: Mutex<(Option<Inspector>, Vec<String>)>,
}

impl Inspection {
    fn state(&self) -> MutexGuard<'_, (Option<Inspector>, Vec<String>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, inspector: Inspector) {
        self.state().0 = Some(inspector);
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.state().1)
    }

    fn inspector(&self) -> Option<Inspector> {
        self.state().0
    }

    /// Fails the test that caused what nobody has asked for.
    pub(crate) fn end(&self) {
        let found = self.take();
        if found.is_empty() {
            return;
        }
        let found = format!("the inspector of the emulator's REST found:\n{}", found.join("\n"));
        if std::thread::panicking() {
            eprintln!("{found}");
        } else if tokio::task::try_id().is_some() {
            // A panic in a task is caught, and the test would pass.
            eprintln!("{found}\nand nobody waits for this task, so the whole process ends");
            std::process::exit(101);
        } else {
            panic!("{found}");
        }
    }
}

/// An exchange is inspected when it is over, also if a fault or the end of the connection cuts it short.
struct Inspected<'h> {
    hub: &'h Hub,
    inspector: Inspector,
    exchange: Exchange,
}

impl Drop for Inspected<'_> {
    fn drop(&mut self) {
        let wrong = (self.inspector)(&self.exchange);
        if !wrong.is_empty() {
            let Exchange { method, path, answer, .. } = &self.exchange;
            let answer = answer.as_ref().map_or("no answer".into(), |answer| answer.status.to_string());
            let wrong = wrong.into_iter().map(|wrong| format!("{method} {path} ({answer}): {wrong}"));
            self.hub.inspection.state().1.extend(wrong);
        }
    }
}

/// Stands before everything else, faults included.
pub(crate) async fn pass(State(hub): State<Arc<Hub>>, request: Request, next: Next) -> Response {
    let Some(inspector) = hub.inspection.inspector() else { return next.run(request).await };
    let (parts, body) = request.into_parts();
    // What is too large is refused further on; an error means that the sender is gone.
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let exchange = Exchange {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: query.map(|query| query.0).unwrap_or_default(),
        sent: sent(Request::from_parts(parts.clone(), Body::empty()), &bytes).await,
        answer: None,
    };
    let mut inspected = Inspected { hub: &hub, inspector, exchange };
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    // A body without a length is one that a fault cuts off.
    let Some(length) = response.body().size_hint().exact() else { return response };
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::try_from(length).unwrap_or(usize::MAX)).await;
    let bytes = bytes.unwrap_or_default();
    inspected.exchange.answer =
        Some(Answer { status: parts.status.as_u16(), content: json(&parts.headers, &bytes) });
    Response::from_parts(parts, Body::from(bytes))
}

fn media_type(headers: &HeaderMap) -> &str {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("no content type");
    value.split(';').next().unwrap_or(value).trim()
}

fn json(headers: &HeaderMap, bytes: &Bytes) -> Content {
    if bytes.is_empty() {
        return Content::Nothing;
    }
    match media_type(headers) {
        "application/json" => serde_json::from_slice(bytes)
            .map_or_else(|error| Content::Other(format!("not JSON: {error}")), Content::Json),
        other => Content::Other(other.to_owned()),
    }
}

async fn sent(request: Request, bytes: &Bytes) -> Content {
    if media_type(request.headers()) != "multipart/form-data" {
        return json(request.headers(), bytes);
    }
    let request = request.map(|_| Body::from(bytes.clone()));
    match Sent::from_request(request, &()).await {
        Ok(Sent { json, files }) => {
            let name = |file: &File| match file.index {
                Some(index) => format!("files[{index}]"),
                None => "a file without a number".to_owned(),
            };
            Content::Form { payload: json, files: files.iter().map(name).collect() }
        }
        Err(_) => Content::Other("multipart/form-data that cannot be read".to_owned()),
    }
}
