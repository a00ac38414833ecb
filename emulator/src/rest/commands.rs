//! Registration of commands, for all guilds or for one.

use super::body::Body;
use super::{Answer, Bot, Reply, Shared};
use crate::hub::Hub;
use crate::id::Id;
use crate::rules::form::{ApiError, Form, known};
use crate::rules::{access, commands as rules};
use crate::world::{Change, Command, World};
use axum::extract::{Path, State};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Command creations that an application may make in a day.
const CREATIONS: usize = 200;

/// Whose commands, and where.
#[derive(Clone, Copy)]
struct Place {
    app: Id,
    guild: Option<Id>,
}

impl Place {
    fn check(self, world: &World, bot: Id) -> Result<(), ApiError> {
        if self.app != bot {
            return Err(ApiError::new(
                403,
                20012,
                "You are not authorized to perform this action on this application",
            ));
        }
        self.guild.map_or(Ok(()), |guild| access::member(world, guild, bot).map(|_| ()))
    }

    fn commands(self, world: &mut World) -> &mut BTreeMap<Id, Command> {
        match self.guild.and_then(|guild| world.guilds.get_mut(&guild)) {
            Some(guild) => guild.commands.entry(self.app).or_default(),
            None => {
                let app = world.applications.get_mut(&self.app);
                &mut app.expect("the bot's own application was checked").commands
            }
        }
    }

    fn command(self, world: &mut World, id: Id, body: &Value) -> Command {
        let version = world.new_id();
        let mut stored = rules::stored(body, id, self.app, version);
        if let Some(guild) = self.guild {
            stored["guild_id"] = serde_json::json!(guild);
        }
        let kind = stored["type"].as_u64().unwrap_or(1);
        let name = stored["name"].as_str().unwrap_or("").to_owned();
        Command { id, kind, name, body: stored }
    }
}

/// Counts creations of new commands; too many in a day are refused.
fn count_creations(world: &mut World, app: Id, new: usize) -> Result<(), ApiError> {
    let now = world.now_ms();
    let Some(entry) = world.applications.get_mut(&app) else { return Ok(()) };
    while entry.creations.front().is_some_and(|at| *at <= now - 86_400_000) {
        entry.creations.pop_front();
    }
    if entry.creations.len() + new > CREATIONS {
        let mut error = ApiError::new(
            429,
            30034,
            "Max number of daily application command creates has been reached (200)",
        );
        error.retry_after = Some(86_400.0);
        return Err(error);
    }
    entry.creations.extend(std::iter::repeat_n(now, new));
    entry.command_writes += 1;
    world.journal.push(Change::Commands);
    Ok(())
}

fn put_all(hub: &Arc<Hub>, bot: Id, place: Place, body: &Value) -> Answer {
    let Value::Array(list) = body else {
        return Err(ApiError::form("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"));
    };
    let mut form = Form::default();
    let mut seen = std::collections::HashSet::new();
    for (at, command) in list.iter().enumerate() {
        rules::check(&mut form, &at.to_string(), command);
        let kind = command.get("type").and_then(Value::as_u64).unwrap_or(1);
        if !seen.insert((kind, command.get("name").and_then(Value::as_str).unwrap_or(""))) {
            let message = "Application command names must be unique";
            form.add(&at.to_string(), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
    }
    form.finish()?;
    for kind in 1..=3 {
        let count = seen.iter().filter(|(one, _)| *one == kind).count();
        if count > rules::most(kind) {
            return Err(ApiError::new(400, 30032, "Maximum number of application commands reached"));
        }
    }
    hub.change(|world| {
        place.check(world, bot)?;
        let old = place.commands(world).clone();
        let known_as = |kind: u64, name: &str| {
            old.values()
                .find(|command| command.kind == kind && command.name == name)
                .map(|command| command.id)
        };
        let ids: Vec<Option<Id>> = list
            .iter()
            .map(|command| {
                let kind = command.get("type").and_then(Value::as_u64).unwrap_or(1);
                known_as(kind, command["name"].as_str().unwrap_or(""))
            })
            .collect();
        count_creations(world, place.app, ids.iter().filter(|id| id.is_none()).count())?;
        let mut commands = BTreeMap::new();
        for (body, id) in list.iter().zip(ids) {
            let id = id.unwrap_or_else(|| world.new_id());
            commands.insert(id, place.command(world, id, body));
        }
        let answer = commands.values().map(|command| command.body.clone()).collect();
        *place.commands(world) = commands;
        Ok(Reply::Json(answer))
    })
}

fn post_one(hub: &Arc<Hub>, bot: Id, place: Place, body: &Value) -> Answer {
    let mut form = Form::default();
    rules::check(&mut form, "", body);
    form.finish()?;
    hub.change(|world| {
        place.check(world, bot)?;
        let kind = body.get("type").and_then(Value::as_u64).unwrap_or(1);
        let name = body["name"].as_str().unwrap_or("");
        let commands = place.commands(world);
        let same = commands.values().find(|command| command.kind == kind && command.name == name);
        let same = same.map(|command| command.id);
        let count = commands.values().filter(|command| command.kind == kind).count();
        if same.is_none() && count >= rules::most(kind) {
            return Err(ApiError::new(400, 30032, "Maximum number of application commands reached"));
        }
        count_creations(world, place.app, usize::from(same.is_none()))?;
        let id = same.unwrap_or_else(|| world.new_id());
        let command = place.command(world, id, body);
        let answer = command.body.clone();
        place.commands(world).insert(id, command);
        Ok(if same.is_some() { Reply::Json(answer) } else { Reply::Made(answer) })
    })
}

fn patch_one(hub: &Arc<Hub>, bot: Id, place: Place, id: Id, body: &Value) -> Answer {
    hub.change(|world| {
        place.check(world, bot)?;
        let mut merged = place.commands(world).get(&id).ok_or_else(known::unknown_command)?.body.clone();
        if let (Value::Object(merged), Value::Object(changes)) = (&mut merged, body) {
            merged.extend(changes.clone());
        }
        let mut form = Form::default();
        rules::check(&mut form, "", &merged);
        form.finish()?;
        count_creations(world, place.app, 0)?;
        let command = place.command(world, id, &merged);
        let answer = command.body.clone();
        place.commands(world).insert(id, command);
        Ok(Reply::Json(answer))
    })
}

fn get_all(hub: &Arc<Hub>, bot: Id, place: Place) -> Answer {
    hub.change(|world| {
        place.check(world, bot)?;
        Ok(Reply::Json(place.commands(world).values().map(|command| command.body.clone()).collect()))
    })
}

fn get_one(hub: &Arc<Hub>, bot: Id, place: Place, id: Id) -> Answer {
    hub.change(|world| {
        place.check(world, bot)?;
        let command = place.commands(world).get(&id).ok_or_else(known::unknown_command)?;
        Ok(Reply::Json(command.body.clone()))
    })
}

fn delete_one(hub: &Arc<Hub>, bot: Id, place: Place, id: Id) -> Answer {
    hub.change(|world| {
        place.check(world, bot)?;
        place.commands(world).remove(&id).ok_or_else(known::unknown_command)?;
        count_creations(world, place.app, 0)?;
        Ok(Reply::Nothing)
    })
}

pub(crate) async fn list(State(hub): Shared, Bot(bot): Bot, Path(app): Path<Id>) -> Answer {
    get_all(&hub, bot, Place { app, guild: None })
}

pub(crate) async fn overwrite(State(hub): Shared, Bot(bot): Bot, Path(app): Path<Id>, body: Body) -> Answer {
    put_all(&hub, bot, Place { app, guild: None }, &body.json)
}

pub(crate) async fn create(State(hub): Shared, Bot(bot): Bot, Path(app): Path<Id>, body: Body) -> Answer {
    post_one(&hub, bot, Place { app, guild: None }, &body.json)
}

pub(crate) async fn get(State(hub): Shared, Bot(bot): Bot, Path((app, id)): Path<(Id, Id)>) -> Answer {
    get_one(&hub, bot, Place { app, guild: None }, id)
}

pub(crate) async fn edit(
    State(hub): Shared,
    Bot(bot): Bot,
    Path((app, id)): Path<(Id, Id)>,
    body: Body,
) -> Answer {
    patch_one(&hub, bot, Place { app, guild: None }, id, &body.json)
}

pub(crate) async fn delete(State(hub): Shared, Bot(bot): Bot, Path((app, id)): Path<(Id, Id)>) -> Answer {
    delete_one(&hub, bot, Place { app, guild: None }, id)
}

pub(crate) async fn list_in(State(hub): Shared, Bot(bot): Bot, Path((app, guild)): Path<(Id, Id)>) -> Answer {
    get_all(&hub, bot, Place { app, guild: Some(guild) })
}

pub(crate) async fn overwrite_in(
    State(hub): Shared,
    Bot(bot): Bot,
    Path((app, guild)): Path<(Id, Id)>,
    body: Body,
) -> Answer {
    put_all(&hub, bot, Place { app, guild: Some(guild) }, &body.json)
}

pub(crate) async fn create_in(
    State(hub): Shared,
    Bot(bot): Bot,
    Path((app, guild)): Path<(Id, Id)>,
    body: Body,
) -> Answer {
    post_one(&hub, bot, Place { app, guild: Some(guild) }, &body.json)
}

pub(crate) async fn get_in(
    State(hub): Shared,
    Bot(bot): Bot,
    Path((app, guild, id)): Path<(Id, Id, Id)>,
) -> Answer {
    get_one(&hub, bot, Place { app, guild: Some(guild) }, id)
}

pub(crate) async fn edit_in(
    State(hub): Shared,
    Bot(bot): Bot,
    Path((app, guild, id)): Path<(Id, Id, Id)>,
    body: Body,
) -> Answer {
    patch_one(&hub, bot, Place { app, guild: Some(guild) }, id, &body.json)
}

pub(crate) async fn delete_in(
    State(hub): Shared,
    Bot(bot): Bot,
    Path((app, guild, id)): Path<(Id, Id, Id)>,
) -> Answer {
    delete_one(&hub, bot, Place { app, guild: Some(guild) }, id)
}
