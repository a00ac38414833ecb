//! What becomes of a message that Helmsman sends of its own accord: the state machine of one outbox job.
//!
//! A send can fail so that nobody knows whether it was done. Must always hold:
//!
//! - the start of an attempt is recorded before it begins, so a job without one was never sent;
//! - after an attempt that may have been done, the message is sent again only with the same nonce and so soon that
//!   Discord still knows it ([`ROUND`]), or after a search that began when everything late must have arrived
//!   ([`SETTLE`]) and did not find its reference;
//! - without the right to read the history nothing is sent again: what happened stays unknown;
//! - an end is an end: no step leads out of it.
//!
//! All times are in Discord's time, which does not jump when the host's clock does.

use crate::domain::id::MessageId;
use jiff::{SignedDuration, Timestamp};

/// Attempts with the same nonce end within this time from the start of the first. Discord remembers a nonce "for a few
/// minutes"; the shortest that was seen is a minute.
pub const ROUND: SignedDuration = SignedDuration::from_secs(60);
/// The longest that one attempt takes, waiting for its turn included.
pub const LONGEST_ATTEMPT: SignedDuration = SignedDuration::from_secs(15);
/// From the end of the last attempt to the search: whatever is done late is done by then.
pub const SETTLE: SignedDuration = SignedDuration::from_mins(5);
/// The search begins this long before the first attempt, and ends so long after what was begun last can have been done.
pub const SEARCH_BACK: SignedDuration = SignedDuration::from_mins(10);
/// How long after its due instant a prompt may still be posted.
pub const CATCH_UP: SignedDuration = SignedDuration::from_hours(2);
/// The longest that a due prompt waits for its team's closes and reveals.
pub const PROMPT_WAITS: SignedDuration = SignedDuration::from_secs(60);
/// A search that could not be made is tried again after this.
const SEARCH_AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// While the rights in a channel are not known. Whoever learns them looks at once.
const HOLD: SignedDuration = SignedDuration::from_mins(10);
/// The same, for an attempt in doubt whose round is not over.
const MOMENT: SignedDuration = SignedDuration::from_secs(1);

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// No attempt is on its way or in doubt.
    Waiting,
    /// An attempt was begun and nothing better is known.
    Sending,
    /// In doubt until its reference was searched.
    Searching,
    /// Its message is in the channel.
    Sent,
    /// Discord said no, for good.
    Refused,
    /// Too late, or not wanted any more; it is in no channel.
    Dropped,
    /// It was in the channel and somebody deleted it before its id was known.
    Deleted,
    /// Nobody can find out whether it is in the channel.
    Unknown,
}

impl State {
    const ALL: [State; 8] = [
        State::Waiting,
        State::Sending,
        State::Searching,
        State::Sent,
        State::Refused,
        State::Dropped,
        State::Deleted,
        State::Unknown,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Sending => "sending",
            State::Searching => "searching",
            State::Sent => "sent",
            State::Refused => "refused",
            State::Dropped => "dropped",
            State::Deleted => "deleted",
            State::Unknown => "unknown",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether there is anything left to do (a thread aside).
    pub fn is_open(self) -> bool {
        matches!(self, State::Waiting | State::Sending | State::Searching)
    }
}

/// The part of a job that decides about its next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// Where it stands.
    pub state: State,
    /// When to look at it again, while it is open.
    pub next_at: Timestamp,
    /// Start of the first attempt that may have been done. None: it was never sent.
    pub first_try: Option<Timestamp>,
    /// Start of the first attempt since the last search that may have been done. None: nothing is in doubt.
    pub round_try: Option<Timestamp>,
    /// Until when an attempt may have been on its way to Discord.
    pub last_try: Option<Timestamp>,
    /// Attempts begun.
    pub tries: u32,
    /// The running attempt is not the first of its round.
    pub resend: bool,
}

/// What the caller is to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Store the progress, then send, then report with [`Progress::after`].
    Send,
    /// Search for the reference between `since` and `until`, then report with [`Progress::searched`].
    Search {
        /// Nothing of this job is older.
        since: Timestamp,
        /// Nothing of this job is later.
        until: Timestamp,
    },
    /// Nothing before `next_at`, or never again: the state says.
    Rest,
}

/// What the channel lets Helmsman do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rights {
    /// Not known yet (the session is young or down).
    NotKnown,
    /// Known.
    Known {
        /// See, write, embed.
        send: bool,
        /// See and read the history.
        search: bool,
    },
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attempt {
    /// The message is there.
    Done(MessageId),
    /// Discord said no and will say it again.
    Refused {
        /// It said that the message with this nonce is gone (10008).
        gone: bool,
    },
    /// Certainly not done: a limit, or we were told to stop. To be tried again after so long.
    NotDone(SignedDuration),
    /// Nobody knows.
    Doubtful,
}

/// What a search brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Searched {
    /// The message is there.
    Found(MessageId),
    /// All of the channel from `since` on was read, and it is not there.
    Absent,
    /// No answer that says anything.
    Failed,
    /// Discord does not let us look.
    Forbidden,
}

impl Progress {
    /// A job that is new at `now`.
    pub fn new(now: Timestamp) -> Progress {
        Progress {
            state: State::Waiting,
            next_at: now,
            first_try: None,
            round_try: None,
            last_try: None,
            tries: 0,
            resend: false,
        }
    }

    /// Takes the job up at `now`, its `next_at` having passed and nothing of it being on its way. Also right after a
    /// crash: an attempt that was begun and not reported is in doubt. `deadline` is the last instant at which a new
    /// round may begin, if there is one.
    pub fn take_up(&mut self, now: Timestamp, rights: Rights, deadline: Option<Timestamp>) -> Step {
        let late = deadline.is_some_and(|deadline| deadline < now);
        match (self.state, rights) {
            (State::Waiting, _) if late => self.rest(State::Dropped, now),
            (State::Waiting, Rights::NotKnown) => self.rest(State::Waiting, now + HOLD),
            (State::Waiting, Rights::Known { send: false, .. }) => self.rest(State::Refused, now),
            (State::Waiting, Rights::Known { send: true, .. }) => self.begin(now),
            // Still inside the round: the nonce protects the second attempt. Rights that went meanwhile do not undo
            // the first; nor does a deadline, but after it nothing is begun that could bring the message about.
            (State::Sending, Rights::Known { send: true, .. }) if !late && self.fits(now) => self.begin(now),
            // Right after a start: what is allowed is known in a moment.
            (State::Sending, Rights::NotKnown) if !late && self.fits(now + MOMENT) => {
                self.rest(State::Sending, now + MOMENT)
            }
            (State::Sending, _) => self.doubt(now),
            (State::Searching, Rights::NotKnown) => self.rest(State::Searching, now + HOLD),
            (State::Searching, Rights::Known { search: false, .. }) => self.rest(State::Unknown, now),
            (State::Searching, Rights::Known { search: true, .. }) => {
                self.next_at = now + SEARCH_AGAIN;
                let last = self.last_try.map_or(now, |last| last + SETTLE);
                Step::Search { since: self.first_try.unwrap_or(now) - SEARCH_BACK, until: last + SEARCH_BACK }
            }
            (State::Sent | State::Refused | State::Dropped | State::Deleted | State::Unknown, _) => {
                Step::Rest
            }
        }
    }

    /// Reports the attempt that ended at `now`.
    pub fn after(&mut self, now: Timestamp, attempt: Attempt) {
        // Of earlier rounds it is known that they came to nothing.
        let alone = !self.resend;
        let first = alone && self.first_try == self.round_try;
        self.last_try = Some(now);
        match attempt {
            Attempt::Done(_) => self.state = State::Sent,
            Attempt::Refused { gone: true } if !first => self.state = State::Deleted,
            Attempt::Refused { .. } if alone => self.state = State::Refused,
            Attempt::NotDone(wait) if alone => {
                if first {
                    self.first_try = None;
                    self.last_try = None;
                }
                self.round_try = None;
                self.rest(State::Waiting, now + wait.max(SignedDuration::from_millis(100)));
            }
            Attempt::NotDone(wait) if self.fits(now + wait) => {
                self.rest(State::Sending, now + wait);
            }
            Attempt::Doubtful if self.fits(now + pause(self.tries)) => {
                self.rest(State::Sending, now + pause(self.tries));
            }
            // A refusal now does not say that the earlier attempt of this round was not done.
            Attempt::Refused { .. } | Attempt::NotDone(_) | Attempt::Doubtful => {
                self.rest(State::Searching, now + SETTLE);
            }
        }
    }

    /// Reports the search that ended at `now`.
    pub fn searched(&mut self, now: Timestamp, searched: Searched, deadline: Option<Timestamp>) {
        let settled = self.last_try.map_or(now, |last| last + SETTLE);
        match searched {
            Searched::Found(_) => self.state = State::Sent,
            // The host's clock may have jumped before the search; Discord's answer has told the time since.
            Searched::Absent if now < settled => {
                self.rest(State::Searching, settled);
            }
            Searched::Absent if deadline.is_some_and(|deadline| deadline < now) => {
                self.state = State::Dropped;
            }
            Searched::Absent => {
                self.round_try = None;
                self.rest(State::Waiting, now);
            }
            Searched::Failed => {
                self.rest(State::Searching, now + SEARCH_AGAIN);
            }
            Searched::Forbidden => self.state = State::Unknown,
        }
    }

    /// Whether a sent message was in its channel some time before its id was known. (With its end, `next_at` became the
    /// instant at which it was known; a thread adds half a minute.)
    pub fn was_known_late(&self) -> bool {
        let late = |last: Timestamp| self.next_at > last + SignedDuration::from_mins(1);
        self.state == State::Sent && (self.resend || self.last_try.is_some_and(late))
    }

    fn rest(&mut self, state: State, next_at: Timestamp) -> Step {
        self.state = state;
        self.next_at = next_at;
        Step::Rest
    }

    fn begin(&mut self, now: Timestamp) -> Step {
        self.state = State::Sending;
        self.resend = self.round_try.is_some();
        self.first_try = self.first_try.or(Some(now));
        self.round_try = self.round_try.or(Some(now));
        self.last_try = Some(now);
        self.tries += 1;
        // If nothing is reported by then, whoever sent it is gone.
        self.next_at = now + LONGEST_ATTEMPT + LONGEST_ATTEMPT;
        Step::Send
    }

    /// Whether an attempt that begins at `at` ends inside the round. A clock that went back says no.
    fn fits(&self, at: Timestamp) -> bool {
        self.round_try.is_some_and(|first| first <= at && at + LONGEST_ATTEMPT <= first + ROUND)
    }

    /// The sender is gone: its last attempt ended at the latest when it had run its full time, and it is not running
    /// now.
    fn doubt(&mut self, now: Timestamp) -> Step {
        let ended = self.last_try.map_or(now, |last| now.min(last + LONGEST_ATTEMPT));
        self.last_try = Some(ended);
        self.rest(State::Searching, ended + SETTLE)
    }
}

/// Between attempts of a round: 1, 2, 4, 8 s.
fn pause(tries: u32) -> SignedDuration {
    SignedDuration::from_secs(1 << tries.saturating_sub(1).min(3))
}

/// A nonce (at most 25 characters) and the reference that stands in the footer, both made of one random value.
pub fn nonce(random: u64) -> String {
    // Crockford's letters: none is mistaken for another.
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..13).map(|i| LETTERS[(random >> (5 * i) & 31) as usize] as char).collect()
}

/// The short reference of the job with this nonce: 40 bits of it.
pub fn reference(nonce: &str) -> &str {
    nonce.get(..8).unwrap_or(nonce)
}

/// Another random value for each thing that one seed must serve.
pub fn mix(seed: u64, n: u64) -> u64 {
    // The finaliser of SplitMix64: a bijection, so different inputs never meet.
    let z = seed.wrapping_add(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Rights = Rights::Known { send: true, search: true };
    const MINE: MessageId = MessageId(1);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn started() -> Progress {
        let mut job = Progress::new(at(0));
        assert_eq!(job.take_up(at(0), ALL, None), Step::Send);
        job
    }

    /// A job that waits for its search since `seconds`.
    fn in_doubt(seconds: i64) -> Progress {
        let mut job = started();
        job.after(at(seconds), Attempt::Doubtful);
        while job.state == State::Sending {
            let next = job.next_at;
            assert_eq!(job.take_up(next, ALL, None), Step::Send);
            job.after(next + LONGEST_ATTEMPT, Attempt::Doubtful);
        }
        assert_eq!(job.state, State::Searching);
        job
    }

    #[test]
    fn an_attempt_is_recorded_before_it_begins() {
        let job = started();
        assert_eq!(
            (job.state, job.first_try, job.round_try, job.tries),
            (State::Sending, Some(at(0)), Some(at(0)), 1)
        );
    }

    #[test]
    fn what_was_never_sent_is_dropped_when_it_is_late_and_waits_when_nothing_is_known() {
        let mut job = Progress::new(at(0));
        assert_eq!(job.take_up(at(5), Rights::NotKnown, Some(at(10))), Step::Rest);
        assert_eq!((job.state, job.first_try), (State::Waiting, None));
        assert_eq!(job.take_up(at(11), ALL, Some(at(10))), Step::Rest);
        assert_eq!((job.state, job.first_try), (State::Dropped, None));
        let mut job = Progress::new(at(0));
        let none = Rights::Known { send: false, search: true };
        assert_eq!((job.take_up(at(0), none, None), job.state), (Step::Rest, State::Refused));
    }

    #[test]
    fn all_attempts_of_a_round_end_within_a_minute() {
        for slow in [0, 1, 5, 14] {
            let mut job = started();
            let mut ended = at(slow);
            job.after(ended, Attempt::Doubtful);
            while job.state == State::Sending {
                let begins = job.next_at;
                assert!(begins > ended);
                assert_eq!(job.take_up(begins, ALL, None), Step::Send);
                ended = begins + LONGEST_ATTEMPT;
                assert!(ended <= at(60), "{slow}");
                job.after(ended, Attempt::Doubtful);
            }
            assert!(job.tries >= 3, "{slow}");
            assert_eq!((job.state, job.next_at), (State::Searching, ended + SETTLE));
        }
    }

    #[test]
    fn done_is_done() {
        for mut job in [started(), in_doubt(1)] {
            if job.state == State::Sending {
                job.after(at(1), Attempt::Done(MINE));
            } else {
                job.searched(job.next_at, Searched::Found(MINE), None);
            }
            assert_eq!(job.state, State::Sent);
            assert_eq!(job.take_up(at(99_999), ALL, None), Step::Rest);
            assert_eq!(job.state, State::Sent);
        }
    }

    #[test]
    fn a_limit_leaves_a_first_attempt_as_if_it_had_not_been() {
        let mut job = started();
        job.after(at(1), Attempt::NotDone(SignedDuration::from_secs(7)));
        assert_eq!(
            (job.state, job.first_try, job.round_try, job.next_at),
            (State::Waiting, None, None, at(8))
        );
    }

    #[test]
    fn a_limit_after_a_doubt_does_not_undo_the_doubt() {
        let mut job = started();
        job.after(at(1), Attempt::Doubtful);
        assert_eq!(job.take_up(job.next_at, ALL, None), Step::Send);
        job.after(at(3), Attempt::NotDone(SignedDuration::from_secs(2)));
        assert_eq!((job.state, job.next_at), (State::Sending, at(5)));
        assert_eq!(job.take_up(at(5), ALL, None), Step::Send);
        job.after(at(6), Attempt::NotDone(SignedDuration::from_secs(100)));
        assert_eq!((job.state, job.first_try), (State::Searching, Some(at(0))));
    }

    #[test]
    fn a_refusal_ends_only_what_is_not_in_doubt() {
        let refused = Attempt::Refused { gone: false };
        let mut job = started();
        job.after(at(1), refused);
        assert_eq!(job.state, State::Refused);
        let mut job = started();
        job.after(at(1), Attempt::Doubtful);
        job.take_up(job.next_at, ALL, None);
        job.after(at(3), refused);
        assert_eq!(job.state, State::Searching, "the first attempt may have been done");
        // Found absent, sent anew, refused: now nothing is in doubt.
        job.searched(job.next_at, Searched::Absent, None);
        assert_eq!(job.take_up(job.next_at, ALL, None), Step::Send);
        job.after(job.next_at, refused);
        assert_eq!(job.state, State::Refused);
    }

    #[test]
    fn a_nonce_whose_message_is_gone_is_never_sent_again() {
        let gone = Attempt::Refused { gone: true };
        let mut job = started();
        job.after(at(1), Attempt::Doubtful);
        job.take_up(job.next_at, ALL, None);
        job.after(at(3), gone);
        assert_eq!(job.state, State::Deleted);
        // Of a first attempt it says nothing of the kind.
        let mut job = started();
        job.after(at(1), gone);
        assert_eq!(job.state, State::Refused);
        // Also when the earlier attempt was in an earlier round.
        let mut job = in_doubt(1);
        job.searched(job.next_at, Searched::Absent, None);
        job.take_up(job.next_at, ALL, None);
        job.after(job.next_at, gone);
        assert_eq!(job.state, State::Deleted);
    }

    #[test]
    fn a_crash_is_a_doubt() {
        // Soon: the nonce protects a second attempt.
        let mut job = started();
        assert_eq!(job.take_up(at(45), ALL, None), Step::Send);
        assert!(job.resend);
        // What is allowed in the channel is not known yet: it waits for that as long as the nonce protects it.
        let mut job = started();
        assert_eq!(job.take_up(at(8), Rights::NotKnown, None), Step::Rest);
        assert_eq!((job.state, job.next_at), (State::Sending, at(9)));
        assert_eq!(job.take_up(at(9), ALL, None), Step::Send);
        let mut job = started();
        assert_eq!(job.take_up(at(45), Rights::NotKnown, None), Step::Rest);
        assert_eq!(job.state, State::Searching);
        // At the very same instant, too, the first attempt stays in doubt.
        let mut job = started();
        assert_eq!(job.take_up(at(0), ALL, None), Step::Send);
        job.after(at(1), Attempt::Refused { gone: false });
        assert_eq!(job.state, State::Searching);
        // Later: a search, five minutes after the attempt must have ended.
        let mut job = started();
        assert_eq!(job.take_up(at(46), ALL, None), Step::Rest);
        assert_eq!((job.state, job.next_at), (State::Searching, at(0) + LONGEST_ATTEMPT + SETTLE));
        // With a clock that went back, five minutes from now.
        let mut job = started();
        assert_eq!(job.take_up(at(-600), ALL, None), Step::Rest);
        assert_eq!((job.state, job.next_at), (State::Searching, at(-600) + SETTLE));
        // Rights that went meanwhile do not undo the attempt.
        let mut job = started();
        let none = Rights::Known { send: false, search: false };
        assert_eq!((job.take_up(at(1), none, None), job.state), (Step::Rest, State::Searching));
    }

    #[test]
    fn a_search_looks_ten_minutes_beyond_the_very_first_and_the_last_attempt() {
        let begins = |job: &mut Progress| match job.take_up(job.next_at, ALL, None) {
            Step::Search { since, until } => (since, until.duration_since(job.last_try.unwrap())),
            step => panic!("{step:?}"),
        };
        let beyond = (at(-600), SETTLE + SEARCH_BACK);
        let mut job = in_doubt(1);
        assert_eq!(begins(&mut job), beyond);
        job.searched(job.next_at, Searched::Failed, None);
        assert_eq!(job.state, State::Searching);
        job.searched(job.next_at, Searched::Absent, None);
        assert_eq!((job.state, job.round_try, job.first_try), (State::Waiting, None, Some(at(0))));
        assert_eq!(job.take_up(job.next_at, ALL, None), Step::Send);
        job.after(job.next_at, Attempt::Doubtful);
        while job.state == State::Sending {
            job.take_up(job.next_at, ALL, None);
            job.after(job.next_at, Attempt::Doubtful);
        }
        assert_eq!(begins(&mut job), beyond);
    }

    #[test]
    fn absent_is_believed_only_when_everything_late_has_arrived() {
        let mut job = in_doubt(1);
        let settled = job.next_at;
        job.searched(settled - SignedDuration::from_secs(1), Searched::Absent, None);
        assert_eq!((job.state, job.next_at), (State::Searching, settled));
        job.searched(settled, Searched::Absent, Some(settled - SignedDuration::from_secs(1)));
        assert_eq!(job.state, State::Dropped, "absent and too late");
    }

    #[test]
    fn without_the_history_nothing_is_sent_again() {
        let mut job = in_doubt(1);
        let blind = Rights::Known { send: true, search: false };
        assert_eq!((job.take_up(job.next_at, blind, None), job.state), (Step::Rest, State::Unknown));
        let mut job = in_doubt(1);
        assert_eq!(
            (job.take_up(job.next_at, Rights::NotKnown, None), job.state),
            (Step::Rest, State::Searching)
        );
        job.searched(job.next_at, Searched::Forbidden, None);
        assert_eq!(job.state, State::Unknown);
    }

    #[test]
    fn no_step_leads_out_of_an_end() {
        for state in State::ALL.into_iter().filter(|state| !state.is_open()) {
            for rights in [ALL, Rights::NotKnown, Rights::Known { send: false, search: false }] {
                let mut job = Progress { state, ..started() };
                assert_eq!(job.take_up(at(9_999), rights, Some(at(1))), Step::Rest);
                assert_eq!(job.state, state);
            }
        }
    }

    #[test]
    fn a_nonce_fits_and_its_reference_is_its_own() {
        let one = nonce(u64::MAX);
        assert_eq!((one.len(), reference(&one).len()), (13, 8));
        let mut seen: Vec<_> = (0..10_000).map(|n| reference(&nonce(mix(7, n))).to_owned()).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 10_000);
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }
}
