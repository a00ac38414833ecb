//! What fails holds up nothing else.

use super::{Booth, GUILD, MANAGER, at, draft, nominee};
use crate::{
    harness::{Harbour, local},
    logging::{Lines, listen},
    world::{Post, World, ahead},
};
use emulator::{Fault, RequestFault};
use helmsman::{
    app::{
        agenda::{Agenda, PutOff},
        closing::GRACE,
        nudging,
        polls::{
            self,
            moments::{self, Note},
            weekly::{self, Set},
        },
    },
    domain::{
        id::{ChannelId, PollId, TeamId, UserId},
        poll::{Cancelled, Draft},
    },
    store::{Store, afterwards, team},
};
use jiff::{SignedDuration, Timestamp, civil::Weekday, civil::date, civil::time};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{collections::BTreeMap, time::Duration};

/// Longer than anything here takes.
const TOO_LONG: Duration = Duration::from_secs(60);

async fn change(store: &Store, sql: &'static str, id: i64) {
    let write = store.write(move |conn| {
        Box::pin(async move {
            sqlx::query(sql).bind(id).execute(conn).await?;
            Ok(())
        })
    });
    write.await.unwrap();
}

#[tokio::test]
async fn a_poll_that_cannot_be_read_keeps_no_other_from_its_reminder_its_count_and_its_recovery() {
    let mut booth = Booth::new().await;
    let remind = Draft { remind: "10 min".into(), ..draft(2) };
    let (broken, whole) = (booth.poll(remind.clone()).await, booth.poll(remind).await);
    let poll = booth.one(whole).await;
    change(&booth.store, "UPDATE poll SET reason = 'nonsense' WHERE id = ?", broken.0).await;
    assert_eq!(polls::message::remind(&booth.store, poll.remind_at.unwrap(), 6).await.unwrap(), 1);
    assert_eq!(ahead(&booth.store).await.reminders, None);
    let due = async |but: &[PollId]| {
        let connected = Some(Timestamp::UNIX_EPOCH);
        let due = polls::due(&booth.store, poll.closes + GRACE, connected, but).await.unwrap();
        due.iter().map(|poll| poll.id).collect::<Vec<_>>()
    };
    assert_eq!((due(&[]).await, due(&[broken]).await), (vec![broken, whole], vec![whole]));
    booth.store.close().await;
    std::fs::remove_file(booth.file(whole, ".db")).unwrap();
    booth.restart().await;
    assert_eq!(booth.one(whole).await.reason, Some(Cancelled::BallotsGone));
}

async fn weekly_of(booth: &mut Booth, team: TeamId) {
    let when = (Weekday::Friday, time(15, 0, 0, 0), SignedDuration::from_hours(1));
    let seen = weekly::mark(None);
    let set = weekly::set(&booth.store, (GUILD, team), MANAGER, seen, when, booth.now).await.unwrap();
    assert!(matches!(set, Set::Yes(_)));
    for n in [0, 1] {
        let (cast, about, author) = (booth.cast_id(), nominee(n), UserId(1));
        let (name, text) = ("Somebody".into(), "Asked.".into());
        let note = Note { guild: GUILD, team, cast, author, about, name, text, link: None };
        moments::note(&booth.store, note, booth.now).await.unwrap();
    }
}

#[tokio::test]
async fn a_weekly_poll_that_cannot_be_made_waits_a_minute_and_another_teams_does_not() {
    let mut booth = Booth::new().await;
    let (broken, now) = (booth.team, booth.now);
    let whole = booth.store.write(move |conn| {
        Box::pin(async move {
            let id = team::insert(conn, GUILD, ChannelId(8), "Europe/Berlin", MANAGER, now).await?;
            team::start(conn, id, now).await?;
            Ok(id)
        })
    });
    let whole = whole.await.unwrap();
    for team in [broken, whole] {
        weekly_of(&mut booth, team).await;
    }
    change(&booth.store, "UPDATE weekly_poll SET at = 'noon' WHERE team = ?", broken.0).await;
    let (due, mut put_off) = (at("2027-01-08T14:00:00Z"), BTreeMap::new());
    let made = weekly::run(&booth.store, due, 3, &mut put_off).await.unwrap();
    assert_eq!(made.len(), 1);
    assert_eq!(booth.one(made[0]).await.team, whole);
    assert_eq!(put_off, BTreeMap::from([(broken, due + SignedDuration::from_mins(1))]));
    let put_off = PutOff { weekly: vec![broken], ..PutOff::default() };
    let agenda = Agenda::read(&booth.store, Some(Timestamp::UNIX_EPOCH), &put_off).await.unwrap();
    assert!(agenda.weekly.unwrap() > due);
}

#[tokio::test]
async fn a_nudge_that_cannot_be_made_is_left_out() {
    let mut world = World::new().await;
    let mut posted = Vec::new();
    for day in [4, 5] {
        let day = date(2027, 1, day);
        let (opens, window) = (at(&format!("{day}T09:00:00Z")), SignedDuration::from_hours(48));
        posted.push(world.post(Post { day, opens, window, bonus: false }).await);
    }
    let due = at("2027-01-05T20:00:00Z");
    for id in posted.clone() {
        let nudge = world.store.write(move |conn| Box::pin(afterwards::set_nudge(conn, id, Some(due))));
        nudge.await.unwrap();
    }
    change(&world.store, "UPDATE occurrence SET snapshot = '{}' WHERE id = ?", posted[0].0).await;
    assert_eq!(nudging::run(&world.store, due, 3).await.unwrap(), 0, "nobody is expected");
    assert_eq!(ahead(&world.store).await.nudges, None);
}

#[tokio::test]
async fn a_vote_is_taken_though_that_the_quorum_is_reached_cannot_be_stored() {
    for restarted in [false, true] {
        let mut booth = Booth::new().await;
        let id = booth.poll(draft(2)).await;
        let full =
            "CREATE TRIGGER full BEFORE UPDATE OF reached ON poll BEGIN SELECT RAISE(ABORT, 'full'); END";
        let run = async |store: &Store, sql| {
            let job = store.write(move |conn| {
                Box::pin(async move {
                    sqlx::raw_sql(sql).execute(conn).await?;
                    Ok(())
                })
            });
            job.await.unwrap();
        };
        run(&booth.store, full).await;
        for voter in 1..=3 {
            assert!(!booth.votes(id, voter, 1).await.reached);
        }
        run(&booth.store, "DROP TRIGGER full").await;
        assert!(!booth.one(id).await.reached);
        if restarted {
            booth.restart().await;
        } else {
            assert!(booth.votes(id, 1, 0).await.reached, "the next vote finds it");
        }
        assert!(booth.one(id).await.reached);
    }
}

/// The bot's database, from the side.
pub async fn database(harbour: &Harbour) -> SqliteConnection {
    SqliteConnectOptions::new().filename(harbour.data().join("helmsman.db")).connect().await.unwrap()
}

#[tokio::test]
async fn a_weekly_poll_that_cannot_be_made_keeps_no_prompt_back() {
    let harbour = Harbour::with_team().await;
    let mut conn = database(&harbour).await;
    sqlx::query(
        "INSERT INTO weekly_poll (team, weekday, at, duration_minutes, next_day, next_due, by) \
         VALUES (1, 0, 'noon', 60, '2027-01-04', ?, 1)",
    )
    .bind(local("2027-01-04 09:00").as_millisecond())
    .execute(&mut conn)
    .await
    .unwrap();
    harbour.at("2027-01-04 09:31").await;
    harbour.prompt();
    harbour.end().await;
}

/// How many errors with these words were logged.
fn errors(lines: &Lines, words: &str) -> usize {
    let log = String::from_utf8(lines.bytes()).unwrap();
    log.lines().filter(|line| line.contains(" ERROR ") && line.contains(words)).count()
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_put_aside_and_the_others_go_on() {
    let (lines, _guard) = listen();
    let harbour = Harbour::with_team().await;
    let mut conn = database(&harbour).await;
    sqlx::query(
        "INSERT INTO outbox (team, kind, user, nonce, state, made_at, next_at) \
         VALUES (1, 'nonsense', 1, 'n', 'waiting', 0, 0)",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    harbour.at("2027-01-04 09:31").await;
    harbour.prompt();
    harbour.at("2027-01-04 18:00").await;
    assert_eq!((errors(&lines, "cannot be read"), errors(&lines, "")), (1, 1));
    harbour.end().await;
}

#[tokio::test]
async fn a_prompt_that_cannot_be_read_at_its_close_is_put_off_and_the_others_go_on() {
    let (lines, _guard) = listen();
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let mut conn = database(&harbour).await;
    sqlx::query("UPDATE occurrence SET snapshot = '{}'").execute(&mut conn).await.unwrap();
    harbour.at("2027-01-05 09:32").await;
    assert!(harbour.prompt().text().contains("day 2 of"), "{}", harbour.prompt().text());
    harbour.at("2027-01-05 18:00").await;
    assert_eq!(errors(&lines, "put off for a day"), 1);
    harbour.end().await;
}

#[tokio::test]
async fn a_schedule_that_cannot_be_claimed_waits_and_the_others_go_on() {
    let (lines, _guard) = listen();
    let harbour = Harbour::with_team().await;
    let mut conn = database(&harbour).await;
    for sql in [
        "UPDATE schedule SET thread = 1",
        "CREATE TEMP TABLE other AS SELECT * FROM schedule",
        "UPDATE other SET id = 99, at = 'noon'",
        "INSERT INTO schedule SELECT * FROM other",
    ] {
        sqlx::query(sql).execute(&mut conn).await.unwrap();
    }
    harbour.at("2027-01-04 09:31").await;
    let prompt = harbour.prompt();
    assert!(harbour.ben.thread_of(&prompt).is_some(), "what comes after a message is done too");
    assert_eq!(errors(&lines, "could not be claimed"), 4, "every twenty seconds");
    harbour.end().await;
}

#[tokio::test]
async fn a_tally_that_fails_is_put_off_and_made_when_it_can_be() {
    let (lines, _guard) = listen();
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-08 09:31").await;
    let friday = harbour.prompt();
    let mut conn = database(&harbour).await;
    for sql in [
        "CREATE TEMP TABLE other AS SELECT * FROM schedule",
        "UPDATE other SET id = 99, at = 'noon'",
        "INSERT INTO schedule SELECT * FROM other",
    ] {
        sqlx::query(sql).execute(&mut conn).await.unwrap();
    }
    // Whether its reveal waits for another prompt cannot be said.
    harbour.at("2027-01-09 09:31").await;
    assert_eq!(errors(&lines, ""), 2, "every half minute");
    assert!(!friday.refresh().buttons().is_empty());
    sqlx::query("DELETE FROM schedule WHERE id = 99").execute(&mut conn).await.unwrap();
    harbour.at("2027-01-09 09:32").await;
    assert!(friday.refresh().buttons().is_empty(), "{}", friday.refresh().text());
    assert_eq!(errors(&lines, ""), 2);
    harbour.end().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_made_is_put_off() {
    let (lines, _guard) = listen();
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:31").await;
    let mut conn = database(&harbour).await;
    for sql in [
        "UPDATE occurrence SET snapshot = '{}'",
        "INSERT INTO outbox (team, kind, occurrence, channel, nonce, state, made_at, next_at) \
         SELECT team, 'nudge', id, channel, 'n', 'waiting', 0, 0 FROM occurrence",
    ] {
        sqlx::query(sql).execute(&mut conn).await.unwrap();
    }
    harbour.at("2027-01-04 09:32").await;
    let tried = errors(&lines, "");
    harbour.at("2027-01-04 09:33").await;
    assert_eq!((tried > 0, errors(&lines, "") - tried), (true, 2));
    harbour.end().await;
}

#[tokio::test]
async fn a_message_in_doubt_to_somebody_who_cannot_be_written_to_any_more_comes_to_an_end() {
    let harbour = Harbour::with_team().await;
    let mut conn = database(&harbour).await;
    sqlx::query(
        "INSERT INTO outbox (kind, user, nonce, state, made_at, next_at, first_try, round_try, last_try, tries) \
         VALUES ('alert', 77, 'n', 'sending', ?1, 0, ?1, ?1, ?1, 1)",
    )
    .bind(local("2027-01-04 08:00").as_millisecond())
    .execute(&mut conn)
    .await
    .unwrap();
    harbour.at("2027-01-04 08:10").await;
    let state: String =
        sqlx::query_scalar("SELECT state FROM outbox WHERE user = 77").fetch_one(&mut conn).await.unwrap();
    assert_eq!(state, "unknown");
    harbour.end().await;
}

#[tokio::test]
async fn an_edit_of_a_polls_message_that_fails_is_tried_again_after_half_a_minute() {
    let (lines, _guard) = listen();
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:29").await;
    let mut conn = database(&harbour).await;
    let (opens, closes) = (local("2027-01-04 08:00"), local("2027-01-06 09:00"));
    sqlx::query(
        "INSERT INTO poll (key, team, channel, situation, mode, quorum, state, reason, made_at, opens, closes, message, owed) \
         SELECT 'i1', id, channel, 'It happened.', 'recognised', 3, 'open', 'nonsense', ?1, ?1, ?2, 5, 1 FROM team",
    )
    .bind(opens.as_millisecond())
    .bind(closes.as_millisecond())
    .execute(&mut conn)
    .await
    .unwrap();
    harbour.at("2027-01-04 09:30").await;
    harbour.prompt();
    let tried = errors(&lines, "");
    harbour.at("2027-01-04 09:31").await;
    assert_eq!(errors(&lines, "") - tried, 2);
    harbour.end().await;
}

#[tokio::test]
async fn a_prompt_does_not_wait_for_a_hundred_polls_that_ask_who_has_left() {
    let harbour = Harbour::with_team().await;
    let mut conn = database(&harbour).await;
    let (opens, closes) = (local("2027-01-04 08:00"), local("2027-01-04 09:29"));
    sqlx::query(
        "WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 100) \
         INSERT INTO poll (key, team, channel, situation, mode, quorum, state, made_at, opens, closes) \
         SELECT 'i' || n, t.id, t.channel, 'It happened.', 'recognised', 3, 'open', ?1, ?1, ?2 FROM n JOIN team t",
    )
    .bind(opens.as_millisecond())
    .bind(closes.as_millisecond())
    .execute(&mut conn)
    .await
    .unwrap();
    sqlx::query(
        "WITH p (place) AS (VALUES (0), (1), (2)) \
         INSERT INTO nominee (poll, place, user, name) SELECT id, place, 900 + place, 'Somebody' FROM poll JOIN p",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let hold = RequestFault::Hold { done: false };
    harbour.discord().fault(Fault::on("GET /guilds/*/members/*", hold));
    let prompt = harbour.discord().fault(Fault::on("POST /channels/*/messages", hold));
    harbour.discord().clock().set(local("2027-01-04 09:30"));
    tokio::time::timeout(TOO_LONG, prompt.struck(1)).await.expect("the prompt is sent");
    let asking = harbour.discord().faults()[0].holding;
    assert!(asking <= 8, "{asking} questions are before everybody else");
    harbour.discord().clear_faults();
    harbour.end().await;
}
