//! The end of a poll: whether its nominees are still on the server, then the count.

use super::discord::Discord;
use crate::{
    app::polls,
    domain::poll::Poll,
    store::{Result, Store},
};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

/// After trouble.
const AGAIN: SignedDuration = SignedDuration::from_secs(15);

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
    /// out until `gives_up_at`, everybody counts as there.
    pub async fn close(
        &self,
        poll: &Poll,
        gives_up_at: Timestamp,
        now: Timestamp,
        seed: u64,
    ) -> Result<Closed> {
        let asked = poll
            .standing()
            .map(async |(_, nominee)| (nominee.user, self.discord.member(poll.guild, nominee.user).await));
        let mut left = Vec::new();
        let mut unknown = false;
        for (user, member) in join_all(asked).await {
            match member {
                Ok(Some(_)) => {}
                Ok(None) => left.push(user),
                Err(_) => unknown = true,
            }
        }
        if unknown && now < gives_up_at {
            return Ok(Closed::Again((now + AGAIN).min(gives_up_at)));
        }
        polls::tally(&self.store, poll.id, left, self.discord.now().max(now), seed).await?;
        Ok(Closed::Done)
    }
}
