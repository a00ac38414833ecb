//! How fast Helmsman speaks by itself, and when it must be silent.
//!
//! The library knows the limits of single routes from Discord's headers; the limit over all routes it does not keep, and
//! after a global refusal its other tasks go on. So this stands before it.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// Discord lets a bot make 50 requests a second over all routes. One every 1/48 s with at most two at once makes 50 in
/// the worst second. Source: Discord's reference, "Rate Limits", global limit.
const A_SECOND: u32 = 48;
const AT_ONCE: NonZeroU32 = NonZeroU32::new(2).unwrap();

/// Discord shuts an address out at 10,000 responses of 401, 403 or 429 in ten minutes. We stop long before.
const REFUSALS: usize = 50;
const REFUSALS_SPAN: SignedDuration = SignedDuration::from_mins(10);

/// Lets requests through one by one.
pub(super) struct Pace {
    limiter: DefaultDirectRateLimiter,
    /// Whoever came first goes first: the limiter alone would let newcomers pass those who wait.
    queue: tokio::sync::Mutex<()>,
    /// How many global refusals are being waited out.
    holds: watch::Sender<u32>,
}

impl Pace {
    pub(super) fn new() -> Self {
        let quota = Quota::with_period(Duration::from_secs(1) / A_SECOND).expect("longer than nothing");
        let limiter = RateLimiter::direct(quota.allow_burst(AT_ONCE));
        Self { limiter, queue: tokio::sync::Mutex::new(()), holds: watch::Sender::new(0) }
    }

    /// Returns when a request may be made, to each caller in the order in which they came.
    pub(super) async fn turn(&self) {
        let _first = self.queue.lock().await;
        let mut holds = self.holds.subscribe();
        loop {
            // The sender lives as long as self.
            let _ = holds.wait_for(|held| *held == 0).await;
            self.limiter.until_ready().await;
            if *holds.borrow() == 0 {
                return;
            }
        }
    }

    /// Lets nobody through for `wait`. Must be called on the runtime.
    pub(super) fn hold(&self, wait: Duration) {
        self.holds.send_modify(|held| *held += 1);
        let holds = self.holds.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            holds.send_modify(|held| *held -= 1);
        });
    }
}

/// Counts the refusals that Discord counts.
#[derive(Default)]
pub(super) struct Refusals(Mutex<VecDeque<Timestamp>>);

impl Refusals {
    /// One more response of 401, 403 or 429. Returns whether it was the one that stops us.
    pub(super) fn count(&self, now: Timestamp) -> bool {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        times.push_back(now);
        if times.len() > REFUSALS {
            times.pop_front();
        }
        drop_old(&mut times, now);
        times.len() == REFUSALS
    }

    /// Whether there were too many in the last ten minutes.
    pub(super) fn too_many(&self, now: Timestamp) -> bool {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop_old(&mut times, now);
        times.len() >= REFUSALS
    }
}

fn drop_old(times: &mut VecDeque<Timestamp>, now: Timestamp) {
    while times.front().is_some_and(|oldest| now.duration_since(*oldest) >= REFUSALS_SPAN) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_refusals_in_ten_minutes_stop_us_until_they_are_old() {
        let refusals = Refusals::default();
        let start: Timestamp = "2027-01-04T09:00:00Z".parse().unwrap();
        let at = |seconds| start + SignedDuration::from_secs(seconds);
        for n in 0..49 {
            assert!(!refusals.count(at(n)), "{n}");
        }
        assert!(!refusals.too_many(at(49)));
        assert!(refusals.count(at(49)));
        assert!(refusals.too_many(at(50)) && refusals.too_many(at(599)));
        assert!(!refusals.too_many(at(600)), "the first of them is ten minutes old");
        assert!(refusals.count(at(600)), "and here is another");
    }

    #[tokio::test]
    async fn whoever_came_first_goes_first() {
        let pace = std::sync::Arc::new(Pace::new());
        let order = std::sync::Arc::new(Mutex::new(Vec::new()));
        let mut all = tokio::task::JoinSet::new();
        for n in 0..24 {
            let (pace, order) = (pace.clone(), order.clone());
            all.spawn(async move {
                pace.turn().await;
                order.lock().unwrap().push(n);
            });
            // It stands in the queue before the next one comes.
            tokio::task::yield_now().await;
        }
        all.join_all().await;
        let order = order.lock().unwrap().clone();
        assert_eq!(order, (0..24).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn nobody_passes_while_a_global_refusal_is_waited_out() {
        let pace = Pace::new();
        pace.hold(Duration::from_millis(30));
        pace.hold(Duration::from_millis(10));
        assert!(tokio::time::timeout(Duration::from_millis(5), pace.turn()).await.is_err());
        tokio::time::timeout(Duration::from_secs(10), pace.turn()).await.expect("the hold ends");
        assert_eq!(*pace.holds.borrow(), 0);
    }
}
