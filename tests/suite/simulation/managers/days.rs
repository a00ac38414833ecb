//! Days off, excuses, and the settings that concern prompts.

use crate::{
    simulation::{
        calendar::{Off, number},
        team::held,
        town::Town,
    },
    streaks::raw,
};
use jiff::ToSpan;

impl Town {
    pub async fn day_off(&mut self, t: usize) {
        let Some(panel) = self.command(t, "daysoff", &[]).await else { return };
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let today = team.calendar.local(now);
        let coming = |off: &&Off| off.removed.is_none() && off.to >= today;
        let names: Vec<_> = team.calendar.off.iter().filter(coming).map(|off| off.name.clone()).collect();
        if !names.is_empty() && team.dice.chance(45) {
            let name = team.dice.pick(&names);
            let Some(removed) = self.choose(t, panel.message(), "Remove …", &[&name]).await else { return };
            assert!(removed.text().contains("Removed: "), "{}", removed.text());
            let now = self.stage.now();
            let off = self.teams[t].calendar.off.iter_mut().find(|off| off.name == name);
            off.expect("it was there").removed = Some(now);
            return;
        }
        let from = today.saturating_add((team.dice.below(8) as i64).days());
        let length = 1 + team.dice.below(3);
        let to = from.saturating_add((length as i64 - 1).days());
        team.notes += 1;
        let name = format!("The regatta {}", team.notes);
        let typed = team.dice.pick(&[to.to_string(), format!("{length} days")]);
        let Some(form) = self.click(t, panel.message(), "Add").await else { return };
        let values = [("from", &*from.to_string()), ("to", &typed), ("name", &name)];
        let Some(added) = self.fill(t, form.modal(), &values).await else { return };
        let now = self.stage.now();
        let (text, calendar) = (added.text(), &mut self.teams[t].calendar);
        let same = |off: &Off| off.removed.is_none() && (off.from, off.to) == (from, to);
        let told = match () {
            () if from < calendar.local(now) => "has passed",
            () if calendar.off.iter().any(same) => "is off already",
            () => "Added: ",
        };
        assert!(text.contains(told), "team {t} at {now}: {from} to {to}: {told}: {text}");
        if told == "Added: " {
            calendar.off.push(Off { name, from, to, entered: now, removed: None });
        }
    }

    pub async fn excuse(&mut self, t: usize) {
        self.adopt(t).await;
        let team = &mut self.teams[t];
        let closed: Vec<_> =
            team.posts.iter().rev().filter(|post| post.tallied).take(15).map(|post| post.day).collect();
        if closed.is_empty() {
            return;
        }
        let (day, who) = (team.dice.pick(&closed), team.dice.below(team.people.len()));
        if let Some(page) = team.people[who].undos.get(&day).cloned() {
            let Some(undone) = self.click(t, &page, "Undo").await else { return };
            assert!(undone.text().contains("Taken back"), "{}", undone.text());
            let member = &mut self.teams[t].people[who];
            member.undos.remove(&day);
            let excuses = member.excuses.iter_mut();
            excuses.filter(|one| one.day == number(day)).for_each(|one| one.undone = true);
            return;
        }
        let (person, date) = (team.people[who].person.id().to_string(), day.to_string());
        let options = [("person", &*person), ("day", &date), ("reason", "On a *course*")];
        let Some(excused) = self.command(t, "excuse", &options).await else { return };
        let text = excused.text();
        if text.contains("Excused: ") {
            let member = &mut self.teams[t].people[who];
            member.excuses.push(raw::Excuse { day: number(day), undone: false });
            member.undos.insert(day, excused.message().clone());
        } else {
            // Another prompt of that day is still open, or was taken back.
            let known = ["is too long ago", "is still open", "nothing was asked"];
            assert!(known.iter().any(|words| text.contains(words)), "team {t}: an excuse for {day}: {text}");
        }
    }

    pub async fn setting(&mut self, t: usize) {
        let Some(panel) = self.command(t, "setup", &[]).await else { return };
        let Some(change) = self.click(t, panel.message(), "Change").await else { return };
        let Some(more) = self.click(t, change.message(), "More").await else { return };
        let now = self.stage.now();
        let team = &mut self.teams[t];
        if team.dice.chance(15) {
            let label = if team.suggestions.on { "Take no suggestions" } else { "Take suggestions" };
            if self.click(t, more.message(), label).await.is_some() {
                self.teams[t].suggestions.on ^= true;
            }
            return;
        }
        if team.dice.chance(40) {
            let menu = "Roles that prompts may notify (none: nobody is notified)";
            let allowed = held(&team.crew_allowed, now) == Some(false);
            let roles: &[&str] = if allowed { &["Crew"] } else { &[] };
            if self.choose(t, more.message(), menu, roles).await.is_some() {
                self.teams[t].crew_allowed.push((self.stage.now(), allowed));
            }
            return;
        }
        let choices = [
            ("Nudge 30 minutes before the close", Some(30)),
            ("Nudge 1 hour before the close", Some(60)),
            ("Nudge 2 hours before the close", Some(120)),
            ("Nudge 8 hours before the close", Some(480)),
            ("No nudge", None),
        ];
        let (label, minutes) = team.dice.pick(&choices);
        if self.choose(t, more.message(), "Nudge before a prompt closes", &[label]).await.is_some() {
            self.teams[t].nudges.push((self.stage.now(), minutes));
        }
    }
}
