//! `/daysoff` in words: one panel.

use super::{escape, page::Page, series_text, setup_panel, times};
use crate::{
    app::{
        days_off::{Added, LONGEST, LONGEST_NAME, MOST, Wish},
        setup::Overview,
    },
    store::day_off::DayOff,
};
use jiff::civil::Date;
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateInputText, CreateModal, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption, InputTextStyle,
};

/// Ranges on one page: a select has at most 25 choices.
const A_PAGE: usize = 20;

/// "Mon 4 Jan 2027" or "Mon 4 Jan 2027 to Fri 8 Jan 2027".
fn days(from: Date, to: Date) -> String {
    if from == to {
        series_text::day(from)
    } else {
        format!("{} to {}", series_text::day(from), series_text::day(to))
    }
}

/// What stands for a range in the select: its row and its days.
fn value(off: &DayOff) -> String {
    format!("{}:{}:{}", off.id, off.from, off.to)
}

/// Reads what stands for a range in the select.
pub fn parse_value(value: &str) -> Option<(i64, Date, Date)> {
    let mut parts = value.split(':');
    let range = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(range)
}

/// What is off, what comes next, and buttons. `page` counts from 0; one that is not there is the last. `said` stands
/// above it all.
pub fn panel(overview: &Overview, off: &[DayOff], page: usize, said: Option<&str>) -> Page {
    let id = overview.team.id;
    let pages = off.len().div_ceil(A_PAGE).max(1);
    let page = page.min(pages - 1);
    let shown = off.iter().skip(page * A_PAGE).take(A_PAGE);
    let lines: Vec<_> = shown
        .clone()
        .map(|off| format!("{} **{}**", days(off.from, off.to), escape::line(&off.name)))
        .collect();
    let mut text = said.map_or(String::new(), |said| format!("{said}\n\n"));
    text += if lines.is_empty() { "No days off are planned." } else { "" };
    text += &lines.join("\n");
    text += "\n\nOn a day off nothing is posted, its prompt comes later, and nobody's streak suffers. What is posted \
             already stays and counts; `/prompt retract` takes it back.";
    let title = if pages > 1 { format!("Days off ({} of {pages})", page + 1) } else { "Days off".into() };
    let draft = overview.team.started_at.is_none();
    let mut answer = Page::default().embed(CreateEmbed::new().title(title).description(text).field(
        "Next posts",
        setup_panel::posts(&overview.next, &overview.zone, draft),
        false,
    ));
    if !lines.is_empty() {
        let options = shown.map(|off| {
            CreateSelectMenuOption::new(times::cut(&off.name, 100), value(off))
                .description(days(off.from, off.to))
        });
        answer = answer.row(CreateActionRow::SelectMenu(
            CreateSelectMenu::new(
                format!("off:del:{id}:{page}"),
                CreateSelectMenuKind::String { options: options.collect() },
            )
            .placeholder("Remove …"),
        ));
    }
    let button = |id: String, label: &str, style| CreateButton::new(id).label(label).style(style);
    let mut row = vec![button(format!("off:add:{id}"), "Add", ButtonStyle::Primary)];
    if pages > 1 {
        let turn = |to: usize, label: &str, there: bool| {
            button(format!("off:page:{id}:{to}"), label, ButtonStyle::Secondary).disabled(!there)
        };
        row.push(turn(page.saturating_sub(1), "Earlier", page > 0));
        row.push(turn(page + 1, "Later", page + 1 < pages));
    }
    answer.row(CreateActionRow::Buttons(row))
}

/// The form behind *Add*.
pub fn form(team: i64, today: Date) -> CreateModal {
    let input = |label: &str, id: &str, hint: String, most: usize| {
        CreateInputText::new(InputTextStyle::Short, label, id).placeholder(hint).max_length(most as u16)
    };
    let rows = [
        input("First day", "from", format!("{today}, friday, 24 dec …"), 40),
        input("Last day (empty: only this one)", "to", "31 dec, or 5 days".into(), 40).required(false),
        input("What is it?", "name", "Spring break".into(), LONGEST_NAME),
    ];
    let rows = rows.into_iter().map(CreateActionRow::InputText).collect();
    CreateModal::new(format!("off:form:{team}"), "Days off").components(rows)
}

/// It was added, or why it was not: the text, and whether anything changed.
pub fn added(outcome: &Added, wish: &Wish) -> Result<String, String> {
    let Wish { from, to, name } = wish;
    Err(match outcome {
        Added::Done => return Ok(format!("Added: {} **{}**.", days(*from, *to), escape::line(name))),
        Added::Already(known) => {
            format!("{} is off already: **{}**. Nothing was changed.", days(*from, *to), escape::line(known))
        }
        Added::Reversed => format!(
            "{} comes before {}. Nothing was changed. Did you mean {}?",
            series_text::day(*to),
            series_text::day(*from),
            days(*to, *from)
        ),
        Added::Past(today) => format!(
            "{} has passed. Nothing was changed. A day off can begin today ({today}) or later; a day that went wrong for \
             somebody can be excused with `/excuse`.",
            series_text::day(*from)
        ),
        Added::TooLong => format!(
            "That is too long or too far ahead. Nothing was changed. Days off have at most {LONGEST} days and begin within \
             two years; for a longer break there is `/series pause`."
        ),
        Added::OddName => format!("A name has 1 to {LONGEST_NAME} characters. Nothing was changed."),
        Added::TooMany => format!(
            "There are {MOST} days off ahead already, which is the most. Nothing was changed. Remove one first."
        ),
        Added::NoTeam => super::problem::STALE.into(),
    })
}

/// It was removed. None: somebody else did that before.
pub fn removed(off: Option<&DayOff>) -> String {
    match off {
        Some(off) => format!(
            "Removed: {} **{}**. What was left out until now stays left out.",
            days(off.from, off.to),
            escape::line(&off.name)
        ),
        None => "That one was removed already.".into(),
    }
}
