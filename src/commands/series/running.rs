//! `/series show`, `pause`, `resume`, `skip`, and their buttons: what is done with a schedule that is there.

use crate::{
    app::{
        ahead,
        managing::{self, Changed, Skip, Unskip},
        series,
        setup::Overview,
    },
    chat::{page::Page, problem, proposal_text, schedule_panel as panel, series_text},
    commands::{
        Answer, Caller, Context, Data, Problem,
        buttons::{Verb, chosen},
        complete, pick, reply,
    },
    domain::{id::ScheduleId, prompt::Prompt, schedule::parse_day},
    store::schedule::{Schedule, State},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use poise::serenity_prelude as serenity;

/// How many posts `show` looks ahead.
const AHEAD: usize = 10;

fn not_found() -> Problem {
    Problem::refuse(problem::NOT_FOUND)
}

/// One schedule: its state, what comes next, its queue, its end.
#[poise::command(slash_command)]
pub(super) async fn show(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let id = pick::schedule(&overview, schedule.as_deref(), |state| state != State::Ended)?.id;
    let page = look(data, &overview, id, 0, None).await?;
    reply::command(ctx, Answer::Private(page)).await
}

async fn look(
    data: &Data,
    overview: &Overview,
    id: ScheduleId,
    page: usize,
    said: Option<&str>,
) -> Result<Page, Problem> {
    let look = series::look(&data.store, &overview.library, data.now(), &overview.team, id, AHEAD).await?;
    Ok(panel::show(overview, &look.ok_or_else(not_found)?, &overview.library, page, said))
}

/// Stop posting for a while. Nobody's streak suffers.
#[poise::command(slash_command)]
pub(super) async fn pause(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
    #[description = "It goes on by itself on this day: 2027-01-11, monday, 11 jan … (else when it is resumed)"]
    until: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let schedule = pick::schedule(&overview, schedule.as_deref(), |state| state == State::Active)?;
    let (team, now, seed) = (overview.team.id, data.now(), data.seed());
    let today = overview.zone.to_datetime(now).date();
    let until = until.map(|typed| return_day(&typed, today)).transpose()?;
    match managing::pause(&data.store, team, schedule.id, caller.user, until, now, seed).await? {
        Changed::Done => data.wake(),
        Changed::Nothing => {
            return Err(Problem::refuse(series_text::not_running(schedule, &overview.library)));
        }
        Changed::NoSchedule => return Err(not_found()),
    }
    let page = match until {
        None => series_text::changed(&overview, schedule, None, &overview.library),
        Some(date) => {
            let next = next_of(data, &overview, schedule.id, now).await?;
            series_text::paused_until(&overview, schedule, date, next, &overview.library)
        }
    };
    reply::command(ctx, Answer::Private(page)).await
}

/// The day on which a paused schedule goes on.
fn return_day(typed: &str, today: Date) -> Result<Date, Problem> {
    let refuse = |text: String| Problem::refuse(text);
    let day = parse_day(typed, today).ok_or_else(|| refuse(proposal_text::odd_day(typed, today)))?;
    if day <= today || day > today.saturating_add(1.year()) {
        return Err(refuse(series_text::odd_return(day, today)));
    }
    Ok(day)
}

/// Let a paused or stopped series go on.
#[poise::command(slash_command)]
pub(super) async fn resume(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let schedule = pick::schedule(&overview, schedule.as_deref(), |state| {
        matches!(state, State::Paused | State::Suspended)
    })?;
    let (team, id, now) = (overview.team.id, schedule.id, data.now());
    let refuse = || Problem::refuse(series_text::not_stopped(schedule, &overview.library));
    next_of(data, &overview, schedule.id, now).await?.ok_or_else(refuse)?;
    match managing::resume(&data.store, team, id, caller.user, now).await? {
        Changed::Done => data.wake(),
        Changed::Nothing => return Err(refuse()),
        Changed::NoSchedule => return Err(not_found()),
    }
    // What had stopped runs again: told anew from the database.
    let overview = pick::team(data, &caller).await?;
    let next = next_of(data, &overview, schedule.id, now).await?;
    let page = series_text::changed(&overview, schedule, next, &overview.library);
    reply::command(ctx, Answer::Private(page)).await
}

/// Leave out the next date. Its prompt comes on the one after.
#[poise::command(slash_command)]
pub(super) async fn skip(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let schedule = pick::schedule(&overview, schedule.as_deref(), |state| state == State::Active)?;
    let (team, now) = (overview.team.id, data.now());
    let date = match managing::skip(&data.store, team, schedule.id, caller.user, now).await? {
        Skip::Skipped(date) => date,
        Skip::NotRunning => {
            return Err(Problem::refuse(series_text::not_running(schedule, &overview.library)));
        }
        Skip::NoSchedule => return Err(not_found()),
    };
    data.wake();
    let then = next_of(data, &overview, schedule.id, now).await?;
    let page = panel::skipped(&overview, date, schedule, then, &overview.library);
    reply::command(ctx, Answer::Private(page)).await
}

/// When the schedule posts next, as if it ran.
pub(super) async fn next_of(
    data: &Data,
    overview: &Overview,
    schedule: ScheduleId,
    now: Timestamp,
) -> Result<Option<Timestamp>, Problem> {
    let look = series::look(&data.store, &overview.library, now, &overview.team, schedule, 1).await?;
    let next = look.into_iter().flat_map(|look| look.ahead);
    Ok(next.filter(ahead::Preview::is_post).map(|date| date.due).next())
}

/// Answers `run:<verb>:<team>:<schedule>…`.
pub(in crate::commands) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let id: ScheduleId = verb.arg(2)?;
    let schedule = overview.schedules.iter().find(|schedule| schedule.id == id).ok_or_else(not_found)?;
    let (store, team, by, now) = (&data.store, overview.team.id, caller.user, data.now());
    let again = async |said: String| -> Result<Answer, Problem> {
        data.wake();
        let overview = pick::team(data, caller).await?;
        Ok(Answer::Update(look(data, &overview, id, 0, Some(&said)).await?))
    };
    match verb.args[0] {
        "show" => Ok(Answer::Update(look(data, &overview, id, verb.arg(3)?, None).await?)),
        "pick" => {
            let chosen = chosen(click).first();
            let prompt = prompt(&overview, schedule, chosen.map_or("", String::as_str))?;
            Ok(Answer::Update(panel::chosen(&overview, schedule, prompt)))
        }
        word @ ("first" | "leave") => {
            let prompt = prompt(&overview, schedule, verb.args.get(3).copied().unwrap_or_default())?;
            let wanted = prompt.id.clone();
            let (done, said) = if word == "first" {
                let done = managing::put_first(store, &overview.library, team, id, by, wanted, now).await?;
                (done, panel::put_first(prompt))
            } else {
                (managing::leave_out(store, team, id, by, wanted, now).await?, panel::left_out(prompt))
            };
            again(if done == Changed::Done { said } else { panel::not_queued(prompt) }).await
        }
        "end" => Ok(Answer::Update(panel::ask_end(&overview, schedule, &overview.library))),
        "endnow" => {
            managing::end(store, team, id, by, now, data.seed()).await?;
            again(panel::ended(schedule, &overview.library)).await
        }
        "unskip" => {
            let day: Date = verb.arg(3)?;
            let done = managing::unskip(store, team, id, by, day, now).await?;
            if done == Unskip::Done {
                data.wake();
            }
            Ok(Answer::Update(Page::text(panel::unskipped(done, day, schedule, &overview.library))))
        }
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

/// A prompt of the series that the schedule runs at the moment.
fn prompt<'a>(overview: &'a Overview, schedule: &Schedule, id: &str) -> Result<&'a Prompt, Problem> {
    overview.library.get(&schedule.plan.series).and_then(|series| series.prompt(id)).ok_or_else(not_found)
}
