//! One connection writes. Jobs that wait are committed together: one sync for all of them.
//!
//! The writer has a thread of its own. Each statement goes to the connection's thread and back, and among the tasks of
//! a busy runtime the way back would wait behind whatever else is ready, once for each statement of each job.
//!
//! Must always hold: a job's result reaches its caller only after the commit that holds it; a job that fails leaves
//! nothing behind and does not disturb its neighbours (a savepoint each).

use super::{Connection, Result, StoreError};
use crate::clock::Stopwatch;
use futures_util::{FutureExt, future::BoxFuture};
use sqlx::Connection as _;
use std::{
    future::poll_fn,
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::Duration,
};
use tokio::sync::{Mutex, mpsc, oneshot};

/// At most this many jobs in one commit, so that the first of them does not wait long for the last.
const LARGEST_GROUP: usize = 256;
/// So long, in each commit, the writer looks again and again before it sleeps: what the statements of a small group take
/// and a good part of the sync.
const WATCH: Duration = Duration::from_millis(1);
/// At most this many jobs wait; further callers wait to be let in.
const QUEUE: usize = 4_096;

/// A job as the writer sees it: run, and afterwards told what became of the commit. (A trait because jobs differ in
/// what they return; `Job` is its only shape.)
trait WriteJob: Send {
    /// Runs the job and keeps its result. `true` if what it wrote is to be kept.
    fn run<'c>(&'c mut self, conn: &'c mut Connection) -> BoxFuture<'c, bool>;
    /// Hands the result to the caller, or the failed commit's error.
    fn end(self: Box<Self>, commit: Result<()>);
}

struct Job<T, F> {
    work: Option<F>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> WriteJob for Job<T, F>
where
    T: Send,
    F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T>> + Send,
{
    fn run<'c>(&'c mut self, conn: &'c mut Connection) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else { return false };
            // A bug in one job must not end the writer for all.
            let result =
                AssertUnwindSafe(work(conn)).catch_unwind().await.unwrap_or(Err(StoreError::Stopped));
            let keep = result.is_ok();
            self.result = Some(result);
            keep
        })
    }

    fn end(self: Box<Self>, commit: Result<()>) {
        let Self { result, reply, .. } = *self;
        // A caller that went away does not want to know.
        let _ = reply.send(commit.and_then(|()| result.unwrap_or(Err(StoreError::Stopped))));
    }
}

enum Message {
    Write(Box<dyn WriteJob>),
    Stop,
}

#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    counts: Arc<Counts>,
    /// Told, or dropped, when the thread ends.
    ended: Arc<Mutex<Option<oneshot::Receiver<()>>>>,
}

#[derive(Debug, Default)]
struct Counts {
    commits: AtomicU64,
    jobs: AtomicU64,
}

impl Writer {
    /// Takes over the one writing connection. The thread ends when all handles are gone. Fails if there can be no thread.
    pub(super) fn start(conn: Connection) -> std::io::Result<Self> {
        let (queue, messages) = mpsc::channel(QUEUE);
        let (end, ended) = oneshot::channel();
        let counts = Arc::new(Counts::default());
        // Jobs only wait for the connection, so it needs neither timers nor sockets.
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let work = write_all(conn, messages, counts.clone());
        std::thread::Builder::new().name("writer".into()).spawn(move || {
            runtime.block_on(work);
            // Nobody may be waiting for it.
            let _ = end.send(());
        })?;
        Ok(Self { queue, counts, ended: Arc::new(Mutex::new(Some(ended))) })
    }

    pub(super) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Job { work: Some(work), result: None, reply });
        self.queue.send(Message::Write(job)).await.map_err(|_| StoreError::Stopped)?;
        answer.await.unwrap_or(Err(StoreError::Stopped))
    }

    pub(super) fn commits(&self) -> (u64, u64) {
        (self.counts.commits.load(Ordering::Relaxed), self.counts.jobs.load(Ordering::Relaxed))
    }

    /// Returns when everything queued before is committed and the connection is closed.
    pub(super) async fn close(&self) {
        let _ = self.queue.send(Message::Stop).await;
        if let Some(ended) = self.ended.lock().await.take() {
            let _ = ended.await;
        }
    }
}

async fn write_all(mut conn: Connection, mut messages: mpsc::Receiver<Message>, counts: Arc<Counts>) {
    let mut waiting = Vec::new();
    let mut stop = false;
    while !stop && messages.recv_many(&mut waiting, LARGEST_GROUP).await > 0 {
        let mut group = Vec::with_capacity(waiting.len());
        for message in waiting.drain(..) {
            match message {
                Message::Write(job) => group.push(job),
                Message::Stop => stop = true,
            }
        }
        if group.is_empty() {
            continue;
        }
        let commit = watched(commit(&mut conn, &mut group)).await;
        if let Err(error) = &commit {
            tracing::error!(%error, jobs = group.len(), "a commit failed; nothing of it was kept");
        }
        counts.commits.fetch_add(1, Ordering::Relaxed);
        counts.jobs.fetch_add(group.len() as u64, Ordering::Relaxed);
        for job in group {
            job.end(commit.clone());
        }
    }
    let _ = conn.close().await;
}

/// Does `work`, and at first keeps an eye on it. Who sleeps has to be woken for each row and each end of a statement, and
/// to wake a thread takes the connection's thread longer than many a statement. Others may have the processor meanwhile,
/// as the connection's thread must where there is only one.
async fn watched<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let watch = Stopwatch::start();
    poll_fn(|context| {
        loop {
            match work.as_mut().poll(context) {
                Poll::Pending if watch.elapsed() < WATCH => std::thread::yield_now(),
                polled => return polled,
            }
        }
    })
    .await
}

/// Each statement is a round trip to the connection's thread, and dearer by that than by what it does here: so the ends
/// of savepoints travel together with the beginnings of the next.
async fn commit(conn: &mut Connection, group: &mut [Box<dyn WriteJob>]) -> Result<()> {
    let outcome = run(conn, group).await;
    if outcome.is_err() {
        // Some errors roll back by themselves, or nothing was begun; then this one has nothing to do.
        let _ = execute(conn, "ROLLBACK").await;
    }
    outcome
}

async fn run(conn: &mut Connection, group: &mut [Box<dyn WriteJob>]) -> Result<()> {
    let mut begin = "BEGIN IMMEDIATE; SAVEPOINT job";
    for job in group {
        execute(conn, begin).await?;
        if !job.run(conn).await {
            execute(conn, "ROLLBACK TO job").await?;
        }
        begin = "RELEASE job; SAVEPOINT job";
    }
    execute(conn, "RELEASE job; COMMIT").await
}

async fn execute(conn: &mut Connection, sql: &'static str) -> Result<()> {
    sqlx::query(sql).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        cell::Cell,
        task::{Context, Waker},
    };

    /// Else each commit on a slow disk would keep a processor busy until it ends.
    #[test]
    fn what_takes_longer_than_the_watch_is_slept_over() {
        let looks = Cell::new(0);
        let never = poll_fn(|_| {
            looks.set(looks.get() + 1);
            Poll::<()>::Pending
        });
        let mut watched = pin!(watched(never));
        let context = &mut Context::from_waker(Waker::noop());
        assert!(watched.as_mut().poll(context).is_pending());
        looks.set(0);
        assert!(watched.as_mut().poll(context).is_pending());
        assert_eq!(looks.get(), 1, "the watch is over, and being woken does not begin another");
    }
}
