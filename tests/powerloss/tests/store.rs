//! Whatever the moment at which the power goes: what was acknowledged is there afterwards.
//!
//! `HELMSMAN_POWER_LOSSES` says how many losses there are to be, `HELMSMAN_SEED` repeats the run of one seed.

use futures_util::future::join_all;
use helmsman::{
    app::{
        answering::{Cast, CastOutcome},
        closing,
        desk::Desk,
        outbox,
        polls::{self, Opened},
        posting, schedules,
        shelf::Shelf,
        streaks,
    },
    domain::{
        answer::Event,
        id::{CastId, ChannelId, GuildId, MessageId, OccurrenceId, PollId, TeamId, UserId, snowflake_floor},
        library::Library,
        outbound::{Attempt, Rights, Step},
        poll::{self, Draft},
        queue::{AtEnd, Order},
        reason::Reason,
        schedule::{Rule, Weekdays},
    },
    store::{Store, schedule, schedule::Plan, team},
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{date, time},
};
use powerloss::{Disk, Loss};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};

/// Losses of one run.
const A_RUN: usize = 20;
const PEOPLE: u64 = 12;
const GUILD: GuildId = GuildId(1);
const CHANNEL: ChannelId = ChannelId(2);

#[expect(clippy::disallowed_methods, reason = "a parameter of the test run, not of the product")]
fn parameter(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|n| n.parse().unwrap_or_else(|_| panic!("{name} is not a number: {n}")))
}

/// What somebody was told, or what was done because it is stored.
#[derive(Clone, Copy, Debug)]
enum Told {
    /// A person, that this counts.
    Answer { occurrence: i64, user: u64, cast: u64 },
    /// Discord, a message: the attempt is on record.
    Begun(i64),
    /// Nobody needs to send it again.
    Sent(i64),
    /// The window is over.
    Tallied(i64),
    /// A voter, that this counts.
    Vote { poll: PollId, user: u64, cast: u64 },
    /// The poll is over.
    Counted(PollId),
}

/// A team whose days go by on a disk that loses its power.
struct Days {
    disk: Disk,
    store: Store,
    shelf: Arc<Shelf>,
    told: Arc<Mutex<Vec<Told>>>,
    seed: u64,
    count: u64,
}

impl Days {
    fn number(&mut self) -> u64 {
        self.count += 1;
        self.seed.wrapping_mul(1_000_003).wrapping_add(self.count)
    }

    fn tell(&self, told: Told) {
        // In this order: what is noted was told, whoever else is told something meanwhile.
        self.told.lock().unwrap().push(told);
        self.disk.note();
    }

    async fn begin(folder: &Path, seed: u64) -> Self {
        let disk = Disk::watch(folder, seed, 20 + seed * 37 % 300);
        let store = Store::open(&folder.join("h.db")).await.unwrap();
        let rule = Rule { at: time(9, 30, 0, 0), weekdays: Weekdays::ALL, start: date(2027, 1, 4) };
        let plan = Plan {
            series: "steady-and-far".into(),
            rule,
            order: Order::Shuffled,
            at_end: AtEnd::Repeat,
            window_minutes: None,
            thread: false,
            notify: None,
        };
        let made = store.write(move |conn| {
            Box::pin(async move {
                let now = Timestamp::UNIX_EPOCH;
                let id = team::insert(conn, GUILD, CHANNEL, "UTC", UserId(3), now).await?;
                let draft = schedules::draft_in(conn, &Library::builtin(), id, &plan, seed).await?;
                let team = team::get(conn, id).await?.unwrap();
                let draft = schedule::get(conn, draft).await?.unwrap();
                schedules::activate_in(conn, &team, &draft, "2027-01-04T00:00:00Z".parse().unwrap()).await
            })
        });
        made.await.unwrap();
        Self {
            disk,
            store,
            shelf: Arc::new(Shelf::new(Library::builtin())),
            told: Arc::default(),
            seed,
            count: 0,
        }
    }

    /// What is due is closed, claimed, sent and answered.
    async fn day(&mut self, due: Timestamp) {
        let now = due + SignedDuration::from_secs(5);
        for close in closing::due(&self.store, now, Some(Timestamp::UNIX_EPOCH), &mut Default::default())
            .await
            .unwrap()
        {
            let id = close.occurrence.id;
            let seed = self.number();
            assert!(closing::tally(&self.store, id, now, seed).await.unwrap());
            self.tell(Told::Tallied(id.0));
        }
        for poll in polls::due(&self.store, now, Some(Timestamp::UNIX_EPOCH), &[]).await.unwrap() {
            let seed = self.number();
            let outcome = polls::tally(&self.store, poll.id, Vec::new(), now, seed).await.unwrap();
            assert!(matches!(outcome, Some(poll::Outcome::Recognised { .. })), "{outcome:?}");
            self.tell(Told::Counted(poll.id));
        }
        self.open_poll(now).await;
        let seed = self.number();
        for (_, claim) in posting::claim_due(&self.store, &self.shelf, now, seed, &[]).await.unwrap() {
            claim.unwrap();
        }
        for at in [now, now + SignedDuration::from_secs(60)] {
            for job in outbox::due(&self.store, at, 10, &[]).await.unwrap() {
                let rights = Rights::Known { send: true, search: true };
                let allowed = outbox::Allowed { rights, why_not: Reason::ChannelGone };
                let seed = self.number();
                let step = outbox::take_up(&self.store, job.id, allowed, at, seed).await.unwrap().0;
                assert_eq!(step, Step::Send);
                self.tell(Told::Begun(job.id.0));
                let done = Attempt::Done(MessageId(snowflake_floor(at) + self.number() % 4_000_000));
                outbox::attempted(&self.store, job.id, done, None, at, seed).await.unwrap();
                self.tell(Told::Sent(job.id.0));
            }
        }
        self.answer(now + SignedDuration::from_mins(10)).await;
        self.vote(now + SignedDuration::from_mins(20)).await;
    }

    async fn open_poll(&mut self, now: Timestamp) {
        let nominees = (1..=3).map(|n| (UserId(n), format!("Nominee {n}"))).collect();
        let draft =
            Draft { situation: "It rained.".into(), duration: "6 h".into(), nominees, ..Draft::default() };
        let (cast, seed) = (CastId(snowflake_floor(now)), self.number());
        let team = (GUILD, TeamId(1));
        let opened = polls::open(&self.store, team, UserId(9), cast, draft, now, seed).await.unwrap();
        assert!(matches!(opened, Opened::Yes(_)), "{opened:?}");
    }

    /// People vote in the newest poll, change their minds, and give reasons, several at a time.
    async fn vote(&self, now: Timestamp) {
        let all = polls::list(&self.store, TeamId(1)).await.unwrap();
        let poll = all.iter().find(|poll| poll.state == poll::State::Open).expect("one is open").id;
        for wave in 0..3 {
            let votes = (0..PEOPLE).filter(|user| wave == 0 || !(user + wave + self.seed).is_multiple_of(3));
            let votes = votes.map(|user| {
                let cast = CastId(snowflake_floor(now) + wave * PEOPLE + user);
                let event = poll::Event::Vote(((user + wave) % 3) as u8);
                let (guild, voter, roles) = (GUILD, UserId(100 + user), Vec::new());
                let vote = polls::Cast { guild, poll, voter, roles, cast, event };
                async move {
                    let taken = polls::cast(&self.store, now, vote).await.unwrap();
                    assert!(taken.is_ok(), "{taken:?}");
                    self.tell(Told::Vote { poll, user: voter.0, cast: cast.0 });
                }
            });
            join_all(votes).await;
        }
    }

    /// People answer the newest prompt, several at a time.
    async fn answer(&self, now: Timestamp) {
        let newest = "SELECT max(id) FROM occurrence WHERE state = 'posted'";
        let conn = &mut *self.store.read().await.unwrap();
        let newest: i64 = sqlx::query_scalar(newest).fetch_one(conn).await.unwrap();
        let desk = Desk::new(self.store.clone());
        for wave in 0..4 {
            let answers =
                (0..PEOPLE).filter(|user| !(user + wave + self.seed).is_multiple_of(3)).map(|user| {
                    let cast = CastId(snowflake_floor(now) + wave * PEOPLE + user);
                    let (occurrence, user) = (OccurrenceId(newest), UserId(100 + user));
                    let event = Event::Present;
                    let cast = Cast { guild: GUILD, occurrence, user, cast, event };
                    let (desk, days) = (&desk, &*self);
                    async move {
                        let taken = desk.cast(now, cast.clone()).await.unwrap();
                        assert!(matches!(taken, CastOutcome::Taken(_)), "{taken:?}");
                        days.tell(Told::Answer { occurrence: newest, user: cast.user.0, cast: cast.cast.0 });
                    }
                });
            join_all(answers).await;
        }
    }
}

/// What must be there after a loss.
async fn check(loss: &Loss, told: &[Told]) {
    let folder = tempfile::tempdir().unwrap();
    loss.restore(folder.path());
    let store = Store::open(&folder.path().join("h.db")).await.unwrap();
    let mut reader = store.read().await.unwrap();
    let conn = &mut *reader;
    let whole: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(whole, "ok");
    polls::recover(&store, Timestamp::UNIX_EPOCH).await.unwrap();
    for told in &told[..loss.noted as usize] {
        let (sql, id) = match told {
            Told::Answer { occurrence, user, cast } => {
                let answer = "SELECT EXISTS (SELECT 1 FROM answer WHERE occurrence = ? AND user = ? AND answered >= ?)";
                let there: bool = sqlx::query_scalar(answer)
                    .bind(occurrence)
                    .bind(*user as i64)
                    .bind(*cast as i64)
                    .fetch_one(&mut *conn)
                    .await
                    .unwrap();
                assert!(there, "{told:?} is lost");
                continue;
            }
            Told::Begun(job) => {
                ("SELECT EXISTS (SELECT 1 FROM outbox WHERE id = ? AND first_try IS NOT NULL)", job)
            }
            Told::Sent(job) => ("SELECT EXISTS (SELECT 1 FROM outbox WHERE id = ? AND state = 'sent')", job),
            Told::Vote { poll, user, cast } => {
                let known = polls::one(&store, GUILD, *poll).await.unwrap().expect("a poll that has a vote");
                match known.state {
                    poll::State::Open => {
                        let ballot = store.ballots().of(*poll, UserId(*user)).await.unwrap();
                        let voted = ballot.expect("an open poll has ballots").voted;
                        assert!(voted.is_some_and(|(by, _)| by.0 >= *cast), "{told:?} is lost: {voted:?}");
                    }
                    // Its count was made before its ballots went.
                    poll::State::Closed => {
                        let Some(poll::Outcome::Recognised { .. }) = known.outcome else {
                            panic!("{known:?}")
                        };
                    }
                    other => panic!("{told:?} is lost with its poll: {other:?}, {:?}", known.reason),
                }
                continue;
            }
            Told::Counted(poll) => (
                "SELECT EXISTS (SELECT 1 FROM poll JOIN outbox o ON o.poll = poll.id AND o.kind = 'poll_result' \
                 WHERE poll.id = ? AND poll.state = 'closed')",
                &poll.0,
            ),
            Told::Tallied(id) => {
                ("SELECT EXISTS (SELECT 1 FROM occurrence WHERE id = ? AND tallied_at > 0)", id)
            }
        };
        let there: bool = sqlx::query_scalar(sql).bind(id).fetch_one(&mut *conn).await.unwrap();
        assert!(there, "{told:?} is lost");
    }
    drop(reader);
    let wrong = streaks::check(&store).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_the_power_goes_what_was_told_is_true() {
    let wanted = parameter("HELMSMAN_POWER_LOSSES").unwrap_or(A_RUN as u64) as usize;
    let one = parameter("HELMSMAN_SEED");
    let (mut losses, mut told) = (0, 0);
    for seed in one.unwrap_or(0).. {
        println!("HELMSMAN_SEED={seed}");
        let folder = tempfile::tempdir().unwrap();
        let mut days = Days::begin(folder.path(), seed).await;
        let mut due: Timestamp = "2027-01-04T09:30:00Z".parse().unwrap();
        while days.disk.count() < A_RUN {
            days.day(due).await;
            due += SignedDuration::from_hours(24);
        }
        // The end folds the log back into the file, which is a moment too.
        days.store.close().await;
        let all = std::mem::take(&mut *days.told.lock().unwrap());
        for loss in days.disk.losses() {
            check(&loss, &all).await;
            losses += 1;
            told += loss.noted;
        }
        if losses >= wanted || one.is_some() {
            break;
        }
    }
    println!("{losses} power losses, {told} times something that was told held");
    assert!(told > losses as u64);
}

/// How many rows that were said to be there were lost, over all losses.
async fn rows_lost(synchronous: SqliteSynchronous) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::watch(folder.path(), 7, 150);
    let options =
        |folder: &Path| SqliteConnectOptions::new().filename(folder.join("n.db")).create_if_missing(true);
    let writing = options(folder.path()).journal_mode(SqliteJournalMode::Wal).synchronous(synchronous);
    let mut conn = writing.connect().await.unwrap();
    let made = "CREATE TABLE n (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT";
    sqlx::query(made).execute(&mut conn).await.unwrap();
    for _ in 0..1_000 {
        let row = "INSERT INTO n (text) VALUES (hex(randomblob(1000)))";
        sqlx::query(row).execute(&mut conn).await.unwrap();
        disk.note();
    }
    conn.close().await.unwrap();
    let mut lost = 0;
    for loss in disk.losses() {
        let folder = tempfile::tempdir().unwrap();
        loss.restore(folder.path());
        let mut conn: SqliteConnection = options(folder.path()).connect().await.unwrap();
        let whole: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut conn).await.unwrap();
        assert_eq!(whole, "ok");
        let there = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM n").fetch_one(&mut conn).await;
        lost += loss.noted - (there.unwrap_or(0) as u64).min(loss.noted);
        conn.close().await.unwrap();
    }
    lost
}

/// To show that the disk loses anything at all.
#[tokio::test]
async fn with_fewer_syncs_something_is_lost() {
    assert_eq!(rows_lost(SqliteSynchronous::Full).await, 0);
    assert!(rows_lost(SqliteSynchronous::Normal).await > 0);
}
