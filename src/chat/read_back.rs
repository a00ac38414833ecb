//! After a lost session: replies and thread messages that nobody told us about are read once, before the tally.

use super::{
    discord::{Discord, Trouble},
    permissions::{Permissions, Standing, bit},
};
use crate::{
    app::{answering, closing},
    domain::{
        id::{CastId, ChannelId, MessageId, UserId},
        occurrence::Occurrence,
    },
    store::{Result, Store},
};
use jiff::Timestamp;
use serenity::all::{Message, MessageType};
use std::time::Duration;

/// Tries for each of the two places, and the wait between them. The close waits for this, so it is short.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// Reads messages back. Clones share it.
#[derive(Clone)]
pub struct Reader {
    store: Store,
    discord: Discord,
    permissions: Permissions,
}

impl Reader {
    /// Puts the parts together.
    pub fn new(store: Store, discord: Discord, permissions: Permissions) -> Self {
        Self { store, discord, permissions }
    }

    /// Takes in every reply to the prompt and every message of its thread. What was taken in before changes nothing.
    /// Trouble with Discord is logged, and the tally goes on with what is known.
    /// If the prompt itself is gone, nobody told us about that either: it is retracted.
    pub async fn read(&self, occurrence: &Occurrence, now: Timestamp) -> Result<()> {
        let Some(prompt) = occurrence.message else { return Ok(()) };
        match self.permissions.standing(occurrence.channel) {
            Standing::Bits(bits) if bits & bit::READ_MESSAGE_HISTORY != 0 => {}
            Standing::NotWatched | Standing::NotKnown => {}
            Standing::Bits(_) | Standing::Gone | Standing::Left => return Ok(()),
        }
        let replies_to =
            |message: &Message| message.message_reference.as_ref().and_then(|reply| reply.message_id);
        let from = MessageId(prompt.0.saturating_sub(1));
        let messages = self.all(occurrence.channel, from).await.unwrap_or_default();
        if !messages.iter().any(|message| message.id.get() == prompt.0)
            && self.discord.is_gone(occurrence.channel, prompt).await == Ok(true)
        {
            return closing::retracted(&self.store, occurrence.id, now).await.map(drop);
        }
        for message in messages {
            if replies_to(&message).is_some_and(|id| id.get() == prompt.0) {
                self.take(occurrence, prompt, &message, now).await?;
            }
        }
        if occurrence.snapshot.as_ref().is_some_and(|snapshot| snapshot.thread) {
            // A thread has the id of the message that it was opened from.
            for message in self.all(ChannelId(prompt.0), MessageId(0)).await.unwrap_or_default() {
                self.take(occurrence, prompt, &message, now).await?;
            }
        }
        Ok(())
    }

    async fn all(&self, channel: ChannelId, after: MessageId) -> Option<Vec<Message>> {
        for _ in 0..TRIES {
            match self.discord.history(channel, after).await {
                Ok(messages) => return Some(messages),
                Err(Trouble::Refused { .. }) => break,
                Err(trouble) => tracing::warn!(%channel, %trouble, "messages could not be read back"),
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }

    async fn take(
        &self,
        occurrence: &Occurrence,
        prompt: MessageId,
        message: &Message,
        now: Timestamp,
    ) -> Result<()> {
        let own_words = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
        if message.author.bot || message.webhook_id.is_some() || !own_words {
            return Ok(());
        }
        let (user, cast) = (UserId(message.author.id.get()), CastId(message.id.get()));
        answering::present(&self.store, now, occurrence.guild, &[prompt], user, cast).await.map(drop)
    }
}
