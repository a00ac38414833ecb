//! The other people of the cast, who answer by themselves as people do: most by a button, some in words, not all the same
//! day, and now and then somebody forgets.

use super::{
    cast::Cast,
    stage::{Stage, StageError},
};
use emulator::{Id, Message, Person};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use std::collections::BTreeSet;

/// What somebody writes. It fits whatever is asked.
const WORDS: [&str; 12] = [
    "It was the first thing that came to mind.",
    "I have seen the other way go wrong.",
    "The team would want to know early.",
    "Somebody has to, and today I had the time.",
    "I would rather explain it twice than fix it twice.",
    "Nobody had asked them before.",
    "It costs an hour and saves a week.",
    "I am not sure, but waiting felt worse.",
    "Because I was asked for the opposite last time.",
    "We promised it, so it comes first.",
    "It is theirs to decide, not mine.",
    "I would want to be told like that.",
];

/// What people do once they have answered, by what is written on the button.
const ADD: [&str; 2] = ["Add why", "Add a note"];
const SHARE: &str = "Share";

/// How many messages somebody looks through for an answer of their own.
const LOOKS_BACK: usize = 200;

/// How the others are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    /// Whoever answers does so within this time of seeing a prompt.
    pub(super) within: SignedDuration,
    /// How many prompts in a hundred somebody forgets.
    pub(super) forgets: u32,
    /// How many answers in a hundred are replies.
    pub(super) replies: u32,
}

/// That somebody will answer a prompt.
struct Plan {
    at: Timestamp,
    whom: usize,
    prompt: Message,
}

/// Some of the cast while the clock moves.
pub(super) struct Crowd<'a> {
    stage: &'a Stage,
    cast: &'a Cast,
    /// Who belongs to it, by their places in the cast.
    who: Vec<usize>,
    habits: Habits,
    rng: StdRng,
    known: BTreeSet<Id>,
    plans: Vec<Plan>,
}

impl<'a> Crowd<'a> {
    pub(super) fn new(
        stage: &'a Stage,
        cast: &'a Cast,
        who: impl Fn(&Person) -> bool,
        habits: Habits,
        rng: StdRng,
    ) -> Self {
        let who = (0..cast.people.len()).filter(|at| who(&cast.people[*at])).collect();
        Self { stage, cast, who, habits, rng, known: BTreeSet::new(), plans: Vec::new() }
    }

    /// Moves the clock to `end` while they answer what is asked. `told` hears of each who does.
    ///
    /// # Errors
    ///
    /// If the stage does not come to rest.
    pub(super) async fn until(
        &mut self,
        end: Timestamp,
        mut told: impl FnMut(&str),
    ) -> Result<(), StageError> {
        loop {
            self.stage.settled().await?;
            self.notice();
            let planned = self.plans.first().map(|plan| plan.at).filter(|at| *at < end);
            let due = self.stage.next().filter(|at| *at < end);
            if let Some(at) = planned.filter(|at| due.is_none_or(|due| *at <= due)) {
                self.stage.at(at).await?;
                let plan = self.plans.remove(0);
                if self.answer(&plan).await.is_some() {
                    told(&self.cast.people[plan.whom].name());
                }
            } else if !self.stage.step(end).await? {
                return self.stage.at(end).await;
            }
        }
    }

    /// Looks for prompts that are new to them, and makes up their minds.
    fn notice(&mut self) {
        let Some(reader) = self.who.first().map(|at| &self.cast.people[*at]) else { return };
        let mut prompts = self.cast.prompts(reader, &self.stage.app);
        prompts.retain(|prompt| self.known.insert(prompt.id));
        for prompt in prompts {
            for whom in self.who.clone() {
                let forgets = self.rng.random_range(0..100) < self.habits.forgets;
                let seconds = self.rng.random_range(60..=self.habits.within.as_secs().max(60));
                let person = &self.cast.people[whom];
                let channel = self.stage.discord.channel_by_id(prompt.channel_id());
                let answered = || has_answered(person, &person.sees_last(&channel, LOOKS_BACK), &prompt);
                if forgets || self.cast.is_away(person, self.stage.now()) || answered() {
                    continue;
                }
                let at = self.stage.now() + SignedDuration::from_secs(seconds);
                self.plans.push(Plan { at, whom, prompt: prompt.clone() });
            }
        }
        self.plans.sort_by_key(|plan| plan.at);
    }

    /// Answers, unless there is nothing to press any more.
    async fn answer(&mut self, plan: &Plan) -> Option<()> {
        let person = &self.cast.people[plan.whom];
        let prompt = plan.prompt.current()?;
        let labels: Vec<_> = prompt.buttons().into_iter().map(|button| button.label).collect();
        let label = labels.choose(&mut self.rng)?.clone();
        let words = *WORDS.choose(&mut self.rng)?;
        if self.rng.random_range(0..100) < self.habits.replies {
            return person.try_reply(&prompt, words).ok().map(|_| ());
        }
        let (adds, shares) = (self.rng.random_range(0..100) < 30, self.rng.random_bool(0.5));
        let reply = press(person, &prompt, &label, words).await?;
        let add = ADD.iter().find(|add| adds && reply.try_button(add).is_some());
        let reply = match add {
            Some(add) => press(person, &reply, add, words).await?,
            None => reply,
        };
        if shares && reply.try_button(SHARE).is_some() {
            press(person, &reply, SHARE, words).await?;
        }
        Some(())
    }
}

/// Presses a button, and fills in the form if one opens. What comes of it, if that is a message.
async fn press(person: &Person, message: &Message, label: &str, words: &str) -> Option<Message> {
    let response = person.click(message, label).await;
    let response = match response.try_modal() {
        None => response,
        Some(form) => {
            let inputs = form.inputs();
            let values: Vec<_> = inputs.iter().map(|input| (input.custom_id.as_str(), words)).collect();
            person.submit(form, &values).await
        }
    };
    response.try_message().cloned()
}

/// Whether somebody has replied to a prompt, or got an answer for pressing something on it.
fn has_answered(person: &Person, seen: &[Message], prompt: &Message) -> bool {
    seen.iter().any(|message| {
        let own = message.is_ephemeral() || message.author_id() == person.id();
        own && message.state().reference.is_some_and(|reference| reference.message == prompt.id)
    })
}
