//! Thousands of votes, in any order and again and again, against a plain model.

use super::{Booth, GUILD, draft};
use crate::dice::Dice;
use futures_util::future::join_all;
use helmsman::{
    app::polls::{self, Cast, Refused},
    domain::{
        id::{CastId, PollId, UserId, snowflake_floor},
        poll::{Event, Mode, Outcome},
        prompt::Theme,
    },
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const VOTES: usize = 10_000;
const PEOPLE: usize = 500;
const NOMINEES: usize = 6;
/// Casts that are on their way at the same time.
const AT_ONCE: usize = 50;

fn events(dice: &mut Dice) -> Vec<Cast> {
    let mut casts = Vec::new();
    let base = snowflake_floor(super::at("2027-01-04T09:05:00Z"));
    for n in 0..VOTES {
        let voter = UserId(1 + dice.below(PEOPLE) as u64);
        let place = dice.below(NOMINEES) as u8;
        let event = match dice.below(10) {
            0 => Event::Unvote,
            1 | 2 => {
                let themes = (0..1 + dice.below(3)).map(|_| dice.pick(&Theme::ALL)).collect();
                Event::Strengths { about: place, themes }
            }
            3 | 4 => {
                let text = Some(format!("Did the thing number {}.", dice.below(2_000)));
                Event::Evidence { about: place, text, show: dice.chance(70) }
            }
            _ => Event::Vote(place),
        };
        let cast = CastId(base + 3 * n as u64);
        casts.push(Cast { guild: GUILD, poll: PollId(0), voter, roles: Vec::new(), cast, event });
    }
    casts
}

/// One voter's events, read from their beginning.
#[derive(Default)]
struct Voter {
    choice: Option<u8>,
    strengths: BTreeSet<&'static str>,
    evidence: Option<String>,
}

fn read(events: &BTreeMap<u64, Event>) -> Voter {
    let mut voter = Voter::default();
    for event in events.values() {
        match event {
            Event::Vote(place) if voter.choice == Some(*place) => {}
            Event::Vote(place) => voter = Voter { choice: Some(*place), ..Voter::default() },
            Event::Unvote => voter = Voter::default(),
            Event::Strengths { about, themes } if voter.choice == Some(*about) => {
                voter.strengths = themes.iter().map(|theme| theme.id()).collect();
            }
            Event::Evidence { about, text, show } if voter.choice == Some(*about) => {
                voter.evidence = text.clone().filter(|_| *show);
            }
            _ => {}
        }
    }
    voter
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_votes_of_five_hundred_people_count_as_a_plain_model_counts_them() {
    for seed in 1..=2 {
        let mut dice = Dice::new(seed);
        let mut booth = Booth::new().await;
        let mode = if seed == 1 { Mode::Full } else { Mode::Recognised };
        let id = booth.poll(helmsman::domain::poll::Draft { mode, ..draft(NOMINEES as u64) }).await;
        booth.now = super::at("2027-01-04T09:40:00Z");
        let mut casts = events(&mut dice);
        casts.iter_mut().for_each(|cast| cast.poll = id);
        // Again, and out of order: each up to some hundred places from where it was.
        let again: Vec<_> = casts.iter().filter(|_| dice.chance(10)).cloned().collect();
        casts.extend(again);
        let mut placed: Vec<(u64, Cast)> =
            casts.into_iter().map(|cast| (cast.cast.0 + dice.below(600) as u64, cast)).collect();
        placed.sort_by_key(|(place, _)| *place);

        let mut acknowledged: HashMap<UserId, BTreeMap<u64, Event>> = HashMap::new();
        for group in placed.chunks(AT_ONCE) {
            let told = group.iter().map(|(_, cast)| polls::cast(&booth.store, booth.now, cast.clone()));
            for ((_, cast), told) in group.iter().zip(join_all(told).await) {
                match told.unwrap() {
                    Ok(_) => {
                        acknowledged.entry(cast.voter).or_default().insert(cast.cast.0, cast.event.clone());
                    }
                    Err(Refused::AboutAnother(_) | Refused::NoVote) => {}
                    Err(other) => panic!("seed {seed}: {other:?}"),
                }
            }
        }
        let voters: Vec<Voter> =
            acknowledged.values().map(read).filter(|voter| voter.choice.is_some()).collect();
        assert!(voters.len() > 300, "seed {seed}: most of them vote");

        booth.wait_for_the_end(id).await;
        let Some(Outcome::Recognised { people, counts }) = booth.tally(id).await else {
            panic!("seed {seed}")
        };
        let votes = |place| voters.iter().filter(|voter| voter.choice == Some(place)).count() as u32;
        let all: BTreeMap<u8, u32> = (0..NOMINEES as u8).map(|place| (place, votes(place))).collect();
        let most = *all.values().max().unwrap();
        let first: BTreeSet<u8> = all.iter().filter(|(_, n)| **n == most).map(|(place, _)| *place).collect();
        assert_eq!(people.iter().map(|person| person.place).collect::<BTreeSet<_>>(), first, "seed {seed}");
        let shown = counts.map(|counts| counts.into_iter().collect::<BTreeMap<_, _>>());
        assert_eq!(shown, (mode == Mode::Full).then_some(all), "seed {seed}");
        for person in people {
            let about: Vec<_> = voters.iter().filter(|voter| voter.choice == Some(person.place)).collect();
            let mut named: BTreeMap<&str, u32> = BTreeMap::new();
            about
                .iter()
                .flat_map(|voter| &voter.strengths)
                .for_each(|id| *named.entry(*id).or_default() += 1);
            let said: BTreeMap<&str, u32> =
                person.strengths.iter().map(|(theme, n)| (theme.id(), *n)).collect();
            assert_eq!(said, named, "seed {seed}");
            let texts: BTreeSet<&String> = about.iter().filter_map(|voter| voter.evidence.as_ref()).collect();
            assert_eq!(person.evidence.len(), texts.len().min(3), "seed {seed}");
            assert!(person.evidence.iter().all(|text| texts.contains(text)), "seed {seed}");
        }
    }
}
