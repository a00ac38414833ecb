//! The only SQL. One small file a table; domain types in and out.
//!
//! This folder must not know Discord's library, wording or rules.
//!
//! Reads go through [`Store::read`]; every write is a job for the one writer ([`Store::write`]), which commits jobs in
//! groups. What `write` returned is on disk: WAL with synchronous FULL.

pub mod afterwards;
pub mod agenda;
pub mod answer;
pub mod audit;
pub mod away;
pub mod ballots;
pub mod casts;
mod columns;
pub mod day_off;
pub mod excuse;
pub mod fact;
pub mod guild;
pub mod liveness;
pub mod milestone;
pub mod moment;
pub mod notify_role;
pub mod occurrence;
mod open;
pub mod outage;
pub mod outbox;
pub mod person;
pub mod poll;
pub mod poll_draft;
pub mod poll_due;
pub mod prompt_day;
pub mod queue;
pub mod recognition;
pub mod schedule;
pub mod series;
pub mod series_draft;
pub mod streak;
pub mod suggestion;
pub mod tally;
pub mod team;
pub mod team_streak;
pub mod weekly_poll;
mod writer;

pub use open::OpenError;

use futures_util::future::BoxFuture;
use sqlx::{SqliteConnection, SqlitePool};
use std::sync::Arc;

/// The connection inside a write job or a read. Files of this folder take it as their first argument.
pub type Connection = SqliteConnection;

/// The database refused or failed. Never a person's mistake.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// SQLite or sqlx said no. The transaction of the job was rolled back.
    #[error("database: {0}")]
    Sql(Arc<sqlx::Error>),
    /// A row holds what this program never writes.
    #[error("database: {table}.{column} holds {value:?}, which means nothing here; restore a backup")]
    Nonsense {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
    },
    /// The writer has stopped (the process is shutting down, or the commit before failed for good).
    #[error("database: the writer has stopped")]
    Stopped,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(Arc::new(error))
    }
}

/// The result of everything here.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The open database. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    readers: SqlitePool,
    writer: writer::Writer,
    ballots: ballots::Ballots,
    /// Held as long as any clone lives.
    _lock: Arc<std::fs::File>,
}

impl Store {
    /// A connection that sees the last commit. It must not write (SQLite refuses).
    pub async fn read(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Sqlite>> {
        Ok(self.readers.acquire().await?)
    }

    /// Runs `job` in a transaction of its own and returns once it is durable. If the job fails nothing of it is kept,
    /// and the other jobs of its group are not touched. The job runs to its end even if the caller goes away.
    pub async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.writer.write(job).await
    }

    /// The ballots of open polls, which are not in this database.
    pub fn ballots(&self) -> &ballots::Ballots {
        &self.ballots
    }

    /// How often the writer has committed, and how many jobs that were. For measuring.
    pub fn commits(&self) -> (u64, u64) {
        self.writer.commits()
    }

    /// Ends the writer after what is queued, folds the log back into the file, and closes.
    pub async fn close(&self) {
        self.writer.close().await;
        self.ballots.close().await;
        self.readers.close().await;
    }
}
