//! Discord's limits on the rate of requests: how many are let through, and what is said about it.
//!
//! A pure table of windows: it is given the time and knows neither HTTP nor the world.
//!
//! Time for these limits passes when either clock goes on. While the emulator's clock runs, both are the same. While it
//! stands, what a refusal asks for is counted by it, and so the same in each run; but waiting so long by the host's clock
//! will do as well as moving the emulator's. So a test on a standing clock neither hangs nor is refused for what a client
//! has paced by the host's clock.

mod table;

pub(crate) use table::{Count, Limiter, Moment, Verdict};

use crate::faults::Route;
use std::time::Duration;

/// How many requests are let through. [`RateLimits::default`] is Discord's.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options, RateLimits};
/// use std::time::Duration;
///
/// let limits = RateLimits::off().with("GET /gateway", 1, Duration::from_secs(5));
/// let start = Some("2027-01-04T08:00:00Z".parse()?);
/// let discord = Discord::start(Options { start, rate_limits: limits, ..Options::default() }).await?;
/// let url = format!("{}/api/v10/gateway", discord.api_url());
/// let mut statuses = Vec::new();
/// for wait in [0, 0, 5] {
///     discord.clock().advance(Duration::from_secs(wait));
///     statuses.push(reqwest::get(&url).await?.status().as_u16());
/// }
/// assert_eq!(statuses, [200, 429, 200]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RateLimits {
    /// Requests of a bot in a second over all routes but those of interactions; `None` for any number.
    pub global_per_second: Option<u32>,
    /// The limits of single routes; the first that matches counts. Each route has a window for each bot and each
    /// major parameter (channel, server, or webhook with its token), which begins with its first request.
    pub routes: Vec<RouteLimit>,
}

/// How many requests of a route are let through.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteLimit {
    /// The requests that are counted together.
    pub route: Route,
    /// How many.
    pub requests: u32,
    /// In which time.
    pub per: Duration,
}

impl Default for RateLimits {
    /// 50 requests a second for each bot. Source: Discord's reference, "Rate Limits". It gives no figures for single
    /// routes; these are what Discord's headers have said for years to those who wrote them down. Routes whose figures
    /// are not generally known have none here.
    fn default() -> Self {
        Self { global_per_second: Some(50), routes: Vec::new() }
            .with("* /channels/*/messages/*/reactions/**", 1, Duration::from_millis(250))
            .with("POST /webhooks/*/*", 5, Duration::from_secs(2))
            .with("DELETE /channels/*/messages/*", 5, Duration::from_secs(1))
            .with("PATCH /channels/*/messages/*", 5, Duration::from_secs(5))
            .with("POST /channels/*/messages", 5, Duration::from_secs(5))
    }
}

impl RateLimits {
    /// Everything is let through.
    pub fn off() -> Self {
        Self { global_per_second: None, routes: Vec::new() }
    }

    /// Another limit, which goes before those that are there.
    ///
    /// # Panics
    ///
    /// If `route` is none (see [`Route`]).
    #[must_use]
    #[track_caller]
    pub fn with(mut self, route: &str, requests: u32, per: Duration) -> Self {
        let route = route.parse().unwrap_or_else(|error| panic!("{error}"));
        self.routes.insert(0, RouteLimit { route, requests, per });
        self
    }

    /// Another limit over all routes.
    #[must_use]
    pub fn with_global(mut self, per_second: u32) -> Self {
        self.global_per_second = Some(per_second);
        self
    }
}
