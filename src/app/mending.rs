//! What managers do with a prompt that is posted: take it back, or mend its words.
//!
//! Must always hold: an answer that stands stays an answer, whatever is taken back; leans, ids, labels and the order of
//! the options never change, so every answer means what it meant; what is owed to a message is stored with the change
//! and done until it is done; both are in the audit trail.

use crate::{
    app::{setup::team_of, streaks},
    domain::{
        id::{GuildId, OccurrenceId, TeamId, UserId},
        occurrence::{self, Occurrence, Snapshot},
        prompt::{Kind, Prompt, Series},
        reason::Reason,
        series_file,
    },
    store::{
        Connection, Result, Store,
        afterwards::{self, Owed},
        audit, occurrence as occurrences,
    },
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Prompts that were posted longer ago are left as they are.
pub const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most prompts that are offered.
const OFFERED: i64 = 25;

/// Posted prompts of a team that can be taken back or mended, the newest first.
pub async fn posted(store: &Store, team: TeamId, now: Timestamp) -> Result<Vec<Occurrence>> {
    afterwards::posted_since(&mut *store.read().await?, team, now - BACK, OFFERED).await
}

/// One of them. None: no such prompt of this team, or it is too old, or was taken back.
async fn posted_in(
    conn: &mut Connection,
    (guild, team): (GuildId, TeamId),
    id: OccurrenceId,
    now: Timestamp,
) -> Result<Option<Occurrence>> {
    if team_of(conn, guild, team).await?.is_none() {
        return Ok(None);
    }
    let known = occurrences::get(conn, guild, id).await?;
    Ok(known.filter(|known| {
        let young = known.opens.is_some_and(|opens| opens >= now - BACK);
        known.team == team && known.state == occurrence::State::Posted && young
    }))
}

/// Takes a posted prompt back: its message goes, and its day counts for nobody who had not answered. The prompt's title;
/// None: there is no such prompt (any more).
pub async fn retract(
    store: &Store,
    now: Timestamp,
    team: (GuildId, TeamId),
    by: UserId,
    id: OccurrenceId,
) -> Result<Option<String>> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(known) = posted_in(conn, team, id, now).await? else { return Ok(None) };
                let state = occurrence::State::Retracted;
                occurrences::end(conn, id, state, &Reason::TakenBack.code()).await?;
                afterwards::set_owed(conn, id, Owed::Remove).await?;
                streaks::settle_in(conn, known.team, known.day, now).await?;
                let title = known.snapshot.map_or(String::new(), |snapshot| snapshot.prompt.title.clone());
                let what = format!("prompt {id} of {} taken back: {title}", known.day);
                audit::add(conn, team.1, by, now, &what).await?;
                Ok(Some(title))
            })
        })
        .await
}

/// Other words for a prompt. None: they stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Title, situation and question.
    pub heading: Option<(String, String, String)>,
    /// The texts of the options, in the order in which they are shown.
    pub options: Option<Vec<String>>,
}

/// A mark of the words that somebody looked at: it changes whenever they do.
pub fn mark(snapshot: &Snapshot) -> String {
    let prompt = &snapshot.prompt;
    let texts = prompt.options().iter().map(|option| &option.text);
    let all = [&prompt.title, &prompt.situation, &prompt.question].into_iter().chain(texts);
    mark_of(all.map(String::as_str))
}

/// A mark of texts, the same wherever and whenever it is made.
pub(super) fn mark_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    // FNV-1a: the same in every version, unlike the standard library's hashers.
    let bytes = texts.flat_map(|text| text.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mended {
    /// The words are stored, and the message follows.
    Done,
    /// They are what they were.
    Same,
    /// Somebody mended them meanwhile; nothing of this was stored.
    Overtaken,
    /// They break a limit: what is wrong, and what to do.
    Odd(Vec<(String, String)>),
    /// No such prompt of this team (any more).
    NoPrompt,
}

/// Stores other words for a posted prompt, if they still are those with this mark.
pub async fn mend(
    store: &Store,
    now: Timestamp,
    team: (GuildId, TeamId),
    by: UserId,
    (id, seen): (OccurrenceId, String),
    words: Words,
) -> Result<Mended> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(known) = posted_in(conn, team, id, now).await? else { return Ok(Mended::NoPrompt) };
                let Some(old) = known.snapshot.as_deref() else { return Ok(Mended::NoPrompt) };
                if mark(old) != seen {
                    return Ok(Mended::Overtaken);
                }
                let prompt = with_words(&old.prompt, &words);
                if prompt == old.prompt {
                    return Ok(Mended::Same);
                }
                let odd = problems(&prompt);
                if !odd.is_empty() {
                    return Ok(Mended::Odd(odd));
                }
                let changed = changed(&old.prompt, &prompt);
                afterwards::set_snapshot(conn, id, &Snapshot { prompt, ..old.clone() }).await?;
                afterwards::set_owed(conn, id, Owed::Mend).await?;
                let what = format!("prompt {id} of {} mended ({}): {}", known.day, changed, old.prompt.title);
                audit::add(conn, team.1, by, now, &what).await?;
                Ok(Mended::Done)
            })
        })
        .await
}

fn with_words(prompt: &Prompt, words: &Words) -> Prompt {
    let mut prompt = prompt.clone();
    if let Some((title, situation, question)) = &words.heading {
        (prompt.title, prompt.situation, prompt.question) =
            (title.clone(), situation.clone(), question.clone());
    }
    if let (Some(texts), Kind::Choice { options }) = (&words.options, &mut prompt.kind) {
        for (option, text) in options.iter_mut().zip(texts) {
            option.text.clone_from(text);
        }
    }
    prompt
}

/// What is wrong with a prompt by the rules of series files, which hold for what is mended as well.
fn problems(prompt: &Prompt) -> Vec<(String, String)> {
    let series = Series {
        id: "mended".into(),
        title: "Mended".into(),
        about: "A prompt that was mended.".into(),
        prompts: vec![prompt.clone()],
    };
    match series_file::parse("prompt", &series_file::write(&series)) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| (problem.message, problem.help)).collect(),
    }
}

fn changed(old: &Prompt, new: &Prompt) -> String {
    let texts = |prompt: &Prompt| prompt.options().iter().map(|one| one.text.clone()).collect::<Vec<_>>();
    let parts = [
        ("title", old.title != new.title),
        ("situation", old.situation != new.situation),
        ("question", old.question != new.question),
        ("options", texts(old) != texts(new)),
    ];
    parts.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// What is still to be done to messages.
pub async fn owed(store: &Store) -> Result<Vec<(OccurrenceId, Owed)>> {
    afterwards::owed(&mut *store.read().await?).await
}

/// It is done, or can never be. Words that were mended again meanwhile are still owed.
pub async fn paid(store: &Store, id: OccurrenceId, what: Owed, shown: Option<Arc<Snapshot>>) -> Result<()> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let now_is = occurrences::of_id(conn, id).await?.and_then(|known| known.snapshot);
                let again = what == Owed::Mend && shown.is_some() && now_is != shown;
                if again { Ok(()) } else { afterwards::paid(conn, id, what).await }
            })
        })
        .await
}
