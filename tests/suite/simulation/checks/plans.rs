//! What managers arranged, against what the database holds of it and the calendar promises.

use crate::simulation::{
    calendar::{Line, number},
    town::Town,
};
use helmsman::{
    app::calendar,
    domain::{id::RoleId, schedule::Weekdays},
    store::{
        day_off, excuse, queue,
        schedule::{self, State},
        team,
    },
};
use jiff::civil::Date;
use std::collections::BTreeSet;

impl Town {
    /// The database has what managers were told that it has.
    pub async fn check_plans(&mut self, t: usize, context: &str) {
        let now = self.stage.now();
        let conn = &mut *self.stage.store().read().await.unwrap();
        let rough = self.teams[t].rough(self.checked, now).next().is_some();
        let team = &mut self.teams[t];
        let today = team.calendar.local(now);
        let known = schedule::of_team(conn, team.id).await.unwrap();
        assert_eq!(known.len(), team.calendar.lines.len(), "{context}: schedules");
        for n in 0..team.calendar.lines.len() {
            let left = queue::all(conn, team.calendar.lines[n].id).await.unwrap();
            let line = &mut team.calendar.lines[n];
            let left = line.queue.known(left);
            let about = format!("{context}: schedule {}", line.id);
            if rough || !line.queue.sure {
                (line.queue.left, line.queue.sure) = (left, true);
            } else {
                assert_eq!(line.queue.left, left, "{about}: the queue");
            }
            let line = &team.calendar.lines[n];
            let stored = known.iter().find(|known| known.id == line.id).expect("it is the team's");
            assert_eq!(stored.state, line.state, "{about}");
            let runs = stored.state == State::Active;
            let resumes = stored.resumes.filter(|date| *date > today && runs);
            assert_eq!(wanted(line, today), (plan_of(&stored.plan), resumes), "{about}: the plan");
            if runs {
                let next = team.calendar.next_slot(n, now).map(|(day, due)| (day, due.at));
                assert_eq!(stored.next, next, "{about}: what comes next");
            }
        }
        let off = day_off::ending_from(conn, team.id, today).await.unwrap();
        let off: BTreeSet<_> = off.into_iter().map(|off| (off.from, off.to, off.name)).collect();
        let agreed = team.calendar.off.iter().filter(|off| off.removed.is_none() && off.to >= today);
        let agreed: BTreeSet<_> = agreed.map(|off| (off.from, off.to, off.name.clone())).collect();
        assert_eq!(off, agreed, "{context}: days off");
        let stored = excuse::active_of_team(conn, team.id, None).await.unwrap();
        let stored: BTreeSet<_> = stored.into_iter().map(|(user, day)| (user.0, number(day))).collect();
        let excused = team.people.iter().flat_map(|member| {
            let active = member.excuses.iter().filter(|excuse| !excuse.undone);
            active.map(|excuse| (member.person.id().get(), excuse.day))
        });
        assert_eq!(stored, excused.collect(), "{context}: excuses");
        let row = team::get(conn, team.id).await.unwrap().expect("it is there");
        assert_eq!(row.nudge_minutes, team.nudges.last().unwrap().1, "{context}: the nudge");
        let month =
            calendar::month(self.stage.store(), &row, now, 0).await.unwrap().expect("the zone is known");
        let promised = month.days.iter().flat_map(|(day, entries)| {
            let posts = entries.iter().filter(|entry| entry.off.is_none());
            posts.map(|entry| (*day, entry.due, entry.series.clone()))
        });
        let mut ahead = BTreeSet::new();
        let mut day = month.from;
        while day <= month.to {
            for (n, line) in team.calendar.lines.iter().enumerate() {
                let due = team.calendar.due(n, day).filter(|due| due.at > now);
                ahead.extend(due.map(|due| (day, due.at, line.series.clone())));
            }
            day = day.tomorrow().unwrap();
        }
        assert_eq!(promised.collect::<BTreeSet<_>>(), ahead, "{context}: the calendar");
    }
}

/// Time, days, first day, minutes, thread, and whether anybody is notified.
type Wanted = (jiff::civil::Time, u8, Date, Option<i64>, bool, bool);

fn plan_of(plan: &schedule::Plan) -> Wanted {
    let rule = &plan.rule;
    let notify: Option<RoleId> = plan.notify;
    (rule.at, rule.weekdays.bits(), rule.start, plan.window_minutes, plan.thread, notify.is_some())
}

/// What was agreed last, and until when it is paused.
fn wanted(line: &Line, today: Date) -> (Wanted, Option<Date>) {
    let plan = line.last_plan();
    let bits = plan.weekdays.iter().enumerate().map(|(nth, on)| u8::from(*on) << nth).sum();
    let weekdays = Weekdays::from_bits(bits).expect("some day is left").bits();
    let held = plan.held.filter(|date| *date > today && line.state == State::Active);
    ((plan.at, weekdays, plan.from, Some(plan.window.as_mins()), plan.thread, plan.notify), held)
}
