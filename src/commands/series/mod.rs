//! `/series`: what runs for the team. For managers, who are told from the roles of each interaction.

mod calendar;
mod import;
mod packed;
mod proposal;
mod running;

pub(super) use calendar::click as click_calendar;
pub(super) use import::click as click_import;
pub(super) use proposal::{click, submit};
pub(super) use running::click as click_running;

use super::{Answer, Caller, Context, Problem, pick, reply};
use crate::chat::{problem, series_text};

/// Series of prompts: what there is, what runs here, and when (for managers).
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands(
        "list",
        "running::show",
        "proposal::schedule",
        "proposal::edit",
        "running::pause",
        "running::resume",
        "running::skip",
        "calendar::calendar",
        "import::import",
        "import::export"
    )
)]
pub(super) async fn series(_: Context<'_>) -> Result<(), Problem> {
    Err(Problem::refuse(problem::OLD_COMMAND))
}

/// Every series that can be run, and what runs in this channel.
#[poise::command(slash_command)]
async fn list(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    reply::command(ctx, Answer::Private(series_text::list(&overview, &overview.library))).await
}
