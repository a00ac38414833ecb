//! What one person sees of an own answer: the reply to a click or a form, the forms, and `/answer`.
//!
//! Only that person sees it. The words never judge an option: it leans, and it buys and costs something.

use super::{escape, page::Page, prompt_message, times};
use crate::{
    app::answering::{Did, LONGEST_NOTE, Open, Shut, Taken},
    domain::{
        answer::Answer,
        id::OccurrenceId,
        occurrence::Occurrence,
        prompt::{Kind, Lean, Prompt, PromptOption},
        streak::Streak,
    },
};
use jiff::Timestamp;
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateInputText, CreateModal, InputTextStyle,
};

/// The one input of every form here.
pub const NOTE_INPUT: &str = "note";

/// Why a prompt cannot be answered, and what then.
pub fn shut(shut: Shut) -> String {
    match shut {
        Shut::NotFound => "I do not know this prompt any more. `/answer` shows what is open here.".into(),
        Shut::NotYetOpen => {
            "This prompt is being posted this moment. Please try again in a few seconds.".into()
        }
        Shut::Late(closed) => format!(
            "This prompt closed {}, so nothing was changed. `/answer` shows what is open here.",
            times::relative(closed)
        ),
        Shut::Gone => {
            "This prompt was taken back, so nothing was changed. It cannot cost anybody a streak.".into()
        }
    }
}

/// A note that is empty or too long.
pub fn note_length(length: usize) -> String {
    match length {
        0 => "That was empty, so nothing was changed. A word or two are enough.".into(),
        length => format!(
            "That has {length} characters and {LONGEST_NOTE} are the most, so nothing was changed. Please shorten it \
             and send it again."
        ),
    }
}

/// Nothing is open. `next`: the next scheduled prompt.
pub fn nothing_open(next: Option<Timestamp>) -> Page {
    let next = next.map_or(String::new(), |due| format!(" The next prompt comes {}.", times::relative(due)));
    Page::text(format!(
        "There is nothing to answer here right now.{next} Your streak only counts days with a prompt."
    ))
}

/// The reply to something that was taken in.
pub fn reply(taken: &Taken) -> Page {
    let Taken { occurrence, answer, did, streak, milestone } = taken;
    let Some(prompt) = occurrence.snapshot.as_ref().map(|snapshot| &snapshot.prompt) else {
        return Page::text(shut(Shut::NotFound));
    };
    let option = chosen(prompt, answer);
    let mut parts = vec![head(*did, prompt, answer, option)];
    if let (true, Some(option)) = (matches!(did, Did::Answered | Did::Changed | Did::Nothing), option) {
        parts.push(escape::line(&option.insight));
    }
    match (did, answer.current_note(), left_behind(prompt, answer)) {
        (Did::Answered | Did::Changed | Did::Noted | Did::Shared | Did::Unshared, Some(note), _) => {
            parts.push(format!("> {}", escape::line(&note.text)));
        }
        (Did::Changed, None, Some(other)) => parts.push(format!(
            "What you wrote explains **{}**, so it does not go along. Pick that again and it is back.",
            escape::line(&other.label)
        )),
        _ => {}
    }
    parts.push(streak_line(*streak));
    if let Some(n) = milestone {
        parts.push(milestone_line(*n));
    }
    let embed = CreateEmbed::new().description(parts.join("\n\n")).field(
        "Closes",
        times::relative(occurrence.closes),
        true,
    );
    Page::default().embed(embed).row(buttons(occurrence.id, prompt, answer))
}

fn head(did: Did, prompt: &Prompt, answer: &Answer, option: Option<&PromptOption>) -> String {
    let picked =
        option.map(|option| format!("**{}**, which {}", escape::line(&option.label), leans(option.lean)));
    match did {
        Did::Withdrawn => "Your answer is withdrawn. You can answer again until the prompt closes.".into(),
        Did::Shared => "Your note will be shown at the reveal, with your name.".into(),
        Did::Unshared => "Your note is private again.".into(),
        Did::NoteGone => "That note is not there any more, so nothing is shared.".into(),
        Did::Noted => "Noted. Only you can see this, unless you press *Share*.".into(),
        Did::Changed => match picked {
            Some(picked) => format!("Changed to {picked}."),
            None => "Changed.".into(),
        },
        Did::Answered | Did::Nothing => match (picked, &prompt.kind) {
            (Some(picked), _) => format!("You picked {picked}."),
            (None, _) if !answer.stands() => "You have not answered this prompt.".into(),
            (None, Kind::Challenge) => "Marked as done.".into(),
            (None, _) => "You answered.".into(),
        },
    }
}

fn leans(lean: Lean) -> &'static str {
    match lean {
        Lean::Lead => "leans toward leading",
        Lean::Manage => "leans toward managing",
        Lean::Both => "is a bit of both",
    }
}

/// "Streak: **12 prompt days** · 1 freeze in hand · 2 of 5 toward the next".
pub fn streak_line(streak: Streak) -> String {
    let days = match streak.len {
        0 => return "Streak: not running right now. The next answer starts it.".into(),
        1 => "1 prompt day".into(),
        n => format!("{n} prompt days"),
    };
    format!("Streak: **{days}** · {}", freezes(streak))
}

/// "1 freeze in hand · 2 of 5 toward the next".
pub fn freezes(streak: Streak) -> String {
    match streak.freezes() {
        0 => format!("{} of 5 toward a freeze", streak.progress()),
        1 => format!("1 freeze in hand · {} of 5 toward the next", streak.progress()),
        n => format!("{n} freezes in hand, the most there are"),
    }
}

/// Told once.
pub fn milestone_line(n: u32) -> String {
    format!("🎉 You reached a streak of **{n} prompt days**.")
}

/// The option that the person's note explains, if that is not the one that counts now.
fn left_behind<'a>(prompt: &'a Prompt, answer: &Answer) -> Option<&'a PromptOption> {
    let note = answer.note.as_ref().filter(|note| Some(note.by) > answer.withdrawn)?;
    let about = note.about.filter(|about| Some(*about) != answer.option())?;
    prompt.options().get(usize::from(about))
}

fn chosen<'a>(prompt: &'a Prompt, answer: &Answer) -> Option<&'a PromptOption> {
    prompt.options().get(usize::from(answer.option()?))
}

fn button(verb: String, label: &str) -> CreateButton {
    CreateButton::new(verb).label(label).style(ButtonStyle::Secondary)
}

/// What can still be done.
fn buttons(id: OccurrenceId, prompt: &Prompt, answer: &Answer) -> CreateActionRow {
    let note = answer.current_note();
    let mut row = Vec::new();
    match (&prompt.kind, answer.stands()) {
        (Kind::Choice { .. }, true) => {
            let label = if answer.option().is_some() { "Change" } else { "Pick an option" };
            row.push(button(format!("change:{id}"), label));
        }
        (Kind::Choice { .. }, false) => row.push(button(format!("change:{id}"), "Answer again")),
        (Kind::Reflection, true) => {
            row.push(button(format!("write:{id}"), if note.is_some() { "Change" } else { "Write" }));
        }
        (Kind::Reflection, false) => row.push(button(format!("write:{id}"), "Answer again")),
        (Kind::Challenge, false) => row.push(button(format!("done:{id}"), "Done after all")),
        (Kind::Challenge, true) => {}
    }
    if !answer.stands() {
        return CreateActionRow::Buttons(row);
    }
    let label = if note.is_some() { "Change note" } else { "Add a note" };
    match (&prompt.kind, answer.option()) {
        (Kind::Choice { .. }, Some(option)) => {
            let label = if note.is_some() { "Change why" } else { "Add why" };
            row.push(button(format!("why:{id}:{option}"), label));
        }
        (Kind::Challenge, _) => row.push(button(format!("why:{id}:-"), label)),
        _ => {}
    }
    if let Some(note) = note {
        row.push(match answer.shared_note() {
            Some(_) => button(format!("share:{id}:{}:0", note.by), "Stop sharing"),
            None => button(format!("share:{id}:{}:1", note.by), "Share"),
        });
    }
    row.push(button(format!("withdraw:{id}"), "Withdraw"));
    CreateActionRow::Buttons(row)
}

/// The options once more, for whoever wants another one.
pub fn options(open: &Open) -> Page {
    prompt_page(&open.occurrence, &open.answer, "")
}

/// `/answer`: the prompt to answer, and how many more there are.
pub fn prompt(open: &Open, others: usize) -> Page {
    let more = match others {
        0 => String::new(),
        1 => "\n-# One more prompt is open here; `/answer` shows it next.".into(),
        n => format!("\n-# {n} more prompts are open here; `/answer` shows them next."),
    };
    prompt_page(&open.occurrence, &open.answer, &more)
}

fn prompt_page(occurrence: &Occurrence, answer: &Answer, more: &str) -> Page {
    let Some(snapshot) = occurrence.snapshot.as_ref() else { return Page::text(shut(Shut::NotFound)) };
    let prompt = &snapshot.prompt;
    let mut text = format!("{}\n\n**{}**", escape::line(&prompt.situation), escape::line(&prompt.question));
    for option in prompt.options() {
        text.push_str(&format!("\n**{}**: {}", escape::line(&option.label), escape::line(&option.text)));
    }
    if let Some(option) = chosen(prompt, answer) {
        text.push_str(&format!("\n\nYou picked **{}** so far.", escape::line(&option.label)));
    } else if answer.stands() {
        text.push_str("\n\nYou have answered this one.");
    }
    text.push_str(more);
    let embed = CreateEmbed::new().title(escape::line(&prompt.title)).description(text).field(
        "Closes",
        times::relative(occurrence.closes),
        true,
    );
    let shown = prompt_message::Shown {
        id: occurrence.id,
        snapshot,
        closes: occurrence.closes,
        answers: 0,
        closed: false,
        reference: "",
    };
    let page = Page::default().embed(embed);
    if answer.stands() && prompt.options().is_empty() {
        return page.row(buttons(occurrence.id, prompt, answer));
    }
    let mut rows = prompt_message::buttons(&shown);
    if answer.stands() {
        rows.push(CreateActionRow::Buttons(vec![button(format!("withdraw:{}", occurrence.id), "Withdraw")]));
    }
    rows.into_iter().fold(page, Page::row)
}

/// The form for a reflection, a note on a challenge, or the why of an option.
pub fn form(open: &Open, about: Option<u8>) -> CreateModal {
    let id = open.occurrence.id;
    let prompt = open.occurrence.snapshot.as_ref().map(|snapshot| &snapshot.prompt);
    let option = prompt.zip(about).and_then(|(prompt, about)| prompt.options().get(usize::from(about)));
    let (title, label, hint) = match (prompt.map(|prompt| &prompt.kind), option) {
        (_, Some(option)) => (format!("Why: {}", option.label), "Your reason", "One sentence is enough"),
        (Some(Kind::Challenge), _) => ("A note".into(), "How did it go?", "One sentence is enough"),
        _ => ("Your answer".into(), "A sentence or two", "Only you can see it, unless you share it"),
    };
    let mut input = CreateInputText::new(InputTextStyle::Paragraph, label, NOTE_INPUT)
        .placeholder(hint)
        .min_length(1)
        .max_length(LONGEST_NOTE as u16)
        .required(true);
    let note = open.answer.current_note().filter(|note| note.about == about);
    if let Some(note) = note {
        input = input.value(&note.text);
    }
    let custom_id = match about {
        Some(option) => format!("note:{id}:{option}"),
        None => format!("note:{id}:-"),
    };
    CreateModal::new(custom_id, times::cut(&title, 45)).components(vec![CreateActionRow::InputText(input)])
}
