//! What changed, for whoever looks on: where to look, never what is there. Who may see it is found out at the look.

use super::World;
use crate::id::Id;
use serde_json::Value;
use std::sync::Arc;

/// Something that somebody who looks on may want to know.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// A message is new or another one than before.
    Message { channel: Id, id: Id },
    /// A message was deleted; `only` is who alone saw it.
    Gone { channel: Id, id: Id, only: Option<Id> },
    /// Guilds, roles, members, channels or threads.
    Places,
    /// What can be used as a command.
    Commands,
    /// What the host has to tell its panel.
    Panel(Arc<Value>),
    /// Everything may be different: begin again.
    Reload,
}

impl World {
    pub(super) fn note_message(&mut self, channel: Id, id: Id) {
        self.journal.push(Change::Message { channel, id });
    }

    pub(super) fn note_gone(&mut self, channel: Id, id: Id, only: Option<Id>) {
        self.journal.push(Change::Gone { channel, id, only });
    }

    /// A message under which a thread hangs says how much is in it.
    pub(super) fn note_thread_starter(&mut self, thread: Id) {
        let parent = self.channels.get(&thread).and_then(|channel| channel.parent);
        if let Some(parent) = parent.filter(|parent| self.message(*parent, thread).is_some()) {
            self.note_message(parent, thread);
        }
    }
}
