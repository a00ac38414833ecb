//! When to connect, when to give a connection up, when to give up altogether: a function of what happened and when.
//!
//! Must always hold: never more than 50 new sessions in any 24 hours, however often the connection is lost (Discord
//! resets the token at 1,000). Times are durations since the process began, by a clock that never jumps.

use std::{collections::VecDeque, time::Duration};

const DAY: Duration = Duration::from_hours(24);
/// Discord wants this much between two new sessions. Source: its reference, "Session Start Limit", max_concurrency 1.
const LEAST_GAP: Duration = Duration::from_secs(5);
const LONGEST_GAP: Duration = Duration::from_hours(1);
/// So many new sessions a day are free of the growing wait.
const FREE: usize = 8;
/// Discord's heartbeat interval. A live connection shows a sign of life in each. (The library itself ends a connection
/// whose heartbeat has not been answered when the next is due; this is for the library's runner.)
const HEARTBEAT: Duration = Duration::from_millis(41_250);
/// A connection that is not ready after this long never will be. Also the time to come back from a break.
const TO_GET_READY: Duration = Duration::from_secs(60);
const LONGEST_ASKING_PAUSE: Duration = Duration::from_secs(60);

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed.
    Look,
    /// The gateway's address was given; `remaining` new sessions are left, all of them again after `reset`.
    Address {
        /// New sessions left.
        remaining: u64,
        /// Until they are as many as at first.
        reset: Duration,
    },
    /// The gateway's address could not be had, for now.
    NoAddress,
    /// A sign of life: an event, or an answer to a heartbeat, on a connection that is ready.
    Alive,
    /// The connection broke and tries to come back by itself.
    Broken,
    /// The connection ended.
    Ended,
    /// Discord said something that no new attempt will change.
    Final(Fatal),
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask for the gateway's address.
    Ask,
    /// Begin a new session.
    Connect,
    /// Drop the connection: it says nothing any more.
    Drop,
    /// End the process.
    GiveUp(Fatal),
}

/// What no new attempt will change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// HTTP 401 or close code 4004.
    #[error(
        "Discord does not accept the token. Copy it again from the application's page (Bot, Reset Token) and give it \
         to Helmsman anew"
    )]
    Token,
    /// Close code 4013 or 4014.
    #[error(
        "Discord does not allow the intents that Helmsman asks for. It needs none of the privileged ones; look at the \
         application's page under Bot"
    )]
    Intents,
    /// Close code 4011, or more than one connection recommended.
    #[error(
        "Helmsman is in more servers than one connection may serve (2,500). It cannot run on more than one"
    )]
    TooManyServers,
}

/// How things stand with the connection, as it is logged on each change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// Nothing is tried before an instant.
    #[default]
    Waiting,
    /// The address has been asked for, or the connection is being made or resumed.
    Connecting,
    /// Events arrive.
    Live,
    /// No more attempts.
    Over,
}

enum State {
    /// Ask at that time.
    Asleep(Duration),
    Asking,
    /// Connect at that time.
    Patient(Duration),
    /// Not ready since.
    Connecting(Duration),
    /// Last sign of life.
    Live(Duration),
    Over,
}

/// Watches over the one connection.
pub struct Supervisor {
    state: State,
    /// New sessions of the last 24 hours.
    begun: VecDeque<Duration>,
    unanswered: u32,
}

impl Default for Supervisor {
    fn default() -> Self {
        Self { state: State::Asleep(Duration::ZERO), begun: VecDeque::new(), unanswered: 0 }
    }
}

impl Supervisor {
    /// How things stand.
    pub fn health(&self) -> Health {
        match self.state {
            State::Asleep(_) | State::Patient(_) => Health::Waiting,
            State::Asking | State::Connecting(_) => Health::Connecting,
            State::Live(_) => Health::Live,
            State::Over => Health::Over,
        }
    }

    /// When to come with [`Event::Look`] if nothing happens before. None: not at all.
    pub fn look_at(&self) -> Option<Duration> {
        match self.state {
            State::Asleep(at) | State::Patient(at) => Some(at),
            State::Connecting(since) => Some(since + TO_GET_READY),
            State::Live(last) => Some(last + HEARTBEAT * 2),
            State::Asking | State::Over => None,
        }
    }

    /// Takes notice of `event` at `now` and says what to do.
    pub fn step(&mut self, now: Duration, event: Event) -> Option<Action> {
        match (&mut self.state, event) {
            (State::Over, _) => None,
            (_, Event::Final(fatal)) => {
                self.state = State::Over;
                Some(Action::GiveUp(fatal))
            }
            (State::Asleep(at), Event::Look) if now >= *at => {
                self.state = State::Asking;
                Some(Action::Ask)
            }
            (State::Asking, Event::NoAddress) => {
                let pause = Duration::from_secs(1 << self.unanswered.min(6)).min(LONGEST_ASKING_PAUSE);
                self.unanswered += 1;
                self.state = State::Asleep(now + pause);
                None
            }
            (State::Asking, Event::Address { remaining, reset }) => {
                self.unanswered = 0;
                let at = self.next_session(now);
                self.state = State::Patient(if remaining == 0 { at.max(now + reset) } else { at });
                self.step(now, Event::Look)
            }
            (State::Patient(at), Event::Look) if now >= *at => {
                self.begun.push_back(now);
                self.state = State::Connecting(now);
                Some(Action::Connect)
            }
            (State::Connecting(_), Event::Alive) => {
                self.state = State::Live(now);
                None
            }
            (State::Live(last), Event::Alive) => {
                *last = now;
                None
            }
            (State::Live(_), Event::Broken) => {
                self.state = State::Connecting(now);
                None
            }
            (State::Connecting(_) | State::Live(_), Event::Ended) => {
                self.state = State::Asleep(now);
                self.step(now, Event::Look)
            }
            (State::Connecting(since), Event::Look) if now >= *since + TO_GET_READY => {
                self.state = State::Asleep(now);
                Some(Action::Drop)
            }
            (State::Live(last), Event::Look) if now >= *last + HEARTBEAT * 2 => {
                self.state = State::Asleep(now);
                Some(Action::Drop)
            }
            _ => None,
        }
    }

    /// The earliest time for another session, so that a day of flapping stays far below the limit.
    fn next_session(&mut self, now: Duration) -> Duration {
        while self.begun.front().is_some_and(|first| *first + DAY <= now) {
            self.begun.pop_front();
        }
        let Some(last) = self.begun.back() else { return now };
        let doublings = self.begun.len().saturating_sub(FREE).min(16) as u32;
        let gap = if self.begun.len() < FREE { LEAST_GAP } else { LEAST_GAP * 2_u32.pow(doublings) };
        (*last + gap.min(LONGEST_GAP)).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Event = Event::Address { remaining: 1_000, reset: DAY };

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Lets each session live for `life(n)` and says when they began, until `until`.
    fn flap(until: Duration, life: impl Fn(usize) -> Duration) -> Vec<Duration> {
        let mut supervisor = Supervisor::default();
        let (mut now, mut begun) = (Duration::ZERO, Vec::new());
        while now < until {
            match supervisor.step(now, Event::Look) {
                Some(Action::Ask) => match supervisor.step(now, GOOD) {
                    Some(Action::Connect) => begun.push(now),
                    None => now = supervisor.look_at().unwrap(),
                    other => panic!("{other:?}"),
                },
                Some(Action::Connect) => begun.push(now),
                other => panic!("{other:?} at {now:?}"),
            }
            while supervisor.health() == Health::Connecting && now < until {
                supervisor.step(now, Event::Alive);
                now += life(begun.len());
                if supervisor.step(now, Event::Ended) == Some(Action::Ask)
                    && supervisor.step(now, GOOD) == Some(Action::Connect)
                {
                    begun.push(now);
                }
            }
            now = supervisor.look_at().map_or(until, |at| at.max(now));
        }
        begun
    }

    #[test]
    fn a_day_of_flapping_stays_under_fifty_sessions() {
        let lives: [fn(usize) -> Duration; 5] = [
            |_| Duration::ZERO,
            |_| secs(30),
            |_| secs(3_600),
            |n| secs(n as u64 * 97 % 1_000),
            |n| if n % 9 == 0 { secs(4_000) } else { secs(1) },
        ];
        for (which, life) in lives.into_iter().enumerate() {
            let begun = flap(DAY * 5, life);
            for (n, first) in begun.iter().enumerate() {
                let day = begun[n..].iter().take_while(|at| **at < *first + DAY).count();
                assert!(day < 50, "{which}: {day} in the day from {first:?}");
            }
            assert!(begun.len() > 100, "{which}: it goes on trying");
        }
    }

    #[test]
    fn the_first_loss_is_mended_at_once_and_no_two_sessions_within_five_seconds() {
        let begun = flap(secs(3_600), |n| if n == 1 { secs(600) } else { secs(10_000) });
        assert_eq!(begun[..2], [secs(0), secs(600)]);
        let begun = flap(secs(60), |_| Duration::ZERO);
        assert!(begun.windows(2).all(|two| two[1] - two[0] >= LEAST_GAP), "{begun:?}");
        assert!(begun.len() >= FREE);
    }

    #[test]
    fn silence_past_two_heartbeats_ends_a_connection() {
        let mut supervisor = Supervisor::default();
        supervisor.step(secs(0), Event::Look);
        assert_eq!(supervisor.step(secs(0), GOOD), Some(Action::Connect));
        supervisor.step(secs(1), Event::Alive);
        assert_eq!(supervisor.health(), Health::Live);
        assert_eq!(supervisor.step(secs(80), Event::Look), None);
        supervisor.step(secs(80), Event::Alive);
        let silent = secs(80) + HEARTBEAT * 2;
        assert_eq!(supervisor.look_at(), Some(silent));
        assert_eq!(supervisor.step(silent, Event::Look), Some(Action::Drop));
        assert_eq!(supervisor.step(silent, Event::Look), Some(Action::Ask));
        assert_eq!(supervisor.step(silent, GOOD), Some(Action::Connect), "within ninety seconds");
        assert_eq!(supervisor.health(), Health::Connecting);
    }

    #[test]
    fn a_connection_that_never_gets_ready_is_dropped() {
        let mut supervisor = Supervisor::default();
        supervisor.step(secs(0), Event::Look);
        supervisor.step(secs(0), GOOD);
        assert_eq!(supervisor.step(secs(59), Event::Look), None);
        assert_eq!(supervisor.step(secs(60), Event::Look), Some(Action::Drop));
        // Nor one that broke and does not come back.
        supervisor.step(secs(60), Event::Look);
        supervisor.step(secs(60), GOOD);
        supervisor.step(secs(65), Event::Alive);
        supervisor.step(secs(70), Event::Broken);
        assert_eq!(supervisor.health(), Health::Connecting);
        assert_eq!(supervisor.step(secs(130), Event::Look), Some(Action::Drop));
    }

    #[test]
    fn a_spent_budget_is_waited_out_and_an_unknown_address_asked_for_again() {
        let mut supervisor = Supervisor::default();
        supervisor.step(secs(0), Event::Look);
        assert_eq!(supervisor.step(secs(0), Event::NoAddress), None);
        assert_eq!(supervisor.look_at(), Some(secs(1)));
        assert_eq!(supervisor.step(secs(1), Event::Look), Some(Action::Ask));
        assert_eq!(supervisor.step(secs(1), Event::Address { remaining: 0, reset: secs(900) }), None);
        assert_eq!(supervisor.step(secs(900), Event::Look), None);
        assert_eq!(supervisor.step(secs(901), Event::Look), Some(Action::Connect));
    }

    #[test]
    fn a_bad_token_ends_everything() {
        let mut supervisor = Supervisor::default();
        supervisor.step(secs(0), Event::Look);
        let give_up = supervisor.step(secs(1), Event::Final(Fatal::Token));
        assert_eq!(give_up, Some(Action::GiveUp(Fatal::Token)));
        assert_eq!((supervisor.step(secs(9), Event::Look), supervisor.look_at()), (None, None));
    }
}
