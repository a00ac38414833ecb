//! One connection: hello, heartbeats, and the frames in both directions.

use super::compression::{Compression, Compressor};
use super::{Manners, Welcome, close, login, members};
use crate::clock::host_instant;
use crate::hub::Hub;
use crate::world::Frame;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What a connection knows of itself.
pub(super) struct Connection {
    pub(super) hub: Arc<Hub>,
    pub(super) outlet: UnboundedSender<Frame>,
    /// The session it carries, once identified, with the number of this connection.
    pub(super) session: Option<(String, u64)>,
    pub(super) welcome: Welcome,
    sent: VecDeque<Instant>,
}

pub(super) async fn run(hub: Arc<Hub>, socket: WebSocket, compression: Option<Compression>) {
    let (sink, mut source) = socket.split();
    let (outlet, frames) = unbounded_channel();
    let Manners { heartbeat: interval, welcome } = *hub.manners();
    let mut writer = tokio::spawn(write(sink, frames, compression.map(Compressor::new)));
    let mut connection = Connection { hub, outlet, session: None, welcome, sent: VecDeque::new() };
    if welcome == Welcome::NoHello {
        connection.hush();
    }
    connection.send(&json!({
        "t": null, "s": null, "op": 10, "d": { "heartbeat_interval": interval.as_millis() as u64, "_trace": [] },
    }));
    let mut orderly = false;
    loop {
        // Twice the interval leaves room for jitter, as the real gateway does.
        let message = tokio::select! {
            // The writer ends when the connection is closed or hushed from this side.
            ended = &mut writer => {
                if let Ok(Ended::Hushed) = ended {
                    connection.leave(false);
                    // `source` keeps the socket open, and nobody reads it.
                    connection.hub.over().await;
                }
                break;
            }
            message = tokio::time::timeout(interval * 2, source.next()) => match message {
                Err(_) => {
                    connection.close(close::SESSION_TIMED_OUT);
                    break;
                }
                Ok(None | Some(Err(_))) => break,
                Ok(Some(Ok(message))) => message,
            },
        };
        let text = match message {
            Message::Text(text) => text,
            Message::Close(frame) => {
                orderly = frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001));
                break;
            }
            Message::Binary(_) => {
                connection.close(close::DECODE_ERROR);
                break;
            }
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        if let Err(code) = connection.receive(&text) {
            connection.close(code);
            break;
        }
    }
    connection.leave(orderly);
    // The writer ends when the last outlet is gone.
    drop(connection);
    if !writer.is_finished() {
        let _ = writer.await;
    }
}

/// Why nothing more is written.
enum Ended {
    Closed,
    Hushed,
}

async fn write(
    mut sink: SplitSink<WebSocket, Message>,
    mut frames: UnboundedReceiver<Frame>,
    mut compressor: Option<Compressor>,
) -> Ended {
    while let Some(frame) = frames.recv().await {
        let sent = match frame {
            Frame::Text(text) => {
                let message = match &mut compressor {
                    None => Message::Text((&*text).into()),
                    Some(compressor) => Message::Binary(compressor.compress(text.as_bytes()).into()),
                };
                sink.feed(message).await
            }
            Frame::Close(Some(code)) => {
                let frame = CloseFrame { code, reason: "".into() };
                let _ = sink.send(Message::Close(Some(frame))).await;
                return Ended::Closed;
            }
            Frame::Close(None) => return Ended::Closed,
            Frame::Hush => return Ended::Hushed,
        };
        if sent.is_err() {
            return Ended::Closed;
        }
        // Flushing only when nothing else waits keeps bursts cheap.
        if frames.is_empty() && sink.flush().await.is_err() {
            return Ended::Closed;
        }
    }
    Ended::Closed
}

impl Connection {
    pub(super) fn send(&self, payload: &Value) {
        // A closed outlet means that the socket is gone, which the reading side notices.
        let _ = self.outlet.send(Frame::Text(payload.to_string().into()));
    }

    /// Op 9: the session, if there is one, is no good.
    pub(super) fn invalid(&self, resumable: bool) {
        self.send(&json!({ "t": null, "s": null, "op": 9, "d": resumable }));
    }

    fn close(&self, code: u16) {
        let _ = self.outlet.send(Frame::Close(Some(code)));
    }

    fn hush(&self) {
        let _ = self.outlet.send(Frame::Hush);
    }

    /// Whether it carries a session that is still good.
    pub(super) fn authenticated(&self) -> bool {
        let Some((session, number)) = &self.session else { return false };
        self.hub.read(|world| {
            world.sessions.get(session).is_some_and(|one| one.connected() && one.connection == *number)
        })
    }

    /// Handles a payload; an error is a close code.
    fn receive(&mut self, text: &str) -> Result<(), u16> {
        let now = host_instant();
        self.sent.push_back(now);
        while self.sent.front().is_some_and(|at| now.duration_since(*at) > Duration::from_secs(60)) {
            self.sent.pop_front();
        }
        if self.sent.len() > 120 {
            return Err(close::RATE_LIMITED);
        }
        let payload: Value = serde_json::from_str(text).map_err(|_| close::DECODE_ERROR)?;
        let op = payload.get("op").and_then(Value::as_u64).ok_or(close::DECODE_ERROR)?;
        let data = payload.get("d").unwrap_or(&Value::Null);
        match op {
            1 => {
                self.send(&json!({ "t": null, "s": null, "op": 11, "d": null }));
                Ok(())
            }
            2 | 6 if self.authenticated() => Err(close::ALREADY_AUTHENTICATED),
            2 | 6 => match self.welcome {
                Welcome::NoReady => Ok(()),
                Welcome::Refuse(code) => Err(code),
                Welcome::Invalid => {
                    self.invalid(false);
                    Ok(())
                }
                _ if op == 2 => login::identify(self, data),
                _ => login::resume(self, data),
            },
            8 if self.authenticated() => {
                members::request(self, data);
                Ok(())
            }
            3 | 4 | 31 if self.authenticated() => Ok(()),
            3 | 4 | 8 | 31 => Err(close::NOT_AUTHENTICATED),
            _ => Err(close::UNKNOWN_OPCODE),
        }
    }

    /// Ends with the socket; an orderly close ends the session too, else it can be resumed.
    fn leave(&mut self, orderly: bool) {
        let Some((session, number)) = self.session.take() else { return };
        self.hub.change(|world| {
            let Some(entry) = world.sessions.get_mut(&session) else { return };
            if entry.connection != number {
                return;
            }
            entry.outlet = None;
            if orderly {
                world.sessions.remove(&session);
            }
        });
    }
}
