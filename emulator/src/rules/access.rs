//! Who may see and do what, as errors.

use super::form::{ApiError, known};
use crate::bits;
use crate::id::Id;
use crate::world::{Channel, Message, World};

/// The channel, if the user may see it.
pub(crate) fn visible(world: &World, channel: Id, user: Id) -> Result<&Channel, ApiError> {
    let entry = world.channels.get(&channel).ok_or_else(known::unknown_channel)?;
    let hidden = match entry.guild {
        Some(guild) => world.guilds.get(&guild).is_none_or(|guild| guild.unavailable),
        None => false,
    };
    if hidden || !world.may(channel, user, bits::VIEW_CHANNEL) {
        return Err(known::missing_access());
    }
    Ok(entry)
}

/// As [`visible`], and the user must have these permissions there.
pub(crate) fn permitted(world: &World, channel: Id, user: Id, wanted: u64) -> Result<&Channel, ApiError> {
    let entry = visible(world, channel, user)?;
    if world.may(channel, user, wanted) { Ok(entry) } else { Err(known::missing_permissions()) }
}

/// The guild, if the user is a member.
pub(crate) fn member(world: &World, guild: Id, user: Id) -> Result<&crate::world::Guild, ApiError> {
    let entry = world.guilds.get(&guild).ok_or_else(known::unknown_guild)?;
    if entry.unavailable || !entry.members.contains_key(&user) {
        return Err(known::missing_access());
    }
    Ok(entry)
}

/// As [`member`], and the user must have these permissions.
pub(crate) fn in_guild(world: &World, guild: Id, user: Id, wanted: u64) -> Result<(), ApiError> {
    member(world, guild, user)?;
    if world.permissions_of(guild, user) & wanted == wanted {
        Ok(())
    } else {
        Err(known::missing_permissions())
    }
}

/// A message of a channel by REST: ephemeral ones are not to be had there.
pub(crate) fn message(world: &World, channel: Id, id: Id) -> Result<&Message, ApiError> {
    world.message(channel, id).filter(|message| !message.is_ephemeral()).ok_or_else(known::unknown_message)
}

/// Whether the user may send a message here; unarchives nothing.
pub(crate) fn sending(world: &World, channel: Id, user: Id) -> Result<(), ApiError> {
    let entry = visible(world, channel, user)?;
    if !entry.takes_messages() {
        return Err(known::not_in_this_channel());
    }
    if entry.guild.is_none() {
        return direct(world, entry, user);
    }
    let wanted = if entry.thread.is_some() { bits::SEND_MESSAGES_IN_THREADS } else { bits::SEND_MESSAGES };
    if !world.may(channel, user, wanted) {
        return Err(known::missing_permissions());
    }
    let locked = entry.thread.as_ref().is_some_and(|thread| thread.locked && thread.archived);
    if locked && !world.may(channel, user, bits::MANAGE_THREADS) {
        return Err(known::thread_archived());
    }
    Ok(())
}

fn direct(world: &World, channel: &Channel, user: Id) -> Result<(), ApiError> {
    if !world.applications.contains_key(&user) {
        return Ok(());
    }
    for other in channel.recipients.iter().filter(|other| **other != user) {
        let mutual = world
            .guilds
            .values()
            .any(|guild| guild.members.contains_key(other) && guild.members.contains_key(&user));
        if !mutual {
            return Err(known::no_mutual_guilds());
        }
        if world.users.get(other).is_some_and(|other| !other.takes_direct_messages) {
            return Err(known::cannot_message_user());
        }
    }
    Ok(())
}
