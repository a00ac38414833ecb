//! Excuses: a manager says that a day shall not count against somebody, and can take that back.
//!
//! Must always hold: only a closed prompt day at most [`BACK`] days back is excused; the streak is folded again in the
//! same transaction; excuse and undoing are both in the audit trail. Whether the person answered is nobody else's
//! business, so the outcome does not depend on it.

use crate::{
    app::{
        setup::team_of,
        streaks::{self, Changed},
    },
    domain::{
        id::{GuildId, TeamId, UserId},
        occurrence::State,
    },
    store::{
        Connection, Result, Store, audit, excuse,
        prompt_day::{self, PromptDay},
    },
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// How many days back a day can be excused.
pub const BACK: i64 = 30;
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 200;

/// A day that can be excused, and what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The local date.
    pub day: Date,
    /// The title of its first prompt.
    pub title: String,
}

/// The days that can be excused, the newest first.
pub async fn closed_days(store: &Store, team: TeamId, today: Date) -> Result<Vec<Closed>> {
    let conn = &mut *store.read().await?;
    let from = today.saturating_sub(BACK.days());
    let asked = prompt_day::of_team(conn, team, Some(from.saturating_sub(1.day()))).await?;
    let titles = prompt_day::titles(conn, team, from, today).await?;
    let mut days = Vec::new();
    for of_day in asked.chunk_by(|a, b| a.day == b.day).filter(|of_day| is_closed(of_day)) {
        let posted = of_day.iter().find(|asked| asked.asked.state == State::Posted);
        let title = posted.and_then(|posted| titles.iter().find(|(id, ..)| *id == posted.id));
        let title = title.and_then(|(_, title, _)| title.clone()).unwrap_or_default();
        days.extend(posted.map(|posted| Closed { day: posted.day, title }));
    }
    days.reverse();
    Ok(days)
}

fn is_closed(of_day: &[PromptDay]) -> bool {
    let mut posted = of_day.iter().filter(|asked| asked.asked.state == State::Posted).peekable();
    posted.peek().is_some() && posted.all(|asked| asked.asked.tallied)
}

/// What is to be excused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who.
    pub user: UserId,
    /// Which day.
    pub day: Date,
    /// Why: 1 to [`LONGEST_REASON`] characters.
    pub reason: String,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excused {
    /// It is excused.
    Done,
    /// It was excused before.
    Already,
    /// More than [`BACK`] days back; this is the first day that is not.
    TooOld(Date),
    /// Still to come.
    Ahead,
    /// Something of that day is still open.
    Open,
    /// Nothing was asked that day, or it was taken back.
    NoPrompt,
    /// The reason is empty or too long.
    OddReason,
    /// No such team on this server.
    NoTeam,
}

/// Excuses a day of a person.
pub async fn excuse(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    wish: Wish,
) -> Result<Excused> {
    store.write(move |conn| Box::pin(async move { excuse_in(conn, now, (guild, id), by, &wish).await })).await
}

async fn excuse_in(
    conn: &mut Connection,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    wish: &Wish,
) -> Result<Excused> {
    let Some(team) = team_of(conn, guild, id).await? else { return Ok(Excused::NoTeam) };
    let today = TimeZone::get(&team.zone).unwrap_or(TimeZone::UTC).to_datetime(now).date();
    let Wish { user, day, reason } = wish;
    let first = today.saturating_sub(BACK.days());
    if *day > today {
        return Ok(Excused::Ahead);
    }
    if *day < first {
        return Ok(Excused::TooOld(first));
    }
    if reason.trim().is_empty() || reason.chars().count() > LONGEST_REASON {
        return Ok(Excused::OddReason);
    }
    let asked = prompt_day::of_team(conn, id, Some(day.saturating_sub(1.day()))).await?;
    let asked: Vec<_> = asked.into_iter().filter(|asked| asked.day == *day).collect();
    if !is_closed(&asked) {
        let open = |asked: &PromptDay| match asked.asked.state {
            State::Claimed => true,
            State::Posted => !asked.asked.tallied,
            _ => false,
        };
        return Ok(if asked.iter().any(open) { Excused::Open } else { Excused::NoPrompt });
    }
    let before = excuse::active_of_person(conn, id, *user, Some(day.saturating_sub(1.day()))).await?;
    if before.contains(day) {
        return Ok(Excused::Already);
    }
    excuse::insert(conn, id, *user, *day, reason, by, now).await?;
    streaks::refold_in(conn, Changed { guild, team: id, user: *user, day: *day }, now).await?;
    audit::add(conn, id, by, now, &format!("excused <@{user}> for {day}: {reason}")).await?;
    Ok(Excused::Done)
}

/// Takes an excuse back. False: there is none (any more).
pub async fn undo(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    user: UserId,
    day: Date,
) -> Result<bool> {
    store
        .write(move |conn| {
            Box::pin(async move {
                if team_of(conn, guild, id).await?.is_none() {
                    return Ok(false);
                }
                if excuse::undo(conn, id, user, day, now).await? == 0 {
                    return Ok(false);
                }
                streaks::refold_in(conn, Changed { guild, team: id, user, day }, now).await?;
                audit::add(conn, id, by, now, &format!("excuse of <@{user}> for {day} taken back")).await?;
                Ok(true)
            })
        })
        .await
}
