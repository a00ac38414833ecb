//! A chat page for the browser: its files, the stream of what somebody sees, and who may use them.
//!
//! The page acts through `POST /emulator/act` like every script, and nothing that its person may not see is ever sent to
//! it. What the host adds (people's roles, a panel of its own) is handed in; this folder knows no host and no bot.

mod files;
mod guard;
mod places;
mod seen;
mod stream;

pub(crate) use files::index;
pub(crate) use guard::guard;
pub(crate) use seen::message as message_json;

use crate::hub::Hub;
use crate::id::Id;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;

/// What a host says of its page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// What it is called; `Emulator` if this is empty.
    pub title: String,
    /// What to know about people, such as "manager". They are offered in this order, before all others.
    pub notes: Vec<(Id, String)>,
    /// What the host adds beside the chat.
    pub panel: Option<Panel>,
}

/// A part of the page that belongs to the host.
#[derive(Clone)]
pub struct Panel {
    /// Names and contents, `panel.css` and `panel.js` among them: they are served at `/panel/<name>`.
    pub files: Vec<(&'static str, &'static str)>,
    /// Answers what the panel asks with `POST /emulator/panel`.
    pub handle: Arc<dyn Fn(Value) -> BoxFuture<'static, Value> + Send + Sync>,
}

impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.files.iter().map(|(name, _)| name)).finish()
    }
}

/// What a panel may send.
const MAX_PANEL_REQUEST: usize = 64 * 1024;

/// Everything but the page at the root.
pub(crate) fn router() -> Router<Arc<Hub>> {
    Router::new()
        .route("/page/{name}", get(files::asset))
        .route("/panel/{name}", get(files::panel))
        .route("/emulator/events", get(stream::events))
        .route("/emulator/panel", post(panel).layer(DefaultBodyLimit::max(MAX_PANEL_REQUEST)))
}

async fn panel(State(hub): State<Arc<Hub>>, Json(request): Json<Value>) -> Response {
    match &hub.page().panel {
        Some(panel) => Json((panel.handle)(request).await).into_response(),
        None => {
            let body = json!({ "error": "this page has no panel" });
            (StatusCode::NOT_FOUND, Json(body)).into_response()
        }
    }
}
