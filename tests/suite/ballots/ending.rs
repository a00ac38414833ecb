//! How polls end: on time, once, and whatever happens in between.

use super::{Booth, GUILD, MANAGER, draft, nominee, seconds};
use crate::world::ahead;
use futures_util::future::join_all;
use helmsman::{
    app::{
        closing::{GRACE, GRACE_AFTER_BREAK},
        outbox,
        polls::{self, Ended, Opened, Refused, Withdrew, message::Reposted},
        setup,
    },
    domain::{
        id::{JobId, MessageId, PollId, UserId},
        outbound::{Attempt, Rights, Searched, Step},
        poll::{Cancelled, Draft, Event, Outcome, State, Withdrawn},
        reason::Reason,
    },
    store::{Store, outbox::Kind},
};
use jiff::Timestamp;

const CONNECTED: Option<Timestamp> = Some(Timestamp::UNIX_EPOCH);

async fn with_votes(booth: &mut Booth) -> PollId {
    let id = booth.poll(draft(3)).await;
    for voter in 1..=4 {
        booth.votes(id, voter, 1).await;
    }
    id
}

#[tokio::test]
async fn nothing_is_counted_before_its_time() {
    let mut booth = Booth::new().await;
    let id = with_votes(&mut booth).await;
    let closes = booth.one(id).await.closes;
    let due = async |now, since| polls::due(&booth.store, now, since, &[]).await.unwrap().len();
    assert_eq!(due(closes, CONNECTED).await, 0);
    assert_eq!(due(closes + GRACE - seconds(1), CONNECTED).await, 0);
    assert_eq!(due(closes + GRACE, CONNECTED).await, 1);
    assert_eq!(due(closes + seconds(3_600), None).await, 0, "not while nobody can be heard");
    let back = closes + seconds(1_000);
    assert_eq!(due(back + GRACE_AFTER_BREAK - seconds(1), Some(back)).await, 0);
    assert_eq!(due(back + GRACE_AFTER_BREAK, Some(back)).await, 1);
}

#[tokio::test]
async fn two_who_close_it_at_once_post_one_result() {
    let mut booth = Booth::new().await;
    let id = with_votes(&mut booth).await;
    booth.wait_for_the_end(id).await;
    let counts = join_all((0..8).map(|_| booth.tally(id))).await;
    assert_eq!(counts.iter().flatten().count(), 1);
    assert_eq!((booth.send(Kind::PollResult).await, booth.send(Kind::PollResult).await), (1, 0));
    assert_eq!(booth.recognised(id).await, [1]);
    assert_eq!(booth.one(id).await.state, State::Closed);
    assert!(!booth.file(id, ".db").exists());
}

#[tokio::test]
async fn a_vote_that_arrives_after_the_count_is_late_whenever_it_was_cast() {
    let mut booth = Booth::new().await;
    let id = with_votes(&mut booth).await;
    let in_time = booth.cast_id();
    booth.wait_for_the_end(id).await;
    let closes = booth.one(id).await.closes;
    booth.tally(id).await.unwrap();
    assert_eq!(booth.deliver(id, 9, in_time, Event::Vote(0)).await, Err(Refused::Late(closes)));
}

#[tokio::test]
async fn a_vote_that_was_cast_in_time_and_arrives_before_the_count_is_in_it() {
    let mut booth = Booth::new().await;
    let id = booth.poll(draft(3)).await;
    let place = booth.place(id, 2).await;
    let casts: Vec<_> = (0..3).map(|_| booth.cast_id()).collect();
    booth.wait_for_the_end(id).await;
    for (voter, cast) in (1..).zip(casts) {
        booth.deliver(id, voter, cast, Event::Vote(place)).await.unwrap();
    }
    let after = booth.cast_id();
    assert!(matches!(booth.deliver(id, 9, after, Event::Vote(place)).await, Err(Refused::Late(_))));
    booth.tally(id).await.unwrap();
    assert_eq!(booth.recognised(id).await, [2]);
}

#[tokio::test]
async fn votes_in_the_same_millisecond_are_one_vote_the_later_one() {
    let mut booth = Booth::new().await;
    let id = booth.poll(draft(3)).await;
    let (first, second) = (booth.cast_id(), booth.cast_id());
    assert_eq!(first.time(), second.time());
    for voter in 1..=3 {
        let twice = [
            booth.deliver(id, voter, second, Event::Vote(1)),
            booth.deliver(id, voter, first, Event::Vote(0)),
            booth.deliver(id, voter, second, Event::Vote(1)),
        ];
        join_all(twice).await.into_iter().for_each(|told| drop(told.unwrap()));
    }
    booth.wait_for_the_end(id).await;
    let Some(Outcome::Recognised { people, .. }) = booth.tally(id).await else { panic!("three voted") };
    assert_eq!(people.iter().map(|person| person.place).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_crash_between_the_seal_and_the_count_loses_and_repeats_nothing() {
    let mut booth = Booth::new().await;
    let id = with_votes(&mut booth).await;
    let late = booth.cast_id();
    booth.wait_for_the_end(id).await;
    let nominees = booth.one(id).await.nominees.iter().map(|one| one.user).collect();
    assert_eq!(booth.store.ballots().seal(id, nominees).await.unwrap().unwrap().len(), 4);
    booth.restart().await;
    assert!(
        matches!(booth.deliver(id, 9, late, Event::Vote(0)).await, Err(Refused::Late(_))),
        "it is sealed"
    );
    booth.tally(id).await.unwrap();
    assert_eq!(booth.recognised(id).await, [1]);
    assert_eq!(booth.send(Kind::PollResult).await, 1);
}

#[tokio::test]
async fn a_crash_between_the_count_and_the_deletion_leaves_no_file_after_the_next_start() {
    let mut booth = Booth::new().await;
    let id = with_votes(&mut booth).await;
    let kept: Vec<_> = [".db", ".db-wal"].map(|ending| booth.file(id, ending)).into_iter().collect();
    let copies: Vec<_> = kept.iter().map(|path| std::fs::read(path).unwrap_or_default()).collect();
    booth.wait_for_the_end(id).await;
    booth.tally(id).await.unwrap();
    for (path, copy) in kept.iter().zip(copies) {
        std::fs::write(path, copy).unwrap();
    }
    booth.restart().await;
    assert!(kept.iter().all(|path| !path.exists()));
    assert_eq!(booth.one(id).await.state, State::Closed);
    assert_eq!(booth.send(Kind::PollResult).await, 1);
}

#[tokio::test]
async fn a_file_of_a_poll_that_never_was_goes_with_the_next_start() {
    let mut booth = Booth::new().await;
    booth.store.ballots().create(PollId(41)).await.unwrap();
    let open = with_votes(&mut booth).await;
    booth.restart().await;
    assert!(!booth.file(PollId(41), ".db").exists());
    assert!(booth.file(open, ".db").exists());
    booth.wait_for_the_end(open).await;
    booth.tally(open).await.unwrap();
    assert_eq!(booth.recognised(open).await, [1], "votes of before the restart count");
}

#[tokio::test]
async fn another_database_in_the_same_folder_takes_no_ballots_for_its_own() {
    let mut booth = Booth::new().await;
    let open = with_votes(&mut booth).await;
    let other = Store::open(&booth.folder.path().join("other.db")).await.unwrap();
    polls::recover(&other, booth.now).await.unwrap();
    other.ballots().create(open).await.unwrap();
    other.ballots().delete(open).await.unwrap();
    other.close().await;
    booth.restart().await;
    booth.wait_for_the_end(open).await;
    booth.tally(open).await.unwrap();
    assert_eq!(booth.recognised(open).await, [1]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_that_is_opened_by_another_name_keeps_its_ballots() {
    let mut booth = Booth::new().await;
    let open = with_votes(&mut booth).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("current.db");
    std::os::unix::fs::symlink(booth.folder.path().join("h.db"), &link).unwrap();
    booth.store.close().await;
    // The last handle holds the lock.
    booth.store = Store::open(&elsewhere.path().join("none.db")).await.unwrap();
    booth.store = Store::open(&link).await.unwrap();
    polls::recover(&booth.store, booth.now).await.unwrap();
    booth.wait_for_the_end(open).await;
    booth.tally(open).await.unwrap();
    assert_eq!(booth.recognised(open).await, [1]);
}

#[tokio::test]
async fn an_open_poll_without_its_file_is_cancelled_and_says_so() {
    for left in [None, Some("this is no database at all, it is a text"), Some("")] {
        let mut booth = Booth::new().await;
        let id = with_votes(&mut booth).await;
        booth.store.close().await;
        for ending in [".db", ".db-wal", ".db-shm"] {
            let _ = std::fs::remove_file(booth.file(id, ending));
        }
        if let Some(left) = left {
            std::fs::write(booth.file(id, ".db"), left).unwrap();
        }
        booth.restart().await;
        if left.is_some() {
            let told = booth.does(id, 9, Event::Vote(0)).await;
            let Err(Refused::Cancelled(told)) = told else { panic!("{told:?}") };
            assert_eq!((told.state, told.reason), (State::Cancelled, Some(Cancelled::BallotsGone)));
        }
        let poll = booth.one(id).await;
        assert_eq!((poll.state, poll.reason), (State::Cancelled, Some(Cancelled::BallotsGone)));
        assert_eq!(polls::message::owed(&booth.store).await.unwrap(), [id], "its message is to say so");
        booth.wait_for_the_end(id).await;
        assert_eq!(booth.tally(id).await, None);
        assert!(!booth.file(id, ".db").exists());
    }
}

#[tokio::test]
async fn what_a_vote_meant_for_the_quorum_is_found_after_a_crash() {
    let mut booth = Booth::new().await;
    let id = booth.poll(draft(2)).await;
    let told: Vec<_> =
        [booth.votes(id, 1, 0).await, booth.votes(id, 2, 0).await, booth.votes(id, 3, 1).await]
            .map(|taken| taken.reached)
            .to_vec();
    assert_eq!(told, [false, false, true]);
    assert!(booth.one(id).await.reached);
    assert!(!booth.votes(id, 4, 1).await.reached, "it is said once");
    let unset = booth.store.write(move |conn| {
        Box::pin(async move {
            sqlx::query("UPDATE poll SET reached = 0 WHERE id = ?").bind(id.0).execute(conn).await?;
            Ok(())
        })
    });
    unset.await.unwrap();
    booth.restart().await;
    assert!(booth.one(id).await.reached);
}

#[tokio::test]
async fn of_two_the_votes_of_the_nominees_do_not_reach_the_quorum() {
    let mut booth = Booth::new().await;
    let id = booth.poll(draft(2)).await;
    for (voter, n) in [(1, 0), (2, 0), (1000, 1), (1001, 0)] {
        assert!(!booth.votes(id, voter, n).await.reached);
    }
    assert!(booth.votes(id, 3, 1).await.reached);
}

#[tokio::test]
async fn a_poll_that_is_closed_early_is_counted_and_one_that_is_cancelled_is_not() {
    let mut booth = Booth::new().await;
    let (early, cancelled) = (with_votes(&mut booth).await, with_votes(&mut booth).await);
    booth.now += seconds(60);
    let now = booth.now;
    assert!(matches!(
        polls::close_early(&booth.store, GUILD, early, MANAGER, now).await.unwrap(),
        Ended::Yes(_)
    ));
    assert!(matches!(
        polls::cancel(&booth.store, GUILD, cancelled, MANAGER, now).await.unwrap(),
        Ended::Yes(_)
    ));
    assert!(!booth.file(cancelled, ".db").exists());
    let after = booth.cast_id();
    assert_eq!(booth.deliver(early, 9, after, Event::Vote(0)).await, Err(Refused::Late(now)));
    assert!(matches!(booth.deliver(cancelled, 9, after, Event::Vote(0)).await, Err(Refused::Cancelled(_))));
    booth.now += GRACE;
    assert_eq!(polls::due(&booth.store, booth.now, CONNECTED, &[]).await.unwrap().len(), 1);
    booth.tally(early).await.unwrap();
    assert_eq!((booth.tally(early).await, booth.tally(cancelled).await), (None, None));
    assert_eq!(booth.send(Kind::PollResult).await, 1);
    for (id, other) in [(early, cancelled), (cancelled, early)] {
        let again = polls::cancel(&booth.store, GUILD, id, MANAGER, booth.now).await.unwrap();
        assert!(matches!(again, Ended::NotOpen(_)), "{other}");
        let elsewhere = helmsman::domain::id::GuildId(2);
        let foreign = polls::close_early(&booth.store, elsewhere, id, MANAGER, booth.now).await.unwrap();
        assert_eq!(foreign, Ended::NotFound);
    }
}

#[tokio::test]
async fn a_nominee_who_withdraws_or_has_left_is_not_recognised() {
    let mut booth = Booth::new().await;
    let id = booth.poll(draft(4)).await;
    for (voter, n) in [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (6, 1), (7, 1), (8, 2), (9, 2), (10, 3)] {
        booth.votes(id, voter, n).await;
    }
    let withdraw =
        async |user| polls::withdraw_nominee(&booth.store, GUILD, id, user, booth.now).await.unwrap();
    assert!(matches!(withdraw(nominee(0)).await, Withdrew::Yes(_)));
    assert_eq!(withdraw(nominee(0)).await, Withdrew::Already);
    assert_eq!(withdraw(UserId(5)).await, Withdrew::NotNominated);
    booth.wait_for_the_end(id).await;
    // As late as a vote would be: it changes nothing any more.
    let late = polls::withdraw_nominee(&booth.store, GUILD, id, nominee(2), booth.now).await.unwrap();
    assert!(matches!(late, Withdrew::NotOpen(_)), "{late:?}");
    let outcome = polls::tally(&booth.store, id, vec![nominee(1)], booth.now, 5).await.unwrap();
    assert!(outcome.is_some());
    assert_eq!(booth.recognised(id).await, [2]);
    let left = booth.one(id).await.nominees.iter().find(|one| one.user == nominee(1)).unwrap().withdrawn;
    assert_eq!(left, Some(Withdrawn::Left));
}

#[tokio::test]
async fn with_one_nominee_left_a_poll_ends_at_once() {
    let mut booth = Booth::new().await;
    let id = booth.poll(draft(2)).await;
    booth.votes(id, 1, 0).await;
    booth.now += seconds(30);
    let gone = polls::withdraw_nominee(&booth.store, GUILD, id, nominee(0), booth.now).await.unwrap();
    assert!(matches!(gone, Withdrew::Yes(poll) if poll.closes == booth.now));
    booth.now += GRACE;
    assert!(matches!(booth.tally(id).await, Some(Outcome::OneLeft(_))));
}

#[tokio::test]
async fn votes_outlive_the_message_and_it_can_be_posted_again() {
    let mut booth = Booth::new().await;
    let id = with_votes(&mut booth).await;
    let message = booth.one(id).await.message.unwrap();
    let again = async |booth: &Booth| {
        polls::message::repost(&booth.store, GUILD, id, MANAGER, booth.now, 3).await.unwrap()
    };
    assert_eq!(again(&booth).await, Reposted::There);
    let deleted = async |message| {
        polls::message::message_deleted(&booth.store, GUILD, message, booth.now, 4).await.unwrap()
    };
    assert!(!deleted(MessageId(1)).await);
    assert!(deleted(message).await);
    assert!(!deleted(message).await);
    assert_eq!(booth.one(id).await.message, None);
    assert_eq!(booth.send(Kind::Alert).await, 1, "whoever opened it is told once");
    booth.votes(id, 5, 1).await;
    assert_eq!((again(&booth).await, again(&booth).await), (Reposted::Yes, Reposted::There));
    assert_eq!(booth.send(Kind::Poll).await, 1);
    let poll = booth.one(id).await;
    assert!(poll.message.is_some() && poll.message != Some(message) && poll.state == State::Open);
    booth.wait_for_the_end(id).await;
    booth.tally(id).await.unwrap();
    assert_eq!(booth.recognised(id).await, [1]);
    assert_eq!(again(&booth).await, Reposted::NotOpen);
}

#[tokio::test]
async fn the_polls_of_a_removed_team_end_without_a_result() {
    let mut booth = Booth::new().await;
    let id = with_votes(&mut booth).await;
    let Opened::Yes(claimed) = booth.opened(draft(2)).await else { panic!("it is opened") };
    setup::remove(&booth.store, booth.now, (GUILD, booth.team), MANAGER, 1).await.unwrap();
    for poll in [id, claimed] {
        assert_eq!(booth.one(poll).await.reason, Some(Cancelled::TeamRemoved));
        assert!(!booth.file(poll, ".db").exists());
    }
    assert!(outbox::due(&booth.store, booth.now, 10, &[]).await.unwrap().is_empty());
}

/// The result's job, about to be sent.
async fn counted(booth: &mut Booth) -> JobId {
    let id = with_votes(booth).await;
    booth.wait_for_the_end(id).await;
    booth.tally(id).await.unwrap();
    let due = outbox::due(&booth.store, booth.now, 10, &[]).await.unwrap();
    due.iter().find(|job| job.kind == Kind::PollResult).unwrap().id
}

#[tokio::test]
async fn a_team_whose_results_were_not_sent_can_be_removed_and_nobody_is_told_of_them() {
    let mut booth = Booth::new().await;
    for _ in 0..2 {
        counted(&mut booth).await;
    }
    let team = (GUILD, booth.team);
    assert!(setup::remove(&booth.store, booth.now, team, MANAGER, 1).await.unwrap());
    assert!(outbox::due(&booth.store, booth.now, 10, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_each_result_that_is_given_up_somebody_is_told() {
    let mut booth = Booth::new().await;
    for _ in 0..2 {
        counted(&mut booth).await;
    }
    for job in outbox::due(&booth.store, booth.now, 10, &[]).await.unwrap() {
        outbox::give_up(&booth.store, job.id, booth.now, 1).await.unwrap();
    }
    assert_eq!(booth.send(Kind::Alert).await, 2);
}

#[tokio::test]
async fn whoever_opened_a_poll_is_told_if_its_result_is_refused() {
    let mut booth = Booth::new().await;
    let job = counted(&mut booth).await;
    let rights = Rights::Known { send: false, search: true };
    let allowed = outbox::Allowed { rights, why_not: Reason::Refused(50_035) };
    outbox::take_up(&booth.store, job, allowed, booth.now, 1).await.unwrap();
    let due = outbox::due(&booth.store, booth.now, 10, &[]).await.unwrap();
    assert!(
        matches!(&due[..], [told] if told.body.as_ref().unwrap().contains("PollResultNotPosted")),
        "{due:?}"
    );
    assert_eq!(booth.send(Kind::Alert).await, 1);
}

#[tokio::test]
async fn whoever_opened_a_poll_that_came_too_late_is_told_that_it_was_late() {
    for in_doubt in [false, true] {
        let mut booth = Booth::new().await;
        let Opened::Yes(id) = booth.opened(draft(2)).await else { panic!("it is opened") };
        let job = outbox::due(&booth.store, booth.now, 10, &[]).await.unwrap()[0].id;
        let rights = Rights::Known { send: true, search: true };
        let allowed = || outbox::Allowed { rights, why_not: Reason::ChannelGone };
        if in_doubt {
            outbox::take_up(&booth.store, job, allowed(), booth.now, 1).await.unwrap();
            booth.now += seconds(61);
            outbox::attempted(&booth.store, job, Attempt::Doubtful, None, booth.now, 1).await.unwrap();
        }
        // People need half of its hour.
        booth.now += seconds(31 * 60);
        let step = outbox::take_up(&booth.store, job, allowed(), booth.now, 1).await.unwrap().0;
        if in_doubt {
            assert!(matches!(step, Step::Search { .. }), "{step:?}");
            outbox::searched(&booth.store, job, Searched::Absent, booth.now, 1).await.unwrap();
        }
        assert_eq!(booth.one(id).await.reason, Some(Cancelled::NotPosted));
        let due = outbox::due(&booth.store, booth.now, 10, &[]).await.unwrap();
        let [told] = &due[..] else { panic!("{due:?}") };
        assert!(told.body.as_ref().unwrap().contains(&Reason::TooLate.code()), "{told:?}");
    }
}

#[tokio::test]
async fn a_result_that_did_not_arrive_is_sent_again_however_late_that_is_known() {
    let mut booth = Booth::new().await;
    let job = counted(&mut booth).await;
    let rights = Rights::Known { send: true, search: true };
    let allowed = || outbox::Allowed { rights, why_not: Reason::ChannelGone };
    let step = outbox::take_up(&booth.store, job, allowed(), booth.now, 1).await.unwrap().0;
    assert_eq!(step, Step::Send);
    booth.now += seconds(61);
    outbox::attempted(&booth.store, job, Attempt::Doubtful, None, booth.now, 1).await.unwrap();
    booth.now += seconds(5 * 3_600);
    let step = outbox::take_up(&booth.store, job, allowed(), booth.now, 1).await.unwrap().0;
    assert!(matches!(step, Step::Search { .. }), "{step:?}");
    let state = outbox::searched(&booth.store, job, Searched::Absent, booth.now, 1).await.unwrap();
    assert_eq!(state, helmsman::domain::outbound::State::Waiting);
    assert_eq!(booth.send(Kind::PollResult).await, 1);
}

#[tokio::test]
async fn a_reminder_is_sent_once_and_not_after_the_end() {
    let mut booth = Booth::new().await;
    let remind = Draft { remind: "10 min".into(), ..draft(2) };
    let (in_time, slept) = (booth.poll(remind.clone()).await, booth.poll(remind).await);
    let due = booth.one(in_time).await.remind_at.unwrap();
    let store = booth.store.clone();
    let run = async |now| polls::message::remind(&store, now, 6).await.unwrap();
    assert_eq!(run(due - seconds(1)).await, 0);
    polls::cancel(&booth.store, GUILD, slept, MANAGER, booth.now).await.unwrap();
    assert_eq!((run(due).await, run(due).await), (1, 0));
    let late = booth.poll(Draft { remind: "10 min".into(), ..draft(2) }).await;
    assert_eq!(run(booth.one(late).await.closes).await, 0);
    assert_eq!(ahead(&booth.store).await.reminders, None);
}

#[tokio::test]
async fn more_polls_than_files_are_kept_open_lose_no_vote() {
    let mut booth = Booth::new().await;
    let mut open = Vec::new();
    for n in 0..40 {
        if n % 10 == 0 {
            // A team has ten at most.
            let now = booth.now;
            let make = booth.store.write(move |conn| {
                Box::pin(helmsman::store::team::insert(
                    conn,
                    GUILD,
                    helmsman::domain::id::ChannelId(100 + n),
                    "UTC",
                    MANAGER,
                    now,
                ))
            });
            booth.team = make.await.unwrap();
        }
        open.push(booth.poll(draft(2)).await);
    }
    for voter in 1..=3 {
        for poll in &open {
            booth.votes(*poll, voter, 1).await;
        }
    }
    booth.wait_for_the_end(open[0]).await;
    for poll in open {
        booth.tally(poll).await.unwrap();
        assert_eq!(booth.recognised(poll).await, [1]);
    }
}
