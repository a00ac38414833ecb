//! What a person gets for an action.

use super::{Message, Modal, Person};
use crate::hub::Hub;
use crate::id::Id;
use crate::world::{InteractionKind, InteractionState, World};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// What the first visible answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseKind {
    /// A new message.
    Message,
    /// The message whose component was used has changed.
    Update,
    /// A modal opened.
    Modal,
    /// Nothing is to be seen: acknowledged without a change, or the response was deleted.
    Acknowledged,
    /// The application promised an answer that is still to come; see [`Person::hasty`].
    Deferred,
    /// The client shows an error.
    Failed,
}

/// The first visible answer to an action.
///
/// ```no_run
/// use emulator::{Channel, Person, ResponseKind};
///
/// async fn example(ana: Person, channel: Channel) {
///     let answer = ana.slash(&channel, "report", &[]).await;
///     assert_eq!(answer.kind, ResponseKind::Message, "{}", answer.text());
///     assert!(answer.is_ephemeral());
///     assert_eq!(answer.message().text(), "Here it is\n(report.csv)");
///     assert_eq!(answer.wait_followups(1).await[0].text(), "Anything else?");
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Response {
    /// What it was.
    pub kind: ResponseKind,
    /// The interaction, if one was sent.
    pub interaction: Option<Id>,
    hub: Arc<Hub>,
    user: Id,
    message: Option<Message>,
    modal: Option<Modal>,
    failure: Option<String>,
}

impl Response {
    /// The message that came or changed.
    ///
    /// # Panics
    ///
    /// When there is none, with what came instead.
    pub fn message(&self) -> &Message {
        self.message.as_ref().unwrap_or_else(|| panic!("no message but {:?}: {}", self.kind, self.text()))
    }

    /// The message that came or changed, if any.
    pub fn try_message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// The modal that opened.
    ///
    /// # Panics
    ///
    /// When there is none, with what came instead.
    pub fn modal(&self) -> &Modal {
        self.modal.as_ref().unwrap_or_else(|| panic!("no modal but {:?}: {}", self.kind, self.text()))
    }

    /// The modal that opened, if any.
    pub fn try_modal(&self) -> Option<&Modal> {
        self.modal.as_ref()
    }

    /// Whether only the person sees the answer.
    pub fn is_ephemeral(&self) -> bool {
        self.message.as_ref().is_some_and(Message::is_ephemeral)
    }

    /// What the client shows as an error.
    pub fn failed(&self) -> Option<String> {
        self.failure.clone()
    }

    /// The answer as plain text: the message, the modal, or the error.
    pub fn text(&self) -> String {
        match (&self.message, &self.modal, &self.failure) {
            (Some(message), ..) => message.text(),
            (_, Some(modal), _) => modal.text(),
            (.., Some(failure)) => format!("! {failure}"),
            _ => String::new(),
        }
    }

    /// How long the application took, on the host's clock: from the interaction's way into the gateway to the arrival
    /// of its first response, which may be one that defers. None if there was none in time.
    pub fn response_time(&self) -> Option<Duration> {
        self.hub.read(|world| world.interaction(self.interaction?)?.response_time)
    }

    /// Messages that came after the first answer, as they are now.
    pub fn followups(&self) -> Vec<Message> {
        self.hub.read(|world| {
            let interaction = self.interaction.and_then(|id| world.interaction(id));
            let messages = interaction.into_iter().flat_map(|one| {
                one.followups
                    .iter()
                    .filter_map(|id| Message::of(&self.hub, world, one.channel, *id, Some(self.user)))
            });
            messages.collect()
        })
    }

    /// Waits until there are that many follow-ups.
    pub async fn wait_followups(&self, count: usize) -> Vec<Message> {
        let enough = |world: &World| {
            let interaction = self.interaction.and_then(|id| world.interaction(id))?;
            (interaction.followups.len() >= count).then_some(())
        };
        self.hub.wait_for(enough).await;
        self.followups()
    }
}

impl Person {
    /// A refusal by the client itself: nothing was sent.
    pub(crate) fn refused(&self, why: impl Into<String>) -> Response {
        Response {
            kind: ResponseKind::Failed,
            interaction: None,
            hub: self.hub.clone(),
            user: self.user,
            message: None,
            modal: None,
            failure: Some(why.into()),
        }
    }

    /// Waits for the first visible answer to an interaction.
    pub(crate) async fn settle(&self, id: Id) -> Response {
        let (limit, changed, served) = self.hub.read(|world| {
            let interaction = world.interaction(id);
            let changed = interaction.map(|one| one.changed.clone()).unwrap_or_default();
            let app = interaction.map(|one| one.app);
            let served = world.sessions.values().any(|session| Some(session.app) == app);
            (world.limits.first_response, changed, served)
        });
        let mut wait = if served { limit } else { std::time::Duration::ZERO };
        let mut deferred = false;
        loop {
            let notified = changed.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            let state =
                self.hub.read(|world| world.interaction(id).map(|one| (one.answered(), one.state.clone())));
            match state {
                None => return self.refused("the interaction was forgotten"),
                Some((true, _)) => return self.outcome(id),
                Some((false, state)) if self.hasty && state != InteractionState::Waiting => {
                    return self.promised(id);
                }
                Some((false, InteractionState::Waiting)) => {}
                Some(_) if !deferred => {
                    deferred = true;
                    wait = self.hub.patience;
                }
                Some(_) => {}
            }
            if tokio::time::timeout(wait, notified).await.is_err() {
                self.hub.change(|world| {
                    let waiting =
                        world.interaction(id).is_some_and(|one| one.state == InteractionState::Waiting);
                    if waiting {
                        world.set_state(id, InteractionState::TimedOut);
                    }
                });
                return self.outcome(id);
            }
        }
    }

    /// An application deferred, and what comes of it will be seen.
    fn promised(&self, id: Id) -> Response {
        let mut response = self.outcome(id);
        if response.kind != ResponseKind::Failed && response.kind != ResponseKind::Acknowledged {
            // It has come in the meantime.
            return response;
        }
        response.kind = ResponseKind::Deferred;
        response.failure = None;
        response
    }

    fn outcome(&self, id: Id) -> Response {
        let mut response = self.refused("");
        response.interaction = Some(id);
        response.failure = None;
        self.hub.read(|world| {
            let Some(interaction) = world.interaction(id) else { return };
            let message_of =
                |channel: Id, message: Id| Message::of(&self.hub, world, channel, message, Some(self.user));
            match &interaction.state {
                InteractionState::Message(message) => {
                    response.kind = ResponseKind::Message;
                    response.message = message_of(interaction.channel, *message);
                }
                InteractionState::Updated => {
                    response.kind = ResponseKind::Update;
                    response.message =
                        interaction.message.and_then(|(channel, message)| message_of(channel, message));
                }
                InteractionState::Modal(body) => {
                    response.kind = ResponseKind::Modal;
                    response.modal = Some(Modal {
                        app: interaction.app,
                        channel: interaction.channel,
                        message: interaction.message,
                        raw: body.clone(),
                    });
                }
                InteractionState::Choices(_)
                | InteractionState::Dismissed
                | InteractionState::DeferredUpdate => {
                    response.kind = ResponseKind::Acknowledged;
                }
                InteractionState::DeferredMessage => {
                    response.failure = Some(format!("{} is thinking…", world.users[&interaction.app].name));
                    response.message =
                        interaction.original.and_then(|message| message_of(interaction.channel, message));
                }
                InteractionState::Waiting | InteractionState::TimedOut => {
                    response.failure = Some(failure(interaction.kind).into());
                }
            }
        });
        response
    }

    /// The completions that came, if any.
    pub(crate) fn choices(&self, id: Id) -> Option<Vec<Value>> {
        self.hub.read(|world| match &world.interaction(id)?.state {
            InteractionState::Choices(choices) => Some(choices.clone()),
            _ => None,
        })
    }
}

/// What the client says when an application does not answer in time.
fn failure(kind: InteractionKind) -> &'static str {
    match kind {
        InteractionKind::Command => "The application did not respond",
        InteractionKind::Autocomplete => "Loading options failed",
        InteractionKind::Component => "This interaction failed",
        InteractionKind::Modal => "Something went wrong. Try again.",
    }
}
