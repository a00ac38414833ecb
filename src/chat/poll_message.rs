//! A poll as everybody sees it: while it is open, and once it has ended. Nothing in it depends on who chose whom; of the
//! votes it says whether there are enough, and nothing else.

use super::{escape, page::ACCENT, times};
use crate::domain::poll::{Cancelled, FULL_NEEDS, LEAST_NOMINEES, Mode, Poll, State, Withdrawn};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed, CreateEmbedFooter,
    CreateMessage, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption, EditMessage,
};

/// The question, everywhere.
pub const QUESTION: &str = "Who handled it like a leader?";
/// The question of a poll that is made of the week's moments.
pub const QUESTION_OF_WEEK: &str = "Who led this week?";
/// Said before anybody votes. Source: the design, section 7.
pub const PROMISE: &str = "Nobody sees who you chose. If everyone chooses the same person, that shows.";
/// Up to so many nominees have a button each.
const MOST_BUTTONS: usize = 5;
/// Characters for the moments of a weekly poll. With the rest an embed stays under Discord's 6,000.
const ROOM_FOR_MOMENTS: usize = 3_400;
/// Moments of one person that are shown.
const MOST_MOMENTS: usize = 5;

/// The message as it is posted.
pub fn open(poll: &Poll, reference: &str) -> CreateMessage {
    CreateMessage::new()
        .embed(embed(poll, reference))
        .components(buttons(poll))
        .allowed_mentions(CreateAllowedMentions::new())
}

/// The message as it is now. What has ended has no buttons.
pub fn edited(poll: &Poll, reference: &str) -> EditMessage {
    EditMessage::new()
        .embed(embed(poll, reference))
        .components(buttons(poll))
        .allowed_mentions(CreateAllowedMentions::new())
}

/// Each nominee's name as it is shown, not escaped: with a number if two have the same.
pub fn names(poll: &Poll) -> Vec<String> {
    let all: Vec<_> = poll.nominees.iter().map(|nominee| nominee.name.trim()).collect();
    let name = |(at, name): (usize, &&str)| match all.iter().filter(|other| *other == name).count() {
        1 => (*name).to_owned(),
        _ => format!("{name} ({})", all[..=at].iter().filter(|other| *other == name).count()),
    };
    all.iter().enumerate().map(name).collect()
}

/// The name of the nominee at a place, escaped and bold.
pub fn bold(poll: &Poll, place: u8) -> String {
    let name = names(poll).into_iter().nth(usize::from(place)).unwrap_or_default();
    format!("**{}**", escape::line(&name))
}

/// The box with everything but the buttons.
pub fn embed(poll: &Poll, reference: &str) -> CreateEmbed {
    let footer = if reference.is_empty() { "Poll".into() } else { format!("Poll · {reference}") };
    let embed = CreateEmbed::new()
        .colour(ACCENT)
        .title(if poll.moments.is_empty() { QUESTION } else { QUESTION_OF_WEEK })
        .description(what_happened(poll))
        .footer(CreateEmbedFooter::new(footer));
    if poll.state == State::Cancelled {
        return embed.field("Cancelled", cancelled(poll.reason), false);
    }
    let embed = if poll.moments.is_empty() {
        embed.field("Nominated", nominated(poll), false)
    } else {
        // Everybody stands above, with what was noted.
        embed
    };
    let ended = poll.state == State::Closed;
    let embed = embed.field(if ended { "Closed" } else { "Closes" }, when(poll), true);
    if ended {
        return embed.field("Result", "in a message of its own", true);
    }
    embed.field("Votes", votes(poll), true).field("Who may vote", who_may_vote(poll), false).field(
        "Who sees what",
        who_sees_what(poll),
        false,
    )
}

fn what_happened(poll: &Poll) -> String {
    let link = poll.link.as_deref().map_or(String::new(), |link| format!("\n\n[The message]({link})"));
    if poll.moments.is_empty() {
        return format!("{}{link}", escape::text(poll.situation.trim()));
    }
    let room = ROOM_FOR_MOMENTS / poll.nominees.len().max(1);
    let person = |(place, name): (usize, String)| {
        let nominee = &poll.nominees[place];
        let head = heading(&name, nominee.withdrawn);
        let noted: Vec<_> = poll.moments.iter().filter(|noted| noted.about == nominee.user).collect();
        let shown = &noted[..noted.len().min(MOST_MOMENTS)];
        let each = room.saturating_sub(100) / shown.len().max(1);
        let line = |text: &str, link: Option<&String>| {
            // A link takes about a hundred characters; where there is no room the words come first.
            let link = link.filter(|_| each > 250).map(|link| format!(" ([message]({link}))"));
            let link = link.unwrap_or_default();
            format!("- {}{link}", escape::cut_line(text, each.saturating_sub(link.len() + 3).max(20)))
        };
        let mut lines = vec![head];
        lines.extend(shown.iter().map(|noted| line(&noted.text, noted.link.as_ref())));
        if noted.len() > shown.len() {
            lines.push(format!("- and {} more", noted.len() - shown.len()));
        }
        lines.join("\n")
    };
    let people: Vec<_> = names(poll).into_iter().enumerate().map(person).collect();
    format!("Members noted these moments of their colleagues:\n\n{}", people.join("\n"))
}

fn heading(name: &str, withdrawn: Option<Withdrawn>) -> String {
    let name = escape::line(name);
    match withdrawn {
        None => format!("**{name}**"),
        Some(Withdrawn::Self_) => format!("~~{name}~~ withdrew"),
        Some(Withdrawn::Left) => format!("~~{name}~~ has left the server"),
    }
}

fn nominated(poll: &Poll) -> String {
    let people: Vec<_> = names(poll)
        .iter()
        .zip(&poll.nominees)
        .map(|(name, nominee)| heading(name, nominee.withdrawn))
        .collect();
    if people.is_empty() {
        return "nobody yet".into();
    }
    if poll.nominees.iter().all(|nominee| nominee.withdrawn.is_none()) {
        return people.join(" · ");
    }
    match poll.standing().count() {
        0 => format!("{}\nNobody is left, so there is nothing to choose.", people.join(" · ")),
        1 => format!("{}\nOnly one is left, so there is nothing to choose.", people.join(" · ")),
        _ => people.join(" · "),
    }
}

/// A Discord timestamp: the reader's own clock, and how long it is until then.
fn when(poll: &Poll) -> String {
    // A draft of which it is not clear how long it is to be open.
    if poll.state == State::Claimed && poll.closes <= poll.made_at {
        return "not clear yet".into();
    }
    format!("<t:{}:f>\n{}", poll.closes.as_second(), times::relative(poll.closes))
}

fn votes(poll: &Poll) -> String {
    if poll.reached {
        "enough for a result".into()
    } else {
        // Who is one of two has no choice, and does not count: domain::poll::could_choose.
        let but = if poll.standing().count() == LEAST_NOMINEES { ", besides the two nominees" } else { "" };
        format!("not enough for a result yet ({} are needed{but})", poll.quorum)
    }
}

fn who_may_vote(poll: &Poll) -> String {
    let who = match poll.role {
        Some(role) => format!("Whoever has the role <@&{role}>"),
        None => "Everyone who sees this channel".into(),
    };
    format!("{who}. One vote each, nobody for themselves. You can change it until the close.")
}

fn who_sees_what(poll: &Poll) -> String {
    let end = match poll.mode {
        Mode::Recognised => "At the end you all see who was recognised; no count is shown.".to_owned(),
        Mode::Full => {
            format!(
                "At the end you all see who was recognised, and, if at least {FULL_NEEDS} could choose, how many votes each one had."
            )
        }
    };
    format!("{PROMISE} Until it closes nobody sees how it stands, managers and admins included. {end}")
}

/// Why it ended without a result.
pub fn cancelled(reason: Option<Cancelled>) -> String {
    let why = match reason {
        Some(Cancelled::ByManager) | None => "A manager cancelled this poll.",
        Some(Cancelled::BallotsGone) => {
            "The votes of this poll are not there any more, so it cannot be counted."
        }
        Some(Cancelled::TeamRemoved) => "The team of this poll was removed.",
        Some(Cancelled::NotPosted) => "This poll could not be posted.",
        Some(Cancelled::Unknown) => "Whether this poll was posted could not be found out.",
    };
    format!("{why} No vote is counted, and what was voted is deleted.")
}

/// Something to choose with for those who still stand (without the person at the place `me`), and what nominees may do.
/// Nothing once it has ended.
pub fn buttons(poll: &Poll) -> Vec<CreateActionRow> {
    if !matches!(poll.state, State::Claimed | State::Open) {
        return Vec::new();
    }
    let id = poll.id;
    let button = |verb: &str, label| {
        CreateButton::new(format!("poll:{verb}:{id}")).label(label).style(ButtonStyle::Secondary)
    };
    let choices = (poll.standing().count() > 1).then(|| choices(poll, None)).flatten();
    let more = vec![button("mine", "My vote"), button("out", "Withdraw my name")];
    choices.into_iter().chain([CreateActionRow::Buttons(more)]).collect()
}

/// A button for each nominee who still stands, or a select if they are many. None if there is nobody.
pub fn choices(poll: &Poll, me: Option<u8>) -> Option<CreateActionRow> {
    let names = names(poll);
    let places: Vec<u8> =
        poll.standing().map(|(place, _)| place).filter(|place| Some(*place) != me).collect();
    let name = |place: &u8| names.get(usize::from(*place)).cloned().unwrap_or_default();
    if places.is_empty() {
        return None;
    }
    if places.len() <= MOST_BUTTONS {
        let button = |place: &u8| {
            CreateButton::new(format!("poll:vote:{}:{place}", poll.id))
                .label(times::cut(&name(place), 80))
                .style(ButtonStyle::Primary)
        };
        return Some(CreateActionRow::Buttons(places.iter().map(button).collect()));
    }
    let options = places
        .iter()
        .map(|place| CreateSelectMenuOption::new(times::cut(&name(place), 100), place.to_string()));
    let kind = CreateSelectMenuKind::String { options: options.collect() };
    let menu = CreateSelectMenu::new(format!("poll:vote:{}", poll.id), kind).placeholder(QUESTION);
    Some(CreateActionRow::SelectMenu(menu))
}
