//! Polls as far as the databases go, without Discord: voting, counting, and what is left after a crash.

mod apart;
mod counting;
mod ending;
mod refusals;
mod secrecy;
mod weekly;

pub use apart::database;

use helmsman::{
    app::{
        outbox::{self, Allowed},
        polls::{self, Cast, Opened, Refused, Taken},
    },
    domain::{
        id::{CastId, ChannelId, GuildId, MessageId, PollId, TeamId, UserId, snowflake_floor},
        outbound::{Attempt, Rights, Step},
        poll::{Draft, Event, Outcome, Poll},
        reason::Reason,
    },
    store::{
        Store,
        outbox::{Job, Kind},
        team,
    },
};
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use tempfile::TempDir;

pub const GUILD: GuildId = GuildId(1);
pub const MANAGER: UserId = UserId(77);
const CHANNEL: ChannelId = ChannelId(7);

/// A team that polls.
pub struct Booth {
    pub store: Store,
    pub team: TeamId,
    pub folder: TempDir,
    pub now: Timestamp,
    pub casts: u64,
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

/// The nominee number `n`, from 0. Places are drawn, so ask [`Booth::place`].
pub fn nominee(n: u64) -> UserId {
    UserId(1000 + n)
}

pub fn draft(nominees: u64) -> Draft {
    Draft {
        situation: "The release slipped, and somebody said it first.".into(),
        nominees: (0..nominees).map(|n| (nominee(n), format!("Nominee {n}"))).collect(),
        ..Draft::default()
    }
}

impl Booth {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = at("2027-01-04T09:00:00Z");
        let store = Store::open(&folder.path().join("h.db")).await.unwrap();
        let team = store
            .write(move |conn| {
                Box::pin(async move {
                    let id = team::insert(conn, GUILD, CHANNEL, "Europe/Berlin", MANAGER, now).await?;
                    team::start(conn, id, now).await?;
                    Ok(id)
                })
            })
            .await
            .unwrap();
        Self { store, team, folder, now, casts: 0 }
    }

    /// The process is gone; another one opens what is on disk.
    pub async fn restart(&mut self) {
        self.store.close().await;
        // The last handle holds the lock.
        let elsewhere = tempfile::tempdir().unwrap();
        self.store = Store::open(&elsewhere.path().join("none.db")).await.unwrap();
        self.store = Store::open(&self.folder.path().join("h.db")).await.unwrap();
        polls::recover(&self.store, self.now).await.unwrap();
    }

    pub fn file(&self, poll: PollId, ending: &str) -> PathBuf {
        self.folder.path().join("h.db-polls").join(format!("{poll}{ending}"))
    }

    pub fn cast_id(&mut self) -> CastId {
        self.casts += 1;
        CastId(snowflake_floor(self.now) + self.casts % (1 << 20))
    }

    pub async fn opened(&mut self, draft: Draft) -> Opened {
        let cast = self.cast_id();
        let seed = self.casts;
        polls::open(&self.store, (GUILD, self.team), MANAGER, cast, draft, self.now, seed).await.unwrap()
    }

    /// A poll whose message is in the channel.
    pub async fn poll(&mut self, draft: Draft) -> PollId {
        let Opened::Yes(id) = self.opened(draft).await else { panic!("it is opened") };
        let sent = self.send(Kind::Poll).await;
        assert_eq!(sent, 1);
        id
    }

    /// Sends what is due and of this kind. How many.
    pub async fn send(&self, kind: Kind) -> usize {
        let due: Vec<Job> = outbox::due(&self.store, self.now, 1_000, &[]).await.unwrap();
        let due: Vec<Job> = due.into_iter().filter(|job| job.kind == kind).collect();
        for job in &due {
            let rights = Rights::Known { send: true, search: true };
            let allowed = Allowed { rights, why_not: Reason::ChannelGone };
            let step = outbox::take_up(&self.store, job.id, allowed, self.now, 1).await.unwrap().0;
            assert_eq!(step, Step::Send);
            let message = MessageId(snowflake_floor(self.now) + job.id.0 as u64);
            outbox::attempted(&self.store, job.id, Attempt::Done(message), None, self.now, 1).await.unwrap();
        }
        due.len()
    }

    pub async fn one(&self, id: PollId) -> Poll {
        polls::one(&self.store, GUILD, id).await.unwrap().unwrap()
    }

    pub async fn place(&self, id: PollId, n: u64) -> u8 {
        self.one(id).await.place_of(nominee(n)).unwrap()
    }

    pub async fn deliver(
        &self,
        poll: PollId,
        voter: u64,
        cast: CastId,
        event: Event,
    ) -> Result<Taken, Refused> {
        let cast = Cast { guild: GUILD, poll, voter: UserId(voter), roles: Vec::new(), cast, event };
        polls::cast(&self.store, self.now, cast).await.unwrap()
    }

    pub async fn does(&mut self, poll: PollId, voter: u64, event: Event) -> Result<Taken, Refused> {
        let cast = self.cast_id();
        self.deliver(poll, voter, cast, event).await
    }

    /// Votes for the nominee number `n`.
    pub async fn votes(&mut self, poll: PollId, voter: u64, n: u64) -> Taken {
        let place = self.place(poll, n).await;
        self.does(poll, voter, Event::Vote(place)).await.unwrap()
    }

    /// The time of the poll is over, and a bit more.
    pub async fn wait_for_the_end(&mut self, id: PollId) {
        self.now = self.one(id).await.closes + seconds(6);
    }

    pub async fn tally(&self, id: PollId) -> Option<Outcome> {
        polls::tally(&self.store, id, Vec::new(), self.now, id.0 as u64).await.unwrap()
    }

    /// The numbers of those who were recognised.
    pub async fn recognised(&self, id: PollId) -> Vec<u64> {
        let poll = self.one(id).await;
        let Some(Outcome::Recognised { people, .. }) = &poll.outcome else {
            panic!("nobody was recognised: {:?}", poll.outcome)
        };
        let mut who: Vec<_> =
            people.iter().map(|person| poll.nominees[usize::from(person.place)].user.0 - 1000).collect();
        who.sort_unstable();
        who
    }
}
