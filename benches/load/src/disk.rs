//! What one durable commit costs on this disk, by the library that the bot uses.

use crate::{measure::now, shapes::Act};
use sqlx::{
    ConnectOptions, Connection,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
};
use std::{path::Path, sync::Arc};
use tokio::sync::Mutex;

/// A database with one table.
pub struct Disk(Arc<Mutex<SqliteConnection>>);

impl Disk {
    /// Makes the file: WAL, synchronous FULL.
    pub async fn new(folder: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("one.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let mut conn = options.connect().await.expect("the database is made");
        sqlx::query("CREATE TABLE one (id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT")
            .execute(&mut conn)
            .await
            .expect("the table is made");
        Self(Arc::new(Mutex::new(conn)))
    }

    /// A transaction of one row.
    pub fn commit(&self) -> Act {
        let conn = self.0.clone();
        Arc::new(move || {
            let conn = conn.clone();
            Box::pin(async move {
                let mut conn = conn.lock().await;
                let begun = now();
                let mut transaction = conn.begin().await.expect("a transaction begins");
                sqlx::query("INSERT INTO one (at) VALUES (1)")
                    .execute(&mut *transaction)
                    .await
                    .expect("a row is written");
                transaction.commit().await.expect("a transaction is committed");
                begun.elapsed()
            })
        })
    }
}
