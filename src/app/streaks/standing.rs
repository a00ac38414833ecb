//! How things stand for one person: what `/me` shows.

use super::ledger::entries;
use crate::{
    domain::{
        id::{GuildId, TeamId, UserId},
        ledger::Line,
        streak::{MILESTONES, Streak, TeamStreak},
    },
    store::{Result, Store, milestone, streak, team_streak},
};
use jiff::civil::Date;

/// A person's standing in a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The person's streak.
    pub streak: Streak,
    /// The team's.
    pub team: TeamStreak,
    /// A milestone that was reached and not told yet: see [`tell`].
    pub untold: Option<u32>,
    /// The days from `since` on, ascending, from the first answered one.
    pub days: Vec<Line>,
    /// The person has answered before.
    pub known: bool,
}

/// The standing of a person on `today`, with the days from `since` on.
pub async fn standing(
    store: &Store,
    guild: GuildId,
    team: TeamId,
    user: UserId,
    today: Date,
    since: Date,
) -> Result<Standing> {
    let mut conn = store.read().await?;
    let cached = streak::get(&mut conn, team, user).await?;
    let (streak, told) = cached.map_or((Streak::default(), 0), |(cached, told)| (cached.now, told));
    let entries = entries(&mut conn, guild, team, user, today).await?;
    Ok(Standing {
        streak,
        team: team_streak::get(&mut conn, team).await?.map(|cached| cached.now).unwrap_or_default(),
        untold: untold(streak.len, told),
        known: !entries.is_empty(),
        days: entries.iter().map(|e| e.line).filter(|line| line.day >= since).collect(),
    })
}

/// The milestone to tell somebody whose streak is `len` days long and who has heard of `told` (0: of none). One that was
/// not told while the streak lasted waits until it is reached again.
pub fn untold(len: u32, told: u32) -> Option<u32> {
    MILESTONES.into_iter().rev().find(|n| *n <= len).filter(|n| *n > told)
}

/// Notes that the person is being told about a milestone. False if somebody else just did that.
pub async fn tell(store: &Store, team: TeamId, user: UserId, n: u32) -> Result<bool> {
    store.write(move |conn| Box::pin(async move { milestone::tell(conn, team, user, n).await })).await
}
