//! Complaints about streaks.

use helmsman::domain::{
    answer::{Answer, Event},
    id::{CastId, ceil_minute, snowflake_floor},
    ledger::{Asked, Away, History, Line},
    occurrence::State,
    schedule::{Rule, Weekdays, parse_zone},
    streak::{Class, Mark, Streak},
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, date, time},
    tz::TimeZone,
};

/// Prompts posted at half past nine on working days, open for a day, and a person who answers an hour later.
struct Team {
    zone: TimeZone,
    history: History,
}

impl Team {
    fn new(place: &str) -> Team {
        Team { zone: parse_zone(place).unwrap(), history: History::default() }
    }

    /// The next `n` prompt days from `from` on.
    fn days(&self, from: Date, n: usize) -> Vec<(Date, Timestamp)> {
        let rule = Rule { at: time(9, 30, 0, 0), weekdays: Weekdays::WORKING, start: from };
        rule.slots_from(&self.zone, from).take(n).map(|slot| (slot.day(), slot.due().unwrap())).collect()
    }

    fn asked(&mut self, day: Date, due: Timestamp, answered_at: Option<Timestamp>) -> &mut Asked {
        let (opens, closes) = (due, ceil_minute(due) + SignedDuration::from_hours(24));
        let mut answer = Answer::default();
        if let Some(cast) = answered_at.filter(|cast| (opens..closes).contains(cast)) {
            answer.apply(CastId(snowflake_floor(cast)), Event::Pick(0));
        }
        let (state, bonus, down, tallied) = (State::Posted, false, 0, true);
        let answered = answer.stands();
        let asked = Asked { state, bonus, opens: Some(opens), closes, down, tallied, answered };
        self.history.asked.push((day, asked));
        &mut self.history.asked.last_mut().unwrap().1
    }

    fn answered(&mut self, from: Date, n: usize) {
        for (day, due) in self.days(from, n) {
            self.asked(day, due, Some(due + SignedDuration::from_hours(1)));
        }
    }

    fn unanswered(&mut self, from: Date, n: usize) {
        for (day, due) in self.days(from, n) {
            self.asked(day, due, None);
        }
    }

    fn ledger(&self) -> Vec<Line> {
        self.history.ledger(Streak::default())
    }

    fn streak(&self) -> Streak {
        self.history.streak(Streak::default())
    }
}

const MONDAY: Date = date(2027, 1, 4);

/// habitica#1010, time_counter#61.
#[test]
fn an_outage_does_not_end_a_streak() {
    let mut team = Team::new("Europe/Berlin");
    team.answered(MONDAY, 4);
    // An hour of Friday's window nobody could be heard.
    let (friday, due) = team.days(date(2027, 1, 8), 1)[0];
    team.asked(friday, due, None).down = 3600;
    // On Monday nothing was posted at all, on Tuesday nobody knows.
    for (day, state) in [(11, State::Missed), (12, State::Unknown)] {
        let asked = team.asked(date(2027, 1, day), due, None);
        (asked.state, asked.opens, asked.tallied) = (state, None, false);
    }
    team.answered(date(2027, 1, 13), 1);
    assert_eq!(team.streak().len, 5);
    assert!(team.ledger().iter().all(|line| line.mark != Mark::Broken && line.class != Class::Missed));
}

/// habitica#3433.
#[test]
fn travel_does_not_end_a_streak() {
    let mut team = Team::new("Europe/Berlin");
    // Wherever the person is: what counts is the instant, inside the prompt's own window. Here from its first
    // millisecond to its last.
    for (n, (day, due)) in team.days(MONDAY, 5).into_iter().enumerate() {
        let last = due + SignedDuration::from_hours(24) - SignedDuration::from_millis(1);
        team.asked(day, due, Some(if n % 2 == 0 { due } else { last }));
    }
    assert_eq!(team.streak().len, 5);
}

/// habitica#3433, for a team that moves.
#[test]
fn a_zone_further_east_or_west_does_not_end_a_streak() {
    for (before, after) in
        [("Pacific/Honolulu", "Pacific/Auckland"), ("Pacific/Auckland", "Pacific/Honolulu")]
    {
        let mut team = Team::new(before);
        team.answered(MONDAY, 2);
        // Changed at noon of the second day; the schedule goes on with the first instant later than that.
        let changed = team.days(MONDAY, 2)[1].1 + SignedDuration::from_mins(150);
        team.zone = parse_zone(after).unwrap();
        let rule = Rule { at: time(9, 30, 0, 0), weekdays: Weekdays::WORKING, start: MONDAY };
        // A date that has its occurrence already is not claimed again.
        let posted = |day: Date| team.history.asked.iter().any(|(old, _)| *old == day);
        let next: Vec<_> =
            rule.slots_after(&team.zone, changed).filter(|slot| !posted(slot.day())).take(3).collect();
        for slot in next {
            let due = slot.due().unwrap();
            team.asked(slot.day(), due, Some(due));
        }
        assert_eq!(team.streak().len, 5, "{before} to {after}");
        assert_eq!(team.ledger().len(), 5, "{before} to {after}: a date each");
    }
}

/// monkeytype#4735.
#[test]
fn midnight_in_utc_does_not_end_a_day() {
    // Half past nine in Auckland is half past eight in the evening before, in UTC; in Los Angeles the window's night
    // falls on the next day of UTC.
    for place in ["Pacific/Auckland", "America/Los_Angeles"] {
        let mut team = Team::new(place);
        for (n, (day, due)) in team.days(MONDAY, 4).into_iter().enumerate() {
            let midnight =
                due.to_zoned(TimeZone::UTC).tomorrow().unwrap().start_of_day().unwrap().timestamp();
            let cast = midnight + SignedDuration::from_secs(if n % 2 == 0 { -1 } else { 1 });
            team.asked(day, due, Some(cast));
        }
        assert_eq!(team.streak().len, 4, "{place}");
        assert!(
            team.ledger().iter().map(|line| line.day).eq(team.days(MONDAY, 4).iter().map(|(day, _)| *day))
        );
    }
}

/// The daily discussion's issue 1185, FluidVoice#130.
#[test]
fn weekends_and_holidays_do_not_end_a_streak() {
    let mut team = Team::new("Europe/Berlin");
    team.answered(date(2027, 1, 8), 1);
    // Monday and Tuesday are days off: recorded as skipped.
    for (day, due) in team.days(date(2027, 1, 11), 2) {
        let asked = team.asked(day, due, None);
        (asked.state, asked.opens, asked.tallied) = (State::Skipped, None, false);
    }
    team.answered(date(2027, 1, 13), 1);
    assert_eq!(team.streak(), Streak { len: 2, best: 2, p: 2 });
}

/// FluidVoice#130, for one's own holidays.
#[test]
fn leave_does_not_end_a_streak() {
    let mut team = Team::new("Europe/Berlin");
    team.answered(MONDAY, 3);
    let set_at = team.days(date(2027, 1, 7), 1)[0].1;
    team.history.away.push(Away { from: date(2027, 1, 7), to: date(2027, 1, 15), set_at, ended: None });
    team.unanswered(date(2027, 1, 7), 7);
    team.answered(date(2027, 1, 18), 1);
    assert_eq!(team.streak().len, 4);
}

/// Duolingo's forum.
#[test]
fn a_streak_with_a_freeze_in_hand_does_not_end() {
    let mut team = Team::new("Europe/Berlin");
    team.answered(MONDAY, 10);
    team.unanswered(date(2027, 1, 18), 2);
    assert_eq!((team.streak().len, team.streak().freezes()), (10, 0));
    team.answered(date(2027, 1, 20), 1);
    assert_eq!(team.streak().len, 11);
    let marks: Vec<_> = team.ledger()[10..].iter().map(|line| line.mark).collect();
    assert_eq!(marks, [Mark::Frozen, Mark::Frozen, Mark::Counted]);
}

/// discord-standup-streakbot.
#[test]
fn the_very_first_answer_is_not_one_too_many() {
    let mut team = Team::new("Europe/Berlin");
    team.answered(MONDAY, 1);
    assert_eq!(team.streak(), Streak { len: 1, best: 1, p: 1 });
    // A second prompt of the same day is taken, too, and the day counts once.
    let due = team.days(MONDAY, 1)[0].1 + SignedDuration::from_hours(4);
    team.asked(MONDAY, due, Some(due)).bonus = true;
    assert_eq!(team.streak(), Streak { len: 1, best: 1, p: 1 });
}
