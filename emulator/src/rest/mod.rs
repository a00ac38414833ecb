//! Discord's REST API, version 10, one file a resource.
//!
//! Handlers read the request, ask `rules` whether it may be done, and change the world. Nothing here
//! keeps state of its own, and nothing writes to sockets of the gateway.

mod applications;
pub(crate) mod body;
mod channels;
mod commands;
mod front;
mod guilds;
mod interactions;
mod limited;
mod messages;
mod reactions;
mod suffer;
mod threads;
mod users;

pub(crate) use applications::{IDENTIFIES, flags as application_flags};
pub(crate) use limited::is_shared;
pub(crate) use messages::{Page, send, slice};
mod webhooks;

use crate::hub::Hub;
use crate::id::Id;
use crate::rules::form::{ApiError, known};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use serde_json::Value;
use std::sync::Arc;

/// The state that handlers get.
pub(crate) type Shared = axum::extract::State<Arc<Hub>>;

/// What a handler answers.
pub(crate) type Answer = Result<Reply, ApiError>;

/// A body, or nothing.
#[derive(Debug)]
pub(crate) enum Reply {
    Json(Value),
    Made(Value),
    Nothing,
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Self::Json(body) => json(StatusCode::OK, &body),
            Self::Made(body) => json(StatusCode::CREATED, &body),
            Self::Nothing => StatusCode::NO_CONTENT.into_response(),
        }
    }
}

fn json(status: StatusCode, body: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json(status, &self.body());
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.ceil() as u64));
            headers.insert("x-ratelimit-scope", HeaderValue::from_static("shared"));
        }
        response
    }
}

/// The application that a request's token belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bot(pub(crate) Id);

impl FromRequestParts<Arc<Hub>> for Bot {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, ApiError> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bot ")).ok_or_else(known::unauthorized)?;
        hub.read(|world| world.app_of_token(token.trim())).map(Bot).ok_or_else(known::unauthorized)
    }
}

/// All routes, without those of the gateway and of the emulator itself.
pub(crate) fn router(hub: &Arc<Hub>) -> Router {
    let api = Router::new()
        .route("/gateway", get(applications::gateway))
        .route("/gateway/bot", get(applications::gateway_bot))
        .route("/oauth2/applications/@me", get(applications::own))
        .route("/applications/@me", get(applications::own))
        .route("/users/@me", get(users::own))
        .route("/users/@me/guilds", get(users::guilds))
        .route("/users/@me/channels", post(users::open_direct))
        .route("/users/{user}", get(users::get))
        .route("/guilds/{guild}", get(guilds::get))
        .route("/guilds/{guild}/channels", get(guilds::channels).post(guilds::create_channel))
        .route("/guilds/{guild}/roles", get(guilds::roles))
        .route("/guilds/{guild}/roles/member-counts", get(guilds::role_counts))
        .route("/guilds/{guild}/roles/{role}", get(guilds::role))
        .route("/guilds/{guild}/members", get(guilds::members))
        .route("/guilds/{guild}/members/search", get(guilds::search_members))
        .route("/guilds/{guild}/members/{user}", get(guilds::member))
        .route("/guilds/{guild}/threads/active", get(threads::active))
        .route("/channels/{channel}", get(channels::get).patch(channels::edit).delete(channels::delete))
        .route("/channels/{channel}/typing", post(channels::typing))
        .route("/channels/{channel}/messages", get(messages::list).post(messages::create))
        .route("/channels/{channel}/messages/bulk-delete", post(messages::delete_many))
        .route(
            "/channels/{channel}/messages/{message}",
            get(messages::get).patch(messages::edit).delete(messages::delete),
        )
        .route("/channels/{channel}/messages/{message}/reactions", delete(reactions::clear))
        .route(
            "/channels/{channel}/messages/{message}/reactions/{emoji}",
            get(reactions::list).delete(reactions::clear_one),
        )
        .route(
            "/channels/{channel}/messages/{message}/reactions/{emoji}/{user}",
            put(reactions::add).delete(reactions::remove),
        )
        .route("/channels/{channel}/pins", get(channels::pins))
        .route("/channels/{channel}/messages/pins", get(channels::pins_paged))
        .route("/channels/{channel}/pins/{message}", put(channels::pin).delete(channels::unpin))
        .route("/channels/{channel}/messages/pins/{message}", put(channels::pin).delete(channels::unpin))
        .route("/channels/{channel}/messages/{message}/threads", post(threads::from_message))
        .route("/channels/{channel}/threads", post(threads::create))
        .route("/channels/{channel}/threads/archived/public", get(threads::archived))
        .route("/channels/{channel}/thread-members", get(threads::members))
        .route(
            "/channels/{channel}/thread-members/{user}",
            get(threads::member).put(threads::join).delete(threads::leave),
        )
        .route(
            "/applications/{app}/commands",
            get(commands::list).put(commands::overwrite).post(commands::create),
        )
        .route(
            "/applications/{app}/commands/{command}",
            get(commands::get).patch(commands::edit).delete(commands::delete),
        )
        .route(
            "/applications/{app}/guilds/{guild}/commands",
            get(commands::list_in).put(commands::overwrite_in).post(commands::create_in),
        )
        .route(
            "/applications/{app}/guilds/{guild}/commands/{command}",
            get(commands::get_in).patch(commands::edit_in).delete(commands::delete_in),
        )
        .route("/interactions/{interaction}/{token}/callback", post(interactions::callback))
        .route("/webhooks/{app}/{token}", post(webhooks::create))
        .route(
            "/webhooks/{app}/{token}/messages/{message}",
            patch(webhooks::edit).get(webhooks::get).delete(webhooks::delete),
        )
        .fallback(|| async { known::not_found() });
    Router::new()
        .nest("/api/v10", api.clone())
        .nest("/api", api)
        .route("/attachments/{channel}/{attachment}/{name}", get(messages::attachment))
        .route("/ephemeral-attachments/{attachment}/{name}", get(messages::upload))
        .layer(axum::middleware::from_fn_with_state(hub.clone(), front::pass))
        .layer(axum::middleware::from_fn_with_state(hub.clone(), crate::inspect::pass))
        .layer(DefaultBodyLimit::max(body::MAX_REQUEST))
        .with_state(hub.clone())
}
