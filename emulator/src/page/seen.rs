//! A message as one person's page gets it.

use crate::bits;
use crate::id::Id;
use crate::world::{Message, World};
use serde_json::{Value, json};

/// The message as REST would return it, with its guild, whether it is for one person only, and files at addresses without
/// a host, so that the page finds them under whatever name it was opened. A message that it refers to is left out if the
/// viewer may not see it.
pub(crate) fn message(world: &World, message: &Message, viewer: Id) -> Value {
    let mut body = world.message_json(message, Some(viewer));
    body["ephemeral"] = json!(message.is_ephemeral());
    body["guild_id"] = json!(message.guild);
    if let Some(reference) = &message.reference
        && body.get("referenced_message").is_some_and(Value::is_object)
        && !sees(world, reference.channel, reference.message, viewer)
    {
        body["referenced_message"] = Value::Null;
    }
    for place in ["/attachments", "/embeds", "/referenced_message/attachments", "/referenced_message/embeds"]
    {
        if let Some(part) = body.pointer_mut(place) {
            shorten(part, &world.api_url);
        }
    }
    for file in &message.attachments {
        let url = format!("/attachments/{}/{}/{}", message.channel, file.id, file.filename);
        // A picture inside an embed is not shown beside it once more, and keeps its text.
        if describe(
            &mut body["embeds"],
            &format!("attachment://{}", file.filename),
            file.description.as_deref(),
        ) && let Some(files) = body["attachments"].as_array_mut()
        {
            files.retain(|one| one["id"] != json!(file.id));
        }
        replace(&mut body["embeds"], &format!("attachment://{}", file.filename), &url);
    }
    body
}

/// Gives the pictures in embeds that are this file its text. Whether there are any.
fn describe(embeds: &mut Value, url: &str, text: Option<&str>) -> bool {
    let mut found = false;
    for embed in embeds.as_array_mut().into_iter().flatten() {
        for place in ["image", "thumbnail"] {
            if embed[place]["url"] == url {
                found = true;
                if let Some(text) = text {
                    embed[place]["description"] = json!(text);
                }
            }
        }
    }
    found
}

/// Whether a message is there and the viewer may see it.
pub(super) fn sees(world: &World, channel: Id, id: Id, viewer: Id) -> bool {
    world.may(channel, viewer, bits::VIEW_CHANNEL)
        && world.message(channel, id).is_some_and(|message| message.visible_to(viewer))
}

/// Takes the host out of addresses that lead here.
fn shorten(value: &mut Value, base: &str) {
    each_text(value, &mut |text| {
        if let Some(path) = text.strip_prefix(base).filter(|path| path.starts_with('/')) {
            *text = path.to_owned();
        }
    });
}

fn replace(value: &mut Value, old: &str, new: &str) {
    each_text(value, &mut |text| {
        if text == old {
            *text = new.to_owned();
        }
    });
}

fn each_text(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(list) => list.iter_mut().for_each(|one| each_text(one, change)),
        Value::Object(map) => map.values_mut().for_each(|one| each_text(one, change)),
        _ => {}
    }
}
