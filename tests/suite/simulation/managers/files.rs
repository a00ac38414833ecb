//! `/series import`, `/series export` and *Remove from this server*: what is shown before it is done, and what follows for the
//! rounds that run.

use crate::simulation::{
    shelf::{Change, Upload},
    town::Town,
};
use emulator::{Message, Response};
use helmsman::{
    domain::{
        id::GuildId,
        prompt::{Kind, Prompt, Series},
        series_file,
    },
    store::{schedule::State, series},
};
use jiff::SignedDuration;

/// A file waits so long for its word.
const WAITS: SignedDuration = SignedDuration::from_hours(24);

impl Town {
    /// A series of the server's own, as the database has it.
    pub async fn stored_series(&self, t: usize, id: &str) -> Option<Series> {
        let guild = GuildId(self.teams[t].guild.id().get());
        let conn = &mut *self.stage.store().read().await.unwrap();
        let file = series::file(conn, guild, id).await.unwrap()?;
        Some(series_file::parse(id, &file).unwrap_or_else(|problems| panic!("{id}: {problems:?}")))
    }

    pub async fn import(&mut self, t: usize) {
        if !self.teams[t].shelf.left.is_empty() && self.teams[t].dice.chance(30) {
            let left = &mut self.teams[t].shelf.left;
            let (number, series, page) = left.remove(0);
            return self.press_import(t, (number, series, page)).await;
        }
        match self.teams[t].dice.below(10) {
            0 => self.import_nonsense(t).await,
            1 | 2 => self.import_list(t).await,
            _ => self.import_changed(t).await,
        }
    }

    async fn upload(&mut self, t: usize, name: &str, data: &[u8], title: Option<&str>) -> Option<Response> {
        let file =
            emulator::Upload { name: name.into(), content_type: None, description: None, data: data.into() };
        let (admin, channel) = (self.teams[t].admin.clone(), self.teams[t].channel.clone());
        let options: Vec<_> = title.iter().map(|title| ("title", *title)).collect();
        let act = async move {
            admin.slash_with(&channel, "series import", &options, vec![("file".into(), file)]).await
        };
        let shown = self.tell(t, act).await?;
        assert!(shown.failed().is_none() && shown.is_ephemeral(), "{name}: {}", shown.text());
        Some(shown)
    }

    async fn import_nonsense(&mut self, t: usize) {
        let bytes: &[u8] =
            self.teams[t].dice.pick(&[&b"id = \"a\"\n[[prompt]]\nkind = 3\n"[..], b"\xff\xfe", b""]);
        let Some(told) = self.upload(t, "odd.toml", bytes, None).await else { return };
        let text = told.text();
        assert!(text.contains("cannot be imported yet") && text.contains("Nothing was changed"), "{text}");
    }

    /// A list of a few questions.
    async fn import_list(&mut self, t: usize) {
        let team = &mut self.teams[t];
        team.notes += 1;
        let n = team.notes;
        let questions: Vec<_> =
            (0..3 + team.dice.below(4)).map(|q| format!("Question {n} {q}, *honestly*?")).collect();
        let list: String = questions.iter().map(|question| format!("- {question}\n")).collect();
        let title = format!("Ours {n}");
        let Some(shown) = self.upload(t, "list.txt", list.as_bytes(), Some(&title)).await else { return };
        let text = shown.text().replace('\\', "");
        assert!(text.contains(&format!("Import {title}?")) && text.contains("A new series"), "{text}");
        let all = questions.iter().all(|question| text.contains(question.as_str()));
        assert!(all, "{questions:?}: {text}");
        let Some(done) = self.click(t, shown.message(), "Import").await else { return };
        assert!(done.text().contains("Imported: "), "{}", done.text());
        let id = format!("ours-{n}");
        let stored = self.stored_series(t, &id).await.unwrap_or_else(|| panic!("where is {id}?"));
        let asked: Vec<_> = stored.prompts.iter().map(|prompt| prompt.question.clone()).collect();
        let reflections = stored.prompts.iter().all(|prompt| prompt.kind == Kind::Reflection);
        assert!(asked == questions && reflections && stored.title == title, "{questions:?}: {stored:?}");
        self.teams[t].shelf.waits = None;
        self.teams[t].put_series(&id, Some(stored));
    }

    /// Some series with changes, mostly one that runs; or one that was removed.
    fn some_changed(&mut self, t: usize) -> Series {
        let team = &mut self.teams[t];
        let back: Vec<_> = team.shelf.removed.drain(..).collect();
        if let Some(series) = back.into_iter().next_back().filter(|_| team.dice.chance(60)) {
            return series;
        }
        let running: Vec<_> = team.calendar.lines.iter().map(|line| line.series.clone()).collect();
        let all: Vec<_> = team.shelf.all().into_iter().cloned().collect();
        let some = all.iter().filter(|series| running.contains(&series.id));
        let some: Vec<_> = if team.dice.chance(75) { some.cloned().collect() } else { all };
        let mut series = team.dice.pick(&some);
        team.notes += 1;
        let (n, dice, many) = (team.notes, &mut team.dice, series.prompts.len());
        if many > 2 && dice.chance(50) {
            series.prompts.remove(dice.below(many));
        }
        for prompt in &mut series.prompts {
            if dice.chance(25) {
                prompt.question = format!("And now {n}, @everyone?");
            }
        }
        if dice.chance(30) {
            let prompt = dice.below(series.prompts.len());
            series.prompts[prompt].title = format!("Another *title* {n}");
        }
        for nth in 0..dice.below(3) {
            let model: Prompt = dice.pick(&series.prompts);
            let (id, title) = (format!("new-{n}-{nth}"), format!("New {n} {nth}"));
            let at = dice.below(series.prompts.len() + 1);
            series.prompts.insert(at, Prompt { id, title, ..model });
        }
        if dice.chance(20) {
            series.title = format!("Series {n} of ours");
        }
        if dice.chance(20) {
            dice.shuffle(&mut series.prompts);
        }
        series
    }

    async fn import_changed(&mut self, t: usize) {
        let series = self.some_changed(t);
        let file = series_file::write(&series);
        let Some(shown) = self.upload(t, "changed.toml", file.as_bytes(), None).await else { return };
        let (now, shelf, text) = (self.stage.now(), &mut self.teams[t].shelf, shown.text().replace('\\', ""));
        let before = shelf.get(&series.id);
        if before == Some(&series) {
            assert!(text.contains("is already as in this file"), "{text}");
            return;
        }
        check_difference(before, &series, &text);
        shelf.uploads += 1;
        let (number, change) = (shelf.uploads, shelf.change(&series.id));
        shelf.waits = Some(Upload { number, change, at: now });
        let page = shown.message().clone();
        match self.teams[t].dice.below(10) {
            0 | 1 => self.teams[t].shelf.left.push((number, series, page)),
            2 => {
                let Some(kept) = self.click(t, &page, "Cancel").await else { return };
                assert!(kept.text().contains("Nothing was imported."), "{}", kept.text());
                self.teams[t].shelf.waits = None;
            }
            3 | 4 => {
                self.press_import(t, (number, series.clone(), page.clone())).await;
                // An impatient one presses again: done or not, there is nothing left to do.
                self.press_import(t, (number, series, page)).await;
            }
            _ => self.press_import(t, (number, series, page)).await,
        }
    }

    /// *Import* under something that an upload showed, just now or long ago.
    async fn press_import(&mut self, t: usize, (number, series, page): (u64, Series, Message)) {
        let age = |town: &Self| Some(town.stage.now().duration_since(town.teams[t].shelf.waits.as_ref()?.at));
        // A click may take a minute, and nobody knows which.
        if age(self).is_some_and(|age| (age - WAITS).abs() < SignedDuration::from_mins(3)) {
            return;
        }
        let young = age(self).is_some_and(|age| age < WAITS);
        let Some(done) = self.click(t, &page, "Import").await else { return };
        let (now, text) = (self.stage.now(), done.text().replace('\\', ""));
        let shelf = &mut self.teams[t].shelf;
        let change = shelf.change(&series.id);
        let waits = shelf.waits.as_mut().filter(|waits| waits.number == number && young);
        let about = format!("team {t} at {now}: {}: {text}", series.id);
        match waits {
            None => assert!(text.contains("does not wait any more"), "{about}"),
            Some(waits) if waits.change != change => {
                assert!(text.contains("Nothing was imported:"), "{about}");
                waits.change = change;
                check_difference(shelf.get(&series.id), &series, &text);
            }
            Some(_) => {
                assert!(text.contains(&format!("Imported: {}", series.title)), "{about}");
                shelf.waits = None;
                let stored = self.stored_series(t, &series.id).await;
                assert_eq!(stored.as_ref(), Some(&series), "{about}");
                self.teams[t].put_series(&series.id.clone(), Some(series));
            }
        }
    }

    /// The file of a series, and the message with it.
    async fn exported(&mut self, t: usize, id: &str) -> Option<(Vec<u8>, Message)> {
        let told = self.command(t, "series export", &[("series", id)]).await?.message().clone();
        let file = told.state().attachments.first().map(|file| file.data.to_vec());
        let file = file.unwrap_or_else(|| panic!("no file of {id}: {}", told.text()));
        let series = series_file::parse_bytes(id, &file);
        let team = &self.teams[t];
        assert_eq!(
            series.as_ref().ok(),
            team.shelf.get(id),
            "team {t}: what is exported of {id}: {series:?}"
        );
        let own = told.try_button("Remove from this server").is_some();
        assert_eq!(own, team.shelf.own.contains_key(id), "{}", told.text());
        Some((file, told))
    }

    pub async fn export(&mut self, t: usize) {
        let team = &mut self.teams[t];
        let own: Vec<_> = team.shelf.own.keys().cloned().collect();
        let running: Vec<_> = team.calendar.lines.iter().map(|line| line.series.clone()).collect();
        let id = if own.is_empty() || team.dice.chance(30) {
            team.dice.pick(&running)
        } else {
            team.dice.pick(&own)
        };
        let Some((file, _)) = self.exported(t, &id).await else { return };
        if self.teams[t].dice.chance(40) {
            let Some(same) = self.upload(t, "same.toml", &file, None).await else { return };
            assert!(same.text().contains("is already as in this file"), "{}", same.text());
        }
    }

    /// How many schedules use a series; and whether one has that is over.
    fn uses(&self, t: usize, id: &str) -> (usize, bool) {
        let lines = || self.teams[t].calendar.lines.iter().filter(|line| line.series == id);
        let ended = lines().any(|line| line.state == State::Ended);
        (lines().filter(|line| line.state != State::Ended).count(), ended)
    }

    pub async fn remove(&mut self, t: usize) {
        let team = &mut self.teams[t];
        let own: Vec<_> = team.shelf.own.keys().cloned().collect();
        if let Some((id, change, page)) = team.shelf.asked.pop().filter(|_| team.dice.chance(70)) {
            return self.press_remove(t, &id, change, &page).await;
        }
        if own.is_empty() {
            return;
        }
        let id = team.dice.pick(&own);
        let change = team.shelf.change(&id);
        let everybodys = team.shelf.everybodys(&id);
        let Some((_, page)) = self.exported(t, &id).await else { return };
        let Some(asked) = self.click(t, &page, "Remove from this server").await else { return };
        let (text, (used, _)) = (asked.text().replace('\\', ""), self.uses(t, &id));
        let Some(own) = self.teams[t].shelf.own.get(&id) else { unreachable!("it was picked") };
        if used > 0 && everybodys.is_none() {
            assert!(text.contains(" stays. ") && asked.message().buttons().is_empty(), "{text}");
            return;
        }
        assert!(text.contains(&format!("Remove {} from this server?", own.title)), "{text}");
        if let Some(back) = everybodys {
            let change = Change::between(Some(own), back);
            check_numbers(&change, &text);
        }
        match self.teams[t].dice.below(10) {
            0 | 1 => self.teams[t].shelf.asked.push((id, change, asked.message().clone())),
            2 => {
                let Some(kept) = self.click(t, asked.message(), "Keep it").await else { return };
                assert!(kept.text().contains("Nothing was removed."), "{}", kept.text());
            }
            _ => self.press_remove(t, &id, change, asked.message()).await,
        }
    }

    async fn press_remove(&mut self, t: usize, id: &str, change: u64, page: &Message) {
        let (everybodys, (used, ended)) = (self.teams[t].shelf.everybodys(id), self.uses(t, id));
        if ended && everybodys.is_none() {
            // What has ended could not be resumed any more.
            return;
        }
        let Some(done) = self.click(t, page, "Remove").await else { return };
        let team = &mut self.teams[t];
        let told = match () {
            () if !team.shelf.own.contains_key(id) => "has no series of its own with that id",
            () if used > 0 && everybodys.is_none() => " stays. ",
            () if team.shelf.change(id) != change => "Nothing was removed:",
            () if everybodys.is_some() => "is the one again that everybody has",
            () => "is removed from this server",
        };
        let text = done.text();
        assert!(text.contains(told), "team {t} at {}: {id}: {told}: {text}", self.stage.now());
        if told.starts_with("is ") {
            // What was compared with it waits no longer.
            let waiting = team.shelf.left.iter().find(|(_, series, _)| series.id == id);
            let waiting = waiting.map(|(number, ..)| *number);
            team.shelf.waits.take_if(|waits| Some(waits.number) == waiting);
            team.put_series(id, None);
            assert_eq!(self.stored_series(t, id).await, None, "{id} is still there");
        }
    }
}

/// What is shown of a file before anything is done is what is different in it.
fn check_difference(before: Option<&Series>, after: &Series, text: &str) {
    let change = Change::between(before, after);
    assert_eq!(text.contains("A new series"), before.is_none(), "{text}");
    match before {
        None => assert!(text.contains(&format!("{} prompt", change.added.len())), "{change:?}: {text}"),
        Some(_) => check_numbers(&change, text),
    }
}

fn check_numbers(change: &Change, text: &str) {
    for (word, ids) in [("Added", &change.added), ("Changed", &change.changed), ("Removed", &change.removed)]
    {
        let told = text.contains(&format!("{word} ({})", ids.len()));
        assert_eq!(told, !ids.is_empty(), "{word}: {change:?}: {text}");
    }
}
