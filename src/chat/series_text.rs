//! Series and schedules in words, for managers.

use super::{escape, page::Page, times, trouble_text};
use crate::{
    app::{
        ahead::{Content, Preview},
        setup::Overview,
    },
    domain::{
        id::RoleId,
        library::Library,
        queue::{AtEnd, Order},
        reason::Reason,
    },
    store::schedule::{Plan, Schedule, State},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serenity::all::{CreateActionRow, CreateEmbed, CreateEmbedFooter};

/// An embed's description may hold 4,096 characters; the list ends well before.
const LIST_ROOM: usize = 3_500;
/// A field of an embed.
const FIELD_ROOM: usize = 1_024;
/// A message may hold 2,000 characters; what has stopped comes below a short answer.
const TROUBLE_ROOM: usize = 1_500;

/// The series' title, or its id if the library does not have it any more. Without markup.
pub fn title(library: &Library, id: &str) -> String {
    library.get(id).map_or_else(|| id.to_owned(), |series| escape::line(&series.title))
}

/// Why a schedule does not simply run. None: it runs.
pub fn state_words(schedule: &Schedule) -> Option<String> {
    match schedule.state {
        State::Active => schedule.resumes.map(|date| format!("paused until {}", day(date))),
        State::Draft => Some("not started".into()),
        State::Paused => Some("paused".into()),
        State::Ended => Some("ended".into()),
        State::Suspended => {
            let reason = schedule.reason.as_deref().and_then(Reason::parse);
            Some(format!(
                "⚠️ stopped: {}",
                reason.map_or("for a reason I do not know".into(), |r| trouble_text::what(&r))
            ))
        }
    }
}

/// What stopped, and how to go on. None: nothing did.
pub fn trouble(overview: &Overview, library: &Library) -> Option<String> {
    let stopped = overview.schedules.iter().filter(|schedule| schedule.state == State::Suspended);
    let line = |schedule: &Schedule| {
        let reason = schedule.reason.as_deref().and_then(Reason::parse);
        let remedy = reason.as_ref().map_or("", trouble_text::remedy);
        Some(format!("**{}** {}. {remedy}", title(library, &schedule.plan.series), state_words(schedule)?))
    };
    let lines: Vec<String> = stopped.filter_map(line).collect();
    (!lines.is_empty()).then(|| times::cut_lines(&lines, TROUBLE_ROOM))
}

/// A short answer to a manager, with whatever has stopped told below it.
pub fn say(overview: &Overview, library: &Library, text: &str) -> Page {
    match trouble(overview, library) {
        Some(trouble) => Page::text(format!("{text}\n\n{trouble}")),
        None => Page::text(text),
    }
}

/// "weekdays at 09:30".
pub fn times_of(plan: &Plan) -> String {
    format!("{} at {}", plan.rule.weekdays.describe(), times::clock(plan.rule.at))
}

/// One schedule as a line of completion: title, times, state.
pub fn choice(schedule: &Schedule, library: &Library) -> String {
    let state = match schedule.state {
        State::Active if schedule.resumes.is_some() => "paused for now",
        State::Active => "runs",
        State::Draft => "not started",
        State::Paused => "paused",
        State::Ended => "ended",
        State::Suspended => "stopped",
    };
    // A choice is shown as it is, so nothing needs to be made plain.
    let id = &schedule.plan.series;
    let title = library.get(id).map_or(id, |series| &series.title);
    times::cut(&format!("{title} · {} · {state}", times_of(&schedule.plan)), 99)
}

/// `/series list`: what there is, and what runs here.
pub fn list(overview: &Overview, library: &Library) -> Page {
    let running = overview.schedules.iter().map(|schedule| {
        let title = title(library, &schedule.plan.series);
        let state = state_words(schedule).unwrap_or_else(|| "runs".into());
        format!("**{title}** {} · {state}", times_of(&schedule.plan))
    });
    let mut here = times::cut_lines(&running.collect::<Vec<_>>(), FIELD_ROOM);
    if here.is_empty() {
        here = "Nothing yet. `/series schedule` adds one.".into();
    }
    let mut text = String::new();
    let all = library.iter().len();
    for (told, series) in library.offered().enumerate() {
        let line = format!(
            "**{}** ({}{})\n{}\n\n",
            escape::line(&series.title),
            prompts(series.prompts.len()),
            if library.is_own(&series.id) { ", this server's own" } else { "" },
            escape::line(&series.about)
        );
        if escape::units(&text) + escape::units(&line) > LIST_ROOM {
            text += &format!("… and {} more; `/series schedule` completes them all.", all - told);
            break;
        }
        text += &line;
    }
    let embed =
        CreateEmbed::new().title("Series").description(text).field("In this channel", here, false).footer(
            CreateEmbedFooter::new("Look at a prompt with /prompt preview · start one with /series schedule"),
        );
    Page::default().embed(embed)
}

/// "1 prompt", "7 prompts".
pub fn prompts(n: usize) -> String {
    if n == 1 { "1 prompt".into() } else { format!("{n} prompts") }
}

/// Dates ahead, one a line, as many as a field holds.
pub fn ahead(dates: &[Preview], zone: &TimeZone) -> String {
    let line = |date: &Preview| match &date.what {
        Content::Prompt { title, .. } => {
            format!("{} **{}**", times::local(date.due, zone), escape::line(title))
        }
        Content::Off(reason) => format!("{} nothing: {}", day(date.day), trouble_text::what(reason)),
    };
    times::cut_lines(&dates.iter().map(line).collect::<Vec<_>>(), FIELD_ROOM)
}

/// "Mon 4 Jan 2027".
pub fn day(day: Date) -> String {
    day.strftime("%a %-d %b %Y").to_string()
}

/// Order, end, window, thread, role.
pub fn plan_words(plan: &Plan, team_window: i64, library: &Library) -> String {
    let order = match plan.order {
        Order::Sequential => "in order",
        Order::Shuffled => "shuffled",
    };
    let end = end_words(&plan.at_end, library);
    let window = times::length(plan.window_minutes.unwrap_or(team_window));
    let thread = if plan.thread { "\n**Thread** under each prompt" } else { "" };
    let notify = plan.notify.map_or(String::new(), |role| format!("\n**Notifies** <@&{role}>"));
    format!("**Order** {order}, {end}\n**Open for answers** {window}{thread}{notify}")
}

/// What follows after the last prompt: "then it stops".
pub fn end_words(at_end: &AtEnd, library: &Library) -> String {
    match at_end {
        AtEnd::Stop => "then it stops".into(),
        AtEnd::Repeat => "then from the start again".into(),
        AtEnd::Series(next) => format!("then **{}**", title(library, next)),
    }
}

/// It stopped, or goes on.
pub fn changed(overview: &Overview, schedule: &Schedule, next: Option<Timestamp>, library: &Library) -> Page {
    let title = title(library, &schedule.plan.series);
    let text = match next {
        None => format!(
            "**{title}** is paused. Prompts that are open stay open and close as planned, and nobody's streak suffers. \
             `/series resume` lets it go on where it stopped."
        ),
        Some(due) => format!(
            "**{title}** runs again. Next prompt: {} ({}).",
            times::local(due, &overview.zone),
            times::relative(due)
        ),
    };
    say(overview, library, &text)
}

/// It stopped, and goes on by itself.
pub fn paused_until(
    overview: &Overview,
    schedule: &Schedule,
    date: Date,
    next: Option<Timestamp>,
    library: &Library,
) -> Page {
    let next = next.map_or(String::new(), |due| {
        format!(" Its next prompt comes {} ({}).", times::local(due, &overview.zone), times::relative(due))
    });
    let text = format!(
        "**{}** is paused until {}.{next} Prompts that are open stay open and close as planned, and nobody's streak \
         suffers. `/series resume` lets it go on earlier.",
        title(library, &schedule.plan.series),
        day(date)
    );
    say(overview, library, &text)
}

/// A day on which a paused schedule cannot go on.
pub fn odd_return(date: Date, today: Date) -> String {
    let why = if date <= today { "is not ahead" } else { "is more than a year away" };
    format!(
        "{} {why}. Nothing was changed. Choose a day after today ({today}) and within a year, or leave it out and resume by \
         hand.",
        day(date)
    )
}

/// It cannot be paused or skipped because it does not run.
pub fn not_running(schedule: &Schedule, library: &Library) -> String {
    let state = state_words(schedule).unwrap_or_else(|| "without a next date".into());
    let how = match schedule.state {
        State::Draft => "An admin starts the team with `/setup`.",
        State::Ended => "`/series resume` lets it go on.",
        _ => "`/series resume` lets it run.",
    };
    format!("**{}** is not running ({state}). {how}", title(library, &schedule.plan.series))
}

/// It cannot be resumed.
pub fn not_stopped(schedule: &Schedule, library: &Library) -> String {
    let title = title(library, &schedule.plan.series);
    match schedule.state {
        State::Draft => {
            format!("**{title}** waits for the start of the team. An admin starts it with `/setup`.")
        }
        State::Ended => {
            format!(
                "**{title}** has ended, and nothing of it is left to go on with. `/series schedule` runs it anew."
            )
        }
        State::Active => format!("**{title}** is running already."),
        State::Paused | State::Suspended => {
            format!("**{title}** has no date ahead, so it cannot go on. `/series schedule` runs it anew.")
        }
    }
}

/// Several schedules, and none was named.
pub const WHICH: &str =
    "There are several schedules here. Say which one in the option `schedule`; it completes itself.";

/// No schedule at all.
pub const NONE_HERE: &str = "Nothing is scheduled in this channel yet. `/series schedule` adds a series.";

/// A prompt was posted by hand. Without a title it is the one that was next.
pub fn posted(overview: &Overview, title: Option<&str>, library: &Library) -> Page {
    let what = title.map_or("The next prompt".into(), |title| format!("**{}**", escape::line(title)));
    let text = format!(
        "{what} is on its way to <#{}> as a bonus: it can add to a streak and never breaks one, and the schedule goes on \
         as planned.",
        overview.team.channel
    );
    say(overview, library, &text)
}

/// Buttons that only show what they look like.
pub fn idle(row: CreateActionRow) -> CreateActionRow {
    match row {
        CreateActionRow::Buttons(buttons) => {
            CreateActionRow::Buttons(buttons.into_iter().map(|button| button.disabled(true)).collect())
        }
        other => other,
    }
}

/// Politely: who can.
pub fn managers_only(role: Option<RoleId>) -> String {
    match role {
        Some(role) => format!(
            "This is for the team's managers: people with the role <@&{role}> or the permission **Manage Server**. Ask \
             one of them; `/help` shows what you can do."
        ),
        None => {
            "This is for the team's managers: people with the permission **Manage Server**. Ask one of them; \
                 `/help` shows what you can do."
                .into()
        }
    }
}
