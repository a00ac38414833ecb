//! `/series show` and its buttons: one schedule, its queue, its end; and a skip that can be taken back.

use super::{escape, page::Page, series_text, series_text::title, times, trouble_text};
use crate::{
    app::{managing::Unskip, series::Look, setup::Overview},
    domain::{library::Library, prompt::Prompt, reason::Reason},
    store::schedule::{Schedule, State},
};
use jiff::{Timestamp, civil::Date};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};

/// Prompts of the queue on one page: a select has at most 25 choices.
const A_PAGE: usize = 25;

fn button(id: String, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id).label(label).style(style)
}

/// One schedule, what comes next, and its queue to choose from. `page` counts the queue's pages from 0; one that is not
/// there is the last. `said` stands above it all.
pub fn show(overview: &Overview, look: &Look, library: &Library, page: usize, said: Option<&str>) -> Page {
    let (schedule, plan) = (&look.schedule, &look.schedule.plan);
    let state = series_text::state_words(schedule).unwrap_or_else(|| "running".into());
    let mut text = said.map_or(String::new(), |said| format!("{said}\n\n"));
    text += &format!("{} ({}) · {state}\n", series_text::times_of(plan), overview.team.zone);
    text += &series_text::plan_words(plan, overview.team.window_minutes, library);
    let all = library.get(&plan.series).map_or(0, |series| series.prompts.len());
    text += &format!("\n**Left in this round** {} of {all}", look.queue.len());
    if schedule.state == State::Suspended {
        let reason = schedule.reason.as_deref().and_then(Reason::parse);
        let remedy = reason.as_ref().map_or("", trouble_text::remedy);
        text += &format!("\n\nThe queue and all streaks are as they were. {remedy}");
    }
    let ahead = match look.ahead.is_empty() {
        true => "Nothing: every prompt was asked, and nothing follows.".to_owned(),
        false => series_text::ahead(&look.ahead, &overview.zone),
    };
    let heading = if schedule.state == State::Active { "Next" } else { "Next, if it ran" };
    let mut answer = Page::default().embed(
        CreateEmbed::new()
            .title(times::cut(&title(library, &plan.series), 256))
            .description(text)
            .field(heading, ahead, false),
    );
    let at = format!("{}:{}", overview.team.id, schedule.id);
    let pages = look.queue.len().div_ceil(A_PAGE).max(1);
    let page = page.min(pages - 1);
    let series = library.get(&plan.series);
    let options: Vec<_> = look
        .queue
        .iter()
        .enumerate()
        .skip(page * A_PAGE)
        .take(A_PAGE)
        .filter_map(|(n, id)| {
            let prompt = series?.prompt(id)?;
            let label = times::cut(&format!("{}. {}", n + 1, prompt.title), 100);
            Some(CreateSelectMenuOption::new(label, id.clone()))
        })
        .collect();
    if !options.is_empty() {
        let hint = match pages {
            1 => "The queue: choose a prompt to put first or leave out".into(),
            _ => format!("The queue ({} of {pages}): choose a prompt to put first or leave out", page + 1),
        };
        answer = answer.row(CreateActionRow::SelectMenu(
            CreateSelectMenu::new(format!("run:pick:{at}"), CreateSelectMenuKind::String { options })
                .placeholder(hint),
        ));
    }
    let mut row = Vec::new();
    if pages > 1 {
        let turn = |to: usize, label: &str, there: bool| {
            button(format!("run:show:{at}:{to}"), label, ButtonStyle::Secondary).disabled(!there)
        };
        row.push(turn(page.saturating_sub(1), "Earlier", page > 0));
        row.push(turn(page + 1, "Later", page + 1 < pages));
    }
    if schedule.state != State::Ended {
        row.push(button(format!("run:end:{at}"), "End", ButtonStyle::Danger));
    }
    if row.is_empty() { answer } else { answer.row(CreateActionRow::Buttons(row)) }
}

/// A prompt of the queue was chosen: what now?
pub fn chosen(overview: &Overview, schedule: &Schedule, prompt: &Prompt) -> Page {
    let at = format!("{}:{}", overview.team.id, schedule.id);
    let text = format!(
        "{}\n\n**{}**\n\n*Put first* makes it the next one. *Leave out* takes it out of this round; if the series \
         repeats, it comes in the next.",
        escape::line(&prompt.situation),
        escape::line(&prompt.question)
    );
    Page::default().embed(CreateEmbed::new().title(escape::line(&prompt.title)).description(text)).row(
        CreateActionRow::Buttons(vec![
            button(format!("run:first:{at}:{}", prompt.id), "Put first", ButtonStyle::Primary),
            button(format!("run:leave:{at}:{}", prompt.id), "Leave out", ButtonStyle::Danger),
            button(format!("run:show:{at}:0"), "Back", ButtonStyle::Secondary),
        ]),
    )
}

/// It is the next one now.
pub fn put_first(prompt: &Prompt) -> String {
    format!("**{}** comes first now.", escape::line(&prompt.title))
}

/// It is not asked in this round.
pub fn left_out(prompt: &Prompt) -> String {
    format!("**{}** is left out of this round.", escape::line(&prompt.title))
}

/// Somebody was faster, or it was posted.
pub fn not_queued(prompt: &Prompt) -> String {
    format!(
        "**{}** is not in the queue any more: it was asked, or somebody left it out. Nothing was changed.",
        escape::line(&prompt.title)
    )
}

/// Asked once more before it ends.
pub fn ask_end(overview: &Overview, schedule: &Schedule, library: &Library) -> Page {
    let at = format!("{}:{}", overview.team.id, schedule.id);
    let text = "Nothing more of it will be posted here. Prompts that are open stay open and close as planned, streaks and \
                what was posted stay. If you only want a break, `/series pause` takes a date, too.";
    let name = times::cut(&format!("End {}?", title(library, &schedule.plan.series)), 256);
    Page::default().embed(CreateEmbed::new().title(name).description(text)).row(CreateActionRow::Buttons(
        vec![
            button(format!("run:endnow:{at}"), "Yes, end it", ButtonStyle::Danger),
            button(format!("run:show:{at}:0"), "Keep it", ButtonStyle::Secondary),
        ],
    ))
}

/// It has ended.
pub fn ended(schedule: &Schedule, library: &Library) -> String {
    format!(
        "**{}** has ended. `/series resume` lets it go on where it stopped, if you change your mind.",
        title(library, &schedule.plan.series)
    )
}

/// The next date is left out; *Undo* takes that back.
pub fn skipped(
    overview: &Overview,
    date: Date,
    schedule: &Schedule,
    then: Option<Timestamp>,
    library: &Library,
) -> Page {
    let name = title(library, &schedule.plan.series);
    let then = match then {
        Some(due) => {
            format!("Its prompt stays in the queue and comes {}.", times::local(due, &overview.zone))
        }
        None => "Its prompt stays in the queue.".into(),
    };
    let text = format!("Skipped: **{name}** posts nothing on {}. {then}", series_text::day(date));
    let undo = format!("run:unskip:{}:{}:{date}", overview.team.id, schedule.id);
    series_text::say(overview, library, &text).row(CreateActionRow::Buttons(vec![button(
        undo,
        "Undo",
        ButtonStyle::Secondary,
    )]))
}

/// The skip was taken back, or why not.
pub fn unskipped(outcome: Unskip, date: Date, schedule: &Schedule, library: &Library) -> String {
    let name = title(library, &schedule.plan.series);
    let date = series_text::day(date);
    match outcome {
        Unskip::Done => format!(
            "Taken back: {date} is no longer skipped for **{name}**. `/series show` has what comes next."
        ),
        Unskip::TooLate => {
            format!(
                "The time of {date} has come meanwhile, so it stays skipped. `/prompt post` posts a prompt now."
            )
        }
        Unskip::NotSkipped => format!("{date} is not skipped any more. Nothing was changed."),
        Unskip::NoSchedule => super::problem::NOT_FOUND.into(),
    }
}
