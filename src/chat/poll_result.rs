//! What came out of a poll; what is said shortly before it ends; and the note to whoever was recognised.

use super::{
    escape,
    page::ACCENT,
    picture::Recognition,
    poll_message::{QUESTION, QUESTION_OF_WEEK, bold, names},
    reveal_message::replying_to,
    strengths,
};
use crate::domain::{
    id::{ChannelId, MessageId},
    poll::{Outcome, Person, Poll},
    prompt::Theme,
};
use serenity::all::{CreateAllowedMentions, CreateEmbed, CreateEmbedFooter, CreateMessage};

/// Strengths of one person that are shown.
const MOST_SHOWN: usize = 5;
/// If more people than this share it, what was seen in and written about each is left out: there is no room for it.
const MOST_TOLD: usize = 5;
/// Discord allows 6,000 characters (UTF-16 units) in an embed; the footer takes some.
const ROOM: usize = 5_900;
/// The longest sentence about somebody.
const LONGEST_WORDS: usize = 300;

/// A message of its own: a reply to the poll that pings nobody.
pub fn message(poll: &Poll, reference: &str, reply_to: Option<(ChannelId, MessageId)>) -> CreateMessage {
    let message = CreateMessage::new()
        .embed(embed(poll).footer(CreateEmbedFooter::new(format!("Poll · {reference}"))))
        .allowed_mentions(CreateAllowedMentions::new().replied_user(false));
    replying_to(message, reply_to)
}

/// What came out, as text. Says everything that a picture of it does.
pub fn embed(poll: &Poll) -> CreateEmbed {
    let about = match escape::cut_line(&poll.situation, 300) {
        // Made of moments, which stand in the poll.
        about if about.is_empty() => format!("> {QUESTION_OF_WEEK}\n\n"),
        about => format!("> {about}\n\n"),
    };
    let embed = CreateEmbed::new().colour(ACCENT);
    let (title, text) = match &poll.outcome {
        Some(Outcome::Recognised { people, .. }) => {
            let who: Vec<_> = people.iter().map(|person| bold(poll, person.place)).collect();
            match &who[..] {
                [one] if poll.situation.trim().is_empty() => {
                    ("Recognised".to_owned(), format!("{one} did. Thank you!"))
                }
                [one] => ("Recognised".to_owned(), format!("{one} handled it like a leader. Thank you!")),
                many => (
                    "Recognised together".to_owned(),
                    format!("{} share it: the most votes, and the same number each. Thank you!", and(many)),
                ),
            }
        }
        Some(Outcome::OneLeft(place)) => (
            "A poll has ended".into(),
            format!(
                "Only {} was left at the end, so there was nothing to choose, and nothing is counted.",
                bold(poll, *place)
            ),
        ),
        Some(Outcome::NoneLeft) => (
            "A poll has ended".into(),
            "Nobody was left at the end: everybody who was nominated had withdrawn or left. Nothing is counted."
                .into(),
        ),
        Some(Outcome::TooFew) | None => ("A poll has ended".into(), too_few(poll)),
    };
    let text = format!("{about}{text}");
    let mut used = units(&title) + units(&text);
    let mut embed = embed.title(title).description(text);
    let Some(Outcome::Recognised { people, counts }) = &poll.outcome else { return embed };
    let told = if people.len() <= MOST_TOLD { &people[..] } else { &people[..0] };
    let counts = counts.as_ref().map(|counts| {
        let names = names(poll);
        let line = |(place, n): &(u8, u32)| {
            let name = names.get(usize::from(*place)).map_or("", String::as_str);
            format!(
                "{} · {}",
                escape::line(name),
                if *n == 1 { "1 vote".into() } else { format!("{n} votes") }
            )
        };
        ("All votes".to_owned(), counts.iter().map(line).collect::<Vec<_>>().join("\n"))
    });
    let strengths =
        |person: &Person| (field_name(poll, people, person, ("What others saw", "in")), saw(poll, person));
    let heading = |person: &Person| field_name(poll, people, person, ("What others wrote", "about"));
    // What is written has the room that is left.
    used += counts.iter().map(|(name, text)| units(name) + units(text)).sum::<usize>();
    for person in told {
        let (name, text) = strengths(person);
        used += units(&name) + units(&text) + units(&heading(person));
    }
    let sentences = told.iter().map(|person| person.evidence.len()).sum::<usize>();
    let each = ROOM.saturating_sub(used) / sentences.max(1);
    for person in told {
        if !person.strengths.is_empty() {
            let (name, text) = strengths(person);
            embed = embed.field(name, text, false);
        }
        if !person.evidence.is_empty() {
            embed = embed.field(heading(person), words(person, each), false);
        }
    }
    match counts {
        Some((name, text)) => embed.field(name, text, false),
        None => embed,
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn too_few(poll: &Poll) -> String {
    format!(
        "There were not enough votes for a result: at least {} are needed from people who could choose between two or \
         more. So that no vote can be guessed, nothing more is shown.",
        poll.quorum
    )
}

/// What others saw in somebody, the most named first. How many named it tells something of the person's votes, so it is
/// told only where votes are.
fn seen(poll: &Poll, person: &Person) -> Vec<(String, u32)> {
    let told = matches!(&poll.outcome, Some(Outcome::Recognised { counts: Some(_), .. }));
    let strength =
        |(theme, n): &(Theme, u32)| (strengths::name(*theme).to_owned(), if told { *n } else { 0 });
    person.strengths.iter().take(MOST_SHOWN).map(strength).collect()
}

fn saw(poll: &Poll, person: &Person) -> String {
    let word = |(name, n): &(String, u32)| if *n == 0 { name.clone() } else { format!("{name} ({n})") };
    seen(poll, person).iter().map(word).collect::<Vec<_>>().join(", ")
}

/// What is drawn of the result: nothing that the text does not say. None: nobody was recognised.
pub fn picture(poll: &Poll) -> Option<Recognition> {
    let Some(Outcome::Recognised { people, counts }) = &poll.outcome else { return None };
    let names = names(poll);
    let name = |place: &u8| names.get(usize::from(*place)).cloned().unwrap_or_default();
    let strengths = match &people[..] {
        [one] => seen(poll, one),
        // Whose they are could not be told.
        _ => Vec::new(),
    };
    let counts = counts.as_ref().map(|counts| counts.iter().map(|(place, n)| (name(place), *n)).collect());
    Some(Recognition { names: people.iter().map(|person| name(&person.place)).collect(), strengths, counts })
}

/// What was written about one, each sentence with its line in at most so many characters.
fn words(person: &Person, each: usize) -> String {
    let each = each.saturating_sub("- \n".len()).min(LONGEST_WORDS);
    let lines = person.evidence.iter().map(|text| format!("- {}", escape::cut_line(text, each)));
    lines.collect::<Vec<_>>().join("\n")
}

fn field_name(poll: &Poll, people: &[Person], person: &Person, (what, about): (&str, &str)) -> String {
    match people {
        [_] => what.into(),
        _ => {
            let name = names(poll).into_iter().nth(usize::from(person.place)).unwrap_or_default();
            format!("{what} {about} {}", escape::cut_line(&name, 120))
        }
    }
}

/// "A", "A and B", "A, B and C".
pub fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Shortly before the end. Says nothing of the votes but whether there are enough.
pub fn reminder(poll: &Poll, reference: &str, reply_to: Option<(ChannelId, MessageId)>) -> CreateMessage {
    let votes = if poll.reached {
        "There are enough votes for a result; yours still counts."
    } else {
        "There are not enough votes for a result yet."
    };
    let text = format!("**{QUESTION}** You can vote until <t:{}:f>. {votes}", poll.closes.as_second());
    let embed = CreateEmbed::new().colour(ACCENT).description(text).footer(CreateEmbedFooter::new(reference));
    let message =
        CreateMessage::new().embed(embed).allowed_mentions(CreateAllowedMentions::new().replied_user(false));
    replying_to(message, reply_to)
}

/// The direct message to somebody who was recognised and had asked for it.
pub fn note(poll: &Poll, place: u8, reference: &str) -> CreateMessage {
    let channel = poll.channel;
    let text = match escape::cut_line(&poll.situation, 600) {
        about if about.is_empty() => format!("Your team in <#{channel}> found that you led this week."),
        about => format!("Your team in <#{channel}> found that you handled this like a leader:\n> {about}"),
    };
    let mut embed = CreateEmbed::new()
        .colour(ACCENT)
        .title("You were recognised")
        .description(text)
        .footer(CreateEmbedFooter::new(reference));
    if let Some(Outcome::Recognised { people, .. }) = &poll.outcome
        && let Some(person) = people.iter().find(|person| person.place == place)
    {
        if !person.strengths.is_empty() {
            embed = embed.field("What others saw", saw(poll, person), false);
        }
        if !person.evidence.is_empty() {
            embed = embed.field("What others wrote", words(person, LONGEST_WORDS), false);
        }
    }
    let why = "You get this because you asked for it in `/me` under *Nominations*; there you can end it too.";
    CreateMessage::new()
        .embed(embed.field("\u{200b}", format!("-# {why}"), false))
        .allowed_mentions(CreateAllowedMentions::new())
}
