//! Leave: days that cannot break a streak, for all the person's teams on a server.

use crate::{
    app::streaks,
    domain::{
        id::{GuildId, UserId},
        ledger::Away,
    },
    store::{
        Connection, Result, Store,
        away::{self, Stored},
    },
};
use jiff::{Timestamp, ToSpan, civil::Date};

/// The longest leave and the latest it may end, in days from today.
pub const FARTHEST: i64 = 365;

/// What became of a wish for leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetOutcome {
    /// It holds: the ranges from today on, overlapping and adjoining ones as one.
    Set(Vec<(Date, Date)>),
    /// It was covered already.
    Already(Vec<(Date, Date)>),
    /// It begins, or ends, before today.
    Past,
    /// It ends before it begins.
    Backwards,
    /// It ends later than [`FARTHEST`] days from today.
    TooFar,
}

/// What somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// The server.
    pub guild: GuildId,
    /// The person.
    pub user: UserId,
    /// The date where the person asked.
    pub today: Date,
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub to: Date,
    /// When, by Discord's clock.
    pub at: Timestamp,
}

/// Sets leave.
pub async fn set(store: &Store, now: Timestamp, wish: Wish) -> Result<SetOutcome> {
    let Wish { guild, user, today, from, to, at } = wish;
    if from.min(to) < today {
        return Ok(SetOutcome::Past);
    }
    if to < from {
        return Ok(SetOutcome::Backwards);
    }
    if to > today.saturating_add(FARTHEST.days()) {
        return Ok(SetOutcome::TooFar);
    }
    store
        .write(move |conn| {
            Box::pin(async move {
                let known = coming_in(conn, guild, user, today).await?;
                if known.iter().any(|(first, last)| *first <= from && to <= *last) {
                    return Ok(SetOutcome::Already(known));
                }
                // Ranges are kept as they were set: each counts from its own instant on.
                away::insert(conn, guild, user, Away { from, to, set_at: at, ended: None }).await?;
                streaks::refold_everywhere_in(conn, guild, user, from, now).await?;
                Ok(SetOutcome::Set(coming_in(conn, guild, user, today).await?))
            })
        })
        .await
}

/// Ends all leave at the instant `at` (by Discord's clock): from `today` on prompts count again, except on days that have closed. Days before stay what they
/// were. False if there was none.
pub async fn end(
    store: &Store,
    now: Timestamp,
    at: Timestamp,
    guild: GuildId,
    user: UserId,
    today: Date,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let yesterday = today.saturating_sub(1.day());
                let ranges = away::of_person(conn, guild, user, Some(yesterday)).await?;
                let mut any = false;
                for range in ranges.into_iter().filter(|range| range.away.ended.is_none()) {
                    away::end(conn, range.id, today, at).await?;
                    any = true;
                }
                if any {
                    streaks::refold_everywhere_in(conn, guild, user, today, now).await?;
                }
                Ok(any)
            })
        })
        .await
}

/// The person's leave from `today` on, overlapping and adjoining ranges as one.
pub async fn coming(store: &Store, guild: GuildId, user: UserId, today: Date) -> Result<Vec<(Date, Date)>> {
    coming_in(&mut *store.read().await?, guild, user, today).await
}

async fn coming_in(
    conn: &mut Connection,
    guild: GuildId,
    user: UserId,
    today: Date,
) -> Result<Vec<(Date, Date)>> {
    let mut merged: Vec<(Date, Date)> = Vec::new();
    for Stored { away: range, .. } in
        away::of_person(conn, guild, user, Some(today.saturating_sub(1.day()))).await?
    {
        if range.ended.is_some() {
            continue;
        }
        match merged.last_mut() {
            Some((_, last)) if range.from <= last.saturating_add(1.day()) => *last = range.to.max(*last),
            _ => merged.push((range.from, range.to)),
        }
    }
    Ok(merged)
}
