//! People's actions as JSON, for scripts and bots in other processes: `POST /emulator/act`.
//!
//! A request names who acts (`as`), what is done (`do`) and where (`channel`, by name or id). Messages are
//! named by id, or `last` for the newest one that the person sees in the channel. The answer has what the
//! person gets, or `error`. `sees` may ask for messages with a `text`, and `sees` and `commands` wait (25 s at most)
//! until there are `at_least` so many. `clock` is done by nobody: `set_ms` and `advance_ms` move it, `run` sets it going
//! or stops it. Neither are faults, and what befalls connections and guilds: see `faults` and `state`.
//!
//! A button is named by its label (`button`) or its `custom_id`, a select menu by `menu` (placeholder or custom id) or `custom_id`;
//! with `custom_id` one that is not there any more fails as in Discord's client. Whoever is `hasty` gets `deferred` as soon as an
//! application defers, and does not wait for what comes of it. For what else a client with a screen needs see `screen`.

mod faults;
mod screen;
mod state;

pub(crate) use crate::actor::TOO_POWERFUL;
use crate::actor::{Message, Modal, Person, Response, ResponseKind};
use crate::bits;
use crate::discord::Channel;
use crate::hub::Hub;
use crate::id::{Id, id_of};
use crate::rules::message::MAX_FILE;
use crate::world::{InteractionState, World};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The longest that somebody waits to see as much as was asked for, on the host's clock.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// The largest request in bytes: ten files of 10 MiB in base64, and something for the rest.
pub(crate) const MAX_REQUEST: usize = (10 * MAX_FILE).div_ceil(3) * 4 + 1024 * 1024;

/// What the client says when a component does not do what it should.
const FAILED: &str = "This interaction failed";

/// Does what a request asks.
pub(crate) async fn act(hub: &Arc<Hub>, request: &Value) -> Value {
    match attempt(hub, request).await {
        Ok(answer) => answer,
        Err(error) => json!({ "error": error }),
    }
}

async fn attempt(hub: &Arc<Hub>, request: &Value) -> Result<Value, String> {
    let action = text(request, "do")?;
    if action == "clock" {
        return clock(hub, request);
    }
    if let Some(answer) = faults::attempt(hub, action, request).await {
        return answer;
    }
    if let Some(answer) = state::attempt(hub, action, request) {
        return answer;
    }
    let mut person = person(hub, request)?;
    person.hasty = request["hasty"] == true;
    if let Some(answer) = screen::attempt(hub, &person, action, request).await {
        return answer;
    }
    let values = pairs(request);
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(match action {
        "slash" => {
            let channel = channel(hub, &person, request)?;
            let files = screen::file_options(request)?;
            shown(&person.slash_with(&channel, text(request, "command")?, &values, files).await)
        }
        "complete" => {
            let channel = channel(hub, &person, request)?;
            let focus = text(request, "focus")?;
            let choices = person.try_complete(&channel, text(request, "command")?, &values, focus).await?;
            choices.iter().map(|one| json!({ "name": one.name, "value": one.value })).collect()
        }
        "click" => {
            let message = message(hub, &person, request)?;
            shown(&match request["custom_id"].as_str() {
                Some(id) if is_live(&message, id) => person.click(&message, id).await,
                Some(_) => person.refused(FAILED),
                None => person.click(&message, text(request, "button")?).await,
            })
        }
        "select" => {
            let chosen: Vec<&str> =
                request["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let message = message(hub, &person, request)?;
            shown(&match request["custom_id"].as_str() {
                Some(id) if is_live(&message, id) => person.select(&message, id, &chosen).await,
                Some(_) => person.refused(FAILED),
                None => person.select(&message, request["menu"].as_str().unwrap_or(""), &chosen).await,
            })
        }
        "menu" => shown(&person.menu(&message(hub, &person, request)?, text(request, "command")?).await),
        "submit" => shown(&person.submit(&modal(hub, &person, request)?, &values).await),
        "say" => {
            let channel = channel(hub, &person, request)?;
            let replied = json!({ "message": request["reply_to"], "channel": channel.id });
            let reply_to = match &request["reply_to"] {
                Value::Null => None,
                _ => Some(message(hub, &person, &replied)?),
            };
            let files = screen::files(request)?;
            let words = if files.is_empty() {
                text(request, "text")?
            } else {
                request["text"].as_str().unwrap_or("")
            };
            let said = person.try_send(&channel, words, reply_to.as_ref(), files)?;
            let mut answer = seen(&said);
            answer["message"] = hub.read(|world| crate::page::message_json(world, said.state(), person.user));
            answer
        }
        "reply" => seen(&person.try_reply(&message(hub, &person, request)?, text(request, "text")?)?),
        "edit" => {
            person.try_edit(&message(hub, &person, request)?, text(request, "text")?)?;
            json!({ "done": true })
        }
        "delete" => json!({ "done": person.delete(&message(hub, &person, request)?) }),
        "sees" => {
            let count = request["limit"].as_u64().unwrap_or(50) as usize;
            let channel = channel(hub, &person, request)?;
            let wanted = request["text"].as_str().unwrap_or("");
            let look = || {
                let all = person.sees_last(&channel, count);
                all.into_iter().filter(|message| message.text().contains(wanted)).collect()
            };
            enough(hub, request, look).await?.iter().map(seen).collect()
        }
        "commands" => {
            let channel = channel(hub, &person, request)?;
            Value::Array(enough(hub, request, || person.commands(&channel)).await?)
        }
        other => return Err(format!("nobody knows how to {other}")),
    })
}

/// Whether a button or menu of that id is there and not greyed out.
fn is_live(message: &Message, custom_id: &str) -> bool {
    let button = |one: &crate::actor::Button| one.custom_id.as_deref() == Some(custom_id) && !one.disabled;
    message.buttons().iter().any(button)
        || message.selects().iter().any(|menu| menu.custom_id == custom_id && !menu.disabled)
}

/// What is to be seen, once it is `at_least` so many (at once if that is not said).
async fn enough<T>(hub: &Hub, request: &Value, look: impl Fn() -> Vec<T>) -> Result<Vec<T>, String> {
    let wanted = request["at_least"].as_u64().unwrap_or(0) as usize;
    let mut changes = hub.changed.subscribe();
    let wait = async {
        loop {
            changes.borrow_and_update();
            let found = look();
            if found.len() >= wanted {
                return found;
            }
            // The sender lives in the hub, so the wait cannot fail.
            let _ = changes.changed().await;
        }
    };
    let late = |_| format!("only {} after {} s", look().len(), LONGEST_WAIT.as_secs());
    tokio::time::timeout(LONGEST_WAIT, wait).await.map_err(late)
}

fn text<'r>(request: &'r Value, field: &str) -> Result<&'r str, String> {
    request[field].as_str().ok_or_else(|| format!("say `{field}`"))
}

fn clock(hub: &Hub, request: &Value) -> Result<Value, String> {
    if let Some(ms) = request["set_ms"].as_i64() {
        let at = jiff::Timestamp::from_millisecond(ms).map_err(|error| error.to_string())?;
        hub.clock.set(at);
    }
    if let Some(ms) = request["advance_ms"].as_u64() {
        hub.clock.advance(Duration::from_millis(ms));
    }
    match request["run"].as_bool() {
        Some(true) => hub.clock.run(),
        Some(false) => hub.clock.freeze(),
        None => {}
    }
    Ok(json!(hub.clock.reading()))
}

/// Options and inputs: an object of strings, numbers and booleans.
fn pairs(request: &Value) -> Vec<(String, String)> {
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let map = request["options"].as_object().or(request["values"].as_object());
    // Objects are files.
    let plain = map.into_iter().flatten().filter(|(_, one)| !one.is_object());
    plain.map(|(name, one)| (name.clone(), value(one))).collect()
}

fn person(hub: &Arc<Hub>, request: &Value) -> Result<Person, String> {
    let name = text(request, "as")?;
    let guild = request["guild"].as_str();
    hub.read(|world| {
        let wanted = |id: &&Id| {
            let user = world.users.get(id);
            user.is_some_and(|user| !user.bot && (user.name == name || user.id.to_string() == name))
        };
        let fits = |one: &&crate::world::Guild| {
            guild.is_none_or(|name| one.name == name || one.id.to_string() == name)
        };
        let guilds = world.guilds.values().filter(fits);
        let mut found = guilds.filter_map(|guild| Some((guild.id, *guild.members.keys().find(wanted)?)));
        let (guild, user) = found.next().ok_or_else(|| format!("there is nobody called {name}"))?;
        Ok(Person { hub: hub.clone(), guild, user, hasty: false })
    })
}

fn channel(hub: &Arc<Hub>, person: &Person, request: &Value) -> Result<Channel, String> {
    let wanted = &request["channel"];
    let id = hub.read(|world| {
        let guild = world.guilds.get(&person.guild)?;
        let named = |id: &&Id| world.channels.get(id).is_some_and(|one| *wanted == one.name.as_str());
        let all = || guild.channels.iter().chain(&guild.threads);
        match (id_of(wanted).filter(|id| world.channels.contains_key(id)), wanted.as_str()) {
            (Some(id), _) => Some(id),
            (None, Some(_)) => all().find(named).copied(),
            (None, None) => guild.channels.first().copied(),
        }
        .filter(|id| world.may(*id, person.user, bits::VIEW_CHANNEL))
    });
    id.map(|id| Channel { hub: hub.clone(), id })
        .ok_or_else(|| format!("there is no channel {wanted} to be seen"))
}

fn message(hub: &Arc<Hub>, person: &Person, request: &Value) -> Result<Message, String> {
    let gone = || format!("there is no message {} to be seen", request["message"]);
    let Some(id) = id_of(&request["message"]) else {
        let channel = channel(hub, person, request)?;
        return person.sees_last(&channel, 1).pop().ok_or_else(gone);
    };
    hub.read(|world: &World| {
        let named = id_of(&request["channel"]);
        let holds = |channel: &&crate::world::Channel| channel.messages.contains_key(&id);
        let mut channels = world.channels.values().filter(holds);
        let channel = named.or_else(|| channels.next().map(|channel| channel.id)).ok_or_else(gone)?;
        let visible = world.may(channel, person.user, bits::VIEW_CHANNEL)
            && world.message(channel, id).is_some_and(|message| message.visible_to(person.user));
        let message = Message::of(hub, world, channel, id, Some(person.user));
        message.filter(|_| visible).ok_or_else(gone)
    })
}

fn modal(hub: &Hub, person: &Person, request: &Value) -> Result<Modal, String> {
    let id = id_of(&request["modal"]).ok_or("say `modal`: the interaction that opened it")?;
    hub.read(|world| {
        let interaction = world.interaction(id).filter(|interaction| interaction.user == person.user)?;
        let InteractionState::Modal(raw) = &interaction.state else { return None };
        Some(Modal {
            app: interaction.app,
            channel: interaction.channel,
            message: interaction.message,
            raw: raw.clone(),
        })
    })
    .ok_or_else(|| "that interaction opened no modal for this person".into())
}

fn seen(message: &Message) -> Value {
    json!({
        "id": message.id, "channel": message.channel_id(), "author": message.author(), "text": message.text(),
        "ephemeral": message.is_ephemeral(), "reactions": message.reactions(), "raw": message.raw(),
    })
}

fn shown(response: &Response) -> Value {
    let kind = match response.kind {
        ResponseKind::Message => "message",
        ResponseKind::Update => "update",
        ResponseKind::Modal => "modal",
        ResponseKind::Acknowledged => "acknowledged",
        ResponseKind::Deferred => "deferred",
        ResponseKind::Failed => "failed",
    };
    let mut body = json!({ "kind": kind, "text": response.text(), "interaction": response.interaction });
    if let Some(message) = response.try_message() {
        body["message"] = seen(message);
    }
    if let Some(modal) = response.try_modal() {
        body["modal"] = modal.raw().clone();
    }
    if let Some(error) = response.failed() {
        body["error"] = json!(error);
    }
    body
}
