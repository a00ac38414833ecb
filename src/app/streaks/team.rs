//! The cache of the team's streak.

use super::{answers_in, leave_in};
use crate::{
    domain::{
        id::{GuildId, OccurrenceId, TeamId, UserId},
        ledger::{Asked, Closing, History},
        occurrence::State,
        streak::{TeamDay, TeamStreak},
    },
    store::{
        Connection, Result,
        prompt_day::{self, PromptDay},
        team_streak::{self, Cached},
    },
};
use jiff::{ToSpan, civil::Date};
use std::collections::{HashMap, HashSet};

/// Regulars are those who answered on one of so many prompt days before.
const LOOK_BACK: u32 = 10;
/// The settled part ends so many days before the people's: an excuse may reach 30 days back, and must not meet it.
const REACH: i32 = 31;

/// Counts the team's streak again after something changed on the day `changed`: from the settled part, or from
/// nothing if the day lies in that.
pub(super) async fn recount_in(
    conn: &mut Connection,
    guild: GuildId,
    team: TeamId,
    changed: Date,
    frontier: Date,
) -> Result<()> {
    let old = team_streak::get(conn, team).await?;
    let base = old.filter(|old| changed > old.settled_day);
    let base = base.unwrap_or(NOTHING);
    let new = fold_on(conn, guild, team, &base, frontier.saturating_sub(REACH.days())).await?;
    if old != Some(new) {
        team_streak::put(conn, team, &new).await?;
    }
    Ok(())
}

/// Where every team starts.
pub(super) const NOTHING: Cached = Cached {
    now: TeamStreak { len: 0, best: 0 },
    settled_day: Date::MIN,
    settled: TeamStreak { len: 0, best: 0 },
};

/// Goes on from a cache. Settles up to `frontier`.
pub(super) async fn fold_on(
    conn: &mut Connection,
    guild: GuildId,
    team: TeamId,
    old: &Cached,
    frontier: Date,
) -> Result<Cached> {
    let before = prompt_day::last_posted_days(conn, team, old.settled_day, LOOK_BACK).await?;
    let since = before.last().map_or(old.settled_day, |first| first.saturating_sub(1.day()));
    let since = (since > Date::MIN).then_some(since);
    let asked = prompt_day::of_team(conn, team, since).await?;
    let answers = answers_in(conn, team, since).await?;
    let leave = leave_in(conn, guild, team, since).await?;

    let settled_day = old.settled_day.max(frontier);
    let (mut settled, mut now) = (old.settled, old.settled);
    for (day, team_day) in closed_days(&asked, &by_occurrence(answers), &leave) {
        if day <= old.settled_day {
            continue;
        }
        now.step(team_day);
        if day <= settled_day {
            settled = now;
        }
    }
    Ok(Cached { now, settled_day, settled })
}

/// Of a day that may still be open: how many have answered on it, and how many are expected, which are its regulars and
/// whoever has answered.
pub async fn expected_in(
    conn: &mut Connection,
    guild: GuildId,
    team: TeamId,
    day: Date,
) -> Result<(u32, u32)> {
    let eve = day.saturating_sub(1.day());
    let before = prompt_day::last_posted_days(conn, team, eve, LOOK_BACK).await?;
    let since = before.last().copied().unwrap_or(day).saturating_sub(1.day());
    let asked = prompt_day::of_team(conn, team, Some(since)).await?;
    let answers = by_occurrence(answers_in(conn, team, Some(since)).await?);
    let leave = leave_in(conn, guild, team, Some(eve)).await?;
    let of_day: Vec<Asked> = asked.iter().filter(|asked| asked.day == day).map(|asked| asked.asked).collect();
    let closing = Closing::of(&of_day);
    let who = |wanted: &dyn Fn(Date) -> bool| -> HashSet<UserId> {
        let asked = asked.iter().filter(|asked| wanted(asked.day));
        asked.filter_map(|asked| answers.get(&asked.id)).flatten().copied().collect()
    };
    let here = who(&|asked| asked == day);
    let is_off = |user: &UserId| {
        leave.get(user).is_some_and(|leave| {
            leave.excused.contains(&day) || leave.away.iter().any(|away| away.covers(day, closing))
        })
    };
    let regulars = who(&|asked| before.contains(&asked));
    let missing = regulars.iter().filter(|user| !here.contains(*user) && !is_off(user)).count();
    Ok((here.len() as u32, (here.len() + missing) as u32))
}

fn by_occurrence(answers: HashMap<UserId, HashSet<OccurrenceId>>) -> HashMap<OccurrenceId, Vec<UserId>> {
    let mut turned = HashMap::<_, Vec<_>>::new();
    for (user, occurrences) in answers {
        for occurrence in occurrences {
            turned.entry(occurrence).or_default().push(user);
        }
    }
    turned
}

/// Each closed day with a fair occurrence. A prompt day is one on which something was posted.
fn closed_days(
    asked: &[PromptDay],
    answers: &HashMap<OccurrenceId, Vec<UserId>>,
    leave: &HashMap<UserId, History>,
) -> Vec<(Date, TeamDay)> {
    let mut days = Vec::new();
    let mut prompt_days: Vec<HashSet<UserId>> = Vec::new();
    for of_day in asked.chunk_by(|a, b| a.day == b.day) {
        let Some(day) = of_day.first().map(|asked| asked.day) else { continue };
        let prompts: Vec<Asked> = of_day.iter().map(|prompt| prompt.asked).collect();
        let posted = || prompts.iter().filter(|asked| asked.state == State::Posted);
        let here: HashSet<UserId> =
            of_day.iter().filter_map(|prompt| answers.get(&prompt.id)).flatten().copied().collect();
        if posted().all(|asked| asked.tallied) && posted().any(Asked::is_fair) {
            let closing = Closing::of(&prompts);
            let is_off = |user: &UserId| {
                leave.get(user).is_some_and(|leave| {
                    leave.excused.contains(&day) || leave.away.iter().any(|a| a.covers(day, closing))
                })
            };
            let lately = prompt_days.iter().rev().take(LOOK_BACK as usize).flatten();
            let regulars: HashSet<&UserId> = lately.filter(|user| !is_off(user)).collect();
            let answered = regulars.iter().filter(|user| here.contains(**user)).count();
            days.push((day, TeamDay { regulars: regulars.len() as u32, answered: answered as u32 }));
        }
        if posted().next().is_some() {
            prompt_days.push(here);
        }
    }
    days
}
