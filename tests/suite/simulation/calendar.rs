//! When a team is to be asked, worked out from what was agreed with it and from nothing that the bot says.

use super::queue::Queue;
use helmsman::{
    domain::{id::ScheduleId, prompt::Series},
    store::schedule::State,
};
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};

/// What a manager has chosen for a series.
#[derive(Clone, Debug)]
pub struct Plan {
    pub at: Time,
    /// Monday first.
    pub weekdays: [bool; 7],
    pub window: SignedDuration,
    pub thread: bool,
    /// The first date.
    pub from: Date,
    /// Paused until this date.
    pub held: Option<Date>,
    /// Each prompt notifies the crew, as long as an admin allows it.
    pub notify: bool,
}

impl Plan {
    fn eligible(&self, day: Date) -> bool {
        let begun = day >= self.from && self.held.is_none_or(|held| day >= held);
        begun && self.weekdays[day.weekday().to_monday_zero_offset() as usize]
    }
}

/// A date that a manager skipped.
#[derive(Clone, Debug)]
pub struct Skip {
    pub day: Date,
    pub said: Timestamp,
    pub undone: Option<Timestamp>,
}

/// A series that runs for the team, or did.
pub struct Line {
    pub id: ScheduleId,
    pub series: String,
    /// As prompts name it, the latest last.
    pub titles: Vec<String>,
    pub queue: Queue,
    /// Since when what held; `None` is nothing at all (paused, ended, suspended).
    pub agreed: Vec<(Timestamp, Option<Plan>)>,
    pub skipped: Vec<Skip>,
    pub state: State,
}

impl Line {
    pub fn new(id: ScheduleId, series: &Series, shuffled: bool, (now, plan): (Timestamp, Plan)) -> Self {
        Self {
            id,
            series: series.id.clone(),
            titles: vec![series.title.clone()],
            queue: Queue::new(series, shuffled),
            agreed: vec![(now, Some(plan))],
            skipped: Vec::new(),
            state: State::Active,
        }
    }

    /// What holds now.
    pub fn plan(&self) -> Option<&Plan> {
        self.agreed.last().and_then(|(_, plan)| plan.as_ref())
    }

    /// What held at an instant.
    pub fn plan_at(&self, at: Timestamp) -> Option<&Plan> {
        self.agreed.iter().rev().find(|(from, _)| *from <= at).and_then(|(_, plan)| plan.as_ref())
    }

    /// What holds, or held before the pause.
    pub fn last_plan(&self) -> Plan {
        self.agreed.iter().rev().find_map(|(_, plan)| plan.clone()).expect("a line begins with a plan")
    }

    /// Something else holds from now on.
    pub fn agree(&mut self, now: Timestamp, plan: Plan) {
        self.agreed.push((now, Some(plan)));
        self.state = State::Active;
    }

    /// It does not run any more.
    pub fn stop(&mut self, now: Timestamp, state: State) {
        self.agreed.push((now, None));
        self.state = state;
    }

    /// Whether this date is skipped, as things stand.
    pub fn skips(&self, day: Date) -> bool {
        self.skipped.iter().any(|skip| skip.day == day && skip.undone.is_none())
    }

    fn skipped_at(&self, day: Date, at: Timestamp) -> bool {
        let stands = |skip: &&Skip| skip.said < at && skip.undone.is_none_or(|undone| at <= undone);
        self.skipped.iter().filter(|skip| skip.day == day).any(|skip| stands(&skip))
    }
}

/// A range of days off.
pub struct Off {
    pub name: String,
    pub from: Date,
    pub to: Date,
    pub entered: Timestamp,
    pub removed: Option<Timestamp>,
}

/// All that decides about dates.
pub struct Calendar {
    pub zone: TimeZone,
    pub lines: Vec<Line>,
    pub off: Vec<Off>,
}

/// A date on which the team is to be asked.
#[derive(Clone, Debug)]
pub struct Due {
    pub at: Timestamp,
    pub plan: Plan,
}

impl Calendar {
    pub fn local(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// Whether nothing runs.
    pub fn rests(&self) -> bool {
        self.lines.iter().all(|line| line.plan().is_none())
    }

    /// Whether nothing was changed in between.
    pub fn unchanged(&self, from: Timestamp, to: Timestamp) -> bool {
        let changed = |at: &Timestamp| from <= *at && *at <= to;
        let agreed = self.lines.iter().flat_map(|line| &line.agreed).map(|(at, _)| *at);
        let skips = self.lines.iter().flat_map(|line| &line.skipped);
        let skipped = skips.flat_map(|skip| [Some(skip.said), skip.undone]).flatten();
        let off = self.off.iter().flat_map(|off| [Some(off.entered), off.removed]).flatten();
        !agreed.chain(skipped).chain(off).any(|at| changed(&at))
    }

    /// Whether the day was off when its prompt was due.
    fn is_off(&self, day: Date, at: Timestamp) -> bool {
        let stood = |off: &Off| off.entered < at && off.removed.is_none_or(|removed| at <= removed);
        self.off.iter().any(|off| (off.from..=off.to).contains(&day) && stood(off))
    }

    /// The slot of a date, off or not: the first instant at which whatever was agreed then made one due, and no skip
    /// stood against it.
    fn slot(&self, line: usize, day: Date) -> Option<Due> {
        let line = &self.lines[line];
        let ends = line.agreed.iter().skip(1).map(|(from, _)| *from).chain([Timestamp::MAX]);
        line.agreed.iter().zip(ends).find_map(|((from, plan), end)| {
            let plan = plan.as_ref().filter(|plan| plan.eligible(day))?;
            let at = self.zone.to_timestamp(day.to_datetime(plan.at)).unwrap();
            // What is due at the very instant of a change was due before it.
            let due = *from < at && at <= end && !line.skipped_at(day, at);
            due.then(|| Due { at, plan: plan.clone() })
        })
    }

    /// When a line is to ask on a date, if at all. What is left out on a day off stays left out, whatever is agreed
    /// later on that day.
    pub fn due(&self, line: usize, day: Date) -> Option<Due> {
        self.slot(line, day).filter(|due| !self.is_off(day, due.at))
    }

    /// Whether anything is due on a date.
    pub fn asks_on(&self, day: Date) -> bool {
        (0..self.lines.len()).any(|line| self.due(line, day).is_some())
    }

    fn ahead(&self, after: Timestamp) -> impl Iterator<Item = Date> {
        let today = self.local(after);
        (0..400_i64).map(move |n| today.saturating_add(n.days()))
    }

    /// The next date on which a line is to ask, later than an instant.
    pub fn next(&self, line: usize, after: Timestamp) -> Option<(Date, Due)> {
        let days = self.ahead(after).filter_map(|day| Some((day, self.due(line, day)?)));
        days.into_iter().find(|(_, due)| due.at > after)
    }

    /// The next date on which a line is looked at, off or not.
    pub fn next_slot(&self, line: usize, after: Timestamp) -> Option<(Date, Due)> {
        let days = self.ahead(after).filter_map(|day| Some((day, self.slot(line, day)?)));
        days.into_iter().find(|(_, due)| due.at > after)
    }

    /// The dates in `[from, to)` on which the team is to be asked.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Vec<Due> {
        let (mut day, last) = (self.local(from), self.local(to));
        let mut all = Vec::new();
        while day <= last {
            let due = (0..self.lines.len()).filter_map(|line| self.due(line, day));
            all.extend(due.filter(|due| from <= due.at && due.at < to));
            day = day.saturating_add(1.day());
        }
        all
    }
}

/// Days since 1970, as the naive streak counts them.
pub fn number(day: Date) -> i64 {
    day.to_datetime(Time::MIN).to_zoned(TimeZone::UTC).unwrap().timestamp().as_second() / 86_400
}

/// Up to the next whole minute.
pub fn ceil_minute(ms: i64) -> i64 {
    (ms + 59_999).div_euclid(60_000) * 60_000
}
