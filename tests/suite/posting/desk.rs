//! A team, its database and a channel without surprises: what the scheduler does, step by step, with any `now`.

use crate::world::ahead;
use helmsman::{
    app::{answering, closing, outbox, posting, schedules, shelf::Shelf},
    domain::{
        answer::Event,
        id::{
            CastId, ChannelId, GuildId, MessageId, OccurrenceId, ScheduleId, TeamId, UserId, snowflake_floor,
        },
        library::Library,
        occurrence::{Occurrence, State},
        outbound::{Attempt, Rights, Step},
        queue::{AtEnd, Order},
        reason::Reason,
        schedule::{Rule, Weekdays},
    },
    store::{
        Store, occurrence as occurrences,
        outbox::{Job, Kind},
        queue,
        schedule::{self, Plan, Schedule},
        team,
    },
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, date, time},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

pub const GUILD: GuildId = GuildId(1);
pub const CHANNEL: ChannelId = ChannelId(2);
pub const ADMIN: UserId = UserId(3);

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

pub struct Desk {
    pub store: Store,
    pub library: Arc<Library>,
    pub team: TeamId,
    _folder: tempfile::TempDir,
    random: AtomicU64,
}

/// The first series, on weekdays at half past nine, from the fourth of January 2027 (a Monday).
pub fn plan() -> Plan {
    Plan {
        series: "steady-and-far".into(),
        rule: Rule { at: time(9, 30, 0, 0), weekdays: Weekdays::WORKING, start: date(2027, 1, 4) },
        order: Order::Sequential,
        at_end: AtEnd::Stop,
        window_minutes: None,
        thread: false,
        notify: None,
    }
}

impl Desk {
    pub async fn new(zone: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db")).await.unwrap();
        let zone = zone.to_owned();
        let team = store
            .write(move |conn| {
                Box::pin(async move {
                    let begun = Timestamp::UNIX_EPOCH;
                    let team = team::insert(conn, GUILD, CHANNEL, &zone, ADMIN, begun).await?;
                    team::start(conn, team, begun).await?;
                    Ok(team)
                })
            })
            .await
            .unwrap();
        let library = Arc::new(Library::builtin());
        Desk { store, library, team, _folder: folder, random: AtomicU64::new(1) }
    }

    pub fn seed(&self) -> u64 {
        self.random.fetch_add(1, Ordering::Relaxed)
    }

    pub fn shelf(&self) -> Arc<Shelf> {
        Arc::new(Shelf::new(self.library.clone()))
    }

    pub async fn schedule(&self, plan: Plan, now: Timestamp) -> ScheduleId {
        let (library, id, seed) = (self.library.clone(), self.team, self.seed());
        self.store
            .write(move |conn| {
                Box::pin(async move {
                    let made = schedules::draft_in(conn, &library, id, &plan, seed).await?;
                    let team = team::get(conn, id).await?.unwrap();
                    let draft = schedule::get(conn, made).await?.unwrap();
                    schedules::activate_in(conn, &team, &draft, now).await?;
                    Ok(made)
                })
            })
            .await
            .unwrap()
    }

    pub async fn get(&self, id: ScheduleId) -> Schedule {
        schedule::get(&mut self.store.read().await.unwrap(), id).await.unwrap().unwrap()
    }

    pub async fn queue(&self, id: ScheduleId) -> Vec<String> {
        queue::all(&mut self.store.read().await.unwrap(), id).await.unwrap()
    }

    /// What one pass of the scheduler does about closes and claims; nothing is sent.
    pub async fn look(&self, now: Timestamp) {
        for due in closing::due(&self.store, now, Some(Timestamp::UNIX_EPOCH), &mut Default::default())
            .await
            .unwrap()
        {
            closing::tally(&self.store, due.occurrence.id, now, self.seed()).await.unwrap();
        }
        for (_, claim) in posting::claim_due(&self.store, &self.shelf(), now, self.seed(), &[]).await.unwrap()
        {
            claim.unwrap();
        }
    }

    pub async fn due(&self, now: Timestamp) -> Vec<Job> {
        outbox::due(&self.store, now, 100, &[]).await.unwrap()
    }

    /// Sends one job; what it was.
    pub async fn send(&self, job: &Job, now: Timestamp) -> Kind {
        let (step, _) = self.take_up(job, now).await;
        assert_eq!(step, Step::Send);
        let message = MessageId(snowflake_floor(now) + self.seed());
        self.report(job, Attempt::Done(message), now).await;
        job.kind
    }

    pub async fn take_up(&self, job: &Job, now: Timestamp) -> (Step, Option<Job>) {
        let rights = Rights::Known { send: true, search: true };
        let allowed = outbox::Allowed { rights, why_not: Reason::ChannelGone };
        outbox::take_up(&self.store, job.id, allowed, now, self.seed()).await.unwrap()
    }

    pub async fn report(&self, job: &Job, attempt: Attempt, now: Timestamp) {
        let refusal = matches!(attempt, Attempt::Refused { .. }).then_some(Reason::Refused(50_001));
        outbox::attempted(&self.store, job.id, attempt, refusal, now, self.seed()).await.unwrap();
    }

    /// A pass with everything it sends, in the order in which it is sent.
    pub async fn pass(&self, now: Timestamp) -> Vec<Kind> {
        self.look(now).await;
        let mut sent = Vec::new();
        loop {
            let due = self.due(now).await;
            // One at a time: what waits for the first is not due with it.
            let Some(job) = due.first() else { return sent };
            sent.push(self.send(job, now).await);
        }
    }

    /// Passes every ten seconds around each instant at which something may be due, from `from` to `to`.
    pub async fn live(&self, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Kind)> {
        let mut sent = Vec::new();
        let mut now = from;
        while now <= to {
            sent.extend(self.pass(now).await.into_iter().map(|kind| (now, kind)));
            let Some(next) = ahead(&self.store).await.next() else { break };
            now = next.max(now + SignedDuration::from_millis(1));
        }
        sent
    }

    pub async fn occurrences(&self) -> Vec<Occurrence> {
        let conn = &mut *self.store.read().await.unwrap();
        let mut all = Vec::new();
        for id in 1.. {
            match occurrences::of_id(conn, OccurrenceId(id)).await.unwrap() {
                Some(occurrence) => all.push(occurrence),
                None => break,
            }
        }
        all
    }

    /// Day and state of each occurrence.
    pub async fn record(&self) -> Vec<(Date, State)> {
        let mut record: Vec<_> = self.occurrences().await.iter().map(|o| (o.day, o.state)).collect();
        record.sort_by_key(|(day, _)| *day);
        record
    }

    pub async fn answer(&self, occurrence: &Occurrence, user: u64, cast: Timestamp) {
        let cast = CastId(snowflake_floor(cast) + user);
        let event = Event::Present;
        let (guild, user) = (GUILD, UserId(user));
        let cast = answering::Cast { guild, occurrence: occurrence.id, user, cast, event };
        answering::cast(&self.store, cast.cast.time(), cast).await.unwrap();
    }
}
