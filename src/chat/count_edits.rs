//! Edits of a prompt's message: the count while it is open, the buttons when it has closed, and what managers ask for:
//! mended words, or that it goes.
//!
//! Must always hold: at most one edit of a message is on its way (the scheduler sees to it); what is sent is what the
//! database says at that moment; a closed item never shows buttons again, nor a mended one its old words, whatever
//! becomes of an edit ([`super::doubts`]). A count in doubt could bring the buttons back for a moment, so counts end well
//! before the window does.

use super::{
    discord::{Discord, Trouble, UNKNOWN_MESSAGE},
    doubts::Doubts,
    permissions::{Permissions, Standing, bit},
    prompt_message::{self, Shown},
};
use crate::{
    app::{closing, mending, shown},
    domain::{
        id::{ChannelId, OccurrenceId},
        occurrence::{Occurrence, State},
        outbound::reference,
    },
    store::{Result, Store, afterwards::Owed},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Between two counts of one message.
const PACE: SignedDuration = SignedDuration::from_secs(10);
/// Discord limits edits of messages older than an hour.
pub const WHILE_YOUNG: SignedDuration = SignedDuration::from_mins(50);
/// Before the close: longer than anything that is done late takes.
const QUIET_BEFORE_CLOSE: SignedDuration = SignedDuration::from_mins(8);
/// While a message cannot be edited. What is known of its channel may change before, and then it is tried at once.
const OUT_OF_REACH: SignedDuration = SignedDuration::from_hours(24);
/// After trouble.
pub const AGAIN: SignedDuration = SignedDuration::from_secs(30);

/// Which messages have a count that changed, and when each may be edited next. In memory only: after a restart every
/// young prompt is taken to have one.
#[derive(Debug, Default)]
pub struct Changed(HashMap<OccurrenceId, Entry>);

#[derive(Debug)]
struct Entry {
    dirty: bool,
    not_before: Timestamp,
}

impl Changed {
    /// Somebody answered, changed or withdrew.
    pub fn touch(&mut self, id: OccurrenceId) {
        self.0.entry(id).or_insert(Entry { dirty: false, not_before: Timestamp::MIN }).dirty = true;
    }

    /// Messages to be edited at `now`.
    pub fn due(&self, now: Timestamp) -> Vec<OccurrenceId> {
        let due = self.0.iter().filter(|(_, entry)| entry.dirty && entry.not_before <= now);
        due.map(|(id, _)| *id).collect()
    }

    /// When the next message may be edited.
    pub fn next(&self) -> Option<Timestamp> {
        self.0.values().filter(|entry| entry.dirty).map(|entry| entry.not_before).min()
    }

    /// An edit begins: what is counted from here on needs another one.
    pub fn begin(&mut self, id: OccurrenceId, now: Timestamp) {
        if let Some(entry) = self.0.get_mut(&id) {
            (entry.dirty, entry.not_before) = (false, now + PACE);
        }
        // Entries that can no longer wait for anything are forgotten.
        self.0.retain(|_, entry| entry.dirty || entry.not_before > now);
    }

    /// The edit did not come through.
    pub fn again(&mut self, id: OccurrenceId, at: Timestamp) {
        self.0.insert(id, Entry { dirty: true, not_before: at });
    }
}

/// What became of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// Nothing is left to do.
    Done,
    /// To be tried again at this instant.
    Again(Timestamp),
}

/// Edits messages. Clones share it.
#[derive(Clone)]
pub struct Editor {
    store: Store,
    discord: Discord,
    permissions: Permissions,
    /// Messages whose edit waits for the right to see their channel.
    out_of_reach: Arc<Mutex<HashMap<OccurrenceId, ChannelId>>>,
    doubts: Arc<Doubts<OccurrenceId, Occurrence>>,
}

impl Editor {
    /// Puts the parts together.
    pub fn new(store: Store, discord: Discord, permissions: Permissions) -> Self {
        Self { store, discord, permissions, out_of_reach: Arc::default(), doubts: Arc::default() }
    }

    /// Messages that could not be edited when it was time, and can now.
    pub fn within_reach(&self) -> Vec<OccurrenceId> {
        let mut waiting = self.out_of_reach();
        waiting.extract_if(|_, channel| self.reaches(*channel)).map(|(id, _)| id).collect()
    }

    /// Called once, before anything is edited: what a process before this one had on its way may still be done.
    pub async fn after_start(&self, now: Timestamp) -> Result<()> {
        let owed = mending::owed(&self.store).await?.into_iter().map(|(id, _)| id);
        let unsealed = closing::unsealed(&self.store).await?;
        owed.chain(unsealed).for_each(|id| self.doubts.arose(id, now));
        Ok(())
    }

    /// Messages that wait until an edit in doubt is settled, and that are to show something else already.
    pub async fn outdated(&self) -> Vec<OccurrenceId> {
        let mut outdated = Vec::new();
        for (id, was) in self.doubts.waiting() {
            // What cannot be read is so told when its time comes.
            if let Ok(Some(now)) = shown::prompt(&self.store, id).await
                && now.occurrence != was
            {
                self.doubts.outdated(id);
                outdated.push(id);
            }
        }
        outdated
    }

    /// Messages to be brought up to date once more, since an edit in doubt may have undone a newer one until now. Each is
    /// told once.
    pub fn settled(&self, now: Timestamp) -> Vec<OccurrenceId> {
        self.doubts.over(now)
    }

    /// When there is one.
    pub fn next_settled(&self) -> Option<Timestamp> {
        self.doubts.next()
    }

    /// Brings the count of an open prompt up to date, if it is young enough.
    pub async fn count(&self, id: OccurrenceId, now: Timestamp) -> Result<Edited> {
        let Some(shown) = shown::prompt(&self.store, id).await? else { return Ok(Edited::Done) };
        if !counts(&shown.occurrence, now) || !self.may_edit(&shown.occurrence) {
            return Ok(Edited::Done);
        }
        match self.edit(&shown, false, now).await {
            // One in doubt is looked after by `settled`.
            Ok(_) => Ok(Edited::Done),
            Err(Trouble::Refused { code: UNKNOWN_MESSAGE, .. }) => {
                closing::retracted(&self.store, id, now).await?;
                Ok(Edited::Done)
            }
            Err(Trouble::Refused { .. }) => Ok(Edited::Done),
            Err(trouble) => Ok(Edited::Again(now + wait(&trouble).max(PACE))),
        }
    }

    /// Takes the buttons of a closed prompt away. Tried until it is done or can never be.
    pub async fn seal(&self, id: OccurrenceId, now: Timestamp) -> Result<Edited> {
        let Some(shown) = shown::prompt(&self.store, id).await? else { return Ok(Edited::Done) };
        let occurrence = &shown.occurrence;
        if occurrence.sealed || occurrence.tallied_at.is_none() || occurrence.state != State::Posted {
            return Ok(Edited::Done);
        }
        if !self.may_edit(occurrence) {
            return Ok(Edited::Again(now + OUT_OF_REACH));
        }
        match self.edit(&shown, true, now).await {
            Ok(Some(until)) => Ok(Edited::Again(until)),
            Ok(None) => closing::sealed(&self.store, id).await.map(|()| Edited::Done),
            Err(Trouble::Refused { code: UNKNOWN_MESSAGE, .. }) => {
                closing::retracted(&self.store, id, now).await?;
                Ok(Edited::Done)
            }
            Err(Trouble::Refused { status, code, text }) => {
                // The channel or the right to see it is gone, and with it, for us, the message.
                tracing::warn!(occurrence = %id, status, code, text, "a closed prompt keeps its buttons");
                closing::sealed(&self.store, id).await.map(|()| Edited::Done)
            }
            Err(trouble) => Ok(Edited::Again(now + wait(&trouble))),
        }
    }

    /// Does what managers have asked for of a prompt's message: other words, or that it goes. Tried until it is done or
    /// can never be.
    pub async fn settle_debt(&self, id: OccurrenceId, owed: Owed, now: Timestamp) -> Result<Edited> {
        let Some(shown) = shown::prompt(&self.store, id).await? else { return Ok(Edited::Done) };
        let occurrence = &shown.occurrence;
        let (Some(message), snapshot) = (occurrence.message, occurrence.snapshot.clone()) else {
            return mending::paid(&self.store, id, owed, None).await.map(|()| Edited::Done);
        };
        if !self.may_edit(occurrence) {
            return Ok(Edited::Again(now + OUT_OF_REACH));
        }
        let closed = occurrence.tallied_at.is_some();
        let done = match owed {
            Owed::Remove => self.discord.delete(occurrence.channel, message).await.map(|()| None),
            // Taken back meanwhile.
            Owed::Mend if occurrence.state != State::Posted => Ok(None),
            // An edit in doubt must not bring the buttons back: it waits for the tally.
            Owed::Mend if !closed && now >= occurrence.closes - QUIET_BEFORE_CLOSE => {
                return Ok(Edited::Again((now + AGAIN).max(occurrence.closes + closing::GRACE)));
            }
            Owed::Mend => self.edit(&shown, closed, now).await,
        };
        match done {
            Ok(Some(until)) => return Ok(Edited::Again(until)),
            Ok(None) => {}
            Err(Trouble::Refused { code: UNKNOWN_MESSAGE, .. }) => {
                closing::retracted(&self.store, id, now).await?;
            }
            Err(Trouble::Refused { status, code, text }) => {
                tracing::warn!(occurrence = %id, ?owed, status, code, text, "a prompt's message stays as it was");
            }
            Err(trouble) => return Ok(Edited::Again(now + wait(&trouble))),
        }
        mending::paid(&self.store, id, owed, snapshot).await.map(|()| Edited::Done)
    }

    /// Edits the message. When an edit before this one may still be done after it: until when, and then this is not the
    /// last word.
    async fn edit(
        &self,
        shown: &shown::Prompt,
        closed: bool,
        now: Timestamp,
    ) -> std::result::Result<Option<Timestamp>, Trouble> {
        let occurrence = &shown.occurrence;
        let (Some(message), Some(snapshot)) = (occurrence.message, &occurrence.snapshot) else {
            return Ok(None);
        };
        let doubt = self.doubts.until(occurrence.id, now);
        let edit = prompt_message::edit(&Shown {
            id: occurrence.id,
            snapshot,
            closes: if closed { occurrence.ended() } else { occurrence.closes },
            answers: shown.answers,
            closed,
            reference: reference(&shown.nonce),
        });
        let done = self.discord.edit(occurrence.channel, message, edit).await;
        if let Err(Trouble::Ambiguous(_)) = done {
            self.doubts.arose(occurrence.id, self.discord.now());
        }
        done?;
        if doubt.is_some() {
            self.doubts.waits(occurrence.id, occurrence.clone());
        }
        Ok(doubt)
    }

    /// Whether this message can be edited. If not, it is remembered until it can.
    fn may_edit(&self, occurrence: &Occurrence) -> bool {
        let may = self.reaches(occurrence.channel);
        if !may {
            self.out_of_reach().insert(occurrence.id, occurrence.channel);
        }
        may
    }

    fn reaches(&self, channel: ChannelId) -> bool {
        match self.permissions.standing(channel) {
            Standing::Bits(bits) => bits & bit::VIEW_CHANNEL != 0,
            Standing::NotWatched => true,
            // A message in a channel that is gone is refused once, and that ends it.
            Standing::Gone => true,
            Standing::NotKnown | Standing::Left => false,
        }
    }

    fn out_of_reach(&self) -> MutexGuard<'_, HashMap<OccurrenceId, ChannelId>> {
        self.out_of_reach.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the count of this prompt is shown as it changes.
fn counts(occurrence: &Occurrence, now: Timestamp) -> bool {
    occurrence.state == State::Posted
        && occurrence.tallied_at.is_none()
        && occurrence.opens.is_some_and(|opens| now < opens + WHILE_YOUNG)
        && now < occurrence.closes - QUIET_BEFORE_CLOSE
}

fn wait(trouble: &Trouble) -> SignedDuration {
    match trouble {
        Trouble::Limited { retry_after } => SignedDuration::try_from(*retry_after).unwrap_or(AGAIN),
        _ => AGAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_edited_once_in_ten_seconds() {
        let at = |seconds: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let id = OccurrenceId(1);
        let mut changed = Changed::default();
        assert_eq!((changed.due(at(0)), changed.next()), (vec![], None));
        changed.touch(id);
        changed.touch(id);
        assert_eq!(changed.due(at(0)), [id]);
        changed.begin(id, at(0));
        assert_eq!((changed.due(at(60)), changed.next()), (vec![], None));
        changed.touch(id);
        assert_eq!((changed.due(at(9)), changed.next()), (vec![], Some(at(10))));
        assert_eq!(changed.due(at(10)), [id]);
        changed.begin(id, at(10));
        changed.again(id, at(40));
        assert_eq!((changed.due(at(39)), changed.due(at(40))), (vec![], vec![id]));
        changed.begin(id, at(40));
        changed.touch(OccurrenceId(2));
        changed.begin(OccurrenceId(2), at(100));
        assert_eq!(changed.0.len(), 1, "what is over is forgotten");
    }
}
