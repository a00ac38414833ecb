//! `/help`.

use super::{Answer, Caller, Context, Problem, reply};
use crate::{
    app::{
        answering,
        setup::{self, Place},
    },
    chat::help::{self as text, Here},
};

/// What Helmsman is, and what you can do here.
#[poise::command(slash_command)]
pub(super) async fn help(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let here = match caller.guild {
        None => Here::Direct,
        Some(guild) => {
            match setup::place(&data.store, &data.shelf, data.now(), guild, caller.home()).await? {
                Place::Team(overview) => {
                    let (team, at) = (&overview.team, caller.cast.time());
                    let open = answering::open_for(&data.store, team.id, caller.user, at).await?;
                    Here::Team {
                        started: team.started_at.is_some(),
                        unanswered: open.iter().any(|open| !open.answer.stands()),
                        next: overview.coming(),
                        manager_role: team.manager_role,
                    }
                }
                Place::Free | Place::Removed(_) => Here::NoTeam,
            }
        }
    };
    reply::command(ctx, Answer::Private(text::page(here))).await
}
