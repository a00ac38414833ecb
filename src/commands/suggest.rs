//! `/suggest` for everyone, and `/prompt suggestions` for managers.

use super::{
    Answer, Caller, Context, Data, Problem,
    buttons::{Verb, chosen, typed},
    pick, reply,
};
use crate::{
    app::{
        setup::Overview,
        suggesting::{self, Decided, Into, MOST_OPEN, Suggested, Words},
    },
    chat::{page::Page, problem, suggestion_text as text},
    domain::id::SuggestionId,
    store::suggestion::Suggestion,
};
use poise::serenity_prelude as serenity;

/// Suggest a question that your team should be asked.
#[poise::command(slash_command, guild_only)]
pub(super) async fn suggest(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let team = pick::team(data, &caller).await?.team;
    if !team.suggestions {
        return Err(Problem::refuse(text::OFF));
    }
    // Told before anything is written rather than after.
    if suggesting::open_of(&data.store, team.id, caller.user).await? >= MOST_OPEN {
        return Err(Problem::refuse(text::too_many()));
    }
    reply::command(ctx, Answer::Modal(text::form(team.id))).await
}

fn words(modal: &serenity::ModalInteraction) -> Words {
    let field = |name: &str| typed(modal, name).to_owned();
    Words { question: field("question"), situation: field("situation"), why: field("why") }
}

/// Answers the form `suggest:form:<team>`.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let team = pick::team(data, caller).await?.team;
    if verb.args[0] != "form" || verb.arg::<i64>(1)? != team.id.0 {
        return Err(Problem::refuse(problem::STALE));
    }
    let words = words(modal);
    let outcome =
        suggesting::suggest(&data.store, data.now(), (team.guild, team.id), caller.user, words.clone())
            .await?;
    let said = text::suggested(&outcome, &words);
    if outcome == Suggested::Done {
        Ok(Answer::Private(Page::text(said)))
    } else {
        Err(Problem::refuse(said))
    }
}

/// What members suggest: edit it, approve it into a series, or decline it.
#[poise::command(slash_command)]
pub(super) async fn suggestions(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    reply::command(ctx, Answer::Private(panel(data, &overview, 0).await?)).await
}

async fn panel(data: &Data, overview: &Overview, place: u32) -> Result<Page, Problem> {
    let shown = suggesting::page(&data.store, overview.team.id, place).await?;
    Ok(text::panel(overview.team.id, shown.as_ref(), None))
}

/// The suggestion that a button or form is about, if it still is as it was seen. Otherwise what to say instead.
async fn seen(
    data: &Data,
    overview: &Overview,
    verb: &Verb<'_>,
) -> Result<Result<Suggestion, Decided>, Problem> {
    let found = suggesting::get(&data.store, overview.team.id, verb.arg(2)?).await?;
    let version: i64 = verb.arg(3)?;
    Ok(match found {
        None => Err(Decided::Gone),
        Some(found) if found.version != version => Err(Decided::Overtaken),
        Some(found) => Ok(found),
    })
}

/// Answers `sugg:<verb>:<team>…`.
pub(super) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    match verb.args[0] {
        "page" => return Ok(Answer::Update(panel(data, &overview, verb.arg(2)?).await?)),
        "back" => {
            let shown = suggesting::page_of(&data.store, overview.team.id, verb.arg(2)?).await?;
            return Ok(Answer::Update(text::panel(overview.team.id, shown.as_ref(), None)));
        }
        _ => {}
    }
    let found = match seen(data, &overview, verb).await? {
        Ok(found) => found,
        Err(not) => return after(data, &overview, verb.arg(2)?, &not, "").await,
    };
    match verb.args[0] {
        "edit" => Ok(Answer::Modal(text::edit_form(&found))),
        "no" => Ok(Answer::Modal(text::decline_form(&found))),
        "take" => Ok(Answer::Update(text::choose(&found, &overview.library))),
        "into" => {
            let chosen = chosen(click).first();
            let into = match chosen.map(String::as_str) {
                Some(text::NEW) => Into::New,
                Some(id) => Into::Series(id.to_owned()),
                None => return Err(Problem::refuse(problem::STALE)),
            };
            let (team, seen) = ((overview.team.guild, overview.team.id), (found.id, found.version));
            let (now, by, how) = (data.now(), caller.user, (into, data.seed()));
            let done = suggesting::approve(&data.store, &data.shelf, now, team, by, seen, how).await?;
            after(data, &overview, found.id, &done, "Approved").await
        }
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

/// What was done about a suggestion, above it or the one after it.
async fn after(
    data: &Data,
    overview: &Overview,
    id: SuggestionId,
    done: &Decided,
    what: &str,
) -> Result<Answer, Problem> {
    // An author may be about to be told.
    data.wake();
    let said = text::decided(done, what);
    let shown = suggesting::page_of(&data.store, overview.team.id, id).await?;
    Ok(Answer::Update(text::panel(overview.team.id, shown.as_ref(), Some(&said))))
}

/// Answers the forms `sugg:edited:…` and `sugg:declined:…`.
pub(super) async fn decide(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let (team, id) = ((overview.team.guild, overview.team.id), verb.arg(2)?);
    let seen = (id, verb.arg(3)?);
    let (store, now, by) = (&data.store, data.now(), caller.user);
    let (done, what, written) = match verb.args[0] {
        "edited" => {
            let words = words(modal);
            let done = suggesting::edit(store, now, team, by, seen, words.clone()).await?;
            (done, "Changed", text::written(&words))
        }
        "declined" => {
            let reason = typed(modal, "reason").to_owned();
            let written = text::code(&reason);
            (
                suggesting::decline(store, now, team, by, seen, (reason, data.seed())).await?,
                "Declined",
                written,
            )
        }
        _ => return Err(Problem::refuse(problem::STALE)),
    };
    if let Decided::Odd(_) = &done {
        return Err(Problem::refuse(text::decided(&done, what) + &written));
    }
    after(data, &overview, id, &done, what).await
}
