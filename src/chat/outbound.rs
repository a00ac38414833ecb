//! The one path of everything that Helmsman says of its own accord: takes one job one step further.
//!
//! What is to be done is decided and stored by `app::outbox` before it is done here, and what became of it is stored
//! right after. Nothing else calls `Discord::send_by`.

use super::{
    discord::{Discord, Trouble, UNKNOWN_MESSAGE},
    intro, nudge_message,
    outgoing::Outgoing,
    permissions::{self, Permissions, bit},
    picture::{self, File, Picture},
    poll_message, poll_result, prompt_message, reveal_message, suggestion_text, trouble_text,
};
use crate::{
    app::{
        alerts::Alert, nudging::Nudge, outbox, outbox::Allowed, polls, setup::Introduction, shown,
        suggesting::Verdict,
    },
    clock::Clock,
    domain::{
        id::{ChannelId, JobId, MessageId, snowflake_floor},
        occurrence,
        outbound::{Attempt, LONGEST_ATTEMPT, Rights, Searched, State, Step, reference},
        poll,
        reason::Reason,
    },
    store::{
        Result, Store,
        outbox::{Job, Kind, Target},
    },
};
use jiff::{SignedDuration, Timestamp};
use serenity::all::{CreateMessage, Message, Nonce};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A send waits at most so long for its turn; with the time-outs of the client it ends within one attempt.
const LONGEST_TURN: SignedDuration = SignedDuration::from_secs(4);
/// A step that could not even begin is tried again after this.
const AGAIN: SignedDuration = SignedDuration::from_secs(30);
/// When there was no connection.
const SOON: SignedDuration = SignedDuration::from_secs(5);
/// Threads fall asleep after a day of silence.
const THREAD_MINUTES: u16 = 1_440;

/// Discord says that there is such a thread already.
const THREAD_EXISTS: u64 = 160_004;

/// What sending needs. Clones share it.
#[derive(Clone)]
pub struct Outbound {
    store: Store,
    discord: Discord,
    permissions: Permissions,
    clock: Clock,
    /// Jobs that wait until the rights in their channel are known.
    unknown: Arc<Mutex<HashMap<JobId, ChannelId>>>,
}

impl Outbound {
    /// Puts the parts together.
    pub fn new(store: Store, discord: Discord, permissions: Permissions, clock: Clock) -> Self {
        Self { store, discord, permissions, clock, unknown: Arc::default() }
    }

    /// The instant by Discord's clock.
    pub fn now(&self) -> Timestamp {
        self.discord.now()
    }

    /// Makes sure that [`Self::now`] is right, above all before anything is done that cannot be undone (`due`).
    pub async fn tell_time(&self, due: bool) {
        self.discord.tell_time(due).await;
    }

    /// Whether [`Self::now`] may be wrong, though nothing is due: our own clock has jumped.
    pub fn has_jumped(&self) -> bool {
        self.discord.is_doubtful(false)
    }

    /// Jobs whose channel's rights have become known meanwhile are due again, at `now`.
    pub async fn hurry(&self, now: Timestamp) -> Result<()> {
        let mut known = Vec::new();
        self.unknown().retain(|job, channel| {
            let wait = self.allowed(*channel).rights == Rights::NotKnown;
            if !wait {
                known.push((*job, *channel));
            }
            wait
        });
        // All in one commit: after a start they may be thousands.
        let due = known.iter().map(|(job, _)| outbox::postpone(&self.store, *job, now));
        let hurried = futures_util::future::try_join_all(due).await;
        if hurried.is_err() {
            // They wait yet, and the next look hurries them.
            self.unknown().extend(known);
        }
        hurried.map(drop)
    }

    fn unknown(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, ChannelId>> {
        self.unknown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a due job one step further. `seed` is used once.
    pub async fn step(&self, job: Job, seed: u64) -> Result<()> {
        let poll = job.poll.filter(|_| job.kind == Kind::Poll);
        self.step_of(job, seed).await?;
        match poll {
            // One that could not be posted has ended with its job.
            Some(poll) => polls::drop_if_ended(&self.store, poll).await,
            None => Ok(()),
        }
    }

    async fn step_of(&self, job: Job, seed: u64) -> Result<()> {
        if job.progress.state == State::Sent {
            return self.open_thread(&job).await;
        }
        let (channel, mut allowed) = match self.place(&job).await {
            Ok(place) => place,
            Err(Trouble::Refused { status, code, .. }) => {
                let allowed = Allowed { rights: FORBIDDEN, why_not: refusal(status, code) };
                return outbox::take_up(&self.store, job.id, allowed, self.now(), seed).await.map(drop);
            }
            // Opening a person's direct messages sends nothing, so it may be tried again.
            Err(_) => return outbox::postpone(&self.store, job.id, self.now() + AGAIN).await,
        };
        if allowed.rights == Rights::NotKnown
            && let Some(guild) = self.permissions.to_be_asked(channel)
        {
            allowed = match self.permissions.watch_channel(&self.discord, guild, channel).await {
                Ok(()) => self.allowed(channel),
                Err(Trouble::Refused { status, code, .. }) => {
                    Allowed { rights: FORBIDDEN, why_not: refusal(status, code) }
                }
                Err(_) => allowed,
            };
        }
        let unknown = allowed.rights == Rights::NotKnown;
        // Made before the attempt is begun: whatever fails here was never sent.
        let message = self.render(&job).await?;
        if message.is_none() {
            if job.progress.state == State::Waiting {
                tracing::info!(job = %job.id, kind = ?job.kind, "what a message speaks of is gone; it is dropped");
                return outbox::give_up(&self.store, job.id, self.now(), seed).await;
            }
            // It may be there already. That is found out, and it is not sent again.
            if let Rights::Known { send, .. } = &mut allowed.rights {
                *send = false;
            }
        }
        let (step, _) = outbox::take_up(&self.store, job.id, allowed, self.now(), seed).await?;
        if unknown {
            // Only now that it is put off: hurried any earlier, it would be put off after that. The pass that follows
            // this step looks whether the rights are known meanwhile.
            self.unknown().insert(job.id, channel);
        } else {
            self.unknown().remove(&job.id);
        }
        match (step, message) {
            (Step::Send, Some(message)) => self.send(&job, channel, message, seed).await,
            (Step::Search { since, until }, _) => self.search(&job, channel, (since, until), seed).await,
            (Step::Rest | Step::Send, _) => Ok(()),
        }
    }

    async fn send(&self, job: &Job, channel: ChannelId, mut outgoing: Outgoing, seed: u64) -> Result<()> {
        outgoing.message = outgoing.message.nonce(Nonce::String(job.nonce.clone())).enforce_nonce(true);
        let limit = Duration::try_from(LONGEST_ATTEMPT).unwrap_or_default();
        let sent = tokio::time::timeout(limit, self.send_with_file_or_without(channel, outgoing)).await;
        let mut why = None;
        let attempt = match sent {
            Ok(Ok(message)) => Attempt::Done(MessageId(message.id.get())),
            Ok(Err(Trouble::Refused { status, code, text })) => {
                tracing::warn!(job = %job.id, kind = ?job.kind, %channel, status, code, text, "Discord refused a message");
                why = Some(refusal(status, code));
                Attempt::Refused { gone: code == UNKNOWN_MESSAGE }
            }
            Ok(Err(Trouble::Limited { retry_after })) => {
                Attempt::NotDone(SignedDuration::try_from(retry_after).unwrap_or(AGAIN))
            }
            Ok(Err(Trouble::Unreached(_))) => Attempt::NotDone(SOON),
            Ok(Err(Trouble::Stopped)) => Attempt::NotDone(AGAIN),
            Ok(Err(Trouble::Ambiguous(text))) => {
                tracing::warn!(job = %job.id, kind = ?job.kind, %channel, text, "whether a message was sent is in doubt");
                Attempt::Doubtful
            }
            Err(_) => Attempt::Doubtful,
        };
        outbox::attempted(&self.store, job.id, attempt, why, self.now(), seed).await.map(drop)
    }

    /// What was refused with a file is sent without it: the right to attach files may just have been lost, and what is
    /// said is complete without it. A refusal is certain, so this is no second message.
    async fn send_with_file_or_without(
        &self,
        channel: ChannelId,
        outgoing: Outgoing,
    ) -> std::result::Result<Message, Trouble> {
        let latest = self.clock.now() + LONGEST_TURN;
        let plain = outgoing.file.is_some().then(|| Outgoing::from(outgoing.message.clone()));
        match (self.discord.send_by(channel, outgoing, latest).await, plain) {
            (Err(Trouble::Refused { code, text, .. }), Some(plain)) if code != UNKNOWN_MESSAGE => {
                tracing::warn!(%channel, code, text, "Discord refused a message with a file; it is sent without");
                self.discord.send_by(channel, plain, latest).await
            }
            (sent, _) => sent,
        }
    }

    async fn search(
        &self,
        job: &Job,
        channel: ChannelId,
        (since, until): (Timestamp, Timestamp),
        seed: u64,
    ) -> Result<()> {
        let [after, until] = [since, until].map(|at| MessageId(snowflake_floor(at)));
        let found = match self.discord.search(channel, reference(&job.nonce), after, until).await {
            Ok(Some(message)) => Searched::Found(message),
            Ok(None) => Searched::Absent,
            Err(Trouble::Refused { .. }) => Searched::Forbidden,
            Err(_) => Searched::Failed,
        };
        outbox::searched(&self.store, job.id, found, self.now(), seed).await.map(drop)
    }

    /// The channel that a job's message goes to, and what can be done there.
    async fn place(&self, job: &Job) -> std::result::Result<(ChannelId, Allowed), Trouble> {
        match job.target {
            Target::Channel(channel) => Ok((channel, self.allowed(channel))),
            Target::Person(user) => {
                let rights = Rights::Known { send: true, search: true };
                let allowed = Allowed { rights, why_not: Reason::Refused(0) };
                Ok((self.discord.direct_channel(user).await?, allowed))
            }
        }
    }

    fn allowed(&self, channel: ChannelId) -> Allowed {
        use permissions::Standing;
        match self.permissions.standing(channel) {
            // No team lives there any more, so nobody told us; Discord will.
            Standing::NotWatched => {
                let rights = Rights::Known { send: true, search: true };
                Allowed { rights, why_not: Reason::ChannelGone }
            }
            Standing::NotKnown => Allowed { rights: Rights::NotKnown, why_not: Reason::ChannelGone },
            Standing::Gone => Allowed { rights: FORBIDDEN, why_not: Reason::ChannelGone },
            Standing::Left => Allowed { rights: FORBIDDEN, why_not: Reason::Removed },
            Standing::Bits(bits) => {
                let search = bit::VIEW_CHANNEL | bit::READ_MESSAGE_HISTORY;
                let has = |wanted: u64| bits & wanted == wanted;
                let rights = Rights::Known { send: has(permissions::TO_POST), search: has(search) };
                Allowed { rights, why_not: Reason::Missing(permissions::TO_POST & !bits) }
            }
        }
    }

    /// Unless it is known that Helmsman may not.
    fn may_read(&self, channel: ChannelId) -> bool {
        match self.permissions.standing(channel) {
            permissions::Standing::Bits(bits) => bits & bit::READ_MESSAGE_HISTORY != 0,
            _ => true,
        }
    }

    /// A picture as a file, if it is known that Helmsman may attach one there: the message is complete without it.
    async fn drawn(&self, channel: ChannelId, picture: Option<impl Into<Picture>>) -> Option<File> {
        let permissions::Standing::Bits(bits) = self.permissions.standing(channel) else { return None };
        let picture = picture.filter(|_| bits & bit::ATTACH_FILES != 0)?;
        picture::draw(picture).await
    }

    /// The message of a job. None: what it speaks of is gone.
    async fn render(&self, job: &Job) -> Result<Option<Outgoing>> {
        let reference = reference(&job.nonce);
        match (job.kind, job.occurrence) {
            (Kind::Prompt, Some(id)) => {
                let Some(shown) = shown::prompt(&self.store, id).await? else { return Ok(None) };
                let Some(snapshot) = &shown.occurrence.snapshot else { return Ok(None) };
                let message = prompt_message::message(&prompt_message::Shown {
                    id,
                    snapshot,
                    closes: shown.occurrence.closes,
                    answers: shown.answers,
                    closed: false,
                    reference,
                });
                Ok(Some(message.into()))
            }
            (Kind::Reveal, Some(id)) => {
                let most = reveal_message::MOST_SHARED;
                let Some(shown) = shown::reveal(&self.store, id, most).await? else { return Ok(None) };
                let Some(snapshot) = &shown.occurrence.snapshot else { return Ok(None) };
                if shown.occurrence.state != occurrence::State::Posted {
                    return Ok(None);
                }
                let reveal = reveal_message::Reveal {
                    snapshot,
                    answers: shown.answers,
                    counts: &shown.counts,
                    shared: &shown.shared,
                    team_streak: shown.team_streak,
                    reference,
                };
                // Discord refuses a reply to what one may not read. Source: its reference, "Create Message".
                let channel = shown.occurrence.channel;
                let prompt = shown.occurrence.message.filter(|_| self.may_read(channel));
                let prompt = prompt.map(|message| (channel, message));
                let message = reveal_message::message(&reveal, prompt);
                let file = self.drawn(channel, reveal_message::picture(&reveal)).await;
                Ok(Some(Outgoing { message, file }))
            }
            (Kind::Intro, _) => Ok(body::<Introduction>(job).map(|words| {
                let footer = serenity::all::CreateEmbedFooter::new(reference);
                CreateMessage::new().embed(intro::embed(&words).footer(footer)).into()
            })),
            (Kind::Alert, _) => {
                Ok(body::<Alert>(job).map(|alert| trouble_text::alert(&alert, reference).into()))
            }
            (Kind::Suggestion, _) => {
                Ok(body::<Verdict>(job).map(|verdict| suggestion_text::verdict(&verdict, reference).into()))
            }
            (Kind::Nudge, Some(id)) => {
                let Some(shown) = shown::prompt(&self.store, id).await? else { return Ok(None) };
                let (prompt, nudge) = (&shown.occurrence, body::<Nudge>(job));
                let open = prompt.state == occurrence::State::Posted && prompt.tallied_at.is_none();
                let (Some(snapshot), Some(nudge), true) = (&prompt.snapshot, nudge, open) else {
                    return Ok(None);
                };
                let message = prompt.message.filter(|_| self.may_read(prompt.channel));
                let message = message.map(|message| (prompt.channel, message));
                Ok(Some(nudge_message::message(nudge, snapshot, prompt.closes, message, reference).into()))
            }
            (Kind::Poll | Kind::PollResult | Kind::PollReminder | Kind::PollNote, _) => {
                self.render_poll(job, reference).await
            }
            (Kind::Prompt | Kind::Reveal | Kind::Nudge, None) => Ok(None),
        }
    }

    async fn render_poll(&self, job: &Job, reference: &str) -> Result<Option<Outgoing>> {
        let Some(id) = job.poll else { return Ok(None) };
        let Some(shown) = polls::message::shown(&self.store, id).await? else { return Ok(None) };
        let poll = &shown.poll;
        let to = poll.message.filter(|_| self.may_read(poll.channel));
        let to = to.map(|message| (poll.channel, message));
        let message = match (job.kind, poll.state) {
            (Kind::Poll, poll::State::Claimed | poll::State::Open) => {
                Some(poll_message::open(poll, reference))
            }
            (Kind::PollReminder, poll::State::Open) => Some(poll_result::reminder(poll, reference, to)),
            (Kind::PollResult, poll::State::Closed) => Some(poll_result::message(poll, reference, to)),
            (Kind::PollNote, poll::State::Closed) => {
                body::<u8>(job).map(|place| poll_result::note(poll, place, reference))
            }
            _ => None,
        };
        let Some(message) = message else { return Ok(None) };
        let picture = poll_result::picture(poll).filter(|_| job.kind == Kind::PollResult);
        let file = self.drawn(poll.channel, picture).await;
        Ok(Some(Outgoing { message, file }))
    }

    /// Opens the thread under a prompt: the last step of its job. Asking twice opens one.
    async fn open_thread(&self, job: &Job) -> Result<()> {
        let (Some(message), Target::Channel(channel), Some(id)) = (job.message, job.target, job.occurrence)
        else {
            return outbox::thread_done(&self.store, job.id, None).await;
        };
        let allowed = match self.permissions.standing(channel) {
            permissions::Standing::Bits(bits) => bits & bit::CREATE_PUBLIC_THREADS != 0,
            _ => true,
        };
        if !(allowed && self.may_read(channel)) {
            return outbox::thread_done(&self.store, job.id, Some("no permission".into())).await;
        }
        outbox::postpone(&self.store, job.id, self.now() + AGAIN).await?;
        let shown = shown::prompt(&self.store, id).await?;
        let title =
            shown.and_then(|shown| shown.occurrence.snapshot).map(|snapshot| snapshot.prompt.title.clone());
        // Thread names are at most 100 characters.
        let name = super::times::cut(title.as_deref().unwrap_or("Answers"), 100);
        match self.discord.open_thread(channel, message, &name, THREAD_MINUTES).await {
            Ok(()) | Err(Trouble::Refused { code: THREAD_EXISTS, .. }) => {
                outbox::thread_done(&self.store, job.id, None).await
            }
            Err(Trouble::Refused { status, code, text }) => {
                tracing::warn!(job = %job.id, %channel, status, code, text, "a prompt has no thread");
                outbox::thread_done(&self.store, job.id, Some(text)).await
            }
            Err(Trouble::Limited { retry_after }) => {
                let wait = SignedDuration::try_from(retry_after).unwrap_or(AGAIN);
                outbox::postpone(&self.store, job.id, self.now() + wait).await
            }
            Err(_) => Ok(()),
        }
    }
}

const FORBIDDEN: Rights = Rights::Known { send: false, search: false };

fn body<T: serde::de::DeserializeOwned>(job: &Job) -> Option<T> {
    job.body.as_deref().and_then(|body| serde_json::from_str(body).ok())
}

/// Source of the codes: Discord's reference, "JSON Error Codes".
fn refusal(status: u16, code: u64) -> Reason {
    match (status, code) {
        (_, 10_003) => Reason::ChannelGone,
        (_, 10_004) => Reason::Removed,
        (404, 0) => Reason::ChannelGone,
        (status, 0) => Reason::Refused(u32::from(status)),
        (_, code) => Reason::Refused(u32::try_from(code).unwrap_or(0)),
    }
}
