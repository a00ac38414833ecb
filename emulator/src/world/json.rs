//! The state as Discord writes it.

use super::{Attachment, Message, World};
use crate::bits;
use crate::clock::iso;
use crate::id::Id;
use serde_json::{Value, json};

pub(crate) fn emoji_json(emoji: &str) -> Value {
    match emoji.split_once(':') {
        Some((name, id)) => json!({ "id": id, "name": name }),
        None => json!({ "id": null, "name": emoji }),
    }
}

impl World {
    pub(crate) fn user_json(&self, id: Id) -> Value {
        let Some(user) = self.users.get(&id) else {
            return json!({ "id": id, "username": "Deleted User", "discriminator": "0000", "avatar": null });
        };
        let mut body = json!({
            "id": id, "username": user.name, "discriminator": "0", "global_name": user.name,
            "avatar": null, "public_flags": 0, "primary_guild": null,
        });
        if user.bot {
            body["bot"] = json!(true);
            body["global_name"] = Value::Null;
        }
        body
    }

    /// The application's own user, as in READY and `/users/@me`.
    pub(crate) fn current_user_json(&self, app: Id) -> Value {
        let mut body = self.user_json(app);
        for (field, value) in [
            ("verified", json!(true)),
            ("mfa_enabled", json!(true)),
            ("email", Value::Null),
            ("flags", json!(0)),
        ] {
            body[field] = value;
        }
        body
    }

    /// A member without its user, as in messages.
    pub(crate) fn partial_member_json(&self, guild: Id, user: Id) -> Value {
        let Some(member) = self.guilds.get(&guild).and_then(|guild| guild.members.get(&user)) else {
            return Value::Null;
        };
        json!({
            "roles": member.roles, "nick": member.nick, "avatar": null, "banner": null,
            "joined_at": iso(member.joined_ms), "premium_since": null, "deaf": false, "mute": false,
            "pending": false, "flags": 0,
            "communication_disabled_until": member.timed_out_until_ms.map(iso),
        })
    }

    pub(crate) fn member_json(&self, guild: Id, user: Id) -> Value {
        let mut body = self.partial_member_json(guild, user);
        if body.is_null() {
            body = json!({ "roles": [], "joined_at": iso(0), "deaf": false, "mute": false, "flags": 0 });
        }
        body["user"] = self.user_json(user);
        body
    }

    pub(crate) fn role_json(&self, guild: Id, role: Id) -> Value {
        let Some(role) = self.guilds.get(&guild).and_then(|guild| guild.roles.get(&role)) else {
            return Value::Null;
        };
        let mut body = json!({
            "id": role.id, "name": role.name, "description": null, "permissions": role.permissions.to_string(),
            "position": role.position, "color": 0,
            "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
            "hoist": false, "managed": role.managed_by.is_some(), "mentionable": role.mentionable,
            "icon": null, "unicode_emoji": null, "flags": 0,
        });
        if let Some(app) = role.managed_by {
            body["tags"] = json!({ "bot_id": app });
        }
        body
    }

    /// A guild as REST returns it.
    pub(crate) fn guild_json(&self, id: Id) -> Value {
        let Some(guild) = self.guilds.get(&id) else { return Value::Null };
        let roles: Vec<Value> = guild.roles.keys().map(|role| self.role_json(id, *role)).collect();
        json!({
            "id": id, "name": guild.name, "icon": null, "description": null, "home_header": null,
            "splash": null, "discovery_splash": null, "features": [], "banner": null,
            "owner_id": guild.owner, "application_id": null, "region": "deprecated",
            "afk_channel_id": null, "afk_timeout": 300, "system_channel_id": null,
            "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": null,
            "verification_level": 0, "roles": roles, "default_message_notifications": 0,
            "mfa_level": 0, "explicit_content_filter": 0, "max_presences": null, "max_members": 500_000,
            "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
            "vanity_url_code": null, "premium_tier": 0, "premium_subscription_count": 0,
            "preferred_locale": "en-US", "rules_channel_id": null, "safety_alerts_channel_id": null,
            "public_updates_channel_id": null, "premium_progress_bar_enabled": false, "nsfw": false,
            "nsfw_level": 0, "emojis": [], "stickers": [], "incidents_data": null,
            "hub_type": null, "latest_onboarding_question_id": null,
        })
    }

    pub(crate) fn guild_create_json(&self, id: Id, app: Id) -> Value {
        let mut body = self.guild_json(id);
        let Some(guild) = self.guilds.get(&id) else { return body };
        // Without the privileged intent only the application's own member is sent; a large list never is.
        let members = Some(app).into_iter().filter(|app| guild.members.contains_key(app));
        body["members"] = members.map(|user| self.member_json(id, user)).collect();
        body["channels"] = guild.channels.iter().map(|channel| self.channel_json(*channel)).collect();
        let threads = self.active_threads(id);
        let seen = threads.iter().filter(|thread| self.may(**thread, app, bits::VIEW_CHANNEL));
        body["threads"] = seen.map(|thread| self.channel_json(*thread)).collect();
        let joined = guild.members.get(&app).map_or(0, |member| member.joined_ms);
        body["joined_at"] = json!(iso(joined));
        body["member_count"] = json!(guild.members.len());
        body["large"] = json!(guild.members.len() > 50);
        body["unavailable"] = json!(false);
        for list in
            ["voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"]
        {
            body[list] = json!([]);
        }
        body
    }

    pub(crate) fn channel_json(&self, id: Id) -> Value {
        let Some(channel) = self.channels.get(&id) else { return Value::Null };
        let mut body = json!({
            "id": id, "type": channel.kind as u8, "last_message_id": channel.last_message, "flags": 0,
            "last_pin_timestamp": channel.pins.values().max().map(|ms| iso(*ms)),
        });
        let Some(guild) = channel.guild else {
            let others = channel.recipients.iter().filter(|user| !self.applications.contains_key(user));
            body["recipients"] = others.map(|user| self.user_json(*user)).collect();
            return body;
        };
        body["guild_id"] = json!(guild);
        body["name"] = json!(channel.name);
        body["parent_id"] = json!(channel.parent);
        body["rate_limit_per_user"] = json!(0);
        let Some(thread) = &channel.thread else {
            body["topic"] = json!(channel.topic);
            body["position"] = json!(channel.position);
            body["nsfw"] = json!(false);
            let overwrites = channel.overwrites.iter().map(|(id, overwrite)| {
                json!({
                    "id": id, "type": u8::from(overwrite.member),
                    "allow": overwrite.allow.to_string(), "deny": overwrite.deny.to_string(),
                })
            });
            body["permission_overwrites"] = overwrites.collect();
            return body;
        };
        body["owner_id"] = json!(thread.owner);
        body["message_count"] = json!(thread.sent);
        body["total_message_sent"] = json!(thread.sent);
        body["member_count"] = json!(thread.members.len().min(50));
        body["thread_metadata"] = json!({
            "archived": thread.archived, "auto_archive_duration": thread.auto_archive_minutes,
            "archive_timestamp": iso(thread.active_ms), "locked": thread.locked,
            "create_timestamp": iso(id.millis()),
        });
        body
    }

    pub(crate) fn thread_member_json(&self, thread: Id, user: Id, joined_ms: i64) -> Value {
        json!({ "id": thread, "user_id": user, "join_timestamp": iso(joined_ms), "flags": 1 })
    }

    pub(crate) fn attachment_json(&self, message: &Message, file: &Attachment) -> Value {
        let url = format!("{}/attachments/{}/{}/{}", self.api_url, message.channel, file.id, file.filename);
        let mut body = json!({
            "id": file.id, "filename": file.filename, "size": file.data.len(), "url": url, "proxy_url": url,
        });
        if let Some(description) = &file.description {
            body["description"] = json!(description);
        }
        if let Some(kind) = &file.content_type {
            body["content_type"] = json!(kind);
        }
        if message.is_ephemeral() {
            body["ephemeral"] = json!(true);
        }
        body
    }

    /// A message as REST returns it, in full, with one level of the message it refers to.
    pub(crate) fn message_json(&self, message: &Message, viewer: Option<Id>) -> Value {
        let mut body = self.plain_message_json(message, viewer);
        let Some(reference) = &message.reference else { return body };
        body["message_reference"] = json!({
            "type": 0, "message_id": reference.message, "channel_id": reference.channel,
        });
        if let Some(guild) = message.guild {
            body["message_reference"]["guild_id"] = json!(guild);
        }
        if matches!(message.kind, 19 | 20 | 21 | 23) {
            body["referenced_message"] = self
                .message(reference.channel, reference.message)
                .map_or(Value::Null, |target| self.plain_message_json(target, viewer));
        }
        body
    }

    fn plain_message_json(&self, message: &Message, viewer: Option<Id>) -> Value {
        let mut body = json!({
            "id": message.id, "channel_id": message.channel, "type": message.kind,
            "author": self.user_json(message.author), "content": message.content,
            "timestamp": iso(message.id.millis()), "edited_timestamp": message.edited_ms.map(iso),
            "tts": message.tts, "mention_everyone": message.mention_everyone,
            "mentions": message.mentions.iter().map(|user| self.user_json(*user)).collect::<Vec<_>>(),
            "mention_roles": message.mention_roles, "embeds": message.embeds,
            "attachments": message.attachments.iter()
                .map(|file| self.attachment_json(message, file)).collect::<Vec<_>>(),
            "components": message.components, "pinned": message.pinned, "flags": message.flags,
        });
        if !message.reactions.is_empty() {
            let one = |reaction: &super::Reaction| {
                json!({
                    "emoji": emoji_json(&reaction.emoji), "count": reaction.users.len(),
                    "count_details": { "burst": 0, "normal": reaction.users.len() }, "burst_colors": [],
                    "me": viewer.is_some_and(|me| reaction.users.contains(&me)), "me_burst": false,
                    "burst_me": false, "burst_count": 0,
                })
            };
            body["reactions"] = message.reactions.iter().map(one).collect();
        }
        if let Some(nonce) = &message.nonce {
            body["nonce"] = nonce.clone();
        }
        if let Some(app) = message.application {
            body["application_id"] = json!(app);
            body["webhook_id"] = json!(app);
        }
        if let Some(poll) = &message.poll {
            body["poll"] = poll.clone();
        }
        if message.thread {
            body["thread"] = self.channel_json(message.id);
        }
        if let Some(interaction) = &message.interaction {
            body["interaction_metadata"] = self.metadata_json(message, interaction);
            if interaction.kind == 2 {
                body["interaction"] = json!({
                    "id": interaction.id, "type": 2, "name": interaction.name,
                    "user": self.user_json(interaction.user),
                });
            }
        }
        body
    }

    fn metadata_json(&self, message: &Message, interaction: &super::MessageInteraction) -> Value {
        let owners = self.integration_owners(message.guild);
        let mut body = json!({
            "id": interaction.id, "type": interaction.kind, "user": self.user_json(interaction.user),
            "authorizing_integration_owners": owners,
        });
        if let Some(original) = interaction.original {
            body["original_response_message_id"] = json!(original);
        }
        match interaction.kind {
            2 => body["name"] = json!(interaction.name),
            3 => body["interacted_message_id"] = json!(interaction.interacted),
            _ => {
                let mut trigger = json!({
                    "id": interaction.id, "type": 2, "user": self.user_json(interaction.user),
                    "authorizing_integration_owners": owners, "name": interaction.name,
                });
                if let Some(interacted) = interaction.interacted {
                    trigger["type"] = json!(3);
                    trigger["interacted_message_id"] = json!(interacted);
                }
                body["triggering_interaction_metadata"] = trigger;
            }
        }
        body
    }

    /// Who installed the application: the guild (0 in a direct message).
    pub(crate) fn integration_owners(&self, guild: Option<Id>) -> Value {
        json!({ "0": guild.map_or_else(|| "0".to_owned(), |guild| guild.to_string()) })
    }

    /// A message as the gateway sends it: with guild and member.
    pub(crate) fn message_event_json(&self, message: &Message) -> Value {
        let mut body = self.message_json(message, None);
        body["channel_type"] =
            json!(self.channels.get(&message.channel).map_or(0, |channel| channel.kind as u8));
        if let Some(guild) = message.guild {
            body["guild_id"] = json!(guild);
            let member = self.partial_member_json(guild, message.author);
            if !member.is_null() && message.application.is_none() {
                body["member"] = member;
            }
        }
        body
    }

    /// A message as REST shows it to that application.
    pub(crate) fn message_json_for(&self, message: &Message, app: Id) -> Value {
        let mut body = self.message_json(message, Some(app));
        if !self.reads_content(app) && !self.may_read_content(message, app) {
            super::emit::blank_content(&mut body);
        }
        let hidden = |target: &Message| !self.reads_content(app) && !self.may_read_content(target, app);
        if let Some(reference) = &message.reference
            && body.get("referenced_message").is_some_and(|target| !target.is_null())
            && self.message(reference.channel, reference.message).is_some_and(hidden)
        {
            super::emit::blank_content(&mut body["referenced_message"]);
        }
        body
    }
}
