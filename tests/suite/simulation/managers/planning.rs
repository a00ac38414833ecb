//! `/series schedule` and `/series edit`, with their previews.

use super::relative;
use crate::simulation::{
    calendar::{Line, Plan},
    team::held,
    town::Town,
};
use emulator::{Message, Response};
use helmsman::store::schedule;
use jiff::{SignedDuration, ToSpan, civil::time};

/// The most series that one team is asked at a time.
const MOST: usize = 3;

/// "Mon, Wed, Fri".
fn days(weekdays: [bool; 7]) -> String {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let on = names.iter().zip(weekdays).filter(|(_, on)| *on).map(|(name, _)| *name);
    on.collect::<Vec<_>>().join(", ")
}

fn clock(plan: &Plan) -> String {
    plan.at.strftime("%H:%M").to_string()
}

impl Town {
    pub async fn edit(&mut self, t: usize) {
        let n = self.some_line(t);
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let mut plan = team.calendar.lines[n].last_plan();
        let dice = &mut team.dice;
        if dice.chance(60) {
            plan.at = time(7 + dice.below(12) as i8, dice.pick(&[0, 10, 30, 40]), 0, 0);
        }
        if dice.chance(40) {
            plan.weekdays[dice.below(5)] ^= true;
            plan.weekdays[5] = true;
        }
        if dice.chance(40) {
            plan.window = SignedDuration::from_hours(dice.pick(&[2, 10, 24, 24, 72]));
        }
        plan.thread ^= dice.chance(30);
        if dice.chance(50) {
            plan.notify = held(&team.crew_allowed, now) == Some(true);
        }
        self.agree(t, n, plan).await;
    }

    /// A manager changes a schedule.
    pub async fn agree(&mut self, t: usize, n: usize, mut plan: Plan) {
        let old = self.teams[t].calendar.lines[n].last_plan();
        let id = self.teams[t].calendar.lines[n].id.to_string();
        let (at, on, hours) = (clock(&plan), days(plan.weekdays), plan.window.as_hours().to_string());
        let thread = plan.thread.to_string();
        let mut options = vec![
            ("schedule", id.as_str()),
            ("time", at.as_str()),
            ("weekdays", on.as_str()),
            ("window", hours.as_str()),
            ("thread", thread.as_str()),
        ];
        options.extend((plan.notify && !old.notify).then_some(("notify", "Crew")));
        let Some(proposal) = self.command(t, "series edit", &options).await else { return };
        if proposal.text().contains("an admin chooses them") {
            return;
        }
        let mut shown = proposal.message().clone();
        if old.notify && !plan.notify {
            let Some(hushed) = self.click(t, &shown, "Notify nobody").await else { return };
            shown = hushed.message().clone();
        }
        let Some(shown) = self.think_again(t, shown, &mut plan).await else { return };
        if shown.text().contains("Nothing yet") {
            return;
        }
        let Some(done) = self.confirm(t, &shown).await else { return };
        let now = self.stage.now();
        let (text, calendar) = (done.text(), &mut self.teams[t].calendar);
        let line = &mut calendar.lines[n];
        // An edit leaves what stopped it as it is; a role that nobody allows any more is not taken.
        if text.contains("may not notify") {
            return;
        }
        assert!(text.contains("is changed."), "team {t} at {now}: {text}");
        plan.held = line.last_plan().held;
        match line.plan() {
            Some(_) => line.agree(now, plan),
            None => {
                let state = line.state;
                line.agreed.push((now, Some(plan)));
                line.stop(now, state);
            }
        }
        let next = calendar.lines[n].plan().and_then(|_| calendar.next(n, now));
        let told = next.as_ref().is_none_or(|(_, due)| text.contains(&relative(due.at)));
        assert!(told, "team {t} at {now}: {next:?}: {text}");
        self.settled().await;
    }

    /// Some press *Change* first, and type another time.
    async fn think_again(&mut self, t: usize, shown: Message, plan: &mut Plan) -> Option<Message> {
        if !self.teams[t].dice.chance(25) {
            return Some(shown);
        }
        let form = self.click(t, &shown, "Change").await?;
        let dice = &mut self.teams[t].dice;
        plan.at = time(7 + dice.below(12) as i8, dice.pick(&[5, 20, 50]), 0, 0);
        let at = clock(plan);
        Some(self.fill(t, form.modal(), &[("time", &at)]).await?.message().clone())
    }

    /// Some press *Confirm* twice.
    async fn confirm(&mut self, t: usize, shown: &Message) -> Option<Response> {
        let done = self.click(t, shown, "Confirm").await?;
        if self.teams[t].dice.chance(20) {
            let again = self.teams[t].admin.click(shown, "Confirm").await.text();
            assert!(!again.contains(" is changed.") && !again.contains("** runs."), "twice: {again}");
        }
        Some(done)
    }

    pub async fn schedule(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let lines = &team.calendar.lines;
        if lines.iter().filter(|line| line.plan().is_some()).count() >= MOST {
            return;
        }
        let all = team.shelf.all().into_iter();
        let new: Vec<_> =
            all.filter(|series| lines.iter().all(|line| line.series != series.id)).cloned().collect();
        let Some(first) = lines.first().filter(|_| !new.is_empty()) else { return };
        let (dice, today) = (&mut team.dice, team.calendar.local(now));
        let series = dice.pick(&new);
        // Also a minute before or after another one.
        let near = first.last_plan().at.wrapping_add((dice.below(3) as i64 - 1).minutes());
        let far = time(7 + dice.below(12) as i8, dice.pick(&[0, 20, 45]), 0, 0);
        let mut plan = Plan {
            at: dice.pick(&[near, far]),
            weekdays: dice.pick(&[
                [true; 7],
                [true, true, true, true, true, false, false],
                [false, true, false, true, false, true, false],
            ]),
            window: SignedDuration::from_hours(dice.pick(&[1, 6, 24, 24, 48])),
            thread: dice.chance(30),
            from: today.saturating_add((dice.pick(&[0, 0, 0, 2, 5])).days()),
            held: None,
            notify: dice.chance(40) && held(&team.crew_allowed, now) == Some(true),
        };
        let shuffled = dice.chance(40);
        let (at, on, hours) = (clock(&plan), days(plan.weekdays), plan.window.as_hours().to_string());
        let (thread, start) = (plan.thread.to_string(), plan.from.to_string());
        let mut options = vec![
            ("series", series.id.as_str()),
            ("time", at.as_str()),
            ("weekdays", on.as_str()),
            ("window", hours.as_str()),
            ("thread", thread.as_str()),
            ("start", start.as_str()),
            ("order", if shuffled { "shuffled" } else { "in order" }),
        ];
        options.extend(plan.notify.then_some(("notify", "Crew")));
        let Some(proposal) = self.command(t, "series schedule", &options).await else { return };
        let Some(shown) = self.think_again(t, proposal.message().clone(), &mut plan).await else { return };
        let Some(done) = self.confirm(t, &shown).await else { return };
        let now = self.stage.now();
        let text = done.text();
        assert!(text.contains("** runs."), "team {t} at {now}: {text}");
        let id = {
            let conn = &mut *self.stage.store().read().await.unwrap();
            let known = schedule::of_team(conn, self.teams[t].id).await.unwrap();
            known.iter().map(|known| known.id).max().expect("one was added")
        };
        let calendar = &mut self.teams[t].calendar;
        calendar.lines.push(Line::new(id, &series, shuffled, (now, plan)));
        let next = calendar.next(calendar.lines.len() - 1, now);
        let told = next.as_ref().is_none_or(|(_, due)| text.contains(&relative(due.at)));
        assert!(told, "team {t} at {now}: {next:?}: {text}");
    }
}
