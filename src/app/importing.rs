//! Series that a server makes its own: a file is read, what it would change is shown, and only a word stores it.
//!
//! Must always hold: nothing is stored before that word, and nothing over somebody else's change; nothing already posted
//! changes. A series that changes changes the rounds that are running: prompts that are gone leave the queues, new ones
//! come at their ends, and what has another wording is asked with that.

use crate::{
    app::{setup::team_of, shelf::Shelf},
    domain::{
        id::{ChannelId, GuildId, TeamId, UserId},
        library::Library,
        problem::Problem,
        prompt::Series,
        series_file::{self, difference::Difference},
    },
    store::{
        Connection, Result, Store, StoreError, audit, queue,
        series::{self, Stamp},
        series_draft::{self, Draft},
    },
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// The most series that a server can have of its own.
pub const MOST_SERIES: usize = 40;
/// The most prompts that they can have together.
pub const MOST_PROMPTS: usize = 5_000;
/// A file waits so long for its word.
pub const WAITS: SignedDuration = SignedDuration::from_hours(24);

/// What somebody uploaded, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The series.
    pub series: Series,
    /// Its file as it is kept.
    pub file: String,
}

/// Reads an upload, on a thread of its own. `title` is for plain lists.
///
/// # Errors
///
/// Everything that is wrong with it.
pub async fn read(
    name: String,
    bytes: Vec<u8>,
    title: Option<String>,
) -> std::result::Result<Upload, Vec<Problem>> {
    let work = move || series_file::read_upload(&name, &bytes, title.as_deref());
    match tokio::task::spawn_blocking(work).await {
        Ok(read) => read.map(|(series, file)| Upload { series, file }),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// What an upload would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The series as it would be.
    pub series: Series,
    /// What is different from what the server sees now under this id.
    pub difference: Difference,
    /// The server has none of its own with this id, but everybody has one.
    pub overrides: bool,
    /// Nobody has one with this id.
    pub new: bool,
    /// Channels whose schedules use it, and how many do.
    pub uses: Vec<(ChannelId, u32)>,
    /// To be given back with the word.
    pub token: i64,
    /// Who changed the series since the difference was shown last, and when.
    pub meanwhile: Option<(UserId, Timestamp)>,
}

/// What became of looking at an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drafted {
    /// It waits for a word.
    Proposal(Box<Proposal>),
    /// The server sees the very same already.
    Same,
    /// The server has as many series as it can have.
    TooManySeries,
    /// The server would have more prompts than it can have: so many.
    TooManyPrompts(usize),
}

fn kept(stamps: &[Stamp], id: &str) -> Option<Stamp> {
    stamps.iter().find(|stamp| stamp.slug == id).cloned()
}

/// Whether the server has room for a series of so many prompts.
pub(super) fn room(stamps: &[Stamp], id: &str, prompts: usize) -> Option<Drafted> {
    let others = || stamps.iter().filter(|stamp| stamp.slug != id);
    let all = prompts + others().map(|stamp| stamp.prompts as usize).sum::<usize>();
    if others().count() >= MOST_SERIES {
        return Some(Drafted::TooManySeries);
    }
    (all > MOST_PROMPTS).then_some(Drafted::TooManyPrompts(all))
}

async fn propose_in(
    conn: &mut Connection,
    library: &Library,
    guild: GuildId,
    series: &Series,
    stamps: &[Stamp],
    token: i64,
) -> Result<Proposal> {
    let before = library.get(&series.id);
    let uses = series::uses(conn, guild, &series.id).await?;
    Ok(Proposal {
        series: series.clone(),
        difference: Difference::between(before, series),
        overrides: before.is_some() && kept(stamps, &series.id).is_none(),
        new: before.is_none(),
        uses: uses.into_iter().map(|(_, channel, n)| (channel, n)).collect(),
        token,
        meanwhile: None,
    })
}

/// Keeps an upload until there is a word about it. `token`: a number that nobody can guess.
pub async fn draft(
    store: &Store,
    shelf: &Arc<Shelf>,
    now: Timestamp,
    guild: GuildId,
    by: UserId,
    upload: Upload,
    token: i64,
) -> Result<Drafted> {
    let shelf = shelf.clone();
    store
        .write(move |conn| {
            Box::pin(async move {
                series_draft::delete_before(conn, now - WAITS).await?;
                let library = shelf.of_in(conn, guild).await?;
                let stamps = series::stamps(conn, guild).await?;
                let Upload { series, file } = upload;
                if let Some(full) = room(&stamps, &series.id, series.prompts.len()) {
                    return Ok(full);
                }
                let proposal = propose_in(conn, &library, guild, &series, &stamps, token).await?;
                if proposal.difference.is_none() {
                    return Ok(Drafted::Same);
                }
                let version = kept(&stamps, &series.id).map_or(0, |stamp| stamp.version);
                let draft = Draft { token, slug: series.id, file, version, at: now };
                series_draft::put(conn, guild, by, &draft).await?;
                Ok(Drafted::Proposal(Box::new(proposal)))
            })
        })
        .await
}

/// What became of the word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It is so now.
    Done(Box<Proposal>),
    /// Somebody changed the series meanwhile: nothing was stored, and this is what it would change now.
    Again(Box<Proposal>),
    /// There is no room any more.
    Full(Drafted),
    /// That upload waits no longer: it was confirmed, replaced by another, or is too old.
    Gone,
    /// No such team on this server.
    NoTeam,
}

/// Stores the upload with this token, if it is the person's latest and still changes what was shown.
pub async fn import(
    store: &Store,
    shelf: &Arc<Shelf>,
    now: Timestamp,
    (guild, team): (GuildId, TeamId),
    by: UserId,
    token: i64,
) -> Result<Imported> {
    let waits = |draft: &Draft| draft.token == token && now < draft.at + WAITS;
    let found = series_draft::get(&mut *store.read().await?, guild, by).await?.filter(waits);
    let Some(draft) = found else { return Ok(Imported::Gone) };
    // Read before the one writer has to wait for it.
    let (name, bytes) = (format!("{}.toml", draft.slug), draft.file.clone().into_bytes());
    let upload = read(name, bytes, None).await.map_err(|problems| StoreError::Nonsense {
        table: "series_draft",
        column: "file",
        value: problems.first().map(ToString::to_string).unwrap_or_default(),
    })?;
    let shelf = shelf.clone();
    store
        .write(move |conn| {
            Box::pin(async move {
                if team_of(conn, guild, team).await?.is_none() {
                    return Ok(Imported::NoTeam);
                }
                let Some(draft) = series_draft::get(conn, guild, by).await?.filter(|d| d.token == token)
                else {
                    return Ok(Imported::Gone);
                };
                let library = shelf.of_in(conn, guild).await?;
                let stamps = series::stamps(conn, guild).await?;
                if let Some(full) = room(&stamps, &draft.slug, upload.series.prompts.len()) {
                    return Ok(Imported::Full(full));
                }
                let mut proposal = propose_in(conn, &library, guild, &upload.series, &stamps, token).await?;
                let there = kept(&stamps, &draft.slug);
                let version = there.as_ref().map_or(0, |stamp| stamp.version);
                if version != draft.version {
                    series_draft::put(conn, guild, by, &Draft { version, ..draft }).await?;
                    proposal.meanwhile = there.map(|stamp| (stamp.by, stamp.at));
                    return Ok(Imported::Again(Box::new(proposal)));
                }
                let Difference { added, changed, removed, .. } = &proposal.difference;
                let what = format!(
                    "series {}: imported, {} added, {} changed, {} removed",
                    draft.slug,
                    added.len(),
                    changed.len(),
                    removed.len()
                );
                put_in(conn, (guild, team), &upload, &proposal.difference, by, now, &what).await?;
                series_draft::delete(conn, guild, by, token).await?;
                Ok(Imported::Done(Box::new(proposal)))
            })
        })
        .await
}

/// Stores a series of a server's own, with what follows for the rounds that are running, and notes it.
pub(super) async fn put_in(
    conn: &mut Connection,
    (guild, team): (GuildId, TeamId),
    Upload { series, file }: &Upload,
    difference: &Difference,
    by: UserId,
    now: Timestamp,
    what: &str,
) -> Result<()> {
    series::put(conn, guild, &series.id, (file, series.prompts.len()), by, now).await?;
    queue::remove_everywhere(conn, guild, &series.id, &ids(&difference.removed)).await?;
    queue::append_everywhere(conn, guild, &series.id, &ids(&difference.added)).await?;
    note(conn, (guild, team), &series.id, by, now, what).await
}

/// The ids of a difference's prompts.
pub(super) fn ids(prompts: &[(String, String)]) -> Vec<String> {
    prompts.iter().map(|(id, _)| id.clone()).collect()
}

/// The change is in the audit trail of the team in which it was made and of every other that uses the series.
pub(super) async fn note(
    conn: &mut Connection,
    (guild, team): (GuildId, TeamId),
    slug: &str,
    by: UserId,
    now: Timestamp,
    what: &str,
) -> Result<()> {
    audit::add(conn, team, by, now, what).await?;
    for (other, _, _) in series::uses(conn, guild, slug).await? {
        if other != team {
            audit::add(conn, other, by, now, what).await?;
        }
    }
    Ok(())
}

/// Forgets an upload. False: it did not wait any more.
pub async fn cancel(store: &Store, guild: GuildId, by: UserId, token: i64) -> Result<bool> {
    store.write(move |conn| Box::pin(async move { series_draft::delete(conn, guild, by, token).await })).await
}
