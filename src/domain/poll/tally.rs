//! Counting.
//!
//! Must always hold: a vote for somebody who withdrew counts for nothing; nobody counts for oneself; the quorum counts
//! only those who could choose between two people or more; below it nothing is said but that.

use super::{FULL_NEEDS, LEAST_VOTES, MOST_EVIDENCE, Mode, Nominee};
use crate::domain::{outbound::mix, prompt::Theme};
use serde::{Deserialize, Serialize};

/// One ballot that stands. Whose it is, is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// The voter is the nominee at this place.
    pub voter_is: Option<u8>,
    /// The place of whom the voter chose.
    pub choice: u8,
    /// What that person showed; at most three, no repeats.
    pub strengths: Vec<Theme>,
    /// What that person did, if it may be shown.
    pub evidence: Option<String>,
}

/// What came out of a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Fewer than the quorum voted, perhaps nobody. Nothing more is known of it.
    TooFew,
    /// Only the nominee at this place was left at the end, so there was nothing to choose.
    OneLeft(u8),
    /// Nobody was left at the end.
    NoneLeft,
    /// Somebody was recognised.
    Recognised {
        /// Who, by place; several share it.
        people: Vec<Person>,
        /// Everybody's count: place and votes, the most votes first; only of a full poll in which enough could choose.
        /// Who withdrew is not in it.
        counts: Option<Vec<(u8, u32)>>,
    },
}

/// Somebody who was recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The place among the nominees.
    pub place: u8,
    /// What others saw in this person and how many named it, the most first. Empty below three votes.
    pub strengths: Vec<(Theme, u32)>,
    /// What this person did, at most three sentences in random order. Empty below three votes. Not escaped.
    pub evidence: Vec<String>,
}

/// Whether a voter, who may be a nominee, could choose between two people or more.
pub fn could_choose(nominees: &[Nominee], voter_is: Option<u8>) -> bool {
    options(nominees, voter_is) >= 2
}

fn options(nominees: &[Nominee], voter_is: Option<u8>) -> usize {
    let open = |place: usize, nominee: &Nominee| {
        nominee.withdrawn.is_none() && voter_is.map(usize::from) != Some(place)
    };
    nominees.iter().enumerate().filter(|(place, nominee)| open(*place, nominee)).count()
}

/// Counts the ballots, one a voter. `seed` draws the order of the evidence, and which is shown if there is more.
pub fn tally(nominees: &[Nominee], ballots: &[Ballot], mode: Mode, quorum: u32, seed: u64) -> Outcome {
    let standing: Vec<u8> =
        (0_u8..).zip(nominees).filter(|(_, one)| one.withdrawn.is_none()).map(|(at, _)| at).collect();
    match standing[..] {
        [] => return Outcome::NoneLeft,
        [one] => return Outcome::OneLeft(one),
        _ => {}
    }
    let valid =
        |ballot: &&Ballot| standing.contains(&ballot.choice) && ballot.voter_is != Some(ballot.choice);
    let valid: Vec<&Ballot> = ballots.iter().filter(valid).collect();
    let chose = valid.iter().filter(|ballot| could_choose(nominees, ballot.voter_is)).count() as u32;
    if chose < quorum {
        return Outcome::TooFew;
    }
    let votes = |place: u8| valid.iter().filter(|ballot| ballot.choice == place).count() as u32;
    let mut counts: Vec<(u8, u32)> = standing.iter().map(|place| (*place, votes(*place))).collect();
    // Stable: among equals the order in which they were shown.
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let most = counts.first().map_or(0, |(_, n)| *n);
    let first = counts.iter().filter(|(_, n)| *n == most && most > 0);
    let people = first.map(|(place, n)| person(*place, *n, &valid, mix(seed, u64::from(*place)))).collect();
    let full = mode == Mode::Full && chose >= FULL_NEEDS;
    Outcome::Recognised { people, counts: full.then_some(counts) }
}

fn person(place: u8, votes: u32, ballots: &[&Ballot], seed: u64) -> Person {
    let mut person = Person { place, strengths: Vec::new(), evidence: Vec::new() };
    if votes < LEAST_VOTES {
        return person;
    }
    let about = || ballots.iter().filter(|ballot| ballot.choice == place);
    for theme in Theme::ALL {
        let named = about().filter(|ballot| ballot.strengths.contains(&theme)).count() as u32;
        if named > 0 {
            person.strengths.push((theme, named));
        }
    }
    person.strengths.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    // The order of the texts themselves first, so that nothing of the order in which they came is left.
    let mut texts: Vec<&String> = about().filter_map(|ballot| ballot.evidence.as_ref()).collect();
    texts.sort();
    texts.dedup();
    for last in (1..texts.len()).rev() {
        texts.swap(last, (mix(seed, last as u64) % (last as u64 + 1)) as usize);
    }
    person.evidence = texts.into_iter().take(MOST_EVIDENCE).cloned().collect();
    person
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{id::UserId, poll::Withdrawn};

    fn nominees(n: u64, gone: &[usize]) -> Vec<Nominee> {
        let why = |at: u64| gone.contains(&(at as usize)).then_some(Withdrawn::Self_);
        (0..n)
            .map(|at| Nominee { user: UserId(at + 1), name: format!("N{at}"), withdrawn: why(at) })
            .collect()
    }

    fn ballot(choice: u8) -> Ballot {
        Ballot { voter_is: None, choice, strengths: vec![], evidence: None }
    }

    fn by(voter: u8, choice: u8) -> Ballot {
        Ballot { voter_is: Some(voter), ..ballot(choice) }
    }

    fn who(outcome: &Outcome) -> Vec<u8> {
        match outcome {
            Outcome::Recognised { people, .. } => people.iter().map(|person| person.place).collect(),
            other => panic!("nobody was recognised: {other:?}"),
        }
    }

    #[test]
    fn nothing_is_said_below_the_quorum() {
        for n in 0..3 {
            let ballots = vec![ballot(0); n];
            assert_eq!(tally(&nominees(2, &[]), &ballots, Mode::Full, 3, 1), Outcome::TooFew, "{n}");
        }
        assert_eq!(who(&tally(&nominees(2, &[]), &vec![ballot(0); 3], Mode::Full, 3, 1)), [0]);
    }

    #[test]
    fn a_vote_for_whoever_withdrew_counts_for_nothing() {
        let ballots = [ballot(0), ballot(0), ballot(0), ballot(1), ballot(1)];
        assert_eq!(tally(&nominees(3, &[0]), &ballots, Mode::Recognised, 3, 1), Outcome::TooFew);
        let more: Vec<_> = ballots.into_iter().chain([ballot(2)]).collect();
        assert_eq!(who(&tally(&nominees(3, &[0]), &more, Mode::Recognised, 3, 1)), [1]);
    }

    #[test]
    fn of_two_a_nominee_has_no_choice_and_yet_a_vote() {
        let two = nominees(2, &[]);
        let three = [by(0, 1), ballot(0), ballot(0)];
        assert_eq!(tally(&two, &three, Mode::Recognised, 3, 1), Outcome::TooFew);
        let four = [by(0, 1), ballot(0), ballot(1), ballot(0), by(1, 0)];
        assert_eq!(who(&tally(&two, &four, Mode::Recognised, 3, 1)), [0]);
        // With three, a nominee can choose between two.
        assert_eq!(who(&tally(&nominees(3, &[]), &[by(0, 1), by(2, 1), ballot(1)], Mode::Full, 3, 1)), [1]);
        // Of three of whom one withdrew, not any more; but whoever withdrew still can.
        assert!(!could_choose(&nominees(3, &[2]), Some(0)));
        assert!(could_choose(&nominees(3, &[2]), Some(2)));
    }

    #[test]
    fn nobody_counts_for_oneself() {
        let own = [by(0, 0), by(1, 1), by(2, 2), by(0, 0)];
        assert_eq!(tally(&nominees(3, &[]), &own, Mode::Full, 3, 1), Outcome::TooFew);
    }

    #[test]
    fn equals_share_it() {
        let ballots = [ballot(2), ballot(0), ballot(2), ballot(0), ballot(1)];
        assert_eq!(who(&tally(&nominees(3, &[]), &ballots, Mode::Recognised, 3, 1)), [0, 2]);
    }

    #[test]
    fn with_fewer_than_two_left_there_is_nothing_to_count() {
        let ballots = vec![ballot(1); 9];
        assert_eq!(tally(&nominees(2, &[0]), &ballots, Mode::Full, 3, 1), Outcome::OneLeft(1));
        assert_eq!(tally(&nominees(2, &[0, 1]), &ballots, Mode::Full, 3, 1), Outcome::NoneLeft);
    }

    #[test]
    fn counts_are_shown_only_in_full_and_only_of_enough() {
        let counts = |mode, ballots: &[Ballot]| match tally(&nominees(3, &[]), ballots, mode, 3, 1) {
            Outcome::Recognised { counts, .. } => counts,
            other => panic!("{other:?}"),
        };
        assert_eq!(counts(Mode::Recognised, &vec![ballot(1); 5]), None);
        assert_eq!(counts(Mode::Full, &vec![ballot(1); 4]), None);
        assert_eq!(counts(Mode::Full, &vec![ballot(1); 5]), Some(vec![(1, 5), (0, 0), (2, 0)]));
        // Of two, the votes of the nominees do not make it enough.
        let with_nominees = [ballot(0), ballot(0), ballot(0), ballot(1), by(1, 0)];
        match tally(&nominees(2, &[]), &with_nominees, Mode::Full, 3, 1) {
            Outcome::Recognised { counts, .. } => assert_eq!(counts, None),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn strengths_and_evidence_need_three_votes() {
        let said = |choice, text: &str| Ballot {
            strengths: vec![Theme::Resolve, Theme::Horizon],
            evidence: Some(text.into()),
            ..ballot(choice)
        };
        let people = |ballots: &[Ballot]| match tally(&nominees(3, &[]), ballots, Mode::Recognised, 3, 7) {
            Outcome::Recognised { people, .. } => people,
            other => panic!("{other:?}"),
        };
        let tied = people(&[said(0, "a"), said(0, "b"), said(1, "c"), said(1, "d")]);
        assert!(tied.iter().all(|person| person.strengths.is_empty() && person.evidence.is_empty()));
        let one = &people(&[said(0, "a"), said(0, "b"), said(0, "c"), said(0, "d"), said(1, "other")])[0];
        assert_eq!(one.strengths, [(Theme::Horizon, 4), (Theme::Resolve, 4)]);
        assert_eq!(one.evidence.len(), MOST_EVIDENCE);
        assert!(!one.evidence.contains(&"other".to_owned()));
    }
}
