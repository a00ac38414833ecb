//! Opening the database: is it ours, whole, writable, and of a version that this program knows?

use super::{Connection, Store, ballots::Ballots, writer::Writer};
use sqlx::{
    ConnectOptions, Connection as _, SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::{File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

/// Versions before this one can corrupt a WAL database. Source: sqlite.org, "WAL-reset bug", fixed in 3.51.3.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// "HELM": says in the file whose it is.
const APPLICATION_ID: i64 = 0x4845_4C4D;
/// Readers beside the one writer.
const READERS: u32 = 4;

/// Why the database cannot be used. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "the database {0} is in use by another process. Stop the other Helmsman (or the program that has the file \
         open), then start again"
    )]
    Locked(PathBuf),
    /// No right to write the file or its directory.
    #[error(
        "the database {path} cannot be written ({reason}). Give the user who runs Helmsman the right to write the \
         file and its directory"
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file is damaged.
    #[error(
        "the database {path} is damaged ({reason}). Nothing was changed. Keep a copy of it, restore the latest backup, \
         and start again"
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What the check found first.
        reason: String,
    },
    /// It belongs to another program.
    #[error("{0} is a database of another program. Name another file under [database] path in the config")]
    Foreign(PathBuf),
    /// A later Helmsman wrote it.
    #[error(
        "the database {path} was written by a newer Helmsman (schema {found}, this one knows {known}). Nothing was \
         changed. Install the newer Helmsman again, or restore a backup from before the upgrade"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// It is ours and not as we leave it.
    #[error(
        "the database {path} is not as Helmsman left it ({reason}). Nothing was changed. Restore the latest backup, or \
         name another file under [database] path in the config"
    )]
    Altered {
        /// The file.
        path: PathBuf,
        /// What is different.
        reason: String,
    },
    /// The directory is not there.
    #[error(
        "the directory of the database {0} does not exist. Create it, or name another under [database] path"
    )]
    NoFolder(PathBuf),
    /// The linked SQLite is too old to be safe.
    #[error(
        "SQLite {0} is linked, and 3.51.3 is the oldest that keeps a database safe. Build with the bundled one"
    )]
    OldSqlite(String),
    /// Anything else.
    #[error(
        "the database {path} cannot be opened ({reason}). Check the disk that it lies on, then start again"
    )]
    Other {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
}

impl OpenError {
    fn from_sqlx(path: &Path, error: sqlx::Error) -> Self {
        let (code, reason) = match &error {
            sqlx::Error::Database(error) => {
                (error.code().and_then(|code| code.parse::<i32>().ok()), error.message().to_owned())
            }
            _ => (None, error.to_string()),
        };
        let path = path.to_owned();
        // The low byte is the primary result code. Source: sqlite.org/rescode.html.
        match code.map(|code| code & 0xff) {
            Some(5 | 6) => Self::Locked(path),
            Some(3 | 8 | 14) => Self::ReadOnly { path, reason },
            Some(11 | 26) => Self::Corrupt { path, reason },
            _ => Self::Other { path, reason },
        }
    }
}

/// The schema, in order. A file that has been released is never changed again.
fn migrations() -> Migrator {
    let files = [
        (1, "teams and streaks", include_str!("../../migrations/0001_teams_and_streaks.sql")),
        (2, "roles to notify", include_str!("../../migrations/0002_roles_to_notify.sql")),
        (3, "pauses with an end", include_str!("../../migrations/0003_pauses_with_an_end.sql")),
        (4, "owed to messages", include_str!("../../migrations/0004_owed_to_messages.sql")),
        (5, "nudges", include_str!("../../migrations/0005_nudges.sql")),
        (6, "series", include_str!("../../migrations/0006_series.sql")),
        (7, "polls", include_str!("../../migrations/0007_polls.sql")),
    ];
    Migrator::with_migrations(
        files
            .into_iter()
            .map(|(version, name, sql)| {
                Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
            })
            .collect(),
    )
}

impl Store {
    /// Opens the database at `path`, makes it if there is none, checks it and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the file and what to do; the file is then as it was.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let lock = lock(path)?;
        check_writable(path)?;
        let fail = |error| OpenError::from_sqlx(path, error);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .disable_statement_logging();

        // The first look changes nothing, not even the journal mode.
        let mut conn = options.clone().connect().await.map_err(fail)?;
        let looked = look(&mut conn, path).await;
        // Whatever it found: a connection that is not closed leaves a log behind.
        let closed = conn.close().await.map_err(fail);
        looked.and(closed)?;

        let writing = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let mut conn = writing.clone().connect().await.map_err(fail)?;
        if let Err(error) = prepare(&mut conn, path).await {
            let _ = conn.close().await;
            return Err(error);
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            // A file's connection does not go stale, and to ask it whether it is there costs as much as a question.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(writing.create_if_missing(false).pragma("query_only", "ON"))
            .await
            .map_err(fail)?;
        let other =
            |error: std::io::Error| OpenError::Other { path: path.to_owned(), reason: error.to_string() };
        let ballots = Ballots::beside(path).map_err(other)?;
        let writer = Writer::start(conn).map_err(other)?;
        Ok(Self { readers, writer, ballots, _lock: std::sync::Arc::new(lock) })
    }
}

/// One Helmsman a database: a second one would send everything a second time.
fn lock(path: &Path) -> Result<File, OpenError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(OpenError::NoFolder(path.to_owned()));
    }
    // By whatever name it is opened, it is the same database.
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(".lock");
    let file = File::create(&name)
        .map_err(|error| OpenError::ReadOnly { path: path.to_owned(), reason: error.to_string() })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(path.to_owned())),
        Err(TryLockError::Error(error)) => {
            Err(OpenError::Other { path: path.to_owned(), reason: error.to_string() })
        }
    }
}

/// SQLite would open a file that it may not write, and leave a log beside it.
fn check_writable(path: &Path) -> Result<(), OpenError> {
    match File::options().write(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(OpenError::ReadOnly { path: path.to_owned(), reason: error.to_string() }),
    }
}

async fn look(conn: &mut Connection, path: &Path) -> Result<(), OpenError> {
    check_sqlite(conn, path).await?;
    check_file(conn, path).await
}

/// Brings the schema up to date.
async fn prepare(conn: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let fail = |error| OpenError::from_sqlx(path, error);
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *conn).await.map_err(fail)?;
    sqlx::query("ROLLBACK").execute(&mut *conn).await.map_err(fail)?;
    if owner(conn, path).await? != APPLICATION_ID {
        // Before there are tables: whatever is cut short from here on is known to be ours the next time.
        let mark = format!("PRAGMA application_id = {APPLICATION_ID}");
        sqlx::query(sqlx::AssertSqlSafe(mark)).execute(&mut *conn).await.map_err(fail)?;
    }
    migrations().run(conn).await.map_err(|error| {
        let (path, reason) = (path.to_owned(), error.to_string());
        match error {
            MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_) | MigrateError::Dirty(_) => {
                OpenError::Altered { path, reason }
            }
            _ => OpenError::Other { path, reason },
        }
    })
}

async fn owner(conn: &mut Connection, path: &Path) -> Result<i64, OpenError> {
    sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(conn)
        .await
        .map_err(|error| OpenError::from_sqlx(path, error))
}

async fn check_sqlite(conn: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(conn)
        .await
        .map_err(|error| OpenError::from_sqlx(path, error))?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    if (part(), part(), part()) < OLDEST_SQLITE { Err(OpenError::OldSqlite(version)) } else { Ok(()) }
}

async fn check_file(conn: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let fail = |error| OpenError::from_sqlx(path, error);
    let problem: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut *conn).await.map_err(fail)?;
    if problem != "ok" {
        return Err(OpenError::Corrupt { path: path.to_owned(), reason: problem });
    }
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
        .fetch_one(&mut *conn)
        .await
        .map_err(fail)?;
    if tables == 0 {
        return Ok(());
    }
    if owner(conn, path).await? != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    let listed: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')")
            .fetch_one(&mut *conn)
            .await
            .map_err(fail)?;
    if !listed {
        let reason = "the list of its versions is gone".to_owned();
        return Err(OpenError::Altered { path: path.to_owned(), reason });
    }
    let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(conn)
        .await
        .map_err(fail)?;
    let known = migrations().iter().map(|migration| migration.version).max().unwrap_or(0);
    match found {
        Some(found) if found > known => Err(OpenError::Newer { path: path.to_owned(), found, known }),
        _ => Ok(()),
    }
}
