//! The requests that Helmsman makes of its own accord.

use super::{Discord, LONGEST_HOLD, Trouble};
use crate::{
    chat::outgoing::Outgoing,
    domain::id::{ChannelId, GuildId, MessageId, UserId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serenity::{
    builder::{CreateAttachment, EditMessage},
    http::{LightMethod, Multipart, MultipartUpload, Request, Route},
    model::channel::Message,
};
use std::{sync::atomic::Ordering, time::Duration};

/// Reading is safe to repeat, and so is what changes nothing the second time. The waits before the second and third try.
const READ_AGAIN: [Duration; 2] = [Duration::from_millis(300), Duration::from_secs(1)];
/// The most messages that Discord gives at once.
const PAGE: usize = 100;
/// Looking for a message stops after this many pages: an hour of a very busy channel.
const MOST_PAGES: usize = 50;
/// Discord's code for a message that is not there: the one with this nonce, the one to be edited or read. Source: its
/// reference, "JSON Error Codes".
pub const UNKNOWN_MESSAGE: u64 = 10_008;

/// Where the gateway is, and how often one may still knock.
#[derive(Clone, Debug, Deserialize)]
pub struct Gateway {
    /// The address (`wss://…`).
    pub url: String,
    /// How many connections Discord recommends for the number of servers.
    pub shards: u32,
    /// The budget of new sessions.
    pub session_start_limit: SessionStartLimit,
}

/// The budget of new sessions. Source: Discord's reference, "Session Start Limit".
#[derive(Clone, Debug, Deserialize)]
pub struct SessionStartLimit {
    /// How many are left.
    pub remaining: u64,
    /// Milliseconds until there are as many as at first.
    pub reset_after: u64,
}

/// What a channel says about who may do what in it.
#[derive(Clone, Debug, Deserialize)]
pub struct ChannelRules {
    /// The channel.
    pub id: serenity::model::id::ChannelId,
    /// Its server; none for direct messages.
    pub guild_id: Option<serenity::model::id::GuildId>,
    /// 0 is a text channel.
    #[serde(rename = "type")]
    pub kind: u8,
    /// For a thread: the channel it belongs to.
    pub parent_id: Option<serenity::model::id::ChannelId>,
    /// For each role or member: what is allowed and denied.
    #[serde(default)]
    pub permission_overwrites: Vec<serenity::model::channel::PermissionOverwrite>,
}

fn channel_id(id: ChannelId) -> serenity::model::id::ChannelId {
    serenity::model::id::ChannelId::new(id.0.max(1))
}

fn message_id(id: MessageId) -> serenity::model::id::MessageId {
    serenity::model::id::MessageId::new(id.0.max(1))
}

impl Discord {
    /// Posts a message, with its file if it has one. Ask for `enforce_nonce` if it must not appear twice. If its turn
    /// comes later than `latest` by our own clock it is not sent.
    pub async fn send_by(
        &self,
        channel: ChannelId,
        outgoing: Outgoing,
        latest: Timestamp,
    ) -> Result<Message, Trouble> {
        let route = Route::ChannelMessages { channel_id: channel_id(channel) };
        let request = Request::new(route, LightMethod::Post);
        let mut body = quiet(&outgoing.message);
        let request = match outgoing.file {
            None => request.body(Some(body.to_string().into_bytes())),
            Some(file) => {
                // Source: Discord's reference, "Uploading Files".
                body["attachments"] =
                    serde_json::json!([{ "id": 0, "filename": file.name, "description": file.alt }]);
                request.multipart(Some(Multipart {
                    upload: MultipartUpload::Attachments(vec![CreateAttachment::bytes(
                        file.bytes, file.name,
                    )]),
                    fields: Vec::new(),
                    payload_json: Some(body.to_string()),
                }))
            }
        };
        read_answer(&self.call_by(request, Some(latest)).await?)
    }

    /// Changes what is named in `edit` and leaves the rest of the message.
    pub async fn edit(
        &self,
        channel: ChannelId,
        message: MessageId,
        edit: EditMessage,
    ) -> Result<Message, Trouble> {
        let route =
            Route::ChannelMessage { channel_id: channel_id(channel), message_id: message_id(message) };
        let body = quiet(&edit).to_string().into_bytes();
        self.ask(Request::new(route, LightMethod::Patch).body(Some(body))).await
    }

    /// Deletes an own message. Code 10008: it is gone already.
    pub async fn delete(&self, channel: ChannelId, message: MessageId) -> Result<(), Trouble> {
        let route =
            Route::ChannelMessage { channel_id: channel_id(channel), message_id: message_id(message) };
        self.call(Request::new(route, LightMethod::Delete)).await.map(drop)
    }

    /// Puts a reaction (a Unicode emoji) under a message. Repeating it changes nothing, so it is tried again, twice at most,
    /// if Discord bears no more for the moment (four a second in a channel) or it is not known whether it was done.
    pub async fn react(&self, channel: ChannelId, message: MessageId, emoji: &str) -> Result<(), Trouble> {
        let reaction: String = emoji.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let route = Route::ChannelMessageReactionMe {
            channel_id: channel_id(channel),
            message_id: message_id(message),
            reaction: &reaction,
        };
        let mut waits = READ_AGAIN.into_iter();
        loop {
            match (self.call(Request::new(route, LightMethod::Put)).await, waits.next()) {
                (Err(Trouble::Limited { retry_after }), Some(_)) if retry_after <= LONGEST_HOLD => {
                    tokio::time::sleep(retry_after).await;
                }
                (Err(Trouble::Ambiguous(_)), Some(wait)) => tokio::time::sleep(wait).await,
                (answer, _) => return answer.map(drop),
            }
        }
    }

    /// Opens a thread under a message; it has the message's id. `name`: at most 100 characters. `minutes` of silence
    /// before it is archived: 60, 1,440, 4,320 or 10,080. Code 160004: there is one already.
    pub async fn open_thread(
        &self,
        channel: ChannelId,
        message: MessageId,
        name: &str,
        minutes: u16,
    ) -> Result<(), Trouble> {
        let route =
            Route::ChannelMessageThreads { channel_id: channel_id(channel), message_id: message_id(message) };
        let body = serde_json::json!({ "name": name, "auto_archive_duration": minutes });
        let body = Some(body.to_string().into_bytes());
        self.call(Request::new(route, LightMethod::Post).body(body)).await.map(drop)
    }

    /// The messages of a channel or thread later than `after`, oldest first, until there are no more (or too many: the
    /// first 5,000). Without READ_MESSAGE_HISTORY Discord gives an empty list, not an error.
    pub async fn history(&self, channel: ChannelId, after: MessageId) -> Result<Vec<Message>, Trouble> {
        let mut all: Vec<Message> = Vec::new();
        let mut last = after;
        for _ in 0..MOST_PAGES {
            let mut page = self.page(channel, last).await?;
            page.sort_by_key(|message| message.id);
            let full = page.len() >= PAGE;
            all.append(&mut page);
            match all.last() {
                Some(message) if full => last = MessageId(message.id.get()),
                _ => break,
            }
        }
        Ok(all)
    }

    /// The own message later than `after` that carries `reference` in the footer of an embed. Of a channel where more was
    /// written since than is looked at (5,000 messages), it is enough to have come past `until`: what is looked for is
    /// older.
    pub async fn search(
        &self,
        channel: ChannelId,
        reference: &str,
        after: MessageId,
        until: MessageId,
    ) -> Result<Option<MessageId>, Trouble> {
        let own = self.own_id().await?;
        let carries = |message: &Message| {
            let mut footers = message.embeds.iter().filter_map(|embed| embed.footer.as_ref());
            message.author.id.get() == own.0 && footers.any(|footer| footer.text.contains(reference))
        };
        let mut last = after;
        for _ in 0..MOST_PAGES {
            let mut page = self.page(channel, last).await?;
            page.sort_by_key(|message| message.id);
            if let Some(found) = page.iter().find(|message| carries(message)) {
                return Ok(Some(MessageId(found.id.get())));
            }
            match page.last() {
                Some(message) if page.len() >= PAGE => last = MessageId(message.id.get()),
                _ => return Ok(None),
            }
        }
        if last >= until {
            return Ok(None);
        }
        // More messages than we look at: whether it is there is not known.
        Err(Trouble::Ambiguous("too many messages to look through".to_owned()))
    }

    /// Whether Discord says that this message is not there (any more).
    pub async fn is_gone(&self, channel: ChannelId, message: MessageId) -> Result<bool, Trouble> {
        let route =
            Route::ChannelMessage { channel_id: channel_id(channel), message_id: message_id(message) };
        match self.read::<serde::de::IgnoredAny>(route, None).await {
            Ok(_) => Ok(false),
            Err(Trouble::Refused { code: UNKNOWN_MESSAGE, .. }) => Ok(true),
            Err(trouble) => Err(trouble),
        }
    }

    async fn page(&self, channel: ChannelId, after: MessageId) -> Result<Vec<Message>, Trouble> {
        let route = Route::ChannelMessages { channel_id: channel_id(channel) };
        let params = vec![("limit", PAGE.to_string()), ("after", after.0.to_string())];
        self.read(route, Some(params)).await
    }

    /// The channel for direct messages to a person. Asking twice gives the same one.
    pub async fn direct_channel(&self, user: UserId) -> Result<ChannelId, Trouble> {
        let body = serde_json::json!({ "recipient_id": user.0.to_string() }).to_string().into_bytes();
        let request = Request::new(Route::UserMeDmChannels, LightMethod::Post).body(Some(body));
        let channel: ChannelRules = self.ask(request).await?;
        Ok(ChannelId(channel.id.get()))
    }

    /// Where the gateway is. The one way to learn it: there is no address to fall back to. Asked for even while
    /// everything else is paused.
    pub async fn gateway(&self) -> Result<Gateway, Trouble> {
        let request = Request::new(Route::GatewayBot, LightMethod::Get);
        let mut waits = READ_AGAIN.into_iter();
        loop {
            let body = self.call_paused_or_not(request.clone(), None).await;
            match (body.and_then(|body| read_answer(&body)), waits.next()) {
                (Err(Trouble::Ambiguous(_)), Some(wait)) => tokio::time::sleep(wait).await,
                (answer, _) => return answer,
            }
        }
    }

    /// The bot's own id: the gateway tells it ([`Self::know_own_id`]), else it is asked for.
    pub async fn own_id(&self) -> Result<UserId, Trouble> {
        let known = self.0.bot.load(Ordering::Relaxed);
        if known != 0 {
            return Ok(UserId(known));
        }
        let user: serenity::model::user::CurrentUser = self.read(Route::UserMe, None).await?;
        self.know_own_id(UserId(user.id.get()));
        Ok(UserId(user.id.get()))
    }

    /// Remembers the bot's own id.
    pub fn know_own_id(&self, id: UserId) {
        self.0.bot.store(id.0, Ordering::Relaxed);
    }

    /// A channel, or thread, with its overwrites.
    pub async fn channel(&self, channel: ChannelId) -> Result<ChannelRules, Trouble> {
        self.read(Route::Channel { channel_id: channel_id(channel) }, None).await
    }

    /// All roles of a server.
    pub async fn roles(&self, guild: GuildId) -> Result<Vec<serenity::model::guild::Role>, Trouble> {
        self.read(Route::GuildRoles { guild_id: serenity::model::id::GuildId::new(guild.0.max(1)) }, None)
            .await
    }

    /// The ids of the bot's own roles on a server.
    pub async fn own_roles(&self, guild: GuildId) -> Result<Vec<u64>, Trouble> {
        #[derive(Deserialize)]
        struct Roles {
            roles: Vec<serenity::model::id::RoleId>,
        }
        let own = self.own_id().await?;
        let route = Route::GuildMember {
            guild_id: serenity::model::id::GuildId::new(guild.0.max(1)),
            user_id: serenity::model::id::UserId::new(own.0),
        };
        let member: Roles = self.read(route, None).await?;
        Ok(member.roles.into_iter().map(serenity::model::id::RoleId::get).collect())
    }

    /// Replaces all commands of the application. Repeating it changes nothing.
    pub async fn register(
        &self,
        application: u64,
        commands: &[serenity::builder::CreateCommand],
    ) -> Result<(), Trouble> {
        let route =
            Route::Commands { application_id: serenity::model::id::ApplicationId::new(application.max(1)) };
        let body = serde_json::to_vec(commands).unwrap_or_default();
        self.call(Request::new(route, LightMethod::Put).body(Some(body))).await.map(drop)
    }

    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        route: Route<'_>,
        params: Option<Vec<(&'static str, String)>>,
    ) -> Result<T, Trouble> {
        let request = Request::new(route, LightMethod::Get).params(params);
        for wait in READ_AGAIN {
            match self.ask(request.clone()).await {
                Err(Trouble::Ambiguous(_) | Trouble::Unreached(_)) => tokio::time::sleep(wait).await,
                other => return other,
            }
        }
        self.ask(request).await
    }

    async fn ask<T: DeserializeOwned>(&self, request: Request<'_>) -> Result<T, Trouble> {
        read_answer(&self.call(request).await?)
    }
}

fn read_answer<T: DeserializeOwned>(body: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(body)
        .map_err(|error| Trouble::Ambiguous(format!("an answer that cannot be read: {error}")))
}

/// A body in which no mention is parsed, whatever the builder left out: Discord parses everything by default.
fn quiet(message: &impl Serialize) -> serde_json::Value {
    let mut body = serde_json::to_value(message).unwrap_or_default();
    if let Some(body) = body.as_object_mut() {
        body.entry("allowed_mentions").or_insert_with(|| serde_json::json!({ "parse": [] }));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_mentions_nobody_by_default() {
        let body = quiet(&serenity::builder::CreateMessage::new().content("@everyone"));
        assert_eq!(body["allowed_mentions"], serde_json::json!({ "parse": [] }));
        assert_eq!(body["content"], "@everyone");
    }
}
