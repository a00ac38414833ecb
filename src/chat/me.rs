//! `/me`: the streak, the last weeks, and *Why*; and what `/away` says.

use super::{
    answer_reply::{freezes, milestone_line, streak_line},
    escape,
    page::Page,
    strengths, trouble_text,
};
use crate::{
    app::{
        away::{FARTHEST, SetOutcome},
        polls::people::Recognitions,
        streaks::{Explained, Ledger, Neutral, Standing},
    },
    domain::{
        ledger::Line,
        streak::{Class, Mark, Streak},
    },
    store::person::Settings,
};
use jiff::{ToSpan, civil::Date};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateInputText, CreateModal, InputTextStyle,
};

/// Weeks in the calendar, with the current one.
pub const WEEKS: i32 = 4;
/// Lines on a page of the ledger.
pub const LINES: usize = 10;

/// Strengths that are shown.
const MOST_STRENGTHS: usize = 5;

/// A message may hold 2,000 characters.
const MOST_RANGES: usize = 12;

/// The first day of the calendar that ends with the week of `today`.
pub fn calendar_start(today: Date) -> Date {
    let monday = today.saturating_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
    monday.saturating_sub((7 * (WEEKS - 1)).days())
}

/// The page. `milestone` is told now and never again; `away` is the leave from today on; `recognised` is what the
/// person was recognised for.
pub fn page(
    standing: &Standing,
    milestone: Option<u32>,
    away: &[(Date, Date)],
    today: Date,
    recognised: &Recognitions,
) -> Page {
    let mut parts = Vec::new();
    if standing.known {
        parts.push(format!("{}\nBest so far: {}", streak_line(standing.streak), days(standing.streak.best)));
    } else {
        parts.push(format!(
            "You have no streak yet. Your first answer starts it.\n{}",
            freezes(Streak::default())
        ));
    }
    parts.extend(milestone.map(milestone_line));
    parts.push(match standing.team.len {
        0 => "Team streak: not running right now".into(),
        len => format!(
            "Team streak: **{}** on which most of the team answered (best: {})",
            days(len),
            standing.team.best
        ),
    });
    if !away.is_empty() {
        parts.push(format!("Away: {}", ranges(away)));
    }
    let mut embed = CreateEmbed::new().title("Your streak").description(parts.join("\n\n"));
    if standing.known {
        embed = embed.field("The last four weeks", calendar(&standing.days, away, today), false);
    }
    let button = |verb: &str, label: &str| CreateButton::new(verb).label(label).style(ButtonStyle::Secondary);
    if recognised.times > 0 {
        embed = embed.field("Recognised", recognitions(recognised), false);
    }
    let row =
        vec![button("me:why", "Why?"), button("me:away", "Away"), button("me:nominations", "Nominations")];
    Page::default().embed(embed).row(CreateActionRow::Buttons(row))
}

/// How often, and what others saw.
fn recognitions(recognised: &Recognitions) -> String {
    let times = if recognised.times == 1 {
        "once in a poll".into()
    } else {
        format!("in {} polls", recognised.times)
    };
    let saw = strengths::list(recognised.strengths.iter().take(MOST_STRENGTHS).map(|(theme, _)| *theme));
    let saw = if saw.is_empty() { saw } else { format!("\nWhat others saw: {saw}") };
    format!("Your team recognised you {times}.{saw}")
}

/// *Nominations*: whether others may nominate the person, and whether the person hears of being recognised.
pub fn nominations(settings: Settings) -> Page {
    let Settings { nominations, notes } = settings;
    let may = if nominations {
        "**Others may nominate you** in polls on who handled something like a leader. If you would rather not, press \
         *Do not nominate me*: from then on nobody can, in any team on this server. From a poll that is open you withdraw \
         with the button under it."
    } else {
        "**Nobody can nominate you**, in any team on this server, and no moments are noted about you."
    };
    let note = if notes {
        "**You get a private note** when you are recognised."
    } else {
        "**You get no private note** when you are recognised. *Tell me* changes that; you may need to allow direct messages."
    };
    let button = |id: String, label: &str| CreateButton::new(id).label(label).style(ButtonStyle::Secondary);
    let may_label = if nominations { "Do not nominate me" } else { "Others may nominate me" };
    let note_label = if notes { "No notes, please" } else { "Tell me" };
    let row = vec![
        button(format!("me:nominate:{}", u8::from(!nominations)), may_label),
        button(format!("me:notes:{}", u8::from(!notes)), note_label),
        button("me:show".into(), "Back"),
    ];
    let embed = CreateEmbed::new().title("Nominations").description(format!("{may}\n\n{note}"));
    Page::default().embed(embed).row(CreateActionRow::Buttons(row))
}

fn days(n: u32) -> String {
    if n == 1 { "1 prompt day".into() } else { format!("{n} prompt days") }
}

/// A line for each week, a sign for each day, and what the signs mean.
fn calendar(lines: &[Line], away: &[(Date, Date)], today: Date) -> String {
    let start = calendar_start(today);
    let sign = |day: Date| match lines.iter().find(|line| line.day == day) {
        Some(line) => sign(line),
        None if away.iter().any(|(from, to)| (*from..=*to).contains(&day)) => "🌴",
        None => "⬛",
    };
    let week = |week: i32| {
        let monday = start.saturating_add((7 * week).days());
        let signs: String = (0..7).map(|n| sign(monday.saturating_add(n.days()))).collect();
        format!("{signs} from {}", monday.strftime("%-d %b"))
    };
    let weeks: Vec<String> = (0..WEEKS).map(week).collect();
    format!(
        "{}\n-# 🟩 answered · 🧊 frozen · 🟥 missed · 🌴 away or excused · ⬜ not counted · ⏳ open · ⬛ no prompt, or before your first answer",
        weeks.join("\n")
    )
}

fn sign(line: &Line) -> &'static str {
    match (line.class, line.mark) {
        (Class::Answered, _) => "🟩",
        (_, Mark::Frozen) => "🧊",
        (Class::Missed, _) => "🟥",
        (Class::Away | Class::Excused, _) => "🌴",
        (Class::Neutral, _) => "⬜",
        (Class::Pending, _) => "⏳",
    }
}

/// *Why?*: one page of the ledger. `number` counts from 0, the newest page.
pub fn why(ledger: &Ledger, streak: Streak, number: usize) -> Page {
    let text = if ledger.lines.is_empty() {
        "There is nothing to explain yet: your streak begins with your first answer.".into()
    } else {
        let lines: Vec<String> = ledger.lines.iter().map(why_line).collect();
        format!("{}\n\n{}", streak_line(streak), lines.join("\n"))
    };
    let note = "Only days with a prompt count. Five answered days earn a freeze, and a missed day uses one before it \
                ends a streak.";
    let embed =
        CreateEmbed::new().title("Why is my streak what it is?").description(format!("{text}\n-# {note}"));
    let button = |page: usize, label: &str, on: bool| {
        let verb = format!("me:why:{page}");
        CreateButton::new(verb).label(label).style(ButtonStyle::Secondary).disabled(!on)
    };
    let mut row = Vec::new();
    if number > 0 {
        row.push(button(number - 1, "Newer", true));
    }
    if ledger.older {
        row.push(button(number + 1, "Older", true));
    }
    row.push(CreateButton::new("me:show").label("Back").style(ButtonStyle::Secondary));
    Page::default().embed(embed).row(CreateActionRow::Buttons(row))
}

/// "Mon 4 Jan · **The storm** · answered, streak 4".
fn why_line(explained: &Explained) -> String {
    let Explained { line, titles, neutral } = explained;
    let what = match (line.class, line.mark) {
        (Class::Answered, _) => format!("answered, streak {}", line.streak.len),
        (_, Mark::Frozen) => format!("missed, a freeze kept your streak of {}", line.streak.len),
        (Class::Missed, Mark::Broken) => "missed, the streak ended".into(),
        (Class::Missed, _) => "missed".into(),
        (Class::Away, _) => "away, not counted".into(),
        (Class::Excused, _) => "excused, not counted".into(),
        (Class::Pending, _) => "still open".into(),
        (Class::Neutral, _) => format!("not counted: {}", neutral_text(neutral.as_ref())),
    };
    let titles: Vec<String> =
        titles.iter().map(|title| format!(" · **{}**", escape::cut_line(title, 60))).collect();
    format!("{}{} · {what}", line.day.strftime("%a %-d %b"), titles.concat())
}

fn neutral_text(neutral: Option<&Neutral>) -> String {
    match neutral {
        Some(Neutral::Down) => "I was not there for too much of the time".into(),
        Some(Neutral::Bonus) => "an extra prompt, which can only add".into(),
        Some(Neutral::Retracted) => "the prompt was taken back".into(),
        Some(Neutral::Unknown) => "it is not certain that the prompt appeared".into(),
        Some(Neutral::Missed(Some(reason))) => format!("nothing was posted ({})", trouble_text::what(reason)),
        Some(Neutral::Skipped(Some(reason))) => trouble_text::what(reason),
        Some(Neutral::Missed(None) | Neutral::Skipped(None)) | None => "nothing was posted".into(),
    }
}

/// "4 Jan to 8 Jan 2027, 1 Feb 2027": the first ones, and how many more there are.
fn ranges(away: &[(Date, Date)]) -> String {
    let range = |(from, to): &(Date, Date)| {
        if from == to { date(*from) } else { format!("{} to {}", date(*from), date(*to)) }
    };
    let shown = &away[..away.len().min(MOST_RANGES)];
    let text = shown.iter().map(range).collect::<Vec<_>>().join(", ");
    match away.len() - shown.len() {
        0 => text,
        more => format!("{text} and {more} more times"),
    }
}

/// "Mon 4 Jan 2027".
fn date(day: Date) -> String {
    day.strftime("%a %-d %b %Y").to_string()
}

/// The form behind *Away*.
pub fn away_form(today: Date) -> CreateModal {
    let input = |label: &str, id: &str, hint: String, required: bool| {
        let input = CreateInputText::new(InputTextStyle::Short, label, id).placeholder(hint).max_length(20);
        CreateActionRow::InputText(input.required(required))
    };
    let until = today.saturating_add(7.days());
    CreateModal::new("me:away", "Away").components(vec![
        input("Last day, or how many days", "until", format!("{until}, or 5"), true),
        input("First day (empty: today)", "from", today.to_string(), false),
    ])
}

/// What became of a wish for leave.
pub fn away_set(outcome: &SetOutcome, today: Date) -> Result<Page, String> {
    let end =
        "Days on leave cannot cost you your streak, and answers still count. `/away end:True` ends it early.";
    match outcome {
        SetOutcome::Set(away) => Ok(Page::text(format!("{}\n{end}", absence(away, today)))),
        SetOutcome::Already(away) => {
            Ok(Page::text(format!("That is covered already. {}\n{end}", absence(away, today))))
        }
        SetOutcome::Past => Err(format!(
            "Leave starts today at the earliest, and today is {} here. Nothing was changed.",
            date(today)
        )),
        SetOutcome::Backwards => {
            Err("The last day is before the first one. Nothing was changed; please swap them.".into())
        }
        SetOutcome::TooFar => Err(format!(
            "Leave can end {FARTHEST} days from today at the latest. Nothing was changed; please name an earlier day."
        )),
    }
}

/// `/away` without a wish: the leave from today on.
pub fn away_page(away: &[(Date, Date)], today: Date) -> Page {
    let button = |verb: &str, label: &str| CreateButton::new(verb).label(label).style(ButtonStyle::Secondary);
    let mut row = vec![button("me:away", "Set leave")];
    let text = if away.is_empty() {
        "You are not away. Days on leave cannot cost you your streak; answers on them still count.".into()
    } else {
        row.push(button("me:back", if is_away(away, today) { "Come back today" } else { "Cancel leave" }));
        absence(away, today)
    };
    Page::text(text).row(CreateActionRow::Buttons(row))
}

fn is_away(away: &[(Date, Date)], today: Date) -> bool {
    away.iter().any(|(from, to)| (*from..=*to).contains(&today))
}

/// "You are away: …", or "You will be".
fn absence(away: &[(Date, Date)], today: Date) -> String {
    format!("You {} away: {}.", if is_away(away, today) { "are" } else { "will be" }, ranges(away))
}

/// All leave was ended: this is what there was of it from today on. Empty: none.
pub fn away_ended(away: &[(Date, Date)], today: Date) -> Page {
    let later: Vec<_> = away.iter().filter(|(from, _)| *from > today).copied().collect();
    let back = "Welcome back. From today on prompts count again; days that have closed stay as they were.";
    let cancelled =
        || format!("Leave that was still to come is cancelled: {}. `/away` sets it again.", ranges(&later));
    Page::text(match (is_away(away, today), later.is_empty()) {
        (false, true) => "You are not away, so nothing was changed.".into(),
        (true, true) => back.into(),
        (true, false) => format!("{back}\n{}", cancelled()),
        (false, false) => cancelled(),
    })
}

/// A first day alone.
pub const NO_LAST_DAY: &str = "Until when? Give the last day as well, with `until:` (2027-01-08, friday, or 5 for five \
                               days). Nothing was changed.";

/// Something that is no date.
pub fn odd_date(typed: &str, today: Date) -> String {
    format!(
        "I cannot read \u{201c}{}\u{201d} as a day. Nothing was changed. Write a date such as {today}, a day such as friday, or a \
         number of days.",
        escape::cut_line(typed, 40)
    )
}
