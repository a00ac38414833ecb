//! A prompt as members see it: while it is open, and after it has closed.

use super::{escape, page::ACCENT, times};
use crate::domain::{
    id::OccurrenceId,
    occurrence::Snapshot,
    prompt::{Kind, PromptOption},
};
use jiff::Timestamp;
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed, CreateEmbedFooter,
    CreateMessage, EditMessage,
};

/// What a prompt's message is made of.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// Named by the buttons.
    pub id: OccurrenceId,
    /// What was frozen at the claim.
    pub snapshot: &'a Snapshot,
    /// When the window ends.
    pub closes: Timestamp,
    /// How many answers stand.
    pub answers: u32,
    /// The window is over: no buttons.
    pub closed: bool,
    /// Stands in the footer, so that the message can be found again. Empty in a preview.
    pub reference: &'a str,
}

/// The message as it is posted.
pub fn message(shown: &Shown<'_>) -> CreateMessage {
    let message = CreateMessage::new().embed(embed(shown)).components(buttons(shown));
    match shown.snapshot.notify {
        // The one mention that is ever parsed.
        Some(role) => message
            .content(format!("<@&{role}>"))
            .allowed_mentions(CreateAllowedMentions::new().roles([role.0.max(1)])),
        None => message,
    }
}

/// The message as it is now.
pub fn edit(shown: &Shown<'_>) -> EditMessage {
    EditMessage::new().embed(embed(shown)).components(buttons(shown))
}

/// The box with everything but the buttons.
pub fn embed(shown: &Shown<'_>) -> CreateEmbed {
    let Shown { snapshot, closes, answers, closed, .. } = shown;
    let prompt = &snapshot.prompt;
    let mut text = String::new();
    if snapshot.late {
        text.push_str("*A little late: I was away when this was due.*\n\n");
    }
    text.push_str(&format!("{}\n\n**{}**", escape::line(&prompt.situation), escape::line(&prompt.question)));
    let options: Vec<_> = prompt.options().iter().map(option).collect();
    if !options.is_empty() {
        text.push_str(&format!("\n\n{}", options.join("\n")));
    }
    CreateEmbed::new()
        .colour(ACCENT)
        .title(escape::line(&prompt.title))
        .description(text)
        .field(if *closed { "Closed" } else { "Closes" }, times::relative(*closes), true)
        .field("Answered", people(*answers), true)
        .field("Who sees what", who_sees_what(&prompt.kind), false)
        .footer(CreateEmbedFooter::new(footer(snapshot, shown.reference)))
}

fn option(option: &PromptOption) -> String {
    format!("**{}**: {}", escape::line(&option.label), escape::line(&option.text))
}

/// "1 person", "7 people".
pub fn people(n: u32) -> String {
    match n {
        0 => "nobody yet".into(),
        1 => "1 person".into(),
        n => format!("{n} people"),
    }
}

fn who_sees_what(kind: &Kind) -> &'static str {
    match kind {
        Kind::Choice { .. } => {
            "Your pick is counted, your name is not shown. A reason that you add is yours alone unless you press Share."
        }
        Kind::Reflection => {
            "What you write is yours alone unless you press Share. A reply here counts too, and everyone sees it."
        }
        Kind::Challenge => {
            "That you did it is counted, your name is not shown. A note is yours alone unless you press Share."
        }
    }
}

/// "Steady and far · day 4 of 10 · 7K3M9Q2X".
fn footer(snapshot: &Snapshot, reference: &str) -> String {
    let mut parts = vec![snapshot.series_title.clone()];
    match snapshot.number {
        0 => parts.push("an extra prompt".into()),
        number => parts.push(format!("day {number} of {}", snapshot.of)),
    }
    if !reference.is_empty() {
        parts.push(reference.into());
    }
    parts.join(" · ")
}

/// The buttons; none once it has closed.
pub fn buttons(shown: &Shown<'_>) -> Vec<CreateActionRow> {
    if shown.closed {
        return Vec::new();
    }
    let id = shown.id;
    let button = |verb: String, label: &str, style| CreateButton::new(verb).label(label).style(style);
    let row = match &shown.snapshot.prompt.kind {
        Kind::Choice { options } => options
            .iter()
            .enumerate()
            .map(|(at, option)| button(format!("pick:{id}:{at}"), &option.label, ButtonStyle::Secondary))
            .collect(),
        Kind::Reflection => vec![button(format!("write:{id}"), "Answer", ButtonStyle::Primary)],
        Kind::Challenge => vec![
            button(format!("done:{id}"), "Done", ButtonStyle::Primary),
            button(format!("write:{id}"), "Done, with a note", ButtonStyle::Secondary),
        ],
    };
    vec![CreateActionRow::Buttons(row)]
}
