//! Days off: ranges of local dates on which a team gets no scheduled prompt.
//!
//! Must always hold: a day off changes nothing that is posted or recorded already; on one that is still to come nothing
//! is posted, so nobody's streak can suffer; each addition and removal is in the audit trail.

use crate::{
    app::setup::team_of,
    domain::id::{GuildId, TeamId, UserId},
    store::{
        Connection, Result, Store, audit,
        day_off::{self, DayOff},
    },
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;
/// The longest range, in days.
pub const LONGEST: i64 = 366;
/// The most ranges of a team that are still to come.
pub const MOST: usize = 200;

/// The ranges that have not passed, the earliest first.
pub async fn coming(store: &Store, team: TeamId, today: Date) -> Result<Vec<DayOff>> {
    day_off::ending_from(&mut *store.read().await?, team, today).await
}

/// What somebody wants off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// What people call it: not empty.
    pub name: String,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is off.
    Done,
    /// The very same days are off already, under this name.
    Already(String),
    /// It ends before it begins.
    Reversed,
    /// It begins before this day, which is today.
    Past(Date),
    /// It is longer than [`LONGEST`] days, or begins more than two years ahead.
    TooLong,
    /// The name is empty or longer than [`LONGEST_NAME`] characters.
    OddName,
    /// There are [`MOST`] already.
    TooMany,
    /// No such team on this server.
    NoTeam,
}

/// Adds a range.
pub async fn add(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    wish: Wish,
) -> Result<Added> {
    store.write(move |conn| Box::pin(async move { add_in(conn, now, (guild, id), by, &wish).await })).await
}

async fn add_in(
    conn: &mut Connection,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    wish: &Wish,
) -> Result<Added> {
    let Some(team) = team_of(conn, guild, id).await? else { return Ok(Added::NoTeam) };
    let today = TimeZone::get(&team.zone).unwrap_or(TimeZone::UTC).to_datetime(now).date();
    let Wish { from, to, name } = wish;
    if to < from {
        return Ok(Added::Reversed);
    }
    if *from < today {
        return Ok(Added::Past(today));
    }
    if *to >= from.saturating_add(LONGEST.days()) || *from > today.saturating_add(2.years()) {
        return Ok(Added::TooLong);
    }
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
        return Ok(Added::OddName);
    }
    let known = day_off::ending_from(conn, id, today).await?;
    if let Some(same) = known.iter().find(|off| (off.from, off.to) == (*from, *to)) {
        return Ok(Added::Already(same.name.clone()));
    }
    if known.len() >= MOST {
        return Ok(Added::TooMany);
    }
    day_off::insert(conn, id, *from, *to, name).await?;
    audit::add(conn, id, by, now, &format!("day off added: {}", words(*from, *to, name))).await?;
    Ok(Added::Done)
}

/// Takes a range away. The row of one that is gone may be another's by now, so its days are asked as well. None: the
/// team has no such range.
pub async fn remove(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    (range, from, to): (i64, Date, Date),
) -> Result<Option<DayOff>> {
    store
        .write(move |conn| {
            Box::pin(async move {
                if team_of(conn, guild, id).await?.is_none() {
                    return Ok(None);
                }
                let known = day_off::ending_from(conn, id, Date::MIN).await?;
                let off = known.into_iter().find(|off| (off.id, off.from, off.to) == (range, from, to));
                if let Some(off) = &off {
                    day_off::delete(conn, id, range).await?;
                    let what = format!("day off removed: {}", words(off.from, off.to, &off.name));
                    audit::add(conn, id, by, now, &what).await?;
                }
                Ok(off)
            })
        })
        .await
}

fn words(from: Date, to: Date, name: &str) -> String {
    if from == to { format!("{from}, {name}") } else { format!("{from} to {to}, {name}") }
}
