//! The same facts, given to the product.

use super::raw::{self, Event, Facts, Occurrence, State, What};
use helmsman::domain::{
    answer::{self, Answer},
    id::{CastId, ChannelId, GuildId, OccurrenceId, TeamId, snowflake_floor},
    ledger::{Asked, Away, History},
    occurrence,
    streak::{Class, Mark},
};
use jiff::{Timestamp, civil::Date, civil::date};

pub fn day(number: i64) -> Date {
    // All of them are in one month: much faster than to add days.
    date(2027, 1, 4 + number as i8)
}

pub fn time(ms: i64) -> Timestamp {
    const MONDAY: Timestamp = Timestamp::constant(1_799_020_800, 0);
    Timestamp::from_millisecond(MONDAY.as_millisecond() + ms).unwrap()
}

pub fn occurrence(o: &Occurrence) -> occurrence::Occurrence {
    occurrence::Occurrence {
        id: OccurrenceId(o.id as i64),
        team: TeamId(1),
        guild: GuildId(1),
        channel: ChannelId(1),
        schedule: None,
        day: day(o.day),
        due: time(o.closes),
        bonus: o.bonus,
        state: match o.state {
            State::Claimed => occurrence::State::Claimed,
            State::Posted => occurrence::State::Posted,
            State::Retracted => occurrence::State::Retracted,
            State::Missed => occurrence::State::Missed,
            State::Skipped => occurrence::State::Skipped,
            State::Unknown => occurrence::State::Unknown,
        },
        reason: None,
        snapshot: None,
        opens: o.opens.map(time),
        closes: time(o.closes),
        message: None,
        down: o.down,
        tallied_at: o.tallied.then(|| time(o.closes + 5000)),
        sealed: false,
    }
}

/// What the events of one occurrence come to, in the order in which they are given, taken while it was open.
pub fn answer(facts: &Facts, o: &Occurrence) -> Answer {
    let posted = matches!(o.state, State::Posted | State::Retracted);
    let state = if posted { occurrence::State::Posted } else { occurrence(o).state };
    let open = occurrence::Occurrence { state, tallied_at: None, ..occurrence(o) };
    let mut answer = Answer::default();
    for event in facts.events.iter().filter(|event| event.occurrence == o.id) {
        let cast = cast(event);
        if open.takes(cast.time()) {
            answer.apply(cast, told(event));
        }
    }
    answer
}

fn cast(event: &Event) -> CastId {
    CastId(snowflake_floor(time(event.cast_at)) + event.low)
}

fn told(event: &Event) -> answer::Event {
    match event.what {
        What::Pick => answer::Event::Pick((event.low % 3) as u8),
        What::Write => answer::Event::Write { text: "why".into(), about: None },
        What::Present => answer::Event::Present,
        What::Withdraw => answer::Event::Withdraw,
    }
}

pub fn history(facts: &Facts) -> History {
    let asked = |o: &Occurrence| (day(o.day), Asked::of(&occurrence(o), answer(facts, o).stands()));
    let away = |a: &raw::Away| Away {
        from: day(a.from),
        to: day(a.to),
        set_at: time(a.set_at),
        ended: a.ended.map(|(end, at)| (day(end), time(at))),
    };
    let active = facts.excuses.iter().filter(|excuse| !excuse.undone);
    History {
        asked: facts.occurrences.iter().map(asked).collect(),
        away: facts.away.iter().map(away).collect(),
        excused: active.map(|excuse| day(excuse.day)).collect(),
    }
}

pub fn letter(class: Class) -> char {
    match class {
        Class::Answered => 'A',
        Class::Pending => 'P',
        Class::Neutral => 'N',
        Class::Away => 'W',
        Class::Excused => 'E',
        Class::Missed => 'M',
    }
}

pub fn mark(mark: Mark) -> char {
    match mark {
        Mark::Counted => 'A',
        Mark::Frozen => 'F',
        Mark::Broken => 'B',
        Mark::Kept => '-',
    }
}
