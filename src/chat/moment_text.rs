//! Moments in words: what whoever noted one is told, what managers see, and the weekly poll that is made of them.

use super::{escape, page::Page, times};
use crate::{
    app::polls::moments::MOST_A_DAY,
    domain::{
        id::{TeamId, UserId},
        poll::{LONGEST_MOMENT, Moment},
    },
    store::weekly_poll::Weekly,
};
use jiff::{Timestamp, civil::Weekday};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateInputText, CreateModal, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption, InputTextStyle,
};

/// Moments on one page.
pub const A_PAGE: usize = 10;

fn button(id: String, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id).label(label).style(style)
}

/// It is noted.
pub fn noted(about: UserId) -> String {
    format!(
        "Noted, thank you. The managers of this team see what you wrote about <@{about}>, and that it is from you. If a poll \
         is made of it, everybody sees the words, and nobody your name."
    )
}

/// It was noted before: the same interaction came twice.
pub const ALREADY: &str = "That is noted already, thank you.";
/// Oneself.
pub const YOURSELF: &str = "A moment is about somebody else: whom did you see lead? Nothing was noted.";
/// A bot.
pub const A_BOT: &str = "A moment is about a person; that is a bot. Nothing was noted.";
/// Not a member.
pub const NOT_HERE: &str = "That person is not on this server, so nothing was noted.";
/// Whoever does not want to be nominated.
pub fn opted_out(about: UserId) -> String {
    format!("<@{about}> has asked not to be nominated, so no moments are kept about them. Nothing was noted.")
}
/// A link that leads elsewhere.
pub const ODD_LINK: &str = "That link does not lead to a message on this server. In the message's menu, *Copy Message \
                            Link* gives the right one. Nothing was noted.";
/// Too many at once.
pub fn too_many() -> String {
    format!(
        "You have noted {MOST_A_DAY} moments in 24 hours, and more are not taken. Please note this one tomorrow; nothing was \
         noted now."
    )
}

/// Empty, or too long.
pub fn length(length: usize) -> String {
    format!("A moment has 1 to {LONGEST_MOMENT} characters; this one has {length}. Nothing was noted.")
}

/// Managers' page: moments that wait, newest first. `page` counts from 0; one that is not there is the last.
pub fn list(team: TeamId, all: &[Moment], page: usize, said: Option<&str>) -> Page {
    let pages = all.len().div_ceil(A_PAGE).max(1);
    let page = page.min(pages - 1);
    let moments: Vec<_> = all.iter().skip(page * A_PAGE).take(A_PAGE).collect();
    let lines: Vec<_> = moments.iter().map(|moment| line(moment)).collect();
    let text = if lines.is_empty() {
        "No moments wait. Members note them with `/moment`, and a poll can be made of them.".to_owned()
    } else {
        lines.join("\n")
    };
    let title = if pages > 1 { format!("Moments ({} of {pages})", page + 1) } else { "Moments".into() };
    let embed = CreateEmbed::new().title(title).description(text);
    let mut answer = said.map_or_else(Page::default, Page::text).embed(embed);
    if !moments.is_empty() {
        let options = moments.iter().map(|moment| {
            CreateSelectMenuOption::new(times::cut(&moment.name, 100), moment.id.to_string())
                .description(times::cut(&moment.text, 100))
        });
        let kind = CreateSelectMenuKind::String { options: options.collect() };
        let menu = CreateSelectMenu::new(format!("moment:one:{team}:{page}"), kind)
            .placeholder("Start a poll from a moment, or dismiss it");
        answer = answer.row(CreateActionRow::SelectMenu(menu));
    }
    let mut row = Vec::new();
    if pages > 1 {
        let turn = |to: usize, label: &str, there: bool| {
            button(format!("moment:page:{team}:{to}"), label, ButtonStyle::Secondary).disabled(!there)
        };
        row.push(turn(page.saturating_sub(1), "Newer", page > 0));
        row.push(turn(page + 1, "Older", page + 1 < pages));
    }
    row.push(button(format!("moment:weekly:{team}"), "Weekly poll", ButtonStyle::Secondary));
    row.push(button(format!("poll:list:{team}"), "Polls", ButtonStyle::Secondary));
    answer.row(CreateActionRow::Buttons(row))
}

fn link(moment: &Moment) -> String {
    moment.link.as_deref().map_or(String::new(), |link| format!(" · [message]({link})"))
}

fn line(moment: &Moment) -> String {
    // Ten of them fit into an embed with their links.
    format!(
        "- <@{}>: {} · from <@{}> {}{}",
        moment.about,
        escape::cut_line(&moment.text, 180),
        moment.author,
        times::relative(moment.at),
        link(moment)
    )
}

/// One moment with what can be done with it.
pub fn one(moment: &Moment, page: usize) -> Page {
    let team = moment.team;
    let text = format!(
        "<@{}>: {}\n-# noted by <@{}> {}{}",
        moment.about,
        escape::text(&moment.text),
        moment.author,
        times::relative(moment.at),
        link(moment)
    );
    Page::default().embed(CreateEmbed::new().title("A moment").description(text)).row(
        CreateActionRow::Buttons(vec![
            button(format!("moment:poll:{team}:{}", moment.id), "Start a poll", ButtonStyle::Primary),
            button(format!("moment:drop:{team}:{}:{page}", moment.id), "Dismiss", ButtonStyle::Secondary),
            button(format!("moment:page:{team}:{page}"), "Back", ButtonStyle::Secondary),
        ]),
    )
}

/// What became of *Dismiss*.
pub fn dismissed(done: bool) -> &'static str {
    if done {
        "Dismissed. Nobody is told."
    } else {
        "That moment is not there any more. Nothing was changed."
    }
}

/// The form behind *Weekly poll*, with what holds now and a mark of that.
pub fn weekly_form(team: TeamId, now: Option<&Weekly>, mark: &str) -> CreateModal {
    let input = |label: &str, id: &str, hint: &str, now: Option<String>| {
        let input = CreateInputText::new(InputTextStyle::Short, label, id)
            .placeholder(hint)
            .max_length(20)
            .required(false);
        CreateActionRow::InputText(match now {
            Some(now) => input.value(now),
            None => input,
        })
    };
    CreateModal::new(format!("moment:weekly:{team}:{mark}"), "A poll of the week's moments").components(vec![
        input(
            "Day of the week (empty: no weekly poll)",
            "day",
            "friday",
            now.map(|weekly| weekday(weekly.weekday).to_lowercase()),
        ),
        input("Local time (empty: 15:00)", "time", "15:00", now.map(|weekly| times::clock(weekly.at))),
        input(
            "How long (empty: 1 hour)",
            "duration",
            "2h",
            now.map(|weekly| format!("{} min", weekly.minutes)),
        ),
    ])
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// It is on.
pub fn weekly_set(next: Timestamp, minutes: i64) -> String {
    format!(
        "Each week I make a poll of the moments that were in none yet, open for {}. The next one comes <t:{}:F>. If the \
         moments are about fewer than two people, it is left out, and I tell you.",
        times::length(minutes),
        next.as_second()
    )
}

/// It is off.
pub fn weekly_off(was: bool) -> &'static str {
    if was {
        "There is no weekly poll any more."
    } else {
        "There was no weekly poll, and nothing was changed."
    }
}

/// Somebody else changed it while the form was open.
pub fn weekly_overtaken(now: Option<&Weekly>) -> String {
    let holds = match now {
        None => "There is no weekly poll any more.".to_owned(),
        Some(weekly) => format!(
            "<@{}> set it to {}s at {}, open for {}.",
            weekly.by,
            weekday(weekly.weekday),
            times::clock(weekly.at),
            times::length(weekly.minutes)
        ),
    };
    format!(
        "⚠️ **The weekly poll was changed since you opened the form**, so nothing of yours was stored. {holds} To change that, \
         press *Weekly poll* again."
    )
}

/// Not a day of the week.
pub fn odd_weekday(typed: &str) -> String {
    format!(
        "I cannot read \u{201c}{}\u{201d} as a day of the week. Write it like \"friday\" or \"fri\"; nothing at all means no \
         weekly poll. Nothing was changed.",
        escape::cut_line(typed, 40)
    )
}

/// A length that cannot be.
pub const WEEKLY_LENGTH: &str = "A weekly poll is open for 5 minutes to 7 days. Write it like \"30 min\" or \"2 h\". Nothing was changed.";
