//! The faults as they are shared, and one of them as a test holds it.

use super::book::{Book, FaultReport, Strike};
use super::event::Place;
use super::fault::Fault;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// All faults of an emulator. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Faults(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    book: Mutex<Book>,
    /// Something was struck, released or removed.
    changed: watch::Sender<()>,
}

/// A planted fault. Dropping the handle leaves the fault where it is.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Fault, Options, RequestFault};
///
/// let discord = Discord::start(Options::default()).await?;
/// let hold = discord.fault(Fault::on("GET /gateway", RequestFault::Hold { done: false }));
/// let request = tokio::spawn(reqwest::get(format!("{}/api/v10/gateway", discord.api_url())));
/// hold.struck(1).await;
/// assert!(!request.is_finished());
/// hold.release();
/// assert_eq!(request.await??.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FaultHandle {
    faults: Faults,
    id: u64,
}

/// A request that is held; it is not any more when this is dropped.
struct Held<'f> {
    faults: &'f Faults,
    id: u64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.faults.change(|book| {
            if let Some(entry) = book.entry_mut(self.id) {
                entry.report.holding -= 1;
            }
        });
    }
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Shared { book: Mutex::new(Book::new(seed)), changed: watch::Sender::new(()) }))
    }

    pub(crate) fn plant(&self, fault: Fault) -> FaultHandle {
        let id = self.book().plant(fault);
        FaultHandle { faults: self.clone(), id }
    }

    /// Decides about a request that has come in.
    pub(crate) fn strike(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
        nonce_window_ms: i64,
    ) -> Option<Strike> {
        self.tell(self.book().strike(method, path, body, nonce_window_ms))
    }

    /// Decides about an event that is to go out: where its copies go, or `None` if nothing strikes it.
    pub(crate) fn strike_event(&self, name: &str) -> Option<Vec<Place>> {
        self.tell(self.book().strike_event(name))
    }

    fn tell<T>(&self, struck: Option<T>) -> Option<T> {
        struck.inspect(|_| {
            self.0.changed.send_replace(());
        })
    }

    /// Returns when what a strike holds is released, or its fault removed.
    pub(crate) async fn released(&self, strike: Strike) {
        let _held = Held { faults: self, id: strike.id };
        let released =
            |book: &Book| book.entry(strike.id).is_none_or(|entry| entry.releases > strike.releases);
        self.wait_until(released).await;
    }

    pub(crate) fn handle(&self, id: u64) -> Option<FaultHandle> {
        let known = self.book().entry(id).is_some();
        known.then(|| FaultHandle { faults: self.clone(), id })
    }

    pub(crate) fn reports(&self) -> Vec<FaultReport> {
        self.book().reports()
    }

    pub(crate) fn clear(&self) {
        self.change(|book| book.remove(None));
    }

    async fn wait_until(&self, holds: impl Fn(&Book) -> bool) {
        let mut changes = self.0.changed.subscribe();
        loop {
            changes.borrow_and_update();
            if holds(&self.book()) {
                return;
            }
            // The sender lives in self, so the wait cannot fail.
            let _ = changes.changed().await;
        }
    }

    fn change(&self, change: impl FnOnce(&mut Book)) {
        change(&mut self.book());
        self.0.changed.send_replace(());
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultHandle {
    /// Its number, by which scripts name it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// How often it has struck; 0 if it was removed.
    pub fn strikes(&self) -> u64 {
        self.faults.book().entry(self.id).map_or(0, |entry| entry.report.struck)
    }

    /// Returns when it has struck so often. Does not return if it is removed before.
    pub async fn struck(&self, times: u64) {
        let enough = |book: &Book| book.entry(self.id).is_some_and(|entry| entry.report.struck >= times);
        self.faults.wait_until(enough).await;
    }

    /// Returns when it holds nothing (any more): all was released, or the clients are gone.
    pub async fn emptied(&self) {
        let empty = |book: &Book| book.entry(self.id).is_none_or(|entry| entry.report.holding == 0);
        self.faults.wait_until(empty).await;
    }

    /// Lets the requests go that are held now; later ones are held again.
    pub fn release(&self) {
        self.faults.change(|book| {
            if let Some(entry) = book.entry_mut(self.id) {
                entry.releases += 1;
            }
        });
    }

    /// Removes it, and lets go what it holds.
    pub fn remove(&self) {
        self.faults.change(|book| book.remove(Some(self.id)));
    }
}
