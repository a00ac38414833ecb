//! The one place that answers interactions, and the one that logs what went wrong with them.

use super::{Context, Data, Problem};
use crate::chat::{page::Page, problem};
use futures_util::FutureExt;
use poise::{FrameworkError, serenity_prelude as serenity};
use serenity::{CreateInteractionResponse as Response, CreateInteractionResponseMessage, CreateModal};
use std::panic::AssertUnwindSafe;

/// What the person gets.
#[derive(Debug)]
pub enum Answer {
    /// A new message that only this person sees.
    Private(Page),
    /// The message with the button becomes this.
    Update(Page),
    /// A form. Not possible in answer to a form.
    Modal(CreateModal),
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let message = || CreateInteractionResponseMessage::new().allowed_mentions(Default::default());
        match answer {
            Answer::Private(page) => Response::Message(page.fill(message().ephemeral(true))),
            Answer::Update(page) => Response::UpdateMessage(page.fill(message())),
            Answer::Modal(modal) => Response::Modal(modal),
        }
    }
}

/// What was being answered, for the log. No person is named in it.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The interaction.
    pub id: serenity::InteractionId,
    /// Its token.
    pub token: &'a str,
    /// The command's name or the custom_id.
    pub name: &'a str,
}

/// Answers a command. Commands end with this; their errors go the way of `framework_error`.
pub async fn command(ctx: Context<'_>, answer: Answer) -> Result<(), Problem> {
    deliver(&ctx.serenity_context().http, about(ctx.interaction), Ok(answer)).await;
    Ok(())
}

/// Answers a command whose work may take longer than the three seconds in which Discord wants to hear something: the
/// person sees at once that it is being done. What was wrong is told here, too.
pub async fn command_later(
    ctx: Context<'_>,
    work: impl Future<Output = Result<Page, Problem>>,
) -> Result<(), Problem> {
    use serenity::Builder as _;
    let (http, about) = (&ctx.serenity_context().http, about(ctx.interaction));
    // The library wants to know it for what follows a first answer.
    http.set_application_id(ctx.interaction.application_id);
    let promise = CreateInteractionResponseMessage::new().ephemeral(true);
    match Response::Defer(promise).execute(http, (about.id, about.token)).await {
        Ok(()) => {}
        // The event came twice, or so late that nobody waits for it any more.
        Err(error) if is_too_late(&error) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    let page = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(page)) => page,
        Ok(Err(Problem::Refusal(text))) => Page::text(text),
        Ok(Err(Problem::Fault(error))) => {
            tracing::error!(interaction = %about.id, name = about.name, %error, "an interaction failed");
            Page::text(problem::FAULT)
        }
        Err(_) => {
            tracing::error!(interaction = %about.id, name = about.name, "a panic");
            Page::text(problem::FAULT)
        }
    };
    if let Err(error) = ctx.interaction.edit_response(http, page.fill_later()).await {
        tracing::error!(interaction = %about.id, name = about.name, %error, "an answer could not be sent");
        let _ = ctx.interaction.edit_response(http, Page::text(problem::UNSHOWN).fill_later()).await;
    }
    Ok(())
}

fn about(interaction: &serenity::CommandInteraction) -> About<'_> {
    About { id: interaction.id, token: &interaction.token, name: &interaction.data.name }
}

/// Answers an interaction with what was done, or says what was wrong.
pub async fn deliver(http: &serenity::Http, about: About<'_>, outcome: Result<Answer, Problem>) {
    let answer = match outcome {
        Ok(answer) => answer,
        Err(Problem::Refusal(text)) => Answer::Private(Page::text(text)),
        Err(Problem::Fault(error)) => {
            tracing::error!(interaction = %about.id, name = about.name, %error, "an interaction failed");
            Answer::Private(Page::text(problem::FAULT))
        }
    };
    let Err(error) = send(http, about, answer).await else { return };
    if is_too_late(&error) {
        tracing::debug!(interaction = %about.id, name = about.name, "answered too late or twice");
        return;
    }
    tracing::error!(interaction = %about.id, name = about.name, %error, "an answer could not be sent");
    // Discord did not like the message itself: the person should still hear something.
    if matches!(&error, serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(_))) {
        let _ = send(http, about, Answer::Private(Page::text(problem::UNSHOWN))).await;
    }
}

async fn send(http: &serenity::Http, about: About<'_>, answer: Answer) -> serenity::Result<()> {
    use serenity::Builder as _;
    Response::from(answer).execute(http, (about.id, about.token)).await
}

/// 10062 unknown interaction (three seconds are over), 40060 already acknowledged (delivered twice).
fn is_too_late(error: &serenity::Error) -> bool {
    match error {
        serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(response)) => {
            matches!(response.error.code, 10062 | 40060)
        }
        _ => false,
    }
}

/// What poise could not or would not do, and what a command returned as its error: through the same door.
pub(super) async fn framework_error(error: FrameworkError<'_, Data, Problem>) {
    let (http, about) = match &error {
        FrameworkError::UnknownInteraction { framework, interaction, .. } => {
            (framework.serenity_context.http.clone(), about(interaction))
        }
        other => match other.ctx() {
            Some(poise::Context::Application(ctx)) => {
                (ctx.serenity_context().http.clone(), about(ctx.interaction))
            }
            _ => {
                tracing::error!(%error, "poise failed outside any command");
                return;
            }
        },
    };
    let completing = matches!(
        error.ctx(),
        Some(poise::Context::Application(ctx))
            if ctx.interaction_type == poise::CommandInteractionType::Autocomplete
    );
    let problem = to_problem(error);
    if completing {
        // A completion has no room for a text: the person sees an empty list.
        tracing::warn!(?problem, name = about.name, "a completion failed");
        let none = Response::Autocomplete(serenity::CreateAutocompleteResponse::new());
        use serenity::Builder as _;
        let _ = none.execute(&*http, (about.id, about.token)).await;
        return;
    }
    deliver(&http, about, Err(problem)).await;
}

fn to_problem(error: FrameworkError<'_, Data, Problem>) -> Problem {
    match error {
        FrameworkError::Command { error, .. } => error,
        FrameworkError::CommandCheckFailed { error: Some(error), .. } => error,
        FrameworkError::CommandPanic { payload, .. } => {
            Problem::Fault(format!("a panic: {}", payload.as_deref().unwrap_or("no text")).into())
        }
        // Only options with types of Discord's own can fail to parse before the command sees them.
        FrameworkError::ArgumentParse { .. } => Problem::refuse(problem::ODD_OPTION),
        FrameworkError::CommandStructureMismatch { description, .. } => {
            tracing::debug!(description, "a command of an older shape");
            Problem::refuse(problem::OLD_COMMAND)
        }
        FrameworkError::UnknownInteraction { .. } | FrameworkError::SubcommandRequired { .. } => {
            Problem::refuse(problem::OLD_COMMAND)
        }
        FrameworkError::CooldownHit { remaining_cooldown, .. } => {
            Problem::refuse(problem::cooldown(remaining_cooldown))
        }
        FrameworkError::MissingUserPermissions { .. } => Problem::refuse(problem::ADMINS_ONLY),
        FrameworkError::GuildOnly { .. } => Problem::refuse(problem::not_in_direct_messages()),
        other => Problem::Fault(other.to_string().into()),
    }
}
