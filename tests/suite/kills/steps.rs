//! The moments at which the process dies.

use crate::dice::Dice;
use emulator::{Discord, Done, Fault, FaultHandle, RequestFault};

/// A part of a team's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A prompt is due.
    Post,
    /// People answer it.
    Answer,
    /// A window ends, perhaps with the next prompt due.
    Close,
    /// A poll is posted, and people vote.
    Vote,
    /// It closes.
    Count,
    /// The process has been started again.
    Start,
}

/// A moment to die at.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What the test reports.
    pub name: &'static str,
    /// When it can come.
    pub part: Part,
    /// The request that is held at it; none: chance decides.
    on: Option<(&'static str, &'static str)>,
    /// Whether it is done before.
    done: bool,
    /// The sends of this part fail first, so that nobody knows what became of them.
    doubt: bool,
}

const fn step(part: Part, name: &'static str, on: (&'static str, &'static str), done: bool) -> Step {
    Step { name, part, on: Some(on), done, doubt: false }
}

const fn random(part: Part, name: &'static str) -> Step {
    Step { name, part, on: None, done: false, doubt: false }
}

const SEND: &str = "POST /channels/*/messages";
const PROMPT: (&str, &str) = (SEND, "Steady and far");
const REVEAL: (&str, &str) = (SEND, "How it went");
const THREAD: (&str, &str) = ("POST /channels/*/messages/*/threads", "");
const SEARCH: (&str, &str) = ("GET /channels/*/messages", "");
const REPLY: (&str, &str) = ("POST /interactions/*/*/callback", "");
const EDIT: (&str, &str) = ("PATCH /channels/*/messages/*", "");
const MARK: (&str, &str) = ("PUT /channels/*/messages/*/reactions/**", "");

const MEMBER: (&str, &str) = ("GET /guilds/*/members/*", "");
const POLL: (&str, &str) = (SEND, "poll:vote");
const RESULT: (&str, &str) = (SEND, "Poll · ");

/// Every one there is.
pub const ALL: [Step; 34] = [
    random(Part::Post, "posting: at random"),
    step(Part::Post, "posting: between the attempt's record and the message", PROMPT, false),
    step(Part::Post, "posting: between the message and its record", PROMPT, true),
    step(Part::Post, "posting: between the message's record and the thread", THREAD, false),
    step(Part::Post, "posting: between the thread and its record", THREAD, true),
    Step { doubt: true, ..step(Part::Post, "posting: in doubt, before the search", SEARCH, false) },
    Step { doubt: true, ..step(Part::Post, "posting: in doubt, after the search", SEARCH, true) },
    random(Part::Answer, "answering: at random"),
    step(Part::Answer, "answering: between the record and the reply", REPLY, false),
    step(Part::Answer, "answering: after the reply", REPLY, true),
    step(Part::Answer, "answering: before the count", EDIT, false),
    step(Part::Answer, "answering: after the count", EDIT, true),
    step(Part::Answer, "answering: before the mark on a message", MARK, false),
    step(Part::Answer, "answering: after the mark on a message", MARK, true),
    random(Part::Close, "closing: at random"),
    step(Part::Close, "closing: before messages are read back, untallied", SEARCH, false),
    step(Part::Close, "closing: after messages were read back, untallied", SEARCH, true),
    // The next prompt, if there is one, is claimed by then, and waits for the reveal: no attempt of it was begun.
    step(Part::Close, "closing: between the tally and the reveal, the next prompt claimed", REVEAL, false),
    step(Part::Close, "closing: between the reveal and its record", REVEAL, true),
    step(Part::Close, "closing: tallied, before the buttons go", EDIT, false),
    step(Part::Close, "closing: after the buttons went", EDIT, true),
    random(Part::Vote, "voting: at random"),
    step(Part::Vote, "voting: between the attempt's record and the poll", POLL, false),
    step(Part::Vote, "voting: between the poll and its record", POLL, true),
    step(Part::Vote, "voting: between the record and the reply", REPLY, false),
    step(Part::Vote, "voting: after the reply", REPLY, true),
    step(Part::Vote, "voting: before the message says that there are enough", EDIT, false),
    random(Part::Count, "counting: at random"),
    step(Part::Count, "counting: before it is known who is still there", MEMBER, true),
    // The count is stored by then, and the ballots are gone.
    step(Part::Count, "counting: between the count and the result", RESULT, false),
    step(Part::Count, "counting: between the result and its record", RESULT, true),
    step(Part::Count, "counting: before the buttons go", EDIT, false),
    step(Part::Count, "counting: after the buttons went", EDIT, true),
    random(Part::Start, "starting again: at random"),
];

/// Something that will come to pass, and then the process is to die.
pub struct Trap {
    held: FaultHandle,
}

impl Step {
    /// Whether chance decides where it dies.
    pub fn is_random(self) -> bool {
        self.on.is_none()
    }

    /// Makes Discord hold the request at which the process is to die.
    pub fn set(self, discord: &Discord, dice: &mut Dice) -> Trap {
        if self.doubt {
            let done = dice.pick(&[Done::No, Done::Yes, Done::Late]);
            let lost = RequestFault::Error { status: dice.pick(&[500, 502, 503, 504]), done };
            let fault = if dice.chance(50) { lost } else { RequestFault::Reset { done } };
            discord.fault(Fault::on(SEND, fault).containing("Steady and far"));
        }
        let fault = match self.on {
            Some((route, text)) => {
                let fault = Fault::on(route, RequestFault::Hold { done: self.done });
                if text.is_empty() { fault } else { fault.containing(text) }
            }
            None => {
                let requests = if self.part == Part::Start { 5 } else { 8 };
                let hold = RequestFault::Hold { done: dice.chance(50) };
                Fault::on("* /**", hold).skip(dice.below(requests) as u64)
            }
        };
        Trap { held: discord.fault(fault) }
    }
}

impl Trap {
    /// Returns when the moment has come.
    pub async fn sprung(&self) {
        self.held.struck(1).await;
    }

    /// Returns when Discord has noticed that nobody waits for what it held.
    pub async fn forgotten(&self) {
        self.held.emptied().await;
    }
}
