//! One poll's file: made, opened, closed, deleted.

use super::{Voter, is_damage};
use crate::{
    domain::id::{PollId, UserId},
    store::{Connection, Result, StoreError, writer::Writer},
};
use futures_util::future::BoxFuture;
use ring::hmac;
use sqlx::{
    ConnectOptions, Connection as _,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous},
};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

/// What a file is made of: the database, its log and its index.
const ENDINGS: [&str; 3] = [".db", ".db-wal", ".db-shm"];

/// An open file. It has a writer of its own, which commits what comes together in one go.
#[derive(Debug)]
pub(super) struct File {
    writer: Writer,
    key: hmac::Key,
}

impl File {
    /// Opens the file of this poll. None: there is none, or it is damaged.
    pub(super) async fn open(folder: &Path, poll: PollId) -> Result<Option<Self>> {
        let path = path(folder, poll, ".db");
        if !path.try_exists().map_err(io)? {
            return Ok(None);
        }
        match Self::open_at(&path).await {
            Ok(file) => Ok(Some(file)),
            Err(error) if is_damage(&error) => {
                tracing::error!(%poll, %error, "the ballots of a poll are damaged");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn open_at(path: &Path) -> Result<Self> {
        let mut conn = options(path).connect().await?;
        let key: std::result::Result<Vec<u8>, sqlx::Error> =
            sqlx::query_scalar("SELECT key FROM poll").fetch_one(&mut conn).await;
        let key = match key {
            Ok(key) => hmac::Key::new(hmac::HMAC_SHA256, &key),
            Err(error) => {
                let _ = conn.close().await;
                // A file without the key, the table (SQLite's code 1) or anything at all is not what was made here.
                let lacks = match &error {
                    sqlx::Error::RowNotFound => true,
                    sqlx::Error::Database(error) => error.code().is_some_and(|code| code == "1"),
                    _ => false,
                };
                return Err(if lacks {
                    StoreError::Nonsense { table: "poll", column: "key", value: "nothing".into() }
                } else {
                    error.into()
                });
            }
        };
        Ok(Self { writer: Writer::start(conn).map_err(io)?, key })
    }

    /// The voter, as only this file knows one.
    pub(super) fn voter(&self, poll: PollId, user: UserId) -> Voter {
        let mut who = [0; 16];
        who[..8].copy_from_slice(&poll.0.to_be_bytes());
        who[8..].copy_from_slice(&user.0.to_be_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(hmac::sign(&self.key, &who).as_ref());
        Voter(hash)
    }

    pub(super) async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.writer.write(job).await
    }

    pub(super) async fn close(self) {
        self.writer.close().await;
    }
}

/// Makes a file with a new key. SQLite's random bytes are ChaCha20, seeded by the system. Source: `randomness` in
/// sqlite3.c.
pub(super) async fn create(folder: &Path, poll: PollId) -> Result<()> {
    let path = path(folder, poll, ".db");
    // Before there is anything in it, so that nobody else could read it for a moment.
    only_the_owners(fs::OpenOptions::new().write(true).create_new(true)).open(&path).map_err(io)?;
    let mut conn = options(&path).connect().await?;
    let made = sqlx::query(
        "CREATE TABLE poll (key BLOB NOT NULL, sealed INTEGER NOT NULL) STRICT; \
         CREATE TABLE ballot (voter BLOB PRIMARY KEY, choice INTEGER, registers TEXT NOT NULL) STRICT, WITHOUT ROWID; \
         CREATE INDEX ballot_by_choice ON ballot (choice); \
         INSERT INTO poll (key, sealed) VALUES (randomblob(32), 0)",
    )
    .execute(&mut conn)
    .await;
    // Closing folds the log back into the file and syncs it.
    conn.close().await?;
    made?;
    sync(folder)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        // The one connection that there is. So the index of the log is in memory, and nobody else can look.
        .locking_mode(SqliteLockingMode::Exclusive)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // What is changed or dropped is overwritten.
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging()
}

/// Deletes what there is of this poll's file. It stays deleted.
pub(super) fn delete(folder: &Path, poll: PollId) -> Result<()> {
    let mut gone = false;
    for ending in ENDINGS {
        match fs::remove_file(path(folder, poll, ending)) {
            Ok(()) => gone = true,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(io(error)),
        }
    }
    if gone { sync(folder) } else { Ok(()) }
}

/// The polls of which there is something.
pub(super) fn present(folder: &Path) -> Result<Vec<PollId>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(error)),
    };
    let mut polls = Vec::new();
    for entry in entries {
        let name = entry.map_err(io)?.file_name();
        let number = ENDINGS.iter().find_map(|ending| name.to_str()?.strip_suffix(ending));
        polls.extend(number.and_then(|number| number.parse::<PollId>().ok()));
    }
    polls.sort_unstable();
    polls.dedup();
    Ok(polls)
}

/// The folder, that only its owner can look into.
pub(super) fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(io)?;
    folder.parent().map_or(Ok(()), sync)
}

fn only_the_owners(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// What a folder says of its files is durable.
fn sync(folder: &Path) -> Result<()> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::File::open(here).and_then(|folder| folder.sync_all()).map_err(io)
}

fn path(folder: &Path, poll: PollId, ending: &str) -> PathBuf {
    folder.join(format!("{poll}{ending}"))
}

fn io(error: std::io::Error) -> StoreError {
    sqlx::Error::Io(error).into()
}
