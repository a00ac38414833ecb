//! The nudge before a prompt closes: how many have answered, and nobody's name.

use super::{escape, page::ACCENT, reveal_message::replying_to, times};
use crate::{
    app::nudging::Nudge,
    domain::{
        id::{ChannelId, MessageId},
        occurrence::Snapshot,
    },
};
use jiff::Timestamp;
use serenity::all::{CreateAllowedMentions, CreateEmbed, CreateEmbedFooter, CreateMessage};

/// A reply to the prompt that pings nobody.
pub fn message(
    nudge: Nudge,
    snapshot: &Snapshot,
    closes: Timestamp,
    prompt: Option<(ChannelId, MessageId)>,
    reference: &str,
) -> CreateMessage {
    let Nudge { answered, of } = nudge;
    let count = match answered {
        0 => format!("Nobody of {of} has"),
        1 => format!("**1 of {of}** has"),
        _ => format!("**{answered} of {of}** have"),
    };
    // Two prompts of one day are one day: what was answered is counted for the day, not for this one.
    let text = format!(
        "{count} answered. **{}** closes {}.",
        escape::line(&snapshot.prompt.title),
        times::relative(closes)
    );
    let message = CreateMessage::new()
        .embed(CreateEmbed::new().colour(ACCENT).description(text).footer(CreateEmbedFooter::new(reference)))
        .allowed_mentions(CreateAllowedMentions::new().replied_user(false));
    replying_to(message, prompt)
}
