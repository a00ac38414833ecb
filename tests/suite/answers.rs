//! One person's answer to one prompt, from the same events in any order, against a version that takes them as they
//! were cast.

use crate::dice::{Dice, cases};
use helmsman::domain::{
    answer::{Answer, Event},
    id::CastId,
};

/// What can be seen of an answer: whether it stands, its option, its note, whether the note is shared.
#[derive(Debug, PartialEq, Default)]
struct Seen {
    stands: bool,
    option: Option<u8>,
    note: Option<String>,
    shared: bool,
}

fn seen(answer: &Answer) -> Seen {
    Seen {
        stands: answer.stands(),
        option: answer.option(),
        note: answer.current_note().map(|note| note.text.clone()),
        shared: answer.shared_note().is_some(),
    }
}

/// In order of id, each once: the option and the note are those of the latest button or modal since the last
/// withdrawal; a note for another option is not shown; *Share* is for one note.
fn naive(events: &[(CastId, Event)]) -> Seen {
    let mut events = events.to_vec();
    events.sort_by_key(|(id, _)| id.0);
    events.dedup_by_key(|(id, _)| id.0);
    let mut stands = false;
    let mut option = None;
    let mut note: Option<(CastId, String, Option<u8>, bool)> = None;
    for (id, event) in events {
        stands = match event {
            Event::Withdraw => false,
            Event::Share { .. } => stands,
            _ => true,
        };
        match event {
            Event::Pick(picked) => option = Some(picked),
            Event::Write { text, about } => {
                option = about.or(option);
                note = Some((id, text, about, false));
            }
            Event::Withdraw => (option, note) = (None, None),
            Event::Share { note: of, on } => {
                if let Some((by, .., shared)) = &mut note
                    && *by == of
                {
                    *shared = on;
                }
            }
            Event::Done | Event::Present => {}
        }
    }
    let shown = note.filter(|(_, _, about, _)| about.is_none() || *about == option);
    let shared = shown.as_ref().is_some_and(|(.., shared)| *shared);
    Seen { stands, option, note: shown.map(|(_, text, ..)| text), shared }
}

fn random_events(dice: &mut Dice) -> Vec<(CastId, Event)> {
    let mut events: Vec<(CastId, Event)> = Vec::new();
    let mut notes = Vec::new();
    for n in 0..dice.below(9) as u64 {
        let id = CastId(1000 + n * 10 + dice.below(9) as u64);
        let event = match dice.below(10) {
            0..=2 => Event::Pick(dice.below(3) as u8),
            3 | 4 => {
                notes.push(id);
                let about = dice.pick(&[None, Some(0), Some(1)]);
                Event::Write { text: format!("note {id}"), about }
            }
            5 => Event::Done,
            6 => Event::Present,
            7 => Event::Withdraw,
            // Of an older note too: its button is still there.
            _ if !notes.is_empty() => Event::Share { note: dice.pick(&notes), on: dice.chance(60) },
            _ => Event::Present,
        };
        events.push((id, event));
    }
    events
}

#[test]
fn any_order_and_repetition_of_events_gives_the_answer_of_their_ids() {
    let (mut shared, mut withdrawn) = (0, 0);
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let events = random_events(dice);
        let mut delivered = events.clone();
        for _ in 0..dice.below(4) * events.len().min(1) {
            delivered.push(dice.pick(&events));
        }
        dice.shuffle(&mut delivered);
        let (mut once, mut answer) = (Answer::default(), Answer::default());
        events.iter().for_each(|(id, event)| once.apply(*id, event.clone()));
        delivered.iter().for_each(|(id, event)| answer.apply(*id, event.clone()));
        assert_eq!(answer, once, "seed {seed}: {delivered:?}");
        assert_eq!(seen(&answer), naive(&events), "seed {seed}: {events:?}");
        shared += u32::from(seen(&answer).shared);
        withdrawn += u32::from(answer.withdrawn.is_some() && !answer.stands());
    }
    assert!(shared > 100 && withdrawn > 100, "the generator makes both");
}
