//! Channels: reading, editing, deleting, typing, pins.

use super::body::Body;
use super::{Answer, Bot, Reply, Shared};
use crate::bits;
use crate::clock::iso;
use crate::id::{Id, id_of};
use crate::rules::access;
use crate::rules::form::{ApiError, Form, known};
use crate::world::{Channel, Overwrite};
use axum::extract::{Path, State};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) async fn get(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>) -> Answer {
    hub.change(|world| {
        access::visible(world, channel, app)?;
        world.settle_thread(channel);
        Ok(Reply::Json(world.channel_json(channel)))
    })
}

pub(crate) async fn edit(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>, body: Body) -> Answer {
    let body = body.json;
    let mut form = Form::default();
    let name = form.text("name", body.get("name"), 1, 100).map(ToOwned::to_owned);
    let topic = form.text("topic", body.get("topic"), 0, 1024).map(ToOwned::to_owned);
    let overwrites = read_overwrites(&mut form, body.get("permission_overwrites"));
    let minutes = super::threads::auto_archive(&mut form, &body);
    form.finish()?;
    hub.change(|world| {
        let is_thread = access::visible(world, channel, app)?.thread.is_some();
        if !is_thread {
            let roles = if overwrites.is_some() { bits::MANAGE_ROLES } else { 0 };
            access::permitted(world, channel, app, bits::MANAGE_CHANNELS | roles)?;
            world.edit_channel(channel, |channel| {
                rename(channel, name);
                channel.topic = topic.or_else(|| channel.topic.take());
                if let Some(overwrites) = overwrites {
                    channel.overwrites = overwrites;
                }
            });
            return Ok(Reply::Json(world.channel_json(channel)));
        }
        edit_thread(world, channel, app, &body, name, minutes)
    })
}

fn rename(channel: &mut Channel, name: Option<String>) {
    if let Some(name) = name {
        channel.name = name;
    }
}

fn edit_thread(
    world: &mut crate::world::World,
    channel: Id,
    app: Id,
    body: &Value,
    name: Option<String>,
    minutes: Option<u32>,
) -> Answer {
    world.settle_thread(channel);
    let Some(thread) = world.channels[&channel].thread.clone() else { return Err(known::unknown_channel()) };
    let flag = |field: &str| body.get(field).and_then(Value::as_bool);
    let manages = world.may(channel, app, bits::MANAGE_THREADS);
    let only_unarchives = flag("archived") == Some(false);
    if !manages {
        if thread.locked || flag("locked").is_some() || thread.owner != app && !only_unarchives {
            return Err(known::missing_permissions());
        }
        if thread.owner != app && !world.may(channel, app, bits::SEND_MESSAGES_IN_THREADS) {
            return Err(known::missing_permissions());
        }
    }
    if thread.archived && !only_unarchives {
        return Err(known::thread_archived());
    }
    let now = world.now_ms();
    world.edit_thread(channel, |channel| {
        rename(channel, name);
        let Some(thread) = &mut channel.thread else { return };
        thread.locked = flag("locked").unwrap_or(thread.locked);
        if let Some(minutes) = minutes {
            thread.auto_archive_minutes = minutes;
        }
        if let Some(archived) = flag("archived") {
            thread.archived = archived;
            thread.active_ms = now;
        }
    });
    Ok(Reply::Json(world.channel_json(channel)))
}

fn read_overwrites(form: &mut Form, value: Option<&Value>) -> Option<BTreeMap<Id, Overwrite>> {
    let list = value.filter(|value| !value.is_null())?.as_array()?;
    let mut overwrites = BTreeMap::new();
    for (at, entry) in list.iter().enumerate() {
        let Some(id) = entry.get("id").and_then(id_of) else {
            form.required(&format!("permission_overwrites.{at}.id"));
            continue;
        };
        let bits = |field: &str| entry.get(field).and_then(id_of).map_or(0, Id::get);
        let member = entry.get("type").and_then(Value::as_u64) == Some(1);
        overwrites.insert(id, Overwrite { member, allow: bits("allow"), deny: bits("deny") });
    }
    Some(overwrites)
}

pub(crate) async fn delete(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>) -> Answer {
    hub.change(|world| {
        let thread = access::visible(world, channel, app)?.thread.is_some();
        let wanted = if thread { bits::MANAGE_THREADS } else { bits::MANAGE_CHANNELS };
        access::permitted(world, channel, app, wanted)?;
        let body = world.channel_json(channel);
        world.delete_channel(channel);
        Ok(Reply::Json(body))
    })
}

pub(crate) async fn typing(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>) -> Answer {
    hub.change(|world| {
        access::sending(world, channel, app)?;
        world.typing(channel, app);
        Ok(Reply::Nothing)
    })
}

pub(crate) async fn pins(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>) -> Answer {
    hub.read(|world| {
        let entry = access::visible(world, channel, app)?;
        let mut pins: Vec<(i64, Id)> = entry.pins.iter().map(|(id, ms)| (*ms, *id)).collect();
        pins.sort_unstable_by(|one, other| other.cmp(one));
        let messages = pins.iter().filter_map(|(_, id)| world.message(channel, *id));
        Ok(Reply::Json(messages.map(|message| world.message_json_for(message, app)).collect()))
    })
}

pub(crate) async fn pins_paged(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>) -> Answer {
    hub.read(|world| {
        let entry = access::visible(world, channel, app)?;
        let mut pins: Vec<(i64, Id)> = entry.pins.iter().map(|(id, ms)| (*ms, *id)).collect();
        pins.sort_unstable_by(|one, other| other.cmp(one));
        let items: Vec<Value> = pins
            .iter()
            .filter_map(|(ms, id)| Some((ms, world.message(channel, *id)?)))
            .map(|(ms, message)| {
                json!({ "pinned_at": iso(*ms), "message": world.message_json_for(message, app) })
            })
            .collect();
        Ok(Reply::Json(json!({ "items": items, "has_more": false })))
    })
}

fn set_pin(hub: &crate::hub::Hub, app: Id, channel: Id, message: Id, pinned: bool) -> Answer {
    hub.change(|world| {
        access::visible(world, channel, app)?;
        let allowed = world.permissions_in(channel, app) & (bits::MANAGE_MESSAGES | bits::PIN_MESSAGES) != 0;
        let direct = world.channels[&channel].guild.is_none();
        if !allowed && !direct {
            return Err(known::missing_permissions());
        }
        access::message(world, channel, message)?;
        if pinned && world.channels[&channel].pins.len() >= 250 {
            return Err(ApiError::new(400, 30003, "Maximum number of pins reached (250)"));
        }
        world.pin(channel, message, pinned);
        Ok(Reply::Nothing)
    })
}

pub(crate) async fn pin(State(hub): Shared, Bot(app): Bot, Path((channel, id)): Path<(Id, Id)>) -> Answer {
    set_pin(&hub, app, channel, id, true)
}

pub(crate) async fn unpin(State(hub): Shared, Bot(app): Bot, Path((channel, id)): Path<(Id, Id)>) -> Answer {
    set_pin(&hub, app, channel, id, false)
}
