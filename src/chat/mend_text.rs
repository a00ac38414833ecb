//! `/prompt retract` and `/prompt mend` in words.

use super::{escape, page::Page, series_text, times};
use crate::{
    app::mending::{Mended, mark},
    domain::occurrence::{Occurrence, Snapshot},
};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateInputText, CreateModal, InputTextStyle,
};

fn button(id: String, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id).label(label).style(style)
}

fn title(occurrence: &Occurrence) -> String {
    let title = occurrence.snapshot.as_ref().map_or("", |snapshot| &snapshot.prompt.title);
    escape::line(title)
}

/// A posted prompt as a line of completion.
pub fn choice(occurrence: &Occurrence) -> String {
    let title = occurrence.snapshot.as_ref().map_or("", |snapshot| &snapshot.prompt.title);
    let state = if occurrence.tallied_at.is_some() { "closed" } else { "open" };
    times::cut(&format!("{} · {title} · {state}", series_text::day(occurrence.day)), 99)
}

/// Asked once more before it is taken back.
pub fn ask_retract(occurrence: &Occurrence) -> Page {
    let (id, team) = (occurrence.id, occurrence.team);
    let text = format!(
        "The message of {} in <#{}> goes, and the day counts for nobody who had not answered. Answers that were given stay \
         and count. The prompt does not go back to its queue; `/prompt post` can ask it again. This cannot be undone.",
        series_text::day(occurrence.day),
        occurrence.channel
    );
    let heading = times::cut(&format!("Take back {}?", title(occurrence)), 256);
    Page::default().embed(CreateEmbed::new().title(heading).description(text)).row(CreateActionRow::Buttons(
        vec![
            button(format!("mend:retract:{team}:{id}"), "Take it back", ButtonStyle::Danger),
            button(format!("mend:keep:{team}:{id}"), "Keep it", ButtonStyle::Secondary),
        ],
    ))
}

/// It was taken back.
pub fn retracted(title: &str) -> String {
    format!(
        "**{}** is taken back. Its message goes in a moment, and the day counts for nobody who had not answered.",
        escape::line(title)
    )
}

/// Nothing can be taken back or mended.
pub const NOTHING_POSTED: &str =
    "Nothing was posted here in the last seven days that could be taken back or mended.";

/// It was taken back or grew too old meanwhile.
pub const GONE: &str =
    "That prompt is not there any more, or was posted more than seven days ago. Nothing was changed.";

/// The words of a posted prompt, and which of them to mend. `said` stands above them.
pub fn panel(occurrence: &Occurrence, snapshot: &Snapshot, said: Option<&str>) -> Page {
    let (id, team, mark) = (occurrence.id, occurrence.team, mark(snapshot));
    let prompt = &snapshot.prompt;
    let mut text = said.map_or(String::new(), |said| format!("{said}\n\n"));
    text += &format!("{}\n\n**{}**", escape::line(&prompt.situation), escape::line(&prompt.question));
    for option in prompt.options() {
        text += &format!("\n**{}**: {}", escape::line(&option.label), escape::line(&option.text));
    }
    text += "\n\n-# Mending is for slips of the pen: answers stay as they are, and so do the buttons and what each leans to. \
             The series itself is not changed.";
    let mut row =
        vec![button(format!("mend:heading:{team}:{id}:{mark}"), "Title and question", ButtonStyle::Primary)];
    if !prompt.options().is_empty() {
        row.push(button(format!("mend:options:{team}:{id}:{mark}"), "Options", ButtonStyle::Primary));
    }
    Page::default()
        .embed(CreateEmbed::new().title(escape::line(&prompt.title)).description(text))
        .row(CreateActionRow::Buttons(row))
}

/// A form for title, situation and question, or for the options' texts.
pub fn form(occurrence: &Occurrence, snapshot: &Snapshot, options: bool) -> CreateModal {
    let prompt = &snapshot.prompt;
    let input = |style, label: &str, id: String, value: &str, most: u16| {
        CreateActionRow::InputText(CreateInputText::new(style, label, id).value(value).max_length(most))
    };
    let (short, long) = (InputTextStyle::Short, InputTextStyle::Paragraph);
    let rows = if options {
        let options = prompt.options().iter().enumerate();
        options
            .map(|(n, option)| {
                input(short, &times::cut(&option.label, 45), format!("text{n}"), &option.text, 200)
            })
            .collect()
    } else {
        vec![
            input(short, "Title", "title".into(), &prompt.title, 200),
            input(long, "Situation (at most 60 words)", "situation".into(), &prompt.situation, 1_000),
            input(long, "Question (at most 25 words)", "question".into(), &prompt.question, 400),
        ]
    };
    let what = if options { "options" } else { "heading" };
    let id = format!("mend:{what}:{}:{}:{}", occurrence.team, occurrence.id, mark(snapshot));
    CreateModal::new(id, "Mend a typo").components(rows)
}

/// What became of it: the text, and whether the words are to be looked at again.
pub fn mended(outcome: &Mended) -> String {
    match outcome {
        Mended::Done => "Mended. The message follows in a moment.".into(),
        Mended::Same => "Nothing is different, so nothing was changed.".into(),
        Mended::Overtaken => {
            "⚠️ **Somebody mended this since you looked**, so nothing of yours was stored. It reads like this now; choose \
             again what to mend."
                .into()
        }
        Mended::Odd(problems) => {
            let lines = problems.iter().take(5).map(|(what, help)| {
                format!("• {}: {}", escape::line(what), escape::line(help))
            });
            let lines = lines.collect::<Vec<_>>().join("\n");
            format!("Nothing was changed, because the rules for prompts hold here, too:\n{}", times::cut(&lines, 1_500))
        }
        Mended::NoPrompt => GONE.into(),
    }
}
