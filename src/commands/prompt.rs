//! `/prompt`: looking at prompts, and posting one now. For managers.

use super::{Answer, Caller, Context, Problem, complete, mend, pick, reply, suggest};
use crate::{
    app::{
        posting::{self, ByHand, Wanted},
        prompts, series,
    },
    chat::{
        page::Page,
        permissions::{self, TO_POST},
        problem,
        prompt_message::{self, Shown},
        series_text, setup_panel,
    },
    domain::id::OccurrenceId,
    store::schedule::{Schedule, State},
};
use jiff::SignedDuration;

/// Prompts: look at one, post one now, take one back, mend a typo (for managers).
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("preview", "post", "mend::retract", "mend::mend", "suggest::suggestions")
)]
pub(super) async fn prompt(_: Context<'_>) -> Result<(), Problem> {
    Err(Problem::refuse(problem::OLD_COMMAND))
}

/// See a prompt as members will see it. Only you see it now.
#[poise::command(slash_command)]
async fn preview(
    ctx: Context<'_>,
    #[description = "Which series (unless you say otherwise: the one that runs here)"]
    #[autocomplete = "complete::series"]
    series: Option<String>,
    #[description = "Which prompt (unless you say otherwise: the one that comes next)"]
    #[autocomplete = "complete::prompt"]
    prompt: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let series = match series {
        Some(text) => pick::series(&overview.library, &text)?,
        None => complete::default_series(&overview, &overview.library),
    };
    let of_series = |schedule: &&Schedule| schedule.plan.series == series.id;
    let running = overview.schedules.iter().filter(of_series).min_by_key(|one| one.state != State::Active);
    let now = data.now();
    let prompt = match (prompt, running) {
        (Some(text), _) => Some(pick::prompt(series, &text)?),
        (None, Some(running)) => {
            series::next_prompt(&data.store, running.id).await?.and_then(|id| series.prompt(&id))
        }
        (None, None) => None,
    };
    let Some(prompt) = prompt.or(series.prompts.first()) else {
        return Err(Problem::refuse(problem::NOT_FOUND));
    };
    let mut snapshot = prompts::snapshot(series, prompt, data.seed());
    let place = series.prompts.iter().position(|other| other.id == prompt.id).unwrap_or(0);
    snapshot.number = place as u32 + 1;
    let window = running.and_then(|schedule| schedule.plan.window_minutes);
    let window = SignedDuration::from_mins(window.unwrap_or(overview.team.window_minutes));
    let shown = Shown {
        id: OccurrenceId(0),
        snapshot: &snapshot,
        closes: now + window,
        answers: 0,
        closed: false,
        reference: "",
    };
    let page = Page::default().embed(prompt_message::embed(&shown));
    // There is nothing to answer yet, so the buttons only show what they will look like.
    let page =
        prompt_message::buttons(&shown).into_iter().fold(page, |page, row| page.row(series_text::idle(row)));
    reply::command(ctx, Answer::Private(page)).await
}

/// Post a prompt now. It is a bonus: it never breaks a streak, and the schedule goes on as planned.
#[poise::command(slash_command)]
async fn post(
    ctx: Context<'_>,
    #[description = "Which series (unless you say otherwise: the one that runs here)"]
    #[autocomplete = "complete::series"]
    series: Option<String>,
    #[description = "Which prompt (unless you say otherwise: the one that comes next)"]
    #[autocomplete = "complete::prompt"]
    prompt: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    if overview.team.started_at.is_none() {
        return Err(Problem::refuse(problem::NOT_STARTED));
    }
    let series = match series {
        Some(text) => pick::series(&overview.library, &text)?,
        None => complete::default_series(&overview, &overview.library),
    };
    let prompt = prompt.map(|text| pick::prompt(series, &text)).transpose()?;
    let channel = overview.team.channel;
    let here = caller.channel == channel;
    let known = if here { Some(caller.app_permissions) } else { data.permissions.bits(channel) };
    let lacking = known.map_or(Vec::new(), |bits| permissions::missing(bits, TO_POST));
    if !lacking.is_empty() {
        return Err(Problem::refuse(setup_panel::missing(channel, &lacking)));
    }
    let wanted = Wanted {
        team: overview.team.id,
        series: series.id.clone(),
        prompt: prompt.map(|prompt| prompt.id.clone()),
    };
    let (now, seed) = (data.now(), data.seed());
    match posting::by_hand(&data.store, &overview.library, wanted, caller.cast.0, now, seed).await? {
        ByHand::Claimed(_) | ByHand::Already => data.wake(),
        ByHand::NoTeam => return Err(Problem::refuse(problem::NO_TEAM_HERE)),
        ByHand::NoSeries | ByHand::NoPrompt => return Err(Problem::refuse(problem::NOT_FOUND)),
        ByHand::NoZone => return Err(Problem::refuse(problem::ZONE_GONE)),
    }
    let page = series_text::posted(&overview, prompt.map(|prompt| prompt.title.as_str()), &overview.library);
    reply::command(ctx, Answer::Private(page)).await
}
