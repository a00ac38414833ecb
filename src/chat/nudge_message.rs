//! The nudge before a prompt closes: how many have answered, and nobody's name.

use super::{escape, page::ACCENT, times};
use crate::{
    app::nudging::Nudge,
    domain::{
        id::{ChannelId, MessageId},
        occurrence::Snapshot,
    },
};
use jiff::Timestamp;
use serenity::all::{
    CreateAllowedMentions, CreateEmbed, CreateEmbedFooter, CreateMessage, MessageReference,
    MessageReferenceKind,
};

/// A reply to the prompt that pings nobody.
pub fn message(
    nudge: Nudge,
    snapshot: &Snapshot,
    closes: Timestamp,
    prompt: Option<(ChannelId, MessageId)>,
    reference: &str,
) -> CreateMessage {
    let Nudge { answered, of } = nudge;
    let verb = if answered == 1 { "has" } else { "have" };
    let count = if answered == 0 { "Nobody".into() } else { format!("**{answered} of {of}**") };
    let of_all = if answered == 0 { format!(" of {of} has") } else { format!(" {verb}") };
    let text = format!(
        "{count}{of_all} answered **{}**. It closes {}.",
        escape::line(&snapshot.prompt.title),
        times::relative(closes)
    );
    let message = CreateMessage::new()
        .embed(CreateEmbed::new().colour(ACCENT).description(text).footer(CreateEmbedFooter::new(reference)))
        .allowed_mentions(CreateAllowedMentions::new().replied_user(false));
    match prompt {
        Some((channel, prompt)) => message.reference_message(
            MessageReference::new(
                MessageReferenceKind::Default,
                serenity::all::ChannelId::new(channel.0.max(1)),
            )
            .message_id(serenity::all::MessageId::new(prompt.0.max(1)))
            .fail_if_not_exists(false),
        ),
        None => message,
    }
}
