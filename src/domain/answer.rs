//! What one person did with one prompt, as a value that does not depend on the order in which events arrive.
//!
//! Must always hold: applying the same set of events in any order, any of them any number of times, gives the same
//! `Answer`. So each part is a register that keeps the event with the highest id, and what is shown is derived.

use crate::domain::id::CastId;
use serde::{Deserialize, Serialize};

/// One thing a person did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A button with an option (its place in the snapshot).
    Pick(u8),
    /// *Done*.
    Done,
    /// A modal: a reflection, a note on a challenge, or the why of the option that was shown with it.
    Write {
        /// What was written, at most 500 characters, trimmed, not empty.
        text: String,
        /// The option it explains, if it explains one.
        about: Option<u8>,
    },
    /// A reply or a message in the thread: presence only.
    Present,
    /// *Withdraw*.
    Withdraw,
    /// *Share* or its undoing, for the note that was written by `note`.
    Share {
        /// The event that wrote the note; a newer note is not shared by it.
        note: CastId,
        /// Shown at the reveal, with the writer's name.
        on: bool,
    },
}

/// How an answer came, for the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// A button.
    Button,
    /// A modal.
    Modal,
    /// A reply or a message in the thread.
    Message,
}

/// The registers of one person's answer to one occurrence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The latest event of any kind that answers.
    pub answered: Option<CastId>,
    /// The latest withdrawal.
    pub withdrawn: Option<CastId>,
    /// The latest pick, and the option.
    pub picked: Option<(CastId, u8)>,
    /// The latest note.
    pub note: Option<Note>,
    /// The latest press of *Share* on the newest note that has one: its id, the note's id, on or off. An old button
    /// of an older note says nothing about the newer one.
    pub share: Option<(CastId, CastId, bool)>,
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The modal that carried it.
    pub by: CastId,
    /// The text as it was written.
    pub text: String,
    /// The option it explains.
    pub about: Option<u8>,
}

impl Answer {
    /// Takes one event in. The caller has checked that it was cast inside the window.
    pub fn apply(&mut self, cast: CastId, event: Event) {
        let newer = |old: Option<CastId>| old.is_none_or(|old| old < cast);
        if !matches!(event, Event::Withdraw | Event::Share { .. }) && newer(self.answered) {
            self.answered = Some(cast);
        }
        match event {
            Event::Pick(option) if newer(self.picked.map(|(by, _)| by)) => self.picked = Some((cast, option)),
            Event::Write { text, about } => {
                // The why of an option is a choice of that option too, made at that moment.
                if let Some(option) = about
                    && newer(self.picked.map(|(by, _)| by))
                {
                    self.picked = Some((cast, option));
                }
                if newer(self.note.as_ref().map(|note| note.by)) {
                    self.note = Some(Note { by: cast, text, about });
                }
            }
            Event::Withdraw if newer(self.withdrawn) => self.withdrawn = Some(cast),
            Event::Share { note, on } if self.share.is_none_or(|(by, of, _)| (of, by) < (note, cast)) => {
                self.share = Some((cast, note, on));
            }
            _ => {}
        }
    }

    /// Whether the person has answered: the event with the highest id is an answer.
    pub fn stands(&self) -> bool {
        self.answered > self.withdrawn
    }

    /// The option that counts: the latest one since the last withdrawal.
    pub fn option(&self) -> Option<u8> {
        self.picked.filter(|(by, _)| Some(*by) > self.withdrawn).map(|(_, option)| option)
    }

    /// The note that counts: the latest since the last withdrawal, unless it explains another option.
    pub fn current_note(&self) -> Option<&Note> {
        let note = self.note.as_ref().filter(|note| Some(note.by) > self.withdrawn)?;
        (note.about.is_none() || note.about == self.option()).then_some(note)
    }

    /// The note, if its writer shares exactly this text.
    pub fn shared_note(&self) -> Option<&Note> {
        let note = self.current_note()?;
        let (by, of, on) = self.share?;
        // A press is later than what it shares, and the note is later than any withdrawal.
        (on && of == note.by && by > note.by).then_some(note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(text: &str, about: Option<u8>) -> Event {
        Event::Write { text: text.into(), about }
    }

    fn after(events: impl IntoIterator<Item = (u64, Event)>) -> Answer {
        let mut answer = Answer::default();
        events.into_iter().for_each(|(id, event)| answer.apply(CastId(id), event));
        answer
    }

    fn share(note: u64, on: bool) -> Event {
        Event::Share { note: CastId(note), on }
    }

    #[test]
    fn a_message_stands_and_keeps_the_option_and_the_note() {
        let answer = after([(1, Event::Pick(2)), (2, write("why", Some(2))), (3, Event::Present)]);
        assert!(answer.stands());
        assert_eq!(
            (answer.option(), answer.current_note().map(|note| note.text.as_str())),
            (Some(2), Some("why"))
        );
    }

    #[test]
    fn after_a_withdrawal_a_message_is_presence_and_no_more() {
        let answer = after([(1, Event::Pick(2)), (2, Event::Withdraw), (3, Event::Present)]);
        assert!(answer.stands());
        assert_eq!((answer.option(), answer.current_note()), (None, None));
    }

    #[test]
    fn the_why_of_one_option_is_not_shown_with_another() {
        let answer = after([(1, write("why", Some(0))), (2, Event::Pick(1)), (3, share(1, true))]);
        assert_eq!((answer.option(), answer.shared_note()), (Some(1), None));
    }

    #[test]
    fn what_was_written_after_sharing_is_private() {
        let answer = after([(1, write("a", None)), (2, share(1, true)), (3, write("b", None))]);
        assert_eq!(answer.shared_note(), None);
    }

    #[test]
    fn an_old_share_button_says_nothing_about_a_newer_note() {
        let shared = |events: [(u64, Event); 4]| after(events).shared_note().is_some();
        assert!(shared([
            (1, write("a", None)),
            (2, write("b", None)),
            (3, share(2, true)),
            (4, share(1, false))
        ]));
        assert!(!shared([
            (1, write("a", None)),
            (2, write("b", None)),
            (3, share(2, false)),
            (4, share(1, true))
        ]));
    }

    #[test]
    fn what_was_withdrawn_is_not_shared_again() {
        let answer =
            after([(1, write("a", None)), (2, share(1, true)), (3, Event::Withdraw), (4, Event::Done)]);
        assert!(answer.stands());
        assert_eq!(answer.shared_note(), None);
    }
}
