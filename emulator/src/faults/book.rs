//! The faults that are planted, and whether one of them strikes.

use super::event::Place;
use super::fault::{Aim, Done, Fault, RequestFault};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// At least so long a nonce is still remembered after a request was done late.
const NONCE_MARGIN_MS: i64 = 60_000;

/// All faults of an emulator. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Faults(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    book: Mutex<Book>,
    /// Something was struck, released or removed.
    changed: watch::Sender<()>,
    seed: u64,
}

#[derive(Debug, Default)]
struct Book {
    entries: Vec<Entry>,
    count: u64,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    fault: Fault,
    rng: StdRng,
    matched: u64,
    struck: u64,
    releases: u64,
    holding: u64,
}

/// A fault that strikes a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Strike {
    id: u64,
    releases: u64,
    pub(crate) kind: RequestFault,
}

/// A planted fault and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultReport {
    /// Its number.
    #[serde(rename = "fault")]
    pub id: u64,
    /// What was planted.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many requests or events it might have struck.
    pub matched: u64,
    /// How many it struck.
    pub struck: u64,
    /// How many requests it holds at this moment.
    pub holding: u64,
}

impl Entry {
    /// Whether it strikes what it matches this time. One draw for each match, so that a seed tells the whole story.
    fn strikes(&mut self) -> bool {
        let chance = self.fault.chance;
        self.matched += 1;
        let drawn = self.rng.random_bool(chance.probability.clamp(0.0, 1.0));
        let strikes =
            drawn && self.matched > chance.skip && chance.times.is_none_or(|times| self.struck < times);
        self.struck += u64::from(strikes);
        strikes
    }
}

/// When exactly what is done late is done.
fn settled(kind: RequestFault, rng: &mut StdRng, nonce_window_ms: i64) -> RequestFault {
    let longest = (nonce_window_ms - NONCE_MARGIN_MS).max(0) as u64;
    let mut settled = |done: Done| match done {
        Done::Late => Done::LateByMs(rng.random_range(0..=longest)),
        Done::LateByMs(ms) => Done::LateByMs(ms.min(longest)),
        other => other,
    };
    match kind {
        RequestFault::NoAnswer { done } => RequestFault::NoAnswer { done: settled(done) },
        RequestFault::Reset { done } => RequestFault::Reset { done: settled(done) },
        RequestFault::Error { status, done } => RequestFault::Error { status, done: settled(done) },
        other => other,
    }
}

impl Book {
    /// The first fault that strikes a request, if any. Those planted after it do not draw.
    fn strike(&mut self, method: &str, path: &str, body: &[u8], nonce_window_ms: i64) -> Option<Strike> {
        self.entries.iter_mut().find_map(|entry| {
            let Aim::Request(aim) = &entry.fault.aim else { return None };
            let kind = aim.kind;
            if !(aim.matches(method, path, body) && entry.strikes()) {
                return None;
            }
            entry.holding += u64::from(matches!(kind, RequestFault::Hold { .. }));
            let kind = settled(kind, &mut entry.rng, nonce_window_ms);
            Some(Strike { id: entry.id, releases: entry.releases, kind })
        })
    }

    /// The same for an event: where its copies are to go, if not where it belongs.
    fn strike_event(&mut self, name: &str) -> Option<Vec<Place>> {
        self.entries.iter_mut().find_map(|entry| {
            let Aim::Event(aim) = &entry.fault.aim else { return None };
            let kind = aim.kind;
            (aim.matches(name) && entry.strikes()).then(|| kind.places(&mut entry.rng))
        })
    }

    fn entry(&self, id: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }
}

/// A request that is held; it is not any more when this is dropped.
struct Held<'f> {
    faults: &'f Faults,
    strike: Strike,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.faults.change(|book| {
            if let Some(entry) = book.entries.iter_mut().find(|entry| entry.id == self.strike.id) {
                entry.holding -= 1;
            }
        });
    }
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Shared { book: Mutex::default(), changed: watch::Sender::new(()), seed }))
    }

    pub(crate) fn plant(&self, fault: Fault) -> FaultHandle {
        let mut book = self.book();
        book.count += 1;
        let id = book.count;
        // Each draws from a source of its own: planting another one changes nothing for this one.
        let rng = StdRng::seed_from_u64(self.0.seed ^ id.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        book.entries.push(Entry { id, fault, rng, matched: 0, struck: 0, releases: 0, holding: 0 });
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
        let strike = self.book().strike(method, path, body, nonce_window_ms);
        if strike.is_some() {
            self.0.changed.send_replace(());
        }
        strike
    }

    /// Decides about an event that is to go out: where its copies go, or `None` if nothing strikes it.
    pub(crate) fn strike_event(&self, name: &str) -> Option<Vec<Place>> {
        let struck = self.book().strike_event(name);
        if struck.is_some() {
            self.0.changed.send_replace(());
        }
        struck
    }

    /// Returns when what a strike holds is released, or its fault removed.
    pub(crate) async fn released(&self, strike: Strike) {
        let _held = Held { faults: self, strike };
        let released =
            |book: &Book| book.entry(strike.id).is_none_or(|entry| entry.releases > strike.releases);
        self.wait_until(released).await;
    }

    pub(crate) fn handle(&self, id: u64) -> Option<FaultHandle> {
        let known = self.book().entry(id).is_some();
        known.then(|| FaultHandle { faults: self.clone(), id })
    }

    pub(crate) fn reports(&self) -> Vec<FaultReport> {
        let report = |entry: &Entry| FaultReport {
            id: entry.id,
            fault: entry.fault.clone(),
            matched: entry.matched,
            struck: entry.struck,
            holding: entry.holding,
        };
        self.book().entries.iter().map(report).collect()
    }

    pub(crate) fn clear(&self) {
        self.change(|book| book.entries.clear());
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

/// A planted fault. Dropping the handle leaves the fault where it is.
#[derive(Clone, Debug)]
pub struct FaultHandle {
    faults: Faults,
    id: u64,
}

impl FaultHandle {
    /// Its number, by which scripts name it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// How often it has struck; 0 if it was removed.
    pub fn strikes(&self) -> u64 {
        self.faults.book().entry(self.id).map_or(0, |entry| entry.struck)
    }

    /// Returns when it has struck so often. Does not return if it is removed before.
    pub async fn struck(&self, times: u64) {
        let enough = |book: &Book| book.entry(self.id).is_some_and(|entry| entry.struck >= times);
        self.faults.wait_until(enough).await;
    }

    /// Returns when it holds nothing (any more): all was released, or the clients are gone.
    pub async fn emptied(&self) {
        let empty = |book: &Book| book.entry(self.id).is_none_or(|entry| entry.holding == 0);
        self.faults.wait_until(empty).await;
    }

    /// Lets the requests go that are held now; later ones are held again.
    pub fn release(&self) {
        let own = |entry: &&mut Entry| entry.id == self.id;
        self.faults.change(|book| book.entries.iter_mut().filter(own).for_each(|entry| entry.releases += 1));
    }

    /// Removes it, and lets go what it holds.
    pub fn remove(&self) {
        self.faults.change(|book| book.entries.retain(|entry| entry.id != self.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, before: u64) -> Vec<bool> {
        let faults = Faults::new(seed);
        let kind = RequestFault::Error { status: 500, done: Done::No };
        for _ in 0..before {
            faults.plant(Fault::on("GET /other", kind));
        }
        faults.plant(Fault::on("POST /a", kind).with_probability(0.5));
        (0..64).map(|_| faults.strike("POST", "/a", b"", 0).is_some()).collect()
    }

    #[test]
    fn a_seed_tells_the_whole_story() {
        assert_eq!(drawn(1, 0), drawn(1, 0));
        assert_ne!(drawn(1, 0), drawn(2, 0));
        assert_ne!(drawn(1, 0), drawn(1, 1), "each fault draws for itself");
        let struck = drawn(1, 0).into_iter().filter(|struck| *struck).count();
        assert!((16..48).contains(&struck), "{struck}");
    }

    #[test]
    fn skip_times_and_text_choose() {
        let faults = Faults::new(0);
        let kind = RequestFault::Reset { done: Done::No };
        let handle = faults.plant(Fault::on("POST /a", kind).containing("x").skip(1).times(2));
        let struck: Vec<bool> = (0..5).map(|_| faults.strike("POST", "/a", b"a x b", 0).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert!(faults.strike("POST", "/a", b"y", 0).is_none());
        assert_eq!((handle.strikes(), faults.reports()[0].matched), (2, 5));
    }

    #[test]
    fn what_is_done_late_is_done_while_its_nonce_is_remembered() {
        let faults = Faults::new(0);
        let late = |done| RequestFault::Error { status: 500, done };
        faults.plant(Fault::on("POST /a", late(Done::Late)));
        faults.plant(Fault::on("POST /b", late(Done::LateByMs(500_000))));
        let wait = |path| match faults.strike("POST", path, b"", 90_000).unwrap().kind {
            RequestFault::Error { done: Done::LateByMs(ms), .. } => ms,
            other => panic!("{other:?}"),
        };
        let waits: Vec<u64> = (0..100).map(|_| wait("/a")).collect();
        assert!(waits.iter().all(|ms| *ms <= 30_000) && waits.iter().any(|ms| *ms > 20_000), "{waits:?}");
        assert_eq!(wait("/b"), 30_000);
    }
}
