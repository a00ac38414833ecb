//! Complaints about others that take the database: days off and zone changes through `app`, downtime, two passes at
//! once. Each test is named after what must not happen, and names the complaint.

use crate::posting::desk::{Desk, at, days, plan};
use helmsman::{
    app::{posting, schedules},
    domain::{
        id::UserId,
        occurrence::State,
        queue::AtEnd,
        schedule::{Rule, Weekdays},
    },
    store::{day_off, outbox::Kind, schedule::Plan, streak, team},
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{date, time},
    tz::TimeZone,
};

async fn rezone(desk: &Desk, zone: &'static str, now: Timestamp) {
    let id = desk.team;
    let change = desk.store.write(move |conn| {
        Box::pin(async move {
            team::set_zone(conn, id, zone).await?;
            let team = team::get(conn, id).await?.unwrap();
            schedules::rezone_in(conn, &team, now).await
        })
    });
    change.await.unwrap();
}

async fn streak_of(desk: &Desk, user: u64) -> u32 {
    let conn = &mut *desk.store.read().await.unwrap();
    streak::get(conn, desk.team, UserId(user)).await.unwrap().map_or(0, |cached| cached.0.now.len)
}

fn every_day(hour: i8, minute: i8) -> Plan {
    let rule = Rule { at: time(hour, minute, 0, 0), weekdays: Weekdays::ALL, start: date(2027, 1, 1) };
    Plan { rule, at_end: AtEnd::Repeat, ..plan() }
}

/// CubicrootXYZ/RemindMe#359, open-qotd#34; matrix-reminder-bot#57; apscheduler#606.
#[tokio::test]
async fn no_post_is_an_hour_off_missing_or_doubled_when_the_clocks_change() {
    for (zone, hour, minute, from) in [
        ("Europe/Berlin", 9, 30, "2027-03-26T00:00:00Z"),
        ("Europe/Berlin", 2, 30, "2027-03-26T00:00:00Z"),
        ("Europe/Berlin", 2, 30, "2027-10-29T00:00:00Z"),
        ("America/New_York", 2, 30, "2027-03-12T12:00:00Z"),
        ("America/New_York", 1, 30, "2027-11-05T12:00:00Z"),
        ("Australia/Lord_Howe", 2, 10, "2027-10-01T00:00:00Z"),
    ] {
        let desk = Desk::new(zone).await;
        let from = at(from);
        desk.schedule(every_day(hour, minute), from).await;
        desk.live(from, from + days(5)).await;
        let all = desk.occurrences().await;
        assert_eq!(all.len(), 5, "{zone} {hour}:{minute}");
        let place = TimeZone::get(zone).unwrap();
        for two in all.windows(2) {
            assert_eq!(two[1].day, two[0].day.tomorrow().unwrap(), "{zone}");
        }
        for occurrence in all {
            assert_eq!(occurrence.state, State::Posted);
            let due = place.to_timestamp(occurrence.day.at(hour, minute, 0, 0)).unwrap();
            assert_eq!(occurrence.due, due, "{zone}");
        }
    }
}

/// A zone can leave a whole date out; nothing is posted for it, and it is on record.
#[tokio::test]
async fn a_date_that_does_not_exist_stops_nothing() {
    let desk = Desk::new("Pacific/Apia").await;
    let from = at("2011-12-28T12:00:00Z");
    let mut plan = every_day(9, 30);
    plan.rule.start = date(2011, 12, 1);
    desk.schedule(plan, from).await;
    desk.live(from, from + days(4)).await;
    let record = desk.record().await;
    let posted = State::Posted;
    assert_eq!(
        record[..4],
        [
            (date(2011, 12, 28), posted),
            (date(2011, 12, 29), posted),
            (date(2011, 12, 30), State::Skipped),
            (date(2011, 12, 31), posted)
        ]
    );
}

/// matrix-reminder-bot#9, wednesday#56: missed while offline and never caught up, or caught up in a flood.
#[tokio::test]
async fn nothing_is_caught_up_in_a_flood() {
    let desk = Desk::new("UTC").await;
    let from = at("2027-01-04T00:00:00Z");
    desk.schedule(every_day(9, 30), from).await;
    desk.schedule(every_day(9, 45), from).await;
    let back = at("2027-02-20T10:30:00Z");
    assert_eq!(desk.pass(back).await, [Kind::Prompt, Kind::Prompt], "one for each schedule");
    let record = desk.record().await;
    assert_eq!(record.iter().filter(|(_, state)| *state == State::Posted).count(), 2);
    assert_eq!(record.iter().filter(|(_, state)| *state == State::Missed).count(), 94);
    assert_eq!(desk.pass(back + SignedDuration::from_secs(1)).await, []);
}

/// python-discord/bot#359, yagpdb#111, discordjs#2655: the same post many times when ready fires again.
#[tokio::test]
async fn nothing_is_posted_twice_when_the_start_runs_again() {
    let desk = Desk::new("UTC").await;
    desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    let now = at("2027-01-04T09:30:00Z");
    let mut sent = Vec::new();
    for n in 0..20 {
        let now = now + SignedDuration::from_secs(n);
        helmsman::app::outbox::resume_after_stop(&desk.store, now).await.unwrap();
        sent.extend(desk.pass(now).await);
    }
    assert_eq!(sent, [Kind::Prompt]);
}

/// QotD-Bot: one bad zone stops all servers, and posts only if the minute equals now.
#[tokio::test]
async fn one_bad_zone_does_not_stop_the_others_and_no_minute_has_to_be_hit() {
    let desk = Desk::new("UTC").await;
    let begin = at("2027-01-04T00:00:00Z");
    let good = desk.schedule(plan(), begin).await;
    let bad = desk
        .store
        .write(|conn| {
            Box::pin(async move {
                use helmsman::domain::id::{ChannelId, GuildId};
                team::insert(conn, GuildId(7), ChannelId(8), "UTC", UserId(9), Timestamp::UNIX_EPOCH).await
            })
        })
        .await
        .unwrap();
    let mut other = desk;
    other.team = bad;
    let stopped = other.schedule(plan(), begin).await;
    rezone(&other, "Mars/Olympus", begin).await;
    let sent = other.pass(at("2027-01-04T09:37:12Z")).await;
    assert!(sent.contains(&Kind::Prompt) && sent.contains(&Kind::Alert), "{sent:?}");
    use helmsman::store::schedule::State as Runs;
    assert_eq!(
        (other.get(good).await.state, other.get(stopped).await.state),
        (Runs::Active, Runs::Suspended)
    );
}

/// habitica#3433: lost to travel or a zone change.
#[tokio::test]
async fn a_zone_change_neither_breaks_a_streak_nor_doubles_a_day() {
    let desk = Desk::new("Europe/Berlin").await;
    let begin = at("2027-01-04T00:00:00Z");
    desk.schedule(plan(), begin).await;
    let mut now = begin;
    for day in 0..10 {
        desk.live(now, begin + days(day) + SignedDuration::from_hours(12)).await;
        now = begin + days(day) + SignedDuration::from_hours(12);
        for open in desk.occurrences().await {
            if open.takes(now) {
                desk.answer(&open, 50, now).await;
            }
        }
        if day == 3 {
            rezone(&desk, "Pacific/Honolulu", now).await;
        }
        if day == 7 {
            rezone(&desk, "Pacific/Auckland", now).await;
        }
    }
    let record = desk.record().await;
    let mut dates: Vec<_> = record.iter().map(|(day, _)| *day).collect();
    dates.dedup();
    assert_eq!(dates.len(), record.len(), "no date has two scheduled prompts");
    let answered = desk.occurrences().await.iter().filter(|o| o.state == State::Posted).count();
    assert!(streak_of(&desk, 50).await as usize >= answered - 1, "the last may be open still");
}

/// daily discussion #1185, FluidVoice#130: lost to weekends and holidays.
#[tokio::test]
async fn days_off_and_weekends_do_not_end_a_streak() {
    let desk = Desk::new("Europe/Berlin").await;
    let begin = at("2027-01-04T00:00:00Z");
    desk.schedule(plan(), begin).await;
    let team = desk.team;
    let insert = desk.store.write(move |conn| {
        Box::pin(
            async move { day_off::insert(conn, team, date(2027, 1, 11), date(2027, 1, 13), "Snow").await },
        )
    });
    insert.await.unwrap();
    let mut answered = 0;
    for day in 0..14 {
        let noon = begin + days(day) + SignedDuration::from_hours(12);
        desk.live(begin + days(day), noon).await;
        for open in desk.occurrences().await {
            if open.takes(noon) {
                desk.answer(&open, 50, noon).await;
                answered += 1;
            }
        }
    }
    assert_eq!((answered, streak_of(&desk, 50).await), (7, 7));
}

/// YaDc#69: posted again on restart. (By hand: the interaction is delivered again.)
#[tokio::test]
async fn a_post_by_hand_is_not_repeated_with_its_event() {
    let desk = Desk::new("UTC").await;
    let now = at("2027-01-09T12:00:00Z");
    let mut sent = Vec::new();
    for _ in 0..5 {
        let wanted = posting::Wanted { team: desk.team, series: "steady-and-far".into(), prompt: None };
        posting::by_hand(&desk.store, &desk.library, wanted, 123, now, desk.seed()).await.unwrap();
        sent.extend(desk.pass(now).await);
    }
    assert_eq!(sent, [Kind::Prompt]);
    assert_eq!(desk.record().await, [(date(2027, 1, 9), State::Posted)]);
}
