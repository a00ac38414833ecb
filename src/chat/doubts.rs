//! Messages with an edit of which nobody knows what became of it: no answer, or one that says nothing.
//!
//! Such an edit may be done late, over a newer one. So after it the message is brought up to date once more, when it can
//! not be done any more; what changes before then is shown at once. In memory only: after a start every message that is
//! still to be edited counts as one with an edit in doubt.

use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// So long after an edit in doubt nothing of it happens any more.
const SETTLED: SignedDuration = SignedDuration::from_mins(5);

/// What is in doubt, by message. `S`: what a message shows.
pub struct Doubts<K, S>(Mutex<HashMap<K, Doubt<S>>>);

/// Of the last edit in doubt of its message.
struct Doubt<S> {
    /// From then on it is not done any more.
    until: Timestamp,
    /// What a later edit made of the message, while there is nothing to do but to wait for that.
    shown: Option<S>,
}

impl<K, S> Default for Doubts<K, S> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Copy + Eq + Hash, S: Clone> Doubts<K, S> {
    /// Nobody knows what became of an edit that ended at `at`.
    pub fn arose(&self, of: K, at: Timestamp) {
        self.all().insert(of, Doubt { until: at + SETTLED, shown: None });
    }

    /// Until when an edit that is in doubt may still be done. None: there is none, and an edit that begins at `now` is the
    /// last word.
    pub fn until(&self, of: K, now: Timestamp) -> Option<Timestamp> {
        let mut all = self.all();
        let until = all.get(&of)?.until;
        if now < until {
            return Some(until);
        }
        all.remove(&of);
        None
    }

    /// A newer edit was done. There is nothing to do but to wait, while this is what is to be shown.
    pub fn waits(&self, of: K, shown: S) {
        if let Some(doubt) = self.all().get_mut(&of) {
            doubt.shown = Some(shown);
        }
    }

    /// The messages that wait, and what they show.
    pub fn waiting(&self) -> Vec<(K, S)> {
        self.all().iter().filter_map(|(of, doubt)| Some((*of, doubt.shown.clone()?))).collect()
    }

    /// It is to show something else. If that fails, it is tried again when it says, not at once.
    pub fn outdated(&self, of: K) {
        if let Some(doubt) = self.all().get_mut(&of) {
            doubt.shown = None;
        }
    }

    /// Messages with an edit that can not be done any more. They are forgotten.
    pub fn over(&self, now: Timestamp) -> Vec<K> {
        self.all().extract_if(|_, doubt| doubt.until <= now).map(|(of, _)| of).collect()
    }

    /// When the next of the messages that wait is to be edited.
    pub fn next(&self) -> Option<Timestamp> {
        self.all().values().filter(|doubt| doubt.shown.is_some()).map(|doubt| doubt.until).min()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<K, Doubt<S>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
