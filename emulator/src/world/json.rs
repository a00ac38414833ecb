//! The state as Discord writes it, but for messages.

use super::World;
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
            "avatar": null, "public_flags": 0, "flags": 0, "primary_guild": null,
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
            ("locale", json!("en-US")),
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
            "id": role.id, "name": role.name, "permissions": role.permissions.to_string(),
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
}
