//! The count of a poll as its rules read. Shares nothing with the product.

use super::What;
use helmsman::domain::{
    poll::{Mode, Outcome},
    prompt::Theme,
};
use std::collections::{BTreeMap, BTreeSet};

/// What one person has said, at last.
#[derive(Clone, Debug, Default)]
pub struct Ballot {
    pub voter: usize,
    pub choice: Option<u8>,
    pub strengths: BTreeSet<String>,
    /// Text, and whether it may be shown.
    pub evidence: Option<(String, bool)>,
}

impl Ballot {
    /// The next thing that the person did. Another vote, and one taken back, drop what was said.
    pub fn take(&mut self, what: &What) {
        match what {
            What::Vote(place) if self.choice == Some(*place) => {}
            What::Vote(place) => {
                *self = Self { voter: self.voter, choice: Some(*place), ..Self::default() };
            }
            What::Unvote => *self = Self { voter: self.voter, ..Self::default() },
            What::Strengths { about, themes } if self.choice == Some(*about) => {
                self.strengths = themes.iter().map(name).collect();
            }
            // What was to be shown stays so when it is written anew; nothing at all takes it away.
            What::Write { about, text } if self.choice == Some(*about) => {
                let show = self.evidence.as_ref().is_some_and(|(_, show)| *show);
                self.evidence = (!text.is_empty()).then(|| (text.clone(), show));
            }
            What::Show { about, on } if self.choice == Some(*about) => {
                self.evidence = self.evidence.take().map(|(text, _)| (text, *on));
            }
            What::Strengths { .. } | What::Write { .. } | What::Show { .. } => {}
        }
    }
}

pub fn name(theme: &Theme) -> String {
    format!("{theme:?}")
}

/// What may be known in the end.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    TooFew,
    OneLeft(u8),
    NoneLeft,
    Recognised {
        /// By place: strengths with their numbers, and all that may be shown of evidence.
        people: BTreeMap<u8, (BTreeMap<String, u32>, BTreeSet<String>)>,
        counts: Option<BTreeMap<u8, u32>>,
    },
}

/// Counts ballots. `nominees`: who, and whether that person withdrew.
pub fn count(nominees: &[(usize, bool)], ballots: &[Ballot], mode: Mode, quorum: u32) -> Count {
    let standing: Vec<(u8, usize)> = (0_u8..)
        .zip(nominees)
        .filter(|(_, (_, withdrew))| !withdrew)
        .map(|(place, (who, _))| (place, *who))
        .collect();
    match standing[..] {
        [] => return Count::NoneLeft,
        [(place, _)] => return Count::OneLeft(place),
        _ => {}
    }
    let mut votes: BTreeMap<u8, Vec<&Ballot>> = standing.iter().map(|(place, _)| (*place, vec![])).collect();
    let mut could_choose = 0;
    for ballot in ballots {
        let Some(choice) = ballot.choice else { continue };
        let Some((_, chosen)) = standing.iter().find(|(place, _)| *place == choice) else { continue };
        if *chosen == ballot.voter {
            continue;
        }
        let others = standing.iter().filter(|(_, who)| *who != ballot.voter).count();
        could_choose += u32::from(others >= 2);
        votes.get_mut(&choice).expect("it stands").push(ballot);
    }
    if could_choose < quorum {
        return Count::TooFew;
    }
    let most = votes.values().map(Vec::len).max().unwrap_or(0);
    let people = votes.iter().filter(|(_, ballots)| ballots.len() == most && most > 0);
    let people = people.map(|(place, ballots)| {
        let (mut strengths, mut evidence) = (BTreeMap::new(), BTreeSet::new());
        for ballot in ballots.iter().filter(|_| most >= 3) {
            for theme in &ballot.strengths {
                *strengths.entry(theme.clone()).or_insert(0) += 1;
            }
            evidence.extend(ballot.evidence.iter().filter(|(_, show)| *show).map(|(text, _)| text.clone()));
        }
        (*place, (strengths, evidence))
    });
    let full = mode == Mode::Full && could_choose >= 5;
    let counts = votes.iter().map(|(place, ballots)| (*place, ballots.len() as u32)).collect();
    Count::Recognised { people: people.collect(), counts: full.then_some(counts) }
}

impl Count {
    /// Whether the product says the same. Of more than three pieces of evidence it shows three.
    pub fn is(&self, outcome: &Outcome) -> bool {
        match (self, outcome) {
            (Count::TooFew, Outcome::TooFew) | (Count::NoneLeft, Outcome::NoneLeft) => true,
            (Count::OneLeft(a), Outcome::OneLeft(b)) => a == b,
            (Count::Recognised { people, counts }, Outcome::Recognised { people: told, counts: numbers }) => {
                let numbers: Option<BTreeMap<u8, u32>> =
                    numbers.as_ref().map(|numbers| numbers.iter().copied().collect());
                let same = |person: &helmsman::domain::poll::Person| {
                    let Some((strengths, evidence)) = people.get(&person.place) else { return false };
                    let told: BTreeMap<_, _> =
                        person.strengths.iter().map(|(theme, n)| (name(theme), *n)).collect();
                    let shown = person.evidence.len() == evidence.len().min(3)
                        && person.evidence.iter().all(|text| evidence.contains(text));
                    told == *strengths && shown
                };
                *counts == numbers && told.len() == people.len() && told.iter().all(same)
            }
            _ => false,
        }
    }
}
