//! The one place that tells the time. Everything else is given `now`.
//!
//! The host's clock serves a real server; a clock that is told the time serves rehearsals and tests. Both are the same
//! type, so that nothing in the bot knows which one it has.

use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Where `now` comes from. Clones share the source.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Host,
    Told(watch::Receiver<Timestamp>),
    Discords(watch::Receiver<Timestamp>),
}

/// Sleeps are cut into pieces of this length, so that a jump of the host's clock is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// The host's two clocks may differ so much from each other without one having jumped.
const STEADY: SignedDuration = SignedDuration::from_secs(2);

impl Clock {
    /// The host's clock.
    pub fn host() -> Self {
        Self(Source::Host)
    }

    /// A clock that shows what the channel says and moves only when it is told.
    pub fn told(time: watch::Receiver<Timestamp>) -> Self {
        Self(Source::Told(time))
    }

    /// A clock that is told Discord's own time, if later than others may be: what an answer of Discord says about the time
    /// is not compared with it.
    pub fn discords(time: watch::Receiver<Timestamp>) -> Self {
        Self(Source::Discords(time))
    }

    /// Whether this clock is Discord's own.
    pub fn is_discords(&self) -> bool {
        matches!(self.0, Source::Discords(_))
    }

    /// The current instant.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the host's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Host => Timestamp::now(),
            Source::Told(time) | Source::Discords(time) => *time.borrow(),
        }
    }

    /// Whether this clock has been set, or the host has slept, since it showed `then` and `since` was started. A told clock
    /// moves as it is told, which is no jump.
    pub fn has_jumped(&self, then: Timestamp, since: Stopwatch) -> bool {
        let Source::Host = &self.0 else { return false };
        let lasted = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX);
        let by = self.now().duration_since(then).saturating_sub(lasted);
        by > STEADY || by < -STEADY
    }

    /// Returns at `instant`, at once if it is past. May return early (after a minute at most, or when a told clock
    /// moves): a timer only says "look".
    pub async fn sleep_until(&self, instant: Timestamp) {
        let left = instant.duration_since(self.now());
        let Ok(left) = Duration::try_from(left) else { return };
        match &self.0 {
            Source::Host => tokio::time::sleep(left.min(LONGEST_SLEEP)).await,
            Source::Told(time) | Source::Discords(time) => {
                let mut time = time.clone();
                if left.is_zero() {
                    return;
                }
                if time.wait_for(|now| *now >= instant).await.is_err() {
                    // Whoever told the time is gone: it stands still for ever.
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}

/// How long something has lasted, by the host's clock that never jumps. For waiting on machines only: nothing that a
/// person sees depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the host's clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Since it was started.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_found_out() {
        let (clock, hour) = (Clock::host(), SignedDuration::from_hours(1));
        let (now, started) = (clock.now(), Stopwatch::start());
        assert!(!clock.has_jumped(now, started));
        assert!(clock.has_jumped(now - hour, started), "set forward, or the host slept");
        assert!(clock.has_jumped(now + hour, started), "set back");
        let (_tell, told) = watch::channel(now);
        assert!(!Clock::told(told).has_jumped(now - hour, started));
    }
}
