//! A poll's message.

use crate::domain::poll::{Poll, State};
use serenity::all::{
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed, CreateEmbedFooter, CreateMessage,
    EditMessage,
};

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

fn embed(poll: &Poll, reference: &str) -> CreateEmbed {
    let reached = if poll.reached { "\n\nThe quorum is reached." } else { "" };
    let text = format!("{}{reached}", super::escape::line(&poll.situation));
    CreateEmbed::new()
        .title("Who handled it like a leader?")
        .description(text)
        .footer(CreateEmbedFooter::new(reference))
}

fn buttons(poll: &Poll) -> Vec<CreateActionRow> {
    if !matches!(poll.state, State::Claimed | State::Open) {
        return Vec::new();
    }
    let one = |(place, nominee): (u8, &crate::domain::poll::Nominee)| {
        CreateButton::new(format!("poll:vote:{}:{place}", poll.id))
            .label(super::times::cut(&nominee.name, 80))
    };
    let all: Vec<_> = poll.standing().map(one).collect();
    all.chunks(5).map(|row| CreateActionRow::Buttons(row.to_vec())).collect()
}
