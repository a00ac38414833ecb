//! Guilds with their channels, roles and members.

use super::body::Body;
use super::{Answer, Bot, Reply, Shared};
use crate::bits;
use crate::id::Id;
use crate::rules::access;
use crate::rules::form::{ApiError, Form, known};
use crate::world::ChannelKind;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(crate) async fn get(State(hub): Shared, Bot(app): Bot, Path(guild): Path<Id>) -> Answer {
    hub.read(|world| {
        access::member(world, guild, app).map_err(|_| known::unknown_guild())?;
        Ok(Reply::Json(world.guild_json(guild)))
    })
}

pub(crate) async fn channels(State(hub): Shared, Bot(app): Bot, Path(guild): Path<Id>) -> Answer {
    hub.read(|world| {
        let entry = access::member(world, guild, app)?;
        Ok(Reply::Json(entry.channels.iter().map(|channel| world.channel_json(*channel)).collect()))
    })
}

pub(crate) async fn create_channel(
    State(hub): Shared,
    Bot(app): Bot,
    Path(guild): Path<Id>,
    body: Body,
) -> Answer {
    let mut form = Form::default();
    let name = form.required_text("name", body.json.get("name"), 1, 100).to_owned();
    let kind = match form.integer("type", body.json.get("type"), 0, 15).unwrap_or(0) {
        0 => ChannelKind::Text,
        2 => ChannelKind::Voice,
        4 => ChannelKind::Category,
        5 => ChannelKind::Announcement,
        15 => ChannelKind::Forum,
        _ => {
            form.not_one_of("type", "0, 2, 4, 5, 15");
            ChannelKind::Text
        }
    };
    form.finish()?;
    hub.change(|world| {
        access::in_guild(world, guild, app, bits::MANAGE_CHANNELS)?;
        let channel = world.add_channel(guild, &name, kind);
        Ok(Reply::Made(world.channel_json(channel)))
    })
}

pub(crate) async fn roles(State(hub): Shared, Bot(app): Bot, Path(guild): Path<Id>) -> Answer {
    hub.read(|world| {
        let entry = access::member(world, guild, app)?;
        Ok(Reply::Json(entry.roles.keys().map(|role| world.role_json(guild, *role)).collect()))
    })
}

pub(crate) async fn role(State(hub): Shared, Bot(app): Bot, Path((guild, role)): Path<(Id, Id)>) -> Answer {
    hub.read(|world| {
        let entry = access::member(world, guild, app)?;
        entry.roles.get(&role).ok_or_else(known::unknown_role)?;
        Ok(Reply::Json(world.role_json(guild, role)))
    })
}

pub(crate) async fn role_counts(State(hub): Shared, Bot(app): Bot, Path(guild): Path<Id>) -> Answer {
    hub.read(|world| {
        let entry = access::member(world, guild, app)?;
        let count = |role: Id| entry.members.values().filter(|member| member.roles.contains(&role)).count();
        let counts: Map<String, Value> = entry
            .roles
            .keys()
            .filter(|role| **role != guild)
            .map(|role| (role.to_string(), json!(count(*role))))
            .collect();
        Ok(Reply::Json(Value::Object(counts)))
    })
}

pub(crate) async fn member(
    State(hub): Shared,
    Bot(app): Bot,
    Path((guild, user)): Path<(Id, String)>,
) -> Answer {
    let user = if user == "@me" { Ok(app) } else { user.parse() };
    let user = user.map_err(|_| known::unknown_user())?;
    hub.read(|world| {
        let entry = access::member(world, guild, app)?;
        if !world.users.contains_key(&user) {
            return Err(known::unknown_user());
        }
        entry.members.get(&user).ok_or_else(known::unknown_member)?;
        Ok(Reply::Json(world.member_json(guild, user)))
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    after: Option<Id>,
    query: Option<String>,
    limit: Option<usize>,
}

impl Page {
    /// How many are wanted: one if nothing is said, and a thousand at most.
    fn limit(&self) -> Result<usize, ApiError> {
        match self.limit.unwrap_or(1) {
            limit @ 1..=1000 => Ok(limit),
            _ => {
                let message = "int value should be between 1 and 1000.";
                Err(ApiError::form("limit", "NUMBER_TYPE_RANGE", message))
            }
        }
    }
}

/// In the order of their ids. Needs the privileged intent. Source: Discord's reference, "List Guild Members".
pub(crate) async fn members(
    State(hub): Shared,
    Bot(app): Bot,
    Path(guild): Path<Id>,
    Query(page): Query<Page>,
) -> Answer {
    let limit = page.limit()?;
    hub.read(|world| {
        let entry = access::member(world, guild, app)?;
        if world.applications[&app].allowed_intents & bits::INTENT_GUILD_MEMBERS == 0 {
            return Err(known::missing_access());
        }
        let later = entry.members.keys().filter(|user| page.after.is_none_or(|after| **user > after));
        Ok(Reply::Json(later.take(limit).map(|user| world.member_json(guild, *user)).collect()))
    })
}

/// Those whose name or nickname begins so.
pub(crate) async fn search_members(
    State(hub): Shared,
    Bot(app): Bot,
    Path(guild): Path<Id>,
    Query(page): Query<Page>,
) -> Answer {
    let limit = page.limit()?;
    hub.read(|world| {
        access::member(world, guild, app)?;
        let found = world.members_like(guild, page.query.as_deref().unwrap_or(""));
        Ok(Reply::Json(found.into_iter().take(limit).map(|user| world.member_json(guild, user)).collect()))
    })
}
