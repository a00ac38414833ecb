//! Opening the database, and what the writer promises.

use helmsman::{
    domain::id::{ChannelId, GuildId, UserId},
    store::{OpenError, Store, StoreError, team},
};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}

#[tokio::test]
async fn opens_a_new_file_and_opens_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    for _ in 0..2 {
        let store = Store::open(&path).await.unwrap();
        store.close().await;
    }
}

#[tokio::test]
async fn two_processes_do_not_share_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let _first = Store::open(&path).await.unwrap();
    assert!(matches!(Store::open(&path).await, Err(OpenError::Locked(_))));
    #[cfg(unix)]
    {
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(Store::open(&link).await, Err(OpenError::Locked(_))), "by another name");
    }
}

#[tokio::test]
async fn a_damaged_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    std::fs::write(
        &path,
        "this is a letter, not a database, and long enough to be looked at as one".repeat(20),
    )
    .unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");
    assert_eq!(before, std::fs::read(&path).unwrap());
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    Store::open(&path).await.unwrap().close().await;
    let mut conn = raw(&path).await;
    sqlx::query("UPDATE _sqlx_migrations SET version = 999 WHERE version = (SELECT max(version) FROM _sqlx_migrations)").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 999, .. }), "{error}");
}

#[tokio::test]
async fn another_programs_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let mut conn = raw(&path).await;
    sqlx::query("CREATE TABLE books (title TEXT)").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    assert!(matches!(Store::open(&path).await, Err(OpenError::Foreign(_))));
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Store::open(&folder.path().join("nowhere/h.db")).await.unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[tokio::test]
async fn a_job_that_fails_leaves_nothing_and_its_neighbours_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("h.db")).await.unwrap();
    let add = |channel: u64, fail: bool| {
        store.write(move |conn| {
            Box::pin(async move {
                let now = Timestamp::UNIX_EPOCH;
                let id = team::insert(conn, GuildId(1), ChannelId(channel), "UTC", UserId(1), now).await?;
                assert!(channel != 13, "a bug");
                if fail { Err(StoreError::Stopped) } else { Ok(id) }
            })
        })
    };
    let (a, b, c, d) = tokio::join!(add(1, false), add(2, true), add(13, false), add(4, false));
    assert!(a.is_ok() && b.is_err() && c.is_err() && d.is_ok());
    let mut conn = store.read().await.unwrap();
    for (channel, there) in [(1, true), (2, false), (13, false), (4, true)] {
        let team = team::of_channel(&mut conn, GuildId(1), ChannelId(channel)).await.unwrap();
        assert_eq!(team.is_some(), there, "{channel}");
    }
    assert!(team::of_channel(&mut conn, GuildId(2), ChannelId(1)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("h.db")).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let written =
        team::insert(&mut conn, GuildId(1), ChannelId(1), "UTC", UserId(1), Timestamp::UNIX_EPOCH).await;
    assert!(written.is_err());
}

#[tokio::test]
async fn no_deletion_looks_through_a_whole_table_for_what_hangs_on_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    Store::open(&path).await.unwrap().close().await;
    let mut conn = raw(&path).await;
    // Of each foreign key that it is the first column of some index, which holds all that can hang on a row.
    let unserved: Vec<String> = sqlx::query_scalar(
        "SELECT t.name || '.' || f.\"from\" FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
         WHERE t.schema = 'main' AND NOT EXISTS (
             SELECT 1 FROM pragma_index_list(t.name) i, pragma_index_info(i.name) c
             JOIN sqlite_schema s ON s.name = i.name
             WHERE c.seqno = 0 AND c.name = f.\"from\"
               AND (i.partial = 0 OR s.sql LIKE '%WHERE ' || f.\"from\" || ' IS NOT NULL'))
           AND NOT EXISTS (
             SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = f.\"from\" AND c.pk = 1)",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(unserved, Vec::<String>::new());
}

/// The schema's files one by one, on rows that were there before: nothing is lost, and nothing hangs in the air.
#[tokio::test]
async fn each_migration_keeps_the_rows_that_were_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let mut conn = raw(&path).await;
    let mut files: Vec<_> =
        std::fs::read_dir("migrations").unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let apply = async |conn: &mut SqliteConnection, path: &Path| {
        let sql = std::fs::read_to_string(path).unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.unwrap();
    };
    apply(&mut conn, &files[0]).await;
    let rows = "INSERT INTO team (guild, channel, zone, setup_by, created_at) VALUES (1, 2, 'UTC', 3, 0);
        INSERT INTO schedule (team, series, at, weekdays, start, sequence, seed, at_end, state)
            VALUES (1, 's', '09:30:00', 31, '2027-01-04', 'sequential', 1, 'repeat', 'active');
        INSERT INTO occurrence (key, team, schedule, channel, day, due, state, closes)
            VALUES ('s1:2027-01-04', 1, 1, 2, '2027-01-04', 0, 'claimed', 5);
        INSERT INTO outbox (team, kind, occurrence, channel, nonce, state, made_at, next_at, thread)
            VALUES (1, 'prompt', 1, 2, 'n', 'waiting', 6, 7, 'wanted');";
    sqlx::raw_sql(AssertSqlSafe(rows.to_owned())).execute(&mut conn).await.unwrap();
    for file in &files[1..] {
        apply(&mut conn, file).await;
    }
    let job: (String, i64, String, i64, String) =
        sqlx::query_as("SELECT kind, occurrence, nonce, next_at, thread FROM outbox")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(job, ("prompt".into(), 1, "n".into(), 7, "wanted".into()));
    let loose: Vec<(String,)> =
        sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&mut conn).await.unwrap();
    assert!(loose.is_empty(), "{loose:?}");
    let twice = "INSERT INTO outbox (team, kind, occurrence, channel, nonce, state, made_at, next_at)
        VALUES (1, 'prompt', 1, 2, 'm', 'waiting', 6, 7)";
    assert!(
        sqlx::raw_sql(AssertSqlSafe(twice.to_owned())).execute(&mut conn).await.is_err(),
        "the index is there"
    );
}
