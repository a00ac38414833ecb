//! When a team is to be asked, worked out from what was agreed with it and from nothing that the bot says.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};

/// What a manager has chosen.
#[derive(Clone, Debug)]
pub struct Plan {
    pub at: Time,
    /// Monday first.
    pub weekdays: [bool; 7],
    pub window: SignedDuration,
    pub thread: bool,
}

/// All that decides about dates. `agreed` holds since when what held; `None` is nothing at all (paused).
pub struct Calendar {
    pub zone: TimeZone,
    pub agreed: Vec<(Timestamp, Option<Plan>)>,
    /// First and last day, and when it was entered.
    pub off: Vec<(Date, Date, Timestamp)>,
    /// Which, and when a manager said so.
    pub skipped: Vec<(Date, Timestamp)>,
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

    pub fn plan(&self) -> Option<&Plan> {
        self.agreed.last().and_then(|(_, plan)| plan.as_ref())
    }

    /// What held at an instant.
    pub fn plan_at(&self, at: Timestamp) -> Option<&Plan> {
        self.agreed.iter().rev().find(|(from, _)| *from <= at).and_then(|(_, plan)| plan.as_ref())
    }

    /// What holds, or held before the pause.
    pub fn last_plan(&self) -> Option<Plan> {
        self.agreed.iter().rev().find_map(|(_, plan)| plan.clone())
    }

    /// Whether nothing was changed in between.
    pub fn unchanged(&self, from: Timestamp, to: Timestamp) -> bool {
        let changed = |at: &Timestamp| from <= *at && *at <= to;
        let agreed = self.agreed.iter().map(|(at, _)| at);
        let off = self.off.iter().map(|(.., at)| at);
        let skipped = self.skipped.iter().map(|(_, at)| at);
        !agreed.chain(off).chain(skipped).any(changed)
    }

    /// The next date on which the team is to be asked, later than an instant.
    pub fn next(&self, after: Timestamp) -> Option<(Date, Due)> {
        let today = self.local(after);
        let days = (0..400_i64).map(|n| today.saturating_add(n.days()));
        days.filter_map(|day| Some((day, self.due(day)?))).find(|(_, due)| due.at > after)
    }

    /// Another agreement holds from now on.
    pub fn agree(&mut self, now: Timestamp, plan: Option<Plan>) {
        self.agreed.push((now, plan));
    }

    pub fn is_off(&self, day: Date, at: Timestamp) -> bool {
        self.skipped.iter().any(|(skipped, _)| *skipped == day)
            || self.off.iter().any(|(from, to, entered)| (*from..=*to).contains(&day) && *entered < at)
    }

    /// The slot of a date, off or not: the first instant at which whatever was agreed then made one due.
    pub fn slot(&self, day: Date) -> Option<Due> {
        let ends = self.agreed.iter().skip(1).map(|(from, _)| *from).chain([Timestamp::MAX]);
        self.agreed.iter().zip(ends).find_map(|((from, plan), end)| {
            let plan = plan.as_ref()?;
            let at = self.zone.to_timestamp(day.to_datetime(plan.at)).unwrap();
            let eligible = plan.weekdays[day.weekday().to_monday_zero_offset() as usize];
            (eligible && *from < at && at < end).then(|| Due { at, plan: plan.clone() })
        })
    }

    /// When the team is to be asked on a date, if at all.
    pub fn due(&self, day: Date) -> Option<Due> {
        self.slot(day).filter(|due| !self.is_off(day, due.at))
    }

    /// The dates in `[from, to)` on which the team is to be asked.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Vec<(Date, Due)> {
        let (mut day, last) = (self.local(from), self.local(to));
        let mut all = Vec::new();
        while day <= last {
            all.extend(self.due(day).filter(|due| from <= due.at && due.at < to).map(|due| (day, due)));
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
