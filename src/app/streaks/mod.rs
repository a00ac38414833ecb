//! Streaks: from recorded facts to the fold of `domain::streak`, and the cache of it.
//!
//! Must always hold: after each transaction every cached number is what [`check`] folds from nothing. So whoever
//! changes a fact tells this module in the same transaction: [`opened_in`] and [`settle_in`] for an
//! occurrence, [`answered_in`] for an
//! answer, [`refold_in`] for an excuse, [`refold_everywhere_in`] for leave.
//!
//! The settled part of a cache ends before the first day that can still change by itself, so that an answer folds
//! a few days and not ten years. Whatever reaches back behind it folds that person's history again.

mod check;
mod ledger;
mod person;
mod standing;
mod team;

pub use check::{Mismatch, check};
pub use ledger::{Explained, Ledger, Neutral, ledger};
pub use person::{Changed, answered_in, reach_back_in, refold_everywhere_in, refold_in};
pub use standing::{Standing, standing, tell, untold};
pub use team::expected_in;

use crate::{
    domain::{
        id::{GuildId, OccurrenceId, TeamId, UserId},
        ledger::{Asked, History},
    },
    store::{self, Connection, Result, away, excuse, prompt_day},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use std::collections::{HashMap, HashSet};

/// Something about the occurrences of `day` changed: one was tallied, retracted, missed or became unknown.
/// Brings every cache of the team up to date, and moves the settled part of each forward.
pub async fn settle_in(conn: &mut Connection, team: TeamId, day: Date, now: Timestamp) -> Result<()> {
    let Some(guild) = store::team::get(conn, team).await?.map(|team| team.guild) else { return Ok(()) };
    let frontier = frontier_in(conn, team, now).await?;
    let (behind, ahead): (Vec<_>, Vec<_>) =
        store::streak::of_team(conn, team).await?.into_iter().partition(|(_, old)| day <= old.settled_day);
    for (user, _) in behind {
        person::refold_one(conn, guild, team, user, frontier).await?;
    }
    if let Some(since) = ahead.iter().map(|(_, old)| old.settled_day).min() {
        let asked = prompt_day::of_team(conn, team, Some(since)).await?;
        let mut answers = answers_in(conn, team, Some(since)).await?;
        let mut leave = leave_in(conn, guild, team, Some(since)).await?;
        for (user, old) in ahead {
            let answered = answers.remove(&user).unwrap_or_default();
            let mut history = leave.remove(&user).unwrap_or_default();
            let seen = asked.iter().filter(|prompt| prompt.day > old.settled_day);
            history
                .asked
                .extend(seen.map(|p| (p.day, Asked { answered: answered.contains(&p.id), ..p.asked })));
            let new = person::fold_on(&old, &history, frontier);
            if new != old {
                store::streak::put(conn, team, user, &new).await?;
            }
        }
    }
    team::recount_in(conn, guild, team, day, frontier).await
}

/// An occurrence of `day` was posted. That opens a day again on which something had closed already (a second prompt, a
/// bonus), and brings back a day that was thought settled (the zone was changed); else there is nothing to do.
pub async fn opened_in(conn: &mut Connection, team: TeamId, day: Date, now: Timestamp) -> Result<()> {
    if store::streak::is_touched_by(conn, team, day).await? {
        settle_in(conn, team, day, now).await
    } else {
        Ok(())
    }
}

/// The last day that is closed for good: nothing of it or before it is still claimed or open, and no zone on Earth
/// can make it "today" again (dates differ by one at most; one more for a prompt caught up after midnight).
async fn frontier_in(conn: &mut Connection, team: TeamId, now: Timestamp) -> Result<Date> {
    let safe = now.to_zoned(TimeZone::UTC).date().saturating_sub(3.days());
    let open = prompt_day::first_unsettled(conn, team).await?;
    Ok(open.map_or(safe, |open| safe.min(open.saturating_sub(1.day()))))
}

/// What each person of the team answered after a day.
async fn answers_in(
    conn: &mut Connection,
    team: TeamId,
    after: Option<Date>,
) -> Result<HashMap<UserId, HashSet<OccurrenceId>>> {
    let mut answers = HashMap::<_, HashSet<_>>::new();
    for (occurrence, user) in store::answer::standing_of_team(conn, team, after).await? {
        answers.entry(user).or_default().insert(occurrence);
    }
    Ok(answers)
}

/// Each person's leave and excuses that reach past a day, as histories without prompts.
async fn leave_in(
    conn: &mut Connection,
    guild: GuildId,
    team: TeamId,
    after: Option<Date>,
) -> Result<HashMap<UserId, History>> {
    let mut all = HashMap::<_, History>::new();
    for stored in away::of_guild(conn, guild, after).await? {
        all.entry(stored.user).or_default().away.push(stored.away);
    }
    for (user, day) in excuse::active_of_team(conn, team, after).await? {
        all.entry(user).or_default().excused.push(day);
    }
    Ok(all)
}
