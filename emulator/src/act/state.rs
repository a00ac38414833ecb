//! What befalls connections, guilds and channels, as JSON; nobody does it.
//!
//! Connections of the application `app` (a name or an id; all if none is named): `cut` and `invalidate` (op 9), each with
//! `resumable`, `close` with `code`, `reconnect` (op 7), `black_hole`, `reset_token`. New connections: `welcome` with `how`
//! (see [`Welcome`]), `heartbeat` with `ms`. Guilds (`guild`, a name or an id; all if none is named): `permissions` with
//! `bits` for the applications' own roles, `outage` with `on`, `expel`, and `invite` with `bits`. Channels (`channel`, an
//! id): `delete_channel` and `restore_channel`.

use crate::gateway::{Blow, Welcome};
use crate::hub::Hub;
use crate::id::{Id, id_of};
use crate::world::World;
use serde_json::{Value, json};
use std::time::Duration;

/// Does what is asked, if it is one of these.
pub(super) fn attempt(hub: &Hub, action: &str, request: &Value) -> Option<Result<Value, String>> {
    let done = match action {
        "cut" | "close" | "reconnect" | "invalidate" | "black_hole" => befall(hub, request),
        "reset_token" => apps(hub, request).map(|apps| apps.into_iter().for_each(|app| hub.reset_token(app))),
        "welcome" => serde_json::from_value::<Welcome>(request["how"].clone())
            .map(|welcome| hub.manners().welcome = welcome)
            .map_err(|error| format!("`how`: {error}")),
        "heartbeat" => number(request, "ms").map(|ms| hub.manners().heartbeat = Duration::from_millis(ms)),
        "permissions" => number(request, "bits").and_then(|bits| {
            for_each(hub, request, |world, guild, app| world.set_app_permissions(guild, app, bits))
        }),
        "outage" => match request["on"].as_bool() {
            Some(on) => for_each(hub, request, |world, guild, _| world.set_unavailable(guild, on)),
            None => Err("say `on`: true or false".into()),
        },
        "expel" => for_each(hub, request, World::expel),
        "invite" => number(request, "bits")
            .and_then(|bits| for_each(hub, request, |world, guild, app| world.invite(guild, app, bits))),
        "delete_channel" => channel(request).map(|id| hub.change(|world| world.delete_channel(id))),
        "restore_channel" => channel(request).map(|id| hub.change(|world| world.restore_channel(id))),
        _ => return None,
    };
    Some(done.map(|()| json!({ "done": true })))
}

fn befall(hub: &Hub, request: &Value) -> Result<(), String> {
    let blow: Blow = serde_json::from_value(request.clone()).map_err(|error| error.to_string())?;
    for app in apps(hub, request)? {
        hub.befall(app, blow);
    }
    Ok(())
}

fn number(request: &Value, field: &str) -> Result<u64, String> {
    request[field].as_u64().ok_or_else(|| format!("say `{field}`: a number"))
}

fn channel(request: &Value) -> Result<Id, String> {
    id_of(&request["channel"]).ok_or_else(|| "say `channel`: its id".into())
}

/// Which of them a field names, by name or id: all if the field is not there.
fn named(request: &Value, field: &str, all: impl Iterator<Item = (Id, String)>) -> Result<Vec<Id>, String> {
    let wanted = &request[field];
    let fits = |(id, name): &(Id, String)| {
        wanted.is_null() || id_of(wanted) == Some(*id) || wanted.as_str() == Some(name)
    };
    let found: Vec<Id> = all.filter(fits).map(|(id, _)| id).collect();
    if found.is_empty() { Err(format!("there is no {field} {wanted}")) } else { Ok(found) }
}

fn apps(hub: &Hub, request: &Value) -> Result<Vec<Id>, String> {
    hub.read(|world| {
        let names = world.applications.keys().filter_map(|id| Some((*id, world.users.get(id)?.name.clone())));
        named(request, "app", names)
    })
}

fn for_each(hub: &Hub, request: &Value, change: impl Fn(&mut World, Id, Id)) -> Result<(), String> {
    let apps = apps(hub, request)?;
    hub.change(|world| {
        let names = world.guilds.values().map(|guild| (guild.id, guild.name.clone()));
        for guild in named(request, "guild", names)? {
            apps.iter().for_each(|app| change(world, guild, *app));
        }
        Ok(())
    })
}
