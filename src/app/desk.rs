//! Where answers come in. A prompt is answered by many within the same minutes, so what waits while the writer is busy is
//! taken in together, by one job: the database is asked a few things about all of them, and not a few about each.
//!
//! Must always hold: what was cast first is taken in first; nobody hears of an outcome before it is on disk; the fault
//! of one cast is not the fault of those that came with it.

use crate::{
    app::answering::{Cast, CastOutcome, cast, casts_in},
    store::{Result, Store, StoreError},
};
use jiff::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// The one place that takes answers in. Clones share it.
#[derive(Clone, Debug)]
pub struct Desk {
    store: Store,
    waiting: Arc<Mutex<Vec<Waiting>>>,
}

#[derive(Debug)]
struct Waiting {
    now: Timestamp,
    cast: Cast,
    reply: oneshot::Sender<Result<CastOutcome>>,
}

impl Desk {
    /// A desk at which nobody waits.
    pub fn new(store: Store) -> Self {
        Self { store, waiting: Arc::default() }
    }

    /// Takes one event in, and returns when it is on disk. It is taken in even if the caller goes away.
    pub async fn cast(&self, now: Timestamp, cast: Cast) -> Result<CastOutcome> {
        let (reply, outcome) = oneshot::channel();
        let first = {
            let mut waiting = self.waiting();
            waiting.push(Waiting { now, cast, reply });
            waiting.len() == 1
        };
        if first {
            // Whoever comes until this job has its turn, waits for the same one.
            let desk = self.clone();
            tokio::spawn(async move { desk.serve().await });
        }
        outcome.await.unwrap_or(Err(StoreError::Stopped))
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in everybody who waits when the writer comes to it.
    async fn serve(&self) {
        let desk = self.clone();
        let (served, taken) = std::sync::mpsc::sync_channel(1);
        let outcomes = self.store.write(move |conn| {
            Box::pin(async move {
                let all = std::mem::take(&mut *desk.waiting());
                let casts: Vec<Cast> = all.iter().map(|one| one.cast.clone()).collect();
                let now = all.iter().map(|one| one.now).max().unwrap_or(Timestamp::MIN);
                // Kept outside of the job, which may fail.
                let _ = served.send(all);
                casts_in(conn, now, &casts).await
            })
        });
        let outcomes = outcomes.await;
        // No job, no turn: nothing was taken in.
        let all = taken.try_recv().unwrap_or_else(|_| std::mem::take(&mut *self.waiting()));
        match outcomes {
            Ok(outcomes) => {
                for (one, outcome) in all.into_iter().zip(outcomes) {
                    // A caller that went away does not want to know.
                    let _ = one.reply.send(Ok(outcome));
                }
            }
            Err(error) if all.len() == 1 => {
                all.into_iter().for_each(|one| drop(one.reply.send(Err(error.clone()))));
            }
            Err(_) => {
                for one in all {
                    let _ = one.reply.send(cast(&self.store, one.now, one.cast).await);
                }
            }
        }
    }
}
