//! Edits of polls' messages: the quorum is reached, a nominee withdrew, it has ended.
//!
//! Must always hold: at most one edit of a message is on its way (the scheduler sees to it); what is sent is what the
//! database says at that moment; a poll that has ended shows no buttons, whatever becomes of an edit ([`super::doubts`]).

use super::{
    count_edits::{AGAIN, Edited},
    discord::{Discord, Trouble, UNKNOWN_MESSAGE},
    doubts::Doubts,
    permissions::{Permissions, Standing, bit},
    poll_message,
};
use crate::{
    app::polls::message,
    domain::{
        id::{ChannelId, PollId},
        outbound::reference,
        poll::Poll,
    },
    store::{Result, Store},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// While a message cannot be edited. What is known of its channel may change before, and then it is tried at once.
const OUT_OF_REACH: SignedDuration = SignedDuration::from_hours(24);

/// Edits messages. Clones share it.
#[derive(Clone)]
pub struct PollEditor {
    store: Store,
    discord: Discord,
    permissions: Permissions,
    /// Messages whose edit waits for the right to see their channel.
    out_of_reach: Arc<Mutex<HashMap<PollId, ChannelId>>>,
    doubts: Arc<Doubts<PollId, Poll>>,
}

impl PollEditor {
    /// Puts the parts together.
    pub fn new(store: Store, discord: Discord, permissions: Permissions) -> Self {
        Self { store, discord, permissions, out_of_reach: Arc::default(), doubts: Arc::default() }
    }

    /// Messages that could not be edited when it was time, and can now.
    pub fn within_reach(&self) -> Vec<PollId> {
        let mut waiting = locked(&self.out_of_reach);
        waiting.extract_if(|_, channel| self.reaches(*channel)).map(|(id, _)| id).collect()
    }

    /// Called once, before anything is edited: what a process before this one had on its way may still be done.
    pub async fn after_start(&self, now: Timestamp) -> Result<()> {
        message::owed(&self.store).await?.into_iter().for_each(|id| self.doubts.arose(id, now));
        Ok(())
    }

    /// Messages that wait until an edit in doubt is settled, and that show something that is not so any more.
    pub async fn outdated(&self) -> Vec<PollId> {
        let mut outdated = Vec::new();
        for (id, was) in self.doubts.waiting() {
            // What cannot be read is so told when its time comes.
            if let Ok(Some(now)) = message::shown(&self.store, id).await
                && now.poll != was
            {
                self.doubts.outdated(id);
                outdated.push(id);
            }
        }
        outdated
    }

    /// Brings a poll's message up to date. Tried until it is done or can never be. `seed` is used once.
    pub async fn settle(&self, id: PollId, now: Timestamp, seed: u64) -> Result<Edited> {
        let Some(shown) = message::shown(&self.store, id).await? else { return Ok(Edited::Done) };
        let Some(message_id) = shown.poll.message else {
            return message::paid(&self.store, shown.poll).await.map(|()| Edited::Done);
        };
        if !self.reaches(shown.poll.channel) {
            locked(&self.out_of_reach).insert(id, shown.poll.channel);
            return Ok(Edited::Again(now + OUT_OF_REACH));
        }
        let doubt = self.doubts.until(id, now);
        let edit = poll_message::edited(&shown.poll, reference(&shown.nonce));
        match self.discord.edit(shown.poll.channel, message_id, edit).await {
            Ok(_) => {}
            Err(Trouble::Refused { code: UNKNOWN_MESSAGE, .. }) => {
                message::message_deleted(&self.store, shown.poll.guild, message_id, now, seed).await?;
                return Ok(Edited::Done);
            }
            Err(Trouble::Refused { status, code, text }) => {
                // The channel or the right to see it is gone, and with it, for us, the message.
                tracing::warn!(poll = %id, status, code, text, "a poll's message stays as it was");
            }
            Err(Trouble::Limited { retry_after }) => {
                let wait = SignedDuration::try_from(retry_after).unwrap_or(AGAIN);
                return Ok(Edited::Again(now + wait.max(SignedDuration::from_secs(1))));
            }
            Err(trouble) => {
                if matches!(trouble, Trouble::Ambiguous(_)) {
                    self.doubts.arose(id, self.discord.now());
                }
                return Ok(Edited::Again(now + AGAIN));
            }
        }
        if let Some(until) = doubt {
            self.doubts.waits(id, shown.poll);
            return Ok(Edited::Again(until));
        }
        message::paid(&self.store, shown.poll).await.map(|()| Edited::Done)
    }

    fn reaches(&self, channel: ChannelId) -> bool {
        match self.permissions.standing(channel) {
            Standing::Bits(bits) => bits & bit::VIEW_CHANNEL != 0,
            // A message in a channel that is gone is refused once, and that ends it.
            Standing::NotWatched | Standing::Gone => true,
            Standing::NotKnown | Standing::Left => false,
        }
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
