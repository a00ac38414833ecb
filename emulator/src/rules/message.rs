//! The body of a message.

use super::form::{ApiError, Form, known};
use super::{components, embeds, mentions};
use crate::bits;
use crate::id::{Id, id_of};
use crate::rest::body::{Body, File};
use crate::world::{Attachment, Draft, Reference, World};
use serde_json::Value;

/// The largest file, in bytes.
pub(crate) const MAX_FILE: usize = 10 * 1024 * 1024;

const FIELDS: &[&str] = &[
    "content",
    "nonce",
    "enforce_nonce",
    "tts",
    "embeds",
    "allowed_mentions",
    "message_reference",
    "components",
    "sticker_ids",
    "attachments",
    "flags",
    "poll",
];

/// Where and by whom a message is to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) channel: Id,
    pub(crate) author: Id,
    /// Whether it goes through an interaction's webhook, where flags may say ephemeral and nonces mean nothing.
    pub(crate) webhook: bool,
}

/// Checks a new message. `path` is where it stands in the request (`data` in a callback).
pub(crate) fn new(
    world: &mut World,
    target: Target,
    body: &Value,
    files: &[File],
) -> Result<Draft, ApiError> {
    let mut form = Form::default();
    form.known("", body, FIELDS);
    let attachments = attachments(world, &mut form, body, files, &[]);
    let names: Vec<String> = attachments.iter().map(|file| file.filename.clone()).collect();
    let content = form.text("content", body.get("content"), 0, 2000).unwrap_or("").trim().to_owned();
    let embeds = embeds::check(&mut form, body.get("embeds"), &names);
    let components = components::check(&mut form, body.get("components"));
    mentions::check(&mut form, body.get("allowed_mentions"));
    let nonce = check_nonce(&mut form, body.get("nonce"));
    let allowed_flags: i64 = if target.webhook { 4 | 64 | 4096 } else { 4 | 4096 };
    let flags = form.integer("flags", body.get("flags"), 0, i64::MAX).unwrap_or(0);
    if flags & !(allowed_flags | 1 << 15) != 0 {
        form.add("flags", "BITMASK_FLAGS_INVALID", "Flags that cannot be set were given");
    }
    let poll = check_poll(&mut form, body.get("poll"));
    let reference = check_reference(world, &mut form, target.channel, body.get("message_reference"));
    form.finish()?;
    let replied =
        reference.and_then(|target| world.message(target.channel, target.message)).map(|one| one.author);
    let empty = content.is_empty()
        && embeds.is_empty()
        && attachments.is_empty()
        && poll.is_none()
        && components.is_empty();
    if empty {
        return Err(known::empty_message());
    }
    let found = mentions::resolve(
        world,
        target.channel,
        target.author,
        &content,
        body.get("allowed_mentions"),
        replied,
    );
    if !target.webhook {
        permissions(world, target, &mut (!attachments.is_empty(), poll.is_some(), reference.is_some()))?;
    }
    // Without EMBED_LINKS embeds are dropped in silence.
    let may_embed = target.webhook || world.may(target.channel, target.author, bits::EMBED_LINKS);
    Ok(Draft {
        content,
        embeds: if may_embed { embeds } else { Vec::new() },
        components,
        attachments,
        flags: flags as u64,
        tts: body.get("tts").and_then(Value::as_bool).unwrap_or(false),
        nonce,
        mention_everyone: found.everyone,
        mentions: found.users,
        mention_roles: found.roles,
        kind: if reference.is_some() { 19 } else { 0 },
        reference,
        poll,
        ..Draft::default()
    })
}

fn permissions(world: &World, target: Target, has: &mut (bool, bool, bool)) -> Result<(), ApiError> {
    let (files, poll, reply) = *has;
    let wanted = [(files, bits::ATTACH_FILES), (poll, bits::SEND_POLLS), (reply, bits::READ_MESSAGE_HISTORY)];
    let in_guild = world.channels.get(&target.channel).is_some_and(|channel| channel.guild.is_some());
    for (needed, bit) in wanted {
        if needed && in_guild && !world.may(target.channel, target.author, bit) {
            return Err(known::missing_permissions());
        }
    }
    Ok(())
}

fn check_nonce(form: &mut Form, nonce: Option<&Value>) -> Option<Value> {
    let nonce = nonce.filter(|nonce| !nonce.is_null())?;
    match nonce {
        Value::String(text) => form.length("nonce", text, 0, 25),
        Value::Number(_) => {}
        _ => form.add("nonce", "NONCE_TYPE_INVALID", "A nonce is a string or an integer"),
    }
    Some(nonce.clone())
}

fn check_reference(world: &World, form: &mut Form, channel: Id, value: Option<&Value>) -> Option<Reference> {
    let value = value.filter(|value| !value.is_null())?;
    form.known(
        "message_reference",
        value,
        &["type", "message_id", "channel_id", "guild_id", "fail_if_not_exists"],
    );
    if value.get("type").and_then(Value::as_u64).unwrap_or(0) != 0 {
        form.add("message_reference.type", "NOT_EMULATED", "Only replies are emulated, not forwards");
        return None;
    }
    let message = value.get("message_id").and_then(id_of);
    let Some(message) = message else {
        form.required("message_reference.message_id");
        return None;
    };
    let there = value.get("channel_id").and_then(id_of).is_none_or(|there| there == channel);
    let exists = there && world.message(channel, message).is_some_and(|message| !message.is_ephemeral());
    if exists {
        return Some(Reference { message, channel });
    }
    if value.get("fail_if_not_exists").and_then(Value::as_bool).unwrap_or(true) {
        form.add("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
    }
    None
}

fn check_poll(form: &mut Form, poll: Option<&Value>) -> Option<Value> {
    let poll = poll.filter(|poll| !poll.is_null())?;
    form.known("poll", poll, &["question", "answers", "duration", "allow_multiselect", "layout_type"]);
    form.required_text("poll.question.text", poll.pointer("/question/text"), 1, 300);
    let empty = Vec::new();
    let answers = poll.get("answers").and_then(Value::as_array).unwrap_or(&empty);
    form.count("poll.answers", answers.len(), 1, 10);
    for (at, answer) in answers.iter().enumerate() {
        let text = answer.pointer("/poll_media/text");
        form.required_text(&format!("poll.answers.{at}.poll_media.text"), text, 1, 55);
    }
    form.integer("poll.duration", poll.get("duration"), 1, 768);
    Some(poll.clone())
}

/// Puts uploaded files and their descriptions together; `kept` are those already in the message.
pub(crate) fn attachments(
    world: &mut World,
    form: &mut Form,
    body: &Value,
    files: &[File],
    kept: &[Attachment],
) -> Vec<Attachment> {
    let named = body.get("attachments").filter(|named| !named.is_null());
    let empty = Vec::new();
    let list = named.and_then(Value::as_array).unwrap_or(&empty);
    let mut result: Vec<Attachment> = Vec::new();
    if named.is_none() {
        result.extend(kept.iter().cloned());
    }
    for (at, entry) in list.iter().enumerate() {
        let path = format!("attachments.{at}");
        let fields = [
            "id",
            "filename",
            "title",
            "description",
            "content_type",
            "size",
            "url",
            "proxy_url",
            "height",
            "width",
            "ephemeral",
            "duration_secs",
            "waveform",
            "flags",
            "uploaded_filename",
            "is_spoiler",
        ];
        form.known(&path, entry, &fields);
        form.text(&format!("{path}.description"), entry.get("description"), 0, 1024);
        let Some(id) = entry.get("id").and_then(id_of) else {
            form.required(&format!("{path}.id"));
            continue;
        };
        if let Some(old) = kept.iter().find(|old| old.id == id) {
            result.push(old.clone());
        } else if !files.iter().any(|file| file.index == Some(id.0)) {
            form.add(&path, "ATTACHMENT_NOT_FOUND", "No such attachment and no such file");
        }
    }
    for file in files {
        if file.data.len() > MAX_FILE {
            form.add("files", "BASE_TYPE_MAX_LENGTH", "A file is larger than 10 MiB");
        }
        let about = list
            .iter()
            .find(|entry| file.index.is_some() && entry.get("id").and_then(id_of).map(Id::get) == file.index);
        let text = |field: &str| about.and_then(|about| about.get(field)).and_then(Value::as_str);
        result.push(Attachment {
            id: world.new_id(),
            filename: text("filename").unwrap_or(&file.name).to_owned(),
            description: text("description").map(ToOwned::to_owned),
            content_type: file.content_type.clone(),
            data: file.data.clone(),
        });
    }
    form.count("attachments", result.len(), 0, 10);
    result
}

/// A change of a message: what the body names is replaced, the rest stays.
pub(crate) fn edit(
    world: &mut World,
    target: Target,
    id: Id,
    body: &Body,
) -> Result<impl FnOnce(&mut crate::world::Message) + use<>, ApiError> {
    let mut form = Form::default();
    form.known("", &body.json, FIELDS);
    let old = world.message(target.channel, id).ok_or_else(known::unknown_message)?.clone();
    let json = &body.json;
    let attachments = attachments(world, &mut form, json, &body.files, &old.attachments);
    let names: Vec<String> = attachments.iter().map(|file| file.filename.clone()).collect();
    let named = |field: &str| json.get(field).is_some();
    let content = form.text("content", json.get("content"), 0, 2000).unwrap_or("").trim().to_owned();
    let content = if named("content") { content } else { old.content.clone() };
    let embeds = embeds::check(&mut form, json.get("embeds"), &names);
    let embeds = if named("embeds") { embeds } else { old.embeds.clone() };
    let components = components::check(&mut form, json.get("components"));
    let components = if named("components") { components } else { old.components.clone() };
    let flags = form.integer("flags", json.get("flags"), 0, i64::MAX);
    mentions::check(&mut form, json.get("allowed_mentions"));
    form.finish()?;
    if content.is_empty()
        && embeds.is_empty()
        && attachments.is_empty()
        && components.is_empty()
        && old.poll.is_none()
    {
        return Err(known::empty_message());
    }
    let found =
        mentions::resolve(world, target.channel, old.author, &content, json.get("allowed_mentions"), None);
    let now = world.now_ms();
    let retext = named("content");
    Ok(move |message: &mut crate::world::Message| {
        if retext {
            (message.mentions, message.mention_roles) = (found.users, found.roles);
            message.mention_everyone = found.everyone;
        }
        message.content = content;
        message.embeds = embeds;
        message.components = components;
        message.attachments = attachments;
        message.edited_ms = Some(now);
        if let Some(flags) = flags {
            message.flags = message.flags & !4 | flags as u64 & 4;
        }
    })
}

/// Whether a text can be an emoji: no letters, spaces or ASCII but for keycaps.
pub(crate) fn is_emoji(text: &str) -> bool {
    let keycap = text.contains('\u{20e3}');
    !text.is_empty()
        && text.chars().count() <= 16
        && text.chars().all(|one| !one.is_alphabetic() && !one.is_whitespace() && (keycap || !one.is_ascii()))
        || text.chars().count() == 1 && text.chars().all(|one| ('\u{1F100}'..='\u{1F1FF}').contains(&one))
        || !text.is_empty() && text.chars().all(|one| ('\u{1F1E6}'..='\u{1F1FF}').contains(&one))
}
