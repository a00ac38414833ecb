//! `/series calendar` in words: one short line a date, so that it reads well on a phone.

use super::{escape, page::Page, times, trouble_text};
use crate::{
    app::{
        calendar::{Entry, LAST_PAGE, Month},
        setup::Overview,
    },
    domain::{library::Library, reason::Reason},
};
use jiff::civil::{Date, Weekday};
use serenity::all::{ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter};

/// Posts that are named on one date; the others are counted.
const NAMED: usize = 3;
/// A title that is longer is cut.
const TITLE: usize = 28;
/// An embed's description may hold 4,096 characters.
const ROOM: usize = 3_900;

fn short(day: Date) -> String {
    day.strftime("%a %-d %b").to_string()
}

/// A page of the calendar, and buttons to turn it.
pub fn page(overview: &Overview, month: &Month, number: i64, library: &Library) -> Page {
    let mut lines = Vec::new();
    let mut week = None;
    for (day, entries) in &month.days {
        let monday = day.saturating_sub(jiff::Span::new().days(day.weekday().since(Weekday::Monday)));
        if week.is_some_and(|week| week != monday) {
            lines.push(String::new());
        }
        week = Some(monday);
        lines.push(line(*day, entries, overview, library));
    }
    let mut text = times::cut_lines(&lines, ROOM);
    if lines.is_empty() {
        text = "Nothing is planned for these days. `/series schedule` runs a series, `/series resume` lets a paused one go on."
            .into();
    }
    let id = overview.team.id;
    let turn = |to: i64, label: &str, there: bool| {
        CreateButton::new(format!("cal:page:{id}:{to}"))
            .label(label)
            .style(ButtonStyle::Secondary)
            .disabled(!there)
    };
    let embed = CreateEmbed::new()
        .title(format!("{} to {}", short(month.from), month.to.strftime("%a %-d %b %Y")))
        .description(text)
        .footer(CreateEmbedFooter::new(format!(
            "Times in {}. If nothing changes meanwhile.",
            overview.team.zone
        )));
    Page::default().embed(embed).row(CreateActionRow::Buttons(vec![
        turn(number - 1, "Earlier", number > 0),
        turn(number + 1, "Later", number < LAST_PAGE),
    ]))
}

fn line(day: Date, entries: &[Entry], overview: &Overview, library: &Library) -> String {
    let head = format!("**{}**", short(day));
    let off =
        entries.iter().find_map(|entry| entry.off.as_ref().filter(|off| matches!(off, Reason::DayOff(_))));
    if let Some(Reason::DayOff(name)) = off.filter(|_| entries.iter().all(|entry| entry.off.is_some())) {
        return format!("{head} off: {}", escape::cut_line(name, 60));
    }
    let name = |entry: &Entry| {
        let title = library.get(&entry.series).map_or(&entry.series, |series| &series.title);
        let title = escape::cut_line(title, TITLE);
        let at = times::clock(overview.zone.to_datetime(entry.due).time());
        match &entry.off {
            None => format!("{at} {title}"),
            Some(Reason::SkippedByHand) => format!("~~{at} {title}~~ skipped"),
            Some(reason) => format!("~~{at} {title}~~ {}", trouble_text::what(reason)),
        }
    };
    let mut names: Vec<_> = entries.iter().take(NAMED).map(name).collect();
    if entries.len() > NAMED {
        names.push(format!("and {} more", entries.len() - NAMED));
    }
    format!("{head} {}", names.join(" · "))
}
