//! `/me`: the own streak, why it is what it is, leave, and what one wants of polls.

use super::{
    Answer, Caller, Context, Data, Problem, away,
    buttons::{Verb, typed},
    pick, reply,
};
use crate::{
    app::{away as leave, polls::people, setup::Overview, streaks},
    chat::{me as text, page::Page, problem},
};
use poise::serenity_prelude::ModalInteraction;

/// Your streak here, and why it is what it is.
#[poise::command(slash_command, guild_only)]
pub(super) async fn me(ctx: Context<'_>) -> Result<(), Problem> {
    let caller = Caller::from(ctx.interaction);
    let overview = pick::team(ctx.data(), &caller).await?;
    let page = page(ctx.data(), &caller, &overview).await?;
    reply::command(ctx, Answer::Private(page)).await
}

async fn page(data: &Data, caller: &Caller, overview: &Overview) -> Result<Page, Problem> {
    let (guild, team) = (overview.team.guild, overview.team.id);
    let today = away::today(caller, overview);
    let since = text::calendar_start(today);
    let standing = streaks::standing(&data.store, guild, team, caller.user, today, since).await?;
    let milestone = match standing.untold {
        Some(n) if streaks::tell(&data.store, team, caller.user, n).await? => Some(n),
        _ => None,
    };
    let away = leave::coming(&data.store, guild, caller.user, today).await?;
    let recognised = people::recognitions(&data.store, team, caller.user).await?;
    Ok(text::page(&standing, milestone, &away, today, &recognised))
}

/// A click under `/me` or `/away`.
pub(super) async fn click(data: &Data, caller: &Caller, verb: &Verb<'_>) -> Result<Answer, Problem> {
    let overview = pick::team(data, caller).await?;
    match verb.args.first().copied() {
        Some("show") => Ok(Answer::Update(page(data, caller, &overview).await?)),
        Some("why") => {
            let number: usize = if verb.args.len() > 1 { verb.arg(1)? } else { 0 };
            let (guild, team) = (overview.team.guild, overview.team.id);
            let skip = number.saturating_mul(text::LINES);
            let today = away::today(caller, &overview);
            let ledger =
                streaks::ledger(&data.store, guild, team, caller.user, today, skip, text::LINES).await?;
            let standing = streaks::standing(&data.store, guild, team, caller.user, today, today).await?;
            Ok(Answer::Update(text::why(&ledger, standing.streak, number)))
        }
        Some("nominations") => {
            let settings = people::settings(&data.store, caller.guild()?, caller.user).await?;
            Ok(Answer::Update(text::nominations(settings)))
        }
        Some(what @ ("nominate" | "notes")) => {
            let (guild, on) = (caller.guild()?, verb.arg::<u8>(1)? == 1);
            let settings = match what {
                "notes" => people::set_notes(&data.store, guild, caller.user, on).await?,
                _ => people::set_nominations(&data.store, guild, caller.user, on).await?,
            };
            Ok(Answer::Update(text::nominations(settings)))
        }
        Some("away") => Ok(Answer::Modal(text::away_form(away::today(caller, &overview)))),
        Some("back") => Ok(Answer::Update(away::end(data, caller, &overview).await?)),
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

/// The form *Away*.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    modal: &ModalInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::team(data, caller).await?;
    let page = away::set(data, caller, &overview, typed(modal, "from"), typed(modal, "until")).await?;
    Ok(Answer::Private(page))
}
