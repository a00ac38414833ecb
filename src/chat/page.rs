//! One message, or what a message becomes: text, embeds, rows of buttons. Whatever is not in it is taken away, so that
//! an update never leaves an old button behind.

use serenity::all::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateEmbed, CreateInteractionResponseMessage,
    EditInteractionResponse,
};

/// Helmsman's one colour.
pub const ACCENT: u32 = 0x2f_6f_8f;

/// What is shown.
#[derive(Clone, Debug, Default)]
pub struct Page {
    content: String,
    embeds: Vec<CreateEmbed>,
    rows: Vec<CreateActionRow>,
    files: Vec<CreateAttachment>,
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

    /// Adds a file.
    pub fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push(CreateAttachment::bytes(bytes, name));
        self
    }

    /// Puts all of it into an answer to an interaction.
    pub fn fill(self, message: CreateInteractionResponseMessage) -> CreateInteractionResponseMessage {
        message.content(self.content).embeds(self.embeds).components(self.rows).add_files(self.files)
    }

    /// Puts all of it into an answer that was promised before.
    pub fn fill_later(self) -> EditInteractionResponse {
        let none = CreateAllowedMentions::new();
        let edit = EditInteractionResponse::new()
            .allowed_mentions(none)
            .content(self.content)
            .embeds(self.embeds)
            .components(self.rows);
        self.files.into_iter().fold(edit, EditInteractionResponse::new_attachment)
    }
}
