//! Reactions.

use super::{Answer, Bot, Reply, Shared};
use crate::bits;
use crate::id::Id;
use crate::rules::access;
use crate::rules::form::{ApiError, known};
use crate::rules::message::is_emoji;
use axum::extract::{Path, State};
use serde_json::json;

fn emoji(text: &str) -> Result<&str, ApiError> {
    let custom = text.split_once(':').is_some_and(|(_, id)| id.parse::<u64>().is_ok());
    if custom || is_emoji(text) { Ok(text) } else { Err(known::unknown_emoji()) }
}

pub(crate) async fn add(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, id, text, user)): Path<(Id, Id, String, String)>,
) -> Answer {
    let emoji = emoji(&text)?;
    if user != "@me" {
        return Err(known::not_found());
    }
    hub.change(|world| {
        access::permitted(world, channel, app, bits::READ_MESSAGE_HISTORY)?;
        let message = access::message(world, channel, id)?;
        let known_already = message.reactions.iter().any(|reaction| reaction.emoji == emoji);
        if !known_already {
            access::permitted(world, channel, app, bits::ADD_REACTIONS)?;
            if message.reactions.len() >= 20 {
                return Err(known::too_many_reactions());
            }
        }
        if world.settle_thread(channel) {
            return Err(known::thread_archived());
        }
        world.react(channel, id, app, emoji, true);
        Ok(Reply::Nothing)
    })
}

pub(crate) async fn remove(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, id, text, user)): Path<(Id, Id, String, String)>,
) -> Answer {
    let emoji = emoji(&text)?;
    let user = if user == "@me" { app } else { user.parse().map_err(|_| known::unknown_user())? };
    hub.change(|world| {
        access::permitted(world, channel, app, bits::READ_MESSAGE_HISTORY)?;
        access::message(world, channel, id)?;
        if user != app {
            access::permitted(world, channel, app, bits::MANAGE_MESSAGES)?;
        }
        world.react(channel, id, user, emoji, false);
        Ok(Reply::Nothing)
    })
}

pub(crate) async fn list(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, id, text)): Path<(Id, Id, String)>,
) -> Answer {
    let emoji = emoji(&text)?;
    hub.read(|world| {
        access::permitted(world, channel, app, bits::READ_MESSAGE_HISTORY)?;
        let message = access::message(world, channel, id)?;
        let reaction = message.reactions.iter().find(|reaction| reaction.emoji == emoji);
        let users = reaction.into_iter().flat_map(|reaction| &reaction.users);
        Ok(Reply::Json(json!(users.map(|user| world.user_json(*user)).collect::<Vec<_>>())))
    })
}

pub(crate) async fn clear(State(hub): Shared, Bot(app): Bot, Path((channel, id)): Path<(Id, Id)>) -> Answer {
    hub.change(|world| {
        access::permitted(world, channel, app, bits::MANAGE_MESSAGES)?;
        access::message(world, channel, id)?;
        world.clear_reactions(channel, id, None);
        Ok(Reply::Nothing)
    })
}

pub(crate) async fn clear_one(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, id, text)): Path<(Id, Id, String)>,
) -> Answer {
    let emoji = emoji(&text)?;
    hub.change(|world| {
        access::permitted(world, channel, app, bits::MANAGE_MESSAGES)?;
        access::message(world, channel, id)?;
        world.clear_reactions(channel, id, Some(emoji));
        Ok(Reply::Nothing)
    })
}
