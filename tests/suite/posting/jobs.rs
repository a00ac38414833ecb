//! What becomes of a message whose sending fails, as far as the database goes.

use super::desk::{ADMIN, CHANNEL, Desk, GUILD, at, plan};
use helmsman::{
    app::{
        closing, outbox,
        outbox::Allowed,
        schedules,
        setup::{self, Moved},
    },
    domain::{
        id::{ChannelId, MessageId, UserId, snowflake_floor},
        occurrence::State,
        outbound::{self, Attempt, Rights, Searched, Step},
        reason::Reason,
    },
    store::{
        self,
        outbox::{Job, Kind, New, Target},
        schedule,
    },
};
use jiff::{SignedDuration, Timestamp};

async fn claimed(desk: &Desk) -> (helmsman::domain::id::ScheduleId, Job, Timestamp) {
    let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    let now = at("2027-01-04T09:30:00Z");
    desk.look(now).await;
    let job = desk.due(now).await.remove(0);
    (schedule, job, now)
}

fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

#[tokio::test]
async fn what_was_claimed_by_a_clock_that_was_ahead_goes_out_at_once() {
    let desk = Desk::new("UTC").await;
    desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    let now = at("2027-01-04T09:30:00Z");
    desk.look(now + seconds(3600)).await;
    assert_eq!(desk.due(now).await.len(), 1, "when the clock was set right");
}

#[tokio::test]
async fn what_waits_for_its_turn_leaves_room_for_others() {
    let desk = Desk::new("UTC").await;
    let now = at("2027-01-04T09:30:00Z");
    let (many, other) = (Target::Person(ADMIN), Target::Person(UserId(9)));
    for n in 0..70 {
        let target = if n < 69 { many } else { other };
        let team = Some(desk.team);
        desk.store
            .write(move |conn| {
                Box::pin(async move {
                    let nonce = n.to_string();
                    let (kind, body) = (Kind::Alert, Some("{}"));
                    let new = New {
                        team,
                        kind,
                        occurrence: None,
                        poll: None,
                        target,
                        body,
                        nonce: &nonce,
                        thread: false,
                    };
                    store::outbox::insert(conn, new, now).await
                })
            })
            .await
            .unwrap();
    }
    let places = async |busy: &[Target]| {
        let due = outbox::due(&desk.store, now, 64, busy).await.unwrap();
        due.into_iter().map(|job| job.target).collect::<Vec<_>>()
    };
    assert_eq!(places(&[]).await, [many; 64]);
    assert_eq!(places(&[many]).await, [other]);
    assert_eq!(places(&[many, other]).await, []);
}

#[tokio::test]
async fn a_crash_while_sending_is_a_doubt_that_is_searched() {
    let desk = Desk::new("UTC").await;
    let (_, job, now) = claimed(&desk).await;
    assert_eq!(desk.take_up(&job, now).await.0, Step::Send);
    // The process dies; another one begins two minutes later.
    let later = now + seconds(120);
    outbox::resume_after_stop(&desk.store, later).await.unwrap();
    let begun = desk.due(later).await.remove(0);
    assert_eq!(desk.take_up(&begun, later).await.0, Step::Rest, "too late for the nonce");
    let settled = now + outbound::LONGEST_ATTEMPT + outbound::SETTLE;
    assert!(desk.due(settled - seconds(1)).await.is_empty());
    let begun = desk.due(settled).await.remove(0);
    let (step, _) = desk.take_up(&begun, settled).await;
    let (since, until) = (now - outbound::SEARCH_BACK, settled + outbound::SEARCH_BACK);
    assert_eq!(step, Step::Search { since, until });
    let message = MessageId(snowflake_floor(now + seconds(1)));
    outbox::searched(&desk.store, job.id, Searched::Found(message), settled, 1).await.unwrap();
    let posted = &desk.occurrences().await[0];
    assert_eq!((posted.state, posted.message), (State::Posted, Some(message)));
    assert_eq!(posted.opens, Some(now + seconds(1)));
}

#[tokio::test]
async fn a_crash_is_followed_by_the_same_nonce_while_discord_knows_it() {
    let desk = Desk::new("UTC").await;
    let (_, job, now) = claimed(&desk).await;
    desk.take_up(&job, now).await;
    let later = now + seconds(20);
    outbox::resume_after_stop(&desk.store, later).await.unwrap();
    let begun = desk.due(later).await.remove(0);
    assert_eq!(begun.nonce, job.nonce);
    assert_eq!(desk.take_up(&begun, later).await.0, Step::Send);
    // Somebody had deleted it in between.
    desk.report(&begun, Attempt::Refused { gone: true }, later).await;
    assert_eq!(desk.record().await[0].1, State::Retracted);
    assert!(desk.due(later + seconds(3_600)).await.is_empty());
}

#[tokio::test]
async fn a_prompt_that_is_in_no_channel_is_back_in_its_queue() {
    let desk = Desk::new("UTC").await;
    let (schedule, job, now) = claimed(&desk).await;
    let rest = desk.queue(schedule).await;
    desk.take_up(&job, now).await;
    desk.report(&job, Attempt::Doubtful, now).await;
    // Discord is out of reach until the catch-up window has passed.
    let late = now + seconds(2 * 3_600 + 1);
    let begun = desk.due(late).await.remove(0);
    assert_eq!(desk.take_up(&begun, late).await.0, Step::Rest);
    let late = late + outbound::SETTLE;
    let begun = desk.due(late).await.remove(0);
    assert!(matches!(desk.take_up(&begun, late).await.0, Step::Search { .. }));
    outbox::searched(&desk.store, job.id, Searched::Absent, late, 1).await.unwrap();
    let missed = &desk.occurrences().await[0];
    assert_eq!((missed.state, missed.reason.as_deref()), (State::Missed, Some("too-late")));
    let back = desk.queue(schedule).await;
    assert_eq!((&back[0], &back[1..]), (&missed.snapshot.as_ref().unwrap().prompt.id, &rest[..]));
    assert_eq!(desk.get(schedule).await.state, schedule::State::Active);
}

#[tokio::test]
async fn a_refusal_suspends_and_the_admin_is_told_once() {
    let desk = Desk::new("UTC").await;
    let (schedule, job, now) = claimed(&desk).await;
    desk.take_up(&job, now).await;
    desk.report(&job, Attempt::Refused { gone: false }, now).await;
    assert_eq!(desk.record().await[0].1, State::Missed);
    let stopped = desk.get(schedule).await;
    assert_eq!(stopped.state, schedule::State::Suspended);
    assert_eq!(stopped.reason.as_deref().and_then(Reason::parse), Some(Reason::Refused(50_001)));
    assert_eq!(desk.queue(schedule).await.len(), 12);
    let told = desk.due(now).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].kind, told[0].target), (Kind::Alert, Target::Person(ADMIN)));
    // Direct messages are closed: that ends it, quietly.
    desk.take_up(&told[0], now).await;
    desk.report(&told[0], Attempt::Refused { gone: false }, now).await;
    assert!(desk.due(now + seconds(7_200)).await.is_empty());
}

#[tokio::test]
async fn without_permissions_nothing_is_sent_and_nothing_searched() {
    let desk = Desk::new("UTC").await;
    let (schedule, job, now) = claimed(&desk).await;
    let none = |why_not| Allowed { rights: Rights::Known { send: false, search: false }, why_not };
    let missing = Reason::Missing(1 << 11);
    let (step, _) = outbox::take_up(&desk.store, job.id, none(missing.clone()), now, 7).await.unwrap();
    assert_eq!(step, Step::Rest);
    let stopped = desk.get(schedule).await;
    assert_eq!(stopped.reason.as_deref().and_then(Reason::parse), Some(missing));
    assert_eq!(desk.occurrences().await[0].state, State::Missed);
}

#[tokio::test]
async fn what_cannot_be_found_out_is_unknown_and_told() {
    let desk = Desk::new("UTC").await;
    let (schedule, job, now) = claimed(&desk).await;
    let rest = desk.queue(schedule).await;
    desk.take_up(&job, now).await;
    let late = now + seconds(70);
    desk.report(&job, Attempt::Doubtful, late).await;
    let late = late + outbound::SETTLE;
    let begun = desk.due(late).await.remove(0);
    let blind =
        Allowed { rights: Rights::Known { send: true, search: false }, why_not: Reason::CannotSearch };
    outbox::take_up(&desk.store, begun.id, blind, late, 7).await.unwrap();
    assert_eq!(desk.occurrences().await[0].state, State::Unknown);
    assert_eq!(desk.queue(schedule).await, rest, "it may have been asked, so it is not asked again");
    let told = desk.due(late).await;
    assert_eq!((told.len(), told[0].kind), (1, Kind::Alert));
}

/// The team lives elsewhere from now on.
async fn moved(desk: &Desk, now: Timestamp) {
    let team = (GUILD, desk.team);
    let moved = setup::move_to(&desk.store, now, team, ADMIN, ChannelId(77)).await.unwrap();
    assert_eq!(moved, Moved::From(CHANNEL));
}

#[tokio::test]
async fn a_refusal_in_the_channel_that_a_team_has_left_does_not_stop_it() {
    let desk = Desk::new("UTC").await;
    let schedule = desk.schedule(plan(), at("2027-01-04T00:00:00Z")).await;
    desk.pass(at("2027-01-04T09:30:00Z")).await;
    moved(&desk, at("2027-01-04T12:00:00Z")).await;
    // The old channel is deleted; its prompt closes, and the reveal has no place to go to.
    let now = at("2027-01-05T09:30:05Z");
    desk.look(now).await;
    let reveal = desk.due(now).await.remove(0);
    assert_eq!((reveal.kind, reveal.target), (Kind::Reveal, Target::Channel(CHANNEL)));
    let none = Rights::Known { send: false, search: false };
    let gone = Allowed { rights: none, why_not: Reason::ChannelGone };
    outbox::take_up(&desk.store, reveal.id, gone, now, 7).await.unwrap();
    assert_eq!(desk.get(schedule).await.state, schedule::State::Active);
    let prompt = desk.due(now).await;
    assert_eq!((prompt.len(), prompt[0].target), (1, Target::Channel(ChannelId(77))));
}

#[tokio::test]
async fn a_prompt_for_the_channel_that_a_team_has_left_goes_back_to_its_queue() {
    let desk = Desk::new("UTC").await;
    let (schedule, job, now) = claimed(&desk).await;
    moved(&desk, now).await;
    desk.take_up(&job, now).await;
    desk.report(&job, Attempt::Refused { gone: false }, now).await;
    assert_eq!(desk.occurrences().await[0].state, State::Missed);
    assert_eq!(desk.queue(schedule).await.len(), 12);
    assert_eq!(desk.get(schedule).await.state, schedule::State::Active);
    assert!(desk.due(now).await.is_empty(), "nobody needs to do anything");
}

#[tokio::test]
async fn a_prompt_that_was_on_its_way_when_its_team_was_removed_is_known_and_closes() {
    let desk = Desk::new("UTC").await;
    let (_, job, now) = claimed(&desk).await;
    assert_eq!(desk.take_up(&job, now).await.0, Step::Send);
    assert!(setup::remove(&desk.store, now, (GUILD, desk.team), ADMIN, 1).await.unwrap());
    let message = MessageId(snowflake_floor(now) + 1);
    desk.report(&job, Attempt::Done(message), now + seconds(1)).await;
    let posted = &desk.occurrences().await[0];
    assert_eq!(
        (posted.state, posted.message),
        (State::Posted, Some(message)),
        "so its buttons can be taken away"
    );
    assert!(posted.tallied_at.is_some() && !posted.is_fair());
    assert!(desk.due(now + seconds(60)).await.is_empty(), "and nothing is revealed");
}

#[tokio::test]
async fn a_schedule_that_ran_out_with_a_prompt_that_was_lost_with_its_team_comes_back_with_it() {
    let desk = Desk::new("UTC").await;
    let (id, _, now) = claimed(&desk).await;
    let ran_out =
        desk.store.write(move |conn| Box::pin(schedule::stop(conn, id, schedule::State::Ended, None)));
    ran_out.await.unwrap();
    let team = (GUILD, desk.team);
    assert!(setup::remove(&desk.store, now, team, ADMIN, 1).await.unwrap());
    assert_eq!(desk.get(id).await.next, None, "nothing runs in a removed team");
    assert_eq!(desk.queue(id).await.len(), 12);
    setup::restore(&desk.store, now, team, ADMIN).await.unwrap();
    let back = desk.get(id).await;
    assert!(back.state == schedule::State::Active && back.next.is_some_and(|(_, due)| due > now), "{back:?}");
}

#[tokio::test]
async fn a_prompt_goes_back_to_no_queue_of_another_series() {
    let desk = Desk::new("UTC").await;
    let (id, job, now) = claimed(&desk).await;
    let (library, old) = (desk.library.clone(), desk.get(id).await);
    let changed = desk.store.write(move |conn| {
        Box::pin(
            async move { schedules::redraft_in(conn, &old, library.get("crossing-the-line").unwrap()).await },
        )
    });
    changed.await.unwrap();
    let queue = desk.queue(id).await;
    outbox::give_up(&desk.store, job.id, now, 1).await.unwrap();
    assert_eq!(desk.occurrences().await[0].state, State::Missed);
    assert_eq!(desk.queue(id).await, queue);
}

#[tokio::test]
async fn a_prompt_in_doubt_when_its_team_was_removed_is_not_sent_again() {
    let desk = Desk::new("UTC").await;
    let (_, job, now) = claimed(&desk).await;
    desk.take_up(&job, now).await;
    desk.report(&job, Attempt::Doubtful, now).await;
    assert!(setup::remove(&desk.store, now, (GUILD, desk.team), ADMIN, 1).await.unwrap());
    let again = now + seconds(1);
    assert_eq!(desk.take_up(&job, again).await.0, Step::Rest, "no second attempt with the nonce");
    let settled = again + outbound::SETTLE + outbound::LONGEST_ATTEMPT;
    assert!(matches!(desk.take_up(&job, settled).await.0, Step::Search { .. }));
    outbox::searched(&desk.store, job.id, Searched::Absent, settled, 1).await.unwrap();
    assert_eq!(desk.occurrences().await[0].state, State::Missed);
}

#[tokio::test]
async fn replies_from_the_time_in_which_nobody_knew_the_prompts_message_are_read_back() {
    let read_first = async |doubtful: bool| {
        let desk = Desk::new("UTC").await;
        let (_, job, now) = claimed(&desk).await;
        let message = MessageId(snowflake_floor(now) + 1);
        desk.take_up(&job, now).await;
        if doubtful {
            let late = now + seconds(70);
            desk.report(&job, Attempt::Doubtful, late).await;
            desk.take_up(&job, late + outbound::SETTLE).await;
            let found = Searched::Found(message);
            outbox::searched(&desk.store, job.id, found, late + outbound::SETTLE, 1).await.unwrap();
        } else {
            desk.report(&job, Attempt::Done(message), now).await;
        }
        let closed = closing::due(&desk.store, now + seconds(86_405), Some(now), &mut Default::default())
            .await
            .unwrap();
        closed[0].read_first
    };
    assert!(!read_first(false).await);
    assert!(read_first(true).await, "a reply to a message that is not known is nobody's answer");
}
