//! What was begun for events, and what of it has ended: so that a stop can wait, and a test can know that all is done.

use std::{future::Future, sync::Arc};
use tokio::sync::watch;

/// Work begun for events. Clones share the count.
#[derive(Clone, Debug)]
pub struct Tasks(Arc<watch::Sender<Count>>);

/// How many events came, and how many are done with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Events that came.
    pub begun: u64,
    /// Events that are done with, whatever came of them.
    pub ended: u64,
}

/// Ends the count of one event when it is dropped, even by a panic.
struct Running(Arc<watch::Sender<Count>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|count| count.ended += 1);
    }
}

impl Default for Tasks {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Count::default())))
    }
}

impl Tasks {
    /// Handles one event beside all others.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.send_modify(|count| count.begun += 1);
        let running = Running(self.0.clone());
        tokio::spawn(async move {
            let _running = running;
            work.await;
        });
    }

    /// How things stand.
    pub fn count(&self) -> Count {
        *self.0.borrow()
    }

    /// Returns when nothing is running and at least `events` have come in all.
    pub async fn done(&self, events: u64) {
        let mut counts = self.0.subscribe();
        // The sender lives as long as self.
        let _ = counts.wait_for(|count| count.begun >= events && count.begun == count.ended).await;
    }
}
