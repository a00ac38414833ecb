//! Threads.

use super::body::Body;
use super::{Answer, Bot, Reply, Shared};
use crate::bits;
use crate::id::Id;
use crate::rules::access;
use crate::rules::form::{ApiError, Form, known};
use crate::rules::message::{self as rules, Target};
use crate::world::{Channel, ChannelKind, World};
use axum::extract::{Path, State};
use serde_json::{Value, json};

/// Reads `auto_archive_duration`, in minutes.
pub(crate) fn auto_archive(form: &mut Form, body: &Value) -> Option<u32> {
    let value = body.get("auto_archive_duration").filter(|value| !value.is_null())?;
    match value.as_u64() {
        Some(minutes @ (60 | 1440 | 4320 | 10_080)) => Some(minutes as u32),
        _ => {
            form.not_one_of("auto_archive_duration", "60, 1440, 4320, 10080");
            None
        }
    }
}

fn room(world: &mut World, channel: Id) -> Result<(), ApiError> {
    let guild = world.channels.get(&channel).and_then(|channel| channel.guild);
    let guild = guild.ok_or_else(known::wrong_channel_kind)?;
    for thread in world.active_threads(guild) {
        world.settle_thread(thread);
    }
    let active = world.active_threads(guild).len();
    if active >= crate::world::MAX_ACTIVE_THREADS { Err(known::too_many_threads()) } else { Ok(()) }
}

pub(crate) async fn from_message(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, id)): Path<(Id, Id)>,
    body: Body,
) -> Answer {
    let mut form = Form::default();
    // Discord takes no type here, and drops the one that discord.js sends.
    form.known("", &body.json, &["name", "auto_archive_duration", "rate_limit_per_user", "type"]);
    let name = form.required_text("name", body.json.get("name"), 1, 100).trim().to_owned();
    let minutes = auto_archive(&mut form, &body.json).unwrap_or(4320);
    hub.change(|world| {
        let entry = access::visible(world, channel, app)?;
        let kind = match entry.kind {
            ChannelKind::Text => ChannelKind::PublicThread,
            ChannelKind::Announcement => ChannelKind::AnnouncementThread,
            _ => return Err(known::wrong_channel_kind()),
        };
        form.finish()?;
        access::permitted(world, channel, app, bits::CREATE_PUBLIC_THREADS)?;
        access::permitted(world, channel, app, bits::READ_MESSAGE_HISTORY)?;
        if access::message(world, channel, id)?.thread || world.channels.contains_key(&id) {
            return Err(known::thread_exists());
        }
        room(world, channel)?;
        let thread = world.start_thread(channel, Some(id), app, &name, kind, minutes);
        Ok(Reply::Made(with_member(world, thread, app)))
    })
}

pub(crate) async fn create(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>, body: Body) -> Answer {
    let mut form = Form::default();
    let name = form.required_text("name", body.json.get("name"), 1, 100).trim().to_owned();
    let minutes = auto_archive(&mut form, &body.json).unwrap_or(4320);
    let wanted = form.integer("type", body.json.get("type"), 10, 12).unwrap_or(12);
    hub.change(|world| {
        let kind = access::visible(world, channel, app)?.kind;
        form.finish()?;
        let (kind, needed) = match (kind, wanted) {
            (ChannelKind::Forum, _) => (ChannelKind::PublicThread, bits::SEND_MESSAGES),
            (ChannelKind::Text, 12) => (ChannelKind::PrivateThread, bits::CREATE_PRIVATE_THREADS),
            (ChannelKind::Text, 11) => (ChannelKind::PublicThread, bits::CREATE_PUBLIC_THREADS),
            (ChannelKind::Announcement, 10) => (ChannelKind::AnnouncementThread, bits::CREATE_PUBLIC_THREADS),
            _ => return Err(known::wrong_channel_kind()),
        };
        access::permitted(world, channel, app, needed)?;
        room(world, channel)?;
        let forum = world.channels[&channel].kind == ChannelKind::Forum;
        let draft = if forum {
            let target = Target { channel, author: app, webhook: false };
            let empty = json!({});
            let message = body.json.get("message").unwrap_or(&empty);
            Some(rules::new(world, target, message, &body.files)?)
        } else {
            None
        };
        let thread = world.start_thread(channel, None, app, &name, kind, minutes);
        let mut answer = with_member(world, thread, app);
        if let Some(draft) = draft {
            // The first message of a post has the post's id.
            world.post_as(thread, thread, app, draft);
            answer = with_member(world, thread, app);
            if let Some(message) = world.message(thread, thread) {
                answer["message"] = world.message_json_for(message, app);
            }
        }
        Ok(Reply::Made(answer))
    })
}

fn with_member(world: &World, thread: Id, app: Id) -> Value {
    let mut body = world.channel_json(thread);
    body["member"] = world.thread_member_json(thread, app, world.now_ms());
    body
}

pub(crate) async fn active(State(hub): Shared, Bot(app): Bot, Path(guild): Path<Id>) -> Answer {
    hub.change(|world| {
        access::member(world, guild, app)?;
        for thread in world.active_threads(guild) {
            world.settle_thread(thread);
        }
        let threads = world.active_threads(guild);
        let seen: Vec<Id> =
            threads.into_iter().filter(|thread| world.may(*thread, app, bits::VIEW_CHANNEL)).collect();
        Ok(Reply::Json(listing(world, &seen, app)))
    })
}

pub(crate) async fn archived(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>) -> Answer {
    hub.change(|world| {
        access::permitted(world, channel, app, bits::READ_MESSAGE_HISTORY)?;
        let of_channel = |thread: &&Channel| thread.parent == Some(channel) && thread.thread.is_some();
        let all: Vec<Id> = world.channels.values().filter(of_channel).map(|thread| thread.id).collect();
        let mut seen: Vec<Id> = all.into_iter().filter(|thread| world.settle_thread(*thread)).collect();
        seen.retain(|thread| world.channels[thread].kind != ChannelKind::PrivateThread);
        seen.sort_unstable_by(|one, other| other.cmp(one));
        Ok(Reply::Json(listing(world, &seen, app)))
    })
}

fn listing(world: &World, threads: &[Id], app: Id) -> Value {
    let joined = |thread: &&Id| {
        world.channels[*thread].thread.as_ref().is_some_and(|thread| thread.members.contains(&app))
    };
    let members: Vec<Value> = threads
        .iter()
        .filter(joined)
        .map(|thread| world.thread_member_json(*thread, app, thread.millis()))
        .collect();
    let threads: Vec<Value> = threads.iter().map(|thread| world.channel_json(*thread)).collect();
    json!({ "threads": threads, "members": members, "has_more": false })
}

fn thread_of(world: &World, id: Id, app: Id) -> Result<&crate::world::Thread, ApiError> {
    access::visible(world, id, app)?.thread.as_ref().ok_or_else(known::wrong_channel_kind)
}

pub(crate) async fn members(State(hub): Shared, Bot(app): Bot, Path(channel): Path<Id>) -> Answer {
    hub.read(|world| {
        let thread = thread_of(world, channel, app)?;
        let members = thread.members.iter();
        Ok(Reply::Json(
            members.map(|user| world.thread_member_json(channel, *user, channel.millis())).collect(),
        ))
    })
}

fn user_of(text: &str, app: Id) -> Result<Id, ApiError> {
    if text == "@me" { Ok(app) } else { text.parse().map_err(|_| known::unknown_user()) }
}

pub(crate) async fn member(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, user)): Path<(Id, String)>,
) -> Answer {
    let user = user_of(&user, app)?;
    hub.read(|world| {
        if !thread_of(world, channel, app)?.members.contains(&user) {
            return Err(known::unknown_member());
        }
        Ok(Reply::Json(world.thread_member_json(channel, user, channel.millis())))
    })
}

pub(crate) async fn join(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, user)): Path<(Id, String)>,
) -> Answer {
    let user = user_of(&user, app)?;
    hub.change(|world| {
        thread_of(world, channel, app)?;
        if world.settle_thread(channel) {
            return Err(known::thread_archived());
        }
        world.set_thread_member(channel, user, true);
        Ok(Reply::Nothing)
    })
}

pub(crate) async fn leave(
    State(hub): Shared,
    Bot(app): Bot,
    Path((channel, user)): Path<(Id, String)>,
) -> Answer {
    let user = user_of(&user, app)?;
    hub.change(|world| {
        thread_of(world, channel, app)?;
        if world.settle_thread(channel) {
            return Err(known::thread_archived());
        }
        if user != app {
            access::permitted(world, channel, app, bits::MANAGE_THREADS)?;
        }
        world.set_thread_member(channel, user, false);
        Ok(Reply::Nothing)
    })
}
