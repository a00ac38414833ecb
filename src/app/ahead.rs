//! What schedules will do: dates, instants, prompts, and dates without a post. Nothing here changes anything.
//!
//! Must always hold: what is told here is what the scheduler does, if nothing changes meanwhile; and a team with many
//! schedules is asked about in as many statements as one with a single one.

use crate::{
    app::{prompts, slots},
    domain::{
        id::{ScheduleId, TeamId},
        library::Library,
        occurrence,
        prompt::Prompt,
        queue::AtEnd,
        reason::Reason,
        schedule::Slot,
    },
    store::{
        Connection, Result,
        day_off::{self, DayOff},
        occurrence as occurrences, queue,
        schedule::Schedule,
        team::Team,
    },
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use std::collections::HashMap;

/// No look goes further than this many eligible dates: a schedule of Mondays with every Monday off has no next one.
const FURTHEST: usize = 800;

/// One date ahead of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// The local date.
    pub day: Date,
    /// When it is due.
    pub due: Timestamp,
    /// Why nothing will be posted.
    pub off: Option<Reason>,
}

/// What is known of a team's days that have not passed.
#[derive(Clone, Debug)]
pub struct Days {
    zone: TimeZone,
    now: Timestamp,
    off: Vec<DayOff>,
    taken: HashMap<ScheduleId, HashMap<Date, (occurrence::State, Option<String>)>>,
}

/// Reads what is needed to look ahead from `now`. None: the team's zone is not known any more.
pub async fn days_in(conn: &mut Connection, team: &Team, now: Timestamp) -> Result<Option<Days>> {
    let Ok(zone) = TimeZone::get(&team.zone) else { return Ok(None) };
    let today = zone.to_datetime(now).date();
    let off = day_off::ending_from(conn, team.id, today).await?;
    let mut taken = HashMap::<_, HashMap<_, _>>::new();
    for (id, day, state, reason) in
        occurrences::days_taken(conn, team.id, today.saturating_sub(3.days())).await?
    {
        taken.entry(id).or_default().insert(day, (state, reason));
    }
    Ok(Some(Days { zone, now, off, taken }))
}

impl Days {
    /// The team's zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The local date.
    pub fn today(&self) -> Date {
        self.zone.to_datetime(self.now).date()
    }

    /// The team's day off on this date.
    pub fn off(&self, day: Date) -> Option<&DayOff> {
        self.off.iter().find(|off| off.from <= day && day <= off.to)
    }

    /// When a schedule has posted today, if it has.
    pub fn posted_today(&self, schedule: &Schedule) -> Option<Timestamp> {
        let today = self.today();
        let (state, _) = self.taken.get(&schedule.id)?.get(&today)?;
        let slot = schedule.rule().slots_from(&self.zone, today).next().filter(|slot| slot.day() == today)?;
        matches!(state, occurrence::State::Claimed | occurrence::State::Posted)
            .then(|| slots::instant(slot, &self.zone))
    }

    /// The dates ahead of a schedule, as if it ran from now. They do not end before the calendar does.
    pub fn ahead(&self, schedule: &Schedule) -> impl Iterator<Item = Ahead> {
        let taken = self.taken.get(&schedule.id);
        schedule.rule().slots_after(&self.zone, self.now).filter_map(move |slot| {
            let day = slot.day();
            let reason = match (taken.and_then(|taken| taken.get(&day)), slot) {
                (Some((occurrence::State::Skipped, reason)), _) => {
                    Some(reason.as_deref().and_then(Reason::parse).unwrap_or(Reason::SkippedByHand))
                }
                // Posted already, before the edit that put this slot ahead of us.
                (Some(_), _) => return None,
                (None, Slot::NoSuchDay { .. }) => Some(Reason::NoSuchDay),
                (None, Slot::At { .. }) => self.off(day).map(|off| Reason::DayOff(off.name.clone())),
            };
            Some(Ahead { day, due: slots::instant(slot, &self.zone), off: reason })
        })
    }

    /// [`Self::ahead`] until `n` of the dates have a post.
    pub fn until(&self, schedule: &Schedule, n: usize) -> Vec<Ahead> {
        let mut posts = 0;
        let wanted = |day: &Ahead| {
            let more = posts < n;
            posts += usize::from(day.off.is_none());
            more
        };
        self.ahead(schedule).take(FURTHEST).take_while(wanted).collect()
    }

    /// When the schedule posts next, at most `n` times: days off and skipped dates are left out, and nothing comes
    /// after the end of its queue, which has `left` prompts.
    pub fn next_posts(&self, schedule: &Schedule, left: u32, n: usize) -> Vec<(Date, Timestamp)> {
        let n = if schedule.plan.at_end == AtEnd::Stop { n.min(left as usize) } else { n };
        let ahead = self.until(schedule, n);
        ahead.into_iter().filter(|day| day.off.is_none()).map(|day| (day.day, day.due)).collect()
    }

    /// [`Self::until`] these prompts, which are a series' id and a prompt each, have their dates.
    pub fn preview(&self, schedule: &Schedule, prompts: Vec<(String, Prompt)>) -> Vec<Preview> {
        let ahead = self.until(schedule, prompts.len());
        let mut prompts = prompts.into_iter();
        let mut content = |off: Option<Reason>| match off {
            Some(reason) => Some(Content::Off(reason)),
            None => prompts.next().map(|(series, prompt)| Content::Prompt {
                series,
                prompt: prompt.id,
                title: prompt.title,
            }),
        };
        ahead
            .into_iter()
            .filter_map(|day| Some(Preview { day: day.day, due: day.due, what: content(day.off)? }))
            .collect()
    }
}

/// When one schedule posts next, at most `n` times.
pub async fn next_posts_in(
    conn: &mut Connection,
    team: &Team,
    schedule: &Schedule,
    now: Timestamp,
    n: usize,
) -> Result<Vec<(Date, Timestamp)>> {
    let Some(days) = days_in(conn, team, now).await? else { return Ok(Vec::new()) };
    let left = queue::len(conn, schedule.id).await?;
    Ok(days.next_posts(schedule, left, n))
}

/// How many prompts are left in each queue of the team whose end matters.
pub async fn left_in(
    conn: &mut Connection,
    team: TeamId,
    schedules: &[Schedule],
) -> Result<HashMap<ScheduleId, u32>> {
    if schedules.iter().all(|schedule| schedule.plan.at_end != AtEnd::Stop) {
        return Ok(HashMap::new());
    }
    queue::lens(conn, team).await
}

/// What a date ahead holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The local date.
    pub day: Date,
    /// When it is due.
    pub due: Timestamp,
    /// What happens.
    pub what: Content,
}

impl Preview {
    /// Whether something is posted.
    pub fn is_post(&self) -> bool {
        matches!(self.what, Content::Prompt { .. })
    }
}

/// A prompt, or none with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// This prompt of this series.
    Prompt {
        /// The series' id.
        series: String,
        /// The prompt's id.
        prompt: String,
        /// Its title.
        title: String,
    },
    /// Nothing is posted.
    Off(Reason),
}

/// The dates ahead of a schedule with their prompts, as if it ran from now, until `n` of them have a post.
pub async fn preview_in(
    conn: &mut Connection,
    library: &Library,
    team: &Team,
    schedule: &Schedule,
    now: Timestamp,
    n: usize,
) -> Result<Vec<Preview>> {
    let Some(days) = days_in(conn, team, now).await? else { return Ok(Vec::new()) };
    let queue = queue::all(conn, schedule.id).await?;
    let prompts = prompts::ahead(library, &schedule.plan, schedule.seed, schedule.round, queue, n);
    Ok(days.preview(schedule, prompts))
}
