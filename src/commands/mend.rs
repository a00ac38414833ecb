//! `/prompt retract` and `/prompt mend`: for a prompt that is posted.

use super::{
    Answer, Caller, Context, Data, Problem,
    buttons::{Verb, typed},
    complete, pick, reply,
};
use crate::{
    app::{
        mending::{self, Mended, Words},
        setup::Overview,
    },
    chat::{mend_text as text, page::Page, problem, proposal_text},
    domain::{
        id::OccurrenceId,
        occurrence::{Occurrence, Snapshot},
    },
};
use poise::serenity_prelude as serenity;
use std::sync::Arc;

/// Take a posted prompt back. Its message goes, and nobody's streak suffers.
#[poise::command(slash_command)]
pub(super) async fn retract(
    ctx: Context<'_>,
    #[description = "Which one (unless you say otherwise: the newest)"]
    #[autocomplete = "complete::posted"]
    prompt: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let occurrence = posted(data, &overview, prompt.as_deref()).await?;
    reply::command(ctx, Answer::Private(text::ask_retract(&occurrence))).await
}

/// Mend a typo in a posted prompt. Answers stay as they are.
#[poise::command(slash_command)]
pub(super) async fn mend(
    ctx: Context<'_>,
    #[description = "Which one (unless you say otherwise: the newest)"]
    #[autocomplete = "complete::posted"]
    prompt: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let occurrence = posted(data, &overview, prompt.as_deref()).await?;
    let snapshot = words_of(&occurrence)?;
    let page = text::panel(&occurrence, &snapshot, None);
    reply::command(ctx, Answer::Private(page)).await
}

/// A posted prompt of this team by its id; without one, the newest.
async fn posted(data: &Data, overview: &Overview, wanted: Option<&str>) -> Result<Occurrence, Problem> {
    let mut known = mending::posted(&data.store, overview.team.id, data.now()).await?.into_iter();
    match wanted {
        None => known.next().ok_or_else(|| Problem::refuse(text::NOTHING_POSTED)),
        Some(wanted) => {
            let id: Option<OccurrenceId> = wanted.trim().parse().ok();
            let found = known.find(|known| Some(known.id) == id);
            found.ok_or_else(|| Problem::refuse(problem::not_found("posted prompt", wanted)))
        }
    }
}

fn words_of(occurrence: &Occurrence) -> Result<Arc<Snapshot>, Problem> {
    occurrence.snapshot.clone().ok_or_else(|| Problem::refuse(text::GONE))
}

/// The prompt that a button or form is about.
async fn meant(data: &Data, overview: &Overview, verb: &Verb<'_>) -> Result<Occurrence, Problem> {
    let id = verb.args.get(2).copied().unwrap_or_default();
    posted(data, overview, Some(id)).await.map_err(|problem| match problem {
        Problem::Refusal(_) => Problem::refuse(text::GONE),
        fault => fault,
    })
}

/// Answers `mend:<verb>:<team>:<occurrence>…`.
pub(super) async fn click(data: &Data, caller: &Caller, verb: &Verb<'_>) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    match verb.args[0] {
        "keep" => Ok(Answer::Update(Page::text(proposal_text::CANCELLED))),
        "retract" => {
            let (team, id) = ((overview.team.guild, overview.team.id), verb.arg(2)?);
            let title = mending::retract(&data.store, data.now(), team, caller.user, id).await?;
            let title = title.ok_or_else(|| Problem::refuse(text::GONE))?;
            data.wake();
            Ok(Answer::Update(Page::text(text::retracted(&title))))
        }
        word @ ("heading" | "options") => {
            let occurrence = meant(data, &overview, verb).await?;
            let snapshot = words_of(&occurrence)?;
            if verb.args.get(3).copied() != Some(mending::mark(&snapshot).as_str()) {
                let said = text::mended(&Mended::Overtaken);
                return Ok(Answer::Update(text::panel(&occurrence, &snapshot, Some(&said))));
            }
            Ok(Answer::Modal(text::form(&occurrence, &snapshot, word == "options")))
        }
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

/// Answers the forms `mend:heading:…` and `mend:options:…`.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let before = meant(data, &overview, verb).await?;
    let line = |input: &str| typed(modal, input).split_whitespace().collect::<Vec<_>>().join(" ");
    let words = match verb.args[0] {
        "heading" => {
            Words { heading: Some((line("title"), line("situation"), line("question"))), options: None }
        }
        "options" => {
            let count = words_of(&before)?.prompt.options().len();
            let texts = (0..count).map(|n| line(&format!("text{n}"))).collect();
            Words { heading: None, options: Some(texts) }
        }
        _ => return Err(Problem::refuse(problem::STALE)),
    };
    let seen = verb.args.get(3).copied().unwrap_or_default().to_owned();
    let team = (overview.team.guild, overview.team.id);
    let done = mending::mend(&data.store, data.now(), team, caller.user, (before.id, seen), words).await?;
    match &done {
        Mended::Done => data.wake(),
        Mended::Same | Mended::Overtaken => {}
        Mended::Odd(_) | Mended::NoPrompt => return Err(Problem::refuse(text::mended(&done))),
    }
    let after = meant(data, &overview, verb).await?;
    let snapshot = words_of(&after)?;
    let page = text::panel(&after, &snapshot, Some(&text::mended(&done)));
    Ok(if modal.message.is_some() { Answer::Update(page) } else { Answer::Private(page) })
}
