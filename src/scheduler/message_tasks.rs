//! What a pass does about messages: puts off what failed, and takes what is due one step further.

use super::{Ended, Scheduler, Task};
use crate::{app::outbox, chat::count_edits, domain::outbound::State, store::Result};
use jiff::Timestamp;

impl Scheduler {
    /// Puts off what failed.
    pub(super) async fn put_off_failed(&mut self, now: Timestamp) {
        for id in std::mem::take(&mut self.failed) {
            let put_off = outbox::postpone(&self.parts.store, id, now + count_edits::AGAIN).await;
            self.tried(put_off);
        }
    }

    /// Starts what is due, as far as there is room.
    pub(super) async fn send(&mut self, now: Timestamp) -> Result<()> {
        // Those that wait for their turn must not be in the way of others.
        while self.send_some(now).await? {}
        Ok(())
    }

    /// In one place one after the other, so that what is due at the same time comes in its order. True: some wait for
    /// their turn behind one that was begun here.
    async fn send_some(&mut self, now: Timestamp) -> Result<bool> {
        let places = self.running.values().filter_map(|task| match task {
            Task::Send(_, place) => Some(*place),
            _ => None,
        });
        let mut busy: Vec<_> = places.collect();
        let mut wait = false;
        for job in outbox::due(&self.parts.store, now, self.room(), &busy).await? {
            let (id, place) = (job.id, job.target);
            let sends = matches!(job.progress.state, State::Waiting | State::Sending);
            if self.is_running(Task::Job(id)) || self.is_running(Task::Send(id, place)) {
                continue;
            }
            if sends && busy.contains(&place) {
                wait = true;
                continue;
            }
            let task = if sends { Task::Send(id, place) } else { Task::Job(id) };
            busy.extend(sends.then_some(place));
            let (outbound, seed) = (self.parts.outbound.clone(), self.seed());
            self.spawn(task, async move {
                outbound.step(job, seed).await?;
                Ok(Ended::Nothing)
            });
        }
        Ok(wait)
    }
}
