//! The cache of one person's streak.

use super::{frontier_in, team};
use crate::{
    domain::{
        id::{GuildId, TeamId, UserId},
        ledger::History,
        streak::{Class, Streak},
    },
    store::{
        Connection, Result, away, excuse,
        prompt_day::{self, PromptDay},
        streak,
        streak::Cached,
    },
};
use jiff::{Timestamp, ToSpan, civil::Date};

/// Whose facts changed, and where: an answer began or ceased to stand, an excuse was given or taken back.
#[derive(Clone, Copy, Debug)]
pub struct Changed {
    /// The server.
    pub guild: GuildId,
    /// The team.
    pub team: TeamId,
    /// The person.
    pub user: UserId,
    /// The occurrence's day.
    pub day: Date,
}

/// Goes on from a cache: `later` is what is known of the days after its settled part. Settles up to `frontier`.
pub(super) fn fold_on(old: &Cached, later: &History, frontier: Date) -> Cached {
    let settled_day = old.settled_day.max(frontier);
    let lines = later.ledger(old.settled);
    let until = |day| lines.iter().rev().find(|line| line.day <= day).map_or(old.settled, |line| line.streak);
    Cached { now: until(Date::MAX), settled_day, settled: until(settled_day) }
}

/// A person's cache after an answer began or ceased to stand. `old` is the cache as it is stored, `later` the
/// occurrences behind its settled part (without one: from the day on), each with the answer as it is now. To be stored by
/// the caller, who then calls [`reach_back_in`].
pub async fn answered_in(
    conn: &mut Connection,
    what: Changed,
    old: Option<Cached>,
    later: &[PromptDay],
) -> Result<Cached> {
    let Changed { guild, team, user, day } = what;
    // Nobody's streak begins before the first answer, so everything before it is settled.
    let old = old.unwrap_or_else(|| Cached {
        now: Streak::default(),
        settled_day: day.saturating_sub(1.day()),
        settled: Streak::default(),
    });
    let asked = later.iter().map(|prompt| (prompt.day, prompt.asked)).collect();
    let mut later = History { asked, ..History::default() };
    if later.ledger(old.settled).iter().any(|line| line.class == Class::Missed) {
        // Only a missed day can turn out to be leave; most people have none here.
        add_leave(conn, guild, team, user, Some(old.settled_day), &mut later).await?;
    }
    Ok(fold_on(&old, &later, old.settled_day))
}

/// What else an answer on a day changes, once it and the cache are stored: a settled part that the day lies in, and the
/// team's streak where windows overlap: a later day may have closed already, and who its regulars are has just changed.
pub async fn reach_back_in(
    conn: &mut Connection,
    what: Changed,
    new: &Cached,
    later: &[PromptDay],
    now: Timestamp,
) -> Result<Streak> {
    let Changed { guild, team, day, .. } = what;
    if day <= new.settled_day {
        return refold_in(conn, what, now).await;
    }
    if later.iter().any(|prompt| prompt.day > day && prompt.asked.tallied) {
        let frontier = frontier_in(conn, team, now).await?;
        team::recount_in(conn, guild, team, day, frontier).await?;
    }
    Ok(new.now)
}

/// Folds a person's whole history again: after something that reaches back, such as an excuse for the day or its
/// undoing.
pub async fn refold_in(conn: &mut Connection, what: Changed, now: Timestamp) -> Result<Streak> {
    let Changed { guild, team, user, day } = what;
    let frontier = frontier_in(conn, team, now).await?;
    let streak = refold_one(conn, guild, team, user, frontier).await?;
    team::recount_in(conn, guild, team, day, frontier).await?;
    Ok(streak)
}

/// [`refold_in`] without the team's streak.
pub(super) async fn refold_one(
    conn: &mut Connection,
    guild: GuildId,
    team: TeamId,
    user: UserId,
    frontier: Date,
) -> Result<Streak> {
    let history = history(conn, guild, team, user).await?;
    let nothing = Cached { now: Streak::default(), settled_day: Date::MIN, settled: Streak::default() };
    let new = fold_on(&nothing, &history, frontier);
    streak::put(conn, team, user, &new).await?;
    Ok(new.now)
}

/// After leave was set or ended. It only matters to days that close later, by Discord's clock; but a click may arrive
/// after a tally that it preceded, so the person's streaks are folded again in every team of the server.
pub async fn refold_everywhere_in(
    conn: &mut Connection,
    guild: GuildId,
    user: UserId,
    from: Date,
    now: Timestamp,
) -> Result<()> {
    for team in streak::teams_of_person(conn, guild, user).await? {
        refold_in(conn, Changed { guild, team, user, day: from }, now).await?;
    }
    Ok(())
}

/// All that is known of a person in a team.
pub(super) async fn history(
    conn: &mut Connection,
    guild: GuildId,
    team: TeamId,
    user: UserId,
) -> Result<History> {
    let prompts = prompt_day::of_person(conn, team, user, None).await?;
    let asked = prompts.iter().map(|prompt| (prompt.day, prompt.asked)).collect();
    let mut history = History { asked, ..History::default() };
    add_leave(conn, guild, team, user, None, &mut history).await?;
    Ok(history)
}

pub(super) async fn add_leave(
    conn: &mut Connection,
    guild: GuildId,
    team: TeamId,
    user: UserId,
    after: Option<Date>,
    history: &mut History,
) -> Result<()> {
    let away = away::of_person(conn, guild, user, after).await?;
    history.away = away.into_iter().map(|stored| stored.away).collect();
    history.excused = excuse::active_of_person(conn, team, user, after).await?;
    Ok(())
}
