//! A database with one team in it, in which posts and closes are rows: for tests that are about answers and streaks
//! and not about how a post comes to be.

use helmsman::{
    app::{
        agenda::{Agenda, PutOff},
        answering::{self, Cast, CastOutcome, Taken},
        streaks,
    },
    domain::{
        answer::Event,
        id::{CastId, ChannelId, GuildId, OccurrenceId, TeamId, UserId, snowflake_floor},
        occurrence::Snapshot,
        prompt::{Kind, Lean, Prompt, PromptOption, Theme},
        streak::Streak,
    },
    store::{Store, streak, tally, team},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use tempfile::TempDir;

pub const GUILD: GuildId = GuildId(1);

pub struct World {
    pub store: Store,
    pub team: TeamId,
    posts: u64,
    casts: u64,
    _folder: TempDir,
}

/// What is posted.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    pub day: Date,
    pub opens: Timestamp,
    pub window: SignedDuration,
    pub bonus: bool,
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn snapshot(kind: Kind) -> Snapshot {
    Snapshot {
        prompt: Prompt {
            id: "storm".into(),
            theme: Theme::Horizon,
            source: "A source".into(),
            title: "The storm".into(),
            situation: "The sea is rough.".into(),
            question: "What first?".into(),
            lead_insight: "The goal stays in sight.".into(),
            manage_insight: "The ship stays afloat.".into(),
            kind,
        },
        series: "s".into(),
        series_title: "A series".into(),
        number: 4,
        of: 10,
        thread: false,
        late: false,
        notify: None,
    }
}

pub fn choice() -> Kind {
    let option = |label: &str, lean| PromptOption {
        label: label.into(),
        text: format!("{label}, now."),
        lean,
        insight: format!("{label}: this buys and that costs."),
    };
    Kind::Choice {
        options: vec![
            option("Hold course", Lean::Lead),
            option("Reef the sails", Lean::Manage),
            option("Ask the crew", Lean::Both),
        ],
    }
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db")).await.unwrap();
        let now = at("2027-01-01T00:00:00Z");
        let team = store
            .write(move |conn| Box::pin(team::insert(conn, GUILD, ChannelId(7), "UTC", UserId(1), now)))
            .await
            .unwrap();
        Self { store, team, posts: 0, casts: 0, _folder: folder }
    }

    /// A prompt appears in the channel, at `post.opens`.
    pub async fn post(&mut self, post: Post) -> OccurrenceId {
        self.post_of(post, choice()).await
    }

    pub async fn post_of(&mut self, post: Post, kind: Kind) -> OccurrenceId {
        self.posts += 1;
        let (team, key) = (self.team, format!("i{}", self.posts));
        let message = snowflake_floor(post.opens) + self.posts;
        let closes = post.opens + post.window;
        let snapshot = serde_json::to_string(&snapshot(kind)).unwrap();
        let job = self.store.write(move |conn| {
            Box::pin(async move {
                let id: i64 = sqlx::query_scalar(
                    "INSERT INTO occurrence (key, team, channel, day, due, bonus, state, snapshot, opens, closes, message) \
                     VALUES (?, ?, 7, ?, ?, ?, 'posted', ?, ?, ?, ?) RETURNING id",
                )
                .bind(key)
                .bind(team.0)
                .bind(post.day.to_string())
                .bind(post.opens.as_millisecond())
                .bind(post.bonus)
                .bind(snapshot)
                .bind(post.opens.as_millisecond())
                .bind(closes.as_millisecond())
                .bind(message as i64)
                .fetch_one(&mut *conn)
                .await?;
                streaks::opened_in(conn, team, post.day, post.opens).await?;
                Ok(OccurrenceId(id))
            })
        });
        job.await.unwrap()
    }

    /// Nothing appears: 'missed', 'skipped', 'unknown' or 'claimed'.
    pub async fn no_post(&mut self, day: Date, state: &'static str, reason: &'static str, now: Timestamp) {
        self.posts += 1;
        let (team, key) = (self.team, format!("n{}", self.posts));
        let job = self.store.write(move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO occurrence (key, team, channel, day, due, state, reason, closes) \
                     VALUES (?, ?, 7, ?, 0, ?, ?, 0)",
                )
                .bind(key)
                .bind(team.0)
                .bind(day.to_string())
                .bind(state)
                .bind(reason)
                .execute(&mut *conn)
                .await?;
                streaks::settle_in(conn, team, day, now).await
            })
        });
        job.await.unwrap();
    }

    /// The window is over and counted.
    pub async fn tally(&self, id: OccurrenceId, day: Date, down: i64, now: Timestamp) {
        let team = self.team;
        let job = self.store.write(move |conn| {
            Box::pin(async move {
                sqlx::query("UPDATE occurrence SET tallied_at = ?, down = ? WHERE id = ?")
                    .bind(now.as_millisecond())
                    .bind(down)
                    .bind(id.0)
                    .execute(&mut *conn)
                    .await?;
                tally::count_in(conn, id).await?;
                streaks::settle_in(conn, team, day, now).await
            })
        });
        job.await.unwrap();
    }

    /// Taken back.
    pub async fn retract(&self, id: OccurrenceId, day: Date, now: Timestamp) {
        let team = self.team;
        let job = self.store.write(move |conn| {
            Box::pin(async move {
                sqlx::query("UPDATE occurrence SET state = 'retracted' WHERE id = ?")
                    .bind(id.0)
                    .execute(&mut *conn)
                    .await?;
                streaks::settle_in(conn, team, day, now).await
            })
        });
        job.await.unwrap();
    }

    /// An id that nothing else has, made at `cast`.
    pub fn id(&mut self, cast: Timestamp) -> CastId {
        self.casts += 1;
        CastId(snowflake_floor(cast) + self.casts % 4096)
    }

    pub async fn deliver(
        &self,
        now: Timestamp,
        occurrence: OccurrenceId,
        user: UserId,
        cast: CastId,
        event: Event,
    ) -> CastOutcome {
        let cast = Cast { guild: GUILD, occurrence, user, cast, event };
        answering::cast(&self.store, now, cast).await.unwrap()
    }

    /// Somebody does something now, and it is taken in.
    pub async fn does(&mut self, now: Timestamp, id: OccurrenceId, user: UserId, event: Event) -> Taken {
        let cast = self.id(now);
        match self.deliver(now, id, user, cast, event).await {
            CastOutcome::Taken(taken) => *taken,
            other => panic!("{other:?}"),
        }
    }

    pub async fn streak(&self, user: UserId) -> Streak {
        let mut conn = self.store.read().await.unwrap();
        let cached = streak::get(&mut conn, self.team, user).await.unwrap();
        cached.map_or(Streak::default(), |(cached, _)| cached.now)
    }
}

/// What is planned, for one who is connected.
pub async fn ahead(store: &Store) -> Agenda {
    Agenda::read(store, Some(Timestamp::UNIX_EPOCH), &PutOff::default()).await.unwrap()
}
