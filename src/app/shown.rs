//! What a message is made of at this moment: facts, not words.

use crate::{
    app::answering::{self, Shared},
    domain::{id::OccurrenceId, occurrence::Occurrence},
    store::{
        Result, Store, answer, occurrence as occurrences,
        outbox::{self, Kind},
        tally, team_streak,
    },
};
use jiff::Timestamp;

/// A prompt's message.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// How many answers stand.
    pub answers: u32,
    /// The nonce of its job, of which its reference is made.
    pub nonce: String,
}

/// What the message of this prompt shows. None: there is no such occurrence, or nothing was ever to be posted.
pub async fn prompt(store: &Store, id: OccurrenceId) -> Result<Option<Prompt>> {
    let conn = &mut *store.read().await?;
    let Some(occurrence) = occurrences::of_id(conn, id).await? else { return Ok(None) };
    let Some(job) = outbox::of_occurrence(conn, id, Kind::Prompt).await? else { return Ok(None) };
    let (answers, _) = answer::standing(conn, id).await?;
    Ok(Some(Prompt { occurrence, answers, nonce: job.nonce }))
}

/// A prompt's reveal.
#[derive(Clone, Debug)]
pub struct Reveal {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// How many answers stand.
    pub answers: u32,
    /// For each option of the snapshot, how often it was picked.
    pub counts: Vec<u32>,
    /// Notes whose writers share them.
    pub shared: Vec<Shared>,
    /// The team's streak; None before its first closed day.
    pub team_streak: Option<u32>,
}

/// What the reveal of this prompt shows, with at most `shared` notes. None: there is nothing to reveal.
pub async fn reveal(store: &Store, id: OccurrenceId, shared: usize) -> Result<Option<Reveal>> {
    let conn = &mut *store.read().await?;
    let Some(occurrence) = occurrences::of_id(conn, id).await? else { return Ok(None) };
    let Some(snapshot) = &occurrence.snapshot else { return Ok(None) };
    let mut counts = vec![0; snapshot.prompt.options().len()];
    for (option, n) in tally::of(conn, id).await? {
        if let Some(count) = counts.get_mut(usize::from(option)) {
            *count = n;
        }
    }
    let (answers, _) = answer::standing(conn, id).await?;
    let shared = answering::shared_in(conn, id, shared).await?;
    let team_streak = team_streak::get(conn, occurrence.team).await?.map(|cached| cached.now.len);
    Ok(Some(Reveal { occurrence, answers, counts, shared, team_streak }))
}

/// Prompts that are open and not older than `since`: their counts may lag behind after a restart.
pub async fn young(store: &Store, since: Timestamp) -> Result<Vec<OccurrenceId>> {
    occurrences::opened_since(&mut *store.read().await?, since).await
}
