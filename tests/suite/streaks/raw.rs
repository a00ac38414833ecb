//! Recorded facts about one person in one team as bare numbers: times in milliseconds and days counted from one
//! Monday at 00:00 UTC. Drawn at random, with a liking for the edges.

use crate::dice::Dice;

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Claimed,
    Posted,
    Retracted,
    Missed,
    Skipped,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Occurrence {
    pub id: usize,
    pub day: i64,
    pub state: State,
    pub bonus: bool,
    pub opens: Option<i64>,
    pub closes: i64,
    /// Seconds.
    pub down: i64,
    pub tallied: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    Pick,
    Write,
    Present,
    Withdraw,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    pub occurrence: usize,
    pub cast_at: i64,
    /// Orders events of the same millisecond, as the low bits of Discord's ids do.
    pub low: u64,
    pub what: What,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Away {
    pub from: i64,
    pub to: i64,
    pub set_at: i64,
    /// Ended early: the day and the instant.
    pub ended: Option<(i64, i64)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excuse {
    pub day: i64,
    pub undone: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    pub occurrences: Vec<Occurrence>,
    pub events: Vec<Event>,
    pub away: Vec<Away>,
    pub excuses: Vec<Excuse>,
}

impl Facts {
    /// Up to nine days, or up to fifteen mostly answered ones, so that freezes are earned and used.
    pub fn random(dice: &mut Dice) -> Facts {
        let (days, keen) = if dice.chance(40) { (6 + dice.below(10), 90) } else { (1 + dice.below(9), 40) };
        let mut facts = Facts::default();
        for day in 0..days as i64 {
            let prompts = dice.pick(&[0, 1, 1, 1, 1, 1, 2, 2, 3]);
            for _ in 0..prompts {
                let occurrence = random_occurrence(dice, facts.occurrences.len(), day);
                facts.occurrences.push(occurrence);
                if dice.chance(keen) {
                    facts.add_events(dice, &occurrence);
                }
            }
        }
        for _ in 0..dice.pick(&[0, 0, 1, 2]) {
            let away = facts.random_away(dice, days);
            facts.away.push(away);
        }
        for _ in 0..dice.pick(&[0, 0, 1, 3]) {
            facts.excuses.push(Excuse { day: dice.below(days) as i64, undone: dice.chance(30) });
        }
        facts
    }

    fn add_events(&mut self, dice: &mut Dice, of: &Occurrence) {
        let opens = of.opens.unwrap_or(of.day * DAY);
        for _ in 0..dice.pick(&[1, 1, 1, 2, 3, 4]) {
            let edges = [opens - 1, opens, opens + 1, (opens + of.closes) / 2, of.closes - 1, of.closes];
            let cast_at =
                if dice.chance(50) { opens + dice.below(HOUR as usize) as i64 } else { dice.pick(&edges) };
            let what = dice.pick(&[What::Pick, What::Pick, What::Write, What::Present, What::Withdraw]);
            // Distinct, as ids are.
            let low = self.events.len() as u64 * 7919 % 4096;
            self.events.push(Event { occurrence: of.id, cast_at, low, what });
        }
    }

    pub fn random_away(&self, dice: &mut Dice, days: usize) -> Away {
        let from = dice.below(days) as i64;
        let mut set_at = from * DAY + dice.below(DAY as usize) as i64;
        let mut ended = None;
        if let Some(edge) = self.occurrences.first().map(|_| dice.pick(&self.occurrences).closes) {
            if dice.chance(40) {
                set_at = edge + dice.pick(&[-1, 0, 1]);
            }
            if dice.chance(30) {
                ended = Some((dice.below(days) as i64, edge + dice.pick(&[-1, 0, 1])));
            }
        }
        Away { from, to: from + dice.below(4) as i64, set_at, ended }
    }
}

pub fn random_occurrence(dice: &mut Dice, id: usize, day: i64) -> Occurrence {
    use State::*;
    let state = dice.pick(&[
        Posted, Posted, Posted, Posted, Posted, Posted, Posted, Retracted, Claimed, Missed, Skipped, Unknown,
    ]);
    let window = dice.pick(&[HOUR, 2 * HOUR, 4 * HOUR, 24 * HOUR, 24 * HOUR, 72 * HOUR]);
    let due = day * DAY + dice.pick(&[0, 9 * HOUR + HOUR / 2, 15 * HOUR, 24 * HOUR - 60_000]);
    let opens = due + dice.pick(&[0, 1, 400, 1500, 999_999]);
    let limit = (window / 4000).min(3600);
    Occurrence {
        id,
        day,
        state,
        bonus: dice.chance(15),
        opens: matches!(state, Posted | Retracted).then_some(opens),
        closes: due + window,
        down: dice.pick(&[0, 0, 0, 0, 0, 30, limit - 1, limit, limit + 1, 899, 3599, 3600, 9000]),
        tallied: state == Posted && dice.chance(85),
    }
}
