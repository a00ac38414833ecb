//! What one voter did in one poll, as a value that does not depend on the order in which events arrive.
//!
//! Must always hold: applying the same set of events in any order, any of them any number of times, gives the same
//! `Registers`. So each part keeps the event with the highest id, and what counts is derived.

use crate::domain::{id::CastId, prompt::Theme};
use serde::{Deserialize, Serialize};

/// One thing that a voter did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Chose the nominee at this place.
    Vote(u8),
    /// Took the vote back.
    Unvote,
    /// Named what the nominee at this place showed; none: nothing any more.
    Strengths {
        /// Who they are about.
        about: u8,
        /// At most three, no repeats.
        themes: Vec<Theme>,
    },
    /// Wrote what the nominee at this place did; None: nothing any more.
    Evidence {
        /// Whom it is about.
        about: u8,
        /// The sentence, trimmed.
        text: Option<String>,
        /// It may be shown at the end, without the writer's name.
        show: bool,
    },
}

/// The registers of one voter's ballot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registers {
    /// The latest vote, and the place.
    pub voted: Option<(CastId, u8)>,
    /// The latest vote for anybody else than that. What was said before it is dropped, also if the voter comes back to
    /// the first choice.
    pub other: Option<CastId>,
    /// The latest time that the vote was taken back.
    pub withdrawn: Option<CastId>,
    /// The latest strengths, and whom they are about.
    pub strengths: Option<(CastId, u8, Vec<Theme>)>,
    /// The latest evidence, whom it is about, and whether it may be shown.
    pub evidence: Option<(CastId, u8, Option<String>, bool)>,
}

impl Registers {
    /// Takes one event in. The caller has checked that it was cast while the poll was open.
    pub fn apply(&mut self, cast: CastId, event: Event) {
        let newer = |old: Option<CastId>| old.is_none_or(|old| old < cast);
        match event {
            Event::Vote(place) => match self.voted {
                Some((by, at)) if at == place => self.voted = Some((by.max(cast), place)),
                // Everything that is not for `place` is at most as late as what was the latest of all.
                Some((by, _)) if by < cast => {
                    (self.voted, self.other) = (Some((cast, place)), Some(by));
                }
                Some(_) => self.other = self.other.max(Some(cast)),
                None => self.voted = Some((cast, place)),
            },
            Event::Unvote if newer(self.withdrawn) => self.withdrawn = Some(cast),
            Event::Strengths { about, themes } if newer(self.strengths.as_ref().map(|(by, ..)| *by)) => {
                self.strengths = Some((cast, about, themes));
            }
            Event::Evidence { about, text, show } if newer(self.evidence.as_ref().map(|(by, ..)| *by)) => {
                self.evidence = Some((cast, about, text, show));
            }
            _ => {}
        }
    }

    /// The place that counts: the latest vote, unless it was taken back later.
    pub fn choice(&self) -> Option<u8> {
        self.voted.filter(|(by, _)| Some(*by) > self.withdrawn).map(|(_, place)| place)
    }

    /// What was named about the present choice, since it was made.
    pub fn strengths(&self) -> &[Theme] {
        match &self.strengths {
            Some((by, about, themes)) if self.stands(*by, *about) => themes,
            _ => &[],
        }
    }

    /// What was written about the present choice, since it was made, and whether it may be shown.
    pub fn evidence(&self) -> Option<(&str, bool)> {
        match &self.evidence {
            Some((by, about, Some(text), show)) if self.stands(*by, *about) => Some((text, *show)),
            _ => None,
        }
    }

    fn stands(&self, by: CastId, about: u8) -> bool {
        self.choice() == Some(about) && Some(by) > self.other && Some(by) > self.withdrawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(events: impl IntoIterator<Item = (u64, Event)>) -> Registers {
        let mut ballot = Registers::default();
        events.into_iter().for_each(|(id, event)| ballot.apply(CastId(id), event));
        ballot
    }

    fn strengths(about: u8) -> Event {
        Event::Strengths { about, themes: vec![Theme::Resolve] }
    }

    fn evidence(about: u8) -> Event {
        Event::Evidence { about, text: Some("Asked first.".into()), show: true }
    }

    #[test]
    fn another_vote_drops_what_was_said() {
        let said = [(1, Event::Vote(0)), (2, strengths(0)), (3, evidence(0))];
        let ballot = after(said.clone());
        assert_eq!((ballot.choice(), ballot.strengths().len()), (Some(0), 1));
        assert_eq!(ballot.evidence(), Some(("Asked first.", true)));
        let ballot = after(said.clone().into_iter().chain([(4, Event::Vote(1))]));
        assert_eq!((ballot.choice(), ballot.strengths().len(), ballot.evidence()), (Some(1), 0, None));
        let back = after(said.into_iter().chain([(4, Event::Vote(1)), (5, Event::Vote(0))]));
        assert_eq!((back.choice(), back.strengths().len(), back.evidence()), (Some(0), 0, None));
    }

    #[test]
    fn the_same_vote_again_drops_nothing() {
        let ballot = after([(1, Event::Vote(0)), (2, strengths(0)), (3, Event::Vote(0))]);
        assert_eq!(ballot.strengths(), [Theme::Resolve]);
    }

    #[test]
    fn a_vote_that_was_taken_back_leaves_nothing() {
        let ballot = after([(1, Event::Vote(0)), (2, evidence(0)), (3, Event::Unvote)]);
        assert_eq!((ballot.choice(), ballot.evidence()), (None, None));
        let again = after([(1, Event::Vote(0)), (2, evidence(0)), (3, Event::Unvote), (4, Event::Vote(0))]);
        assert_eq!((again.choice(), again.evidence()), (Some(0), None));
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => (0..3_u8).prop_map(Event::Vote),
            1 => Just(Event::Unvote),
            2 => (0..3_u8, 0..3_usize).prop_map(|(about, n)| Event::Strengths {
                about,
                themes: Theme::ALL[..n].to_vec()
            }),
            2 => (0..3_u8, proptest::option::of("[a-c]"), any::<bool>())
                .prop_map(|(about, text, show)| Event::Evidence { about, text, show }),
        ]
    }

    /// What a history says, read from its beginning: the independent way.
    fn read(history: &[(u64, Event)]) -> (Option<u8>, Vec<Theme>, Option<(String, bool)>) {
        let mut sorted = history.to_vec();
        sorted.sort_by_key(|(id, _)| *id);
        let (mut choice, mut themes, mut text) = (None, Vec::new(), None);
        let (mut said_themes, mut said_text) = (None, None);
        for (_, event) in sorted {
            match event {
                Event::Vote(place) => {
                    if choice != Some(place) {
                        (said_themes, said_text) = (None, None);
                    }
                    choice = Some(place);
                }
                Event::Unvote => (choice, said_themes, said_text) = (None, None, None),
                Event::Strengths { about, themes } => said_themes = Some((about, themes)),
                Event::Evidence { about, text, show } => said_text = Some((about, text, show)),
            }
        }
        if let Some((about, said)) = said_themes
            && choice == Some(about)
        {
            themes = said;
        }
        if let Some((about, Some(said), show)) = said_text
            && choice == Some(about)
        {
            text = Some((said, show));
        }
        (choice, themes, text)
    }

    /// What is said is said about the choice of that moment, as the buttons have it.
    fn told_of_the_choice(events: Vec<Event>) -> Vec<(u64, Event)> {
        let mut choice = None;
        let mut history = Vec::new();
        for (id, event) in (1..).zip(events) {
            match &event {
                Event::Vote(place) => choice = Some(*place),
                Event::Unvote => choice = None,
                Event::Strengths { about, .. } | Event::Evidence { about, .. } if choice != Some(*about) => {
                    continue;
                }
                _ => {}
            }
            history.push((id, event));
        }
        history
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter(
            (history, shuffled) in proptest::collection::vec(event(), 0..20).prop_flat_map(|events| {
                let history = told_of_the_choice(events);
                let twice: Vec<_> = history.iter().chain(&history).cloned().collect();
                (Just(history), Just(twice).prop_shuffle())
            })
        ) {
            let ballot = after(shuffled);
            prop_assert_eq!(&ballot, &after(history.clone()));
            let (choice, themes, text) = read(&history);
            prop_assert_eq!(ballot.choice(), choice);
            prop_assert_eq!(ballot.strengths(), &themes[..]);
            prop_assert_eq!(ballot.evidence().map(|(text, show)| (text.to_owned(), show)), text);
        }
    }
}
