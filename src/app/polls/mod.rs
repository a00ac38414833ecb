//! Polls on who handled a situation like a leader: opening one, voting, counting, and what comes before and after.
//!
//! Must always hold:
//!
//! - who chose whom is only in the poll's file (`store::ballots`), and that file is gone once the count is stored;
//! - a vote is acknowledged when it is on disk, and what was acknowledged before the count is in it;
//! - the count, what is said of it and the message that says it are one transaction, which one caller wins; so a result
//!   is posted once, whatever happens before, between and after;
//! - a poll has its file before anybody can know of the poll; one whose file is gone is cancelled and says so;
//! - before the end nothing tells more of the votes than whether the quorum is reached.
//!
//! Who may open, close and cancel is checked by the caller.

pub mod draft;
mod ending;
pub mod message;
pub mod moments;
mod nominees;
mod opening;
pub mod people;
mod voting;
pub mod weekly;

pub use ending::{
    ASKS, Due, Ended, cancel, close_early, drop_if_ended, due, gives_up_at, if_open, recover, tally,
};
pub(super) use ending::{cancel_team_in, drop_ballots};
pub use nominees::{Withdrew, withdraw_nominee};
pub use opening::{MOST_OPEN, Opened, open, was_opened};
pub use voting::{Cast, Mine, Refused, Taken, cast, mine};

use crate::{
    domain::{
        id::{GuildId, PollId, TeamId},
        poll::Poll,
    },
    store::{Result, Store, poll as polls},
};

/// Polls that are listed.
const LISTED: i64 = 25;

/// The polls of a team: those that are open first, then the newest.
pub async fn list(store: &Store, team: TeamId) -> Result<Vec<Poll>> {
    polls::of_team(&mut *store.read().await?, team, LISTED).await
}

/// One poll. None: no such poll on this server.
pub async fn one(store: &Store, guild: GuildId, id: PollId) -> Result<Option<Poll>> {
    polls::get(&mut *store.read().await?, guild, id).await
}

/// The first words of a text, for the audit trail.
fn beginning(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", line[..cut].trim_end()),
        None => line,
    }
}
