//! Messages in channels.

use super::body::Body;
use super::{Answer, Bot, Reply, Shared};
use crate::bits;
use crate::id::{Id, id_of};
use crate::rules::access;
use crate::rules::form::{ApiError, Form, known};
use crate::rules::message::{self as rules, Target};
use crate::world::{Message, World};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which part of a channel's messages is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Page {
    pub(crate) before: Option<Id>,
    pub(crate) after: Option<Id>,
    pub(crate) around: Option<Id>,
    pub(crate) limit: Option<usize>,
}

pub(crate) async fn list(
    State(hub): Shared,
    Bot(app): Bot,
    Path(channel): Path<Id>,
    Query(page): Query<Page>,
) -> Answer {
    let limit = page.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        let message = "int value should be less than or equal to 100.";
        return Err(ApiError::form("limit", "NUMBER_TYPE_MAX", message));
    }
    hub.read(|world| {
        access::visible(world, channel, app)?;
        if !world.may(channel, app, bits::READ_MESSAGE_HISTORY) {
            return Ok(Reply::Json(json!([])));
        }
        let found = slice(world, channel, &page, limit, |message| !message.is_ephemeral());
        Ok(Reply::Json(found.into_iter().map(|message| world.message_json_for(message, app)).collect()))
    })
}

/// Newest first, whichever way was asked.
pub(crate) fn slice<'w>(
    world: &'w World,
    channel: Id,
    page: &Page,
    limit: usize,
    seen: impl Fn(&Message) -> bool,
) -> Vec<&'w Message> {
    let messages = &world.channels[&channel].messages;
    let plain = |(_, message): (&Id, &'w Arc<Message>)| seen(message).then_some(&**message);
    let older = |than: Id, count: usize| messages.range(..than).rev().filter_map(plain).take(count);
    let newer = |than: Id, count: usize| {
        let mut found: Vec<&Message> =
            messages.range(Id(than.0.saturating_add(1))..).filter_map(plain).take(count).collect();
        found.reverse();
        found
    };
    if let Some(around) = page.around {
        let mut found = newer(around, limit / 2);
        found.extend(messages.get_key_value(&around).and_then(plain));
        let rest = limit - found.len();
        found.extend(older(around, rest.min(limit / 2)));
        found
    } else if let Some(after) = page.after {
        newer(after, limit)
    } else {
        older(page.before.unwrap_or(Id(u64::MAX)), limit).collect()
    }
}

pub(crate) async fn get(State(hub): Shared, Bot(app): Bot, Path((channel, id)): Path<(Id, Id)>) -> Answer {
    hub.read(|world| {
        access::permitted(world, channel, app, bits::READ_MESSAGE_HISTORY)?;
        let message = access::message(world, channel, id)?;
        Ok(Reply::Json(world.message_json_for(message, app)))
    })
}

pub(crate) async fn create(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>, body: Body) -> Answer {
    hub.change(|world| {
        world.settle_thread(channel);
        access::visible(world, channel, app)?;
        access::sending(world, channel, app)?;
        let target = Target { channel, author: app, webhook: false };
        if let Some(found) = repeated(world, app, &body.json)? {
            return Ok(Reply::Json(found));
        }
        let draft = rules::new(world, target, &body.json, &body.files)?;
        let id = send(world, target, draft, nonce_key(&body.json));
        let message = world.message(channel, id).ok_or_else(known::unknown_message)?;
        Ok(Reply::Json(world.message_json_for(message, app)))
    })
}

/// Posts in a channel, unarchiving a thread, and remembers the nonce.
pub(crate) fn send(
    world: &mut World,
    target: Target,
    draft: crate::world::Draft,
    nonce: Option<String>,
) -> Id {
    let now = world.now_ms();
    if world.settle_thread(target.channel) {
        world.set_archived(target.channel, false, now);
    }
    let id = world.post(target.channel, target.author, draft);
    if let Some(nonce) = nonce {
        let key = (target.author, nonce);
        world.nonces.insert(key.clone(), (target.channel, id, now));
        world.nonce_order.push_back(key);
    }
    id
}

fn nonce_key(body: &Value) -> Option<String> {
    match body.get("nonce")? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// With `enforce_nonce`, the message that the same author sent with this nonce in the past few minutes;
/// 10008 if it has been deleted since.
fn repeated(world: &mut World, app: Id, body: &Value) -> Result<Option<Value>, ApiError> {
    let oldest = world.now_ms() - world.nonce_window_ms();
    while let Some(front) = world.nonce_order.front() {
        match world.nonces.get(front) {
            Some((_, _, at)) if *at >= oldest => break,
            _ => {
                let front = world.nonce_order.pop_front();
                front.and_then(|front| world.nonces.remove(&front));
            }
        }
    }
    if body.get("enforce_nonce").and_then(Value::as_bool) != Some(true) {
        return Ok(None);
    }
    let Some(nonce) = nonce_key(body) else { return Ok(None) };
    let Some((channel, id, at)) = world.nonces.get(&(app, nonce)).copied() else { return Ok(None) };
    if at < oldest {
        return Ok(None);
    }
    let message = world.message(channel, id).ok_or_else(known::unknown_message)?;
    Ok(Some(world.message_json_for(message, app)))
}

pub(crate) async fn edit(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, id)): Path<(Id, Id)>,
    body: Body,
) -> Answer {
    hub.change(|world| {
        access::visible(world, channel, app)?;
        if world.settle_thread(channel) {
            return Err(known::thread_archived());
        }
        let message = access::message(world, channel, id)?;
        if message.author != app {
            return Err(known::not_the_author());
        }
        old_edit(world, app, channel, id)?;
        let target = Target { channel, author: app, webhook: false };
        let change = rules::edit(world, target, id, &body)?;
        world.edit_message(channel, id, change);
        let message = access::message(world, channel, id)?;
        Ok(Reply::Json(world.message_json_for(message, app)))
    })
}

/// Edits of messages older than an hour are limited further, which arrives as a 429.
fn old_edit(world: &mut World, app: Id, channel: Id, id: Id) -> Result<(), ApiError> {
    const HOUR: i64 = 3_600_000;
    let now = world.now_ms();
    if now - id.millis() < HOUR {
        return Ok(());
    }
    let most = world.limits.old_edits_per_hour;
    let edits = world.old_edits.entry((app, channel)).or_default();
    while edits.front().is_some_and(|at| *at <= now - HOUR) {
        edits.pop_front();
    }
    if edits.len() >= most {
        let text = "Maximum number of edits to messages older than 1 hour reached. Try again later";
        let mut error = ApiError::new(429, 30046, text);
        error.retry_after = Some((edits[0] + HOUR - now).max(1) as f64 / 1000.0);
        return Err(error);
    }
    edits.push_back(now);
    Ok(())
}

pub(crate) async fn delete(State(hub): Shared, Bot(app): Bot, Path((channel, id)): Path<(Id, Id)>) -> Answer {
    hub.change(|world| {
        access::visible(world, channel, app)?;
        let message = access::message(world, channel, id)?;
        if message.author != app && !world.may(channel, app, bits::MANAGE_MESSAGES) {
            return Err(known::missing_permissions());
        }
        world.delete_message(channel, id);
        Ok(Reply::Nothing)
    })
}

pub(crate) async fn delete_many(
    State(hub): Shared,
    Bot(app): Bot,
    Path(channel): Path<Id>,
    body: Body,
) -> Answer {
    let ids: Vec<Id> = body.json["messages"].as_array().into_iter().flatten().filter_map(id_of).collect();
    let mut form = Form::default();
    form.count("messages", ids.len(), 2, 100);
    form.finish()?;
    hub.change(|world| {
        access::permitted(world, channel, app, bits::MANAGE_MESSAGES)?;
        world.delete_messages(channel, &ids);
        Ok(Reply::Nothing)
    })
}

/// The files of messages, as from Discord's CDN.
pub(crate) async fn attachment(
    State(hub): Shared,
    Path((channel, id, _name)): Path<(Id, Id, String)>,
) -> Response {
    let found = hub.read(|world| {
        let messages = world.channels.get(&channel)?.messages.values();
        let file = messages.flat_map(|message| &message.attachments).find(|file| file.id == id)?;
        Some((file.content_type.clone(), file.data.clone()))
    });
    file(found)
}

/// What people handed to commands.
pub(crate) async fn upload(State(hub): Shared, Path((id, _name)): Path<(Id, String)>) -> Response {
    let found = hub.read(|world| {
        let file = world.uploads.iter().find(|file| file.id == id)?;
        Some((file.content_type.clone(), file.data.clone()))
    });
    file(found)
}

/// Pictures are shown where they are asked for; of anything else no browser makes more than a file.
fn file(found: Option<(Option<String>, Arc<[u8]>)>) -> Response {
    let Some((kind, data)) = found else { return known::not_found().into_response() };
    let kind = kind.unwrap_or_else(|| "application/octet-stream".into());
    let picture = ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(&kind.as_str());
    let kind = HeaderValue::try_from(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut response = ([(header::CONTENT_TYPE, kind)], data.to_vec()).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !picture {
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    response
}
