//! The faults that are planted, and whether one of them strikes.

use super::event::Place;
use super::fault::{Aim, Done, Fault, RequestFault};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

/// At least so long a nonce is still remembered after a request was done late.
const NONCE_MARGIN_MS: i64 = 60_000;

/// What is planted.
#[derive(Debug)]
pub(super) struct Book {
    entries: Vec<Entry>,
    count: u64,
    seed: u64,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) report: FaultReport,
    pub(super) releases: u64,
    rng: StdRng,
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

/// A fault that strikes a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Strike {
    pub(super) id: u64,
    pub(super) releases: u64,
    pub(crate) kind: RequestFault,
}

impl Entry {
    /// Whether it strikes what it matches this time. One draw for each match, so that a seed tells the whole story.
    fn strikes(&mut self) -> bool {
        let report = &mut self.report;
        let chance = report.fault.chance;
        report.matched += 1;
        let drawn = self.rng.random_bool(chance.probability.clamp(0.0, 1.0));
        let strikes =
            drawn && report.matched > chance.skip && chance.times.is_none_or(|times| report.struck < times);
        report.struck += u64::from(strikes);
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
    pub(super) fn new(seed: u64) -> Self {
        Self { entries: Vec::new(), count: 0, seed }
    }

    /// Returns its number.
    pub(super) fn plant(&mut self, fault: Fault) -> u64 {
        self.count += 1;
        let id = self.count;
        // Each draws from a source of its own: planting another one changes nothing for this one.
        let rng = StdRng::seed_from_u64(self.seed ^ id.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let report = FaultReport { id, fault, matched: 0, struck: 0, holding: 0 };
        self.entries.push(Entry { report, releases: 0, rng });
        id
    }

    /// The first fault that strikes a request, if any. Those planted after it do not draw.
    pub(super) fn strike(
        &mut self,
        method: &str,
        path: &str,
        body: &[u8],
        nonce_window_ms: i64,
    ) -> Option<Strike> {
        self.entries.iter_mut().find_map(|entry| {
            let Aim::Request(aim) = &entry.report.fault.aim else { return None };
            let kind = aim.kind;
            if !(aim.matches(method, path, body) && entry.strikes()) {
                return None;
            }
            entry.report.holding += u64::from(matches!(kind, RequestFault::Hold { .. }));
            let kind = settled(kind, &mut entry.rng, nonce_window_ms);
            Some(Strike { id: entry.report.id, releases: entry.releases, kind })
        })
    }

    /// The same for an event: where its copies are to go, if not where it belongs.
    pub(super) fn strike_event(&mut self, name: &str) -> Option<Vec<Place>> {
        self.entries.iter_mut().find_map(|entry| {
            let Aim::Event(aim) = &entry.report.fault.aim else { return None };
            let kind = aim.kind;
            (aim.matches(name) && entry.strikes()).then(|| kind.places(&mut entry.rng))
        })
    }

    pub(super) fn entry(&self, id: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.report.id == id)
    }

    pub(super) fn entry_mut(&mut self, id: u64) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.report.id == id)
    }

    /// Removes one, or all if none is named.
    pub(super) fn remove(&mut self, id: Option<u64>) {
        self.entries.retain(|entry| id.is_some_and(|id| entry.report.id != id));
    }

    pub(super) fn reports(&self) -> Vec<FaultReport> {
        self.entries.iter().map(|entry| entry.report.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, before: u64) -> Vec<bool> {
        let mut faults = Book::new(seed);
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
        let mut faults = Book::new(0);
        let kind = RequestFault::Reset { done: Done::No };
        faults.plant(Fault::on("POST /a", kind).containing("x").skip(1).times(2));
        let struck: Vec<bool> = (0..5).map(|_| faults.strike("POST", "/a", b"a x b", 0).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert!(faults.strike("POST", "/a", b"y", 0).is_none());
        let report = &faults.reports()[0];
        assert_eq!((report.struck, report.matched), (2, 5));
    }

    #[test]
    fn what_is_done_late_is_done_while_its_nonce_is_remembered() {
        let mut faults = Book::new(0);
        let late = |done| RequestFault::Error { status: 500, done };
        faults.plant(Fault::on("POST /a", late(Done::Late)));
        faults.plant(Fault::on("POST /b", late(Done::LateByMs(500_000))));
        let mut wait = |path| match faults.strike("POST", path, b"", 90_000).unwrap().kind {
            RequestFault::Error { done: Done::LateByMs(ms), .. } => ms,
            other => panic!("{other:?}"),
        };
        let waits: Vec<u64> = (0..100).map(|_| wait("/a")).collect();
        assert!(waits.iter().all(|ms| *ms <= 30_000) && waits.iter().any(|ms| *ms > 20_000), "{waits:?}");
        assert_eq!(wait("/b"), 30_000);
    }
}
