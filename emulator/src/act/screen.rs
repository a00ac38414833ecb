//! What a client with a screen needs besides: pages of messages, pins, threads, files, and which commands to offer.
//!
//! `messages` (`before`, `after` or `around` an id, `limit` up to 100) and `pins` answer with messages as REST returns them, oldest
//! first, with `ephemeral` and `guild_id`. `pin`, `unpin`, `react` and `unreact` name a `message`; `thread` takes a `name`, and a
//! `message` if it is to hang under one; `dm` opens the conversation with an application (`app`). `menus` lists what can be used in a
//! channel: `slash`, `message`, `user`, each command as it was registered with its `app`. `user_menu` uses a command on a `user`.
//! Files are objects with `name`, `type` (MIME) and `base64`, in a message with a `description` too.

use super::{channel, message, shown, text};
use crate::actor::{Person, Upload};
use crate::bits;
use crate::hub::Hub;
use crate::id::{Id, id_of};
use crate::page;
use crate::rest::{Page, slice};
use crate::rules::message::is_emoji;
use crate::world::ChannelKind;
use serde_json::{Value, json};
use std::sync::Arc;

const MOST_MESSAGES: u64 = 100;
const MOST_REACTIONS: usize = 20;
const MOST_PINS: usize = 250;
const LONGEST_NAME: usize = 100;

/// Does what is asked, if it is one of these.
pub(super) async fn attempt(
    hub: &Arc<Hub>,
    person: &Person,
    action: &str,
    request: &Value,
) -> Option<Result<Value, String>> {
    Some(match action {
        "messages" => messages(hub, person, request),
        "pins" => pins(hub, person, request),
        "pin" | "unpin" => pin(hub, person, request, action == "pin"),
        "react" => react(hub, person, request),
        "unreact" => message(hub, person, request)
            .and_then(|message| Ok(json!({ "done": person.unreact(&message, text(request, "emoji")?) }))),
        "thread" => thread(hub, person, request),
        "dm" => dm(hub, person, request),
        "menus" => menus(hub, person, request),
        "user_menu" => user_menu(hub, person, request).await,
        _ => return None,
    })
}

fn messages(hub: &Arc<Hub>, person: &Person, request: &Value) -> Result<Value, String> {
    let channel = channel(hub, person, request)?.id;
    let id = |field: &str| id_of(&request[field]);
    let part = Page { before: id("before"), after: id("after"), around: id("around"), limit: None };
    let limit = request["limit"].as_u64().unwrap_or(50).clamp(1, MOST_MESSAGES) as usize;
    Ok(hub.read(|world| {
        if !world.may(channel, person.user, bits::READ_MESSAGE_HISTORY) {
            return json!([]);
        }
        let found = slice(world, channel, &part, limit, |message| message.visible_to(person.user));
        found.into_iter().rev().map(|message| page::message_json(world, message, person.user)).collect()
    }))
}

fn pins(hub: &Arc<Hub>, person: &Person, request: &Value) -> Result<Value, String> {
    let channel = channel(hub, person, request)?.id;
    Ok(hub.read(|world| {
        if !world.may(channel, person.user, bits::READ_MESSAGE_HISTORY) {
            return json!([]);
        }
        let pins = world.channels.get(&channel).into_iter().flat_map(|channel| channel.pins.keys());
        let messages = pins.filter_map(|id| world.message(channel, *id));
        messages.map(|message| page::message_json(world, message, person.user)).collect()
    }))
}

fn pin(hub: &Arc<Hub>, person: &Person, request: &Value, pinned: bool) -> Result<Value, String> {
    let message = message(hub, person, request)?;
    let channel = message.channel_id();
    hub.change(|world| {
        let entry = world.channels.get(&channel).ok_or("This channel is gone")?;
        let allowed =
            world.permissions_in(channel, person.user) & (bits::MANAGE_MESSAGES | bits::PIN_MESSAGES);
        if entry.guild.is_some() && allowed == 0 {
            return Err("You do not have permission to pin messages here".into());
        }
        if message.is_ephemeral() {
            return Err("Only you can see this message, so it cannot be pinned".into());
        }
        if pinned && entry.pins.len() >= MOST_PINS {
            return Err("Maximum number of pins reached (250)".into());
        }
        world.pin(channel, message.id, pinned);
        Ok(json!({ "done": true }))
    })
}

fn react(hub: &Arc<Hub>, person: &Person, request: &Value) -> Result<Value, String> {
    let message = message(hub, person, request)?;
    let emoji = text(request, "emoji")?;
    let custom = emoji.split_once(':').is_some_and(|(_, id)| id.parse::<u64>().is_ok());
    if !custom && !is_emoji(emoji) {
        return Err("Unknown Emoji".into());
    }
    let now = message.current().ok_or("This message is gone")?.reactions();
    if now.len() >= MOST_REACTIONS && now.iter().all(|(known, _)| known != emoji) {
        return Err("Maximum number of reactions reached (20)".into());
    }
    Ok(json!({ "done": person.react(&message, emoji) }))
}

fn thread(hub: &Arc<Hub>, person: &Person, request: &Value) -> Result<Value, String> {
    let channel = channel(hub, person, request)?.id;
    let name = text(request, "name")?.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err("A thread's name has 1 to 100 characters".into());
    }
    let under = match request.get("message").filter(|message| !message.is_null()) {
        Some(_) => Some(message(hub, person, request)?),
        None => None,
    };
    if under.as_ref().is_some_and(|under| under.is_ephemeral() || under.channel_id() != channel) {
        return Err("A thread cannot hang under this message".into());
    }
    hub.change(|world| {
        let kind = match world.channels.get(&channel).map(|channel| channel.kind) {
            Some(ChannelKind::Text) => ChannelKind::PublicThread,
            Some(ChannelKind::Announcement) => ChannelKind::AnnouncementThread,
            _ => return Err("There are no threads in this channel".to_owned()),
        };
        if !world.may(channel, person.user, bits::CREATE_PUBLIC_THREADS) {
            return Err("You do not have permission to start threads here".into());
        }
        let under = under.map(|under| under.id);
        if under.is_some_and(|under| world.channels.contains_key(&under)) {
            return Err("A thread has already been created for this message".into());
        }
        let thread = world.start_thread(channel, under, person.user, name, kind, 4320);
        Ok(json!({ "channel": thread }))
    })
}

fn dm(hub: &Hub, person: &Person, request: &Value) -> Result<Value, String> {
    let wanted = &request["app"];
    hub.change(|world| {
        let named = |id: &&Id| id_of(wanted) == Some(**id) || *wanted == world.users[id].name.as_str();
        let app = world.applications.keys().find(named).copied();
        let app = app.ok_or_else(|| format!("there is no application {wanted}"))?;
        Ok(json!({ "channel": world.direct_channel(person.user, app) }))
    })
}

fn menus(hub: &Arc<Hub>, person: &Person, request: &Value) -> Result<Value, String> {
    let channel = channel(hub, person, request)?.id;
    let mut lists = json!({ "slash": [], "message": [], "user": [] });
    hub.read(|world| {
        for (app, kind, mut body) in person.offered(world, channel) {
            body["app"] = json!({ "id": app, "name": world.users[&app].name });
            let list = match kind {
                1 => "slash",
                2 => "user",
                3 => "message",
                _ => continue,
            };
            if let Some(list) = lists[list].as_array_mut() {
                list.push(body);
            }
        }
    });
    Ok(lists)
}

async fn user_menu(hub: &Arc<Hub>, person: &Person, request: &Value) -> Result<Value, String> {
    let channel = channel(hub, person, request)?;
    let user = id_of(&request["user"]).filter(|id| hub.read(|world| world.users.contains_key(id)));
    let user = user.ok_or("say `user`: the id of somebody")?;
    let whom = Person { user, ..person.clone() };
    Ok(shown(&person.user_menu(&channel, &whom, text(request, "command")?).await))
}

/// The files of a message.
pub(super) fn files(request: &Value) -> Result<Vec<Upload>, String> {
    request["files"].as_array().into_iter().flatten().map(file).collect()
}

/// The options whose value is a file.
pub(super) fn file_options(request: &Value) -> Result<Vec<(String, Upload)>, String> {
    let options = request["options"].as_object().into_iter().flatten();
    let files = options.filter(|(_, value)| value.is_object());
    files.map(|(name, value)| Ok((name.clone(), file(value)?))).collect()
}

fn file(value: &Value) -> Result<Upload, String> {
    let optional = |field: &str| value[field].as_str().map(ToOwned::to_owned);
    let data = crate::token::from_base64(text(value, "base64")?).ok_or("`base64` is not base64")?;
    Ok(Upload {
        name: text(value, "name")?.to_owned(),
        content_type: optional("type"),
        description: optional("description"),
        data: data.into(),
    })
}
