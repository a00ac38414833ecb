//! `/series`: what runs for the team. For managers, who are told from the roles of each interaction.

mod packed;
mod proposal;

pub(super) use proposal::{click, submit};

use super::{Answer, Caller, Context, Data, Problem, complete, pick, reply};
use crate::{
    app::{
        ahead,
        schedules::{self, Changed, Skip},
        series,
        setup::Overview,
    },
    chat::{problem, series_text},
    domain::queue::AtEnd,
    store::schedule::{Schedule, State},
};
use jiff::Timestamp;

/// How many posts `show` looks ahead.
const AHEAD: usize = 10;

/// Series of prompts: what there is, what runs here, and when (for managers).
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("list", "show", "proposal::schedule", "proposal::edit", "pause", "resume", "skip")
)]
pub(super) async fn series(_: Context<'_>) -> Result<(), Problem> {
    Err(Problem::refuse(problem::OLD_COMMAND))
}

/// Every series that can be run, and what runs in this channel.
#[poise::command(slash_command)]
async fn list(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    reply::command(ctx, Answer::Private(series_text::list(&overview, &data.library))).await
}

/// One schedule: its state, what comes next, what is left.
#[poise::command(slash_command)]
async fn show(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let id = pick::schedule(&overview, schedule.as_deref())?.id;
    let look = series::look(&data.store, &data.library, data.now(), &overview.team, id, AHEAD).await?;
    let look = look.ok_or_else(|| Problem::refuse(problem::NOT_FOUND))?;
    reply::command(ctx, Answer::Private(series_text::show(&overview, &look, &data.library))).await
}

/// Stop posting until it is resumed. Nobody's streak suffers.
#[poise::command(slash_command)]
async fn pause(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let schedule = pick::schedule(&overview, schedule.as_deref())?;
    let (team, now, seed) = (overview.team.id, data.now(), data.seed());
    match schedules::pause(&data.store, team, schedule.id, now, seed).await? {
        Changed::Done => data.wake(),
        Changed::Nothing => return Err(Problem::refuse(series_text::not_running(schedule, &data.library))),
        Changed::NoSchedule => return Err(Problem::refuse(problem::NOT_FOUND)),
    }
    let page = series_text::changed(&overview, schedule, None, &data.library);
    reply::command(ctx, Answer::Private(page)).await
}

/// Let a paused or stopped series go on.
#[poise::command(slash_command)]
async fn resume(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let schedule = pick::schedule(&overview, schedule.as_deref())?;
    let (team, id, now) = (overview.team.id, schedule.id, data.now());
    let next = next_of(data, &overview, schedule, now).await?;
    let over = schedule.state == State::Ended && schedule.plan.at_end == AtEnd::Stop;
    let Some(next) = next.filter(|_| !over) else {
        return Err(Problem::refuse(series_text::not_stopped(schedule, &data.library)));
    };
    match schedules::resume(&data.store, team, id, now).await? {
        Changed::Done => data.wake(),
        Changed::Nothing => return Err(Problem::refuse(series_text::not_stopped(schedule, &data.library))),
        Changed::NoSchedule => return Err(Problem::refuse(problem::NOT_FOUND)),
    }
    // What had stopped runs again: told anew from the database.
    let overview = pick::team(data, &caller).await?;
    let page = series_text::changed(&overview, schedule, Some(next), &data.library);
    reply::command(ctx, Answer::Private(page)).await
}

/// Leave out the next date. Its prompt comes on the one after.
#[poise::command(slash_command)]
async fn skip(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let schedule = pick::schedule(&overview, schedule.as_deref())?;
    let (team, now) = (overview.team.id, data.now());
    let date = match schedules::skip(&data.store, team, schedule.id, now).await? {
        Skip::Skipped(date) => date,
        Skip::NotRunning => return Err(Problem::refuse(series_text::not_running(schedule, &data.library))),
        Skip::NoSchedule => return Err(Problem::refuse(problem::NOT_FOUND)),
    };
    data.wake();
    let then = next_of(data, &overview, schedule, now).await?;
    let page = series_text::skipped(&overview, date, schedule, then, &data.library);
    reply::command(ctx, Answer::Private(page)).await
}

/// When the schedule posts next, as if it ran.
async fn next_of(
    data: &Data,
    overview: &Overview,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<Option<Timestamp>, Problem> {
    let look = series::look(&data.store, &data.library, now, &overview.team, schedule.id, 1).await?;
    let next = look.into_iter().flat_map(|look| look.ahead);
    Ok(next.filter(ahead::Preview::is_post).map(|date| date.due).next())
}
