//! Which prompt a schedule asks next, and the snapshot that is frozen of it.

use crate::{
    domain::{
        library::Library,
        occurrence::Snapshot,
        outbound::mix,
        prompt::{Kind, Prompt, Series},
        queue::{AtEnd, round, round_after, shuffle_options},
    },
    store::{
        Connection, Result, occurrence, queue,
        schedule::{self, Plan, Schedule},
    },
};
use jiff::civil::Date;

/// What was taken out of a queue.
pub(super) enum Taken<'a> {
    /// The next prompt, and its series.
    Prompt { series: &'a Series, prompt: &'a Prompt },
    /// Every prompt was used and nothing follows.
    NothingLeft,
    /// The library has no series with this id, or an empty one.
    SeriesGone(String),
}

/// The ids of a series' prompts, in the order of the file.
pub(super) fn ids(series: &Series) -> Vec<String> {
    series.prompts.iter().map(|prompt| prompt.id.clone()).collect()
}

/// Takes the next prompt out of the schedule's queue; what follows at the end follows only when a prompt is wanted, so
/// that a prompt that comes back in the meantime still belongs to its round. Prompts that left the series are passed
/// over.
pub(super) async fn take_in<'a>(
    conn: &mut Connection,
    library: &'a Library,
    schedule: &Schedule,
) -> Result<Taken<'a>> {
    let mut running = (schedule.plan.series.clone(), schedule.round);
    // The rest of this round, then one new round: a series has at least one prompt.
    for fresh in [false, true] {
        let Some(series) = library.get(&running.0) else { return Ok(Taken::SeriesGone(running.0)) };
        while let Some(id) = queue::pop(conn, schedule.id).await? {
            if let Some(prompt) = series.prompt(&id) {
                return Ok(Taken::Prompt { series, prompt });
            }
        }
        if fresh {
            break;
        }
        running = match &schedule.plan.at_end {
            AtEnd::Stop => return Ok(Taken::NothingLeft),
            AtEnd::Series(next) if *next != running.0 => (next.clone(), 0),
            AtEnd::Repeat | AtEnd::Series(_) => (running.0, running.1 + 1),
        };
        let Some(series) = library.get(&running.0) else { return Ok(Taken::SeriesGone(running.0)) };
        let last = occurrence::last_prompt(conn, schedule.id).await?;
        let ids = round_after(&ids(series), schedule.plan.order, schedule.seed, running.1, last.as_deref());
        schedule::next_round(conn, schedule.id, &running.0, running.1).await?;
        queue::append(conn, schedule.id, &ids).await?;
    }
    Ok(Taken::SeriesGone(running.0))
}

/// The prompts that a schedule with this queue would ask from here on, at most `n`: what `take_in` would give, without
/// taking.
pub(super) fn ahead(
    library: &Library,
    plan: &Plan,
    seed: u64,
    round_now: u32,
    queue: Vec<String>,
    n: usize,
) -> Vec<(String, Prompt)> {
    let (mut series, mut number) = (plan.series.clone(), round_now);
    let mut ids_left = queue;
    let mut prompts = Vec::new();
    while let Some(running) = library.get(&series) {
        let known = ids_left.iter().filter_map(|id| running.prompt(id)).take(n - prompts.len());
        prompts.extend(known.map(|prompt| (series.clone(), prompt.clone())));
        if prompts.len() >= n || running.prompts.is_empty() {
            break;
        }
        (series, number) = match &plan.at_end {
            AtEnd::Stop => break,
            AtEnd::Series(next) if *next != series => (next.clone(), 0),
            AtEnd::Repeat | AtEnd::Series(_) => (series, number + 1),
        };
        if let Some(next) = library.get(&series) {
            ids_left = round(&ids(next), plan.order, seed, number);
        }
    }
    prompts
}

/// The seed of the order in which the options of a scheduled post stand.
pub(super) fn options_seed(schedule_seed: u64, day: Date) -> u64 {
    let days = day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    mix(schedule_seed, days as u64)
}

/// A prompt as it is posted: its options in an order of their own. A post by hand has no number.
pub fn snapshot(series: &Series, prompt: &Prompt, seed: u64) -> Snapshot {
    let mut prompt = prompt.clone();
    if let Kind::Choice { options } = &mut prompt.kind {
        *options = shuffle_options(options.len(), seed).into_iter().map(|at| options[at].clone()).collect();
    }
    Snapshot {
        prompt,
        series: series.id.clone(),
        series_title: series.title.clone(),
        number: 0,
        of: series.prompts.len() as u32,
        thread: false,
        late: false,
        notify: None,
    }
}
