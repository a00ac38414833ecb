//! Series of a server's own that it does not want any more.
//!
//! Must always hold: what a schedule uses is not taken away, unless everybody has a series with the same id, which is then
//! in its place again; and nothing is taken away that somebody has changed since it was looked at.

use crate::{
    app::{importing, setup::team_of, shelf::Shelf},
    domain::{
        id::{ChannelId, GuildId, TeamId, UserId},
        series_file::difference::Difference,
    },
    store::{
        Connection, Result, Store, queue,
        series::{self, Stamp},
        series_draft,
    },
};
use jiff::Timestamp;
use std::sync::Arc;

/// What it would be to take a series away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Somebody can say so.
    Possible {
        /// The state that was looked at.
        stamp: Stamp,
        /// Everybody has one with this id, which would be in its place again: what would be different.
        back: Option<Difference>,
        /// Channels whose schedules use it, and how many do.
        uses: Vec<(ChannelId, u32)>,
    },
    /// Schedules use it, and nothing would be in its place: in these channels, and how many.
    Used(Vec<(ChannelId, u32)>),
    /// The server has none of its own with this id.
    NotOwn,
}

async fn look_in(conn: &mut Connection, shelf: &Shelf, guild: GuildId, slug: &str) -> Result<Removal> {
    let Some(stamp) = series::stamps(conn, guild).await?.into_iter().find(|stamp| stamp.slug == slug) else {
        return Ok(Removal::NotOwn);
    };
    let uses: Vec<_> =
        series::uses(conn, guild, slug).await?.into_iter().map(|(_, channel, n)| (channel, n)).collect();
    let library = shelf.of_in(conn, guild).await?;
    let back = shelf.base().get(slug).map(|base| Difference::between(library.get(slug), base));
    Ok(match (uses.is_empty(), back) {
        (false, None) => Removal::Used(uses),
        (_, back) => Removal::Possible { stamp, back, uses },
    })
}

/// What it would be to take this series away.
pub async fn look(store: &Store, shelf: &Shelf, guild: GuildId, slug: &str) -> Result<Removal> {
    look_in(&mut *store.read().await?, shelf, guild, slug).await
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is gone; true: the one that everybody has is in its place again.
    Done(bool),
    /// Not done: it is not as it was, or is used. How it is now.
    Not(Removal),
    /// No such team on this server.
    NoTeam,
}

/// Takes a series away, if it is as it was when it was changed last `at` that instant, in milliseconds.
pub async fn remove(
    store: &Store,
    shelf: &Arc<Shelf>,
    now: Timestamp,
    (guild, team): (GuildId, TeamId),
    by: UserId,
    slug: String,
    at: i64,
) -> Result<Removed> {
    let shelf = shelf.clone();
    store
        .write(move |conn| {
            Box::pin(async move {
                if team_of(conn, guild, team).await?.is_none() {
                    return Ok(Removed::NoTeam);
                }
                let back = match look_in(conn, &shelf, guild, &slug).await? {
                    Removal::Possible { stamp, back, .. } if stamp.at.as_millisecond() == at => back,
                    other => return Ok(Removed::Not(other)),
                };
                series::delete(conn, guild, &slug).await?;
                // What was compared with it is compared with nothing any more.
                series_draft::delete_of(conn, guild, &slug).await?;
                let what = match &back {
                    Some(difference) => {
                        let ids = importing::ids;
                        queue::remove_everywhere(conn, guild, &slug, &ids(&difference.removed)).await?;
                        queue::append_everywhere(conn, guild, &slug, &ids(&difference.added)).await?;
                        format!("series {slug}: back to the built-in one")
                    }
                    None => format!("series {slug}: removed from the server"),
                };
                importing::note(conn, (guild, team), &slug, by, now, &what).await?;
                Ok(Removed::Done(back.is_some()))
            })
        })
        .await
}
