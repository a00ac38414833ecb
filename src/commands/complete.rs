//! What options offer while people type: at most 25, each under 100 characters. What is sent is checked like any
//! other input.

use super::{Caller, Context, pick, poll};
use crate::{
    app::{excusing, mending, polls, setup::Overview},
    chat::{escape, mend_text, poll_list, series_text, times},
    domain::{library::Library, prompt::Series, schedule::zone_matches},
    store::schedule::State,
};
use poise::serenity_prelude::{AutocompleteChoice, CreateAutocompleteResponse, ResolvedValue};
use std::sync::Arc;

/// How many choices Discord shows.
const MOST: usize = 25;
/// Names and values are shorter than this many characters.
const LONGEST: usize = 99;

/// So many of a title's characters have room with an id of 40, brackets and "Then ".
const LONGEST_BESIDE_ID: usize = 50;

/// Time zones.
pub(super) async fn zone(_: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let zones = zone_matches(typed, MOST);
    choices(zones.into_iter().map(|zone| (zone.clone(), zone)))
}

/// Series of the library.
pub(super) async fn series(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let library = library(ctx).await;
    choices(matching(&library, typed))
}

/// What follows when every prompt was asked: stop, repeat, or a series.
pub(super) async fn at_end(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let fixed = [("Repeat from the start", "repeat"), ("Stop", "stop")];
    let fixed = fixed.into_iter().filter(|(name, _)| holds(name, typed));
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let library = library(ctx).await;
    let series = matching(&library, typed).map(|(name, value)| (format!("Then {name}"), value));
    choices(fixed.chain(series))
}

/// Prompts of the series in the option `series`, or of the team's first.
pub(super) async fn prompt(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let overview = overview(ctx).await;
    let library = library_of(ctx, overview.as_ref());
    let named = ctx.args.iter().find(|arg| arg.name == "series").and_then(|arg| match arg.value {
        ResolvedValue::String(text) => Some(text.to_owned()),
        _ => None,
    });
    let series = match named {
        Some(text) => pick::series(library, &text).ok(),
        None => overview.as_ref().map(|overview| default_series(overview, library)),
    };
    let prompts = series.into_iter().flat_map(|series| series.prompts.iter().enumerate());
    choices(
        prompts
            .map(|(at, prompt)| (format!("{}. {}", at + 1, prompt.title), prompt.id.clone()))
            .filter(|(name, id)| holds(name, typed) || holds(id, typed)),
    )
}

/// Schedules of the team.
pub(super) async fn schedule(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let overview = overview(ctx).await;
    let library = library_of(ctx, overview.as_ref());
    let schedules = overview.iter().flat_map(|overview| &overview.schedules);
    choices(
        schedules
            .map(|schedule| (series_text::choice(schedule, library), schedule.id.to_string()))
            .filter(|(name, _)| holds(name, typed)),
    )
}

/// Prompts that can be taken back or mended, the newest first.
pub(super) async fn posted(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let data = ctx.data();
    let Some(overview) = overview(ctx).await else { return choices(std::iter::empty()) };
    let posted = mending::posted(&data.store, overview.team.id, data.now()).await.unwrap_or_default();
    choices(
        posted
            .iter()
            .map(|known| (mend_text::choice(known), known.id.to_string()))
            .filter(|(name, _)| holds(name, typed)),
    )
}

/// Polls that are open, the newest first.
pub(super) async fn open_poll(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let Some(overview) = overview(ctx).await else { return choices(std::iter::empty()) };
    let polls = polls::list(&ctx.data().store, overview.team.id).await.unwrap_or_default();
    choices(
        polls
            .iter()
            .filter(|poll| poll::is_open(poll))
            .map(|poll| (poll_list::choice(poll), poll.id.to_string()))
            .filter(|(name, _)| holds(name, typed)),
    )
}

/// Days that can be excused, the newest first.
pub(super) async fn closed_day(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let data = ctx.data();
    let Some(overview) = overview(ctx).await else { return choices(std::iter::empty()) };
    let today = overview.zone.to_datetime(data.now()).date();
    let days = excusing::closed_days(&data.store, overview.team.id, today).await.unwrap_or_default();
    choices(
        days.into_iter()
            .map(|closed| {
                (format!("{} · {}", series_text::day(closed.day), closed.title), closed.day.to_string())
            })
            .filter(|(name, value)| holds(name, typed) || holds(value, typed)),
    )
}

/// The series of the team's first schedule.
pub(super) fn default_series<'a>(overview: &Overview, library: &'a Library) -> &'a Series {
    let runs = overview.schedules.iter().find(|schedule| schedule.state == State::Active);
    let first = runs.or(overview.main()).and_then(|schedule| library.get(&schedule.plan.series));
    first.unwrap_or_else(|| library.default_series())
}

/// Only for managers: members have no use for it.
async fn overview(ctx: Context<'_>) -> Option<Overview> {
    pick::managed_team(ctx.data(), &Caller::from(ctx.interaction)).await.ok()
}

/// What there is for whoever manages a team here; others see what everybody has.
fn library_of<'a>(ctx: Context<'a>, overview: Option<&'a Overview>) -> &'a Library {
    overview.map_or(ctx.data().shelf.base(), |overview| &overview.library)
}

async fn library(ctx: Context<'_>) -> Arc<Library> {
    match overview(ctx).await {
        Some(overview) => overview.library,
        None => ctx.data().shelf.base().clone(),
    }
}

fn matching(library: &Library, typed: &str) -> impl Iterator<Item = (String, String)> {
    let fits = |series: &&Series| holds(&series.title, typed) || holds(&series.id, typed);
    library.offered().filter(fits).map(|series| {
        let title = if library.is_told_by_title(series) {
            series.title.clone()
        } else {
            format!("{} ({})", times::cut(&series.title, LONGEST_BESIDE_ID), series.id)
        };
        (title, series.id.clone())
    })
}

fn holds(text: &str, typed: &str) -> bool {
    text.to_lowercase().contains(&typed.trim().to_lowercase())
}

fn choices(names_and_values: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let choices = names_and_values
        .filter(|(_, value)| escape::units(value) <= LONGEST)
        .take(MOST)
        .map(|(name, value)| AutocompleteChoice::new(times::cut(&name, LONGEST), value));
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}
