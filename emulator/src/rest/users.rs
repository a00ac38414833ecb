//! Users and direct messages.

use super::body::Body;
use super::{Answer, Bot, Reply, Shared};
use crate::id::{Id, id_of};
use crate::rules::form::{Form, known};
use axum::extract::{Path, State};
use serde_json::{Value, json};

pub(crate) async fn own(State(hub): Shared, Bot(app): Bot) -> Answer {
    Ok(Reply::Json(hub.read(|world| world.current_user_json(app))))
}

pub(crate) async fn get(State(hub): Shared, Bot(app): Bot, Path(user): Path<String>) -> Answer {
    let user: Id = user.parse().map_err(|_| known::unknown_user())?;
    hub.read(|world| match world.users.contains_key(&user) {
        true if user == app => Ok(Reply::Json(world.current_user_json(app))),
        true => Ok(Reply::Json(world.user_json(user))),
        false => Err(known::unknown_user()),
    })
}

pub(crate) async fn guilds(State(hub): Shared, Bot(app): Bot) -> Answer {
    let list: Vec<Value> = hub.read(|world| {
        let joined = world.guilds.values().filter(|guild| guild.members.contains_key(&app));
        joined
            .take(200)
            .map(|guild| {
                json!({
                    "id": guild.id, "name": guild.name, "icon": null, "banner": null,
                    "owner": guild.owner == app, "features": [],
                    "permissions": world.permissions_of(guild.id, app).to_string(),
                })
            })
            .collect()
    });
    Ok(Reply::Json(Value::Array(list)))
}

pub(crate) async fn open_direct(State(hub): Shared, Bot(app): Bot, body: Body) -> Answer {
    let mut form = Form::default();
    form.known("", &body.json, &["recipient_id", "access_tokens", "nicks"]);
    let Some(person) = body.json.get("recipient_id").and_then(id_of) else {
        form.required("recipient_id");
        return Err(form.into_error());
    };
    form.finish()?;
    hub.change(|world| {
        if !world.users.contains_key(&person) {
            return Err(known::unknown_user());
        }
        if world.users[&person].bot {
            return Err(known::cannot_message_user());
        }
        let channel = world.direct_channel(app, person);
        Ok(Reply::Json(world.channel_json(channel)))
    })
}
