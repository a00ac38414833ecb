//! Suggestions: what members write by `/suggest`, and what managers make of them by `/prompt suggestions`.

use super::{shelf::Shelf, town::Town};
use emulator::{Message, Modal};
use helmsman::domain::id::GuildId;
use helmsman::store::series;

/// So many of a person's can be open.
const MOST_OPEN: usize = 3;
/// The menu of series that a suggestion can go to, and its last line.
const INTO: &str = "The series it goes to";
const NEW: &str = "+";

/// A question that somebody suggested.
#[derive(Clone, Debug)]
pub struct Suggestion {
    pub author: usize,
    pub question: String,
    pub situation: String,
    /// Grows with every change.
    pub version: u64,
    pub fate: Fate,
    /// The manager was told that its author is.
    pub told: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    Open,
    /// It is in this series.
    Approved(String),
    /// For this reason.
    Declined(String),
}

/// What is known about the suggestions of a team.
pub struct Suggestions {
    /// The oldest first.
    pub all: Vec<Suggestion>,
    /// The team takes them.
    pub on: bool,
    /// Forms that members opened and did not send.
    forms: Vec<(usize, Modal)>,
    /// What managers still have on the screen: about which, as of which version.
    pages: Vec<(usize, u64, Message)>,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { all: Vec::new(), on: true, forms: Vec::new(), pages: Vec::new() }
    }
}

impl Suggestions {
    fn open(&self) -> Vec<usize> {
        (0..self.all.len()).filter(|n| self.all[*n].fate == Fate::Open).collect()
    }

    fn open_of(&self, who: usize) -> Vec<usize> {
        self.open().into_iter().filter(|n| self.all[*n].author == who).collect()
    }

    /// Why nothing can be done on a page about this one, if so.
    fn stale(&self, n: usize, version: u64) -> Option<&'static str> {
        match &self.all[n] {
            Suggestion { fate: Fate::Approved(_) | Fate::Declined(_), .. } => Some("is decided already"),
            one if one.version != version => Some("has changed this suggestion meanwhile"),
            _ => None,
        }
    }
}

impl Town {
    pub async fn suggest(&mut self, t: usize, who: usize) {
        let team = &mut self.teams[t];
        if team.trouble.is_some() {
            return;
        }
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let waits = team.suggestions.forms.iter().position(|(of, _)| *of == who);
        let form = match waits.filter(|_| team.dice.chance(50)) {
            Some(place) => team.suggestions.forms.remove(place).1,
            None => {
                let asker = person.clone();
                let act = async move { asker.slash(&channel, "suggest", &[]).await };
                let Some(asked) = self.tell(t, act).await else { return };
                let suggestions = &self.teams[t].suggestions;
                let refused = match () {
                    () if !suggestions.on => Some("takes no suggestions"),
                    () if suggestions.open_of(who).len() >= MOST_OPEN => Some("3 of your suggestions wait"),
                    () => None,
                };
                if let Some(refused) = refused {
                    assert!(asked.text().contains(refused), "{refused}: {}", asked.text());
                    return;
                }
                asked.modal().clone()
            }
        };
        let team = &mut self.teams[t];
        if team.dice.chance(25) {
            return team.suggestions.forms.push((who, form));
        }
        team.notes += 1;
        let own = team.suggestions.open_of(who);
        let question = match team.dice.below(20) {
            0 => "word ".repeat(26),
            1..=3 if !own.is_empty() => team.suggestions.all[own[0]].question.clone(),
            _ => format!("Suggestion {}: who *helped* you, @everyone?", team.notes),
        };
        let situation = team.dice.pick(&["", "Friday, *four* o'clock."]).to_owned();
        let again = team.dice.chance(15);
        for _ in 0..if again { 2 } else { 1 } {
            let (person, form, question, situation) =
                (person.clone(), form.clone(), question.clone(), situation.clone());
            let values = (question.clone(), situation.clone());
            let act = async move {
                let values = [("question", &*values.0), ("situation", &values.1), ("why", "Nobody asks.")];
                person.submit(&form, &values).await
            };
            let Some(done) = self.tell(t, act).await else { return };
            let suggestions = &mut self.teams[t].suggestions;
            let open = suggestions.open_of(who);
            let told = match () {
                () if question.starts_with("word") => "is 1 word too long",
                () if !suggestions.on => "takes no suggestions",
                () if open.iter().any(|n| suggestions.all[*n].question == question) => {
                    "suggested that already"
                }
                () if open.len() >= MOST_OPEN => "3 of your suggestions wait for a manager",
                () => "Thank you.",
            };
            let text = done.text();
            assert!(text.contains(told) && done.is_ephemeral(), "team {t}: {question}: {told}: {text}");
            if told == "Thank you." {
                let (author, version, fate) = (who, 1, Fate::Open);
                suggestions.all.push(Suggestion { author, question, situation, version, fate, told: false });
            }
        }
    }

    pub async fn decide(&mut self, t: usize) {
        let suggestions = &mut self.teams[t].suggestions;
        let old = (!suggestions.pages.is_empty()).then(|| suggestions.pages.remove(0));
        let (n, version, page) = match old.filter(|_| self.teams[t].dice.chance(60)) {
            Some(old) => old,
            None => {
                let Some(fresh) = self.suggestions_page(t).await else { return };
                fresh
            }
        };
        if self.teams[t].dice.chance(25) {
            self.teams[t].suggestions.pages.push((n, version, page.clone()));
        }
        match self.teams[t].dice.below(10) {
            0 | 1 => self.edit_suggestion(t, (n, version), &page).await,
            2..=4 => self.decline(t, (n, version), &page).await,
            _ => self.approve(t, (n, version), &page).await,
        }
    }

    /// What `/prompt suggestions` shows: which one, its version, the page.
    async fn suggestions_page(&mut self, t: usize) -> Option<(usize, u64, Message)> {
        let mut page = self.command(t, "prompt suggestions", &[]).await?.message().clone();
        let mut place = 0;
        loop {
            let (open, text) = (self.teams[t].suggestions.open(), page.text().replace('\\', ""));
            let Some(n) = open.get(place).copied() else {
                assert!(open.is_empty() && text.contains("No suggestion waits"), "{open:?}: {text}");
                return None;
            };
            let one = &self.teams[t].suggestions.all[n];
            let shown = text.contains(&one.question)
                && text.contains(&format!("Suggestion {} of {}", place + 1, open.len()));
            assert!(shown, "team {t}: {place} is {one:?}: {text}");
            if place + 1 == open.len() || self.teams[t].dice.chance(60) {
                return Some((n, self.teams[t].suggestions.all[n].version, page));
            }
            page = self.click(t, &page, "Next").await?.message().clone();
            place += 1;
        }
    }

    /// Presses a button on a page about a suggestion. The answer, if the page was not out of date.
    async fn press_page(
        &mut self,
        t: usize,
        (n, version): (usize, u64),
        page: &Message,
        button: &str,
    ) -> Option<emulator::Response> {
        let done = self.click(t, page, button).await?;
        match self.teams[t].suggestions.stale(n, version) {
            Some(stale) => {
                assert!(done.text().contains(stale), "team {t}: {button}: {stale}: {}", done.text());
                None
            }
            None => Some(done),
        }
    }

    async fn edit_suggestion(&mut self, t: usize, seen: (usize, u64), page: &Message) {
        let Some(form) = self.press_page(t, seen, page, "Edit").await else { return };
        self.teams[t].notes += 1;
        let question = format!("Suggestion {}: who *was* it?", self.teams[t].notes);
        let Some(done) = self.fill(t, form.modal(), &[("question", &question)]).await else { return };
        assert!(done.text().contains("✅ Changed."), "{}", done.text());
        let one = &mut self.teams[t].suggestions.all[seen.0];
        (one.question, one.version) = (question, one.version + 1);
    }

    async fn decline(&mut self, t: usize, seen: (usize, u64), page: &Message) {
        let Some(form) = self.press_page(t, seen, page, "Decline").await else { return };
        let reason = "We *had* it.";
        let Some(done) = self.fill(t, form.modal(), &[("reason", reason)]).await else { return };
        assert!(done.text().contains("✅ Declined."), "{}", done.text());
        let one = &mut self.teams[t].suggestions.all[seen.0];
        (one.fate, one.told) = (Fate::Declined(reason.into()), tells(&done));
    }

    async fn approve(&mut self, t: usize, seen: (usize, u64), page: &Message) {
        let Some(choice) = self.press_page(t, seen, page, "Approve").await else { return };
        let menu = choice.message().try_select(INTO).unwrap_or_else(|| panic!("{}", choice.text()));
        let shelf = &self.teams[t].shelf;
        let mut offered: Vec<_> = menu.options.iter().map(|(_, id)| id.clone()).collect();
        assert_eq!(offered.pop().as_deref(), Some(NEW), "{}", choice.text());
        let mut own: Vec<_> = shelf.own.keys().cloned().collect();
        own.truncate(24);
        let mut sorted = offered.clone();
        sorted.sort();
        assert!(sorted == own || shelf.own.len() > 24, "{own:?}: {}", choice.text());
        let into = match shelf.own.keys().any(|id| id.starts_with("our-own")) {
            true if self.teams[t].dice.chance(90) => self.teams[t].dice.pick(&offered),
            _ => NEW.to_owned(),
        };
        let before = self.own_series(t).await;
        let Some(done) = self.choose(t, choice.message(), INTO, &[&into]).await else { return };
        assert!(done.text().contains("✅ Approved."), "{}", done.text());
        let after = self.own_series(t).await;
        let new: Vec<_> = after.iter().filter(|id| !before.contains(id)).cloned().collect();
        let id = if into == NEW { new[0].clone() } else { into.clone() };
        assert_eq!(new.len(), usize::from(into == NEW), "{new:?}");
        let mut series = self.stored_series(t, &id).await.expect("it is in there");
        let stored = series.clone();
        let team = &mut self.teams[t];
        let one = &mut team.suggestions.all[seen.0];
        let prompt = series.prompts.pop().expect("one was added");
        let same = prompt.question == one.question
            && (one.situation.is_empty() || prompt.situation == one.situation);
        assert!(same, "{one:?} became {prompt:?}");
        let kept = team.shelf.own.get(&id).map_or(&[][..], |series| &series.prompts);
        assert_eq!(series.prompts, kept, "the others of {id} stay");
        (one.fate, one.told) = (Fate::Approved(id.clone()), tells(&done));
        team.put_series(&id, Some(stored));
        if self.teams[t].dice.chance(40) {
            // On an old screen it can be said again.
            let again = self.choose(t, choice.message(), INTO, &[&into]).await;
            let told = again.is_none_or(|again| again.text().contains("is decided already"));
            assert!(told, "team {t}: a suggestion was decided twice");
        }
    }

    async fn own_series(&self, t: usize) -> Vec<String> {
        let guild = GuildId(self.teams[t].guild.id().get());
        let conn = &mut *self.stage.store().read().await.unwrap();
        let stamps = series::stamps(conn, guild).await.unwrap();
        stamps.into_iter().map(|stamp| stamp.slug).collect()
    }

    /// The database has the suggestions and the series of their own that people know of; nobody has more open than may be,
    /// and nobody was told twice.
    pub async fn check_shelf(&mut self, t: usize, context: &str) {
        let rows: Vec<(i64, String, String, Option<String>)> = {
            let conn = &mut *self.stage.store().read().await.unwrap();
            let query = "SELECT author, question, state, outcome FROM suggestion WHERE team = ? ORDER BY id";
            sqlx::query_as(query).bind(self.teams[t].id.0).fetch_all(conn).await.unwrap()
        };
        let team = &self.teams[t];
        let known = team.suggestions.all.iter().map(|one| {
            let author = team.people[one.author].person.id().get() as i64;
            let (state, outcome) = match &one.fate {
                Fate::Open => ("open", None),
                Fate::Approved(series) => ("approved", Some(series.clone())),
                Fate::Declined(reason) => ("declined", Some(reason.clone())),
            };
            (author, one.question.clone(), state.to_owned(), outcome)
        });
        assert_eq!(rows, known.collect::<Vec<_>>(), "{context}: suggestions");
        for (who, member) in team.people.iter().enumerate() {
            assert!(team.suggestions.open_of(who).len() <= MOST_OPEN, "{context}: too many of {who}");
            let told = member.person.sees(&member.person.dm(&self.stage.app));
            let told: Vec<_> = told.iter().map(|told| told.text().replace('\\', "")).collect();
            for one in team.suggestions.all.iter().filter(|one| one.author == who) {
                let about = told.iter().filter(|told| told.contains(&one.question)).count();
                assert!(about <= usize::from(one.told), "{context}: {about} times told of {one:?}");
                let sure = one.told && self.fair && member.gone.is_empty() && member.takes_messages;
                assert!(about == 1 || !sure, "{context}: not told of {one:?}");
            }
        }
        let guild = GuildId(team.guild.id().get());
        let stamps = {
            let conn = &mut *self.stage.store().read().await.unwrap();
            series::stamps(conn, guild).await.unwrap()
        };
        let own: Vec<_> = stamps.iter().map(|stamp| &stamp.slug).collect();
        assert_eq!(own, team.shelf.own.keys().collect::<Vec<_>>(), "{context}: series of their own");
        for stamp in stamps {
            if self.teams[t].shelf.compared.get(&stamp.slug) != Some(&stamp.version) {
                let stored = self.stored_series(t, &stamp.slug).await;
                let Shelf { own, compared, .. } = &mut self.teams[t].shelf;
                assert_eq!(stored.as_ref(), own.get(&stamp.slug), "{context}: {}", stamp.slug);
                compared.insert(stamp.slug, stamp.version);
            }
        }
    }
}

/// Whether the author is told, as far as they take direct messages; perhaps they did not the last time.
fn tells(done: &emulator::Response) -> bool {
    let text = done.text();
    text.contains("Its author is told by direct message") || text.contains("I tell its author")
}
