//! People who answer, and remember what they were told.

use crate::dice::Dice;
use emulator::{Id, Message, Person, Response};

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Pressed an option.
    Picked(i64),
    /// Sent a form.
    Wrote(String),
    /// Pressed *Done*.
    DidIt,
    /// Took the answer back.
    Withdrew,
    /// Replied, or wrote in the thread: it counts, and no more.
    Spoke,
}

/// One thing that somebody did about a prompt.
#[derive(Clone, Debug)]
pub struct Entry {
    pub user: u64,
    pub prompt: Id,
    pub act: Act,
    /// The person saw that it counts.
    pub acknowledged: bool,
    /// When, in Discord's milliseconds.
    pub at: i64,
}

/// Presses one thing after the other, until there is no answer or the person has had enough.
pub async fn answer(person: Person, prompt: Message, seed: u64) -> Vec<Entry> {
    let mut dice = Dice::new(seed);
    let mut entries = Vec::new();
    for _ in 0..=dice.below(4) {
        let button = dice.pick(&prompt.buttons());
        let id = button.custom_id.clone().expect("no button here leads elsewhere");
        let mut response = person.click(&prompt, &button.label).await;
        let act = if response.try_modal().is_some() {
            let text = format!("thought {}", dice.below(1_000));
            let form = response.modal();
            let input = form.inputs()[0].label.clone();
            response = person.submit(form, &[(&input, &text)]).await;
            Act::Wrote(text)
        } else if id.starts_with("pick:") {
            Act::Picked(id.rsplit(':').next().unwrap().parse().unwrap())
        } else if id.starts_with("done:") {
            Act::DidIt
        } else {
            // The form did not open: nothing was answered.
            return entries;
        };
        let told = note(&mut entries, &person, &prompt, act, &response);
        if told == Some(true) && dice.chance(15) {
            let again = person.click(response.message(), "Withdraw").await;
            if note(&mut entries, &person, &prompt, Act::Withdrew, &again) != Some(true) {
                return entries;
            }
        }
        if told != Some(true) {
            return entries;
        }
    }
    entries
}

/// Whether the person saw that it counts. None: it was said that it does not, or nothing was sent.
fn note(
    entries: &mut Vec<Entry>,
    person: &Person,
    prompt: &Message,
    act: Act,
    response: &Response,
) -> Option<bool> {
    let id = response.interaction?;
    let acknowledged = response.try_message().is_some();
    // Every reply to something that counts ends with the streak; all others say why nothing was changed.
    if acknowledged && !response.text().contains("Streak:") {
        return None;
    }
    entries.push(Entry { user: person.id().get(), prompt: prompt.id, act, acknowledged, at: id.millis() });
    Some(acknowledged)
}

/// Replies to the prompt, or writes in its thread. It counts whether anybody hears it now or not.
pub fn speak(person: &Person, prompt: &Message, dice: &mut Dice) -> Entry {
    let thread = person.thread_of(prompt).filter(|_| dice.chance(50));
    let said = match thread {
        Some(thread) => person.say(&thread, "I would ask first"),
        None => person.reply(prompt, "I would ask first"),
    };
    let (user, prompt, at) = (person.id().get(), prompt.id, said.id.millis());
    Entry { user, prompt, act: Act::Spoke, acknowledged: true, at }
}
