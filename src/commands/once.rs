//! Each interaction is answered once, however often Discord tells of it.
//!
//! Where a connection is resumed an event may come again, and two copies of one command would both act: the second skips
//! another date, or tells that what was just done cannot be done. It is enough to remember this in memory: events go
//! with their session, and no session outlives the process.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Mutex, PoisonError},
};

/// So many of the latest interactions are remembered. Copies come within moments.
const REMEMBERED: usize = 4_096;

/// Which interactions have come.
#[derive(Debug, Default)]
pub(super) struct Once(Mutex<(HashSet<u64>, VecDeque<u64>)>);

impl Once {
    /// Whether the interaction with this id comes for the first time.
    pub(super) fn is_first(&self, id: u64) -> bool {
        let (known, order) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.insert(id) {
            return false;
        }
        order.push_back(id);
        if order.len() > REMEMBERED
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered_and_no_more() {
        let once = Once::default();
        let latest = REMEMBERED as u64;
        assert!((0..=latest).all(|id| once.is_first(id)));
        assert!((1..=latest).all(|id| !once.is_first(id)));
        assert!(once.is_first(0), "the oldest is forgotten");
        assert_eq!(once.0.lock().unwrap().0.len(), REMEMBERED);
    }
}
