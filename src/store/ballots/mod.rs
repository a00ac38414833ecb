//! The ballots of open polls: a database file for each, in a folder beside the main one that is named after it
//! (`helmsman.db-polls/<poll>.db`), which backups and replication of the main one never see.
//!
//! Must always hold:
//!
//! - who chose whom stands in no other file, and in this one by a hash with a key that is only there;
//! - a vote that was acknowledged is on disk (WAL with synchronous FULL, as in the main database);
//! - once a file is sealed nothing in it changes, so a count that is repeated after a crash finds the same;
//! - no line of a log names a voter;
//! - a folder belongs to one database: what is in it and in no open poll of that database is nobody's.
//!
//! [`Ballots`] opens, closes and deletes files; what is in one is `ballot`'s.

mod ballot;
mod file;

use super::{Connection, Result, StoreError};
use crate::domain::id::{PollId, UserId};
pub use ballot::{Cast, Sealed, Standing, Stored, Taken};
use file::File;
use futures_util::future::BoxFuture;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::RwLock;

/// Files that are open at a time; each has a writer. The one that was used least recently is closed.
const MOST_OPEN: usize = 32;

/// The files. Clones share them.
#[derive(Clone, Debug)]
pub struct Ballots(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    slots: Mutex<HashMap<PollId, Arc<Slot>>>,
    /// Grows with every use.
    uses: AtomicU64,
}

/// A file that may be open. Whoever works in it holds the lock shared; whoever opens, closes or deletes it, alone.
#[derive(Debug, Default)]
struct Slot {
    file: RwLock<Option<File>>,
    used: AtomicU64,
}

impl Ballots {
    /// The files beside this database, which is there. Nothing is made before the first poll.
    pub(super) fn beside(database: &Path) -> std::io::Result<Self> {
        // By whatever name it was opened, it is the same folder; as SQLite does with its log.
        let mut folder = database.canonicalize()?.into_os_string();
        folder.push("-polls");
        let folder = folder.into();
        Ok(Self(Arc::new(Shared { folder, slots: Mutex::default(), uses: AtomicU64::default() })))
    }

    /// Makes the file of a new poll, with a key of its own. It is durable when this returns. What was there under this
    /// name belonged to a poll that never was.
    pub async fn create(&self, poll: PollId) -> Result<()> {
        let slot = self.slot(poll);
        let mut file = slot.file.write().await;
        if let Some(open) = file.take() {
            open.close().await;
        }
        file::make_folder(&self.0.folder)?;
        file::delete(&self.0.folder, poll)?;
        file::create(&self.0.folder, poll).await
    }

    /// Deletes the file of a poll, if there is one: the ballots, their log and their index.
    pub async fn delete(&self, poll: PollId) -> Result<()> {
        let slot = self.slot(poll);
        let mut file = slot.file.write().await;
        if let Some(open) = file.take() {
            open.close().await;
        }
        file::delete(&self.0.folder, poll)?;
        self.slots().remove(&poll);
        Ok(())
    }

    /// The polls that have a file, or what is left of one.
    pub fn present(&self) -> Result<Vec<PollId>> {
        file::present(&self.0.folder)
    }

    /// Runs `job` in a transaction of the poll's file and returns once it is durable. None: there is no such file, or it
    /// is damaged.
    async fn run<T, F>(&self, poll: PollId, voters: Vec<UserId>, job: F) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection, Vec<Voter>) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let slot = self.slot(poll);
        slot.used.store(self.0.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        let mut file = slot.file.read().await;
        if file.is_none() {
            drop(file);
            let mut empty = slot.file.write().await;
            if empty.is_none() {
                *empty = File::open(&self.0.folder, poll).await?;
            }
            let opened = empty.is_some();
            file = empty.downgrade();
            if !opened {
                drop(file);
                self.slots().remove(&poll);
                return Ok(None);
            }
        }
        let Some(open) = file.as_ref() else { return Ok(None) };
        let voters = voters.into_iter().map(|voter| open.voter(poll, voter)).collect();
        let done = open.write(move |conn| job(conn, voters)).await;
        drop(file);
        self.close_unused().await;
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error) if is_damage(&error) => {
                tracing::error!(%poll, %error, "the ballots of a poll are damaged");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn close_unused(&self) {
        loop {
            let unused = {
                let slots = self.slots();
                // Who is at work in a file has just used it.
                let open =
                    || slots.iter().filter(|(_, slot)| slot.file.try_read().is_ok_and(|file| file.is_some()));
                if open().count() <= MOST_OPEN {
                    return;
                }
                open().min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed)).map(|(_, slot)| slot.clone())
            };
            let Some(unused) = unused else { return };
            let closing = unused.file.write().await.take();
            if let Some(file) = closing {
                file.close().await;
            }
        }
    }

    /// Closes every file.
    pub(super) async fn close(&self) {
        let all: Vec<_> = self.slots().drain().map(|(_, slot)| slot).collect();
        for slot in all {
            let closing = slot.file.write().await.take();
            if let Some(file) = closing {
                file.close().await;
            }
        }
    }

    fn slot(&self, poll: PollId) -> Arc<Slot> {
        self.slots().entry(poll).or_default().clone()
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<PollId, Arc<Slot>>> {
        self.0.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A voter as the file knows one: HMAC-SHA256 of poll and person with the file's key.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Voter([u8; 32]);

/// What SQLite says of a file that is not whole, or is none of its own. Source: sqlite.org/rescode.html.
fn is_damage(error: &StoreError) -> bool {
    let StoreError::Sql(error) = error else { return matches!(error, StoreError::Nonsense { .. }) };
    let code =
        error.as_database_error().and_then(|error| error.code().and_then(|code| code.parse::<i32>().ok()));
    matches!(code.map(|code| code & 0xff), Some(11 | 26))
}
