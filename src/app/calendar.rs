//! The days ahead of a team: what all its schedules will do, date by date.

use crate::{
    app::ahead::{self, Days},
    domain::{id::ScheduleId, queue::AtEnd, reason::Reason},
    store::{
        Result, Store,
        schedule::{self, Schedule, State},
        team::Team,
    },
};
use jiff::{Timestamp, ToSpan, civil::Date};
use std::collections::{BTreeMap, HashMap};

/// How many days are on one page.
pub const A_PAGE: i64 = 30;
/// The last page, counted from 0: a year ahead.
pub const LAST_PAGE: i64 = 12;

/// What one schedule does on a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it is, or would be, due.
    pub due: Timestamp,
    /// The series' id.
    pub series: String,
    /// Why nothing is posted. None: something is.
    pub off: Option<Reason>,
}

/// A page of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first date.
    pub from: Date,
    /// Its last date.
    pub to: Date,
    /// The dates on which a schedule has something to do, each with all of it, the earliest first.
    pub days: BTreeMap<Date, Vec<Entry>>,
}

/// The page with this number, from today on. None: the team's zone is not known any more.
pub async fn month(store: &Store, team: &Team, now: Timestamp, page: i64) -> Result<Option<Month>> {
    let conn = &mut *store.read().await?;
    let Some(days) = ahead::days_in(conn, team, now).await? else { return Ok(None) };
    let schedules = schedule::of_team(conn, team.id).await?;
    let left = ahead::left_in(conn, team.id, &schedules).await?;
    Ok(Some(of(&days, &schedules, &left, page)))
}

/// [`month`], from what was read.
pub fn of(days: &Days, schedules: &[Schedule], left: &HashMap<ScheduleId, u32>, page: i64) -> Month {
    let from = days.today().saturating_add((page.clamp(0, LAST_PAGE) * A_PAGE).days());
    let to = from.saturating_add((A_PAGE - 1).days());
    let mut month = Month { from, to, days: BTreeMap::new() };
    for schedule in schedules {
        if !matches!(schedule.state, State::Active | State::Draft) {
            continue;
        }
        let stops = schedule.plan.at_end == AtEnd::Stop;
        let mut left = if stops { left.get(&schedule.id).copied().unwrap_or(0) } else { u32::MAX };
        for date in days.ahead(schedule).take_while(|date| date.day <= to) {
            if left == 0 {
                break;
            }
            left -= u32::from(date.off.is_none());
            if date.day >= from {
                let series = schedule.plan.series.clone();
                let entry = Entry { due: date.due, series, off: date.off };
                month.days.entry(date.day).or_default().push(entry);
            }
        }
    }
    for entries in month.days.values_mut() {
        entries.sort_by(|a, b| (a.due, &a.series).cmp(&(b.due, &b.series)));
    }
    month
}
