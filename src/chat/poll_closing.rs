//! The end of a poll: whether its nominees are still on the server, then the count.

use super::discord::Discord;
use crate::{
    app::polls,
    domain::id::PollId,
    store::{Result, Store},
};
use jiff::{SignedDuration, Timestamp};

/// After trouble.
pub const AGAIN: SignedDuration = SignedDuration::from_secs(15);

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Counted, or not to be counted any more.
    Done,
    /// To be tried again at this instant.
    Again(Timestamp),
}

/// Counts polls. Clones share it.
#[derive(Clone)]
pub struct Closer {
    store: Store,
    discord: Discord,
}

impl Closer {
    /// Puts the parts together.
    pub fn new(store: Store, discord: Discord) -> Self {
        Self { store, discord }
    }

    /// Counts a poll that is due. Whoever is known not to be on the server any more is withdrawn; if it cannot be found
    /// out until `gives_up_at`, everybody counts as there. One question after another: whoever waits to send something
    /// waits behind them.
    pub async fn close(
        &self,
        id: PollId,
        gives_up_at: Timestamp,
        now: Timestamp,
        seed: u64,
    ) -> Result<Closed> {
        let Some(poll) = polls::if_open(&self.store, id).await? else { return Ok(Closed::Done) };
        let mut left = Vec::new();
        for (_, nominee) in poll.standing() {
            match self.discord.member(poll.guild, nominee.user).await {
                Ok(Some(_)) => {}
                Ok(None) => left.push(nominee.user),
                Err(_) if now < gives_up_at => return Ok(Closed::Again((now + AGAIN).min(gives_up_at))),
                // The others need not be asked: it takes long, and somebody is not known about anyway.
                Err(_) => break,
            }
        }
        polls::tally(&self.store, id, left, self.discord.now().max(now), seed).await?;
        Ok(Closed::Done)
    }
}
