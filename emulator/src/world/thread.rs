//! Threads: starting, joining, archiving.

use super::{Channel, ChannelKind, Draft, Event, Reference, Thread, World};
use crate::bits;
use crate::id::Id;
use serde_json::json;
use std::collections::BTreeSet;

/// Active threads that a guild may have.
pub(crate) const MAX_ACTIVE_THREADS: usize = 1000;

impl World {
    /// Starts a thread; from a message it takes that message's id.
    pub(crate) fn start_thread(
        &mut self,
        parent: Id,
        from: Option<Id>,
        owner: Id,
        name: &str,
        kind: ChannelKind,
        auto_archive_minutes: u32,
    ) -> Id {
        let id = from.unwrap_or_else(|| self.new_id());
        let guild = self.channels.get(&parent).and_then(|channel| channel.guild);
        let mut channel = Self::blank_channel(id, kind, name);
        channel.guild = guild;
        channel.parent = Some(parent);
        channel.thread = Some(Thread {
            owner,
            archived: false,
            locked: false,
            auto_archive_minutes,
            active_ms: self.now_ms(),
            members: BTreeSet::from([owner]),
            sent: 0,
        });
        self.channels.insert(id, channel);
        if let Some(guild) = guild.and_then(|guild| self.guilds.get_mut(&guild)) {
            guild.threads.insert(id);
        }
        let mut body = self.channel_json(id);
        body["newly_created"] = json!(true);
        self.emit(Event::channel("THREAD_CREATE", guild, id, bits::INTENT_GUILDS), body);
        if let Some(message) = from {
            self.edit_message(parent, message, |message| {
                message.thread = true;
                message.flags |= 32;
            });
            let reference = Some(Reference { message, channel: parent });
            let author = self.message(parent, message).map_or(owner, |message| message.author);
            self.post_as(id, id, author, Draft { kind: 21, reference, ..Draft::default() });
            self.settle_starter(id, owner, author);
        }
        id
    }

    /// The starter message is no message of its author's in the thread: it neither counts nor joins.
    fn settle_starter(&mut self, id: Id, owner: Id, author: Id) {
        if let Some(thread) = self.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut()) {
            thread.sent = 0;
            if author != owner {
                thread.members.remove(&author);
            }
        }
    }

    /// Changes a thread and tells the sessions.
    pub(crate) fn edit_thread(&mut self, id: Id, change: impl FnOnce(&mut Channel)) {
        let Some(channel) = self.channels.get_mut(&id) else { return };
        change(channel);
        let guild = channel.guild;
        let body = self.channel_json(id);
        self.emit(Event::channel("THREAD_UPDATE", guild, id, bits::INTENT_GUILDS), body);
    }

    pub(crate) fn delete_thread(&mut self, id: Id) {
        let Some(channel) = self.channels.get(&id) else { return };
        let (guild, parent, kind) = (channel.guild, channel.parent, channel.kind as u8);
        let body = json!({ "id": id, "guild_id": guild, "parent_id": parent, "type": kind });
        self.note_thread_starter(id);
        self.emit(Event::channel("THREAD_DELETE", guild, id, bits::INTENT_GUILDS), body);
        self.channels.remove(&id);
        if let Some(guild) = guild.and_then(|guild| self.guilds.get_mut(&guild)) {
            guild.threads.remove(&id);
        }
    }

    /// Archives a thread in which nothing was said for its time; true if it is archived now.
    pub(crate) fn settle_thread(&mut self, id: Id) -> bool {
        let now = self.now_ms();
        let Some(thread) = self.channels.get(&id).and_then(|channel| channel.thread.as_ref()) else {
            return false;
        };
        let due = thread.active_ms + i64::from(thread.auto_archive_minutes) * 60_000;
        if !thread.archived && due <= now {
            self.set_archived(id, true, due);
            return true;
        }
        thread.archived
    }

    /// Archives or unarchives.
    pub(crate) fn set_archived(&mut self, id: Id, archived: bool, at_ms: i64) {
        self.edit_thread(id, |channel| {
            if let Some(thread) = &mut channel.thread {
                thread.archived = archived;
                thread.active_ms = at_ms;
            }
        });
    }

    /// Threads of a guild that are not archived.
    pub(crate) fn active_threads(&self, guild: Id) -> Vec<Id> {
        let Some(guild) = self.guilds.get(&guild) else { return Vec::new() };
        let active = |id: &Id| {
            self.channels
                .get(id)
                .and_then(|channel| channel.thread.as_ref())
                .is_some_and(|thread| !thread.archived)
        };
        guild.threads.iter().copied().filter(active).collect()
    }

    /// Lets a user join or leave a thread.
    pub(crate) fn set_thread_member(&mut self, id: Id, user: Id, joined: bool) {
        let now = self.now_ms();
        let Some(channel) = self.channels.get_mut(&id) else { return };
        let guild = channel.guild;
        let Some(thread) = &mut channel.thread else { return };
        let changed = if joined { thread.members.insert(user) } else { thread.members.remove(&user) };
        if !changed {
            return;
        }
        let count = thread.members.len();
        let mut body = json!({ "id": id, "guild_id": guild, "member_count": count.min(50) });
        if joined {
            body["added_members"] = json!([self.thread_member_json(id, user, now)]);
        } else {
            body["removed_member_ids"] = json!([user]);
        }
        let event = Event::channel("THREAD_MEMBERS_UPDATE", guild, id, bits::INTENT_GUILDS);
        if self.applications.contains_key(&user) {
            self.emit(event.clone().only(user), body.clone());
        }
        self.emit(event.needs(bits::INTENT_GUILD_MEMBERS).but(user), body);
    }
}
