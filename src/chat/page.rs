//! One message, or what a message becomes: text, embeds, rows of buttons. Whatever is not in it is taken away, so that
//! an update never leaves an old button behind.

use serenity::all::{CreateActionRow, CreateEmbed, CreateInteractionResponseMessage};

/// Helmsman's one colour.
pub const ACCENT: u32 = 0x2f_6f_8f;

/// What is shown.
#[derive(Clone, Debug, Default)]
pub struct Page {
    content: String,
    embeds: Vec<CreateEmbed>,
    rows: Vec<CreateActionRow>,
}

impl Page {
    /// Only text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { content: text.into(), ..Self::default() }
    }

    /// Adds a box of text in Helmsman's colour.
    pub fn embed(mut self, embed: CreateEmbed) -> Self {
        self.embeds.push(embed.colour(ACCENT));
        self
    }

    /// Adds a row of buttons or a select. Discord shows at most five.
    pub fn row(mut self, row: CreateActionRow) -> Self {
        self.rows.push(row);
        self
    }

    /// Puts all of it into an answer to an interaction.
    pub fn fill(self, message: CreateInteractionResponseMessage) -> CreateInteractionResponseMessage {
        message.content(self.content).embeds(self.embeds).components(self.rows)
    }
}
