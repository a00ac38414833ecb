//! Does every cache say what the facts say?

use super::{person, team};
use crate::{
    domain::{
        id::{TeamId, UserId},
        streak::{Streak, TeamStreak},
    },
    store::{self, Connection, Result, Store, answer, prompt_day, streak, team_streak},
};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A cache that differs from the fold over the recorded facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The team.
    pub team: TeamId,
    /// The person; None: the team's own streak (which has no `p`).
    pub user: Option<UserId>,
    /// None: it is about everything known. Else about the settled part, which ends with this day.
    pub settled: Option<Date>,
    /// What is stored.
    pub cached: Streak,
    /// What the facts say.
    pub folded: Streak,
}

/// Folds every streak from nothing and compares. Nothing is changed.
pub async fn check(store: &Store) -> Result<Vec<Mismatch>> {
    let mut conn = store.read().await?;
    let mut found = Vec::new();
    for team in prompt_day::teams(&mut conn).await? {
        check_team(&mut conn, team, &mut found).await?;
    }
    Ok(found)
}

async fn check_team(conn: &mut Connection, team: TeamId, found: &mut Vec<Mismatch>) -> Result<()> {
    let Some(guild) = store::team::get(conn, team).await?.map(|team| team.guild) else { return Ok(()) };
    let mut people: BTreeSet<_> = answer::people_of_team(conn, team).await?.into_iter().collect();
    people.extend(streak::of_team(conn, team).await?.into_iter().map(|(user, _)| user));
    for user in people {
        let cached = streak::get(conn, team, user).await?.map(|(cached, _)| cached);
        let lines = person::history(conn, guild, team, user).await?.ledger(Streak::default());
        let until = |day: Date| {
            lines.iter().rev().find(|line| line.day <= day).map_or(Streak::default(), |line| line.streak)
        };
        let now = cached.map_or(Streak::default(), |cached| cached.now);
        let mut compare = |settled, cached, folded| {
            if cached != folded {
                found.push(Mismatch { team, user: Some(user), settled, cached, folded });
            }
        };
        compare(None, now, until(Date::MAX));
        if let Some(cached) = cached {
            compare(Some(cached.settled_day), cached.settled, until(cached.settled_day));
        }
    }
    let plain = |streak: TeamStreak| Streak { len: streak.len, best: streak.best, p: 0 };
    let folded = team::fold_on(conn, guild, team, &team::NOTHING, Date::MIN).await?;
    let cached = team_streak::get(conn, team).await?.unwrap_or(team::NOTHING);
    if cached.now != folded.now {
        let (cached, folded) = (plain(cached.now), plain(folded.now));
        found.push(Mismatch { team, user: None, settled: None, cached, folded });
    }
    Ok(())
}
