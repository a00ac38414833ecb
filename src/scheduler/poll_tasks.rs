//! What a pass does about polls: counts those that are over, and brings their messages up to date.

use super::{Ended, Scheduler, Task};
use crate::{app::polls, domain::id::PollId, store::Result};
use jiff::Timestamp;

/// Polls that are counted at a time. They ask Discord first, and whoever sends something waits behind what they ask.
const MOST_COUNTS: usize = 8;

impl Scheduler {
    /// Starts the counts that are due. True: one was left for want of room.
    pub(super) async fn close_polls(&mut self, now: Timestamp) -> Result<bool> {
        let connected = self.parts.link.connected_since();
        let put_off: Vec<PollId> = self.poll_close_at.keys().copied().collect();
        for polls::Due { id, closes } in polls::due(&self.parts.store, now, connected, &put_off).await? {
            if self.is_running(Task::ClosePoll(id)) {
                continue;
            }
            let counts = self.running.values().filter(|task| matches!(task, Task::ClosePoll(_))).count();
            if counts >= MOST_COUNTS || self.room() == 0 {
                return Ok(true);
            }
            let (closer, seed) = (self.parts.closer.clone(), self.seed());
            let gives_up_at = polls::gives_up_at(closes, connected);
            self.spawn(Task::ClosePoll(id), async move {
                Ok(Ended::PollClosed(id, closer.close(id, gives_up_at, now, seed).await?))
            });
        }
        Ok(false)
    }

    /// Starts the edits of polls that are owed; `any`: there are some. True: one was left for want of room.
    pub(super) async fn edit_polls(&mut self, any: bool, now: Timestamp) -> Result<bool> {
        let reachable = self.parts.poll_editor.within_reach();
        for id in reachable.into_iter().chain(self.parts.poll_editor.outdated().await) {
            self.poll_edit_at.remove(&id);
        }
        let owed = if any { polls::message::owed(&self.parts.store).await? } else { Vec::new() };
        self.poll_edit_at.retain(|id, _| owed.contains(id));
        for id in owed {
            let waits = self.poll_edit_at.get(&id).is_some_and(|at| now < *at);
            if waits || self.is_running(Task::EditPoll(id)) {
                continue;
            }
            if self.room() == 0 {
                return Ok(true);
            }
            self.poll_edit_at.remove(&id);
            let (editor, seed) = (self.parts.poll_editor.clone(), self.seed());
            self.spawn(Task::EditPoll(id), async move {
                Ok(Ended::PollEdited(id, editor.settle(id, now, seed).await?))
            });
        }
        Ok(false)
    }
}
