//! What managers do with a series that is there: pause, resume, skip, end, and its queue.

use super::{relative, words};
use crate::simulation::{calendar::Skip, town::Town};
use helmsman::store::schedule::State;
use jiff::ToSpan;

const QUEUE: &str = "The queue: choose a prompt to put first or leave out";

impl Town {
    pub async fn pause(&mut self, t: usize) {
        let n = self.some_line(t);
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let (line, today) = (&team.calendar.lines[n], team.calendar.local(now));
        let held = line.plan().is_some_and(|plan| plan.held.is_some_and(|date| date > today));
        if line.plan().is_none() || (held && team.dice.chance(60)) {
            return self.resume(t, n).await;
        }
        let id = line.id.to_string();
        let until =
            team.dice.chance(50).then(|| today.saturating_add((1 + team.dice.below(9) as i64).days()));
        let date = until.map(|date| date.to_string());
        let mut options = vec![("schedule", id.as_str())];
        options.extend(date.as_deref().map(|date| ("until", date)));
        let Some(paused) = self.command(t, "series pause", &options).await else { return };
        let now = self.stage.now();
        let text = paused.text();
        let team = &mut self.teams[t];
        match until {
            // It has become that day on the way.
            Some(date) if date <= team.calendar.local(now) => {
                assert!(text.contains("is not ahead"), "{text}");
            }
            Some(date) => {
                let line = &mut team.calendar.lines[n];
                let plan = line.last_plan();
                line.agree(now, crate::simulation::calendar::Plan { held: Some(date), ..plan });
                let next = team.calendar.next(n, now).map(|(_, due)| relative(due.at));
                let told = text.contains(&format!("paused until {}", words(date)));
                assert!(told && next.as_ref().is_none_or(|next| text.contains(next)), "{next:?}: {text}");
            }
            None => {
                team.calendar.lines[n].stop(now, State::Paused);
                assert!(text.contains("is paused."), "{text}");
            }
        }
    }

    /// Lets something go on, whatever stopped it.
    pub async fn resume(&mut self, t: usize, n: usize) {
        let id = self.teams[t].calendar.lines[n].id.to_string();
        // If a command is lost on its way, people try again.
        let resumed = loop {
            if let Some(resumed) = self.command(t, "series resume", &[("schedule", &id)]).await {
                break resumed.text();
            }
        };
        let now = self.stage.now();
        let calendar = &mut self.teams[t].calendar;
        let line = &mut calendar.lines[n];
        let plan = line.last_plan();
        line.agree(now, crate::simulation::calendar::Plan { held: None, ..plan });
        let next = calendar.next(n, now).map(|(_, due)| relative(due.at));
        let told = next.as_ref().is_none_or(|next| resumed.contains(next));
        assert!(resumed.contains("runs again") && told, "team {t} at {now}: {next:?}: {resumed}");
        self.settled().await;
    }

    pub async fn skip(&mut self, t: usize) {
        let n = self.some_line(t);
        let id = self.teams[t].calendar.lines[n].id.to_string();
        let Some(skipped) = self.command(t, "series skip", &[("schedule", &id)]).await else { return };
        let now = self.stage.now();
        let (text, team) = (skipped.text(), &mut self.teams[t]);
        let Some((day, _)) = team.calendar.next(n, now) else {
            assert!(text.contains("is not running"), "{text}");
            return;
        };
        let told = format!("posts nothing on {}", words(day));
        assert!(text.contains(&told), "team {t} at {now}: {told}: {text}");
        team.calendar.lines[n].skipped.push(Skip { day, said: now, undone: None });
        team.undos.push((n, day, skipped.message().clone()));
        if team.dice.chance(30) {
            self.unskip(t).await;
        }
    }

    pub async fn unskip(&mut self, t: usize) {
        let team = &mut self.teams[t];
        if team.undos.is_empty() {
            return;
        }
        let which = team.dice.below(team.undos.len());
        let (n, day, message) = team.undos[which].clone();
        let Some(undone) = self.click(t, &message, "Undo").await else { return };
        let now = self.stage.now();
        let (text, team) = (undone.text(), &mut self.teams[t]);
        team.undos.remove(which);
        let zone = team.calendar.zone.clone();
        let line = &mut team.calendar.lines[n];
        let come = zone.to_timestamp(day.to_datetime(line.last_plan().at)).unwrap() <= now;
        let told = match (come, line.skips(day)) {
            (true, _) => "has come meanwhile",
            (false, true) => "Taken back",
            (false, false) => "is not skipped any more",
        };
        assert!(text.contains(told), "team {t} at {now}: the skip of {day}: {told}: {text}");
        if told == "Taken back" {
            let skip = line.skipped.iter_mut().find(|skip| skip.day == day && skip.undone.is_none());
            skip.expect("it is skipped").undone = Some(now);
        }
    }

    pub async fn end_line(&mut self, t: usize) {
        let n = self.some_line(t);
        let id = self.teams[t].calendar.lines[n].id.to_string();
        let Some(show) = self.command(t, "series show", &[("schedule", &id)]).await else { return };
        if self.teams[t].calendar.lines[n].state == State::Ended {
            assert!(show.message().try_button("End").is_none(), "{}", show.text());
            return;
        }
        let Some(asked) = self.click(t, show.message(), "End").await else { return };
        let button = self.teams[t].dice.pick(&["Yes, end it", "Yes, end it", "Keep it"]);
        let Some(done) = self.click(t, asked.message(), button).await else { return };
        let ended = button == "Yes, end it";
        assert_eq!(done.text().contains("has ended."), ended, "{}", done.text());
        if ended {
            let now = self.stage.now();
            self.teams[t].calendar.lines[n].stop(now, State::Ended);
        }
    }

    pub async fn queue(&mut self, t: usize) {
        let n = self.some_line(t);
        let id = self.teams[t].calendar.lines[n].id.to_string();
        let Some(show) = self.command(t, "series show", &[("schedule", &id)]).await else { return };
        let Some(menu) = show.message().try_select(QUEUE) else { return };
        let (_, prompt) = self.teams[t].dice.pick(&menu.options);
        let Some(chosen) = self.choose(t, show.message(), QUEUE, &[&prompt]).await else { return };
        let button = self.teams[t].dice.pick(&["Put first", "Leave out", "Back"]);
        let Some(done) = self.click(t, chosen.message(), button).await else { return };
        let text = done.text();
        let queue = &mut self.teams[t].calendar.lines[n].queue;
        let there = queue.left.contains(&prompt) || !queue.sure;
        let told = match button {
            "Put first" if there => "comes first now",
            "Leave out" if there => "is left out",
            "Back" => "Left in this round",
            _ => "is not in the queue any more",
        };
        assert!(text.contains(told) || !queue.sure, "{told}: {text}");
        match told {
            "comes first now" => queue.put_first(&prompt),
            "is left out" => queue.leave_out(&prompt),
            _ => {}
        }
    }
}
