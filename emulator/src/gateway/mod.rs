//! Discord's gateway, version 10: JSON text frames, one task a connection.
//!
//! A connection reads what the client sends and writes what its session's outlet hands it. What is
//! dispatched, and to whom, is decided in `world`.

mod blow;
mod connection;
mod login;
mod welcome;

pub(crate) use blow::Blow;
pub(crate) use welcome::Manners;
pub use welcome::Welcome;

use crate::hub::Hub;
use axum::extract::WebSocketUpgrade;
use axum::response::Response;
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

/// A client that asks for a WebSocket at the root, which is the address that clients are told.
pub(crate) async fn connect(hub: Arc<Hub>, upgrade: WebSocketUpgrade) -> Response {
    if hub.manners().welcome == Welcome::NoHandshake {
        hub.over().await;
    }
    upgrade.on_upgrade(move |socket| connection::run(hub, socket))
}
