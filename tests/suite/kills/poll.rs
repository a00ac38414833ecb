//! Polls in a voyage: opened while nobody runs, voted in, and counted by whoever runs then.

use crate::{dice::Dice, process::scene::Scene};
use emulator::{Channel, Discord, Message, Person};
use helmsman::{
    app::polls::{self, Opened},
    domain::{
        id::{CastId, GuildId, TeamId, UserId, snowflake_floor},
        poll::{Draft, Mode, Outcome},
    },
    store::Store,
};
use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// One vote.
#[derive(Clone, Debug)]
pub struct Vote {
    pub user: u64,
    pub poll: i64,
    pub place: u8,
    /// The person saw that it counts.
    pub acknowledged: bool,
}

/// The poll and the place that a button votes for.
fn choice(custom_id: &str) -> Option<(i64, u8)> {
    let (poll, place) = custom_id.strip_prefix("poll:vote:")?.split_once(':')?;
    Some((poll.parse().ok()?, place.parse().ok()?))
}

fn choices(message: &Message) -> Vec<String> {
    let ids = message.buttons().into_iter().filter_map(|button| button.custom_id);
    ids.filter(|id| choice(id).is_some()).collect()
}

pub fn is_one(message: &Message) -> bool {
    message
        .buttons()
        .iter()
        .any(|button| button.custom_id.as_deref().is_some_and(|id| id.starts_with("poll:")))
}

/// Opens a poll about these people. When it closes.
pub async fn open(store: &Store, scene: &Scene, about: &[Person], now: Timestamp, seed: u64) -> Timestamp {
    let nominees = about.iter().map(|person| (UserId(person.id().get()), person.name())).collect();
    let draft = Draft {
        situation: format!("What happened by {now}."),
        duration: "30 min".into(),
        nominees,
        mode: Mode::Full,
        ..Draft::default()
    };
    let (guild, cast) = (GuildId(scene.guild.id().get()), CastId(snowflake_floor(now)));
    let by = UserId(scene.ana.id().get());
    let opened = polls::open(store, (guild, TeamId(1)), by, cast, draft, now, seed).await.unwrap();
    let Opened::Yes(id) = opened else { panic!("{opened:?}") };
    polls::one(store, guild, id).await.unwrap().unwrap().closes
}

/// Votes, and perhaps for somebody else soon after, as long as there is an answer. Gives up if there is no poll.
pub async fn vote(discord: Discord, channel: Channel, person: Person, seed: u64) -> Vec<Vote> {
    let mut dice = Dice::new(seed);
    let mut votes = Vec::new();
    let here = channel.id();
    let posted = discord.wait_for(move |world| {
        let mut messages = world.channels[&here].messages.values().rev();
        messages
            .find(|message| serde_json::json!(message.components).to_string().contains("poll:vote:"))
            .map(|message| message.id)
    });
    let Ok(id) = tokio::time::timeout(Duration::from_secs(5), posted).await else { return votes };
    let Some(message) = person.sees(&channel).into_iter().find(|message| message.id == id) else {
        return votes;
    };
    for _ in 0..=dice.below(3) {
        let button = dice.pick(&choices(&message));
        let response = person.click(&message, &button).await;
        let (poll, place) = choice(&button).expect("a choice");
        let told = response.try_message().is_some();
        if response.interaction.is_none() || (told && !response.text().contains("You chose")) {
            // It was said that it does not count: a nominee's own, or not yet.
            continue;
        }
        votes.push(Vote { user: person.id().get(), poll, place, acknowledged: told });
        if !told {
            return votes;
        }
    }
    votes
}

/// Each poll has one result, which holds whatever anybody was told that counts.
pub async fn check(scene: &Scene, conn: &mut SqliteConnection, votes: &[Vote]) {
    let all =
        "SELECT p.id, p.state, p.outcome, p.message, (SELECT count(*) FROM outbox o WHERE o.poll = p.id AND
               o.kind = 'poll_result') AS results FROM poll p";
    let mut polls = BTreeSet::new();
    for row in sqlx::query(all).fetch_all(conn).await.unwrap() {
        let (id, state): (i64, String) = (row.get("id"), row.get("state"));
        polls.insert(id);
        let of: Vec<_> = votes.iter().filter(|vote| vote.poll == id).collect();
        if state == "cancelled" {
            // It could not be posted in time, so that nobody could vote.
            assert!(of.iter().all(|vote| !vote.acknowledged), "poll {id}: {of:?}");
            continue;
        }
        assert_eq!((state.as_str(), row.get::<i64, _>("results")), ("closed", 1), "poll {id}");
        if let Some(message) = row.get::<Option<i64>, _>("message") {
            let seen = scene.ana.sees(&scene.channel);
            let message = seen.iter().find(|one| one.id.0 as i64 == message).expect("it was posted");
            assert!(message.buttons().is_empty(), "poll {id} shows its buttons");
        }
        let outcome: Outcome = serde_json::from_str(row.get("outcome")).unwrap();
        check_count(id, &outcome, &of);
    }
    assert!(votes.iter().all(|vote| polls.contains(&vote.poll)));
    let left = std::fs::read_dir(scene.place.path("helmsman.db-polls")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "ballots of polls that are over");
}

/// What counts for somebody is what was acknowledged last, or something that was done after it and not acknowledged.
fn check_count(id: i64, outcome: &Outcome, votes: &[&Vote]) {
    let mut people: BTreeMap<u64, Vec<&Vote>> = BTreeMap::new();
    votes.iter().for_each(|vote| people.entry(vote.user).or_default().push(vote));
    let (mut sure, mut may) = (Vec::new(), Vec::new());
    for all in people.values() {
        let last = all.iter().rposition(|vote| vote.acknowledged);
        let places: BTreeSet<u8> = all[last.unwrap_or(0)..].iter().map(|vote| vote.place).collect();
        if last.is_some() && places.len() == 1 {
            sure.extend(places.iter().copied());
        }
        may.push((places, last.is_some()));
    }
    let told = may.iter().filter(|(_, told)| *told).count();
    match outcome {
        Outcome::TooFew => assert!(told < 3, "poll {id}: {told} were told that their vote counts: {votes:?}"),
        Outcome::Recognised { counts: Some(counts), .. } => {
            for (place, n) in counts {
                let least = sure.iter().filter(|sure| *sure == place).count() as u32;
                let most = may.iter().filter(|(places, _)| places.contains(place)).count() as u32;
                assert!((least..=most).contains(n), "poll {id}: {counts:?} of {votes:?}");
            }
            let all: u32 = counts.iter().map(|(_, n)| n).sum();
            assert!((told as u32..=may.len() as u32).contains(&all), "poll {id}: {counts:?} of {votes:?}");
        }
        Outcome::Recognised { counts: None, .. } => {
            assert!((3..=may.len()).contains(&told.max(3)) && told < 5, "poll {id}: {votes:?}");
        }
        other => panic!("poll {id}: {other:?}"),
    }
}
