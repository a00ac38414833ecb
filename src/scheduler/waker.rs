//! How everybody else wakes the scheduler, and hears from it.

use crate::domain::id::OccurrenceId;
use jiff::Timestamp;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Notify, watch};

/// Tells the scheduler to look. Clones share it.
#[derive(Clone, Debug)]
pub struct Waker(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) look: Notify,
    requested: Mutex<u64>,
    /// Whose count has changed since the latest edit of it began.
    touched: Mutex<HashSet<OccurrenceId>>,
    pub(super) state: watch::Sender<Report>,
}

/// What the scheduler says about itself after each pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Calls of `wake` that were made before the latest finished pass began.
    pub served: u64,
    /// The instant at which that pass looked.
    pub now: Timestamp,
    /// When something may be due next, if anything is planned.
    pub next: Option<Timestamp>,
    /// Nothing is on its way and nothing was left to do at `now`.
    pub quiet: bool,
}

impl Default for Waker {
    fn default() -> Self {
        Self::new()
    }
}

impl Waker {
    /// A waker that a scheduler is yet to be made with.
    pub fn new() -> Self {
        let report = Report { served: 0, now: Timestamp::MIN, next: None, quiet: false };
        Self(Arc::new(Shared {
            look: Notify::new(),
            requested: Mutex::default(),
            touched: Mutex::default(),
            state: watch::channel(report).0,
        }))
    }

    /// Something may be due: to be called after the write that made it so, and before anybody is told.
    pub fn wake(&self) {
        *self.0.requested.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.look.notify_one();
    }

    /// Somebody answered, changed or withdrew: the message's count is to be brought up to date in its time. Looks only
    /// if an edit of it is not awaited already, or a rush of answers would be a rush of passes.
    pub fn counted(&self, id: OccurrenceId) {
        if self.touched().insert(id) {
            self.wake();
        }
    }

    pub(super) fn touched(&self) -> MutexGuard<'_, HashSet<OccurrenceId>> {
        self.0.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often `wake` was called.
    pub fn requested(&self) -> u64 {
        *self.0.requested.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the scheduler said last, and its changes.
    pub fn reports(&self) -> watch::Receiver<Report> {
        self.0.state.subscribe()
    }

    /// Returns when a pass that began after this call, at `now` or later, has left nothing to do and nothing is on its
    /// way. Does not return while the scheduler is stopped.
    pub async fn settled(&self, now: Timestamp) {
        self.wake();
        let asked = self.requested();
        let mut reports = self.reports();
        let _ = reports.wait_for(|report| report.quiet && report.served >= asked && report.now >= now).await;
    }
}
