//! What people see of the channels, as soon as it is there.

use super::{
    people::occurrence,
    post::{Hand, Nudge, Post},
    shown::{self, Prompt, Shown},
    team::{Team, held},
    town::Town,
};
use emulator::Message;
use helmsman::domain::id::PollId;
use jiff::{SignedDuration, Timestamp};

/// Before a prompt, what may have made it come out of its order.
const BEFORE: SignedDuration = SignedDuration::from_hours(3);

impl Town {
    /// Reads what is new in the channels.
    pub async fn look(&mut self) {
        let (own, mut new) = (self.stage.app.id, Vec::new());
        let checked = self.checked;
        for (t, team) in self.teams.iter_mut().enumerate() {
            let newest = team.admin.sees_last(&team.channel, 40);
            let seen = team.seen;
            for message in newest.into_iter().filter(|message| message.id.get() > seen) {
                team.seen = message.id.get();
                if message.author_id() != own || message.is_ephemeral() {
                    continue;
                }
                match shown::read(&message) {
                    Shown::Prompt(prompt) => team.saw_prompt(message, prompt, checked),
                    Shown::Nudge(nudge) => team.saw_nudge(&message, &nudge),
                    Shown::Poll(Some(id)) if !team.polls.saw(id, &message) => new.push((t, id, message)),
                    Shown::Reveal(_) | Shown::Poll(_) | Shown::Result(_) | Shown::Reminder(_) => {}
                    Shown::Other => {}
                }
            }
        }
        for (t, id, message) in new {
            self.learn_poll(t, PollId(id)).await;
            self.teams[t].polls.saw(id, &message);
        }
        self.judge_nudges().await;
    }
}

/// A text without what keeps it from having an effect.
fn plain(text: &str) -> String {
    text.replace('\\', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Team {
    /// What is posted has the words of the series as it is now.
    fn check_wording(&self, line: usize, title: &str, message: &Message, rough: bool) {
        let series = &self.calendar.lines[line].series;
        let series = self.shelf.get(series).expect("what runs is there");
        let prompt = series.prompts.iter().find(|prompt| plain(&prompt.title) == plain(title));
        let text = plain(&message.text());
        let fits = prompt.is_some_and(|prompt| {
            text.contains(&plain(&prompt.question)) && text.contains(&plain(&prompt.situation))
        });
        assert!(fits || rough, "not the words of {prompt:?}: {text}");
    }

    fn saw_prompt(&mut self, message: Message, prompt: Prompt, checked: Timestamp) {
        let opens = message.id.millis();
        let at = Timestamp::from_millisecond(opens).unwrap();
        let ids = message.buttons().into_iter().filter_map(|button| button.custom_id);
        let id = ids.filter_map(|id| occurrence(&id)).next();
        let id = id.unwrap_or_else(|| panic!("a prompt without buttons: {}", message.text()));
        let line = self.calendar.lines.iter().position(|line| line.titles.contains(&prompt.series));
        let line = line.unwrap_or_else(|| panic!("no such series runs: {}", message.text()));
        let rough = self.rough(checked.min(at - BEFORE), at).next().is_some();
        self.check_wording(line, &prompt.title, &message, rough);
        if !prompt.extra {
            let queue = &mut self.calendar.lines[line].queue;
            let expected = queue.asked(&prompt.title);
            queue.sure &= !rough;
            let fits = expected.as_ref().is_none_or(|expected| *expected == prompt.title);
            assert!(fits || rough, "{expected:?} was next, and not: {}", message.text());
        }
        let minutes = held(&self.nudges, at).flatten().filter(|_| !prompt.extra);
        let nudge = minutes.map(|minutes| prompt.closes - minutes * 60_000);
        // What was due before it was posted is not said at all, unless it took its time to be posted.
        let nudge = match nudge {
            None => Nudge::None,
            Some(_) if rough => Nudge::Doubtful,
            Some(due) if due > opens => Nudge::Planned(due),
            Some(_) => Nudge::None,
        };
        self.posts.push(Post {
            occurrence: id,
            opens,
            closes: prompt.closes,
            day: self.calendar.local(at),
            extra: prompt.extra,
            title: prompt.title,
            line: (!prompt.extra).then_some(line),
            hands: self.people.iter().map(|_| Hand::default()).collect(),
            message,
            tallied: false,
            down: 0,
            retracted: false,
            unknown: false,
            deleted: None,
            mended: Vec::new(),
            mends: 0,
            snapshot: None,
            nudge,
            nudged: None,
        });
    }
}
