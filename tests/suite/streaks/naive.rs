//! The streak as its definition reads, word for word and as slowly as one likes, from the bare numbers of `raw`.
//! Shares nothing with the product.

use super::raw::{Event, Facts, HOUR, Occurrence, State, What};

/// Answered, pending, neutral, away, excused, missed by their initials.
pub type Class = char;

#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Streak {
    pub len: u32,
    pub best: u32,
    pub p: u32,
}

/// "u's event with the highest id cast in [opens, closes) is an answer (a withdrawal is an event too)".
fn answered(facts: &Facts, o: &Occurrence) -> bool {
    let Some(opens) = o.opens else { return false };
    let mut highest: Option<&Event> = None;
    for event in &facts.events {
        let inside = event.occurrence == o.id && event.cast_at >= opens && event.cast_at < o.closes;
        if inside && highest.is_none_or(|h| (event.cast_at, event.low) > (h.cast_at, h.low)) {
            highest = Some(event);
        }
    }
    highest.is_some_and(|event| event.what != What::Withdraw)
}

/// "posted, not bonus, down < min(1h, window / 4)".
fn fair(o: &Occurrence) -> bool {
    let Some(opens) = o.opens else { return false };
    o.state == State::Posted && !o.bonus && o.down * 1000 < HOUR && o.down * 4000 < o.closes - opens
}

pub fn class(facts: &Facts, day: i64) -> Class {
    let of_day: Vec<_> = facts.occurrences.iter().filter(|o| o.day == day).collect();
    let posted: Vec<_> = of_day.iter().filter(|o| o.state == State::Posted).collect();
    if of_day.iter().any(|o| answered(facts, o)) {
        return 'A';
    }
    if posted.iter().any(|o| !o.tallied) {
        return 'P';
    }
    if !of_day.iter().any(|o| fair(o)) {
        return 'N';
    }
    // The day closed when the last of its posted prompts did. A range ended early holds for the days before its end,
    // and for those whose fair prompts had all closed by then.
    for away in facts.away.iter().filter(|a| a.from <= day && day <= a.to) {
        let in_time = posted.iter().any(|o| away.set_at < o.closes);
        let still = match away.ended {
            Some((end, at)) => day < end || of_day.iter().filter(|o| fair(o)).all(|o| o.closes <= at),
            None => true,
        };
        if in_time && still {
            return 'W';
        }
    }
    if facts.excuses.iter().any(|e| e.day == day && !e.undone) {
        return 'E';
    }
    'M'
}

/// Every prompt day with its class, ascending.
pub fn classes(facts: &Facts) -> Vec<(i64, Class)> {
    let mut days: Vec<_> = facts.occurrences.iter().map(|o| o.day).collect();
    days.sort_unstable();
    days.dedup();
    days.into_iter().map(|day| (day, class(facts, day))).collect()
}

/// "fold over D ascending from u's first ANSWERED day, len = best = p = 0", with what each day became.
pub fn fold(classes: &[Class]) -> (Streak, String) {
    let mut marks = String::new();
    let first = classes.iter().position(|c| *c == 'A').unwrap_or(classes.len());
    let (mut len, mut best, mut p) = (0, 0, 0);
    for class in &classes[first..] {
        marks.push(match class {
            'A' => {
                len += 1;
                best = u32::max(best, len);
                p = u32::min(p + 1, 10);
                'A'
            }
            'M' if p >= 5 => {
                p -= 5;
                'F'
            }
            'M' if len == 0 => '-',
            'M' => {
                (len, p) = (0, 0);
                'B'
            }
            _ => '-',
        });
    }
    (Streak { len, best, p }, marks)
}
