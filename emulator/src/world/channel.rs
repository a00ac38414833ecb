//! Channels of all kinds, and who may do what in them.

use super::{Change, Event, Message, World};
use crate::bits;
use crate::id::Id;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What sort of channel it is; the numbers are Discord's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ChannelKind {
    /// A text channel of a guild.
    Text = 0,
    /// A direct message channel.
    Direct = 1,
    /// A voice channel.
    Voice = 2,
    /// A category.
    Category = 4,
    /// An announcement channel.
    Announcement = 5,
    /// A thread in an announcement channel.
    AnnouncementThread = 10,
    /// A public thread.
    PublicThread = 11,
    /// A private thread.
    PrivateThread = 12,
    /// A forum.
    Forum = 15,
}

/// What a role or member is allowed and denied in a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overwrite {
    /// Whether it is for a member (else for a role).
    pub member: bool,
    /// Allowed permission bits.
    pub allow: u64,
    /// Denied permission bits.
    pub deny: u64,
}

/// What only threads have.
#[derive(Clone, Debug)]
pub struct Thread {
    /// Who made it.
    pub owner: Id,
    /// Whether it is archived.
    pub archived: bool,
    /// Whether only moderators may unarchive it.
    pub locked: bool,
    /// Minutes without a message after which it is archived.
    pub auto_archive_minutes: u32,
    /// When its archived state last changed, or its last message came (milliseconds).
    pub active_ms: i64,
    /// Its members.
    pub members: BTreeSet<Id>,
    /// Messages ever sent in it.
    pub sent: u64,
}

/// A channel, a thread, or a direct message channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The id; a thread from a message has the message's.
    pub id: Id,
    /// The kind.
    pub kind: ChannelKind,
    /// The guild, if it is not a direct message channel.
    pub guild: Option<Id>,
    /// The channel that a thread is in.
    pub parent: Option<Id>,
    /// The name.
    pub name: String,
    /// The topic.
    pub topic: Option<String>,
    /// Its place in the list.
    pub position: u32,
    /// Overwrites by role or user id.
    pub overwrites: BTreeMap<Id, Overwrite>,
    /// Who talks in a direct message channel.
    pub recipients: BTreeSet<Id>,
    /// What only threads have.
    pub thread: Option<Thread>,
    /// Messages by id, ephemeral ones among them.
    pub messages: BTreeMap<Id, Arc<Message>>,
    /// The newest message that is not ephemeral, deleted or not.
    pub last_message: Option<Id>,
    /// Pinned messages with the time of pinning (milliseconds).
    pub pins: BTreeMap<Id, i64>,
}

impl Channel {
    /// Whether messages can be sent here.
    pub fn takes_messages(&self) -> bool {
        !matches!(self.kind, ChannelKind::Category | ChannelKind::Forum)
    }
}

impl World {
    pub(crate) fn blank_channel(id: Id, kind: ChannelKind, name: &str) -> Channel {
        Channel {
            id,
            kind,
            guild: None,
            parent: None,
            name: name.into(),
            topic: None,
            position: 0,
            overwrites: BTreeMap::new(),
            recipients: BTreeSet::new(),
            thread: None,
            messages: BTreeMap::new(),
            last_message: None,
            pins: BTreeMap::new(),
        }
    }

    pub(crate) fn add_channel(&mut self, guild: Id, name: &str, kind: ChannelKind) -> Id {
        let id = self.new_id();
        let mut channel = Self::blank_channel(id, kind, name);
        channel.guild = Some(guild);
        if let Some(guild) = self.guilds.get_mut(&guild) {
            channel.position = guild.channels.len() as u32;
            guild.channels.insert(id);
        }
        self.channels.insert(id, channel);
        self.emit_channel("CHANNEL_CREATE", id);
        id
    }

    /// Changes a channel that is not a thread, and tells the sessions.
    pub(crate) fn edit_channel(&mut self, id: Id, change: impl FnOnce(&mut Channel)) {
        let Some(channel) = self.channels.get_mut(&id) else { return };
        change(channel);
        self.emit_channel("CHANNEL_UPDATE", id);
    }

    /// Deletes a channel with its threads.
    pub(crate) fn delete_channel(&mut self, id: Id) {
        let Some(channel) = self.channels.get(&id) else { return };
        let guild = channel.guild;
        if channel.thread.is_some() {
            return self.delete_thread(id);
        }
        let threads: Vec<Id> = self
            .channels
            .values()
            .filter(|thread| thread.parent == Some(id))
            .map(|thread| thread.id)
            .collect();
        self.emit_channel("CHANNEL_DELETE", id);
        let deleted = self.channels.remove(&id).map(|channel| (id, channel));
        self.deleted.extend(deleted);
        for thread in &threads {
            self.channels.remove(thread);
        }
        if let Some(guild) = guild.and_then(|guild| self.guilds.get_mut(&guild)) {
            guild.channels.remove(&id);
            guild.threads.retain(|thread| !threads.contains(thread));
        }
    }

    /// Brings a deleted channel back with its messages, but not its threads.
    pub(crate) fn restore_channel(&mut self, id: Id) {
        let Some(channel) = self.deleted.remove(&id) else { return };
        if let Some(guild) = channel.guild.and_then(|guild| self.guilds.get_mut(&guild)) {
            guild.channels.insert(id);
        }
        self.channels.insert(id, channel);
        self.emit_channel("CHANNEL_CREATE", id);
    }

    /// CHANNEL_ events go to all applications of the guild, whether they may see the channel or not.
    fn emit_channel(&mut self, name: &'static str, id: Id) {
        let Some(guild) = self.channels.get(&id).and_then(|channel| channel.guild) else { return };
        let body = self.channel_json(id);
        self.emit(Event::guild(name, guild, bits::INTENT_GUILDS), body);
    }

    /// The direct message channel of two users, made when there is none.
    pub(crate) fn direct_channel(&mut self, one: Id, other: Id) -> Id {
        let both = BTreeSet::from([one, other]);
        let found = self
            .channels
            .values()
            .find(|channel| channel.kind == ChannelKind::Direct && channel.recipients == both);
        if let Some(channel) = found {
            return channel.id;
        }
        let id = self.new_id();
        let mut channel = Self::blank_channel(id, ChannelKind::Direct, "");
        channel.recipients = both;
        self.channels.insert(id, channel);
        self.journal.push(Change::Places);
        id
    }

    /// What a user may do in a channel or thread; nothing if the user cannot see it.
    pub fn permissions_in(&self, channel: Id, user: Id) -> u64 {
        let Some(channel) = self.channels.get(&channel) else { return 0 };
        let Some(guild) = channel.guild else {
            return if channel.recipients.contains(&user) { bits::IN_DIRECT_MESSAGES } else { 0 };
        };
        let base = self.permissions_of(guild, user);
        if base & bits::ADMINISTRATOR != 0 {
            return bits::ALL;
        }
        let Some(member) = self.guilds.get(&guild).and_then(|guild| guild.members.get(&user)) else {
            return 0;
        };
        let from = channel.parent.filter(|_| channel.thread.is_some()).and_then(|id| self.channels.get(&id));
        let overwrites = &from.unwrap_or(channel).overwrites;
        let mut allowed = base;
        if let Some(everyone) = overwrites.get(&guild) {
            allowed = allowed & !everyone.deny | everyone.allow;
        }
        let of_roles = member.roles.iter().filter_map(|role| overwrites.get(role));
        let (allow, deny) = of_roles.fold((0, 0), |(allow, deny), one| (allow | one.allow, deny | one.deny));
        allowed = allowed & !deny | allow;
        if let Some(own) = overwrites.get(&user) {
            allowed = allowed & !own.deny | own.allow;
        }
        if channel.kind == ChannelKind::PrivateThread
            && allowed & bits::MANAGE_THREADS == 0
            && channel.thread.as_ref().is_some_and(|thread| !thread.members.contains(&user))
        {
            return 0;
        }
        self.with_implications(allowed, channel, member.timed_out_until_ms)
    }

    /// What follows from lacking other permissions.
    fn with_implications(&self, mut allowed: u64, channel: &Channel, timed_out: Option<i64>) -> u64 {
        if allowed & bits::VIEW_CHANNEL == 0 {
            return 0;
        }
        if timed_out.is_some_and(|until| until > self.now_ms()) {
            return allowed & (bits::VIEW_CHANNEL | bits::READ_MESSAGE_HISTORY);
        }
        let send =
            if channel.thread.is_some() { bits::SEND_MESSAGES_IN_THREADS } else { bits::SEND_MESSAGES };
        if allowed & send == 0 {
            allowed &= !(bits::MENTION_EVERYONE
                | bits::SEND_TTS_MESSAGES
                | bits::ATTACH_FILES
                | bits::EMBED_LINKS
                | bits::SEND_POLLS);
        }
        allowed
    }

    /// What a member may do in a guild before a channel's overwrites.
    pub fn permissions_of(&self, guild: Id, user: Id) -> u64 {
        let Some(guild) = self.guilds.get(&guild) else { return 0 };
        let Some(member) = guild.members.get(&user) else { return 0 };
        if guild.owner == user {
            return bits::ALL;
        }
        let everyone = guild.roles.get(&guild.id).map_or(0, |role| role.permissions);
        let roles = member.roles.iter().filter_map(|role| guild.roles.get(role));
        let base = roles.fold(everyone, |base, role| base | role.permissions);
        if base & bits::ADMINISTRATOR != 0 { bits::ALL } else { base }
    }

    /// Whether a user may do all of `wanted` in a channel.
    pub fn may(&self, channel: Id, user: Id, wanted: u64) -> bool {
        self.permissions_in(channel, user) & wanted == wanted
    }
}
