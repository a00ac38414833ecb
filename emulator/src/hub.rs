//! What REST, gateway and actors share: the world behind its lock, and the log of requests.

use crate::clock::Clock;
use crate::faults::Faults;
use crate::gateway::{Manners, Welcome};
use crate::world::{PutOff, World};
use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::watch;

/// How many requests the log keeps.
const LOG: usize = 10_000;

/// The largest body that the log keeps.
const LOGGED_BODY: usize = 64 * 1024;

/// One emulated Discord.
#[derive(Debug)]
pub(crate) struct Hub {
    /// For what is done later, which must not keep the emulator alive.
    me: Weak<Self>,
    world: Mutex<World>,
    pub(crate) clock: Clock,
    pub(crate) changed: watch::Sender<u64>,
    log: Mutex<VecDeque<LoggedRequest>>,
    pub(crate) gateway_url: String,
    /// How long an actor waits for what a deferred response promised.
    pub(crate) patience: Duration,
    manners: Mutex<Manners>,
    /// The emulator is being shut down.
    pub(crate) over: watch::Sender<bool>,
    pub(crate) faults: Faults,
    /// As the world has it, at hand without its lock.
    pub(crate) nonce_window_ms: i64,
}

/// A REST request that was answered, or was refused an answer by a fault.
#[derive(Clone, Debug)]
pub struct LoggedRequest {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path with its query, such as `/api/v10/gateway`.
    pub path: String,
    /// The status of the answer; 0 if there was none.
    pub status: u16,
    /// The emulator's time at the answer.
    pub at: Timestamp,
    /// The body as it was sent, if it was not larger than 64 KiB.
    pub body: Option<Bytes>,
}

impl LoggedRequest {
    /// The body as JSON, if it is that.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.body.as_ref()?).ok()
    }
}

impl Hub {
    pub(crate) fn new(
        world: World,
        clock: Clock,
        gateway_url: String,
        patience: Duration,
        heartbeat: Duration,
        faults: Faults,
    ) -> Arc<Self> {
        let nonce_window_ms = world.nonce_window_ms();
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            world: Mutex::new(world),
            clock,
            changed: watch::Sender::new(0),
            log: Mutex::new(VecDeque::new()),
            gateway_url,
            patience,
            manners: Mutex::new(Manners { heartbeat, welcome: Welcome::default() }),
            over: watch::Sender::new(false),
            faults,
            nonce_window_ms,
        })
    }

    /// Looks at the world.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the world and wakes whoever waits for a change.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        let result = change(&mut world);
        let put_off = std::mem::take(&mut world.put_off);
        drop(world);
        self.changed.send_modify(|version| *version += 1);
        put_off.into_iter().for_each(|put_off| self.send_later(put_off));
        result
    }

    fn send_later(&self, put_off: PutOff) {
        let me = self.me.clone();
        self.clock.at(put_off.at_ms, move || {
            if let Some(hub) = me.upgrade() {
                hub.change(|world| world.send_kept(&put_off));
            }
        });
    }

    /// How the gateway behaves towards new connections.
    pub(crate) fn manners(&self) -> MutexGuard<'_, Manners> {
        self.manners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when the emulator is shut down.
    pub(crate) async fn over(&self) {
        // The sender lives in self, so the wait cannot fail.
        let _ = self.over.subscribe().wait_for(|over| *over).await;
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        // A panic of a test's closure must not hide what it asserted.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `look` finds something.
    pub(crate) async fn wait_for<T>(&self, mut look: impl FnMut(&World) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        loop {
            changes.borrow_and_update();
            if let Some(found) = self.read(&mut look) {
                return found;
            }
            // The sender lives in self, so the wait cannot fail.
            let _ = changes.changed().await;
        }
    }

    pub(crate) fn log(&self, method: String, path: String, status: u16, body: Option<Bytes>) {
        let body = body.filter(|body| body.len() <= LOGGED_BODY);
        let entry = LoggedRequest { method, path, status, at: self.clock.now(), body };
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == LOG {
            log.pop_front();
        }
        log.push_back(entry);
    }

    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn clear_requests(&self) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
