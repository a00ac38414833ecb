//! First responses to interactions.

use super::body::Body;
use super::{Answer, Reply, Shared};
use crate::clock::host_instant;
use crate::id::Id;
use crate::rules::form::{ApiError, Form, known};
use crate::rules::message::{self as rules, Target};
use crate::rules::{commands, modal};
use crate::world::{
    Draft, Interaction, InteractionKind, InteractionState, Message, MessageInteraction, World,
};
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Instant;

/// The message is ephemeral.
pub(crate) const EPHEMERAL: u64 = 64;
/// The message says "is thinking…".
pub(crate) const LOADING: u64 = 128;

#[derive(Debug, Deserialize)]
pub(crate) struct Options {
    with_response: Option<Flag>,
}

/// A truth value of a query; libraries write it either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Flag {
    #[serde(rename = "true", alias = "1")]
    Yes,
    #[serde(rename = "false", alias = "0")]
    No,
}

/// When a request was there: its body has come and is not parsed yet.
pub(crate) struct Arrived(Instant);

impl<S: Sync> FromRequestParts<S> for Arrived {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(host_instant()))
    }
}

pub(crate) async fn callback(
    Arrived(arrived): Arrived,
    State(hub): Shared,
    Path((id, token)): Path<(Id, String)>,
    Query(options): Query<Options>,
    body: Body,
) -> Answer {
    hub.change(|world| {
        let interaction = waiting(world, id, &token, arrived)?;
        let kind = body.json.get("type").and_then(Value::as_u64);
        let mut form = Form::default();
        form.known("", &body.json, &["type", "data"]);
        let Some(kind) = kind else {
            form.required("type");
            return Err(form.into_error());
        };
        if !suits(&interaction, kind) {
            form.not_one_of("type", suitable(&interaction));
        }
        form.finish()?;
        let made = respond(world, &interaction, kind, &body)?;
        if let Some(entry) = world.interaction_mut(id) {
            entry.response_time = Some(arrived.duration_since(interaction.host));
        }
        let wanted = options.with_response == Some(Flag::Yes);
        Ok(if wanted { Reply::Json(resource(world, id, kind, made)) } else { Reply::Nothing })
    })
}

/// The interaction, if it still waits for its first response.
fn waiting(world: &mut World, id: Id, token: &str, arrived: Instant) -> Result<Interaction, ApiError> {
    let now = world.now_ms();
    let limit = world.limits.first_response;
    let interaction = world.interactions.get(token).filter(|one| one.id == id);
    let interaction = interaction.ok_or_else(known::unknown_interaction)?.clone();
    match interaction.state {
        InteractionState::TimedOut => Err(known::unknown_interaction()),
        InteractionState::Waiting => {
            let late = arrived.duration_since(interaction.host) > limit;
            if late || now - interaction.created_ms > crate::world::TOKEN_MS {
                world.set_state(id, InteractionState::TimedOut);
                return Err(known::unknown_interaction());
            }
            Ok(interaction)
        }
        _ => Err(known::already_acknowledged()),
    }
}

fn suits(interaction: &Interaction, kind: u64) -> bool {
    match interaction.kind {
        InteractionKind::Autocomplete => kind == 8,
        InteractionKind::Command => matches!(kind, 4 | 5 | 9),
        InteractionKind::Component => matches!(kind, 4..=7 | 9),
        InteractionKind::Modal if interaction.message.is_some() => matches!(kind, 4..=7),
        InteractionKind::Modal => matches!(kind, 4 | 5),
    }
}

fn suitable(interaction: &Interaction) -> &'static str {
    match interaction.kind {
        InteractionKind::Autocomplete => "8",
        InteractionKind::Command => "4, 5, 9",
        InteractionKind::Component => "4, 5, 6, 7, 9",
        InteractionKind::Modal if interaction.message.is_some() => "4, 5, 6, 7",
        InteractionKind::Modal => "4, 5",
    }
}

fn respond(
    world: &mut World,
    interaction: &Interaction,
    kind: u64,
    body: &Body,
) -> Result<Option<Id>, ApiError> {
    let empty = json!({});
    let data = body.json.get("data").filter(|data| !data.is_null());
    let id = interaction.id;
    match kind {
        4 => {
            let data = data.ok_or_else(known::empty_message)?;
            let draft = draft(world, interaction, data, body)?;
            let message = answer(world, interaction, draft, Turn::First);
            world.set_state(id, InteractionState::Message(message));
            Ok(Some(message))
        }
        5 => {
            let flags = data.unwrap_or(&empty).get("flags").and_then(Value::as_u64).unwrap_or(0);
            let draft = Draft { flags: flags & EPHEMERAL | LOADING, ..Draft::default() };
            let message = answer(world, interaction, draft, Turn::First);
            world.set_state(id, InteractionState::DeferredMessage);
            Ok(Some(message))
        }
        6 => {
            set_original(world, interaction);
            world.set_state(id, InteractionState::DeferredUpdate);
            Ok(interaction.message.map(|(_, message)| message))
        }
        7 => {
            let Some((channel, message)) = interaction.message else { return Ok(None) };
            let target = Target { channel, author: interaction.app, webhook: true };
            let part = Body { json: data.unwrap_or(&empty).clone(), files: body.files.clone() };
            let change = rules::edit(world, target, message, &part).map_err(|error| error.within("data"))?;
            world.edit_message(channel, message, change);
            set_original(world, interaction);
            world.set_state(id, InteractionState::Updated);
            Ok(Some(message))
        }
        8 => {
            let data = data.unwrap_or(&empty);
            let choices = data.get("choices").and_then(Value::as_array).cloned().unwrap_or_default();
            let mut form = Form::default();
            form.known("data", data, &["choices"]);
            commands::check_choices(&mut form, "data.choices", &choices.iter().collect::<Vec<_>>(), None);
            form.finish()?;
            world.set_state(id, InteractionState::Choices(choices));
            Ok(None)
        }
        _ => {
            let data = data.unwrap_or(&empty);
            let mut form = Form::default();
            modal::check(&mut form, data);
            form.finish()?;
            world.set_state(id, InteractionState::Modal(data.clone()));
            Ok(None)
        }
    }
}

fn set_original(world: &mut World, interaction: &Interaction) {
    let message = interaction.message.map(|(_, message)| message);
    if let Some(interaction) = world.interaction_mut(interaction.id) {
        interaction.original = message;
    }
}

/// Checks the message of a response.
pub(crate) fn draft(
    world: &mut World,
    interaction: &Interaction,
    data: &Value,
    body: &Body,
) -> Result<Draft, ApiError> {
    let target = Target { channel: interaction.channel, author: interaction.app, webhook: true };
    rules::new(world, target, data, &body.files).map_err(|error| error.within("data"))
}

/// Which response it is.
#[derive(Clone, Copy)]
pub(crate) enum Turn {
    First,
    /// A follow-up, which answers that message.
    After(Option<Id>),
}

/// Posts a response.
pub(crate) fn answer(world: &mut World, interaction: &Interaction, mut draft: Draft, turn: Turn) -> Id {
    let (first, original) = match turn {
        Turn::First => (true, None),
        Turn::After(original) => (false, original),
    };
    let trigger = interaction.message.filter(|_| first);
    draft.kind = match interaction.kind {
        _ if original.is_some() => 19,
        _ if !first => 0,
        InteractionKind::Command if interaction.message.is_some() => 23,
        InteractionKind::Command => 20,
        _ if trigger.is_some() => 19,
        _ => 0,
    };
    draft.reference = original
        .map(|message| (interaction.channel, message))
        .or(trigger)
        .map(|(channel, message)| crate::world::Reference { message, channel });
    draft.application = Some(interaction.app);
    draft.ephemeral_for = (draft.flags & EPHEMERAL != 0).then_some(interaction.user);
    draft.interaction = Some(MessageInteraction {
        id: interaction.id,
        kind: interaction.kind as u8,
        user: interaction.user,
        name: (interaction.kind == InteractionKind::Command).then(|| interaction.name.clone()),
        original,
        interacted: interaction.message.map(|(_, message)| message),
    });
    let ephemeral = draft.ephemeral_for.is_some();
    let id = world.post(interaction.channel, interaction.app, draft);
    if let Some(entry) = world.interaction_mut(interaction.id) {
        if first {
            entry.original = Some(id);
            entry.ephemeral = ephemeral;
        } else {
            entry.followups.push(id);
        }
    }
    id
}

/// Turns "is thinking…" into the message.
pub(crate) fn fill(world: &mut World, channel: Id, id: Id, draft: Draft) {
    world.edit_message(channel, id, |message: &mut Message| {
        message.flags = message.flags & EPHEMERAL | draft.flags & !(EPHEMERAL | LOADING);
        message.content = draft.content;
        message.embeds = draft.embeds;
        message.components = draft.components;
        message.attachments = draft.attachments;
        message.mentions = draft.mentions;
        message.mention_roles = draft.mention_roles;
        message.mention_everyone = draft.mention_everyone;
    });
}

fn resource(world: &World, id: Id, kind: u64, message: Option<Id>) -> Value {
    let Some(interaction) = world.interaction(id) else { return Value::Null };
    let mut body = json!({ "interaction": { "id": id, "type": interaction.kind as u8 } });
    let Some(message) = message.and_then(|message| world.message(interaction.channel, message)) else {
        return body;
    };
    body["interaction"]["response_message_id"] = json!(message.id);
    body["interaction"]["response_message_loading"] = json!(kind == 5);
    body["interaction"]["response_message_ephemeral"] = json!(interaction.ephemeral);
    // Source: Discord's reference, "Interaction Callback Resource Object".
    if matches!(kind, 4 | 7) {
        let message = world.message_json(message, Some(interaction.app));
        body["resource"] = json!({ "type": kind, "message": message });
    }
    body
}
