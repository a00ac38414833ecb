//! What people name in options: the team they stand in, a series, a prompt, a schedule. What is unknown, and what
//! belongs to somebody else, gets the same answer.

use super::{Caller, Data, Problem, buttons::Verb};
use crate::{
    app::setup::{self, Overview, Place},
    chat::{problem, series_text},
    domain::{
        id::ScheduleId,
        library::Library,
        prompt::{Prompt, Series},
    },
    store::schedule::{Schedule, State},
};

fn not_found(what: &str, typed: &str) -> Problem {
    Problem::refuse(problem::not_found(what, typed))
}

/// The team of the channel, or of the thread's parent.
pub(super) async fn team(data: &Data, caller: &Caller) -> Result<Overview, Problem> {
    let guild = caller.guild()?;
    match setup::place(&data.store, &data.shelf, data.now(), guild, caller.home()).await? {
        Place::Team(overview) => Ok(overview),
        Place::Free | Place::Removed(_) => Err(Problem::refuse(problem::NO_TEAM_HERE)),
    }
}

/// The same for commands of managers: others are told who can.
pub(super) async fn managed_team(data: &Data, caller: &Caller) -> Result<Overview, Problem> {
    let overview = team(data, caller).await?;
    if caller.is_manager(&overview.team) {
        Ok(overview)
    } else {
        Err(Problem::refuse(series_text::managers_only(overview.team.manager_role)))
    }
}

/// The same for a button or form that was made for the team whose id is its second argument: it is answered in that
/// team's channel, or in a thread of it, and nowhere else.
pub(super) async fn owned_team(data: &Data, caller: &Caller, verb: &Verb<'_>) -> Result<Overview, Problem> {
    let overview = managed_team(data, caller).await?;
    let stale = || Problem::refuse(problem::STALE);
    if verb.arg::<i64>(1)? == overview.team.id.0 { Ok(overview) } else { Err(stale()) }
}

/// A series by its id (which completion sends) or its title.
pub(super) fn series<'a>(library: &'a Library, text: &str) -> Result<&'a Series, Problem> {
    let text = text.trim();
    let by_title = || library.iter().find(|series| series.title.to_lowercase() == text.to_lowercase());
    library.get(text).or_else(by_title).ok_or_else(|| not_found("series", text))
}

/// A prompt of a series by its id or its title.
pub(super) fn prompt<'a>(series: &'a Series, text: &str) -> Result<&'a Prompt, Problem> {
    let text = text.trim();
    let by_title = || series.prompts.iter().find(|prompt| prompt.title.to_lowercase() == text.to_lowercase());
    series.prompt(text).or_else(by_title).ok_or_else(|| not_found("prompt", text))
}

/// A schedule of the team by its id; without one, the only one there is, or the only one in a state that fits what is to
/// be done.
pub(super) fn schedule<'a>(
    overview: &'a Overview,
    text: Option<&str>,
    fits: impl Fn(State) -> bool,
) -> Result<&'a Schedule, Problem> {
    let mut fitting = overview.schedules.iter().filter(|schedule| fits(schedule.state));
    match (text, overview.schedules.as_slice()) {
        (Some(text), schedules) => {
            let id = text.trim().parse::<ScheduleId>().ok();
            let found = schedules.iter().find(|schedule| Some(schedule.id) == id);
            found.ok_or_else(|| not_found("schedule", text))
        }
        (None, [only]) => Ok(only),
        (None, []) => Err(Problem::refuse(series_text::NONE_HERE)),
        (None, _) => match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(Problem::refuse(series_text::WHICH)),
        },
    }
}
