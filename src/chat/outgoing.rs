//! A message of Helmsman's own accord as it is rendered: what is said, and at most one file beside it.
//!
//! The file is an attachment above the embeds, and nothing in the message refers to it, so it can be left out where
//! Helmsman may not attach files.

use super::picture::File;
use serenity::all::CreateMessage;

/// A message, and a file beside it.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// What is said. Complete without the file.
    pub message: CreateMessage,
    /// The same as a picture.
    pub file: Option<File>,
}

impl From<CreateMessage> for Outgoing {
    fn from(message: CreateMessage) -> Self {
        Self { message, file: None }
    }
}
