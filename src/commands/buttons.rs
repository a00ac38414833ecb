//! Clicks and forms, found by their custom_id: `verb:arg:arg`, at most 100 characters.
//!
//! Every id in one comes from outside: it is looked up together with the server of the interaction, and a foreign or
//! stale one gets the answer of one that does not exist.

use super::{
    Answer, Caller, Data, Problem, answer, daysoff, excuse, me, mend, moment, poll,
    reply::{self, About},
    series, setup, suggest,
};
use crate::chat::{page::Page, problem};
use futures_util::FutureExt;
use poise::serenity_prelude as serenity;
use std::{future::Future, panic::AssertUnwindSafe, sync::Arc};

/// A custom_id, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verb<'a> {
    /// The first word.
    pub name: &'a str,
    /// What follows.
    pub args: Vec<&'a str>,
}

impl<'a> Verb<'a> {
    /// Takes a custom_id apart. Never fails: an unknown verb is found out when it is looked for.
    pub fn parse(custom_id: &'a str) -> Self {
        let mut parts = custom_id.split(':');
        Self { name: parts.next().unwrap_or_default(), args: parts.collect() }
    }

    /// The argument at `place`, read as what it should be. A button that somebody made up or that an older version
    /// left behind is answered like one whose time is over.
    pub fn arg<T: std::str::FromStr>(&self, place: usize) -> Result<T, Problem> {
        let arg = self.args.get(place).and_then(|arg| arg.parse().ok());
        arg.ok_or_else(|| Problem::refuse(problem::STALE))
    }
}

/// What only this person sees is changed in place; a message in the channel stays as it is.
pub fn shown(own: bool, page: Page) -> Answer {
    if own { Answer::Update(page) } else { Answer::Private(page) }
}

/// Whether only this person sees the message that was clicked, or whose button opened the form.
pub fn is_private(message: Option<&serenity::Message>) -> bool {
    let flags = message.and_then(|message| message.flags);
    flags.is_some_and(|flags| flags.contains(serenity::MessageFlags::EPHEMERAL))
}

/// Answers a click on a button or a choice in a select.
pub(super) async fn click(ctx: &serenity::Context, data: &Arc<Data>, click: &serenity::ComponentInteraction) {
    let about = About { id: click.id, token: &click.token, name: logged(&click.data.custom_id) };
    let outcome = guarded(route_click(data, click)).await;
    reply::deliver(&ctx.http, about, outcome).await;
}

/// Answers a form.
pub(super) async fn submit(ctx: &serenity::Context, data: &Arc<Data>, modal: &serenity::ModalInteraction) {
    let about = About { id: modal.id, token: &modal.token, name: logged(&modal.data.custom_id) };
    let outcome = guarded(route_submit(data, modal)).await;
    reply::deliver(&ctx.http, about, outcome).await;
}

/// What of a custom_id may stand in the log. That of a vote says whom it is for, and the interaction's id beside it leads
/// to the voter.
fn logged(custom_id: &str) -> &str {
    let poll = custom_id.starts_with("poll:");
    let end = custom_id.match_indices(':').nth(1).filter(|_| poll);
    end.map_or(custom_id, |(at, _)| &custom_id[..at])
}

async fn guarded(work: impl Future<Output = Result<Answer, Problem>>) -> Result<Answer, Problem> {
    let panicked = |_| Err(Problem::Fault("a panic".into()));
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(panicked)
}

async fn route_click(data: &Arc<Data>, click: &serenity::ComponentInteraction) -> Result<Answer, Problem> {
    let verb = Verb::parse(&click.data.custom_id);
    let caller = Caller::from(click);
    match verb.name {
        "pick" | "done" | "write" | "why" | "share" | "change" | "withdraw" => {
            answer::click(data, &caller, &verb, click).await
        }
        "me" => me::click(data, &caller, &verb).await,
        "off" => daysoff::click(data, &caller, &verb, click).await,
        "cal" => series::click_calendar(data, &caller, &verb).await,
        "import" => series::click_import(data, &caller, &verb).await,
        "excuse" => excuse::click(data, &caller, &verb).await,
        "mend" => mend::click(data, &caller, &verb).await,
        "moment" => moment::click(data, &caller, &verb, click).await,
        "poll" => poll::click(data, &caller, &verb, click).await,
        "run" => series::click_running(data, &caller, &verb, click).await,
        "series" => series::click(data, &caller, &verb, click).await,
        "sugg" => suggest::click(data, &caller, &verb, click).await,
        "setup" => setup::click(data, &caller, &verb, click).await,
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

async fn route_submit(data: &Arc<Data>, modal: &serenity::ModalInteraction) -> Result<Answer, Problem> {
    let verb = Verb::parse(&modal.data.custom_id);
    let caller = Caller::from(modal);
    match verb.name {
        "note" => answer::submit(data, &caller, &verb, modal).await,
        "me" => me::submit(data, &caller, modal).await,
        "mend" => mend::submit(data, &caller, &verb, modal).await,
        "moment" => moment::submit(data, &caller, &verb, modal).await,
        "poll" => poll::submit(data, &caller, &verb, modal).await,
        "off" => daysoff::submit(data, &caller, &verb, modal).await,
        "series" => series::submit(data, &caller, &verb, modal).await,
        "suggest" => suggest::submit(data, &caller, &verb, modal).await,
        "sugg" => suggest::decide(data, &caller, &verb, modal).await,
        "setup" => setup::submit(data, &caller, &verb, modal).await,
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

/// What was chosen in a select of texts; nothing if it was another kind of click.
pub fn chosen(click: &serenity::ComponentInteraction) -> &[String] {
    match &click.data.kind {
        serenity::ComponentInteractionDataKind::StringSelect { values } => values,
        _ => &[],
    }
}

/// What was typed into a form's input, without white space around it. Empty if there is no such input.
pub fn typed<'a>(modal: &'a serenity::ModalInteraction, input: &str) -> &'a str {
    let rows = modal.data.components.iter().flat_map(|row| &row.components);
    rows.filter_map(|part| match part {
        serenity::ActionRowComponent::InputText(text) if text.custom_id == input => text.value.as_deref(),
        _ => None,
    })
    .next()
    .unwrap_or_default()
    .trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_vote_is_for_is_not_logged() {
        assert_eq!(logged("poll:vote:5:2"), "poll:vote");
        assert_eq!(logged("poll:saw:5:2"), "poll:saw");
        assert_eq!(logged("poll:vote"), "poll:vote");
        assert_eq!(logged("pick:7:1"), "pick:7:1");
    }

    #[test]
    fn a_custom_id_is_taken_apart() {
        let verb = Verb::parse("pick:12:3");
        assert_eq!((verb.name, verb.args.as_slice()), ("pick", ["12", "3"].as_slice()));
        assert_eq!(verb.arg::<u8>(1).ok(), Some(3));
        for (custom_id, place) in [("pick:12:x", 1), ("pick", 0), ("", 0), ("pick:999", 0), ("pick::", 1)] {
            let arg = Verb::parse(custom_id).arg::<u8>(place);
            assert!(matches!(arg, Err(Problem::Refusal(_))), "{custom_id}");
        }
    }
}
