//! What somebody sees, as it happens: one event stream a page.
//!
//! What waits to be sent are places to look at, and their number is bounded. Each is looked at when it is sent, as that
//! person sees it then; so what changes often is sent as seldom as the reader reads.

use super::{places, seen};
use crate::bits;
use crate::hub::Hub;
use crate::id::Id;
use crate::world::Change;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;

/// A comment keeps the connection alive after so much silence, on the host's clock.
const SILENCE: Duration = Duration::from_secs(15);

/// How many changes are looked at together.
const AT_ONCE: usize = 256;

#[derive(Debug, Deserialize)]
pub(super) struct As {
    #[serde(rename = "as")]
    whom: Option<String>,
}

/// The stream of what one person sees. Without a person, or with one who is not there (any more), it is the first of all.
pub(super) async fn events(State(hub): State<Arc<Hub>>, Query(query): Query<As>) -> Response {
    let follower = Follower::new(hub, query.whom.and_then(|id| id.parse().ok()));
    let frames = futures_util::stream::unfold(follower, |mut follower| async move {
        let frames = follower.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(frames)), follower))
    });
    ([(CONTENT_TYPE, "text/event-stream")], Body::from_stream(frames)).into_response()
}

/// Somebody who looks on.
struct Follower {
    hub: Arc<Hub>,
    me: Option<Id>,
    changes: Receiver<Change>,
    clock: watch::Receiver<u64>,
    over: watch::Receiver<bool>,
    greeted: bool,
    ended: bool,
    /// What was sent last, the places without what changes with each message.
    people: Vec<Value>,
    places: Value,
}

impl Follower {
    fn new(hub: Arc<Hub>, wanted: Option<Id>) -> Self {
        let changes = hub.follow();
        let (clock, over) = (hub.clock.versions(), hub.over.subscribe());
        let mut follower = Self {
            me: None,
            changes,
            clock,
            over,
            greeted: false,
            ended: false,
            people: Vec::new(),
            places: Value::Null,
            hub,
        };
        let page = follower.hub.page();
        follower.people = follower.hub.read(|world| places::people(world, &page));
        let known = |id: &Id| follower.people.iter().any(|one| one["id"] == id.to_string());
        let first = || follower.people.first().and_then(|one| crate::id::id_of(&one["id"]));
        follower.me = wanted.filter(known).or_else(first);
        follower
    }

    /// What is to be sent next, when there is something; none when the stream is at its end.
    async fn next(&mut self) -> Option<String> {
        if self.ended {
            return None;
        }
        let mut frames = String::new();
        if !self.greeted {
            self.greeted = true;
            self.greet(&mut frames);
            return Some(frames);
        }
        while frames.is_empty() {
            let change = tokio::select! {
                change = self.changes.recv() => Some(change),
                // The sender lives in the hub, so the wait cannot fail.
                _ = self.clock.changed() => None,
                _ = self.over.wait_for(|over| *over) => return None,
                () = tokio::time::sleep(SILENCE) => {
                    frames.push_str(": \n\n");
                    break;
                }
            };
            match change {
                None => frame(&mut frames, "clock", self.time()),
                Some(Ok(change)) => self.changed(change, &mut frames),
                Some(Err(RecvError::Lagged(_))) => self.reload(&mut frames),
                Some(Err(RecvError::Closed)) => return None,
            }
        }
        Some(frames)
    }

    fn reload(&mut self, frames: &mut String) {
        self.ended = true;
        frame(frames, "reload", json!({}));
    }

    fn time(&self) -> Value {
        let reading = self.hub.clock.reading();
        json!({ "ms": reading.now_ms, "running": reading.running })
    }

    fn greet(&mut self, frames: &mut String) {
        let page = self.hub.page();
        let title = if page.title.is_empty() { "Emulator" } else { &page.title };
        let me = self.me;
        let (people, places, user) = self.hub.read(|world| {
            (
                places::people(world, &page),
                me.map(|me| places::places(world, me)).unwrap_or_default(),
                me.map(|me| world.user_json(me)).unwrap_or_default(),
            )
        });
        let hello = json!({
            "title": title, "me": user, "people": people, "places": places, "clock": self.time(),
            "panel": page.panel.is_some(),
        });
        (self.people, self.places) = (people, places::lasting(places));
        frame(frames, "hello", hello);
    }

    /// Looks at a change and at those that wait behind it.
    fn changed(&mut self, first: Change, frames: &mut String) {
        let mut batch = vec![first];
        let mut lagged = false;
        while batch.len() < AT_ONCE {
            match self.changes.try_recv() {
                Ok(change) => batch.push(change),
                Err(TryRecvError::Lagged(_)) => {
                    lagged = true;
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        if lagged || batch.iter().any(|change| matches!(change, Change::Reload)) {
            return self.reload(frames);
        }
        if batch.iter().any(|change| matches!(change, Change::Places)) {
            self.look_around(frames);
        }
        if batch.iter().any(|change| matches!(change, Change::Commands)) {
            frame(frames, "commands", json!({}));
        }
        let Some(me) = self.me else { return };
        let mut looked_at = Vec::new();
        for change in &batch {
            match change {
                Change::Message { channel, id } if !looked_at.contains(&(*channel, *id)) => {
                    looked_at.push((*channel, *id));
                    let message = self.hub.read(|world| {
                        let message = world.message(*channel, *id)?;
                        seen::sees(world, *channel, *id, me).then(|| seen::message(world, message, me))
                    });
                    if let Some(message) = message {
                        frame(frames, "message", json!({ "message": message }));
                    }
                }
                Change::Gone { channel, id, only } => {
                    let told = only.is_none_or(|only| only == me)
                        && self.hub.read(|world| world.may(*channel, me, bits::VIEW_CHANNEL));
                    if told {
                        frame(frames, "gone", json!({ "channel": channel, "id": id }));
                    }
                }
                Change::Panel(data) => frame(frames, "panel", json!({ "data": **data })),
                Change::Message { .. } | Change::Places | Change::Commands | Change::Reload => {}
            }
        }
    }

    /// Whoever is new, or gone, makes it another page; else places are sent if they are others than before.
    fn look_around(&mut self, frames: &mut String) {
        let page = self.hub.page();
        let me = self.me;
        let (people, places) = self.hub.read(|world| {
            (places::people(world, &page), me.map(|me| places::places(world, me)).unwrap_or_default())
        });
        if people != self.people {
            return self.reload_as_others_came(people, frames);
        }
        let lasting = places::lasting(places.clone());
        if lasting != self.places {
            frame(frames, "places", places);
            self.places = lasting;
        }
    }

    fn reload_as_others_came(&mut self, people: Vec<Value>, frames: &mut String) {
        let here = |me: Id| people.iter().any(|one| one["id"] == me.to_string());
        if self.me.is_some_and(here) { self.greet(frames) } else { self.reload(frames) }
    }
}

/// An event with its kind as `t`.
fn frame(frames: &mut String, kind: &str, mut body: Value) {
    body["t"] = json!(kind);
    // Writing to a string cannot fail; JSON has no line break in it.
    let _ = write!(frames, "data: {body}\n\n");
}
