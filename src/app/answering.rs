//! What a person does with an open prompt: answer, change, explain, share, withdraw.
//!
//! Must always hold: the stored row is the registers of everything that was cast in the window and arrived before the
//! tally, in whatever order and however often; the person's streak is right after the same transaction.

use crate::{
    app::streaks::{self, Changed, answered_in, reach_back_in},
    domain::{
        answer::{Answer, Event},
        id::{CastId, GuildId, MessageId, OccurrenceId, TeamId, UserId},
        occurrence::{Occurrence, State},
        streak::Streak,
    },
    store::{
        self, Connection, Result, Store,
        casts::{self, Met},
        milestone, occurrence, streak,
    },
};
use jiff::Timestamp;
use std::collections::HashSet;

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 500;

/// One thing that somebody did.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The server that it came from.
    pub guild: GuildId,
    /// The occurrence that it names.
    pub occurrence: OccurrenceId,
    /// Who.
    pub user: UserId,
    /// The interaction or message; its time says when.
    pub cast: CastId,
    /// What.
    pub event: Event,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CastOutcome {
    /// It cannot be answered. Nothing was changed.
    Shut(Shut),
    /// A note must have between 1 and [`LONGEST_NOTE`] characters; this one has so many. Nothing was changed.
    NoteLength(usize),
    /// It was taken in and is on disk.
    Taken(Box<Taken>),
}

/// Why a prompt cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// There is no such thing here: no such id, another server's, an option that it does not have.
    NotFound,
    /// Its message is being stored this moment.
    NotYetOpen,
    /// It closed at this instant, or was tallied already.
    Late(Timestamp),
    /// It was taken back.
    Gone,
}

/// What the person's private reply is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What was answered.
    pub occurrence: Occurrence,
    /// The person's answer as it is now.
    pub answer: Answer,
    /// What the event did to it.
    pub did: Did,
    /// The person's streak now.
    pub streak: Streak,
    /// A milestone that the person hears of now, and never again.
    pub milestone: Option<u32>,
}

/// What an event did to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// There was none, now there is.
    Answered,
    /// Another option.
    Changed,
    /// A note was written.
    Noted,
    /// Nothing that shows: the same again, or something newer is known.
    Nothing,
    /// The answer is withdrawn.
    Withdrawn,
    /// The note is shared.
    Shared,
    /// The note is private again.
    Unshared,
    /// The note that should be shared is not there any more.
    NoteGone,
}

/// Takes one event in. Where many come at the same time, [`Desk`](super::desk::Desk) takes them in together.
pub async fn cast(store: &Store, now: Timestamp, cast: Cast) -> Result<CastOutcome> {
    store.write(move |conn| Box::pin(async move { cast_in(conn, now, cast).await })).await
}

/// [`cast`] inside the caller's transaction.
pub async fn cast_in(conn: &mut Connection, now: Timestamp, cast: Cast) -> Result<CastOutcome> {
    let outcome = casts_in(conn, now, &[cast]).await?.pop();
    Ok(outcome.unwrap_or(CastOutcome::Shut(Shut::NotFound)))
}

/// Takes events in, in their order, with as few looks at the database as one needs. What became of each.
pub async fn casts_in(conn: &mut Connection, now: Timestamp, casts: &[Cast]) -> Result<Vec<CastOutcome>> {
    let mut outcomes = Vec::with_capacity(casts.len());
    let mut rest = casts;
    while !rest.is_empty() {
        // A second event of one person builds on what the first has left.
        let mut people = HashSet::new();
        let together = rest.iter().take_while(|cast| people.insert(cast.user)).count();
        let (round, later) = rest.split_at(together);
        outcomes.extend(round_in(conn, now, round).await?);
        rest = later;
    }
    Ok(outcomes)
}

/// An event that can be taken in.
struct Step {
    user: UserId,
    event: Event,
    met: Met,
    after: Answer,
    /// If the answer began or ceased to stand: the streak then.
    streak: Option<(Changed, streak::Cached)>,
}

/// Events of different people.
async fn round_in(conn: &mut Connection, now: Timestamp, casts: &[Cast]) -> Result<Vec<CastOutcome>> {
    let keys: Vec<_> = casts.iter().map(|cast| (cast.guild, cast.occurrence, cast.user)).collect();
    let mut steps = Vec::with_capacity(casts.len());
    for (cast, met) in casts.iter().zip(casts::meet(conn, &keys).await?) {
        steps.push(match step(cast, met) {
            Ok(step) => Ok(folded_in(conn, cast.guild, step).await?),
            Err(outcome) => Err(outcome),
        });
    }
    let taken = || steps.iter().flatten();
    let answers = taken().filter(|step| step.after != step.met.answer);
    let answers: Vec<_> = answers.map(|step| (step.met.occurrence.id, step.user, &step.after)).collect();
    let streaks = taken().filter_map(|step| step.streak.as_ref());
    let streaks: Vec<_> = streaks.map(|(what, new)| (what.team, what.user, new)).collect();
    if !answers.is_empty() {
        casts::keep(conn, answers, streaks).await?;
    }
    let mut outcomes = Vec::with_capacity(casts.len());
    for step in steps {
        outcomes.push(match step {
            Ok(step) => CastOutcome::Taken(Box::new(told_in(conn, step, now).await?)),
            Err(outcome) => outcome,
        });
    }
    Ok(outcomes)
}

/// What the event does to what it meets.
fn step(cast: &Cast, met: Option<Met>) -> std::result::Result<Step, CastOutcome> {
    let met = met.ok_or(CastOutcome::Shut(Shut::NotFound))?;
    takes(&met.occurrence, cast.cast).map_err(CastOutcome::Shut)?;
    let event = checked(cast.event.clone(), &met.occurrence)?;
    let mut after = met.answer.clone();
    after.apply(cast.cast, event.clone());
    Ok(Step { user: cast.user, event, met, after, streak: None })
}

/// The streak, if the event changes it.
async fn folded_in(conn: &mut Connection, guild: GuildId, mut step: Step) -> Result<Step> {
    let Step { user, met, after, .. } = &mut step;
    if after.stands() != met.answer.stands() {
        let id = met.occurrence.id;
        for prompt in met.later.iter_mut().filter(|prompt| prompt.id == id) {
            prompt.asked.answered = after.stands();
        }
        let what = Changed { guild, team: met.occurrence.team, user: *user, day: met.occurrence.day };
        let new = answered_in(conn, what, met.streak, &met.later).await?;
        step.streak = Some((what, new));
    }
    Ok(step)
}

/// What the person is told of it, now that it is stored.
async fn told_in(conn: &mut Connection, step: Step, now: Timestamp) -> Result<Taken> {
    let Step { user, event, met, after, streak } = step;
    let streak = match streak {
        Some((what, new)) => reach_back_in(conn, what, &new, &met.later, now).await?,
        None => met.streak.map_or(Streak::default(), |cached| cached.now),
    };
    // A message has no private reply in which a milestone could be told.
    let due = streaks::untold(streak.len, met.told).filter(|_| event != Event::Present);
    if let Some(n) = due {
        milestone::tell(conn, met.occurrence.team, user, n).await?;
    }
    let did = did(&met.answer, &after, &event);
    Ok(Taken { occurrence: met.occurrence, answer: after, did, streak, milestone: due })
}

/// The occurrence, if something cast now can still count.
fn open(occurrence: Option<Occurrence>, cast: CastId) -> std::result::Result<Occurrence, Shut> {
    let occurrence = occurrence.ok_or(Shut::NotFound)?;
    takes(&occurrence, cast)?;
    Ok(occurrence)
}

fn takes(occurrence: &Occurrence, cast: CastId) -> std::result::Result<(), Shut> {
    match occurrence.state {
        _ if occurrence.takes(cast.time()) => Ok(()),
        State::Posted if occurrence.tallied_at.is_some() || cast.time() >= occurrence.closes => {
            Err(Shut::Late(occurrence.ended()))
        }
        State::Posted | State::Claimed => Err(Shut::NotYetOpen),
        State::Retracted => Err(Shut::Gone),
        State::Missed | State::Skipped | State::Unknown => Err(Shut::NotFound),
    }
}

/// The event, if it fits the prompt; notes without the white space around them.
fn checked(event: Event, occurrence: &Occurrence) -> std::result::Result<Event, CastOutcome> {
    let options = occurrence.snapshot.as_ref().map_or(0, |snapshot| snapshot.prompt.options().len());
    let option = match &event {
        Event::Pick(option) => Some(*option),
        Event::Write { about, .. } => *about,
        _ => None,
    };
    if option.is_some_and(|option| usize::from(option) >= options) {
        return Err(CastOutcome::Shut(Shut::NotFound));
    }
    let Event::Write { text, about } = event else { return Ok(event) };
    let text = text.trim().to_owned();
    match text.chars().count() {
        1..=LONGEST_NOTE => Ok(Event::Write { text, about }),
        length => Err(CastOutcome::NoteLength(length)),
    }
}

fn did(before: &Answer, after: &Answer, event: &Event) -> Did {
    match event {
        Event::Withdraw if !after.stands() => Did::Withdrawn,
        Event::Withdraw => Did::Nothing,
        Event::Share { on: false, .. } => Did::Unshared,
        Event::Share { .. } if after.shared_note().is_some() => Did::Shared,
        Event::Share { .. } => Did::NoteGone,
        _ if after.stands() && !before.stands() => Did::Answered,
        Event::Write { .. } => Did::Noted,
        _ if after.option() != before.option() => Did::Changed,
        _ => Did::Nothing,
    }
}

/// A reply to a prompt (`places` holds the message replied to) or a message in its thread (a thread made from a
/// message has its id): presence, if the person had not answered. None: nothing of ours, or not open.
pub async fn present(
    store: &Store,
    now: Timestamp,
    guild: GuildId,
    places: &[MessageId],
    user: UserId,
    message: CastId,
) -> Result<Option<Taken>> {
    for place in places {
        let found = occurrence::by_message(&mut *store.read().await?, guild, *place).await?;
        let Ok(occurrence) = open(found, message) else { continue };
        let event = Cast { guild, occurrence: occurrence.id, user, cast: message, event: Event::Present };
        return Ok(match cast(store, now, event).await? {
            CastOutcome::Taken(taken) => Some(*taken),
            CastOutcome::Shut(_) | CastOutcome::NoteLength(_) => None,
        });
    }
    Ok(None)
}

/// A prompt that can be answered, and what the person did with it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The prompt.
    pub occurrence: Occurrence,
    /// The person's answer; the default if there is none.
    pub answer: Answer,
}

/// One prompt and the person's answer to it, if something cast now could count.
pub async fn look(
    store: &Store,
    guild: GuildId,
    id: OccurrenceId,
    user: UserId,
    cast: CastId,
) -> Result<std::result::Result<Open, Shut>> {
    let mut conn = store.read().await?;
    let occurrence = match open(occurrence::get(&mut conn, guild, id).await?, cast) {
        Ok(occurrence) => occurrence,
        Err(shut) => return Ok(Err(shut)),
    };
    let answer = store::answer::get(&mut conn, id, user).await?.unwrap_or_default();
    Ok(Ok(Open { occurrence, answer }))
}

/// The prompts of a team that can be answered at `now`: those without an answer first, then the newest.
pub async fn open_for(store: &Store, team: TeamId, user: UserId, now: Timestamp) -> Result<Vec<Open>> {
    let mut conn = store.read().await?;
    let mut all = Vec::new();
    for occurrence in occurrence::open_of_team(&mut conn, team).await? {
        if occurrence.takes(now) {
            let answer = store::answer::get(&mut conn, occurrence.id, user).await?.unwrap_or_default();
            all.push(Open { occurrence, answer });
        }
    }
    // Stable: among equals the newest stays first.
    all.sort_by_key(|open| open.answer.stands());
    Ok(all)
}

/// A note that its writer shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The writer.
    pub user: UserId,
    /// The option that counts for the writer, if there is one.
    pub option: Option<u8>,
    /// The note.
    pub text: String,
}

/// The first `limit` notes that are shared, in the order in which they were written.
pub async fn shared_in(conn: &mut Connection, occurrence: OccurrenceId, limit: usize) -> Result<Vec<Shared>> {
    let all = store::answer::with_share(conn, occurrence).await?;
    let shared = all.into_iter().filter_map(|(user, answer)| {
        let text = answer.shared_note()?.text.clone();
        Some(Shared { user, option: answer.option(), text })
    });
    Ok(shared.take(limit).collect())
}
