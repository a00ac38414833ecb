//! Closes, reveals, and what waits for them.

use super::desk::{ADMIN, CHANNEL, Desk, GUILD, at, days, plan};
use helmsman::{
    app::{closing, managing, schedules},
    domain::{occurrence::State, reason::Reason},
    store::{
        outbox::Kind,
        schedule::{self, Plan},
    },
};
use jiff::SignedDuration;
use std::sync::Arc;

#[tokio::test]
async fn nothing_closes_earlier_than_five_seconds_after_its_instant() {
    let desk = Desk::new("UTC").await;
    desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    desk.pass(at("2027-01-04T09:30:00Z")).await;
    let since = Some(at("2027-01-04T00:00:00Z"));
    let closes = at("2027-01-05T09:30:00Z");
    let due = async |now, since| {
        closing::due(&desk.store, now, since, &mut Default::default()).await.unwrap().len()
    };
    assert_eq!(due(closes + SignedDuration::from_millis(4_999), since).await, 0);
    assert_eq!(due(closes + SignedDuration::from_secs(5), since).await, 1);
    assert_eq!(due(closes + days(1), None).await, 0, "not while nobody can be heard");
    let back = closes + SignedDuration::from_secs(30);
    assert_eq!(due(back + SignedDuration::from_millis(9_999), Some(back)).await, 0);
    assert_eq!(due(back + SignedDuration::from_secs(10), Some(back)).await, 1);
}

#[tokio::test]
async fn a_prompt_waits_for_the_close_before_it_and_its_reveal_but_not_for_ever() {
    let desk = Desk::new("UTC").await;
    desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    desk.pass(at("2027-01-04T09:30:00Z")).await;
    let due = at("2027-01-05T09:30:00Z");
    assert_eq!(desk.pass(due).await, []);
    assert_eq!(desk.pass(due + SignedDuration::from_secs(5)).await, [Kind::Reveal, Kind::Prompt]);
    // The connection is gone across the next close.
    let due = at("2027-01-06T09:30:00Z");
    let claim = async |now| {
        for (_, claim) in
            helmsman::app::posting::claim_due(&desk.store, &desk.shelf(), now, 9, &[]).await.unwrap()
        {
            claim.unwrap();
        }
        desk.due(now).await.len()
    };
    assert_eq!(claim(due).await, 0);
    assert_eq!(claim(due + SignedDuration::from_secs(59)).await, 0);
    assert_eq!(claim(due + SignedDuration::from_secs(60)).await, 1);
}

#[tokio::test]
async fn fridays_reveal_comes_on_monday_before_the_prompt() {
    let desk = Desk::new("Europe/Berlin").await;
    let friday = at("2027-01-08T08:30:00Z");
    desk.schedule(plan(), friday - SignedDuration::from_hours(1)).await;
    let sent = desk.live(friday, at("2027-01-11T09:00:00Z")).await;
    let monday = at("2027-01-11T08:30:00Z");
    assert_eq!(sent, [(friday, Kind::Prompt), (monday, Kind::Reveal), (monday, Kind::Prompt)]);
    let first = &desk.occurrences().await[0];
    assert_eq!(first.tallied_at, Some(at("2027-01-09T08:30:05Z")), "the tally is made at the close");
}

#[tokio::test]
async fn a_reveal_does_not_wait_for_a_prompt_that_will_not_come() {
    let desk = Desk::new("UTC").await;
    let friday = at("2027-01-08T09:30:00Z");
    let schedule = desk.schedule(plan(), friday - SignedDuration::from_hours(1)).await;
    desk.live(friday, at("2027-01-09T12:00:00Z")).await;
    managing::pause(&desk.store, desk.team, schedule, ADMIN, None, at("2027-01-09T13:00:00Z"), 5)
        .await
        .unwrap();
    assert_eq!(desk.pass(at("2027-01-09T13:00:00Z")).await, [Kind::Reveal]);
}

#[tokio::test]
async fn a_held_reveal_goes_out_before_a_post_by_hand() {
    let desk = Desk::new("UTC").await;
    let friday = at("2027-01-08T09:30:00Z");
    desk.schedule(plan(), friday - SignedDuration::from_hours(1)).await;
    desk.live(friday, at("2027-01-09T12:00:00Z")).await;
    let wanted =
        helmsman::app::posting::Wanted { team: desk.team, series: "steady-and-far".into(), prompt: None };
    let now = at("2027-01-09T15:00:00Z");
    helmsman::app::posting::by_hand(&desk.store, &desk.library, wanted, 5, now, 11).await.unwrap();
    assert_eq!(desk.pass(now).await, [Kind::Reveal, Kind::Prompt]);
}

#[tokio::test]
async fn a_post_by_hand_just_before_a_close_takes_its_reveal_along() {
    let desk = Desk::new("UTC").await;
    let friday = at("2027-01-08T09:30:00Z");
    desk.schedule(plan(), friday - SignedDuration::from_hours(1)).await;
    let closes = friday + days(1);
    let now = closes - SignedDuration::from_secs(30);
    desk.live(friday, now).await;
    let wanted =
        helmsman::app::posting::Wanted { team: desk.team, series: "steady-and-far".into(), prompt: None };
    helmsman::app::posting::by_hand(&desk.store, &desk.library, wanted, 5, now, 11).await.unwrap();
    assert_eq!(desk.pass(closes).await, [], "it waits for the close");
    let both = desk.pass(closes + SignedDuration::from_secs(5)).await;
    assert_eq!(both, [Kind::Reveal, Kind::Prompt]);
}

#[tokio::test]
async fn a_deleted_prompt_is_retracted_and_never_revealed() {
    let desk = Desk::new("UTC").await;
    desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    desk.pass(at("2027-01-04T09:30:00Z")).await;
    let posted = desk.occurrences().await.remove(0);
    desk.answer(&posted, 50, at("2027-01-04T10:00:00Z")).await;
    let message = posted.message.unwrap();
    let now = at("2027-01-04T12:00:00Z");
    let other = helmsman::domain::id::GuildId(9);
    assert!(!closing::message_deleted(&desk.store, other, message, now).await.unwrap());
    assert!(closing::message_deleted(&desk.store, GUILD, message, now).await.unwrap());
    assert!(!closing::message_deleted(&desk.store, GUILD, message, now).await.unwrap(), "told twice");
    assert_eq!(desk.record().await[0].1, State::Retracted);
    let due = at("2027-01-05T09:30:00Z");
    assert_eq!(desk.pass(due).await, [Kind::Prompt], "nothing is left to wait for");
    assert_eq!(posted.channel, CHANNEL);
}

#[tokio::test]
async fn a_held_reveal_outlives_a_channel_in_trouble_and_comes_before_the_next_prompt() {
    let desk = Desk::new("UTC").await;
    let friday = at("2027-01-08T09:30:00Z");
    let schedule = desk.schedule(plan(), friday - SignedDuration::from_hours(1)).await;
    desk.pass(friday).await;
    let evening = at("2027-01-08T20:00:00Z");
    let missing = Reason::Missing(1 << 11);
    assert!(schedules::suspend(&desk.store, desk.team, missing, evening, 5).await.unwrap());
    let sent = desk.live(evening, at("2027-01-10T12:00:00Z")).await;
    assert_eq!(sent, [(evening, Kind::Alert)], "what cannot be shown is not thrown away");
    managing::resume(&desk.store, desk.team, schedule, ADMIN, at("2027-01-10T12:00:00Z")).await.unwrap();
    assert_eq!(desk.pass(at("2027-01-11T09:30:00Z")).await, [Kind::Reveal, Kind::Prompt]);
}

#[tokio::test]
async fn a_held_reveal_does_not_wait_for_a_series_that_is_gone() {
    let mut desk = Desk::new("UTC").await;
    let builtin = desk.library.clone();
    let mut own = builtin.default_series().clone();
    own.id = "our-own".into();
    desk.library = Arc::new((*builtin).clone().with(own));
    let friday = at("2027-01-08T09:30:00Z");
    let plan = Plan { series: "our-own".into(), ..plan() };
    let schedule = desk.schedule(plan, friday - SignedDuration::from_hours(1)).await;
    desk.live(friday, at("2027-01-10T12:00:00Z")).await;
    desk.library = builtin;
    let monday = at("2027-01-11T09:30:00Z");
    assert_eq!(desk.pass(monday).await, [Kind::Reveal, Kind::Alert]);
    assert_eq!(desk.get(schedule).await.state, schedule::State::Suspended);
}
