//! Interactions: what a person did with an application, and how far its answer is.

use super::{Event, World};
use crate::clock::host_instant;
use crate::id::Id;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How long a token is good, in milliseconds.
pub(crate) const TOKEN_MS: i64 = 15 * 60 * 1000;

/// What sort of interaction it is; the numbers are Discord's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum InteractionKind {
    /// A slash or menu command.
    Command = 2,
    /// A button or select menu.
    Component = 3,
    /// A request for completions.
    Autocomplete = 4,
    /// A modal that was submitted.
    Modal = 5,
}

/// How far the application's answer is.
#[derive(Clone, Debug, PartialEq)]
pub enum InteractionState {
    /// Nothing came yet.
    Waiting,
    /// Deferred with a new message to come; ephemeral or not.
    DeferredMessage,
    /// Deferred without anything shown.
    DeferredUpdate,
    /// Answered with a new message.
    Message(Id),
    /// Answered by changing the message of the component.
    Updated,
    /// Answered with a modal.
    Modal(Value),
    /// Answered with completions.
    Choices(Vec<Value>),
    /// The deferred response was deleted.
    Dismissed,
    /// The three seconds are over.
    TimedOut,
}

/// An interaction.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// The id.
    pub id: Id,
    /// The token with which it is answered.
    pub token: String,
    /// The application.
    pub app: Id,
    /// The kind.
    pub kind: InteractionKind,
    /// Who caused it.
    pub user: Id,
    /// Where.
    pub channel: Id,
    /// The message whose component was used, also for a modal that came of it.
    pub message: Option<(Id, Id)>,
    /// The command's full name, or the custom id.
    pub name: String,
    /// How far the answer is.
    pub state: InteractionState,
    /// The first response's message, or the one that was updated.
    pub original: Option<Id>,
    /// Whether the first response is ephemeral.
    pub ephemeral: bool,
    /// Messages sent after the first response.
    pub followups: Vec<Id>,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// How long after it was handed to the gateway its first response arrived, on the host's clock.
    pub response_time: Option<Duration>,
    pub(crate) host: Instant,
    pub(crate) changed: Arc<Notify>,
}

impl Interaction {
    /// Whether the first visible answer is there.
    pub fn answered(&self) -> bool {
        matches!(
            self.state,
            InteractionState::Message(_)
                | InteractionState::Updated
                | InteractionState::Modal(_)
                | InteractionState::Choices(_)
                | InteractionState::Dismissed
                | InteractionState::TimedOut
        )
    }
}

impl World {
    /// Sends an interaction to its application. `body` lacks id, application, token and version.
    pub(crate) fn interact(&mut self, mut interaction: Interaction, mut body: Value) -> Id {
        let id = self.new_id();
        let token = format!("aW50ZXJhY3Rpb24{}", self.random_text(48));
        interaction.id = id;
        interaction.token.clone_from(&token);
        body["id"] = Value::String(id.to_string());
        body["application_id"] = Value::String(interaction.app.to_string());
        body["type"] = Value::from(interaction.kind as u8);
        body["token"] = Value::String(token.clone());
        body["version"] = Value::from(1);
        let guild = self.channels.get(&interaction.channel).and_then(|channel| channel.guild);
        let event = Event::only_for("INTERACTION_CREATE", guild, interaction.app);
        self.interaction_tokens.insert(id, token.clone());
        self.interactions.insert(token.clone(), interaction);
        self.forget_old_interactions();
        self.emit(event, body);
        if let Some(interaction) = self.interactions.get_mut(&token) {
            // The three seconds begin when it is on its way.
            interaction.host = host_instant();
        }
        id
    }

    /// Keeps memory bounded under load: what can no longer be answered is dropped now and then.
    fn forget_old_interactions(&mut self) {
        const KEEP: usize = 50_000;
        if self.interactions.len() < 2 * KEEP {
            return;
        }
        let mut ids: Vec<Id> = self.interaction_tokens.keys().copied().collect();
        ids.sort_unstable();
        for id in &ids[..ids.len() - KEEP] {
            if let Some(token) = self.interaction_tokens.remove(id) {
                self.interactions.remove(&token);
            }
        }
    }

    /// The interaction of that id.
    pub fn interaction(&self, id: Id) -> Option<&Interaction> {
        self.interactions.get(self.interaction_tokens.get(&id)?)
    }

    pub(crate) fn interaction_mut(&mut self, id: Id) -> Option<&mut Interaction> {
        self.interactions.get_mut(self.interaction_tokens.get(&id)?)
    }

    /// Sets how far the answer is and wakes whoever waits for it.
    pub(crate) fn set_state(&mut self, id: Id, state: InteractionState) {
        if let Some(interaction) = self.interaction_mut(id) {
            interaction.state = state;
            interaction.changed.notify_waiters();
        }
    }
}
