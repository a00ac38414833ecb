//! Votes: how fast one is acknowledged, what it costs after a hundred thousand others; and many polls that close at once.

use crate::{
    Arguments,
    bare::{Bare, USUAL},
    disk::Disk,
    measure::{ROUNDS, median, now, quantile, shown, today},
    shapes::{in_turn, one_at_a_time},
    table::{Bar, Row, Table},
    teams,
    whole::{Whole, start_bot},
};
use emulator::{Discord, Options};
use futures_util::{StreamExt, stream};
use helmsman::{
    app::{
        closing::GRACE,
        outbox::{self, Allowed},
        polls::{self, Cast, Opened},
    },
    domain::{
        id::{CastId, ChannelId, GuildId, MessageId, PollId, TeamId, UserId, snowflake_floor},
        library::Library,
        outbound::{Attempt, Rights},
        poll::{Draft, Event},
        reason::Reason,
    },
    store::{Store, poll},
};
use jiff::{SignedDuration, Timestamp};
use std::{collections::HashSet, path::Path, time::Duration};

/// Discord's limit over all routes, in requests a second.
const A_SECOND: f64 = 50.0;
/// Channels of one server.
const CHANNELS: usize = 50;
/// Votes that are taken in together while a poll is filled.
const AT_ONCE: usize = 256;
/// From the last preparation to the instant at which all close.
const LEAD: SignedDuration = SignedDuration::from_secs(5);

/// Adds the rows of this chapter.
pub async fn measure(arguments: &Arguments, folder: &Path, table: &mut Table) {
    acknowledged(arguments, folder, table).await;
    cost(arguments, folder, table).await;
    closing(arguments.count(1_000, 100), folder, table).await;
}

/// A vote through the whole bot, against a bare command and a commit.
async fn acknowledged(arguments: &Arguments, folder: &Path, table: &mut Table) {
    let (warm_up, count) = (100, arguments.count(1_000, 300));
    let bare = Bare::start(warm_up + ROUNDS * count).await;
    let whole = Whole::start(folder, warm_up + ROUNDS * count).await;
    let commit = Disk::new(folder).await.commit();
    let (ping, vote) = (bare.command(), whole.vote());
    one_at_a_time(warm_up, &ping).await;
    one_at_a_time(warm_up, &vote).await;
    let p50 = |mut samples: Vec<Duration>| quantile(&mut samples, 0.5).as_secs_f64();
    let (mut ratios, mut votes) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let [commands, commits, voted] = in_turn(count, [&ping, &commit, &vote]).await;
        let voted = p50(voted);
        ratios.push(voted / (p50(commands) + p50(commits)));
        votes.push(voted);
    }
    whole.stop().await;
    let what = "vote p50 / (bare command p50 + one durable commit p50)";
    table.push(Row::ratio(what, median(ratios), Bar::AtMost(1.5)));
    table.push(Row::new("  vote p50", median(votes), Bar::None, shown));
}

/// A poll with votes in it.
struct Filled {
    store: Store,
    poll: PollId,
    opened: Timestamp,
    votes: usize,
}

impl Filled {
    async fn make(path: &Path, votes: usize) -> Self {
        let store = Store::open(path).await.expect("the database is made");
        let opened = today();
        let place = (GuildId(1), ChannelId(1));
        let team = team(&store, place, opened).await;
        let nominees = (1..=5).map(|n| (UserId(n), format!("Nominee {n}"))).collect();
        let poll = open(&store, (place.0, team), nominees, opened, 1).await;
        for job in outbox::due(&store, opened, 10, &[]).await.expect("the poll is due") {
            let rights = Rights::Known { send: true, search: true };
            let allowed = Allowed { rights, why_not: Reason::ChannelGone };
            outbox::take_up(&store, job.id, allowed, opened, 1).await.expect("it is taken up");
            let done = Attempt::Done(MessageId(snowflake_floor(opened)));
            outbox::attempted(&store, job.id, done, None, opened, 1).await.expect("it is sent");
        }
        let filled = Self { store, poll, opened, votes };
        let all = stream::iter(0..votes).map(|n| filled.vote(n)).buffer_unordered(AT_ONCE);
        all.collect::<()>().await;
        filled
    }

    /// Another person votes.
    async fn vote(&self, n: usize) {
        let cast = CastId(snowflake_floor(self.opened) + 1 + n as u64);
        let (guild, voter, event) = (GuildId(1), UserId(1_000 + n as u64), Event::Vote((n % 5) as u8));
        let cast = Cast { guild, poll: self.poll, voter, roles: Vec::new(), cast, event };
        let taken = polls::cast(&self.store, self.opened, cast).await.expect("the vote is stored");
        assert!(taken.is_ok(), "{taken:?}");
    }

    /// So many more, one after the other: what one takes, with its commit.
    async fn p50(&self, round: usize, count: usize) -> f64 {
        let mut took = Vec::with_capacity(count);
        for n in 0..count {
            let begun = now();
            self.vote(self.votes + round * count + n).await;
            took.push(begun.elapsed());
        }
        quantile(&mut took, 0.5).as_secs_f64()
    }
}

async fn cost(arguments: &Arguments, folder: &Path, table: &mut Table) {
    let count = arguments.count(500, 20);
    // The ballots of a database lie beside it.
    for name in ["few", "many"] {
        std::fs::create_dir(folder.join(name)).expect("a folder is made");
    }
    let few = Filled::make(&folder.join("few/votes.db"), 100).await;
    let many = Filled::make(&folder.join("many/votes.db"), arguments.count(100_000, 20_000)).await;
    let (mut ratios, mut costs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let short = few.p50(round, count).await;
        let long = many.p50(round, count).await;
        ratios.push(long / short);
        costs.push(long);
    }
    let what = format!("vote p50 after {} votes / after {}", many.votes, few.votes);
    table.push(Row::ratio(what, median(ratios), Bar::AtMost(1.5)));
    table.push(Row::new("  with the many", median(costs), Bar::None, shown));
    few.store.close().await;
    many.store.close().await;
}

/// So many polls that close at the same instant, each in a channel of its own, on the host's clock.
async fn closing(count: usize, folder: &Path, table: &mut Table) {
    let discord = Discord::start(Options::default()).await.expect("the emulator starts");
    let app = discord.application("Helmsman");
    let guilds: Vec<_> =
        (0..count.div_ceil(CHANNELS)).map(|n| discord.guild(&format!("Harbour {n}"))).collect();
    std::fs::create_dir(folder.join("closing")).expect("a folder is made");
    let store = Store::open(&folder.join("closing/polls.db")).await.expect("the database is made");
    let (mut channels, mut open_polls) = (HashSet::new(), Vec::new());
    let mut nominees = Vec::new();
    for n in 0..count {
        let guild = &guilds[n / CHANNELS];
        if n % CHANNELS == 0 {
            guild.add_app(&app, USUAL | emulator::bits::EMBED_LINKS);
            let people = ["nominee1", "nominee2"].map(|name| guild.person(name));
            nominees = people.iter().map(|one| (UserId(one.id().get()), one.name())).collect::<Vec<_>>();
        }
        let channel = guild.text_channel(&format!("team-{n}"));
        let place = (GuildId(guild.id().get()), ChannelId(channel.id().get()));
        channels.insert(place.1.0);
        let team = team(&store, place, today()).await;
        open_polls.push((place.0, open(&store, (place.0, team), nominees.clone(), today(), n as u64).await));
    }
    let bot = start_bot(&discord, &app, store.clone()).await;
    said(&discord, &channels, 1).await;
    bot.settled(|| discord.delivered(&app)).await;
    for (guild, id) in &open_polls {
        for voter in 0..3 {
            let cast = CastId(snowflake_floor(today()) + voter);
            let event = Event::Vote((voter % 2) as u8);
            let voter = UserId(1_000 + voter);
            let vote = Cast { guild: *guild, poll: *id, voter, roles: Vec::new(), cast, event };
            polls::cast(&store, today(), vote).await.expect("the vote is stored").expect("it counts");
        }
    }
    // The messages say first that the quorum is reached.
    bot.settled(|| discord.delivered(&app)).await;
    let due = today() + LEAD;
    let ids: Vec<_> = open_polls.iter().map(|(_, id)| *id).collect();
    store
        .write(move |conn| {
            Box::pin(async move {
                for id in ids {
                    poll::set_closes(conn, id, due).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("all close");
    assert!(today() < due, "the polls were to close before all was prepared");
    discord.clear_requests();
    // Nobody has told the bot of the new instant; to ask whether it is at rest wakes it.
    let (last, ()) = tokio::join!(said(&discord, &channels, 2), bot.settled(|| discord.delivered(&app)));
    let took = (last.millis() - (due + GRACE).as_millisecond()) as f64 / 1_000.0;
    let requests = discord.requests();
    let limited = requests.iter().filter(|request| request.status == 429).count();
    bot.stop().await;
    // Each asks for its two nominees, says its result and takes its buttons away.
    let ideal = 4.0 * count as f64 / A_SECOND;
    table.push(Row::ratio(
        format!("{count} polls close at once: time to the last result / of 4 requests each at {A_SECOND:.0} a second"),
        took / ideal,
        Bar::AtMost(1.05),
    ));
    table.push(Row::new(
        "  requests of them that were answered 429, in a thousand",
        limited as f64 * 1_000.0 / requests.len() as f64,
        Bar::AtMost(1.0),
        |n| format!("{n:.1}"),
    ));
}

/// Returns when each channel has so many messages: the last of these.
async fn said(discord: &Discord, channels: &HashSet<u64>, count: usize) -> emulator::Id {
    let channels = channels.clone();
    let said = discord.wait_for(|world| {
        let last = |id: &u64| {
            let messages = &world.channels.get(&emulator::Id(*id))?.messages;
            messages.keys().nth(count - 1).copied()
        };
        channels.iter().map(last).collect::<Option<Vec<_>>>()?.into_iter().max()
    });
    said.await
}

async fn team(store: &Store, place: (GuildId, ChannelId), now: Timestamp) -> TeamId {
    let made = store.write(move |conn| {
        Box::pin(async move {
            let library = Library::builtin();
            Ok(teams::add_in(conn, &library, place, teams::not_yet(now), now).await?.0)
        })
    });
    made.await.expect("a team is made")
}

async fn open(
    store: &Store,
    team: (GuildId, TeamId),
    nominees: Vec<(UserId, String)>,
    now: Timestamp,
    seed: u64,
) -> PollId {
    let draft =
        Draft { situation: "It rained.".into(), duration: "1 day".into(), nominees, ..Draft::default() };
    let cast = CastId(snowflake_floor(now) + seed);
    match polls::open(store, team, UserId(9), cast, draft, now, seed).await {
        Ok(Opened::Yes(id)) => id,
        other => panic!("a poll is opened: {other:?}"),
    }
}
