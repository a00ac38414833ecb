//! What a pass does about prompts that are posted: tallies those that are over, and brings their messages up to date.

use super::{Ended, Scheduler, Task};
use crate::{
    app::{closing, mending},
    domain::id::OccurrenceId,
    store::Result,
};
use jiff::Timestamp;
use std::time::Duration;

/// Closes at a time for which messages are read back first. They wait for Discord, and others must not wait for them.
const MOST_READS: usize = 16;

impl Scheduler {
    /// Starts the tallies that are due, and waits for those that need not read anything first.
    pub(super) async fn close(&mut self, now: Timestamp) -> Result<()> {
        let connected_since = self.parts.link.connected_since();
        for due in closing::due(&self.parts.store, now, connected_since, &mut self.close_at).await? {
            let id = due.occurrence.id;
            let task = if due.read_first { Task::ReadAndClose(id) } else { Task::Close(id) };
            let reads = self.running.values().filter(|task| matches!(task, Task::ReadAndClose(_))).count();
            if self.is_running(Task::Close(id))
                || self.is_running(Task::ReadAndClose(id))
                || (due.read_first && reads >= MOST_READS)
            {
                continue;
            }
            let (store, seed) = (self.parts.store.clone(), self.seed());
            let reader = due.read_first.then(|| self.parts.reader.clone());
            self.spawn(task, async move {
                if let Some(reader) = reader {
                    reader.read(&due.occurrence, now).await?;
                }
                closing::tally(&store, id, now, seed).await?;
                Ok(Ended::Nothing)
            });
        }
        // Tallies alone are quick and come before what waits for them.
        while self.running.values().any(|task| matches!(task, Task::Close(_))) {
            match tokio::time::timeout(Duration::from_millis(200), self.tasks.join_next_with_id()).await {
                Ok(Some(ended)) => self.ended(ended),
                _ => break,
            }
        }
        Ok(())
    }

    /// Starts the edits that close a message, or are owed to it; `any`: there are some. True: one was left for want of
    /// room.
    pub(super) async fn edit_prompts(&mut self, any: bool, now: Timestamp) -> Result<bool> {
        for id in self.parts.editor.within_reach() {
            self.changed.again(id, now);
            self.seal_at.remove(&id);
        }
        for id in self.parts.editor.outdated().await {
            self.seal_at.remove(&id);
        }
        self.parts.waker.touched().iter().for_each(|id| self.changed.touch(*id));
        let (mut unsealed, mut owed) = (Vec::new(), Vec::new());
        if any {
            unsealed = closing::unsealed(&self.parts.store).await?;
            let read = mending::owed(&self.parts.store).await;
            owed = self.tried(read).unwrap_or_default();
        }
        // What was retracted or deleted meanwhile waits for nothing; its instant would keep us awake for ever.
        let waits = |id: &OccurrenceId| unsealed.contains(id) || owed.iter().any(|(owed, _)| owed == id);
        self.seal_at.retain(|id, _| waits(id));
        // What is owed is edited now anyway.
        self.parts
            .editor
            .settled(now)
            .into_iter()
            .filter(|id| !waits(id))
            .for_each(|id| self.changed.touch(id));
        let owed = owed.into_iter().map(|(id, what)| (id, Some(what)));
        for (id, what) in owed.chain(unsealed.into_iter().map(|id| (id, None))) {
            if self.seal_at.get(&id).is_some_and(|at| now < *at) || self.is_running(Task::Edit(id)) {
                continue;
            }
            if self.room() == 0 {
                return Ok(true);
            }
            self.seal_at.remove(&id);
            let editor = self.parts.editor.clone();
            self.spawn(Task::Edit(id), async move {
                let edited = match what {
                    Some(what) => editor.settle_debt(id, what, now).await?,
                    None => editor.seal(id, now).await?,
                };
                Ok(Ended::Seal(id, edited))
            });
        }
        Ok(false)
    }

    /// Starts the edits of counts that have changed. True: one was left for want of room.
    pub(super) fn edit_counts(&mut self, now: Timestamp) -> bool {
        for id in self.changed.due(now) {
            if self.is_running(Task::Edit(id)) {
                continue;
            }
            if self.room() == 0 {
                return true;
            }
            self.changed.begin(id, now);
            // Before the edit reads the database: whoever answers from here on may not be in it.
            self.parts.waker.touched().remove(&id);
            let editor = self.parts.editor.clone();
            self.spawn(Task::Edit(id), async move { Ok(Ended::Count(id, editor.count(id, now).await?)) });
        }
        false
    }
}
