//! What people do: answer, change their minds, explain, share, withdraw, talk, go away, click twice and click late.
//!
//! Whatever somebody is told is written down, and is compared at once with what the team itself knows.

mod clicks;
mod pages;
mod words;

use super::{
    managers::Wish,
    polls::Step,
    post::{Post, What},
    town::Town,
    weather::Weather,
};
use emulator::Message;

/// Something that a person wants to do when its time comes.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// Answers the newest prompt that is open and not yet answered.
    Answer,
    /// Presses some button of the private reply, or another one of the prompt, open or not.
    Again,
    /// Presses a button of a recent prompt twice at once.
    Twice,
    /// Replies to a recent prompt.
    Reply,
    /// Says something in its thread.
    Thread,
    /// Says something that has nothing to do with prompts.
    Chat,
    /// Sends a form that was left open.
    Form,
    /// `/answer`, and a button of what it shows.
    Slash,
    /// `/me`.
    Me,
    /// `/away`.
    Away,
    /// `/away end:True`.
    Back,
    /// `/suggest`.
    Suggest,
    /// Something about polls.
    Poll(Step),
    /// Nothing that one of these people does.
    Manager(Wish),
    /// Nor anybody.
    Weather(Weather),
}

/// What a button does.
pub enum Verb {
    Deed(What),
    /// Shows the options once more.
    Page,
    /// Opens a form, about this option.
    Form(Option<u8>),
}

pub fn verb(custom_id: &str) -> Option<Verb> {
    let parts: Vec<_> = custom_id.split(':').collect();
    Some(match parts[..] {
        ["pick", _, option] => Verb::Deed(What::Pick(option.parse().ok()?)),
        ["done", _] => Verb::Deed(What::Done),
        ["withdraw", _] => Verb::Deed(What::Withdraw),
        ["share", _, note, on] => Verb::Deed(What::Share { note: note.parse().ok()?, on: on == "1" }),
        ["change", _] => Verb::Page,
        ["write", _] => Verb::Form(None),
        ["why", _, about] => Verb::Form(about.parse().ok()),
        _ => return None,
    })
}

/// The occurrence that a button is about.
pub fn occurrence(custom_id: &str) -> Option<i64> {
    verb(custom_id)?;
    custom_id.split(':').nth(1)?.parse().ok()
}

pub fn custom_ids(message: &Message) -> Vec<String> {
    message.buttons().into_iter().filter_map(|button| button.custom_id).collect()
}

impl Town {
    pub async fn act(&mut self, t: usize, who: usize, action: Action) {
        // Who has left does nothing that a member does.
        let own = !matches!(action, Action::Poll(_) | Action::Manager(_) | Action::Weather(_));
        if own && self.teams[t].people[who].is_gone() {
            return;
        }
        match action {
            Action::Answer => self.answer(t, who).await,
            Action::Again => {
                self.again(t, who).await;
                // Some are never content.
                while self.teams[t].dice.chance(40) {
                    self.again(t, who).await;
                }
            }
            Action::Twice => self.twice(t, who).await,
            Action::Reply => self.reply(t, who).await,
            Action::Thread => self.thread(t, who).await,
            Action::Chat => self.chat(t, who),
            Action::Form => self.form(t, who).await,
            Action::Slash => self.slash(t, who).await,
            Action::Me => self.me(t, who).await,
            Action::Away => self.away(t, who).await,
            Action::Back => self.back(t, who).await,
            Action::Suggest => self.suggest(t, who).await,
            Action::Poll(step) => self.poll_step(t, who, step).await,
            Action::Manager(wish) => self.manage(t, wish).await,
            Action::Weather(weather) => self.befall(t, weather).await,
        }
    }

    pub fn now_ms(&self) -> i64 {
        self.stage.now().as_millisecond()
    }

    /// The newest posts first, as far as a person would look.
    fn recent(&self, t: usize, most: usize) -> Vec<usize> {
        (0..self.teams[t].posts.len()).rev().take(most).collect()
    }

    fn open(&self, t: usize) -> Vec<usize> {
        self.open_at(t, self.now_ms())
    }

    fn open_at(&self, t: usize, ms: i64) -> Vec<usize> {
        let posts = &self.teams[t].posts;
        let open = |p: &usize| posts[*p].takes(ms) && !posts[*p].retracted;
        (0..posts.len()).rev().filter(open).collect()
    }

    /// Whether the bot may not know yet which message this prompt is.
    pub fn in_doubt(&self, t: usize, p: usize) -> bool {
        let Post { opens, .. } = self.teams[t].posts[p];
        !self.calm(t) && self.now_ms() < opens + 20 * 60_000
    }
}
