//! Complaints about streaks, with days off, zones and outages as the database has them.

use crate::world::{GUILD, Post, World, at};
use helmsman::{
    app::{
        answering::{CastOutcome, Did, Shut},
        away, streaks,
    },
    domain::{
        answer::Event,
        id::{OccurrenceId, UserId},
        streak::{Class, Mark},
    },
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, civil::date, tz::TimeZone};

const ANA: UserId = UserId(11);
const MONDAY: Date = date(2027, 1, 4);
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Half past nine in a zone.
fn due(day: Date, zone: &str) -> Timestamp {
    day.at(9, 30, 0, 0).to_zoned(TimeZone::get(zone).unwrap()).unwrap().timestamp()
}

async fn post(world: &mut World, day: Date, opens: Timestamp) -> OccurrenceId {
    world.post(Post { day, opens, window: WINDOW, bonus: false }).await
}

/// A prompt, Ana's answer an hour later if she gives one, and the close.
async fn prompt_day(world: &mut World, day: Date, zone: &str, answered: bool, down: i64) {
    let opens = due(day, zone);
    let id = post(world, day, opens).await;
    if answered {
        world.does(opens + SignedDuration::from_hours(1), id, ANA, Event::Pick(0)).await;
    }
    world.tally(id, day, down, opens + WINDOW + SignedDuration::from_secs(5)).await;
}

async fn answered_days(world: &mut World, first: Date, n: i64) {
    for day in 0..n {
        prompt_day(world, first.saturating_add(day.days()), "UTC", true, 0).await;
    }
}

async fn len(world: &World) -> u32 {
    assert_eq!(streaks::check(&world.store).await.unwrap(), []);
    world.streak(ANA).await.len
}

/// habitica#1010, time_counter#61.
#[tokio::test]
async fn an_outage_does_not_end_a_streak() {
    let mut world = World::new().await;
    answered_days(&mut world, MONDAY, 3).await;
    prompt_day(&mut world, date(2027, 1, 7), "UTC", false, 3_600).await;
    let late = at("2027-01-08T12:00:00Z");
    world.no_post(date(2027, 1, 8), "missed", "too-late", late).await;
    world.no_post(date(2027, 1, 11), "unknown", "cannot-search", late).await;
    assert_eq!(len(&world).await, 3);
    prompt_day(&mut world, date(2027, 1, 12), "UTC", true, 0).await;
    assert_eq!(len(&world).await, 4);
    let ledger =
        streaks::ledger(&world.store, GUILD, world.team, ANA, date(2027, 1, 12), 0, 10).await.unwrap();
    let reasons: Vec<_> = ledger.lines.iter().filter_map(|line| line.neutral.clone()).collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert!(reasons.contains(&streaks::Neutral::Down) && reasons.contains(&streaks::Neutral::Unknown));
}

/// habitica#3433.
#[tokio::test]
async fn another_zone_for_the_team_does_not_end_a_streak() {
    for to in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Tokyo", "America/Los_Angeles"] {
        let mut world = World::new().await;
        answered_days(&mut world, MONDAY, 5).await;
        for day in 11..14 {
            prompt_day(&mut world, date(2027, 1, day), to, true, 0).await;
        }
        assert_eq!(len(&world).await, 8, "{to}");
    }
}

/// A zone change can make yesterday today again: its second prompt opens the day, and ends nothing by itself.
#[tokio::test]
async fn a_date_that_comes_twice_does_not_end_a_streak() {
    let mut world = World::new().await;
    answered_days(&mut world, MONDAY, 2).await;
    let tuesday = date(2027, 1, 5);
    let again = post(&mut world, tuesday, at("2027-01-06T20:30:00Z")).await;
    assert_eq!(len(&world).await, 2);
    world.tally(again, tuesday, 0, at("2027-01-07T20:30:05Z")).await;
    assert_eq!(len(&world).await, 2);
}

/// monkeytype#4735.
#[tokio::test]
async fn midnight_in_utc_does_not_end_a_day() {
    let mut world = World::new().await;
    for day in 4..8 {
        // 15:30 in UTC; the answer comes two hours after UTC's midnight and long before the close.
        let (day, opens) = (date(2027, 1, day), due(date(2027, 1, day), "America/Los_Angeles"));
        let id = post(&mut world, day, opens).await;
        world.does(opens + SignedDuration::from_hours(10), id, ANA, Event::Done).await;
        world.tally(id, day, 0, opens + WINDOW + SignedDuration::from_secs(5)).await;
    }
    assert_eq!(len(&world).await, 4);
}

/// daily discussion #1185, FluidVoice#130.
#[tokio::test]
async fn weekends_and_days_off_do_not_end_a_streak() {
    let mut world = World::new().await;
    answered_days(&mut world, MONDAY, 5).await;
    world.no_post(date(2027, 1, 11), "skipped", "day-off:Epiphany", at("2027-01-11T09:30:00Z")).await;
    prompt_day(&mut world, date(2027, 1, 12), "UTC", true, 0).await;
    assert_eq!(len(&world).await, 6);
}

/// Duolingo forum.
#[tokio::test]
async fn a_streak_with_a_freeze_in_hand_does_not_end() {
    let mut world = World::new().await;
    answered_days(&mut world, MONDAY, 5).await;
    prompt_day(&mut world, date(2027, 1, 11), "UTC", false, 0).await;
    assert_eq!(len(&world).await, 5);
    prompt_day(&mut world, date(2027, 1, 12), "UTC", false, 0).await;
    assert_eq!(len(&world).await, 0);
    let ledger =
        streaks::ledger(&world.store, GUILD, world.team, ANA, date(2027, 1, 12), 0, 2).await.unwrap();
    let marks: Vec<_> = ledger.lines.iter().map(|line| line.line.mark).collect();
    assert_eq!((marks.as_slice(), ledger.older), ([Mark::Broken, Mark::Frozen].as_slice(), true));
}

/// discord-standup-streakbot.
#[tokio::test]
async fn the_very_first_answer_is_not_one_too_many() {
    let mut world = World::new().await;
    let opens = due(MONDAY, "UTC");
    let id = post(&mut world, MONDAY, opens).await;
    let taken = world.does(opens, id, ANA, Event::Pick(1)).await;
    assert_eq!((taken.did, taken.streak.len), (Did::Answered, 1));
    let again = world.does(opens, id, ANA, Event::Pick(1)).await;
    assert_eq!((again.did, again.streak.len), (Did::Nothing, 1));
}

#[tokio::test]
async fn leave_does_not_end_a_streak_and_coming_back_early_changes_no_closed_day() {
    let mut world = World::new().await;
    answered_days(&mut world, MONDAY, 2).await;
    let wednesday = date(2027, 1, 6);
    let wish = away::Wish {
        guild: GUILD,
        user: ANA,
        today: wednesday,
        from: wednesday,
        to: date(2027, 1, 15),
        at: at("2027-01-06T08:00:00Z"),
    };
    away::set(&world.store, wish.at, wish).await.unwrap();
    prompt_day(&mut world, wednesday, "UTC", false, 0).await;
    prompt_day(&mut world, date(2027, 1, 7), "UTC", false, 0).await;
    let back = at("2027-01-08T11:00:00Z");
    assert!(away::end(&world.store, back, back, GUILD, ANA, date(2027, 1, 8)).await.unwrap());
    assert_eq!(len(&world).await, 2);
    prompt_day(&mut world, date(2027, 1, 8), "UTC", false, 0).await;
    assert_eq!(len(&world).await, 0);
    let ledger = streaks::ledger(&world.store, GUILD, world.team, ANA, date(2027, 1, 8), 0, 3).await.unwrap();
    let classes: Vec<_> = ledger.lines.iter().map(|line| line.line.class).collect();
    assert_eq!(classes, [Class::Missed, Class::Away, Class::Away]);
    assert!(!away::end(&world.store, back, back, GUILD, ANA, date(2027, 1, 8)).await.unwrap());
}

#[tokio::test]
async fn leave_that_cannot_be_is_refused() {
    let world = World::new().await;
    let today = MONDAY;
    let set = async |from: i64, to: i64| {
        let day = |n: i64| today.saturating_add(n.days());
        let wish = away::Wish {
            guild: GUILD,
            user: ANA,
            today,
            from: day(from),
            to: day(to),
            at: at("2027-01-04T08:00:00Z"),
        };
        away::set(&world.store, wish.at, wish).await.unwrap()
    };
    assert_eq!(set(-1, 3).await, away::SetOutcome::Past);
    assert_eq!(set(0, -1).await, away::SetOutcome::Past, "its first day is not to blame");
    assert_eq!(set(3, 2).await, away::SetOutcome::Backwards);
    assert_eq!(set(0, 366).await, away::SetOutcome::TooFar);
    let both = |n: i64, m: i64| (today.saturating_add(n.days()), today.saturating_add(m.days()));
    assert_eq!(set(2, 4).await, away::SetOutcome::Set(vec![both(2, 4)]));
    assert_eq!(set(3, 4).await, away::SetOutcome::Already(vec![both(2, 4)]));
    // Overlapping and adjoining ranges are one.
    assert_eq!(set(4, 7).await, away::SetOutcome::Set(vec![both(2, 7)]));
    assert_eq!(set(8, 365).await, away::SetOutcome::Set(vec![both(2, 365)]));
}

#[tokio::test]
async fn what_comes_after_the_tally_is_late_whenever_it_was_cast() {
    let mut world = World::new().await;
    let opens = due(MONDAY, "UTC");
    let id = post(&mut world, MONDAY, opens).await;
    let in_time = world.id(opens + SignedDuration::from_hours(23));
    let closes = opens + WINDOW;
    // After its window a click is late even before the tally.
    let cast = world.id(closes);
    let late = world.deliver(closes, id, ANA, cast, Event::Pick(0)).await;
    assert_eq!(late, CastOutcome::Shut(Shut::Late(closes)));
    world.tally(id, MONDAY, 0, closes + SignedDuration::from_secs(5)).await;
    let late = world.deliver(closes + SignedDuration::from_secs(6), id, ANA, in_time, Event::Pick(0)).await;
    assert_eq!(late, CastOutcome::Shut(Shut::Late(closes)));
    assert_eq!(len(&world).await, 0);
}
