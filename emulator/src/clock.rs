//! The emulator's clock: Discord's time, which a test may move while the host's goes on as it will.
//!
//! This is the one file of the crate that reads the host's clock.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::watch;

/// A handle to the clock of one emulator; clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    mode: Mutex<Mode>,
    moved: watch::Sender<Timestamp>,
    version: watch::Sender<u64>,
}

#[derive(Clone, Copy, Debug)]
enum Mode {
    /// Stands at this many milliseconds since the Unix epoch.
    Frozen(i64),
    /// Runs with the host, ahead of it by this many milliseconds.
    Running(i64),
}

/// What the clock says, as it is served on `/emulator/clock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// How often the clock was moved or changed its mode.
    pub version: u64,
    /// Milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// Whether it goes on by itself.
    pub running: bool,
}

#[allow(clippy::disallowed_methods)] // the one place where the host's clock is read
fn host_ms() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// The host's monotonic clock, for limits that are about real waiting (three seconds, heartbeats).
#[allow(clippy::disallowed_methods)] // see above
pub(crate) fn host_instant() -> Instant {
    Instant::now()
}

fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

impl Clock {
    /// A clock that moves only when it is told to.
    pub fn frozen(at: Timestamp) -> Self {
        Self::with(Mode::Frozen(at.as_millisecond()))
    }

    /// A clock that agrees with the host's until it is moved.
    pub fn host() -> Self {
        Self::with(Mode::Running(0))
    }

    fn with(mode: Mode) -> Self {
        let now = timestamp(millis(mode));
        Self(Arc::new(Shared {
            mode: Mutex::new(mode),
            moved: watch::Sender::new(now),
            version: watch::Sender::new(0),
        }))
    }

    /// The time, to the millisecond.
    pub fn now(&self) -> Timestamp {
        timestamp(self.now_ms())
    }

    /// The time in milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> i64 {
        millis(*self.mode())
    }

    /// Puts the clock to `at`, forward or back; a running clock runs on from there.
    pub fn set(&self, at: Timestamp) {
        let ms = at.as_millisecond();
        self.change(|mode| match mode {
            Mode::Frozen(_) => Mode::Frozen(ms),
            Mode::Running(_) => Mode::Running(ms - host_ms()),
        });
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let by = by.as_millis() as i64;
        self.change(|mode| match mode {
            Mode::Frozen(ms) => Mode::Frozen(ms + by),
            Mode::Running(offset) => Mode::Running(offset + by),
        });
    }

    /// Stops the clock where it stands.
    pub fn freeze(&self) {
        self.change(|mode| Mode::Frozen(millis(mode)));
    }

    /// Lets the clock run with the host from where it stands.
    pub fn run(&self) {
        self.change(|mode| Mode::Running(millis(mode) - host_ms()));
    }

    /// Told of each move (not of the passing of time in a clock that runs).
    pub fn subscribe(&self) -> watch::Receiver<Timestamp> {
        self.0.moved.subscribe()
    }

    /// The time with the number of moves so far.
    pub fn reading(&self) -> Reading {
        let mode = self.mode();
        let version = *self.0.version.borrow();
        Reading { version, now_ms: millis(*mode), running: matches!(*mode, Mode::Running(_)) }
    }

    /// Waits until the clock was moved more often than `version` says.
    pub async fn moved_after(&self, version: u64) -> Reading {
        let mut versions = self.0.version.subscribe();
        // The sender lives in self, so the wait cannot fail.
        let _ = versions.wait_for(|now| *now > version).await;
        self.reading()
    }

    fn mode(&self) -> std::sync::MutexGuard<'_, Mode> {
        self.0.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, step: impl FnOnce(Mode) -> Mode) {
        let mut mode = self.mode();
        *mode = step(*mode);
        self.0.moved.send_replace(timestamp(millis(*mode)));
        self.0.version.send_modify(|version| *version += 1);
    }
}

fn millis(mode: Mode) -> i64 {
    match mode {
        Mode::Frozen(ms) => ms,
        Mode::Running(offset) => host_ms() + offset,
    }
}

/// Writes a time as Discord does: `2027-01-04T08:00:00.000000+00:00`.
pub(crate) fn iso(ms: i64) -> String {
    timestamp(ms).strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string()
}
