//! `/series schedule`: a proposal that says what would happen, and the two buttons under it.
//!
//! The plan travels in the custom_id of *Confirm*, so nothing is stored before it is wanted, and a restart between the
//! command and the click changes nothing.

use crate::{
    app::{
        series::{self, Added, Proposed},
        setup::{self, Overview},
    },
    chat::{
        page::Page,
        permissions::{self, FOR_THREADS, TO_POST},
        problem, series_text,
    },
    commands::{Answer, Caller, Context, Data, Problem, buttons::Verb, complete, pick, reply},
    domain::{
        library::Library,
        queue::{AtEnd, Order},
        schedule::{Rule, Weekdays, parse_time, parse_weekdays},
    },
    store::schedule::Plan,
};
use jiff::civil::{Date, Time};

/// In which order prompts are asked.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
pub(super) enum OrderChoice {
    #[name = "in order"]
    InOrder,
    #[name = "shuffled"]
    Shuffled,
}

/// Run a series in this channel. You see what would happen before anything does.
#[poise::command(slash_command)]
#[expect(clippy::too_many_arguments, reason = "poise makes an option of each")]
pub(super) async fn schedule(
    ctx: Context<'_>,
    #[description = "Which series"]
    #[autocomplete = "complete::series"]
    series: String,
    #[description = "Local time of day: 09:30, 2 pm …"] time: String,
    #[description = "On which days: weekdays (unless you say otherwise), daily, Mon, Wed, Fri …"]
    weekdays: Option<String>,
    #[description = "In which order its prompts come (unless you say otherwise: in order)"] order: Option<
        OrderChoice,
    >,
    #[description = "After the last prompt: repeat (unless you say otherwise), stop, or another series"]
    #[autocomplete = "complete::at_end"]
    at_end: Option<String>,
    #[description = "For how many hours a prompt can be answered (unless you say otherwise: as the team)"]
    #[min = 1]
    #[max = 72]
    window: Option<i64>,
    #[description = "A thread under each prompt (unless you say otherwise: no)"] thread: Option<bool>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let series = pick::series(&data.library, &series)?;
    let refuse = |error: &dyn std::fmt::Display| Problem::refuse(error.to_string());
    let at = parse_time(&time).map_err(|error| refuse(&error))?;
    let weekdays = weekdays.as_deref().map(parse_weekdays).transpose().map_err(|error| refuse(&error))?;
    let at_end = match at_end.as_deref().map(str::trim) {
        None | Some("") | Some("repeat") => AtEnd::Repeat,
        Some("stop") => AtEnd::Stop,
        Some(other) => AtEnd::Series(pick::series(&data.library, other)?.id.clone()),
    };
    if window.is_some_and(|hours| !(1..=72).contains(&hours)) {
        return Err(Problem::refuse(problem::WINDOW));
    }
    let plan = Plan {
        series: series.id.clone(),
        rule: Rule { at, weekdays: weekdays.unwrap_or(Weekdays::WORKING), start: today(data, &overview) },
        order: match order {
            Some(OrderChoice::Shuffled) => Order::Shuffled,
            Some(OrderChoice::InOrder) | None => Order::Sequential,
        },
        at_end,
        window_minutes: window.map(|hours| hours * 60),
        thread: thread.unwrap_or(false),
    };
    let next = series::propose(&data.store, &data.library, data.now(), &overview.team, &plan).await?;
    let next = match next {
        Proposed::Next(next) => next,
        Proposed::Exists(_) => return Err(Problem::refuse(series_text::exists(&plan, &data.library))),
    };
    let needed = TO_POST | if plan.thread { FOR_THREADS } else { 0 };
    let here = caller.channel == overview.team.channel;
    let known =
        if here { Some(caller.app_permissions) } else { data.permissions.bits(overview.team.channel) };
    let lacking = known.map_or(Vec::new(), |bits| permissions::missing(bits, needed));
    let confirm = format!("series:add:{}:{}", overview.team.id, pack(&plan));
    let page = series_text::proposal(&overview, &plan, &next, &data.library, &lacking, confirm);
    reply::command(ctx, Answer::Private(page)).await
}

fn today(data: &Data, overview: &Overview) -> Date {
    overview.zone.to_datetime(data.now()).date()
}

/// Answers `series:<verb>:<team>…`.
pub(in crate::commands) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
) -> Result<Answer, Problem> {
    let stale = || Problem::refuse(problem::STALE);
    let overview = pick::managed_team(data, caller).await?;
    // The proposal was made for this team: in its channel, or in a thread of it.
    if verb.arg::<i64>(1)? != overview.team.id.0 {
        return Err(stale());
    }
    match verb.args[0] {
        "no" => Ok(Answer::Update(Page::text(series_text::CANCELLED))),
        "add" => {
            let plan = unpack(&verb.args[2..], &data.library, today(data, &overview)).ok_or_else(stale)?;
            let (now, library, seed) = (data.now(), data.library.clone(), data.seed());
            let team = (overview.team.guild, overview.team.id);
            match series::add(&data.store, now, library, team, caller.user, plan.clone(), seed).await? {
                Added::Schedule(id) => {
                    data.wake();
                    let overview = setup::overview(&data.store, now, team.0, team.1).await?;
                    let overview = overview.ok_or_else(stale)?;
                    let look = series::look(&data.store, &data.library, now, &overview.team, id, 1).await?;
                    let next = look.and_then(|look| look.schedule.next);
                    Ok(Answer::Update(series_text::added(&overview, &plan, next.as_ref(), &data.library)))
                }
                Added::Exists(_) => Ok(Answer::Update(Page::text(series_text::exists(&plan, &data.library)))),
                Added::NoTeam | Added::NoSeries => Err(stale()),
            }
        }
        _ => Err(stale()),
    }
}

/// A plan in few characters: a custom_id has at most 100, and two ids of series would not fit.
fn pack(plan: &Plan) -> String {
    let at_end = match &plan.at_end {
        AtEnd::Stop => "s".to_owned(),
        AtEnd::Repeat => "r".to_owned(),
        AtEnd::Series(id) => format!("{:08x}", short(id)),
    };
    let Plan { series, rule, order, window_minutes, thread, .. } = plan;
    let order = if *order == Order::Shuffled { 'x' } else { 'q' };
    let window = window_minutes.map_or(0, |minutes| minutes / 60);
    let (hour, minute, days) = (rule.at.hour(), rule.at.minute(), rule.weekdays.bits());
    format!("{series}:{hour:02}{minute:02}:{days}:{order}:{at_end}:{window}:{}", u8::from(*thread))
}

fn unpack(args: &[&str], library: &Library, start: Date) -> Option<Plan> {
    let [series, at, days, order, at_end, window, thread] = args else { return None };
    let (hour, minute) = at.split_at_checked(2)?;
    let window: i64 = window.parse().ok()?;
    Some(Plan {
        series: library.get(series)?.id.clone(),
        rule: Rule {
            at: Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?,
            weekdays: Weekdays::from_bits(days.parse().ok()?)?,
            start,
        },
        order: match *order {
            "q" => Order::Sequential,
            "x" => Order::Shuffled,
            _ => return None,
        },
        at_end: match *at_end {
            "s" => AtEnd::Stop,
            "r" => AtEnd::Repeat,
            hash => {
                let hash = u32::from_str_radix(hash, 16).ok()?;
                AtEnd::Series(library.iter().find(|series| short(&series.id) == hash)?.id.clone())
            }
        },
        window_minutes: match window {
            0 => None,
            1..=72 => Some(window * 60),
            _ => return None,
        },
        thread: *thread == "1",
    })
}

/// FNV-1a, 32 bits: the same in every version, unlike the standard library's hashers.
fn short(id: &str) -> u32 {
    id.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn a_plan_fits_into_a_button_and_reads_back() {
        let library = Library::builtin();
        let other = library.iter().last().unwrap().id.clone();
        let start = date(2027, 1, 4);
        for at_end in [AtEnd::Stop, AtEnd::Repeat, AtEnd::Series(other)] {
            for (order, window_minutes, thread) in
                [(Order::Sequential, None, false), (Order::Shuffled, Some(4_320), true)]
            {
                let plan = Plan {
                    series: library.default_series().id.clone(),
                    rule: Rule { at: time(7, 5, 0, 0), weekdays: Weekdays::ALL, start },
                    order,
                    at_end: at_end.clone(),
                    window_minutes,
                    thread,
                };
                let packed = pack(&plan);
                let args: Vec<_> = packed.split(':').collect();
                assert_eq!(unpack(&args, &library, start), Some(plan), "{packed}");
                // A series' id has at most 40 characters, a team's row at most ten.
                let spare = 40 - library.default_series().id.len() + 10;
                assert!("series:add::".len() + packed.len() + spare <= 100, "{packed}");
            }
        }
    }

    #[test]
    fn a_made_up_plan_is_none() {
        let library = Library::builtin();
        let good = library.default_series().id.as_str();
        for args in [
            vec![],
            vec!["nothing", "0930", "31", "q", "r", "0", "0"],
            vec![good, "9", "31", "q", "r", "0", "0"],
            vec![good, "2460", "31", "q", "r", "0", "0"],
            vec![good, "0930", "0", "q", "r", "0", "0"],
            vec![good, "0930", "128", "q", "r", "0", "0"],
            vec![good, "0930", "31", "?", "r", "0", "0"],
            vec![good, "0930", "31", "q", "ffffffff", "0", "0"],
            vec![good, "0930", "31", "q", "r", "73", "0"],
        ] {
            assert_eq!(unpack(&args, &library, date(2027, 1, 4)), None, "{args:?}");
        }
    }
}
