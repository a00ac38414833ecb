//! Discord's gateway, version 10: JSON, plain or compressed as the client asks, one task a connection.
//!
//! A connection reads what the client sends and writes what its session's outlet hands it. What is
//! dispatched, and to whom, is decided in `world`.

mod blow;
mod compression;
mod connection;
mod login;
mod members;
mod welcome;

pub(crate) use blow::Blow;
pub(crate) use welcome::Manners;
pub use welcome::Welcome;

use crate::hub::Hub;
use axum::extract::{Query, WebSocketUpgrade};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use compression::Compression;
use serde::Deserialize;
use std::sync::Arc;

/// Final close codes and those after which a client may come back.
pub(crate) mod close {
    pub(crate) const UNKNOWN_OPCODE: u16 = 4001;
    pub(crate) const DECODE_ERROR: u16 = 4002;
    pub(crate) const NOT_AUTHENTICATED: u16 = 4003;
    pub(crate) const AUTHENTICATION_FAILED: u16 = 4004;
    pub(crate) const ALREADY_AUTHENTICATED: u16 = 4005;
    pub(crate) const RATE_LIMITED: u16 = 4008;
    pub(crate) const SESSION_TIMED_OUT: u16 = 4009;
    pub(crate) const INVALID_SHARD: u16 = 4010;
    pub(crate) const INVALID_INTENTS: u16 = 4013;
    pub(crate) const DISALLOWED_INTENTS: u16 = 4014;
}

/// What follows the gateway's address.
#[derive(Deserialize)]
struct Wish {
    encoding: Option<String>,
    compress: Option<String>,
}

/// A client that asks for a WebSocket at the root, which is the address that clients are told.
pub(crate) async fn connect(hub: Arc<Hub>, uri: &Uri, upgrade: WebSocketUpgrade) -> Response {
    let refused = |why: &'static str| (StatusCode::BAD_REQUEST, why).into_response();
    let Ok(Query(wish)) = Query::<Wish>::try_from_uri(uri) else {
        return refused("the emulator's gateway cannot read what follows its address");
    };
    if wish.encoding.is_some_and(|encoding| encoding != "json") {
        return refused("the emulator's gateway knows encoding=json only");
    }
    let Ok(compression) = wish.compress.as_deref().map(str::parse::<Compression>).transpose() else {
        return refused("the emulator's gateway knows compress=zlib-stream and compress=zstd-stream");
    };
    if hub.manners().welcome == Welcome::NoHandshake {
        hub.over().await;
    }
    upgrade.on_upgrade(move |socket| connection::run(hub, socket, compression))
}
