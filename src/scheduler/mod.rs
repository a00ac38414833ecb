//! Sleeps until something may be due, asks `app` what is due, hands it to `chat`'s outbound path. No logic of its own.
//!
//! A timer or a call of [`Waker::wake`] only says "look"; the database says what is due. What takes long (sending,
//! searching, editing, reading history) runs beside the passes, so that one slow answer holds up nobody else; at most
//! one task for each job, close or edited message at a time, and one that sends to each channel or person.

mod message_tasks;
mod poll_tasks;
mod prompt_tasks;
mod waker;

use crate::{
    app::{
        agenda::{Agenda, PutOff},
        nudging, outbox, polls, posting, setup,
        shelf::Shelf,
        shown,
        uptime::Link,
    },
    chat::{
        count_edits::{self, Changed, Edited, Editor, WHILE_YOUNG},
        outbound::Outbound,
        poll_closing::{self, Closed, Closer},
        poll_edits::PollEditor,
        read_back,
    },
    clock::Clock,
    domain::{
        id::{JobId, OccurrenceId, PollId, ScheduleId, TeamId},
        outbound::mix,
    },
    store::{Result, Store, StoreError, outbox::Target},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::watch,
    task::{Id, JoinError, JoinSet},
};
pub use waker::{Report, Waker};

/// Tasks at a time. Discord's limit of 50 requests/s is kept elsewhere; this bounds what waits for it.
const MOST_TASKS: usize = 64;
/// With more tasks than this a pass waits for some of them to end, so that a rush costs few passes.
const REFILL_BELOW: usize = 48;
/// After a fault nothing is tried again before this.
const AFTER_FAULT: Duration = Duration::from_secs(1);
/// A schedule that could not be claimed is tried again after this, in time for a prompt that is not late.
const AGAIN: SignedDuration = SignedDuration::from_secs(20);

/// What the scheduler works with.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Every series that can be posted.
    pub shelf: Arc<Shelf>,
    /// The one clock.
    pub clock: Clock,
    /// Whether events arrive.
    pub link: Link,
    /// Sends.
    pub outbound: Outbound,
    /// Edits.
    pub editor: Editor,
    /// Edits polls.
    pub poll_editor: PollEditor,
    /// Counts polls.
    pub closer: Closer,
    /// Reads replies and threads back.
    pub reader: read_back::Reader,
    /// Who wakes it, and hears from it.
    pub waker: Waker,
    /// Seeds every random value of this run.
    pub seed: u64,
}

/// Looks, acts, sleeps.
pub struct Scheduler {
    parts: Parts,
    tasks: JoinSet<Result<Ended>>,
    running: HashMap<Id, Task>,
    changed: Changed,
    /// Edits that are to wait after trouble.
    seal_at: BTreeMap<OccurrenceId, Timestamp>,
    /// The same of polls: edits, and closes.
    poll_edit_at: BTreeMap<PollId, Timestamp>,
    poll_close_at: BTreeMap<PollId, Timestamp>,
    /// When schedules that could not be claimed are tried again, and prompts that could not be closed.
    claim_at: BTreeMap<ScheduleId, Timestamp>,
    close_at: BTreeMap<OccurrenceId, Timestamp>,
    /// Jobs that failed and are to be put off.
    failed: Vec<JobId>,
    /// Weekly polls that could not be made.
    weekly_at: BTreeMap<TeamId, Timestamp>,
    drawn: u64,
    faulty: bool,
}

/// What a task works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Task {
    /// A message that is sent to this place.
    Send(JobId, Target),
    /// What is done for a message that is sent, or may be: its thread, or a search.
    Job(JobId),
    Close(OccurrenceId),
    /// A close for which messages are read back first.
    ReadAndClose(OccurrenceId),
    /// Any edit of this occurrence's message.
    Edit(OccurrenceId),
    ClosePoll(PollId),
    EditPoll(PollId),
}

enum Ended {
    Nothing,
    Count(OccurrenceId, Edited),
    Seal(OccurrenceId, Edited),
    PollClosed(PollId, Closed),
    PollEdited(PollId, Edited),
}

impl Scheduler {
    /// A scheduler that has not looked yet.
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            changed: Changed::default(),
            seal_at: BTreeMap::new(),
            poll_edit_at: BTreeMap::new(),
            poll_close_at: BTreeMap::new(),
            claim_at: BTreeMap::new(),
            close_at: BTreeMap::new(),
            failed: Vec::new(),
            weekly_at: BTreeMap::new(),
            drawn: 0,
            faulty: false,
        }
    }

    /// Runs until `stop` holds true (or its sender is gone), then lets what is on its way end. Whoever cannot wait for
    /// that drops the future: everything begun is stored, and the next start goes on from there.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let now = self.parts.outbound.now();
        // A run that was given the seed of an earlier one must not draw its nonces again.
        self.parts.seed = mix(self.parts.seed, now.as_millisecond() as u64);
        if let Err(error) = outbox::resume_after_stop(&self.parts.store, now).await {
            self.fault(&error);
        }
        if let Err(error) = polls::recover(&self.parts.store, now).await {
            self.fault(&error);
        }
        let doubts = self.parts.editor.after_start(now).await;
        self.tried(doubts);
        let doubts = self.parts.poll_editor.after_start(now).await;
        self.tried(doubts);
        match shown::young(&self.parts.store, now - WHILE_YOUNG).await {
            Ok(young) => young.into_iter().for_each(|id| self.changed.touch(id)),
            Err(error) => self.fault(&error),
        }
        let mut expected = Some(now);
        while !*stop.borrow() {
            let served = self.parts.waker.requested();
            // If something seems to be due: is it really that late? A close cannot be undone.
            let seems_due = expected.is_some_and(|next| next <= self.parts.outbound.now());
            self.parts.outbound.tell_time(seems_due).await;
            let now = self.parts.outbound.now();
            let next = match self.pass(now).await {
                Ok(next) => {
                    expected = next;
                    next
                }
                Err(error) => {
                    self.fault(&error);
                    None
                }
            };
            let left = next.is_some_and(|next| next <= now);
            let quiet = self.running.is_empty() && !left && !self.faulty;
            self.parts.waker.0.state.send_replace(Report { served, now, next, quiet });
            if quiet {
                tracing::debug!(%now, next = next.map(tracing::field::display), served, "at rest");
            }
            if std::mem::take(&mut self.faulty) {
                tokio::select! {
                    () = tokio::time::sleep(AFTER_FAULT) => {}
                    _ = stop.wait_for(|stop| *stop) => {}
                }
                self.collect();
                continue;
            }
            if left && self.running.is_empty() {
                // More was due than one pass takes.
                tokio::task::yield_now().await;
                continue;
            }
            // What is left waits for a task; the look after a second is for the case that it does not.
            let wait = next.map(|next| if left { now + SignedDuration::from_secs(1) } else { next });
            self.sleep(wait, &mut stop).await;
        }
        while let Some(ended) = self.tasks.join_next_with_id().await {
            self.ended(ended);
        }
    }

    async fn sleep(&mut self, until: Option<Timestamp>, stop: &mut watch::Receiver<bool>) {
        let Self { parts, tasks, .. } = self;
        let (clock, waker) = (&parts.clock, &parts.waker);
        // `until` is by Discord's clock; sleeping is by ours, and only says "look".
        let until = until.map(|at| clock.now().saturating_add(at.duration_since(parts.outbound.now())));
        let timer = async {
            match until {
                // It may return early; that alone is no reason to look.
                Some(Ok(at)) => {
                    while clock.now() < at && !parts.outbound.has_jumped() {
                        clock.sleep_until(at).await;
                    }
                }
                _ => std::future::pending().await,
            }
        };
        let mut first = None;
        tokio::select! {
            () = waker.0.look.notified() => {}
            () = timer => {}
            ended = async {
                let ended = tasks.join_next_with_id().await;
                match ended {
                    Some(ended) => ended,
                    None => std::future::pending().await,
                }
            } => first = Some(ended),
            _ = stop.wait_for(|stop| *stop) => {}
        }
        if let Some(ended) = first {
            self.ended(ended);
        }
        self.collect();
        while self.running.len() > REFILL_BELOW {
            let Some(ended) = self.tasks.join_next_with_id().await else { break };
            self.ended(ended);
        }
    }

    /// Takes in what has ended, which makes room for more.
    fn collect(&mut self) {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.ended(ended);
        }
    }

    /// One look at `now`: closes, then claims, then what is to be sent or edited, then polls that are to be counted.
    /// Returns when to look next. What fails by itself is tried again, and the rest goes on.
    async fn pass(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        // Before anything is counted.
        self.parts.link.miss(&self.parts.store, now).await?;
        let mut agenda = self.agenda(now).await?;
        if self.decide(&agenda, now).await? {
            // It is to be sent in this pass.
            agenda = self.agenda(now).await?;
        }
        let due_edits = self.start(&agenda, now).await?;
        // After what is to be sent, which so finds room first.
        let mut due_closes = false;
        if is_due(agenda.polls, now) {
            let counts = self.close_polls(now).await;
            due_closes = self.tried(counts).unwrap_or(false);
        }
        let connected = self.parts.link.connected_since().is_some();
        let waits = [
            due_closes.then_some(now),
            self.poll_edit_at.values().min().copied(),
            // What was started a moment ago is in it yet; when it ends, that is another look.
            agenda.next(),
            self.claim_at.values().min().copied(),
            self.close_at.values().min().copied(),
            self.poll_close_at.values().min().copied(),
            // While the connection is down nothing looks at them.
            self.weekly_at.values().min().copied().filter(|_| connected),
            self.changed.next(),
            self.parts.editor.next_settled(),
            self.seal_at.values().min().copied(),
            due_edits.then_some(now),
        ];
        Ok(waits.into_iter().flatten().min())
    }

    /// What may be due at `now` and later, but for what waits until it is tried again. Before it is read, what tasks that have
    /// ended left to be stored is stored.
    async fn agenda(&mut self, now: Timestamp) -> Result<Agenda> {
        self.put_off_failed(now).await;
        let hurried = self.parts.outbound.hurry(now).await;
        self.tried(hurried);
        self.claim_at.retain(|_, at| now < *at);
        self.close_at.retain(|_, at| now < *at);
        self.poll_close_at.retain(|_, at| now < *at);
        self.weekly_at.retain(|_, at| now < *at);
        let put_off = PutOff {
            claims: self.claim_at.keys().copied().collect(),
            closes: self.close_at.keys().copied().collect(),
            polls: self.poll_close_at.keys().copied().collect(),
            weekly: self.weekly_at.keys().copied().collect(),
        };
        Agenda::read(&self.parts.store, self.parts.link.connected_since(), &put_off).await
    }

    /// Tallies, claims, and whatever else makes messages; a close before which something is to be read runs beside the pass.
    /// True: something was due.
    async fn decide(&mut self, agenda: &Agenda, now: Timestamp) -> Result<bool> {
        let mut any = false;
        if is_due(agenda.closes, now) {
            any = true;
            self.close(now).await?;
        }
        if is_due(agenda.schedules, now) {
            any = true;
            self.claim(now).await?;
        }
        if is_due(agenda.purge, now) {
            any = true;
            let purged = setup::purge(&self.parts.store, now).await;
            if let Some(teams) = self.tried(purged) {
                tracing::info!(teams, "deleted what was removed 30 days ago");
            }
        }
        if is_due(agenda.nudges, now) {
            any = true;
            let seed = self.seed();
            let nudged = nudging::run(&self.parts.store, now, seed).await;
            self.tried(nudged);
        }
        if is_due(agenda.reminders, now) {
            any = true;
            let seed = self.seed();
            let reminded = polls::message::remind(&self.parts.store, now, seed).await;
            self.tried(reminded);
        }
        if is_due(agenda.weekly, now) {
            any = true;
            let seed = self.seed();
            let made = polls::weekly::run(&self.parts.store, now, seed, &mut self.weekly_at).await;
            self.tried(made);
        }
        Ok(any)
    }

    async fn claim(&mut self, now: Timestamp) -> Result<()> {
        let seed = self.seed();
        let but: Vec<_> = self.claim_at.keys().copied().collect();
        let Parts { store, shelf, .. } = &self.parts;
        for (schedule, claim) in posting::claim_due(store, shelf, now, seed, &but).await? {
            match claim {
                Ok(claim) => tracing::info!(%schedule, ?claim, "claimed what was due"),
                Err(error) => {
                    tracing::error!(%schedule, %error, "a schedule could not be claimed; the others go on");
                    self.claim_at.insert(schedule, now + AGAIN);
                }
            }
        }
        Ok(())
    }

    /// Starts what is due, the most urgent first, as far as there is room. True: an edit was left for want of room.
    async fn start(&mut self, agenda: &Agenda, now: Timestamp) -> Result<bool> {
        let mut full = self.edit_prompts(agenda.prompts_owed, now).await?;
        if is_due(agenda.messages, now) {
            self.send(now).await?;
        }
        let edits = self.edit_polls(agenda.polls_owed, now).await;
        full |= self.tried(edits).unwrap_or(false);
        Ok(self.edit_counts(now) || full)
    }

    fn room(&self) -> usize {
        MOST_TASKS.saturating_sub(self.running.len())
    }

    fn is_running(&self, task: Task) -> bool {
        self.running.values().any(|running| *running == task)
    }

    fn spawn(&mut self, task: Task, work: impl Future<Output = Result<Ended>> + Send + 'static) {
        let handle = self.tasks.spawn(work);
        self.running.insert(handle.id(), task);
    }

    fn ended(&mut self, ended: std::result::Result<(Id, Result<Ended>), JoinError>) {
        let (id, result) = match ended {
            Ok((id, result)) => (id, Some(result)),
            Err(error) => (error.id(), None),
        };
        let task = self.running.remove(&id);
        if let None | Some(Err(_)) = result {
            // It is put off, and everything else goes on.
            let now = self.parts.outbound.now();
            let at = now + count_edits::AGAIN;
            match task {
                Some(Task::ClosePoll(id)) => drop(self.poll_close_at.insert(id, now + poll_closing::AGAIN)),
                Some(Task::EditPoll(id)) => drop(self.poll_edit_at.insert(id, at)),
                Some(Task::Edit(id)) => drop(self.seal_at.insert(id, at)),
                Some(Task::Close(id) | Task::ReadAndClose(id)) => drop(self.close_at.insert(id, at)),
                Some(Task::Send(id, _) | Task::Job(id)) => self.failed.push(id),
                None => self.faulty = true,
            }
        }
        match result {
            Some(Ok(Ended::Seal(id, Edited::Again(at)))) => {
                self.seal_at.insert(id, at);
            }
            Some(Ok(Ended::PollEdited(id, Edited::Again(at)))) => {
                self.poll_edit_at.insert(id, at);
            }
            Some(Ok(Ended::PollClosed(id, Closed::Again(at)))) => {
                self.poll_close_at.insert(id, at);
            }
            Some(Ok(Ended::Count(id, Edited::Again(at)))) => self.changed.again(id, at),
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                tracing::error!(?task, %error, "a task of the scheduler failed; it is put off, and the others go on");
            }
            None => {
                tracing::error!(
                    ?task,
                    "a task of the scheduler panicked; it is put off, and the others go on"
                );
            }
        }
    }

    /// What came of something beside which the rest of the pass goes on.
    fn tried<T>(&mut self, result: Result<T>) -> Option<T> {
        result.inspect_err(|error| self.fault(error)).ok()
    }

    fn fault(&mut self, error: &StoreError) {
        tracing::error!(%error, "the scheduler could not do what was due; it tries again");
        self.faulty = true;
    }

    /// Another random value.
    fn seed(&mut self) -> u64 {
        self.drawn += 1;
        mix(self.parts.seed, self.drawn)
    }
}

fn is_due(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| at <= now)
}
