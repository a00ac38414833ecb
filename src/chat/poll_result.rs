//! What came out of a poll, the reminder before its end, and the note to whoever was recognised.

use crate::domain::{
    id::{ChannelId, MessageId},
    poll::{Outcome, Poll},
};
use serenity::all::{
    CreateAllowedMentions, CreateEmbed, CreateEmbedFooter, CreateMessage, MessageReference,
    MessageReferenceKind,
};

/// A message of its own: a reply to the poll that pings nobody.
pub fn message(poll: &Poll, reference: &str, reply_to: Option<(ChannelId, MessageId)>) -> CreateMessage {
    let text = match &poll.outcome {
        Some(Outcome::Recognised { people, .. }) => {
            let names = people.iter().filter_map(|person| poll.nominees.get(usize::from(person.place)));
            let names: Vec<_> = names.map(|nominee| super::escape::line(&nominee.name)).collect();
            format!("Recognised: {}", names.join(", "))
        }
        _ => "Nobody was recognised.".into(),
    };
    said(text, reference, reply_to)
}

/// Shortly before the end.
pub fn reminder(poll: &Poll, reference: &str, reply_to: Option<(ChannelId, MessageId)>) -> CreateMessage {
    said(format!("This poll closes {}.", super::times::relative(poll.closes)), reference, reply_to)
}

/// The direct message to somebody who was recognised and had asked for it.
pub fn note(poll: &Poll, _place: u8, reference: &str) -> CreateMessage {
    said(format!("You were recognised in <#{}>.", poll.channel), reference, None)
}

fn said(text: String, reference: &str, reply_to: Option<(ChannelId, MessageId)>) -> CreateMessage {
    let embed = CreateEmbed::new().description(text).footer(CreateEmbedFooter::new(reference));
    let message =
        CreateMessage::new().embed(embed).allowed_mentions(CreateAllowedMentions::new().replied_user(false));
    match reply_to {
        Some((channel, message_id)) => {
            let channel = serenity::all::ChannelId::new(channel.0.max(1));
            let id = serenity::all::MessageId::new(message_id.0.max(1));
            let to = MessageReference::new(MessageReferenceKind::Default, channel);
            message.reference_message(to.message_id(id).fail_if_not_exists(false))
        }
        None => message,
    }
}
