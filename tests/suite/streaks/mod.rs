//! What holds for every streak, each on many random histories: against a naive version, and of the product alone.

pub mod naive;
mod product;
pub mod raw;
mod stored;

use crate::dice::{Dice, cases};
use helmsman::domain::{
    id::{ChannelId, GuildId, MessageId, ScheduleId, TeamId},
    ledger::{Asked, History, Line},
    occurrence::State as Stored,
    streak::{Class, Streak, fold},
};
use raw::{Facts, State};

fn letters(ledger: &[Line]) -> String {
    ledger.iter().map(|line| product::letter(line.class)).collect()
}

fn ledger(facts: &Facts) -> Vec<Line> {
    product::history(facts).ledger(Streak::default())
}

fn end(ledger: &[Line]) -> Streak {
    ledger.last().map(|line| line.streak).unwrap_or_default()
}

/// Not lower in any part: the running length, the longest, and what is in hand toward freezes.
fn at_least(a: Streak, b: Streak) -> bool {
    a.len >= b.len && a.best >= b.best && a.p >= b.p
}

#[test]
fn the_ledger_is_the_naive_one() {
    let mut seen = [0_u64; 128];
    for seed in 0..cases() {
        let facts = Facts::random(&mut Dice::new(seed));
        let ledger = ledger(&facts);
        let naive = naive::classes(&facts);
        let classes: Vec<_> = naive.iter().map(|(_, class)| *class).collect();
        assert_eq!(letters(&ledger), String::from_iter(&classes), "seed {seed}");
        assert!(ledger.iter().map(|line| line.day).eq(naive.iter().map(|(day, _)| product::day(*day))));

        let (streak, marks) = naive::fold(&classes);
        let Streak { len, best, p } = end(&ledger);
        assert_eq!(naive::Streak { len, best, p: p.into() }, streak, "seed {seed} {classes:?}");
        // Days before the first answer break nothing that anybody had.
        let told: String =
            ledger[ledger.len() - marks.len()..].iter().map(|l| product::mark(l.mark)).collect();
        assert_eq!(told, marks, "seed {seed} {classes:?}");
        classes.iter().chain(marks.chars().collect::<Vec<_>>().iter()).for_each(|c| seen[*c as usize] += 1);
    }
    // A generator that stopped making one of these would prove nothing.
    for letter in "APNWEMFB".chars() {
        assert!(seen[letter as usize] * 200 > cases(), "hardly any {letter}");
    }
}

#[test]
fn the_cache_is_the_fold_wherever_it_stopped() {
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let facts = Facts::random(dice);
        let whole = product::history(&facts);
        let stop = product::day(dice.below(12) as i64);
        let (before, after) = whole.asked.iter().partition(|(day, _)| *day <= stop);
        let cached = History { asked: before, ..whole.clone() }.streak(Streak::default());
        let resumed = History { asked: after, ..whole.clone() }.streak(cached);
        assert_eq!(resumed, whole.streak(Streak::default()), "seed {seed}");
    }
}

#[test]
fn order_and_repetition_of_facts_do_not_matter() {
    fn stir<T: Clone>(dice: &mut Dice, facts: &mut Vec<T>) {
        for _ in 0..facts.len().min(3) {
            let again = dice.pick(facts);
            facts.push(again);
        }
        dice.shuffle(facts);
    }
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let facts = Facts::random(dice);
        let mut stirred = facts.clone();
        stir(dice, &mut stirred.occurrences);
        stir(dice, &mut stirred.events);
        stir(dice, &mut stirred.away);
        stir(dice, &mut stirred.excuses);
        assert_eq!(ledger(&stirred), ledger(&facts), "seed {seed}");
    }
}

#[test]
fn replacing_a_missed_day_never_lowers_the_end() {
    use Class::*;
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let length = 1 + dice.below(30);
        let mut days: Vec<_> = (0..length)
            .map(|_| dice.pick(&[Answered, Answered, Answered, Answered, Missed, Missed, Neutral]))
            .collect();
        let at = dice.below(length);
        days[at] = Missed;
        let with = fold(days.iter().copied());
        days[at] = dice.pick(&[Answered, Pending, Neutral, Away, Excused]);
        assert!(at_least(fold(days.iter().copied()), with), "seed {seed}: {days:?} at {at}");
    }
}

#[test]
fn leave_and_excuses_never_lower_the_end() {
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let facts = Facts::random(dice);
        let mut kinder = facts.clone();
        let away = facts.random_away(dice, 15);
        kinder.away.push(raw::Away { ended: None, ..away });
        kinder.excuses.push(raw::Excuse { day: dice.below(15) as i64, undone: false });
        assert!(at_least(end(&ledger(&kinder)), end(&ledger(&facts))), "seed {seed}");
    }
}

#[test]
fn passing_time_lowers_it_only_through_pending_to_missed() {
    let (mut lowered, mut kept) = (0, 0);
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let facts = Facts::random(dice);
        let mut later = facts.clone();
        for o in later.occurrences.iter_mut().filter(|o| o.state == State::Posted) {
            o.tallied |= dice.chance(70);
        }
        let tomorrow = raw::random_occurrence(dice, later.occurrences.len(), 20);
        later.occurrences.push(raw::Occurrence { tallied: false, ..tomorrow });
        let (before, after) = (ledger(&facts), ledger(&later));
        let mut missed = false;
        for (old, new) in before.iter().zip(&after) {
            assert!(old.class == new.class || old.class == Class::Pending, "seed {seed}");
            missed |= old.class != new.class && new.class == Class::Missed;
        }
        // Stronger than not lower: without a day that became missed, time changes nothing at all.
        if missed {
            lowered += u32::from(end(&after).len < end(&before).len);
        } else {
            kept += 1;
            assert_eq!(end(&after), end(&before), "seed {seed}");
        }
    }
    assert!(lowered > 0 && kept > 0);
}

#[test]
fn settings_zone_and_clock_change_no_past_class() {
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let facts = Facts::random(dice);
        let history = product::history(&facts);
        let mut changed = history.clone();
        for (raw, (_, asked)) in facts.occurrences.iter().zip(&mut changed.asked) {
            let mut o = product::occurrence(raw);
            // The team moved, the schedule was edited or is gone, a clock was wrong at the tally or at the claim.
            (o.team, o.guild, o.channel) = (TeamId(2), GuildId(2), ChannelId(dice.below(9) as u64));
            o.schedule = dice.chance(50).then_some(ScheduleId(7));
            o.due = product::time(dice.below(1 << 30) as i64);
            o.tallied_at = o.tallied_at.map(|_| product::time(dice.below(1 << 30) as i64));
            o.message = dice.chance(50).then_some(MessageId(9));
            o.reason = dice.chance(50).then(|| "because".into());
            o.sealed = dice.chance(50);
            // The day is the one fixed at the claim: it stays beside the occurrence, whatever the zone is now.
            *asked = Asked::of(&o, asked.answered);
        }
        assert_eq!(changed.ledger(Streak::default()), history.ledger(Streak::default()), "seed {seed}");
    }
}

#[test]
fn coming_back_early_changes_no_closed_day() {
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let mut facts = Facts::random(dice);
        let away = facts.random_away(dice, 9);
        facts.away.push(raw::Away { ended: None, ..away });
        let before = ledger(&facts);
        let at = raw::DAY * dice.below(9) as i64 + dice.below(raw::DAY as usize) as i64;
        facts.away.last_mut().unwrap().ended = Some((dice.below(9) as i64, at));
        let open =
            |line: &Line| facts.occurrences.iter().any(|o| product::day(o.day) == line.day && o.closes > at);
        for (old, new) in before.iter().zip(&ledger(&facts)) {
            assert!(old.class == new.class || open(old), "seed {seed} {}", old.day);
        }
    }
}

#[test]
fn what_was_not_fair_to_ask_never_causes_a_miss() {
    for seed in 0..cases() {
        let dice = &mut Dice::new(seed);
        let mut facts = Facts::random(dice);
        let before = ledger(&facts);
        // Another occurrence on some day: by hand, unfair, missed, unknown, skipped, taken back or never sent.
        let day = dice.below(15) as i64;
        let mut o = raw::random_occurrence(dice, facts.occurrences.len(), day);
        if !product::occurrence(&o).is_fair() {
            facts.occurrences.push(o);
        } else if dice.chance(50) {
            o.bonus = true;
            facts.occurrences.push(o);
        } else {
            o.down = 4 * 3600;
            facts.occurrences.push(o);
        }
        for line in ledger(&facts) {
            let was_missed = before.iter().any(|old| old.day == line.day && old.class == Class::Missed);
            assert!(line.class != Class::Missed || was_missed, "seed {seed} {}", line.day);
        }
        // And a whole life of such occurrences has no miss in it.
        facts.occurrences.retain(|o| !product::occurrence(o).is_fair());
        assert!(!letters(&ledger(&facts)).contains('M'), "seed {seed}");
    }
}

#[test]
fn only_a_posted_occurrence_takes_answers() {
    for seed in 0..1000 {
        let facts = Facts::random(&mut Dice::new(seed));
        for raw in &facts.occurrences {
            let o = product::occurrence(raw);
            let opens = product::time(raw.opens.unwrap_or(raw.closes - 1));
            let open = o.state == Stored::Posted && o.tallied_at.is_none();
            assert_eq!(o.takes(opens), open && opens < o.closes, "seed {seed}");
            assert!(!o.takes(o.closes), "seed {seed}: the end is not inside");
        }
    }
}
