//! Messages as Discord writes them, over REST and over the gateway.

use super::json::emoji_json;
use super::{Attachment, Message, World};
use crate::clock::iso;
use crate::id::Id;
use serde_json::{Value, json};

/// How many files that were handed to commands are kept.
const UPLOADS: usize = 20;

/// A poll in which nobody has voted: voting is not emulated. Source: Discord's reference, "Poll Object".
fn poll_json(sent: &Value, message: Id) -> Value {
    const HOUR_MS: f64 = 3_600_000.0;
    let answers = sent["answers"].as_array().map_or(&[][..], Vec::as_slice).iter().enumerate();
    let media = |answer: &Value| json!({ "text": answer.pointer("/poll_media/text") });
    let duration = sent["duration"].as_f64().unwrap_or(24.0) * HOUR_MS;
    json!({
        "question": { "text": sent.pointer("/question/text") },
        "answers": answers
            .map(|(at, answer)| json!({ "answer_id": at + 1, "poll_media": media(answer) }))
            .collect::<Vec<_>>(),
        "expiry": iso(message.millis() + duration as i64),
        "allow_multiselect": sent["allow_multiselect"].as_bool().unwrap_or(false),
        "layout_type": sent["layout_type"].as_u64().unwrap_or(1),
        "results": { "answer_counts": [], "is_finalized": false },
    })
}

/// Width and height in pixels, as the first chunk of a PNG says. Source: its specification, "IHDR".
fn png_size(data: &[u8]) -> Option<(u32, u32)> {
    let header = data.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let number = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    Some((number(0)?, number(4)?))
}

impl World {
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
        if let Some((width, height)) = png_size(&file.data) {
            body["width"] = json!(width);
            body["height"] = json!(height);
        }
        if message.is_ephemeral() {
            body["ephemeral"] = json!(true);
        }
        body
    }

    /// A file that was handed to a command.
    pub(crate) fn upload_json(&self, file: &Attachment) -> Value {
        let url = format!("{}/ephemeral-attachments/{}/{}", self.api_url, file.id, file.filename);
        let mut body = json!({
            "id": file.id, "filename": file.filename, "size": file.data.len(), "url": url, "proxy_url": url,
            "ephemeral": true,
        });
        if let Some(kind) = &file.content_type {
            body["content_type"] = json!(kind);
        }
        body
    }

    /// Keeps what was handed to commands, the newest few.
    pub(crate) fn keep_uploads(&mut self, files: impl Iterator<Item = Attachment>) {
        self.uploads.extend(files);
        let old = self.uploads.len().saturating_sub(UPLOADS);
        self.uploads.drain(..old);
    }

    /// A message as REST returns it, in full, with one level of the message it refers to.
    pub(crate) fn message_json(&self, message: &Message, viewer: Option<Id>) -> Value {
        let mut body = self.plain_message_json(message);
        if !message.reactions.is_empty() {
            let one = |reaction: &super::Reaction| {
                json!({
                    "emoji": emoji_json(&reaction.emoji), "count": reaction.users.len(),
                    "count_details": { "burst": 0, "normal": reaction.users.len() }, "burst_colors": [],
                    "me": viewer.is_some_and(|me| reaction.users.contains(&me)), "me_burst": false,
                })
            };
            body["reactions"] = message.reactions.iter().map(one).collect();
        }
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
                .map_or(Value::Null, |target| self.plain_message_json(target));
        }
        body
    }

    /// Without what only a message itself has, and not the one that another refers to.
    fn plain_message_json(&self, message: &Message) -> Value {
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
        if let Some(nonce) = &message.nonce {
            body["nonce"] = nonce.clone();
        }
        if let Some(app) = message.application {
            body["application_id"] = json!(app);
            body["webhook_id"] = json!(app);
        }
        if let Some(poll) = &message.poll {
            body["poll"] = poll_json(poll, message.id);
        }
        // The thread is gone for good when its channel was deleted and came back.
        if message.thread && self.channels.contains_key(&message.id) {
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
            2 => {}
            3 => body["interacted_message_id"] = json!(interaction.interacted),
            _ => {
                let mut trigger = json!({
                    "id": interaction.id, "type": 2, "user": self.user_json(interaction.user),
                    "authorizing_integration_owners": owners,
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
