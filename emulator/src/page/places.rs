//! Where somebody can be, and with whom.

use crate::bits;
use crate::id::Id;
use crate::page::Page;
use crate::world::{Channel, ChannelKind, Guild, World};
use serde_json::{Value, json};

/// Everybody whom one can be: no bots. Those of whom the host has something to say come first, in its order.
pub(super) fn people(world: &World, page: &Page) -> Vec<Value> {
    let rank = |id: &Id| page.notes.iter().position(|(noted, _)| noted == id).unwrap_or(usize::MAX);
    let homes = |id: &Id| -> Vec<Id> {
        world.guilds.values().filter(|guild| guild.members.contains_key(id)).map(|guild| guild.id).collect()
    };
    let all = world.users.values().filter(|user| !user.bot);
    let mut people: Vec<_> = all.map(|user| (rank(&user.id), user.id, homes(&user.id))).collect();
    people.retain(|(_, _, homes)| !homes.is_empty());
    people.sort();
    let one = |(rank, id, homes): (usize, Id, Vec<Id>)| {
        let note = page.notes.get(rank).map(|(_, note)| note);
        json!({ "id": id, "name": world.users[&id].name, "note": note, "guilds": homes })
    };
    people.into_iter().map(one).collect()
}

/// What one of them sees of guilds, channels and conversations.
pub(super) fn places(world: &World, me: Id) -> Value {
    let mine = world.guilds.values().filter(|guild| guild.members.contains_key(&me));
    let guilds: Vec<Value> = mine.map(|guild| self::guild(world, guild, me)).collect();
    let direct = |channel: &&Channel| channel.kind == ChannelKind::Direct && channel.recipients.contains(&me);
    let mut dms: Vec<&Channel> = world.channels.values().filter(direct).collect();
    dms.sort_by_key(|channel| channel.id);
    let with = |channel: &Channel| channel.recipients.iter().find(|one| **one != me).copied().unwrap_or(me);
    let dm =
        |one: &Channel| json!({ "id": one.id, "with": world.user_json(with(one)), "last": last(one, me) });
    let dms: Vec<Value> = dms.into_iter().map(dm).collect();
    json!({ "guilds": guilds, "dms": dms })
}

fn guild(world: &World, guild: &Guild, me: Id) -> Value {
    let role = |role: &crate::world::Role| json!({ "id": role.id, "name": role.name, "position": role.position, "mentionable": role.mentionable });
    let members = guild.members.values().filter_map(|member| {
        let user = world.users.get(&member.user)?;
        let name = member.nick.as_ref().unwrap_or(&user.name);
        Some(json!({ "id": user.id, "name": name, "bot": user.bot, "roles": member.roles }))
    });
    let mut channels: Vec<&Channel> =
        guild.channels.iter().chain(&guild.threads).filter_map(|id| world.channels.get(id)).collect();
    channels.sort_by_key(|channel| (channel.thread.is_some(), channel.position, channel.id));
    let seen = channels.into_iter().filter(|channel| world.may(channel.id, me, bits::VIEW_CHANNEL));
    json!({
        "id": guild.id, "name": guild.name, "owner": guild.owner,
        "roles": guild.roles.values().map(role).collect::<Vec<_>>(),
        "members": members.collect::<Vec<_>>(),
        "channels": seen.map(|channel| self::channel(world, channel, me)).collect::<Vec<_>>(),
    })
}

fn channel(world: &World, channel: &Channel, me: Id) -> Value {
    let allowed = world.permissions_in(channel.id, me);
    let may = |bit: u64| allowed & bit == bit;
    let send = if channel.thread.is_some() { bits::SEND_MESSAGES_IN_THREADS } else { bits::SEND_MESSAGES };
    let mut body = json!({
        "id": channel.id, "name": channel.name, "topic": channel.topic, "kind": kind(channel.kind),
        "parent": channel.parent, "last": last(channel, me),
        "may": {
            "send": may(send) && channel.takes_messages(), "react": may(bits::ADD_REACTIONS),
            "thread": may(bits::CREATE_PUBLIC_THREADS), "attach": may(bits::ATTACH_FILES),
            "manage_messages": may(bits::MANAGE_MESSAGES), "history": may(bits::READ_MESSAGE_HISTORY),
            "pin": allowed & (bits::MANAGE_MESSAGES | bits::PIN_MESSAGES) != 0,
            "commands": may(bits::USE_APPLICATION_COMMANDS),
        },
    });
    if let Some(thread) = &channel.thread {
        body["archived"] = json!(thread.archived);
        body["locked"] = json!(thread.locked);
        body["members"] = json!(thread.members);
        body["count"] = json!(thread.sent);
    }
    body
}

/// The newest message that somebody sees there, at this moment.
fn last(channel: &Channel, me: Id) -> Option<Id> {
    channel.messages.values().rev().find(|message| message.visible_to(me)).map(|message| message.id)
}

/// Without what changes with each message, of which the messages themselves tell.
pub(super) fn lasting(mut places: Value) -> Value {
    let guilds = places["guilds"].as_array_mut().into_iter().flatten();
    let mut channels: Vec<&mut Value> =
        guilds.filter_map(|guild| guild["channels"].as_array_mut()).flatten().collect();
    for channel in channels.iter_mut().filter_map(|channel| channel.as_object_mut()) {
        channel.remove("last");
        channel.remove("count");
    }
    for dm in places["dms"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        dm.remove("last");
    }
    places
}

fn kind(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Text | ChannelKind::Announcement => "text",
        ChannelKind::PublicThread | ChannelKind::AnnouncementThread => "thread",
        ChannelKind::PrivateThread => "private thread",
        ChannelKind::Direct => "direct",
        ChannelKind::Voice => "voice",
        ChannelKind::Category => "category",
        ChannelKind::Forum => "forum",
    }
}
