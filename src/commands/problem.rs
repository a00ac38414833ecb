//! The two kinds of error: a person's mistake (or a state of things), whose text is the reply, and a fault of ours.

use crate::{chat::discord::Trouble, store::StoreError};

/// Why an interaction did not do what was asked. Either way nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The text says what was wrong and what to do. Not logged.
    #[error("{0}")]
    Refusal(String),
    /// Ours. Logged once where it is answered; the person sees no details.
    #[error("{0}")]
    Fault(Box<dyn std::error::Error + Send + Sync>),
}

impl Problem {
    /// A refusal with this text.
    pub fn refuse(text: impl Into<String>) -> Self {
        Self::Refusal(text.into())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<serenity::Error> for Problem {
    fn from(error: serenity::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Trouble> for Problem {
    fn from(error: Trouble) -> Self {
        Self::Fault(error.into())
    }
}
