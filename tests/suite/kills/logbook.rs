//! What must hold when the last process has ended: from both sides, the database's and the channel's.

use super::{
    crew::{Act, Entry},
    poll::{self, Vote},
};
use crate::{process::scene::Scene, said};
use emulator::Id;
use helmsman::{app::streaks, domain::outbound::CATCH_UP, store::Store};
use jiff::{SignedDuration, Timestamp};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use std::collections::{BTreeMap, BTreeSet};

/// What happened.
#[derive(Debug, Default)]
pub struct Log {
    /// At which step it died, each time.
    pub died: Vec<String>,
    /// When it was gone.
    pub gone: Vec<(Timestamp, Timestamp)>,
    /// Whom people voted for.
    pub votes: Vec<Vote>,
    /// What people did.
    pub entries: Vec<Entry>,
    /// How many answers were acknowledged.
    pub acknowledged: u64,
}

async fn rows(conn: &mut SqliteConnection, sql: &'static str) -> Vec<SqliteRow> {
    sqlx::query(sql).fetch_all(conn).await.unwrap()
}

/// What is left of what was due: messages in doubt or unsent, threads that are missing, windows that have ended and are
/// open, or still show it.
pub async fn left(conn: &mut SqliteConnection, now: Timestamp) -> Vec<String> {
    // With some seconds for what may still come, and some more if the connection was down.
    let ended = now - SignedDuration::from_secs(20);
    let left = "SELECT kind || ' of ' || coalesce(occurrence, '-') || ' is ' || state || ', its thread ' || thread
                FROM outbox
                WHERE state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted')
                UNION ALL
                SELECT key || ' is ' || state FROM occurrence WHERE state IN ('claimed', 'unknown')
                UNION ALL
                SELECT key || ' closed at ' || closes || ', tallied at ' || coalesce(tallied_at, '-') || ', sealed '
                    || sealed || ', its reveal ' || reveal FROM occurrence
                WHERE state = 'posted' AND (tallied_at IS NULL OR sealed = 0 OR reveal = 'none')
                    AND NOT (tallied_at IS NULL AND closes > ?1)
                UNION ALL
                SELECT 'poll ' || id || ' is ' || state || ', closes at ' || closes || ', owed ' || owed FROM poll
                WHERE owed = 1 OR state = 'claimed' OR (state = 'open' AND closes <= ?1)";
    sqlx::query_scalar(left).bind(ended.as_millisecond()).fetch_all(conn).await.unwrap()
}

/// Everything, when nobody runs.
pub async fn check(scene: &Scene, store: &Store, log: &Log, now: Timestamp) {
    let conn = &mut *store.read().await.unwrap();
    assert_eq!(left(conn, now).await, [""; 0]);
    assert_eq!(said::check(&scene.discord, &scene.app, store).await.unknown, 0);
    check_shown(scene, conn).await;
    check_days(conn, log, now).await;
    check_answers(conn, &log.entries).await;
    poll::check(scene, conn, &log.votes).await;
    let wrong = streaks::check(store).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    let whole: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(whole, "ok");
}

/// Each prompt has its thread, its buttons until its window is over, and then one reveal.
async fn check_shown(scene: &Scene, conn: &mut SqliteConnection) {
    let tallied =
        "SELECT o.message, o.tallied_at, (SELECT count(*) FROM outbox r WHERE r.occurrence = o.id AND
                   r.kind = 'reveal') AS reveals, o.reveal FROM occurrence o WHERE o.state = 'posted'";
    let messages = scene.ana.sees(&scene.channel);
    for row in rows(conn, tallied).await {
        let id = Id(row.get::<i64, _>("message") as u64);
        let prompt = messages.iter().find(|message| message.id == id).expect("it was posted");
        let closed = row.get::<Option<i64>, _>("tallied_at").is_some();
        assert_eq!(prompt.buttons().is_empty(), closed, "{}", prompt.text());
        assert!(scene.ana.thread_of(prompt).is_some(), "no thread under\n{}", prompt.text());
        let revealed = closed && row.get::<String, _>("reveal") != "held";
        assert_eq!(row.get::<i64, _>("reveals"), i64::from(revealed), "{}", prompt.text());
    }
}

/// Each working day has one occurrence; one that was missed was missed for a reason; no prompt was asked twice.
async fn check_days(conn: &mut SqliteConnection, log: &Log, now: Timestamp) {
    let (mut days, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for row in rows(conn, "SELECT day, due, state, snapshot FROM occurrence ORDER BY day").await {
        let (day, state): (String, String) = (row.get("day"), row.get("state"));
        let due = Timestamp::from_millisecond(row.get("due")).unwrap();
        match state.as_str() {
            "posted" => {
                let snapshot: serde_json::Value = serde_json::from_str(row.get("snapshot")).unwrap();
                let prompt = snapshot["prompt"]["id"].as_str().unwrap().to_owned();
                assert!(asked.insert(prompt.clone()), "{prompt} was asked twice");
            }
            "missed" => {
                let gone = |(from, to): &(Timestamp, Timestamp)| {
                    to.duration_since((*from).max(due)).max(SignedDuration::ZERO)
                };
                let gone: SignedDuration = log.gone.iter().map(gone).fold(SignedDuration::ZERO, |a, b| a + b);
                assert!(gone > CATCH_UP / 2, "{day} was missed, and it was gone only {gone:?}");
            }
            other => panic!("{day} is {other}"),
        }
        assert!(days.insert(day.clone()), "{day} twice");
    }
    let mut day = jiff::civil::date(2027, 1, 4);
    let last = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    while day < last {
        let weekend = [jiff::civil::Weekday::Saturday, jiff::civil::Weekday::Sunday].contains(&day.weekday());
        assert_eq!(days.contains(&day.to_string()), !weekend, "{day}");
        day = day.tomorrow().unwrap();
    }
}

/// What stands is what was acknowledged last, or something that was done after it and not acknowledged.
async fn check_answers(conn: &mut SqliteConnection, entries: &[Entry]) {
    let mut all: BTreeMap<(Id, u64), Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        all.entry((entry.prompt, entry.user)).or_default().push(entry);
    }
    for ((prompt, user), entries) in all {
        let stored = sqlx::query(
            "SELECT a.stands, a.picked, a.note, o.closes, o.tallied_at FROM occurrence o
             LEFT JOIN answer a ON a.occurrence = o.id AND a.user = ? WHERE o.message = ?",
        )
        .bind(user as i64)
        .bind(prompt.0 as i64)
        .fetch_one(&mut *conn)
        .await
        .unwrap();
        let closes: i64 = stored.get("closes");
        let tallied = stored.get::<Option<i64>, _>("tallied_at").is_some();
        let stands = stored.get::<Option<i64>, _>("stands") == Some(1);
        let holds = |entry: &&Entry| match &entry.act {
            Act::Picked(option) => stands && stored.get::<Option<i64>, _>("picked") == Some(*option),
            Act::Wrote(text) => stands && stored.get::<Option<&str>, _>("note") == Some(text.as_str()),
            Act::DidIt => stands,
            // Before the tally it may still be to be read back.
            Act::Spoke => stands || !tallied || entry.at >= closes,
            Act::Withdrew => !stands,
        };
        let last = entries.iter().rposition(|entry| entry.acknowledged);
        let Some(last) = last else { continue };
        let row = (stands, stored.get::<Option<i64>, _>("picked"), stored.get::<Option<String>, _>("note"));
        assert!(entries[last..].iter().any(holds), "{prompt} {user}: {row:?} of {entries:#?}");
    }
}
