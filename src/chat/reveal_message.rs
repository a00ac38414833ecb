//! What became of a prompt: the split, what each side buys and costs, and what people chose to share.

use super::{
    escape,
    page::ACCENT,
    picture::{Choice, Split},
    prompt_message::people,
};
use crate::{
    app::answering::Shared,
    domain::{
        id::{ChannelId, MessageId},
        occurrence::Snapshot,
        prompt::Lean,
    },
};
use serenity::all::{
    CreateAllowedMentions, CreateEmbed, CreateEmbedFooter, CreateMessage, MessageFlags, MessageReference,
    MessageReferenceKind,
};

/// With fewer answers that carry an option than this there is no split: it would name people.
pub const LEAST_FOR_SPLIT: u32 = 3;
/// Shared answers that are shown.
pub const MOST_SHARED: usize = 8;
/// Characters for all shared answers together. With the rest an embed stays under Discord's 6,000.
const ROOM_FOR_SHARED: usize = 2_400;

/// What a reveal is made of.
#[derive(Clone, Debug)]
pub struct Reveal<'a> {
    /// What was frozen at the claim.
    pub snapshot: &'a Snapshot,
    /// How many answers stand.
    pub answers: u32,
    /// Counts by option, in the order of the snapshot; one for each.
    pub counts: &'a [u32],
    /// Shared answers with their writers, at most eight.
    pub shared: &'a [Shared],
    /// The team's streak, if there is one to speak of.
    pub team_streak: Option<u32>,
    /// Stands in the footer.
    pub reference: &'a str,
}

/// A reply to the prompt that pings nobody and notifies nobody.
pub fn message(reveal: &Reveal<'_>, prompt: Option<(ChannelId, MessageId)>) -> CreateMessage {
    let message = CreateMessage::new()
        .embed(embed(reveal))
        .flags(MessageFlags::SUPPRESS_NOTIFICATIONS)
        .allowed_mentions(CreateAllowedMentions::new().replied_user(false));
    replying_to(message, prompt)
}

/// The split as a picture, where it is shown at all.
pub fn picture(reveal: &Reveal<'_>) -> Option<Split> {
    if reveal.counts.iter().sum::<u32>() < LEAST_FOR_SPLIT {
        return None;
    }
    let prompt = &reveal.snapshot.prompt;
    let options = prompt.options().iter().zip(reveal.counts);
    let choices = options.map(|(option, n)| Choice { label: option.label.clone(), lean: option.lean, n: *n });
    Some(Split { title: prompt.title.clone(), choices: choices.collect() })
}

/// The same as a reply to a prompt, if that can be one.
pub(super) fn replying_to(message: CreateMessage, prompt: Option<(ChannelId, MessageId)>) -> CreateMessage {
    match prompt {
        Some((channel, prompt)) => message.reference_message(
            MessageReference::new(
                MessageReferenceKind::Default,
                serenity::all::ChannelId::new(channel.0.max(1)),
            )
            .message_id(serenity::all::MessageId::new(prompt.0.max(1)))
            // The prompt may have been deleted this moment; what is said of it is worth having all the same.
            .fail_if_not_exists(false),
        ),
        None => message,
    }
}

/// The box.
pub fn embed(reveal: &Reveal<'_>) -> CreateEmbed {
    let prompt = &reveal.snapshot.prompt;
    let with_option: u32 = reveal.counts.iter().sum();
    let mut embed = CreateEmbed::new()
        .colour(ACCENT)
        .title(format!("How it went: {}", escape::line(&prompt.title)))
        .description(format!("**{}**\n{}", escape::line(&prompt.question), answered(reveal)));
    if with_option >= LEAST_FOR_SPLIT {
        embed = embed.field("The split", split(reveal), false);
    }
    embed = embed.field("What leading buys and costs", escape::line(&prompt.lead_insight), false).field(
        "What managing buys and costs",
        escape::line(&prompt.manage_insight),
        false,
    );
    let mut notes = shared(reveal).into_iter();
    // A field holds 1,024 characters.
    let mut name = "Shared by those who wrote it";
    let mut value = notes.next();
    while let Some(text) = value.take() {
        let mut text = text;
        value = notes.next();
        while let Some(more) = &value {
            if units(&text) + 1 + units(more) > 1_024 {
                break;
            }
            text = format!("{text}\n{more}");
            value = notes.next();
        }
        embed = embed.field(name, text, false);
        name = "\u{200b}";
    }
    if let Some(days) = reveal.team_streak.filter(|days| *days > 0) {
        let days = if days == 1 { "1 prompt day".into() } else { format!("{days} prompt days in a row") };
        embed = embed.field("Team streak", format!("{days} on which most of the team answered"), false);
    }
    embed.footer(CreateEmbedFooter::new(format!("{} · {}", reveal.snapshot.series_title, reveal.reference)))
}

fn answered(reveal: &Reveal<'_>) -> String {
    let choice = !reveal.snapshot.prompt.options().is_empty();
    let with_option: u32 = reveal.counts.iter().sum();
    match reveal.answers {
        0 => "Nobody answered this time.".into(),
        n if choice && with_option < LEAST_FOR_SPLIT => {
            format!(
                "{} answered. Picks are shown once {LEAST_FOR_SPLIT} people have picked an option, so that no pick \
                 has a name.",
                people(n)
            )
        }
        n if choice && with_option < n => {
            format!("{} answered, {} of them in words only.", people(n), n - with_option)
        }
        n => format!("{} answered.", people(n)),
    }
}

fn split(reveal: &Reveal<'_>) -> String {
    let options = reveal.snapshot.prompt.options();
    let total: u32 = reveal.counts.iter().sum();
    let mut lines: Vec<_> = options
        .iter()
        .zip(reveal.counts)
        .map(|(option, n)| {
            format!("{} {n} · **{}** ({})", bar(*n, total), escape::line(&option.label), leans(option.lean))
        })
        .collect();
    let by = |lean: Lean| -> u32 {
        let counted = options.iter().zip(reveal.counts).filter(|(option, _)| option.lean == lean);
        counted.map(|(_, n)| n).sum()
    };
    let mut sides = vec![format!("leading {}", by(Lean::Lead)), format!("managing {}", by(Lean::Manage))];
    if options.iter().any(|option| option.lean == Lean::Both) {
        sides.push(format!("both {}", by(Lean::Both)));
    }
    lines.push(format!("Leaning toward {}", sides.join(" · ")));
    lines.join("\n")
}

/// Where an option leans, in words.
pub fn leans(lean: Lean) -> &'static str {
    match lean {
        Lean::Lead => "leans toward leading",
        Lean::Manage => "leans toward managing",
        Lean::Both => "both",
    }
}

/// Ten blocks, rounded to the nearest; whoever was picked at all has at least one.
fn bar(n: u32, total: u32) -> String {
    let full = (n * 10 + total / 2).checked_div(total).unwrap_or(0).max(u32::from(n > 0)) as usize;
    format!("{}{}", "▰".repeat(full), "▱".repeat(10 - full))
}

/// A line for each shared answer, cut so that all have the same room.
fn shared(reveal: &Reveal<'_>) -> Vec<String> {
    let notes = &reveal.shared[..reveal.shared.len().min(MOST_SHARED)];
    let room = (ROOM_FOR_SHARED / notes.len().max(1)).min(900);
    notes
        .iter()
        .map(|note| {
            // The note and its writer, as was said at *Share*; which option it explains stays out.
            let head = format!("<@{}>: ", note.user);
            let left = room.saturating_sub(units(&head) + 1);
            format!("{head}{}", escape::cut_line(&note.text, left))
        })
        .collect()
}

/// Length as Discord counts it.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
