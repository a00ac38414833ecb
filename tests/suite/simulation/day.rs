//! What a day is to bring: drawn at its beginning, for each team from dice of its own.

use super::{people::Action, town::Town};
use jiff::{SignedDuration, Timestamp};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

impl Town {
    /// Plans the day that ends at `end`.
    pub fn plan_day(&mut self, end: Timestamp) {
        let now = self.stage.now();
        for t in 0..self.teams.len() {
            for due in self.teams[t].calendar.between(now, end) {
                for who in 0..self.teams[t].people.len() {
                    self.plan_answers(t, who, due.at, due.plan.window);
                }
            }
            for who in 0..self.teams[t].people.len() {
                self.plan_rest(t, who, now);
            }
        }
    }

    fn plan_answers(&mut self, t: usize, who: usize, due: Timestamp, window: SignedDuration) {
        let team = &mut self.teams[t];
        let (keen, dice) = (team.people[who].keen, &mut team.dice);
        let mut later = vec![];
        if dice.chance(keen) {
            let soon = [MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR];
            let how = [Action::Answer, Action::Answer, Action::Answer, Action::Answer, Action::Reply];
            later.push((dice.pick(&soon), dice.pick(&how)));
        }
        if dice.chance(35) {
            let how =
                [Action::Again, Action::Again, Action::Again, Action::Twice, Action::Thread, Action::Slash];
            later.push((
                dice.pick(&[30 * MINUTE, 40 * MINUTE, 3 * HOUR, 9 * HOUR, 23 * HOUR]),
                dice.pick(&how),
            ));
        }
        // Around the close: the last second, the instant itself, before the tally and after it.
        if dice.chance(12) {
            let about = window.as_secs() + dice.pick(&[-1, 0, 3, 6, 60]);
            later.push((about, dice.pick(&[Action::Answer, Action::Again, Action::Reply, Action::Twice])));
        }
        for (seconds, action) in later {
            self.plan(due + SignedDuration::from_secs(seconds), t, who, action);
        }
    }

    fn plan_rest(&mut self, t: usize, who: usize, now: Timestamp) {
        let dice = &mut self.teams[t].dice;
        let rare = [
            (6, Action::Chat),
            (5, Action::Form),
            (5, Action::Me),
            (4, Action::Again),
            (3, Action::Slash),
            (2, Action::Away),
            (1, Action::Back),
            (6, Action::Suggest),
        ];
        let wanted: Vec<_> = rare.into_iter().filter(|(often, _)| dice.chance(*often)).collect();
        for (_, action) in wanted {
            let at = now + SignedDuration::from_mins(10 * self.teams[t].dice.below(143) as i64);
            self.plan(at, t, who, action);
        }
    }
}
