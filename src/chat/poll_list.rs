//! What managers see of the polls of a team: a list, one poll with what can be done, and questions before it is done.

use super::{
    escape,
    page::Page,
    poll_message::{self, names},
    poll_result, times,
};
use crate::domain::{
    id::TeamId,
    poll::{Poll, State},
};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};

/// Closed polls that are listed: with the open ones they fit into one select.
pub const MOST_CLOSED: usize = 10;
/// A select has at most so many choices.
const MOST: usize = 25;

fn button(id: String, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id).label(label).style(style)
}

/// What a poll is called in lists, not escaped: its situation, or that it is a week's.
pub fn title(poll: &Poll) -> String {
    let words = poll.situation.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.as_str() {
        "" => format!("The moments of the week ({})", names(poll).join(", ")),
        words => words.to_owned(),
    }
}

/// What a completion shows of it.
pub fn choice(poll: &Poll) -> String {
    times::cut(&title(poll), 95)
}

fn line(poll: &Poll) -> String {
    let what = match poll.state {
        State::Claimed => "being posted".into(),
        State::Open if poll.message.is_none() => {
            format!("its message was deleted; closes {}", times::relative(poll.closes))
        }
        State::Open => format!("closes {}", times::relative(poll.closes)),
        State::Closed => format!("closed {}", times::relative(poll.closes)),
        State::Cancelled => "cancelled".into(),
    };
    format!("- {} · {what}", escape::cut_line(&title(poll), 120))
}

/// The list: open ones, then the last that have ended. `said` stands above it.
pub fn list(team: TeamId, polls: &[Poll], said: Option<&str>) -> Page {
    let is_open = |poll: &&Poll| matches!(poll.state, State::Claimed | State::Open);
    let open: Vec<_> = polls.iter().filter(is_open).collect();
    let ended: Vec<_> = polls.iter().filter(|poll| !is_open(poll)).take(MOST_CLOSED).collect();
    let lines = |polls: &[&Poll], none: &str| match polls {
        [] => none.to_owned(),
        polls => times::cut_lines(&polls.iter().map(|poll| line(poll)).collect::<Vec<_>>(), 1_024),
    };
    let embed = CreateEmbed::new()
        .title("Polls")
        .description("While a poll is open nobody sees how it stands, managers and admins included.")
        .field("Open", lines(&open, "None. `/poll start` begins one."), false)
        .field("Ended", lines(&ended, "None yet."), false);
    let mut page = said.map_or_else(Page::default, Page::text).embed(embed);
    let options: Vec<_> = open
        .iter()
        .chain(&ended)
        .take(MOST)
        .map(|poll| {
            let state = match poll.state {
                State::Claimed | State::Open => "open",
                State::Closed => "closed",
                State::Cancelled => "cancelled",
            };
            CreateSelectMenuOption::new(times::cut(&title(poll), 100), poll.id.to_string()).description(state)
        })
        .collect();
    if !options.is_empty() {
        let kind = CreateSelectMenuKind::String { options };
        let menu = CreateSelectMenu::new(format!("poll:one:{team}"), kind)
            .placeholder("Look at a poll: close or cancel it, or see its result");
        page = page.row(CreateActionRow::SelectMenu(menu));
    }
    page.row(CreateActionRow::Buttons(vec![
        button(format!("moment:page:{team}:0"), "Moments", ButtonStyle::Secondary),
        button(format!("moment:weekly:{team}"), "Weekly poll", ButtonStyle::Secondary),
    ]))
}

/// One poll with what can be done with it.
pub fn one(poll: &Poll) -> Page {
    let (id, team) = (poll.id, poll.team);
    let mut row = Vec::new();
    let page = match poll.state {
        State::Claimed | State::Open => {
            row.push(button(format!("poll:close:{id}"), "Close now", ButtonStyle::Primary));
            row.push(button(format!("poll:cancel:{id}"), "Cancel the poll", ButtonStyle::Danger));
            if poll.state == State::Open && poll.message.is_none() {
                row.push(button(format!("poll:again:{id}"), "Post it again", ButtonStyle::Primary));
            }
            let said = match (poll.state, poll.message) {
                (State::Open, None) => Page::text(
                    "Its message was deleted. The votes are kept, and the poll closes when it should; *Post it again* \
                     shows it once more.",
                ),
                _ => Page::default(),
            };
            said.embed(poll_message::embed(poll, ""))
        }
        State::Closed => Page::default().embed(poll_result::embed(poll)),
        State::Cancelled => Page::default().embed(poll_message::embed(poll, "")),
    };
    row.push(button(format!("poll:list:{team}"), "Back", ButtonStyle::Secondary));
    page.row(CreateActionRow::Buttons(row))
}

/// Before it is closed early.
pub fn ask_close(poll: &Poll) -> Page {
    let text = format!(
        "Close this poll now instead of {}? What has been voted is counted, and the result is posted.\n{}",
        times::relative(poll.closes),
        quote(poll)
    );
    ask(poll, text, ("close-yes", "Close it now", ButtonStyle::Primary))
}

/// Before it is cancelled. Asked twice: `sure` is the second time.
pub fn ask_cancel(poll: &Poll, sure: bool) -> Page {
    if sure {
        let text = format!(
            "Really cancel it? This cannot be undone: all votes are deleted at once, and nobody will ever see a result.\n{}",
            quote(poll)
        );
        return ask(poll, text, ("cancel-yes", "Yes, delete the votes", ButtonStyle::Danger));
    }
    let text = format!(
        "Cancel this poll? It ends without a result. If you want a result earlier, use *Close now* instead.\n{}",
        quote(poll)
    );
    ask(poll, text, ("cancel-sure", "Cancel the poll", ButtonStyle::Danger))
}

fn ask(poll: &Poll, text: String, (verb, label, style): (&str, &str, ButtonStyle)) -> Page {
    Page::text(text).row(CreateActionRow::Buttons(vec![
        button(format!("poll:{verb}:{}", poll.id), label, style),
        button(format!("poll:look:{}", poll.id), "Leave it open", ButtonStyle::Secondary),
    ]))
}

fn quote(poll: &Poll) -> String {
    format!("> {}", escape::cut_line(&title(poll), 300))
}

/// It is being counted.
pub const CLOSED: &str = "The poll is closed. The result appears in the channel in a moment.";
/// It was cancelled.
pub const CANCELLED: &str = "The poll is cancelled, and its votes are deleted.";
/// Somebody or something was faster.
pub const OVER: &str = "This poll has ended already. Nothing was changed.";
/// Its message is on its way.
pub const POSTED_AGAIN: &str =
    "The poll appears in the channel again in a moment. Votes that were cast before still count.";
/// Its message is there.
pub const STILL_THERE: &str = "The poll's message is there already. Nothing was changed.";
/// Its message is being stored.
pub const NOT_YET: &str = "This poll is being posted this moment. Please try again in a few seconds.";
/// Nothing to close.
pub const NONE_OPEN: &str = "No poll is open here. `/poll start` begins one.";
/// Several are open.
pub const WHICH: &str = "Several polls are open here. Say which one with the option `poll`.";
