//! `/help`.

use super::{Answer, Context, Problem, reply};
use crate::chat::page::Page;

/// What Helmsman is, and what you can do here.
#[poise::command(slash_command)]
pub(super) async fn help(ctx: Context<'_>) -> Result<(), Problem> {
    reply::command(ctx, Answer::Private(Page::text("Helmsman"))).await
}
