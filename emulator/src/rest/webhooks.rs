//! What follows a first response: follow-ups, and changes of the responses.

use super::body::Body;
use super::interactions::{LOADING, Turn, answer, draft, fill};
use super::{Answer, Reply, Shared};
use crate::id::Id;
use crate::rules::form::{ApiError, known};
use crate::rules::message::{self as rules, Target};
use crate::world::{Interaction, InteractionState, World};
use axum::extract::{Path, State};

/// The interaction of a token that is still good and was responded to.
fn acknowledged(world: &World, app: Id, token: &str) -> Result<Interaction, ApiError> {
    let interaction = world.interactions.get(token).filter(|one| one.app == app);
    let interaction = interaction.ok_or_else(known::unknown_webhook)?;
    if world.now_ms() - interaction.created_ms > crate::world::TOKEN_MS {
        return Err(known::invalid_webhook_token());
    }
    match interaction.state {
        InteractionState::Waiting | InteractionState::TimedOut => Err(known::unknown_webhook()),
        _ => Ok(interaction.clone()),
    }
}

/// The response that is meant: `@original` or an id.
fn meant(world: &World, interaction: &Interaction, which: &str) -> Result<(Id, Id), ApiError> {
    let id = match which {
        "@original" => interaction.original.ok_or_else(known::unknown_message)?,
        id => id.parse().map_err(|_| known::unknown_message())?,
    };
    let channel = match interaction.message {
        Some((channel, message)) if message == id => channel,
        _ => interaction.channel,
    };
    let message = world.message(channel, id).ok_or_else(known::unknown_message)?;
    let own = message.application == Some(interaction.app) || interaction.original == Some(id);
    if own { Ok((channel, id)) } else { Err(known::unknown_message()) }
}

pub(crate) async fn create(State(hub): Shared, Path((app, token)): Path<(Id, String)>, body: Body) -> Answer {
    hub.change(|world| {
        let interaction = acknowledged(world, app, &token)?;
        let mut new = draft(world, &interaction, &body.json, &body).map_err(|mut error| {
            // A follow-up's body is not wrapped in `data`.
            error.errors =
                error.errors.and_then(|mut errors| errors.get_mut("data").map(|inner| inner.take()));
            error
        })?;
        let id = match (&interaction.state, interaction.original) {
            (InteractionState::DeferredMessage, Some(original)) => {
                fill(world, interaction.channel, original, new);
                original
            }
            (_, original) => {
                new.flags &= !LOADING;
                let after = original.or(interaction.message.map(|(_, message)| message));
                answer(world, &interaction, new, Turn::After(after))
            }
        };
        if matches!(interaction.state, InteractionState::DeferredMessage | InteractionState::DeferredUpdate) {
            world.set_state(interaction.id, InteractionState::Message(id));
        }
        let message = world.message(interaction.channel, id).ok_or_else(known::unknown_message)?;
        Ok(Reply::Json(world.message_json(message, Some(app))))
    })
}

pub(crate) async fn get(State(hub): Shared, Path((app, token, which)): Path<(Id, String, String)>) -> Answer {
    hub.read(|world| {
        let interaction = acknowledged(world, app, &token)?;
        let (channel, id) = meant(world, &interaction, &which)?;
        let message = world.message(channel, id).ok_or_else(known::unknown_message)?;
        Ok(Reply::Json(world.message_json(message, Some(app))))
    })
}

pub(crate) async fn edit(
    State(hub): Shared,
    Path((app, token, which)): Path<(Id, String, String)>,
    body: Body,
) -> Answer {
    hub.change(|world| {
        let interaction = acknowledged(world, app, &token)?;
        let (channel, id) = meant(world, &interaction, &which)?;
        let target = Target { channel, author: app, webhook: true };
        let change = rules::edit(world, target, id, &body)?;
        world.edit_message(channel, id, |message| {
            change(message);
            message.flags &= !LOADING;
        });
        if interaction.original == Some(id) {
            match interaction.state {
                InteractionState::DeferredMessage => {
                    world.set_state(interaction.id, InteractionState::Message(id));
                }
                InteractionState::DeferredUpdate => {
                    world.set_state(interaction.id, InteractionState::Updated);
                }
                _ => {}
            }
        }
        let message = world.message(channel, id).ok_or_else(known::unknown_message)?;
        Ok(Reply::Json(world.message_json(message, Some(app))))
    })
}

pub(crate) async fn delete(
    State(hub): Shared,
    Path((app, token, which)): Path<(Id, String, String)>,
) -> Answer {
    hub.change(|world| {
        let interaction = acknowledged(world, app, &token)?;
        let (channel, id) = meant(world, &interaction, &which)?;
        world.delete_message(channel, id);
        let deferred =
            matches!(interaction.state, InteractionState::DeferredMessage | InteractionState::DeferredUpdate);
        if interaction.original == Some(id) && deferred {
            world.set_state(interaction.id, InteractionState::Dismissed);
        }
        Ok(Reply::Nothing)
    })
}
