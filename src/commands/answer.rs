//! `/answer`, and every button and form of a prompt.

use super::{
    Answer, Caller, Context, Data, Problem,
    buttons::{Verb, is_private, shown, typed},
    pick, reply,
};
use crate::{
    app::answering::{self, Cast, CastOutcome, Did, Open, Shut},
    chat::{answer_reply, page::Page, problem},
    domain::{
        answer::Event,
        id::{CastId, OccurrenceId},
    },
};
use poise::serenity_prelude as serenity;

/// Answer the newest open prompt of this team.
#[poise::command(slash_command, guild_only)]
pub(super) async fn answer(ctx: Context<'_>) -> Result<(), Problem> {
    let caller = Caller::from(ctx.interaction);
    let data = ctx.data();
    let overview = pick::team(data, &caller).await?;
    let team = &overview.team;
    let open = answering::open_for(&data.store, team.id, caller.user, caller.cast.time()).await?;
    let unanswered = open.iter().filter(|open| !open.answer.stands()).count();
    let page = match open.first() {
        Some(first) => answer_reply::prompt(first, unanswered.saturating_sub(1)),
        None => answer_reply::nothing_open(overview.coming()),
    };
    reply::command(ctx, Answer::Private(page)).await
}

/// A click on a button of a prompt, or of the private reply to one.
pub(super) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let id = OccurrenceId(verb.arg(0)?);
    let own = is_private(Some(&click.message));
    let event = match verb.name {
        "pick" => Event::Pick(verb.arg(1)?),
        "done" => Event::Done,
        "withdraw" => Event::Withdraw,
        "share" => Event::Share { note: CastId(verb.arg(1)?), on: verb.arg::<u8>(2)? == 1 },
        "change" => {
            return Ok(match look(data, caller, id).await? {
                Ok(open) => shown(own, answer_reply::options(&open)),
                Err(shut) => shown(own, Page::text(answer_reply::shut(shut))),
            });
        }
        "write" | "why" => {
            let about = if verb.name == "why" { about(verb)? } else { None };
            return Ok(match look(data, caller, id).await? {
                Ok(open) => Answer::Modal(answer_reply::form(&open, about)),
                Err(shut) => shown(own, Page::text(answer_reply::shut(shut))),
            });
        }
        _ => return Err(Problem::refuse(problem::STALE)),
    };
    cast(data, caller, id, event, own).await
}

/// The form of a reflection, of a note on a challenge, or of the why of an option.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let id = OccurrenceId(verb.arg(0)?);
    let text = typed(modal, answer_reply::NOTE_INPUT).to_owned();
    let event = Event::Write { text, about: about(verb)? };
    cast(data, caller, id, event, is_private(modal.message.as_deref())).await
}

/// The option that a note explains; `-` for none.
fn about(verb: &Verb<'_>) -> Result<Option<u8>, Problem> {
    if verb.args.get(1) == Some(&"-") { Ok(None) } else { verb.arg(1).map(Some) }
}

async fn look(data: &Data, caller: &Caller, id: OccurrenceId) -> Result<Result<Open, Shut>, Problem> {
    Ok(answering::look(&data.store, caller.guild()?, id, caller.user, caller.cast).await?)
}

async fn cast(
    data: &Data,
    caller: &Caller,
    occurrence: OccurrenceId,
    event: Event,
    own: bool,
) -> Result<Answer, Problem> {
    let cast = Cast { guild: caller.guild()?, occurrence, user: caller.user, cast: caller.cast, event };
    match data.desk.cast(data.now(), cast).await? {
        CastOutcome::Taken(taken) => {
            if matches!(taken.did, Did::Answered | Did::Withdrawn) {
                data.touched(taken.occurrence.id);
            }
            Ok(shown(own, answer_reply::reply(&taken)))
        }
        CastOutcome::Shut(shut) => Ok(shown(own, Page::text(answer_reply::shut(shut)))),
        CastOutcome::NoteLength(length) => Err(Problem::refuse(answer_reply::note_length(length))),
    }
}
