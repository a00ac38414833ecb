//! Suggestions in words: what members write, what managers see and decide, and what the author is told.

use super::{escape, page::ACCENT, page::Page, times};
use crate::{
    app::{
        importing::{Drafted, MOST_PROMPTS, MOST_SERIES as MOST_OWN},
        suggesting::{
            Decided, LONGEST_WHY, MOST_OPEN, OUR_OWN, Odd, Shown, Suggested, Told, Verdict, Words, fresh,
        },
    },
    domain::{id::TeamId, library::Library, series_file::limits},
    store::suggestion::Suggestion,
};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateInputText,
    CreateMessage, CreateModal, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
    InputTextStyle,
};

/// A question has at most 25 words, and ten characters for each.
const QUESTION: u16 = 250;
/// A situation has at most 60 words.
const SITUATION: u16 = 600;
/// A select has at most 25 options, and one is for a new series.
const MOST_SERIES: usize = 24;
/// What the select sends for a new series. No series has such an id.
pub const NEW: &str = "+";

fn input(name: &str, label: &str, most: u16, value: &str) -> CreateInputText {
    let input = CreateInputText::new(InputTextStyle::Paragraph, label, name).max_length(most);
    if value.is_empty() { input } else { input.value(times::cut(value, most.into())) }
}

fn inputs(question: &str, situation: &str) -> Vec<CreateActionRow> {
    [
        input("question", "Question (at most 25 words)", QUESTION, question).required(true),
        input("situation", "What happens before it (at most 60 words)", SITUATION, situation).required(false),
    ]
    .map(CreateActionRow::InputText)
    .to_vec()
}

/// What a member fills in.
pub fn form(team: TeamId) -> CreateModal {
    let mut rows = inputs("", "");
    let why = input("why", "Why it is worth asking (managers read it)", LONGEST_WHY as u16, "");
    rows.push(CreateActionRow::InputText(why.required(false)));
    CreateModal::new(format!("suggest:form:{team}"), "Suggest a question").components(rows)
}

/// What a manager changes.
pub fn edit_form(of: &Suggestion) -> CreateModal {
    let id = format!("sugg:edited:{}:{}:{}", of.team, of.id, of.version);
    CreateModal::new(id, "Edit the suggestion").components(inputs(&of.question, &of.situation))
}

/// Why not.
pub fn decline_form(of: &Suggestion) -> CreateModal {
    let id = format!("sugg:declined:{}:{}:{}", of.team, of.id, of.version);
    let reason = input("reason", "Reason (its author reads it)", LONGEST_WHY as u16, "").required(true);
    CreateModal::new(id, "Decline the suggestion").components(vec![CreateActionRow::InputText(reason)])
}

/// The team takes none.
pub const OFF: &str = "This team takes no suggestions at the moment. An admin can change that with `/setup` → *Change* → *More*.";

/// Three are open.
pub fn too_many() -> String {
    format!(
        "{MOST_OPEN} of your suggestions wait for a manager, and that is the most at a time. Nothing was stored. Try again \
         when one of them is decided."
    )
}

fn odd(odd: &Odd) -> String {
    let Odd { field, fault } = odd;
    let name = if *field == "why" { "why it is worth asking" } else { field };
    format!("The text for **{name}** {fault}. Nothing was stored.")
}

/// What somebody wrote, to be copied: a form that is gone keeps nothing.
pub fn written(words: &Words) -> String {
    let Words { question, situation, why } = words;
    let parts = [question, situation, why].into_iter().filter(|text| !text.is_empty());
    code(&parts.map(String::as_str).collect::<Vec<_>>().join("\n"))
}

/// The same of any text, as it was written.
pub fn code(text: &str) -> String {
    // Nothing in a block of code has an effect but its end.
    format!("\n\nYou wrote:\n```\n{}\n```", times::cut(&text.replace("```", "ˋˋˋ"), 1_500))
}

/// What the member is told at once. Of words that were not taken, they are told as well: a form that is gone keeps nothing.
pub fn suggested(outcome: &Suggested, words: &Words) -> String {
    match outcome {
        Suggested::Done => format!(
            "Thank you. The team's managers see your suggestion with your name, and decide about it:\n> {}\nIf you take direct messages \
             from this server, I tell you what they decided.",
            escape::line(&words.question)
        ),
        Suggested::Already => "You have suggested that already, and it waits for a manager.".to_owned(),
        Suggested::TooMany => too_many() + &written(words),
        Suggested::Off => OFF.to_owned(),
        Suggested::Odd(fault) => odd(fault) + " Shorten it and use `/suggest` again." + &written(words),
        Suggested::NoTeam => super::problem::STALE.to_owned(),
    }
}

/// What is open, one at a time.
pub fn panel(team: TeamId, shown: Option<&Shown>, said: Option<&str>) -> Page {
    let said = said.map_or(String::new(), |said| format!("{said}\n\n"));
    let Some(Shown { suggestion: one, place, of }) = shown else {
        return Page::text(format!("{said}No suggestion waits. Members suggest questions with `/suggest`."));
    };
    let mut text = format!("**{}**\n", escape::line(&one.question));
    if !one.situation.is_empty() {
        text += &format!("{}\n", escape::line(&one.situation));
    }
    if !one.why.is_empty() {
        text += &format!("\n*Why:* {}\n", escape::line(&one.why));
    }
    text += &format!("\n-# from <@{}>, {}", one.author, times::relative(one.at));
    let at = format!("{team}:{}:{}", one.id, one.version);
    let button = |verb: &str, label: &str, style| {
        CreateButton::new(format!("sugg:{verb}:{at}")).label(label).style(style)
    };
    let turn = |to: u32, label: &str, there: bool| {
        CreateButton::new(format!("sugg:page:{team}:{to}:{label}"))
            .label(label)
            .style(ButtonStyle::Secondary)
            .disabled(!there)
    };
    let row = vec![
        button("take", "Approve", ButtonStyle::Success),
        button("edit", "Edit", ButtonStyle::Secondary),
        button("no", "Decline", ButtonStyle::Danger),
    ];
    let page = Page::text(said)
        .embed(CreateEmbed::new().title(format!("Suggestion {} of {of}", place + 1)).description(text))
        .row(CreateActionRow::Buttons(row));
    if *of < 2 {
        return page;
    }
    page.row(CreateActionRow::Buttons(vec![
        turn(place.saturating_sub(1), "Previous", *place > 0),
        turn(place.saturating_add(1), "Next", place + 1 < *of),
    ]))
}

/// Into which series: those for suggestions first, and none that is full.
pub fn choose(one: &Suggestion, library: &Library) -> Page {
    let (mut own, full): (Vec<_>, Vec<_>) =
        library.own().partition(|series| series.prompts.len() < limits::PROMPTS);
    own.sort_by_key(|series| !series.id.starts_with(OUR_OWN.0));
    let full = match full.len() {
        0 => String::new(),
        1 => " One of them is full and not shown.".to_owned(),
        n => format!(" {n} of them are full and not shown."),
    };
    let more = match own.len().saturating_sub(MOST_SERIES) {
        0 => String::new(),
        n => format!(" {n} more with room have no place in this menu."),
    };
    own.truncate(MOST_SERIES);
    let new = format!("A new series: {}", fresh(library).title);
    let options = own
        .into_iter()
        .map(|series| CreateSelectMenuOption::new(times::cut(&series.title, 100), &series.id))
        .chain([CreateSelectMenuOption::new(new, NEW)])
        .collect();
    let menu = CreateSelectMenu::new(
        format!("sugg:into:{}:{}:{}", one.team, one.id, one.version),
        CreateSelectMenuKind::String { options },
    )
    .placeholder("The series it goes to");
    let text = format!(
        "**{}**\nbecomes a reflection at the end of one of this server's own series, and of the rounds that run it.{full}{more}",
        escape::line(&one.question)
    );
    Page::default()
        .embed(CreateEmbed::new().title("Approve").description(text))
        .row(CreateActionRow::SelectMenu(menu))
        .row(CreateActionRow::Buttons(vec![
            CreateButton::new(format!("sugg:back:{}:{}", one.team, one.id))
                .label("Back")
                .style(ButtonStyle::Secondary),
        ]))
}

/// What a manager is told about a decision, or about a change.
pub fn decided(outcome: &Decided, what: &str) -> String {
    match outcome {
        Decided::Done { series, told } => {
            let told = match told {
                Told::Needless => "",
                Told::Yes => " Its author is told by direct message, if they take those.",
                Told::LastRefused => {
                    " I tell its author, if they take direct messages by now; the last time they did not."
                }
                Told::TooMany => {
                    " Its author is not told: many were told in the last ten minutes, and more would look like spam to Discord."
                }
            };
            let to = match series.as_str() {
                "" => String::new(),
                series => format!(
                    " It is in **{}**; `/series schedule` runs that, `/series export` lets you give it a title and insights of \
                     its own.",
                    escape::line(series)
                ),
            };
            format!("✅ {what}.{to}{told}")
        }
        Decided::Overtaken => {
            "Somebody has changed this suggestion meanwhile. Nothing was done; this is how it is now.".into()
        }
        Decided::Gone => "That suggestion is decided already. Nothing was done.".into(),
        Decided::NotOwn => {
            "That series is not one of this server's own. Nothing was done; choose another.".into()
        }
        Decided::SeriesFull => "That series is full. Nothing was done; choose another, or a new one.".into(),
        Decided::Full(Drafted::TooManyPrompts(_)) => format!(
            "This server's own series have {MOST_PROMPTS} prompts together, and that is the most. Nothing was done; the \
             suggestion waits. `/series export` of one that nobody needs has a button that removes it."
        ),
        Decided::Full(_) => format!(
            "This server has {MOST_OWN} series of its own, and that is the most. Nothing was done; choose one of them \
             instead of a new one."
        ),
        Decided::Odd(fault) => odd(fault),
    }
}

/// The direct message to the author.
pub fn verdict(verdict: &Verdict, reference: &str) -> CreateMessage {
    let (title, text) = match &verdict.outcome {
        Ok(series) => (
            "Your suggestion was taken",
            format!("It is now in the series **{}**. Thank you.", escape::line(series)),
        ),
        Err(reason) => {
            ("Your suggestion was not taken", format!("A manager wrote: {}", escape::line(reason)))
        }
    };
    let text =
        format!("In <#{}> you suggested:\n> {}\n\n{text}", verdict.channel, escape::line(&verdict.question));
    let embed = CreateEmbed::new()
        .colour(ACCENT)
        .title(title)
        .description(text)
        .footer(CreateEmbedFooter::new(reference));
    CreateMessage::new().embed(embed)
}
