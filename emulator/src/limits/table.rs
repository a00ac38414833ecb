//! The windows in which requests are counted.

use super::RateLimits;
use crate::faults::segments;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// More windows than these, and those that are over are forgotten.
const MANY: usize = 4096;

/// Which requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    bot: String,
    /// The place of the route's limit in the list; the limit over all routes has none.
    route: Option<usize>,
    major: String,
}

/// A time by both clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Milliseconds of the emulator's clock since the Unix epoch.
    pub(crate) ms: i64,
    pub(crate) host: Instant,
}

#[derive(Debug)]
struct Window {
    begun: Moment,
    per: Duration,
    count: u32,
}

impl Window {
    /// How much of it is left by the emulator's clock; nothing if it is over by either clock.
    fn left(&self, now: Moment) -> Duration {
        let passed = Duration::from_millis(u64::try_from(now.ms - self.begun.ms).unwrap_or(0));
        if now.host.duration_since(self.begun.host) >= self.per {
            Duration::ZERO
        } else {
            self.per.saturating_sub(passed)
        }
    }
}

/// What is let through, and when the next is.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: RateLimits,
    windows: HashMap<Key, Window>,
}

/// What the headers say about a route's limit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Count {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) left: Duration,
    /// The name of the limit, which routes of one limit share.
    pub(crate) bucket: String,
}

/// Whether a request is let through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It is; with the state of the route's limit, if it has one.
    Pass(Option<Count>),
    /// The route's limit is reached.
    Route(Count),
    /// The limit over all routes is reached for so long.
    Global(Duration),
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self { limits, windows: HashMap::new() }
    }

    /// Decides about a request that has come in, and counts it. `bot` is whatever authorised it.
    pub(crate) fn check(&mut self, bot: &str, method: &str, path: &str, now: Moment) -> Verdict {
        if self.windows.len() > MANY {
            self.windows.retain(|_, window| !window.left(now).is_zero());
        }
        let first = segments(path).next();
        if let Some(limit) = self.limits.global_per_second
            && !matches!(first, Some("interactions" | "webhooks"))
        {
            let key = Key { bot: bot.into(), route: None, major: String::new() };
            let (counted, left) = self.count(key, limit, Duration::from_secs(1), now);
            if counted.is_none() {
                return Verdict::Global(left);
            }
        }
        let routes = &self.limits.routes;
        let Some(at) = routes.iter().position(|one| one.route.matches(method, path)) else {
            return Verdict::Pass(None);
        };
        let (limit, per) = (routes[at].requests, routes[at].per);
        let bucket = name(&routes[at].route.to_string());
        let key = Key { bot: bot.into(), route: Some(at), major: major(path) };
        let (counted, left) = self.count(key, limit, per, now);
        let count = Count { limit, remaining: counted.unwrap_or(0), left, bucket };
        if counted.is_some() { Verdict::Pass(Some(count)) } else { Verdict::Route(count) }
    }

    /// Counts one more: how many are still free if this one was, and how long the window lasts.
    fn count(&mut self, key: Key, limit: u32, per: Duration, now: Moment) -> (Option<u32>, Duration) {
        let fresh = || Window { begun: now, per, count: 0 };
        let window = self.windows.entry(key).or_insert_with(fresh);
        if window.left(now).is_zero() {
            *window = fresh();
        }
        if window.count >= limit {
            return (None, window.left(now));
        }
        window.count += 1;
        (Some(limit - window.count), window.left(now))
    }
}

/// The part of a path that has windows of its own. Source: Discord's reference, "Rate Limits", top-level resources.
fn major(path: &str) -> String {
    let mut parts = segments(path);
    match parts.next() {
        Some("channels" | "guilds") => parts.next().unwrap_or("").into(),
        Some("webhooks") => parts.take(2).collect::<Vec<_>>().join("/"),
        _ => String::new(),
    }
}

/// An opaque name for a limit, as Discord gives them.
pub(crate) fn name(route: &str) -> String {
    let hash = |start: u64| {
        route.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    format!("{:016x}{:016x}", hash(0xcbf2_9ce4_8422_2325), hash(0x9e37_79b9_7f4a_7c15))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::host_instant;

    const SEND: &str = "/api/v10/channels/1/messages";

    struct Try {
        limiter: Limiter,
        now: Moment,
    }

    impl Try {
        fn new(limits: RateLimits) -> Self {
            Self { limiter: Limiter::new(limits), now: Moment { ms: 1_000_000, host: host_instant() } }
        }

        fn send(&mut self, path: &str) -> Verdict {
            self.limiter.check("Bot t", "POST", path, self.now)
        }

        fn refused(&mut self, path: &str) -> u128 {
            match self.send(path) {
                Verdict::Route(count) => count.left.as_millis(),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn the_sixth_message_in_a_channel_waits_by_either_clock() {
        for by_host in [false, true] {
            let mut one = Try::new(RateLimits::default());
            for remaining in (0..5).rev() {
                let Verdict::Pass(Some(count)) = one.send(SEND) else { panic!("refused") };
                assert_eq!((count.limit, count.remaining), (5, remaining));
            }
            assert_eq!(one.refused(SEND), 5000);
            assert!(matches!(one.send("/channels/2/messages"), Verdict::Pass(_)), "each channel has its own");
            assert!(
                matches!(one.limiter.check("Bot u", "POST", SEND, one.now), Verdict::Pass(_)),
                "and each bot"
            );
            let (almost, rest) = (Duration::from_millis(4999), Duration::from_millis(1));
            if by_host {
                one.now.host += almost;
                assert_eq!(one.refused(SEND), 5000, "what is told depends on the emulator's clock alone");
                one.now.host += rest;
            } else {
                one.now.ms += 4999;
                assert_eq!(one.refused(SEND), 1);
                one.now.ms += 1;
            }
            assert!(matches!(one.send(SEND), Verdict::Pass(_)));
        }
    }

    #[test]
    fn a_clock_that_is_set_back_asks_for_no_more_than_a_window() {
        let mut one = Try::new(RateLimits::default());
        for _ in 0..5 {
            one.send(SEND);
        }
        one.now.ms -= 3_600_000;
        assert_eq!(one.refused(SEND), 5000);
    }

    #[test]
    fn fifty_a_second_over_all_routes_but_those_of_interactions() {
        let mut one = Try::new(RateLimits::default());
        for n in 0..50 {
            assert!(matches!(one.send(&format!("/channels/{n}/typing")), Verdict::Pass(None)), "{n}");
        }
        assert_eq!(one.send("/gateway"), Verdict::Global(Duration::from_secs(1)));
        for path in ["/interactions/1/t/callback", "/webhooks/1/t"] {
            assert!(matches!(one.send(path), Verdict::Pass(_)), "{path}");
        }
        one.now.ms += 1000;
        assert!(matches!(one.send("/gateway"), Verdict::Pass(None)));
    }

    #[test]
    fn limits_are_altered_and_switched_off() {
        let mut one = Try::new(
            RateLimits::default().with("POST /channels/1/**", 1, Duration::from_secs(9)).with_global(2),
        );
        one.send(SEND);
        assert_eq!(one.refused(SEND), 9000);
        assert!(matches!(one.send(SEND), Verdict::Global(_)));
        let mut off = Try::new(RateLimits::off());
        assert!((0..1000).all(|_| off.send(SEND) == Verdict::Pass(None)));
    }
}
