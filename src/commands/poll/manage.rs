//! What managers do with polls that are there: look, close early, cancel, post again.

use crate::{
    app::{
        polls::{
            self, Ended,
            message::{Reposted, repost},
        },
        setup::Overview,
    },
    chat::{page::Page, poll_list as text, problem},
    commands::{
        Answer, Caller, Context, Data, Problem,
        buttons::{Verb, chosen},
        complete, pick, reply,
    },
    domain::{
        id::PollId,
        poll::{Poll, State},
    },
};
use poise::serenity_prelude as serenity;

/// Close a poll before its time: what has been voted is counted (for managers).
#[poise::command(slash_command)]
pub(super) async fn close(
    ctx: Context<'_>,
    #[description = "Which one (unless you say otherwise: the only one that is open)"]
    #[autocomplete = "complete::open_poll"]
    poll: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let all = polls::list(&data.store, overview.team.id).await?;
    let mut open = all.into_iter().filter(is_open);
    let poll = match (poll, open.next(), open.next()) {
        (Some(text), first, second) => {
            let id: Option<PollId> = text.trim().parse().ok();
            let found = first.into_iter().chain(second).chain(open).find(|poll| Some(poll.id) == id);
            found.ok_or_else(|| Problem::refuse(problem::not_found("open poll", &text)))?
        }
        (None, None, _) => return Err(Problem::refuse(text::NONE_OPEN)),
        (None, Some(only), None) => only,
        (None, Some(_), Some(_)) => return Err(Problem::refuse(text::WHICH)),
    };
    reply::command(ctx, Answer::Private(text::ask_close(&poll))).await
}

/// Polls of this team: open ones, results, moments, the weekly poll (for managers).
#[poise::command(slash_command)]
pub(super) async fn list(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let page = overview_page(data, &overview, None).await?;
    reply::command(ctx, Answer::Private(page)).await
}

/// Whether it can still be voted in.
pub(in crate::commands) fn is_open(poll: &Poll) -> bool {
    matches!(poll.state, State::Claimed | State::Open)
}

async fn overview_page(data: &Data, overview: &Overview, said: Option<&str>) -> Result<Page, Problem> {
    let all = polls::list(&data.store, overview.team.id).await?;
    Ok(text::list(overview.team.id, &all, said))
}

/// Answers `poll:list:<team>`, `poll:one:<team>` and `poll:<what>:<poll>`.
pub(super) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    if matches!(verb.args[0], "list" | "one") {
        let overview = pick::owned_team(data, caller, verb).await?;
        if verb.args[0] == "list" {
            return Ok(Answer::Update(overview_page(data, &overview, None).await?));
        }
        let id = chosen(click).first().and_then(|id| id.parse().ok());
        let poll = of_team(data, &overview, id).await?;
        return Ok(Answer::Update(text::one(&poll)));
    }
    let overview = pick::managed_team(data, caller).await?;
    let poll = of_team(data, &overview, Some(PollId(verb.arg(1)?))).await?;
    let page = match verb.args[0] {
        "look" => text::one(&poll),
        _ if !is_open(&poll) => Page::text(text::OVER),
        "close" => text::ask_close(&poll),
        "cancel" => text::ask_cancel(&poll, false),
        "cancel-sure" => text::ask_cancel(&poll, true),
        what => {
            let (store, guild, by, now) = (&data.store, overview.team.guild, caller.user, data.now());
            let ended = |ended, done| match ended {
                Ended::Yes(_) => Ok(done),
                Ended::NotOpen(poll) if poll.state == State::Claimed => Ok(text::NOT_YET),
                Ended::NotOpen(_) => Ok(text::OVER),
                Ended::NotFound => Err(Problem::refuse(problem::STALE)),
            };
            let said = match what {
                "close-yes" => {
                    ended(polls::close_early(store, guild, poll.id, by, now).await?, text::CLOSED)?
                }
                "cancel-yes" => ended(polls::cancel(store, guild, poll.id, by, now).await?, text::CANCELLED)?,
                "again" => match repost(store, guild, poll.id, by, now, data.seed()).await? {
                    Reposted::Yes => text::POSTED_AGAIN,
                    Reposted::There => text::STILL_THERE,
                    Reposted::NotOpen => text::OVER,
                    Reposted::NotFound => return Err(Problem::refuse(problem::STALE)),
                },
                _ => return Err(Problem::refuse(problem::STALE)),
            };
            data.wake();
            Page::text(said)
        }
    };
    Ok(Answer::Update(page))
}

/// A poll of this team; one of another team or server is like one that does not exist.
async fn of_team(data: &Data, overview: &Overview, id: Option<PollId>) -> Result<Poll, Problem> {
    let stale = || Problem::refuse(problem::STALE);
    let poll = polls::one(&data.store, overview.team.guild, id.ok_or_else(stale)?).await?;
    poll.filter(|poll| poll.team == overview.team.id).ok_or_else(stale)
}
