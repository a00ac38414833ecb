//! What people do with messages besides writing them: reactions, pins, typing.

use super::{Event, Reaction, World};
use crate::bits;
use crate::id::Id;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

impl World {
    /// Adds or takes away a reaction; false if nothing changed.
    pub(crate) fn react(&mut self, channel: Id, id: Id, user: Id, emoji: &str, add: bool) -> bool {
        let Some(message) = self.channels.get_mut(&channel).and_then(|channel| channel.messages.get_mut(&id))
        else {
            return false;
        };
        let message = Arc::make_mut(message);
        let place = message.reactions.iter().position(|reaction| reaction.emoji == emoji);
        let changed = match (place, add) {
            (Some(place), true) => message.reactions[place].users.insert(user),
            (None, true) => {
                message.reactions.push(Reaction { emoji: emoji.into(), users: BTreeSet::from([user]) });
                true
            }
            (Some(place), false) => {
                let changed = message.reactions[place].users.remove(&user);
                message.reactions.retain(|reaction| !reaction.users.is_empty());
                changed
            }
            (None, false) => false,
        };
        if !changed {
            return false;
        }
        let (guild, author) = (message.guild, message.author);
        self.note_message(channel, id);
        let (intent, mut body) = self.of_channel(channel, guild, bits::INTENT_GUILD_MESSAGE_REACTIONS);
        body["message_id"] = json!(id);
        body["user_id"] = json!(user);
        body["emoji"] = super::json::emoji_json(emoji);
        body["burst"] = json!(false);
        body["type"] = json!(0);
        if add {
            body["message_author_id"] = json!(author);
            if let Some(guild) = guild {
                body["member"] = self.member_json(guild, user);
            }
        }
        let name = if add { "MESSAGE_REACTION_ADD" } else { "MESSAGE_REACTION_REMOVE" };
        self.emit(Event::channel(name, guild, channel, intent), body);
        true
    }

    /// Removes all reactions, or all of one emoji.
    pub(crate) fn clear_reactions(&mut self, channel: Id, id: Id, emoji: Option<&str>) {
        let Some(message) = self.channels.get_mut(&channel).and_then(|channel| channel.messages.get_mut(&id))
        else {
            return;
        };
        let message = Arc::make_mut(message);
        message.reactions.retain(|reaction| emoji.is_some_and(|emoji| reaction.emoji != emoji));
        let guild = message.guild;
        self.note_message(channel, id);
        let (intent, mut body) = self.of_channel(channel, guild, bits::INTENT_GUILD_MESSAGE_REACTIONS);
        body["message_id"] = json!(id);
        let name = match emoji {
            Some(emoji) => {
                body["emoji"] = super::json::emoji_json(emoji);
                "MESSAGE_REACTION_REMOVE_EMOJI"
            }
            None => "MESSAGE_REACTION_REMOVE_ALL",
        };
        self.emit(Event::channel(name, guild, channel, intent), body);
    }

    /// Pins or unpins a message.
    pub(crate) fn pin(&mut self, channel: Id, id: Id, pinned: bool) {
        let now = self.now_ms();
        self.edit_message(channel, id, |message| message.pinned = pinned);
        let Some(entry) = self.channels.get_mut(&channel) else { return };
        if pinned {
            entry.pins.insert(id, now);
        } else {
            entry.pins.remove(&id);
        }
        let last = entry.pins.values().max().copied();
        let guild = entry.guild;
        let (_, mut body) = self.of_channel(channel, guild, 0);
        body["last_pin_timestamp"] = json!(last.map(crate::clock::iso));
        let intent = if guild.is_some() { bits::INTENT_GUILDS } else { bits::INTENT_DIRECT_MESSAGES };
        self.emit(Event::channel("CHANNEL_PINS_UPDATE", guild, channel, intent), body);
    }

    /// Tells that a user writes.
    pub(crate) fn typing(&mut self, channel: Id, user: Id) {
        let Some(guild) = self.channels.get(&channel).map(|channel| channel.guild) else { return };
        let (intent, mut body) = self.of_channel(channel, guild, bits::INTENT_GUILD_MESSAGE_TYPING);
        body["user_id"] = json!(user);
        body["timestamp"] = json!(self.now_ms() / 1000);
        if let Some(guild) = guild {
            body["member"] = self.member_json(guild, user);
        }
        self.emit(Event::channel("TYPING_START", guild, channel, intent), body);
    }
}
