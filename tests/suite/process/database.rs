//! A database that cannot be used: what is said, and that the file stays as it was, byte for byte.

use super::{
    TOKEN,
    child::{Child, Ended, Place},
    code,
    scene::Scene,
};
use helmsman::store::Store;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{fs::Permissions, os::unix::fs::PermissionsExt, path::Path};

/// The file in the working directory, if the config says nothing.
const FILE: &str = "helmsman.db";

/// Nobody listens there, and nobody is asked before the database is open.
const CONFIG: &str = "[discord]\napi_url = \"http://127.0.0.1:1\"\n";

fn refused(ended: &Ended) -> &str {
    assert_eq!(ended.code, Some(code::DATABASE), "{ended:?}");
    &ended.said
}

async fn run(place: &Place) -> Ended {
    place.run(Some(TOKEN), &["run"]).await
}

/// What it says about a file that it leaves as it is, with nothing beside it but the lock.
async fn left_alone(place: &Place) -> String {
    let before = place.read(FILE);
    let ended = run(place).await;
    assert!(before == place.read(FILE), "the file has changed: {ended:?}");
    assert_eq!(place.names(), [FILE, "helmsman.db.lock", "helmsman.toml"]);
    refused(&ended).to_owned()
}

/// A place with a database of ours.
async fn ours() -> Place {
    let place = Place::with(CONFIG);
    Store::open(&place.path(FILE)).await.unwrap().close().await;
    std::fs::remove_file(place.path("helmsman.db.lock")).unwrap();
    place
}

async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}

async fn execute(path: &Path, sql: &'static str) {
    let mut conn = raw(path).await;
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_second_helmsman_does_not_start_and_the_first_goes_on() {
    let scene = Scene::open().await;
    let first = scene.running().await;
    let second = scene.start().end().await;
    insta::assert_snapshot!(refused(&second), @r#"helmsman: the database helmsman.db is in use by another process. Stop the other Helmsman (or the program that has the file open), then start again"#);
    assert_eq!(scene.discord.identify_count(&scene.app), 1, "the second one did not connect");
    let help = scene.ana.slash(&scene.channel, "help", &[]).await;
    assert_eq!(help.failed(), None);
    assert_eq!(first.stop().await.code, Some(0));
    // The lock goes with the process, however it ends.
    let third = scene.running().await;
    third.signal("KILL").await;
    assert_eq!(third.end().await.code, None);
    let fourth = scene.start();
    fourth.says("connected to Discord").await;
    assert_eq!(fourth.stop().await.code, Some(0));
}

#[tokio::test]
async fn a_database_that_another_program_has_locked_is_told() {
    let place = ours().await;
    let mut other = raw(&place.path(FILE)).await;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    let before = place.read(FILE);
    let said = refused(&run(&place).await).to_owned();
    insta::assert_snapshot!(said, @r#"helmsman: the database helmsman.db is in use by another process. Stop the other Helmsman (or the program that has the file open), then start again"#);
    assert!(before == place.read(FILE));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    // Nor if it has no log yet, so that it cannot even be read.
    let place = Place::with(CONFIG);
    let mut other = raw(&place.path(FILE)).await;
    sqlx::raw_sql("CREATE TABLE t (a); BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    assert_eq!(refused(&run(&place).await), said);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let place = Place::with(CONFIG);
    place.write(FILE, "Dear reader, this is a letter and not a database. ".repeat(40));
    insta::assert_snapshot!(left_alone(&place).await, @r#"helmsman: the database helmsman.db is damaged (file is not a database). Nothing was changed. Keep a copy of it, restore the latest backup, and start again"#);
}

#[tokio::test]
async fn a_damaged_database_is_left_alone() {
    let place = ours().await;
    let whole = place.read(FILE);
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 8_192].fill(0xA5);
    place.write(FILE, &damaged);
    let said = left_alone(&place).await;
    assert!(said.starts_with("helmsman: the database helmsman.db is damaged ("), "{said}");
    assert!(said.contains("Nothing was changed. Keep a copy of it, restore the latest backup"), "{said}");
    // Half of it was lost in a copy.
    place.write(FILE, &whole[..middle]);
    let said = left_alone(&place).await;
    assert!(said.starts_with("helmsman: the database helmsman.db is damaged ("), "{said}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let place = ours().await;
    let newer = "UPDATE _sqlx_migrations SET version = 999 WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
    execute(&place.path(FILE), newer).await;
    // Each migration has the next number.
    let known = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().count();
    let said = left_alone(&place).await.replace(&format!("knows {known})"), "knows all)");
    insta::assert_snapshot!(said, @r#"helmsman: the database helmsman.db was written by a newer Helmsman (schema 999, this one knows all). Nothing was changed. Install the newer Helmsman again, or restore a backup from before the upgrade"#);
}

#[tokio::test]
async fn a_database_whose_schema_was_changed_by_hand_is_left_alone() {
    let place = ours().await;
    execute(&place.path(FILE), "UPDATE _sqlx_migrations SET checksum = x'00'").await;
    insta::assert_snapshot!(left_alone(&place).await, @r#"helmsman: the database helmsman.db is not as Helmsman left it (migration 1 was previously applied but has been modified). Nothing was changed. Restore the latest backup, or name another file under [database] path in the config"#);
    execute(&place.path(FILE), "DROP TABLE _sqlx_migrations").await;
    insta::assert_snapshot!(left_alone(&place).await, @r#"helmsman: the database helmsman.db is not as Helmsman left it (the list of its versions is gone). Nothing was changed. Restore the latest backup, or name another file under [database] path in the config"#);
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let place = Place::with(CONFIG);
    execute(&place.path(FILE), "CREATE TABLE books (title TEXT); INSERT INTO books VALUES ('Moby Dick')")
        .await;
    insta::assert_snapshot!(left_alone(&place).await, @r#"helmsman: helmsman.db is a database of another program. Name another file under [database] path in the config"#);
}

#[tokio::test]
async fn a_first_start_that_was_cut_short_goes_on() {
    let whole = ours().await;
    let mut conn = raw(&whole.path(FILE)).await;
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut conn).await.unwrap();
    let versions: String =
        sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    conn.close().await.unwrap();
    // What a process that was killed has committed, step by step.
    let steps = ["PRAGMA journal_mode = WAL".to_owned(), format!("PRAGMA application_id = {id}"), versions];
    for done in 1..=steps.len() {
        let place = Place::with(CONFIG);
        let mut conn = raw(&place.path(FILE)).await;
        let sql = steps[..done].join(";");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        Store::open(&place.path(FILE)).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn a_folder_that_is_missing_or_none_is_told_and_not_made() {
    let none =
        "the directory of the database PATH does not exist. Create it, or name another under [database] path";
    let folder = "the database PATH cannot be written (Is a directory (os error 21)). Give the user who runs Helmsman \
                  the right to write the file and its directory";
    for (path, message) in [("nowhere/h.db", none), ("helmsman.toml/h.db", none), ("folder", folder)] {
        let place = Place::with(&format!("{CONFIG}[database]\npath = \"{path}\"\n"));
        std::fs::create_dir(place.path("folder")).unwrap();
        let ended = run(&place).await;
        assert_eq!(refused(&ended), format!("helmsman: {}\n", message.replace("PATH", path)));
        let names: Vec<_> = place.names().into_iter().filter(|name| !name.ends_with(".lock")).collect();
        assert_eq!(names, ["folder", "helmsman.toml"]);
    }
}

/// Runs it as somebody whom permissions hold back: as whoever runs the tests or, if that is root, as nobody.
async fn run_without_privileges(place: &Place) -> Ended {
    let program = Path::new(env!("CARGO_BIN_EXE_helmsman"));
    let probe = Place::empty();
    probe.write("probe", "");
    std::fs::set_permissions(probe.path("probe"), Permissions::from_mode(0o400)).unwrap();
    if std::fs::OpenOptions::new().write(true).open(probe.path("probe")).is_err() {
        return Child::start(place.command(program, Some(TOKEN), &["run"])).end().await;
    }
    // Where it was built others may not even look.
    let copy = probe.path("helmsman");
    std::fs::copy(program, &copy).unwrap();
    std::fs::set_permissions(probe.path("."), Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(&copy, Permissions::from_mode(0o755)).unwrap();
    let mut command = place.command(&copy, Some(TOKEN), &["run"]);
    command.uid(65_534).gid(65_534);
    Child::start(command).end().await
}

#[tokio::test]
async fn a_file_or_folder_that_cannot_be_written_is_told() {
    let place = ours().await;
    let before = place.read(FILE);
    let modes = |folder: u32, file: u32| {
        std::fs::set_permissions(place.path("helmsman.toml"), Permissions::from_mode(0o644)).unwrap();
        std::fs::set_permissions(place.path(FILE), Permissions::from_mode(file)).unwrap();
        std::fs::set_permissions(place.path("."), Permissions::from_mode(folder)).unwrap();
    };
    modes(0o777, 0o444);
    insta::assert_snapshot!(refused(&run_without_privileges(&place).await), @r#"helmsman: the database helmsman.db cannot be written (Permission denied (os error 13)). Give the user who runs Helmsman the right to write the file and its directory"#);
    std::fs::remove_file(place.path("helmsman.db.lock")).unwrap();
    modes(0o555, 0o666);
    insta::assert_snapshot!(refused(&run_without_privileges(&place).await), @r#"helmsman: the database helmsman.db cannot be written (Permission denied (os error 13)). Give the user who runs Helmsman the right to write the file and its directory"#);
    assert!(before == place.read(FILE));
    modes(0o777, 0o666);
    assert_eq!(place.names(), [FILE, "helmsman.toml"]);
}
