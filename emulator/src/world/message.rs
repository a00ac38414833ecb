//! Messages: posting, editing and deleting.

use super::{Change, Event, World};
use crate::bits;
use crate::id::Id;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The id.
    pub id: Id,
    /// The channel or thread.
    pub channel: Id,
    /// The guild, if any.
    pub guild: Option<Id>,
    /// Who wrote it.
    pub author: Id,
    /// Discord's message type, such as 0 for an ordinary one, 19 for a reply, 20 for a command's answer.
    pub kind: u8,
    /// The text.
    pub content: String,
    /// Embeds as Discord returns them.
    pub embeds: Vec<Value>,
    /// Component rows as Discord returns them.
    pub components: Vec<Value>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Flag bits; 64 is ephemeral, 128 is "is thinking…".
    pub flags: u64,
    /// When it was last edited, in milliseconds since the Unix epoch.
    pub edited_ms: Option<i64>,
    /// Whether it is read aloud.
    pub tts: bool,
    /// Whether it notified everyone.
    pub mention_everyone: bool,
    /// Users whom it notified.
    pub mentions: Vec<Id>,
    /// Roles that it notified.
    pub mention_roles: Vec<Id>,
    /// The nonce, as it was sent.
    pub nonce: Option<Value>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The message that it answers or stems from.
    pub reference: Option<Reference>,
    /// The interaction that it is a response to.
    pub interaction: Option<MessageInteraction>,
    /// The application that sent it as a response.
    pub application: Option<Id>,
    /// The one person who sees it, if it is ephemeral.
    pub ephemeral_for: Option<Id>,
    /// Reactions in the order of their first use.
    pub reactions: Vec<Reaction>,
    /// Whether a thread was made from it.
    pub thread: bool,
    /// A poll as it was sent.
    pub poll: Option<Value>,
}

/// A file in a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The id.
    pub id: Id,
    /// The file's name.
    pub filename: String,
    /// The alternative text.
    pub description: Option<String>,
    /// The MIME type.
    pub content_type: Option<String>,
    /// The bytes.
    pub data: Arc<[u8]>,
}

/// A reference to another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The message.
    pub message: Id,
    /// Its channel.
    pub channel: Id,
}

/// A reaction to a message.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// The emoji: a character, or `name:id`.
    pub emoji: String,
    /// Who reacted.
    pub users: BTreeSet<Id>,
}

/// What a response says about its interaction.
#[derive(Clone, Debug)]
pub struct MessageInteraction {
    /// The interaction.
    pub id: Id,
    /// 2 command, 3 component, 5 modal.
    pub kind: u8,
    /// Who caused it.
    pub user: Id,
    /// The command's name, with subcommands.
    pub name: Option<String>,
    /// The first response, when this is a later one.
    pub original: Option<Id>,
    /// The message whose component was used.
    pub interacted: Option<Id>,
}

/// A message before it is sent, checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: String,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) flags: u64,
    pub(crate) tts: bool,
    pub(crate) nonce: Option<Value>,
    pub(crate) mention_everyone: bool,
    pub(crate) mentions: Vec<Id>,
    pub(crate) mention_roles: Vec<Id>,
    pub(crate) reference: Option<Reference>,
    pub(crate) poll: Option<Value>,
    pub(crate) interaction: Option<MessageInteraction>,
    pub(crate) application: Option<Id>,
    pub(crate) ephemeral_for: Option<Id>,
    pub(crate) kind: u8,
}

impl Message {
    /// Whether only one person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.ephemeral_for.is_some()
    }

    /// Whether that user may see it, given that the user sees the channel.
    pub fn visible_to(&self, user: Id) -> bool {
        self.ephemeral_for.is_none_or(|only| only == user)
    }
}

impl World {
    /// Puts a message into a channel and tells the sessions.
    pub(crate) fn post(&mut self, channel: Id, author: Id, draft: Draft) -> Id {
        let id = self.new_id();
        self.post_as(id, channel, author, draft)
    }

    pub(crate) fn post_as(&mut self, id: Id, channel: Id, author: Id, draft: Draft) -> Id {
        let now = self.now_ms();
        let Some(entry) = self.channels.get_mut(&channel) else { return id };
        let message = Arc::new(Message {
            id,
            channel,
            guild: entry.guild,
            author,
            kind: draft.kind,
            content: draft.content,
            embeds: draft.embeds,
            components: draft.components,
            attachments: draft.attachments,
            flags: draft.flags,
            edited_ms: None,
            tts: draft.tts,
            mention_everyone: draft.mention_everyone,
            mentions: draft.mentions,
            mention_roles: draft.mention_roles,
            nonce: draft.nonce,
            pinned: false,
            reference: draft.reference,
            interaction: draft.interaction,
            application: draft.application,
            ephemeral_for: draft.ephemeral_for,
            reactions: Vec::new(),
            thread: false,
            poll: draft.poll,
        });
        entry.messages.insert(id, message.clone());
        self.journal.push(Change::Message { channel, id });
        if message.is_ephemeral() {
            return id;
        }
        entry.last_message = Some(id);
        if let Some(thread) = &mut entry.thread {
            thread.sent += 1;
            thread.active_ms = now;
            if thread.members.insert(author) {
                self.journal.push(Change::Places);
            }
        }
        self.note_thread_starter(channel);
        self.emit_message("MESSAGE_CREATE", &message);
        id
    }

    /// Changes a message and tells the sessions.
    pub(crate) fn edit_message(&mut self, channel: Id, id: Id, change: impl FnOnce(&mut Message)) {
        let Some(message) = self.channels.get_mut(&channel).and_then(|channel| channel.messages.get_mut(&id))
        else {
            return;
        };
        change(Arc::make_mut(message));
        let message = message.clone();
        self.note_message(channel, id);
        if !message.is_ephemeral() {
            self.emit_message("MESSAGE_UPDATE", &message);
        }
    }

    /// Deletes a message and tells the sessions; false if there is none.
    pub(crate) fn delete_message(&mut self, channel: Id, id: Id) -> bool {
        let Some(entry) = self.channels.get_mut(&channel) else { return false };
        let Some(message) = entry.messages.remove(&id) else { return false };
        entry.pins.remove(&id);
        self.note_gone(channel, id, message.ephemeral_for);
        if !message.is_ephemeral() {
            let (intent, mut body) = self.of_channel(channel, message.guild, bits::INTENT_GUILD_MESSAGES);
            body["id"] = json!(id);
            self.emit(Event::channel("MESSAGE_DELETE", message.guild, channel, intent), body);
        }
        true
    }

    /// Deletes several messages at once, which is one event.
    pub(crate) fn delete_messages(&mut self, channel: Id, ids: &[Id]) {
        let Some(entry) = self.channels.get_mut(&channel) else { return };
        let guild = entry.guild;
        let plain = |id: &Id, entry: &super::Channel| {
            entry.messages.get(id).is_some_and(|message| !message.is_ephemeral())
        };
        let gone: Vec<Id> = ids.iter().copied().filter(|id| plain(id, entry)).collect();
        for id in &gone {
            entry.messages.remove(id);
            entry.pins.remove(id);
        }
        gone.iter().for_each(|id| self.note_gone(channel, *id, None));
        let (intent, mut body) = self.of_channel(channel, guild, bits::INTENT_GUILD_MESSAGES);
        body["ids"] = json!(gone);
        self.emit(Event::channel("MESSAGE_DELETE_BULK", guild, channel, intent), body);
    }

    pub(super) fn of_channel(&self, channel: Id, guild: Option<Id>, guild_intent: u64) -> (u64, Value) {
        // The intents for direct messages are the guild's ones, three bits further.
        let intent = if guild.is_some() { guild_intent } else { guild_intent << 3 };
        let mut body = json!({ "channel_id": channel });
        if let Some(guild) = guild {
            body["guild_id"] = json!(guild);
        }
        (intent, body)
    }
}
