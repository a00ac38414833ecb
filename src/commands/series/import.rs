//! `/series import` and `/series export`: series as files. What a file would change is shown before anything does.

use crate::{
    app::{
        importing::{self, Drafted, Imported},
        removing::{self, Removal, Removed},
        setup::Overview,
    },
    chat::{discord::NoFile, import_text as text, page::Page, problem, remove_text},
    commands::{Answer, Caller, Context, Data, Problem, buttons::Verb, complete, pick, reply},
    domain::series_file::{self, limits, list},
};
use poise::serenity_prelude as serenity;

/// Bring your own series: a TOML file, or a list with one question a line. You see what changes first.
#[poise::command(slash_command)]
pub(super) async fn import(
    ctx: Context<'_>,
    #[description = "A series file (.toml), or any other text file with one question a line"]
    file: serenity::Attachment,
    #[description = "For a list: what it is called (unless you say otherwise: as the file)"]
    #[max_length = 60]
    title: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    if u64::from(file.size) > limits::FILE_BYTES as u64 {
        return Err(Problem::refuse(text::TOO_LARGE));
    }
    reply::command_later(ctx, look(data, &caller, &overview, file, title)).await
}

async fn look(
    data: &Data,
    caller: &Caller,
    overview: &Overview,
    file: serenity::Attachment,
    title: Option<String>,
) -> Result<Page, Problem> {
    let bytes = match data.discord.fetch_upload(&file.url, limits::FILE_BYTES).await {
        Ok(bytes) => bytes,
        Err(NoFile::TooLarge) => return Err(Problem::refuse(text::TOO_LARGE)),
        Err(error) => {
            tracing::warn!(%error, "an upload could not be fetched");
            return Err(Problem::refuse(text::NOT_FETCHED));
        }
    };
    let title = title.map(|title| list::one_line(&title)).filter(|title| !title.is_empty());
    if title.is_some() && !list::is_list(&file.filename, &bytes) {
        return Err(Problem::refuse(text::HAS_A_TITLE));
    }
    let upload = match importing::read(file.filename.clone(), bytes, title).await {
        Ok(upload) => upload,
        Err(problems) => return Ok(text::problems(&file.filename, &problems)),
    };
    let name = upload.series.title.clone();
    // Half of the numbers are negative; a custom_id needs no sign.
    let token = (data.seed() >> 1) as i64;
    let (guild, by, now) = (overview.team.guild, caller.user, data.now());
    match importing::draft(&data.store, &data.shelf, now, guild, by, upload, token).await? {
        Drafted::Proposal(proposal) => Ok(text::proposal(overview.team.id, &proposal)),
        refused => Err(Problem::refuse(text::not_drafted(&refused, &name))),
    }
}

/// Answers `import:<verb>:<team>…`: what is to become of an upload, or of a series.
pub(in crate::commands) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let (team, by, now) = ((overview.team.guild, overview.team.id), caller.user, data.now());
    match verb.args[0] {
        "yes" => match importing::import(&data.store, &data.shelf, now, team, by, verb.arg(2)?).await? {
            Imported::Done(proposal) => {
                data.wake();
                Ok(Answer::Update(text::imported(&proposal)))
            }
            Imported::Again(proposal) => Ok(Answer::Update(text::proposal(team.1, &proposal))),
            Imported::Full(full) => Ok(Answer::Update(Page::text(text::not_drafted(&full, "")))),
            // What the message with the button says may be what was done.
            Imported::Gone => Err(Problem::refuse(text::GONE)),
            Imported::NoTeam => Err(Problem::refuse(problem::STALE)),
        },
        "no" => match importing::cancel(&data.store, team.0, by, verb.arg(2)?).await? {
            true => Ok(Answer::Update(Page::text(text::CANCELLED))),
            false => Err(Problem::refuse(text::GONE)),
        },
        "ask" => {
            let slug: String = verb.arg(2)?;
            let removal = removing::look(&data.store, &data.shelf, team.0, &slug).await?;
            Ok(Answer::Private(remove_text::ask(team.1, &slug, &removal, &overview.library)))
        }
        "remove" => {
            let (slug, at): (String, _) = (verb.arg(2)?, verb.arg(3)?);
            let library = &overview.library;
            let done = removing::remove(&data.store, &data.shelf, now, team, by, slug.clone(), at).await?;
            match done {
                Removed::Done(back) => {
                    data.wake();
                    Ok(Answer::Update(Page::text(remove_text::removed(&slug, back, library))))
                }
                Removed::Not(Removal::NotOwn) => Err(Problem::refuse(remove_text::NOT_OWN)),
                Removed::Not(removal) => {
                    Ok(Answer::Update(remove_text::ask_again(team.1, &slug, &removal, library)))
                }
                Removed::NoTeam => Err(Problem::refuse(problem::STALE)),
            }
        }
        "keep" => Ok(Answer::Update(Page::text(remove_text::KEPT))),
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

/// Get a series as a file: to change it and import it again, or to keep it.
#[poise::command(slash_command)]
pub(super) async fn export(
    ctx: Context<'_>,
    #[description = "Which series"]
    #[autocomplete = "complete::series"]
    series: String,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let series = pick::series(&overview.library, &series)?;
    let own = overview.library.is_own(&series.id).then_some(overview.team.id);
    let page = text::exported(series, series_file::write(series), own);
    reply::command(ctx, Answer::Private(page)).await
}
