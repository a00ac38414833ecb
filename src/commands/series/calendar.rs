//! `/series calendar`: the days ahead.

use crate::{
    app::{calendar, setup::Overview},
    chat::{calendar_text, page::Page, problem},
    commands::{Answer, Caller, Context, Data, Problem, buttons::Verb, pick, reply},
};

/// The next 30 days: posts, days off, skipped dates.
#[poise::command(slash_command)]
pub(super) async fn calendar(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let page = month(data, &overview, 0).await?;
    reply::command(ctx, Answer::Private(page)).await
}

async fn month(data: &Data, overview: &Overview, page: i64) -> Result<Page, Problem> {
    let page = page.clamp(0, calendar::LAST_PAGE);
    let month = calendar::month(&data.store, &overview.team, data.now(), page).await?;
    let month = month.ok_or_else(|| Problem::refuse(problem::ZONE_GONE))?;
    Ok(calendar_text::page(overview, &month, page, &overview.library))
}

/// Answers `cal:page:<team>:<page>`.
pub(in crate::commands) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    if verb.args[0] != "page" {
        return Err(Problem::refuse(problem::STALE));
    }
    Ok(Answer::Update(month(data, &overview, verb.arg(2)?).await?))
}
