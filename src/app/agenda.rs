//! What may be due, and when to look again.

pub use crate::store::agenda::PutOff;

use crate::{
    app::{closing::may_tally_at, setup},
    store::{
        Result, Store,
        agenda::{self, Ahead},
    },
};
use jiff::Timestamp;

/// From when on there is something to do, of each kind; in the past if it is due. None: nothing is planned. What waits for
/// the connection is not in it: its return is an event of its own. Nor is what was put off.
///
/// Must always hold: an instant is not later than what the kind's own look would find. (Of two prompts, or polls, that close
/// within seconds of the connection's return, the second may so wait for the first.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// Prompts that close.
    pub closes: Option<Timestamp>,
    /// Polls that close.
    pub polls: Option<Timestamp>,
    /// Polls of which people are to be reminded.
    pub reminders: Option<Timestamp>,
    /// Weekly polls.
    pub weekly: Option<Timestamp>,
    /// What was removed and is to be deleted.
    pub purge: Option<Timestamp>,
    /// Nudges.
    pub nudges: Option<Timestamp>,
    /// Schedules.
    pub schedules: Option<Timestamp>,
    /// Messages that are to be sent, or looked for.
    pub messages: Option<Timestamp>,
    /// A prompt's message is to be edited or deleted, now.
    pub prompts_owed: bool,
    /// A poll's message is to be edited, now.
    pub polls_owed: bool,
}

impl Agenda {
    /// What the database says.
    pub async fn read(store: &Store, connected_since: Option<Timestamp>, put_off: &PutOff) -> Result<Self> {
        let ahead = agenda::ahead(&mut *store.read().await?, put_off).await?;
        let Ahead { closes, polls, reminders, weekly, removed, nudges, schedules, messages, .. } = ahead;
        let agenda = Self {
            schedules,
            messages,
            prompts_owed: ahead.prompts_owed,
            polls_owed: ahead.polls_owed,
            ..Self::default()
        };
        // Until the connection is back nobody knows what was said meanwhile, nor which servers have asked Helmsman back.
        if connected_since.is_none() {
            return Ok(agenda);
        }
        Ok(Self {
            closes: closes.and_then(|closes| may_tally_at(closes, connected_since)),
            polls: polls.and_then(|closes| may_tally_at(closes, connected_since)),
            reminders,
            weekly,
            purge: removed.map(setup::purged_at),
            nudges,
            ..agenda
        })
    }

    /// The next instant at which something may be due.
    pub fn next(&self) -> Option<Timestamp> {
        let Self { closes, polls, reminders, weekly, purge, nudges, schedules, messages, .. } = *self;
        [closes, polls, reminders, weekly, purge, nudges, schedules, messages].into_iter().flatten().min()
    }
}
