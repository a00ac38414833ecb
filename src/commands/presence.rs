//! A reply to a prompt or a message in its thread: somebody was there. Whatever was written is dropped here.

use super::Data;
use crate::{
    app::answering::{self, Did},
    chat::permissions::bit,
    domain::id::{CastId, ChannelId, GuildId, MessageId, UserId},
    store::StoreError,
};
use poise::serenity_prelude::{Message, MessageType};

/// Takes a message in, if it is one of a person and belongs to an open prompt. Where reactions are allowed, the one
/// that made the answer gets a ✅.
pub async fn message(data: &Data, message: &Message) -> Result<(), StoreError> {
    let Some(places) = places(message) else { return Ok(()) };
    let Some(guild) = message.guild_id.map(|id| GuildId(id.get())) else { return Ok(()) };
    let (user, cast) = (UserId(message.author.id.get()), CastId(message.id.get()));
    let taken = answering::present(&data.store, data.now(), guild, &places, user, cast).await?;
    let Some(taken) = taken.filter(|taken| taken.did == Did::Answered) else { return Ok(()) };
    data.touched(taken.occurrence.id);
    // A thread has the permissions of its channel.
    let bits = data.permissions.bits(taken.occurrence.channel);
    if bits.is_some_and(|bits| bits & bit::ADD_REACTIONS != 0 && bits & bit::READ_MESSAGE_HISTORY != 0) {
        let (channel, message) = (ChannelId(message.channel_id.get()), MessageId(message.id.get()));
        if let Err(trouble) = data.discord.react(channel, message, "✅").await {
            tracing::debug!(?trouble, "no ✅; the answer counts all the same");
        }
    }
    Ok(())
}

/// The messages whose prompt this could answer: the one it replies to, and the one that its thread hangs under (which
/// has the thread's id). None: it is not a person's own words.
pub fn places(message: &Message) -> Option<Vec<MessageId>> {
    let own = !message.author.bot && !message.author.system && message.webhook_id.is_none();
    let reply = match message.kind {
        MessageType::Regular => None,
        // Forwarding refers to a message too, and is no reply: only this kind is.
        MessageType::InlineReply => message.message_reference.as_ref().and_then(|to| to.message_id),
        _ => return None,
    };
    let thread = MessageId(message.channel_id.get());
    own.then(|| reply.map(|id| MessageId(id.get())).into_iter().chain([thread]).collect())
}
