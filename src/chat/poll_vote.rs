//! What a voter sees, and nobody else: the vote, what can be said with it, and why something did not count.

use super::{
    escape,
    page::Page,
    poll_message::{PROMISE, QUESTION, bold, choices},
    strengths, times,
};
use crate::domain::{
    id::{PollId, RoleId},
    poll::{LEAST_NOMINEES, LEAST_VOTES, LONGEST_EVIDENCE, MOST_STRENGTHS, Poll, Registers, State},
    prompt::Theme,
};
use jiff::Timestamp;
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption, InputTextStyle,
};

/// The input of the form.
pub const EVIDENCE_INPUT: &str = "evidence";

fn button(verb: &str, poll: PollId, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(format!("poll:{verb}:{poll}")).label(label).style(style)
}

/// The own vote as it stands, with what can be done. `me`: the place of the voter among the nominees. `said` stands above.
pub fn panel(poll: &Poll, ballot: &Registers, me: Option<u8>, said: Option<&str>) -> Page {
    let mut lines: Vec<String> = said.map(str::to_owned).into_iter().collect();
    let Some(place) = ballot.choice() else {
        lines.push(format!("You have no vote in this poll yet. {PROMISE}"));
        let page = Page::text(lines.join("\n"));
        return match choices(poll, me) {
            Some(row) => page.row(row),
            None => page,
        };
    };
    let name = bold(poll, place);
    let gone = poll.nominees.get(usize::from(place)).is_some_and(|nominee| nominee.withdrawn.is_some());
    lines.push(if gone {
        let then = match poll.standing().count() {
            LEAST_NOMINEES.. => "*Change* chooses somebody else.",
            _ => "There is nobody left to choose between, so the poll ends now.",
        };
        format!("You chose {name}, who has withdrawn, so your vote counts for nobody. {then}")
    } else {
        format!("You chose {name}. {PROMISE} You can change it until <t:{}:f>.", poll.closes.as_second())
    });
    let themes = ballot.strengths();
    if !themes.is_empty() {
        lines.push(format!("You saw: {}.", strengths::list(themes.iter().copied())));
    }
    let evidence = ballot.evidence();
    if let Some((text, show)) = evidence {
        let fate = if show {
            format!("shown without your name, if {name} is recognised with at least {LEAST_VOTES} votes")
        } else {
            "not shown to anybody, and deleted when the poll closes".into()
        };
        lines.push(format!("You wrote: \u{201c}{}\u{201d} ({fate}).", escape::line(text)));
    }
    let options = Theme::ALL.map(|theme| {
        CreateSelectMenuOption::new(strengths::name(theme), theme.id())
            .description(strengths::about(theme))
            .default_selection(themes.contains(&theme))
    });
    let kind = CreateSelectMenuKind::String { options: options.to_vec() };
    let menu = CreateSelectMenu::new(format!("poll:saw:{}:{place}", poll.id), kind)
        .placeholder("What did you see? Up to three (optional)")
        .min_values(0)
        .max_values(MOST_STRENGTHS as u8);
    let mut row = vec![button("change", poll.id, "Change", ButtonStyle::Secondary)];
    let (write, share) = match evidence {
        None => ("Say why, in a sentence", None),
        Some((_, false)) => ("Rewrite", Some(("Show it in the result", 1, ButtonStyle::Primary))),
        Some((_, true)) => ("Rewrite", Some(("Do not show it", 0, ButtonStyle::Secondary))),
    };
    row.push(
        CreateButton::new(format!("poll:say:{}:{place}", poll.id)).label(write).style(ButtonStyle::Secondary),
    );
    if let Some((label, on, style)) = share {
        let verb = format!("poll:show:{}:{place}:{on}", poll.id);
        row.push(CreateButton::new(verb).label(label).style(style));
    }
    row.push(button("back", poll.id, "Take my vote back", ButtonStyle::Secondary));
    let page = Page::text(lines.join("\n"));
    let page = if gone { page } else { page.row(CreateActionRow::SelectMenu(menu)) };
    page.row(CreateActionRow::Buttons(row))
}

/// *Change*: whom to choose instead.
pub fn change(poll: &Poll, ballot: &Registers, me: Option<u8>) -> Page {
    let Some(place) = ballot.choice() else { return panel(poll, ballot, me, None) };
    let dropped = if ballot.strengths().is_empty() && ballot.evidence().is_none() {
        ""
    } else {
        " Choosing somebody else drops what you said with it."
    };
    let page = Page::text(format!("**{QUESTION}** Your vote is for {} now.{dropped}", bold(poll, place)));
    let page = match choices(poll, me) {
        Some(row) => page.row(row),
        None => page,
    };
    let keep = button("mine", poll.id, "Keep it", ButtonStyle::Secondary);
    page.row(CreateActionRow::Buttons(vec![keep]))
}

/// The form for a sentence about whom one chose.
pub fn form(poll: &Poll, place: u8, ballot: &Registers) -> CreateModal {
    let input =
        CreateInputText::new(InputTextStyle::Paragraph, "What did they do? One sentence.", EVIDENCE_INPUT)
            .placeholder("Nobody sees it unless you say so afterwards. Empty: nothing.")
            .required(false)
            .max_length(LONGEST_EVIDENCE as u16);
    let input = match ballot.evidence() {
        Some((text, _)) => input.value(text),
        None => input,
    };
    CreateModal::new(format!("poll:say:{}:{place}", poll.id), "Say why")
        .components(vec![CreateActionRow::InputText(input)])
}

/// Whether the own name is really to be withdrawn.
pub fn ask_withdraw(poll: &Poll) -> Page {
    let then = if poll.standing().count() > LEAST_NOMINEES {
        "You can still vote."
    } else {
        "Without you there is nobody left to choose between, so the poll ends at once."
    };
    let text = format!(
        "Withdraw your name from this poll? Everybody sees that you withdrew, votes for you count for nothing, and it \
         cannot be undone. {then} (Whether people may nominate you at all is in `/me` under *Nominations*.)"
    );
    Page::text(text).row(CreateActionRow::Buttons(vec![
        button("out-yes", poll.id, "Withdraw my name", ButtonStyle::Danger),
        button("out-no", poll.id, "Stay in", ButtonStyle::Secondary),
    ]))
}

/// The own name is withdrawn, and the poll is like this now.
pub fn withdrawn(poll: &Poll) -> String {
    let then = if poll.standing().count() >= LEAST_NOMINEES {
        "You can still vote for somebody else."
    } else {
        "There is nobody left to choose between, so the poll ends now."
    };
    format!("Your name is withdrawn from this poll. {then}")
}
/// It was withdrawn before.
pub const ALREADY_WITHDRAWN: &str = "Your name is withdrawn from this poll already.";
/// Nothing was done.
pub const STAYED: &str = "Nothing was changed: your name stays in the poll.";
/// Somebody else pressed the nominees' button.
pub const NOT_NOMINATED: &str =
    "You are not nominated in this poll, so there is no name to withdraw. This button is for those who are.";
/// The vote is gone.
pub const TAKEN_BACK: &str = "Your vote is taken back, with all that you said with it.";
/// There was none.
pub const NO_VOTE: &str = "You have no vote in this poll, so there is nothing to take back.";
/// A vote for oneself.
pub const YOURSELF: &str =
    "Nobody votes for themselves here. Please choose somebody else; nothing was changed.";
/// What was said was about somebody whom one does not choose any more.
pub const ABOUT_ANOTHER: &str = "Your vote has changed meanwhile, so this was not kept. Press *My vote* under the poll to see how it stands.";

/// Votes of a role only. Whoever has lost it may have voted before.
pub fn role(role: RoleId) -> String {
    format!(
        "In this poll only people with the role <@&{role}> may vote, so nothing was changed. If you voted while you had it, \
         that vote still counts."
    )
}

/// It closed, or is counted already.
pub fn late(closed: Timestamp) -> String {
    format!("This poll closed {}, so this was too late and is not counted.", times::relative(closed))
}

/// It is over: closed or cancelled.
pub fn over(poll: &Poll) -> String {
    match poll.state {
        State::Cancelled => {
            "This poll was cancelled. No vote is counted, and what was voted is deleted.".into()
        }
        _ => late(poll.closes),
    }
}

/// Whoever was meant withdrew.
pub fn withdrew(name: &str) -> String {
    format!("{name} has withdrawn from this poll. Please choose somebody else; nothing was changed.")
}

/// More or less than fits.
pub fn evidence_length(length: usize) -> String {
    format!("A sentence has at most {LONGEST_EVIDENCE} characters; yours has {length}. Nothing was changed.")
}
