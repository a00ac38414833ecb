//! What is due becomes a prompt, once.

use super::desk::{ADMIN, CHANNEL, Desk, at, days, plan};
use helmsman::{
    app::{ahead, managing, posting, schedules},
    domain::{occurrence::State, queue::AtEnd, reason::Reason, schedule::Rule},
    store::{
        day_off,
        outbox::Kind,
        schedule::{self, Plan},
        team,
    },
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{date, time},
};

async fn off(desk: &Desk, from: &str, to: &str) {
    let (team, from, to) = (desk.team, from.parse().unwrap(), to.parse().unwrap());
    let insert = desk
        .store
        .write(move |conn| Box::pin(async move { day_off::insert(conn, team, from, to, "Spring").await }));
    insert.await.unwrap();
}

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

#[tokio::test]
async fn a_fortnight_has_ten_prompts_and_the_queue_its_order() {
    let desk = Desk::new("Europe/Berlin").await;
    let schedule = desk.schedule(plan(), at("2027-01-01T12:00:00Z")).await;
    let series = desk.library.get("steady-and-far").unwrap().prompts.clone();
    desk.live(at("2027-01-01T12:00:00Z"), at("2027-01-15T23:00:00Z")).await;
    let all = desk.occurrences().await;
    assert_eq!(all.len(), 10);
    for (n, occurrence) in all.iter().enumerate() {
        let snapshot = occurrence.snapshot.as_ref().unwrap();
        assert_eq!(snapshot.prompt.id, series[n].id);
        assert_eq!((snapshot.number, snapshot.of), (n as u32 + 1, series.len() as u32));
        assert_eq!(occurrence.due.to_string()[10..], *"T08:30:00Z");
        assert_eq!(occurrence.closes, occurrence.due + days(1));
        assert_eq!((occurrence.state, occurrence.channel), (State::Posted, CHANNEL));
    }
    assert_eq!(desk.queue(schedule).await.len(), series.len() - 10);
}

#[tokio::test]
async fn two_passes_at_once_claim_once() {
    let desk = Desk::new("UTC").await;
    desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    let now = at("2027-01-04T09:30:00Z");
    tokio::join!(desk.look(now), desk.look(now), desk.look(now));
    desk.look(now + SignedDuration::from_secs(1)).await;
    assert_eq!(desk.record().await, [(date(2027, 1, 4), State::Claimed)]);
    assert_eq!(desk.due(now).await.len(), 1);
}

#[tokio::test]
async fn a_day_off_and_a_skipped_day_keep_their_prompt() {
    let desk = Desk::new("UTC").await;
    let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    let first = desk.queue(schedule).await[0].clone();
    off(&desk, "2027-01-04", "2027-01-05").await;
    let now = at("2027-01-04T00:00:00Z");
    let skipped = managing::skip(&desk.store, desk.team, schedule, ADMIN, now).await.unwrap();
    assert_eq!(skipped, managing::Skip::Skipped(date(2027, 1, 6)));
    desk.live(now, at("2027-01-07T10:00:00Z")).await;
    let skipped = State::Skipped;
    assert_eq!(
        desk.record().await,
        [
            (date(2027, 1, 4), skipped),
            (date(2027, 1, 5), skipped),
            (date(2027, 1, 6), skipped),
            (date(2027, 1, 7), State::Posted)
        ]
    );
    let all = desk.occurrences().await;
    let reason = |day| all.iter().find(|o| o.day == day).unwrap().reason.as_deref().and_then(Reason::parse);
    assert_eq!(reason(date(2027, 1, 5)), Some(Reason::DayOff("Spring".into())));
    assert_eq!(reason(date(2027, 1, 6)), Some(Reason::SkippedByHand));
    let posted = all.iter().find(|o| o.state == State::Posted).unwrap();
    assert_eq!(posted.snapshot.as_ref().unwrap().prompt.id, first);
}

#[tokio::test]
async fn a_day_off_added_later_changes_nothing_already_posted() {
    let desk = Desk::new("UTC").await;
    desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    desk.pass(at("2027-01-04T09:30:00Z")).await;
    off(&desk, "2027-01-04", "2027-01-04").await;
    desk.pass(at("2027-01-04T10:00:00Z")).await;
    assert_eq!(desk.record().await, [(date(2027, 1, 4), State::Posted)]);
}

#[tokio::test]
async fn after_downtime_only_the_newest_is_caught_up_and_it_says_so() {
    let desk = Desk::new("UTC").await;
    let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    let queue = desk.queue(schedule).await;
    // Back on Thursday, an hour late.
    let now = at("2027-01-07T10:30:20Z");
    assert_eq!(desk.pass(now).await, [Kind::Prompt]);
    let missed = State::Missed;
    assert_eq!(
        desk.record().await,
        [
            (date(2027, 1, 4), missed),
            (date(2027, 1, 5), missed),
            (date(2027, 1, 6), missed),
            (date(2027, 1, 7), State::Posted)
        ]
    );
    let all = desk.occurrences().await;
    let posted = all.last().unwrap();
    let snapshot = posted.snapshot.as_ref().unwrap();
    assert_eq!((&snapshot.prompt.id, snapshot.late), (&queue[0], true));
    assert_eq!(posted.closes, at("2027-01-08T10:31:00Z"), "the window begins when it is caught up");
    assert_eq!(desk.queue(schedule).await, queue[1..]);
}

#[tokio::test]
async fn too_late_is_missed_and_the_prompt_stays() {
    let desk = Desk::new("UTC").await;
    let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    let queue = desk.queue(schedule).await;
    assert_eq!(desk.pass(at("2027-01-04T11:30:01Z")).await, []);
    assert_eq!(desk.record().await, [(date(2027, 1, 4), State::Missed)]);
    assert_eq!(desk.queue(schedule).await, queue);
    assert_eq!(desk.get(schedule).await.next, Some((date(2027, 1, 5), at("2027-01-05T09:30:00Z"))));
}

#[tokio::test]
async fn an_edit_takes_effect_later_than_now_and_posts_no_day_twice() {
    let desk = Desk::new("UTC").await;
    let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    desk.pass(at("2027-01-04T09:30:00Z")).await;
    let edit = async |hour: i8, now: Timestamp| {
        let (old, id) = (desk.get(schedule).await, desk.team);
        let rule = Rule { at: time(hour, 0, 0, 0), ..old.plan.rule };
        let plan = Plan { rule, ..old.plan.clone() };
        desk.store
            .write(move |conn| {
                Box::pin(async move {
                    let team = team::get(conn, id).await?.unwrap();
                    schedules::edit_in(conn, &team, &old, &plan, now).await
                })
            })
            .await
            .unwrap()
    };
    assert!(edit(15, at("2027-01-04T10:00:00Z")).await);
    assert_eq!(desk.get(schedule).await.next, Some((date(2027, 1, 5), at("2027-01-05T15:00:00Z"))));
    // An earlier time that has passed today is tomorrow's.
    assert!(edit(8, at("2027-01-05T12:00:00Z")).await);
    assert_eq!(desk.get(schedule).await.next, Some((date(2027, 1, 6), at("2027-01-06T08:00:00Z"))));
    assert!(edit(13, at("2027-01-05T12:00:00Z")).await);
    assert_eq!(desk.get(schedule).await.next, Some((date(2027, 1, 5), at("2027-01-05T13:00:00Z"))));
}

#[tokio::test]
async fn a_slot_that_is_due_stays_due_through_an_edit() {
    let desk = Desk::new("UTC").await;
    let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    rezone(&desk, "UTC", at("2027-01-04T09:30:00.5Z")).await;
    assert_eq!(desk.pass(at("2027-01-04T09:30:01Z")).await, [Kind::Prompt]);
    assert_eq!(desk.get(schedule).await.next.unwrap().0, date(2027, 1, 5));
}

#[tokio::test]
async fn a_slot_that_is_due_stays_due_when_the_zone_moves_its_hour() {
    // In one zone the hour of this date has long passed, in the other it is still to come.
    for zone in ["Pacific/Auckland", "America/New_York"] {
        let desk = Desk::new("UTC").await;
        let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
        rezone(&desk, zone, at("2027-01-04T09:30:00.5Z")).await;
        assert_eq!(desk.pass(at("2027-01-04T09:30:01Z")).await, [Kind::Prompt], "{zone}");
        let posted = &desk.occurrences().await[0];
        assert_eq!((posted.day, posted.due), (date(2027, 1, 4), at("2027-01-04T09:30:00Z")), "{zone}");
        assert!(!posted.snapshot.as_ref().unwrap().late, "{zone}");
        assert_eq!(desk.get(schedule).await.next.unwrap().0, date(2027, 1, 5), "{zone}");
    }
}

#[tokio::test]
async fn a_paused_schedule_says_nothing_and_goes_on_where_it_was() {
    let desk = Desk::new("UTC").await;
    let now = at("2027-01-04T00:00:00Z");
    let schedule = desk.schedule(plan(), now).await;
    let queue = desk.queue(schedule).await;
    let paused = managing::pause(&desk.store, desk.team, schedule, ADMIN, None, now, 1).await.unwrap();
    assert_eq!(paused, managing::Changed::Done);
    assert_eq!(desk.pass(at("2027-01-05T09:30:00Z")).await, []);
    let later = at("2027-01-06T12:00:00Z");
    assert_eq!(
        managing::resume(&desk.store, desk.team, schedule, ADMIN, later).await.unwrap(),
        managing::Changed::Done
    );
    desk.live(later, at("2027-01-07T12:00:00Z")).await;
    assert_eq!(desk.record().await, [(date(2027, 1, 7), State::Posted)]);
    assert_eq!(desk.queue(schedule).await, queue[1..]);
}

#[tokio::test]
async fn at_the_end_a_series_stops_repeats_or_hands_over() {
    let length = helmsman::domain::library::Library::builtin().get("steady-and-far").unwrap().prompts.len();
    for at_end in [AtEnd::Stop, AtEnd::Repeat, AtEnd::Series("crossing-the-line".into())] {
        let desk = Desk::new("UTC").await;
        let begin = at("2027-01-04T00:00:00Z");
        let schedule = desk.schedule(Plan { at_end: at_end.clone(), ..plan() }, begin).await;
        desk.live(begin, begin + days(7 * length as i64 / 5 + 4)).await;
        let all = desk.occurrences().await;
        let after = desk.get(schedule).await;
        let next = all.get(length).map(|o| o.snapshot.as_ref().unwrap());
        match at_end {
            AtEnd::Stop => assert_eq!((all.len(), after.state), (length, schedule::State::Ended)),
            AtEnd::Repeat => {
                assert_eq!((next.unwrap().series.as_str(), after.round), ("steady-and-far", 1));
                assert_eq!(next.unwrap().number, 1);
            }
            AtEnd::Series(_) => assert_eq!(next.unwrap().series, "crossing-the-line"),
        }
    }
}

#[tokio::test]
async fn a_post_by_hand_is_a_bonus_and_the_schedule_still_posts() {
    let desk = Desk::new("UTC").await;
    let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    let queue = desk.queue(schedule).await;
    let by_hand = async |interaction: u64, now: Timestamp| {
        let wanted = posting::Wanted { team: desk.team, series: "steady-and-far".into(), prompt: None };
        posting::by_hand(&desk.store, &desk.library, wanted, interaction, now, desk.seed()).await.unwrap()
    };
    let now = at("2027-01-04T08:00:30Z");
    let first = by_hand(77, now).await;
    assert!(matches!(first, posting::ByHand::Claimed(_)));
    assert_eq!(by_hand(77, now).await, posting::ByHand::Already, "an event delivered twice");
    assert_eq!(desk.pass(now).await, [Kind::Prompt]);
    desk.pass(at("2027-01-04T09:30:00Z")).await;
    let all = desk.occurrences().await;
    let asked: Vec<_> = all.iter().map(|o| (o.bonus, &o.snapshot.as_ref().unwrap().prompt.id)).collect();
    assert_eq!(asked, [(true, &queue[0]), (false, &queue[1])]);
    assert_eq!(all[0].closes, at("2027-01-05T08:01:00Z"));
}

#[tokio::test]
async fn the_preview_is_what_will_be_posted() {
    let desk = Desk::new("Europe/Berlin").await;
    let begin = at("2027-03-24T12:00:00Z");
    let schedule = desk.schedule(Plan { at_end: AtEnd::Repeat, ..plan() }, begin).await;
    off(&desk, "2027-03-26", "2027-03-29").await;
    let conn = &mut *desk.store.read().await.unwrap();
    let team = team::get(conn, desk.team).await.unwrap().unwrap();
    let row = schedule::get(conn, schedule).await.unwrap().unwrap();
    let ahead = ahead::preview_in(conn, &desk.library, &team, &row, begin, 15).await.unwrap();
    let posts: Vec<_> = ahead
        .iter()
        .filter_map(|day| match &day.what {
            ahead::Content::Prompt { prompt, .. } => Some((day.day, day.due, prompt.clone())),
            ahead::Content::Off(_) => None,
        })
        .collect();
    assert_eq!((posts.len(), ahead.len()), (15, 17));
    let nexts = ahead::next_posts_in(conn, &team, &row, begin, 15).await.unwrap();
    assert_eq!(nexts, posts.iter().map(|(day, due, _)| (*day, *due)).collect::<Vec<_>>());
    desk.live(begin, posts[14].1 + SignedDuration::from_mins(2)).await;
    let made = desk.occurrences().await;
    let made: Vec<_> = made
        .iter()
        .filter(|o| o.state == State::Posted)
        .map(|o| (o.day, o.due, o.snapshot.as_ref().unwrap().prompt.id.clone()))
        .collect();
    assert_eq!(made, posts);
}
