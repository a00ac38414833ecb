//! The poll that is made of the week's moments.

use super::{Booth, GUILD, MANAGER, at, nominee, seconds};
use crate::world::ahead;
use helmsman::{
    app::{
        polls::{
            self, Opened,
            moments::{self, Note, Noted},
            weekly::{self, Set},
        },
        setup,
    },
    domain::{
        id::{GuildId, PollId, UserId},
        poll::{Cancelled, Draft, State},
    },
    store::{guild, outbox::Kind},
};
use jiff::{SignedDuration, Timestamp, civil::Weekday, civil::time, tz::TimeZone};
use std::collections::BTreeMap;

fn moment(booth: &mut Booth, author: u64, about: UserId, text: &str) -> Note {
    Note {
        guild: GUILD,
        team: booth.team,
        cast: booth.cast_id(),
        author: UserId(author),
        about,
        name: format!("Name of {about}"),
        text: text.into(),
        link: None,
    }
}

async fn noted(booth: &mut Booth, author: u64, about: UserId, text: &str) -> Noted {
    let note = moment(booth, author, about, text);
    moments::note(&booth.store, note, booth.now).await.unwrap()
}

async fn decided(booth: &Booth, now: Timestamp, seed: u64) -> Vec<PollId> {
    weekly::run(&booth.store, now, seed, &mut BTreeMap::new()).await.unwrap()
}

async fn set(booth: &Booth, weekday: Weekday, hour: i8) -> Timestamp {
    let when = (weekday, time(hour, 0, 0, 0), SignedDuration::from_hours(24));
    let seen = weekly::mark(weekly::get(&booth.store, booth.team).await.unwrap().as_ref());
    match weekly::set(&booth.store, (GUILD, booth.team), MANAGER, seen, when, booth.now).await.unwrap() {
        Set::Yes(due) => due,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_weeks_moments_become_one_poll() {
    let mut booth = Booth::new().await;
    let due = set(&booth, Weekday::Friday, 15).await;
    assert_eq!(due, at("2027-01-08T14:00:00Z"));
    for (author, about, text) in
        [(1, 0, "Asked the quiet one."), (2, 1, "Owned the mistake."), (1, 1, "Said no.")]
    {
        assert!(matches!(noted(&mut booth, author, nominee(about), text).await, Noted::Yes(_)));
    }
    let run = async |now| decided(&booth, now, 3).await;
    assert_eq!(run(due - seconds(1)).await, []);
    let made = run(due).await;
    assert_eq!((made.len(), run(due).await.len()), (1, 0));
    let poll = booth.one(made[0]).await;
    assert_eq!((poll.by, poll.situation.as_str(), poll.nominees.len(), poll.moments.len()), (None, "", 2, 3));
    assert_eq!(poll.closes, due + SignedDuration::from_hours(24));
    assert_eq!(moments::waiting(&booth.store, booth.team, due).await.unwrap(), []);
    assert_eq!(ahead(&booth.store).await.weekly, Some(due + SignedDuration::from_hours(7 * 24)));
    // The clock goes back by a day: the date has its poll.
    let back = booth.store.write({
        let team = booth.team;
        move |conn| {
            Box::pin(helmsman::store::weekly_poll::advance(conn, team, "2027-01-08".parse().unwrap(), due))
        }
    });
    back.await.unwrap();
    booth.now = due;
    for about in [0, 1] {
        noted(&mut booth, 1, nominee(about), "Again.").await;
    }
    assert_eq!(decided(&booth, due, 4).await, []);
}

#[tokio::test]
async fn with_fewer_than_two_people_it_is_left_out_and_its_manager_is_told() {
    let mut booth = Booth::new().await;
    let due = set(&booth, Weekday::Friday, 15).await;
    noted(&mut booth, 1, nominee(0), "Asked the quiet one.").await;
    noted(&mut booth, 1, nominee(1), "Said no.").await;
    polls::people::set_nominations(&booth.store, GUILD, nominee(1), false).await.unwrap();
    booth.now = due;
    assert_eq!(decided(&booth, due, 3).await, []);
    assert_eq!(booth.send(Kind::Alert).await, 1);
    assert_eq!(decided(&booth, due + seconds(60), 3).await, [], "told once");
    assert_eq!(booth.send(Kind::Alert).await, 0);
    // What was noted stays for the next one.
    noted(&mut booth, 1, nominee(2), "Stepped in.").await;
    let made = decided(&booth, due + SignedDuration::from_hours(7 * 24), 3).await;
    assert_eq!(booth.one(made[0]).await.nominees.len(), 2);
}

#[tokio::test]
async fn after_a_long_sleep_only_a_recent_one_is_made() {
    let mut booth = Booth::new().await;
    let due = set(&booth, Weekday::Friday, 15).await;
    for about in [0, 1] {
        noted(&mut booth, 1, nominee(about), "Asked.").await;
    }
    let weeks = |n: i64| SignedDuration::from_hours(n * 7 * 24);
    assert_eq!(decided(&booth, due + weeks(1) + SignedDuration::from_hours(5), 3).await, []);
    assert_eq!(ahead(&booth.store).await.weekly, Some(due + weeks(2)));
    assert_eq!(decided(&booth, due + weeks(2) + SignedDuration::from_hours(1), 3).await.len(), 1);
}

#[tokio::test]
async fn another_zone_moves_the_next_one() {
    let booth = Booth::new().await;
    assert_eq!(set(&booth, Weekday::Friday, 15).await, at("2027-01-08T14:00:00Z"));
    let zone = TimeZone::get("America/New_York").unwrap();
    let team = (GUILD, booth.team);
    assert!(setup::set_zone(&booth.store, booth.now, team, MANAGER, zone).await.unwrap());
    assert_eq!(ahead(&booth.store).await.weekly, Some(at("2027-01-08T20:00:00Z")));
}

#[tokio::test]
async fn a_day_that_was_left_out_is_not_decided_again_further_west() {
    let mut booth = Booth::new().await;
    let due = set(&booth, Weekday::Friday, 15).await;
    assert_eq!(decided(&booth, due, 3).await, []);
    booth.now = due + seconds(60);
    let zone = TimeZone::get("America/New_York").unwrap();
    let team = (GUILD, booth.team);
    assert!(setup::set_zone(&booth.store, booth.now, team, MANAGER, zone).await.unwrap());
    assert_eq!(ahead(&booth.store).await.weekly, Some(at("2027-01-15T20:00:00Z")));
}

#[tokio::test]
async fn what_was_due_while_the_team_was_gone_is_not_made_when_it_is_back() {
    for server in [false, true] {
        let mut booth = Booth::new().await;
        let due = set(&booth, Weekday::Friday, 15).await;
        for about in [0, 1] {
            noted(&mut booth, 1, nominee(about), "Asked.").await;
        }
        let (place, back) = ((GUILD, booth.team), due + seconds(3_600));
        if server {
            setup::guild_left(&booth.store, booth.now, GUILD).await.unwrap();
            assert!(setup::guild_back(&booth.store, back, GUILD).await.unwrap());
        } else {
            assert!(setup::remove(&booth.store, booth.now, place, MANAGER, 1).await.unwrap());
            setup::restore(&booth.store, back, place, MANAGER).await.unwrap();
        }
        assert_eq!(decided(&booth, back, 3).await, []);
        let next = due + SignedDuration::from_hours(7 * 24);
        assert_eq!(ahead(&booth.store).await.weekly, Some(next));
    }
}

#[tokio::test]
async fn set_to_later_on_a_day_that_had_one_it_begins_a_week_later() {
    let mut booth = Booth::new().await;
    let due = set(&booth, Weekday::Friday, 15).await;
    for about in [0, 1] {
        noted(&mut booth, 1, nominee(about), "Asked.").await;
    }
    assert_eq!(decided(&booth, due, 3).await.len(), 1);
    booth.now = due + seconds(60);
    assert_eq!(set(&booth, Weekday::Friday, 17).await, at("2027-01-15T16:00:00Z"));
}

#[tokio::test]
async fn there_is_none_before_the_team_has_started_nor_while_helmsman_is_not_on_the_server() {
    let mut booth = Booth::new().await;
    let due = set(&booth, Weekday::Friday, 15).await;
    for about in [0, 1] {
        noted(&mut booth, 1, nominee(about), "Asked.").await;
    }
    let started = async |at: Option<Timestamp>| {
        let (team, at) = (booth.team, at.map(Timestamp::as_millisecond));
        let change = booth.store.write(move |conn| {
            Box::pin(async move {
                let change = sqlx::query("UPDATE team SET started_at = ? WHERE id = ?");
                change.bind(at).bind(team.0).execute(conn).await?;
                Ok(())
            })
        });
        change.await.unwrap();
    };
    let next = async || ahead(&booth.store).await.weekly;
    started(None).await;
    assert_eq!((decided(&booth, due, 3).await, next().await), (vec![], None));
    let when = (Weekday::Friday, time(15, 0, 0, 0), SignedDuration::from_hours(1));
    let (place, seen) = ((GUILD, booth.team), weekly::mark(None));
    let told = weekly::set(&booth.store, place, MANAGER, seen, when, booth.now).await.unwrap();
    assert_eq!(told, Set::NotStarted);
    started(Some(booth.now)).await;
    booth.store.write(move |conn| Box::pin(guild::removed(conn, GUILD, due))).await.unwrap();
    assert_eq!((decided(&booth, due, 3).await, next().await), (vec![], None));
    booth.store.write(move |conn| Box::pin(guild::back(conn, GUILD))).await.unwrap();
    assert_eq!(next().await, Some(due));
    assert_eq!(decided(&booth, due + seconds(60), 3).await.len(), 1);
}

#[tokio::test]
async fn a_moment_with_which_a_poll_was_opened_is_not_in_the_weekly_one() {
    let mut booth = Booth::new().await;
    let Noted::Yes(id) = noted(&mut booth, 1, nominee(0), "Asked.").await else { panic!("it is noted") };
    noted(&mut booth, 1, nominee(1), "Said no.").await;
    booth.poll(Draft { moment: Some(id), ..super::draft(2) }).await;
    let left = moments::waiting(&booth.store, booth.team, booth.now).await.unwrap();
    assert_eq!(left.iter().map(|moment| moment.about).collect::<Vec<_>>(), [nominee(1)]);
}

#[tokio::test]
async fn a_moment_waits_again_if_the_poll_that_was_opened_with_it_is_cancelled_before_it_is_posted() {
    let mut booth = Booth::new().await;
    let Noted::Yes(moment) = noted(&mut booth, 1, nominee(0), "Asked.").await else { panic!("it is noted") };
    let with = Draft { moment: Some(moment), ..super::draft(2) };
    let waiting =
        async |booth: &Booth| moments::waiting(&booth.store, booth.team, booth.now).await.unwrap().len();
    let Opened::Yes(unposted) = booth.opened(with.clone()).await else { panic!("it is opened") };
    let poll = booth.one(unposted).await;
    assert_eq!((waiting(&booth).await, poll.moments), (0, vec![]), "the poll has words of its own");
    polls::cancel(&booth.store, GUILD, unposted, MANAGER, booth.now).await.unwrap();
    assert_eq!(waiting(&booth).await, 1);
    // One that people have seen is over.
    let posted = booth.poll(with).await;
    polls::cancel(&booth.store, GUILD, posted, MANAGER, booth.now).await.unwrap();
    assert_eq!(waiting(&booth).await, 0);
}

#[tokio::test]
async fn the_moments_of_a_weekly_poll_that_is_cancelled_before_it_is_posted_wait_again() {
    let mut booth = Booth::new().await;
    let due = set(&booth, Weekday::Friday, 15).await;
    for about in [0, 1] {
        noted(&mut booth, 1, nominee(about), "Asked.").await;
    }
    booth.now = due;
    let made = decided(&booth, due, 3).await;
    polls::cancel(&booth.store, GUILD, made[0], MANAGER, due).await.unwrap();
    assert_eq!(moments::waiting(&booth.store, booth.team, due).await.unwrap().len(), 2);
}

#[tokio::test]
async fn in_the_hour_that_summer_skips_it_is_made_once() {
    let mut booth = Booth::new().await;
    booth.now = at("2027-03-22T12:00:00Z");
    let when = (Weekday::Sunday, time(2, 30, 0, 0), SignedDuration::from_hours(1));
    let (place, seen) = ((GUILD, booth.team), weekly::mark(None));
    let told = weekly::set(&booth.store, place, MANAGER, seen, when, booth.now).await.unwrap();
    assert_eq!(told, Set::Yes(at("2027-03-28T01:30:00Z")));
}

#[tokio::test]
async fn moments_of_a_poll_that_was_never_seen_wait_for_the_next() {
    let mut booth = Booth::new().await;
    let due = set(&booth, Weekday::Friday, 15).await;
    for about in [0, 1] {
        noted(&mut booth, 1, nominee(about), "Asked.").await;
    }
    booth.now = due;
    let made = decided(&booth, due, 3).await;
    let job = helmsman::app::outbox::due(&booth.store, due, 10, &[]).await.unwrap().remove(0);
    let rights = helmsman::domain::outbound::Rights::Known { send: false, search: true };
    let why_not = helmsman::domain::reason::Reason::Missing(2_048);
    let allowed = helmsman::app::outbox::Allowed { rights, why_not };
    helmsman::app::outbox::take_up(&booth.store, job.id, allowed, due, 1).await.unwrap();
    let poll = booth.one(made[0]).await;
    assert_eq!((poll.state, poll.reason), (State::Cancelled, Some(Cancelled::NotPosted)));
    assert_eq!(moments::waiting(&booth.store, booth.team, due).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_moment_that_breaks_a_rule_is_not_noted() {
    let mut booth = Booth::new().await;
    polls::people::set_nominations(&booth.store, GUILD, nominee(5), false).await.unwrap();
    assert_eq!(noted(&mut booth, 1, UserId(1), "Me.").await, Noted::Yourself);
    assert_eq!(noted(&mut booth, 1, nominee(5), "Asked.").await, Noted::OptedOut);
    assert_eq!(noted(&mut booth, 1, nominee(0), "  ").await, Noted::Length(0));
    assert_eq!(noted(&mut booth, 1, nominee(0), &"é".repeat(301)).await, Noted::Length(301));
    let twice = moment(&mut booth, 1, nominee(0), "Asked.");
    let Noted::Yes(id) = moments::note(&booth.store, twice.clone(), booth.now).await.unwrap() else {
        panic!("it is noted")
    };
    assert_eq!(moments::note(&booth.store, twice, booth.now).await.unwrap(), Noted::Already);
    for n in 1..moments::MOST_A_DAY {
        noted(&mut booth, 1, nominee(0), &format!("Thing {n}.")).await;
    }
    assert_eq!(noted(&mut booth, 1, nominee(0), "One more.").await, Noted::TooMany);
    let dismiss = async |guild| {
        let team = (guild, booth.team);
        moments::dismiss(&booth.store, team, id, MANAGER, booth.now).await.unwrap().is_some()
    };
    assert!(!dismiss(GuildId(2)).await);
    assert!(dismiss(GUILD).await);
    assert!(!dismiss(GUILD).await);
}

#[tokio::test]
async fn what_people_choose_and_were_recognised_for_is_kept() {
    let mut booth = Booth::new().await;
    polls::people::set_notes(&booth.store, GUILD, nominee(1), true).await.unwrap();
    let id = booth.poll(super::draft(2)).await;
    let place = booth.place(id, 1).await;
    for voter in 1..=3 {
        booth.votes(id, voter, 1).await;
        let themes = vec![helmsman::domain::prompt::Theme::Resolve];
        let about = helmsman::domain::poll::Event::Strengths { about: place, themes };
        booth.does(id, voter, about).await.unwrap();
    }
    booth.wait_for_the_end(id).await;
    booth.tally(id).await.unwrap();
    assert_eq!(booth.send(Kind::PollNote).await, 1);
    let of = async |n| polls::people::recognitions(&booth.store, booth.team, nominee(n)).await.unwrap();
    assert_eq!((of(1).await.times, of(1).await.strengths.len(), of(0).await.times), (1, 1, 0));
}
