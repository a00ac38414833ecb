//! Somebody who has everything but the file of an open poll wants to know who chose whom: the main database, its log, a
//! copy of it made while the poll was open, all that was logged, and what every command and message says to everybody
//! else. All ids are known.
//!
//! Two ways. One looks for traces: the voters have never done anything else here, so whatever of theirs is found (their
//! ids, those of their clicks, what they wrote) came from their votes. The other compares two worlds that differ only in
//! who chose whom: what differs between them, tells. Its own control shows that ballots in the main database are found.

use super::hall::{Hall, SAW, SAY, WHO};
use crate::logging::listen;
use emulator::{Id, Message, Person};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Executor, Row, SqlSafeStr, SqliteConnection, sqlite::SqliteConnectOptions,
};
use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

async fn connect(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(file).connect().await.unwrap()
}

/// The call that a backup uses.
async fn copy(from: &Path, to: &Path) {
    let mut conn = connect(from).await;
    let sql = format!("VACUUM INTO '{}'", to.display());
    conn.execute(AssertSqlSafe(sql).into_sql_str()).await.unwrap();
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|part| part == what)
}

/// Which of these secrets are in these bytes. Ids are looked for in figures, and as SQLite and most others write numbers.
fn traces(bytes: &[u8], ids: &[Id], words: &[&str]) -> Vec<String> {
    let mut forms: HashMap<Vec<u8>, Id> = HashMap::new();
    for id in ids {
        let n = id.get();
        let figures = n.to_string().into_bytes();
        assert_eq!(figures.len(), FIGURES);
        forms.extend([figures, n.to_be_bytes().to_vec(), n.to_le_bytes().to_vec()].map(|form| (form, *id)));
    }
    let parts = bytes.windows(8).chain(bytes.windows(FIGURES));
    let found: BTreeSet<_> = parts.filter_map(|part| forms.get(part)).map(ToString::to_string).collect();
    let of_words = words.iter().filter(|word| holds(bytes, word.as_bytes()));
    found.into_iter().chain(of_words.map(|word| (*word).to_owned())).collect()
}

/// An id of these years has so many.
const FIGURES: usize = 19;

/// Five people who do nothing but vote, and one of them says things that are not to be shown.
const HIDDEN: &str = "quagga seen at the gate";
const SHOWN: &str = "okapi rang every customer";

#[tokio::test]
async fn of_a_voter_no_trace_is_in_the_main_database_its_copy_or_the_log() {
    let (lines, _guard) = listen();
    let hall = Hall::open().await;
    // Tests beside this one that do not listen may have said of a line that nobody does.
    tracing::callsite::rebuild_interest_cache();
    let poll = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    let voters: Vec<Person> = (0..5).map(|n| hall.harbour.guild.person(&format!("voter{n}"))).collect();
    let mut ids: Vec<Id> = voters.iter().map(Person::id).collect();
    for (n, voter) in voters.iter().enumerate() {
        let whom = if n < 4 { "ben" } else { "cleo" };
        let voted = voter.click(&poll, whom).await;
        ids.extend(voted.interaction);
        let saw = voter.select(voted.message(), SAW, &["Took responsibility"]).await;
        ids.extend(saw.interaction);
        let form = voter.click(saw.message(), "Say why, in a sentence").await;
        ids.extend(form.interaction);
        let said = voter.submit(form.modal(), &[(SAY, if n == 0 { SHOWN } else { HIDDEN })]).await;
        ids.extend(said.interaction);
        if n == 0 {
            ids.extend(voter.click(said.message(), "Show it in the result").await.interaction);
        }
        let change = voter.click(said.message(), "Change").await;
        let back = voter.click(change.message(), "Keep it").await;
        ids.extend([change.interaction, back.interaction].into_iter().flatten());
    }
    assert!(ids.len() >= 25, "the clicks have ids");
    hall.harbour.settled().await;
    let (main, backup) = (hall.harbour.data().join("helmsman.db"), hall.harbour.data().join("copy.db"));
    let wal = main.with_file_name("helmsman.db-wal");
    let places = [&main, &wal, &backup];
    copy(&main, &backup).await;
    for place in places {
        let found = traces(&std::fs::read(place).unwrap(), &ids, &[HIDDEN, SHOWN]);
        assert!(found.is_empty(), "{}: {found:?}", place.display());
    }
    let folder = hall.harbour.data().join("helmsman.db-polls");
    let files = || std::fs::read_dir(&folder).map_or(0, Iterator::count);
    assert!(files() > 0, "the ballots are somewhere");

    hall.minutes(121).await;
    let result = hall.harbour.posted("Recognised");
    assert!(result.text().contains(SHOWN) && !result.text().contains(HIDDEN), "{}", result.text());
    assert_eq!(files(), 0, "the ballots are gone");
    std::fs::remove_file(&backup).unwrap();
    copy(&main, &backup).await;
    for place in places {
        let found = traces(&std::fs::read(place).unwrap(), &ids, &[HIDDEN]);
        assert!(found.is_empty(), "{}: {found:?}", place.display());
    }
    let log = lines.bytes();
    assert!(holds(&log, b"at rest"), "the log is heard");
    let found = traces(&log, &ids, &[HIDDEN, SHOWN]);
    assert!(found.is_empty(), "the log: {found:?}");

    // The control: ballots in the main database are found.
    let mut conn = connect(&backup).await;
    conn.execute("CREATE TABLE ballot (voter INTEGER, choice INTEGER, evidence TEXT)").await.unwrap();
    for (at, voter) in voters.iter().enumerate() {
        sqlx::query("INSERT INTO ballot VALUES (?, ?, ?)")
            .bind(voter.id().get() as i64)
            .bind(i64::from(at == 4))
            .bind(HIDDEN)
            .execute(&mut conn)
            .await
            .unwrap();
    }
    drop(conn);
    let bytes: Vec<u8> = [&backup, &backup.with_file_name("copy.db-wal")]
        .into_iter()
        .flat_map(|file| std::fs::read(file).unwrap_or_default())
        .collect();
    let found = traces(&bytes, &ids, &[HIDDEN]);
    assert_eq!(found.len(), 6, "the search finds nothing: {found:?}");
    hall.harbour.end().await;
}

/// What can be known of a world without its ballots.
#[derive(PartialEq, Eq)]
struct Known {
    /// Every row of every table while the poll is open, and after.
    rows: Vec<String>,
    /// What others than the voters see and are told.
    told: Vec<String>,
}

/// Every row, without what is drawn at random.
async fn rows(file: &Path) -> Vec<String> {
    let mut conn = connect(file).await;
    let tables = "SELECT m.name AS t, group_concat('quote(\"' || c.name || '\")', ' || '','' || ') AS columns \
                  FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
                  WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND c.name NOT IN ('nonce', 'installed_on') \
                  GROUP BY m.name ORDER BY m.name";
    let tables = sqlx::query(tables).fetch_all(&mut conn).await.unwrap();
    let mut all = Vec::new();
    for table in tables {
        let (name, columns): (String, String) = (table.get(0), table.get(1));
        let sql = format!("SELECT {columns} FROM \"{name}\" ORDER BY 1");
        let rows = sqlx::query(AssertSqlSafe(sql).into_sql_str()).fetch_all(&mut conn).await.unwrap();
        all.extend(rows.iter().map(|row| format!("{name}: {}", row.get::<String, _>(0))));
    }
    all
}

fn seen(hall: &Hall, who: &Person) -> Vec<String> {
    let all = who.sees(&hall.harbour.channel);
    let plain = |message: &Message| {
        // The reference in the footer is drawn at random.
        let text = hall.plain(&message.text());
        let lines =
            text.lines().map(|line| if line.len() == 10 && line.starts_with("| ") { "| …" } else { line });
        lines.collect::<Vec<_>>().join("\n")
    };
    all.iter().map(plain).collect()
}

/// What managers and admins can ask, and what others see.
async fn asked(hall: &Hall) -> Vec<String> {
    let channel = &hall.harbour.channel;
    let mut told = Vec::new();
    for who in [&hall.max, &hall.harbour.ada] {
        let list = who.slash(channel, "poll list", &[]).await;
        told.push(list.text());
        if let Some(menu) = list.message().selects().first() {
            for (_, value) in &menu.options {
                told.push(who.select(list.message(), &menu.custom_id, &[value]).await.text());
            }
        }
        told.push(who.click(list.message(), "Moments").await.text());
        for command in ["poll close", "me", "help"] {
            told.push(who.slash(channel, command, &[]).await.text());
        }
    }
    let panel = hall.harbour.ada.slash(channel, "setup", &[]).await;
    let change = hall.harbour.ada.click(panel.message(), "Change").await;
    let more = hall.harbour.ada.click(change.message(), "More").await;
    told.push(hall.harbour.ada.click(more.message(), "Who changed what").await.text());
    for who in [&hall.max, hall.who("ben"), hall.who("cleo"), hall.who("ivy")] {
        told.extend(seen(hall, who));
    }
    told.iter().map(|text| hall.plain(text)).collect()
}

/// A poll in which these clicks happen: a voter, and whom the voter chooses; or, with nobody, looks at the own vote.
async fn world(clicks: &[(&str, &str)]) -> Known {
    let hall = Hall::open().await;
    let panel = hall.begin(&hall.max, "The van was late.", "80 min", "30 min").await;
    let chosen = hall.max.select(panel.message(), WHO, &["ben", "cleo", "dan"]).await;
    let poll = hall.press_open(chosen.message()).await;
    for (voter, whom) in clicks {
        hall.who(voter).click(&poll, whom).await;
        hall.harbour.settled().await;
    }
    hall.minutes(5).await;
    let (main, copied) = (hall.harbour.data().join("helmsman.db"), hall.harbour.data().join("copy.db"));
    let mut known = Known { rows: Vec::new(), told: Vec::new() };
    // It is over before the prompt of the day: what happens at one instant has no order that could be compared.
    for minutes in [0, 60, 20] {
        hall.minutes(minutes).await;
        copy(&main, &copied).await;
        known.rows.extend(rows(&copied).await);
        known.told.extend(asked(&hall).await);
        std::fs::remove_file(&copied).unwrap();
    }
    hall.harbour.end().await;
    known
}

fn compare(one: &Known, other: &Known) {
    for (what, one, other) in [("rows", &one.rows, &other.rows), ("told", &one.told, &other.told)] {
        assert_eq!(one.len(), other.len(), "{what}");
        for (one, other) in one.iter().zip(other) {
            assert_eq!(one, other, "{what}");
        }
    }
}

#[tokio::test]
async fn who_chose_whom_makes_no_difference_to_anything_that_can_be_seen() {
    let one = world(&[("eve", "ben"), ("fay", "ben"), ("gil", "cleo"), ("hal", "ben")]).await;
    let other = world(&[("eve", "cleo"), ("fay", "ben"), ("gil", "ben"), ("hal", "ben")]).await;
    assert!(one.told.iter().any(|text| text.contains("**ben** handled it")), "there was a result");
    compare(&one, &other);
}

#[tokio::test]
async fn below_the_quorum_no_figure_can_be_had() {
    let nobody = world(&[("eve", "My vote"), ("fay", "My vote")]).await;
    let one = world(&[("eve", "My vote"), ("fay", "cleo")]).await;
    let two = world(&[("eve", "ben"), ("fay", "ben")]).await;
    assert!(nobody.told.iter().any(|text| text.contains("not enough votes for a result: at least 3")));
    compare(&nobody, &one);
    compare(&nobody, &two);
}

#[tokio::test]
async fn the_comparison_sees_a_difference_where_there_is_one() {
    let one = world(&[("eve", "ben"), ("fay", "ben"), ("gil", "ben")]).await;
    let other = world(&[("eve", "cleo"), ("fay", "cleo"), ("gil", "cleo")]).await;
    assert!(one.rows != other.rows && one.told != other.told, "the result is one");
}
