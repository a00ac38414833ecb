//! `/poll`, the message menu *Who led here?*, and every button and form of a poll.
//!
//! Whoever presses something is checked again each time: that the poll is one of this server, and, for what managers do,
//! of the team of this channel, and that the person still is a manager.

mod draft;
mod manage;
mod vote;

pub(super) use draft::{new_from_moment, who_led_here};
pub(super) use manage::is_open;

use super::{Answer, Caller, Context, Data, Problem, buttons::Verb};
use crate::chat::problem;
use poise::serenity_prelude as serenity;

/// Polls on who handled something like a leader: start, close, look (for managers).
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("draft::start", "manage::close", "manage::list")
)]
pub(super) async fn poll(_: Context<'_>) -> Result<(), Problem> {
    Err(Problem::refuse(problem::OLD_COMMAND))
}

/// Answers `poll:<what>:…`.
pub(super) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    match verb.args.first().copied().unwrap_or_default() {
        "draft" => draft::click(data, caller, verb, click).await,
        "list" | "one" | "look" | "close" | "close-yes" | "cancel" | "cancel-sure" | "cancel-yes"
        | "again" => manage::click(data, caller, verb, click).await,
        _ => vote::click(data, caller, verb, click).await,
    }
}

/// Answers the forms `poll:draft:…` and `poll:say:…`.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    match verb.args.first().copied() {
        Some("draft") => draft::submit(data, caller, verb, modal).await,
        Some("say") => vote::submit(data, caller, verb, modal).await,
        _ => Err(Problem::refuse(problem::STALE)),
    }
}
