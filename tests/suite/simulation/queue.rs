//! Which prompts of a series are still to be asked in its round, as its managers would keep count on paper.

use super::shelf::Change;
use helmsman::domain::prompt::Series;

pub struct Queue {
    /// Ids and titles, in the order of the file.
    all: Vec<(String, String)>,
    /// What prompts were called before they were changed or taken out.
    before: Vec<(String, String)>,
    /// Ids.
    pub left: Vec<String>,
    /// Rounds are drawn by lot.
    shuffled: bool,
    /// It is known what is left. If not, the bot is asked when all is looked at.
    pub sure: bool,
}

impl Queue {
    pub fn new(series: &Series, shuffled: bool) -> Self {
        let all: Vec<_> =
            series.prompts.iter().map(|prompt| (prompt.id.clone(), prompt.title.clone())).collect();
        let left = all.iter().map(|(id, _)| id.clone()).collect();
        Self { all, before: Vec::new(), left, shuffled, sure: !shuffled }
    }

    pub fn title(&self, id: &str) -> &str {
        self.all.iter().find(|(known, _)| known == id).map_or("", |(_, title)| title)
    }

    fn id(&self, title: &str) -> String {
        let mut known = self.all.iter().chain(self.before.iter().rev());
        let known = known.find(|(_, known)| known == title);
        known.unwrap_or_else(|| panic!("no prompt is called {title}")).0.clone()
    }

    /// The series is another one now: what is gone is not asked any more, and what is new comes at the end.
    pub fn revise(&mut self, series: &Series, change: &Change) {
        self.before.append(&mut self.all);
        self.all = series.prompts.iter().map(|prompt| (prompt.id.clone(), prompt.title.clone())).collect();
        self.left.retain(|left| !change.removed.contains(left));
        for added in &change.added {
            if !self.left.contains(added) {
                self.left.push(added.clone());
            }
        }
    }

    /// What is left, as the bot has it. What was sent in vain comes back even if it is in the series no more; nobody asks
    /// it then.
    pub fn known(&self, mut left: Vec<String>) -> Vec<String> {
        left.retain(|id| self.all.iter().any(|(known, _)| known == id));
        left
    }

    /// Some prompt of the series.
    pub fn any(&self) -> &str {
        &self.all[self.left.len() / 2 % self.all.len()].0
    }

    /// A manager asks for this one now, or for the next. Returns its title.
    pub fn by_hand(&mut self, named: Option<&str>) -> String {
        let next = || self.left.first().unwrap_or(&self.all[0].0).clone();
        let id = named.map_or_else(next, str::to_owned);
        self.leave_out(&id);
        self.title(&id).to_owned()
    }

    pub fn put_first(&mut self, id: &str) {
        self.leave_out(id);
        self.left.insert(0, id.to_owned());
    }

    pub fn leave_out(&mut self, id: &str) {
        self.left.retain(|left| left != id);
    }

    /// A prompt of the schedule is in the channel. Returns the title that was expected, if it was.
    pub fn asked(&mut self, title: &str) -> Option<String> {
        let id = self.id(title);
        if self.left.is_empty() {
            self.left = self.all.iter().map(|(id, _)| id.clone()).collect();
            self.sure &= !self.shuffled;
        }
        let expected = self.sure.then(|| self.title(&self.left[0]).to_owned());
        self.leave_out(&id);
        expected
    }
}
