//! What REST, gateway and actors share: the world behind its lock, and the log of requests.

use crate::clock::Clock;
use crate::discord::Options;
use crate::faults::Faults;
use crate::gateway::{Manners, Welcome};
use crate::inspect::Inspection;
use crate::limits::{Limiter, Moment, Verdict};
use crate::page::Page;
use crate::world::{Change, PutOff, World};
use axum::body::Bytes;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// How many requests the log keeps.
const LOG: usize = 10_000;

/// The largest body that the log keeps.
const LOGGED_BODY: usize = 64 * 1024;

/// How many changes wait for somebody who looks on, before it is told to begin again.
const WAITING_CHANGES: usize = 4096;

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
    /// Where the listener without TLS is.
    pub(crate) port: u16,
    /// How long an actor waits for what a deferred response promised.
    pub(crate) patience: Duration,
    manners: Mutex<Manners>,
    /// The emulator is being shut down.
    pub(crate) over: watch::Sender<bool>,
    pub(crate) faults: Faults,
    limiter: Mutex<Limiter>,
    pub(crate) inspection: Inspection,
    /// As the world has it, at hand without its lock.
    pub(crate) nonce_window_ms: i64,
    changes: broadcast::Sender<Change>,
    page: Mutex<Arc<Page>>,
    /// A directory with the page's files, instead of those compiled in.
    pub(crate) page_files: Option<PathBuf>,
}

/// A REST request that was answered, or was refused an answer by a fault.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options};
///
/// let discord = Discord::start(Options::default()).await?;
/// reqwest::get(format!("{}/api/v10/users/@me", discord.api_url())).await?;
/// let request = discord.requests().remove(0);
/// assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/api/v10/users/@me"));
/// assert!(request.status == 401 && request.is_invalid());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LoggedRequest {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path with its query, such as `/api/v10/gateway`.
    pub path: String,
    /// The status of the answer; 0 if there was none.
    pub status: u16,
    /// Whether it was refused by a limit that all share (`X-RateLimit-Scope: shared`).
    pub shared: bool,
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

    /// Whether Discord counts it as invalid: 10,000 of these in ten minutes and it shuts an address out. Source: its
    /// reference, "Invalid Request Limit".
    pub fn is_invalid(&self) -> bool {
        matches!(self.status, 401 | 403 | 429) && !self.shared
    }
}

impl Hub {
    pub(crate) fn new(world: World, addr: SocketAddr, options: &Options) -> Arc<Self> {
        let manners = Manners { heartbeat: options.heartbeat, welcome: Welcome::default() };
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            clock: world.clock.clone(),
            faults: world.faults.clone(),
            nonce_window_ms: world.nonce_window_ms(),
            world: Mutex::new(world),
            changed: watch::Sender::new(0),
            log: Mutex::new(VecDeque::new()),
            gateway_url: format!("ws://{addr}"),
            port: addr.port(),
            patience: options.patience,
            manners: Mutex::new(manners),
            over: watch::Sender::new(false),
            limiter: Mutex::new(Limiter::new(options.rate_limits.clone())),
            inspection: Inspection::default(),
            changes: broadcast::Sender::new(WAITING_CHANGES),
            page: Mutex::default(),
            page_files: options.page_files.clone(),
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
        for change in world.journal.drain(..) {
            // Nobody may be looking on.
            let _ = self.changes.send(change);
        }
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

    /// Tells those who look on.
    pub(crate) fn tell_pages(&self, change: Change) {
        let _ = self.changes.send(change);
    }

    /// What changes from now on.
    pub(crate) fn follow(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// What the host says of its page.
    pub(crate) fn page(&self) -> Arc<Page> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_page(&self, page: Page) {
        *self.page.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(page);
        self.tell_pages(Change::Reload);
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

    /// Counts a request against the limits on their rate.
    pub(crate) fn count(&self, token: &str, method: &str, path: &str) -> Verdict {
        let now = Moment { ms: self.clock.now_ms(), host: crate::clock::host_instant() };
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner).check(token, method, path, now)
    }

    pub(crate) fn log(&self, method: &str, path: &str, body: &Bytes, response: Option<&Response>) {
        let entry = LoggedRequest {
            method: method.into(),
            path: path.into(),
            status: response.map_or(0, |response| response.status().as_u16()),
            shared: response.is_some_and(crate::rest::is_shared),
            at: self.clock.now(),
            body: (1..=LOGGED_BODY).contains(&body.len()).then(|| body.clone()),
        };
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
