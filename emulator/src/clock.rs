//! The emulator's clock: Discord's time, which a test may move while the host's goes on as it will.
//!
//! What is put off until an instant of it is done at that instant: a clock that is moved far stops there on its way.
//! This is the one file of the crate that reads the host's clock.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::{Notify, oneshot, watch};

/// A handle to the clock of one emulator; clones share it.
///
/// ```
/// use emulator::Clock;
/// use std::time::Duration;
///
/// let clock = Clock::frozen("2027-01-04T08:00:00Z".parse().unwrap());
/// let moves = clock.subscribe();
/// clock.advance(Duration::from_secs(90 * 60));
/// assert_eq!(clock.now().to_string(), "2027-01-04T09:30:00Z");
/// assert_eq!(*moves.borrow(), clock.now());
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    mode: Mutex<Mode>,
    moved: watch::Sender<Timestamp>,
    /// How far the clock of a bot's host is ahead, and what it shows.
    host_off: Mutex<SignedDuration>,
    host: watch::Sender<Timestamp>,
    /// One move at a time.
    moving: Mutex<()>,
    version: watch::Sender<u64>,
    put_off: Mutex<PutOff>,
    /// Something earlier was put off.
    earlier: Notify,
}

/// What is to be done at an instant, in order; what was put off first comes first.
#[derive(Default)]
struct PutOff {
    acts: BTreeMap<(i64, u64), Act>,
    count: u64,
}

type Act = Box<dyn FnOnce() + Send>;

impl fmt::Debug for PutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.acts.keys()).finish()
    }
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
            host_off: Mutex::default(),
            host: watch::Sender::new(now),
            moving: Mutex::default(),
            version: watch::Sender::new(0),
            put_off: Mutex::default(),
            earlier: Notify::new(),
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
        self.move_to(|_| at.as_millisecond());
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.move_to(|now| now + by.as_millis() as i64);
    }

    fn move_to(&self, end: impl FnOnce(i64) -> i64) {
        let _moving = self.moving();
        let end = end(self.now_ms());
        self.do_until(end);
        self.change(|mode| moved_to(mode, end));
    }

    /// When the next of what was put off is to be done: whoever moves the clock may want to stop there.
    pub fn next(&self) -> Option<Timestamp> {
        self.put_off().acts.keys().next().map(|(ms, _)| timestamp(*ms))
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

    /// Puts the clock of a bot's host ahead of this one by `off` (behind it, if that is negative), at once. They agree until
    /// then.
    pub fn set_host_off(&self, off: SignedDuration) {
        let mode = self.mode();
        *self.host_off() = off;
        self.tell_host(*mode);
    }

    /// Told as [`Clock::subscribe`], but what the clock of a bot's host shows ([`Clock::set_host_off`]).
    pub fn subscribe_host(&self) -> watch::Receiver<Timestamp> {
        self.0.host.subscribe()
    }

    /// The time with the number of moves so far.
    pub fn reading(&self) -> Reading {
        let mode = self.mode();
        let version = *self.0.version.borrow();
        Reading { version, now_ms: millis(*mode), running: matches!(*mode, Mode::Running(_)) }
    }

    /// Told of each move and each change of mode.
    pub(crate) fn versions(&self) -> watch::Receiver<u64> {
        self.0.version.subscribe()
    }

    /// Waits until the clock was moved more often than `version` says.
    pub async fn moved_after(&self, version: u64) -> Reading {
        let mut versions = self.0.version.subscribe();
        // The sender lives in self, so the wait cannot fail.
        let _ = versions.wait_for(|now| *now > version).await;
        self.reading()
    }

    /// Has something done at an instant of this clock, at once if it is past.
    pub(crate) fn at(&self, ms: i64, act: impl FnOnce() + Send + 'static) {
        let mut put_off = self.put_off();
        put_off.count += 1;
        let key = (ms, put_off.count);
        put_off.acts.insert(key, Box::new(act));
        self.0.earlier.notify_one();
    }

    /// Returns at an instant of this clock, at once if it is past.
    pub(crate) async fn sleep_until(&self, ms: i64) {
        let (wake, woken) = oneshot::channel();
        self.at(ms, move || {
            // Nobody may be waiting any more.
            let _ = wake.send(());
        });
        // What is put off is dropped only with the clock, which self holds.
        let _ = woken.await;
    }

    /// Does what was put off, for ever. One task an emulator; without it a clock does so only when it is moved.
    pub(crate) async fn keep(self) {
        let mut moves = self.0.version.subscribe();
        loop {
            {
                let _moving = self.moving();
                self.do_until(self.now_ms());
            }
            let next = self.put_off().acts.keys().next().map(|(ms, _)| *ms);
            let running = self.reading().running;
            let due = async {
                match next {
                    Some(next) if running => {
                        tokio::time::sleep(Duration::from_millis((next - self.now_ms()).max(0) as u64)).await;
                    }
                    _ => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => {}
                () = self.0.earlier.notified() => {}
                // The sender lives in self, so the wait cannot fail.
                _ = moves.changed() => {}
            }
        }
    }

    /// Does what was put off until `end` or earlier, each at its instant. Everybody is told of those stops: an answer must
    /// never carry a time that others have not been told.
    fn do_until(&self, end: i64) {
        loop {
            let next = {
                let mut put_off = self.put_off();
                let due = put_off.acts.first_entry().filter(|first| first.key().0 <= end);
                due.map(|first| first.remove_entry())
            };
            let Some(((ms, _), act)) = next else { return };
            if self.now_ms() < ms {
                self.change(|mode| moved_to(mode, ms));
            }
            act();
        }
    }

    fn moving(&self) -> MutexGuard<'_, ()> {
        self.0.moving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_off(&self) -> MutexGuard<'_, PutOff> {
        self.0.put_off.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mode(&self) -> MutexGuard<'_, Mode> {
        self.0.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn host_off(&self) -> MutexGuard<'_, SignedDuration> {
        self.0.host_off.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_host(&self, mode: Mode) {
        let now = timestamp(millis(mode));
        self.0.host.send_replace(now.saturating_add(*self.host_off()).unwrap_or(now));
    }

    fn change(&self, step: impl FnOnce(Mode) -> Mode) {
        let mut mode = self.mode();
        *mode = step(*mode);
        self.0.moved.send_replace(timestamp(millis(*mode)));
        self.tell_host(*mode);
        self.0.version.send_modify(|version| *version += 1);
    }
}

fn moved_to(mode: Mode, ms: i64) -> Mode {
    match mode {
        Mode::Frozen(_) => Mode::Frozen(ms),
        Mode::Running(_) => Mode::Running(ms - host_ms()),
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
