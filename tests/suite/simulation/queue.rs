//! Which prompts of a series are still to be asked in its round, as its managers would keep count on paper.

use helmsman::domain::prompt::Series;

pub struct Queue {
    /// Ids and titles, in the order of the file.
    all: Vec<(String, String)>,
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
        Self { all, left, shuffled, sure: !shuffled }
    }

    pub fn title(&self, id: &str) -> &str {
        self.all.iter().find(|(known, _)| known == id).map_or("", |(_, title)| title)
    }

    fn id(&self, title: &str) -> String {
        let known = self.all.iter().find(|(_, known)| known == title);
        known.unwrap_or_else(|| panic!("no prompt is called {title}")).0.clone()
    }

    /// Some prompt of the series.
    pub fn any(&self) -> &str {
        &self.all[self.left.len() / 2].0
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
