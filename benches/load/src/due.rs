//! Prompts that fall due: all of them in one minute, and a few among very many schedules.

use crate::{
    Arguments,
    bare::USUAL,
    measure::{ROUNDS, median, now, shown, today},
    table::{Bar, Row, Table},
    teams,
    whole::start_bot,
};
use emulator::{Discord, Options};
use helmsman::{
    app::{
        agenda::{Agenda, PutOff},
        posting,
        shelf::Shelf,
    },
    domain::{
        id::{ChannelId, GuildId, ScheduleId},
        library::Library,
    },
    store::{Store, schedule},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use std::{collections::HashSet, path::Path, sync::Arc};

/// Discord's limit over all routes, in requests a second.
const A_SECOND: f64 = 50.0;
/// Channels of one server.
const CHANNELS: usize = 50;
/// From the last preparation to the instant at which all is due.
const LEAD: SignedDuration = SignedDuration::from_secs(5);
/// Schedules that are due in a pass, among however many.
const DUE: usize = 100;

/// Adds the rows of this chapter.
pub async fn measure(arguments: &Arguments, folder: &Path, table: &mut Table) {
    burst(arguments.count(3_000, 500), folder, table).await;
    let many = arguments.count(100_000, 20_000);
    let (few, many) = (
        Passes::make(&folder.join("few.db"), 1_000).await,
        Passes::make(&folder.join("many.db"), many).await,
    );
    let (mut ratios, mut costs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let short = few.pass(round).await;
        let long = many.pass(round).await;
        ratios.push(long / short);
        costs.push(long);
    }
    table.push(Row::ratio(
        format!("a pass over {} schedules / over {}, {DUE} of them due", many.schedules, few.schedules),
        median(ratios),
        Bar::AtMost(1.5),
    ));
    table.push(Row::new("  with the many", median(costs), Bar::None, shown));
    few.store.close().await;
    many.store.close().await;
}

/// So many prompts due at the same instant, each in a channel of its own, on the host's clock.
async fn burst(prompts: usize, folder: &Path, table: &mut Table) {
    let discord = Discord::start(Options::default()).await.expect("the emulator starts");
    let app = discord.application("Helmsman");
    let guilds: Vec<_> =
        (0..prompts.div_ceil(CHANNELS)).map(|n| discord.guild(&format!("Harbour {n}"))).collect();
    let mut places = Vec::with_capacity(prompts);
    for n in 0..prompts {
        let guild = &guilds[n / CHANNELS];
        if n % CHANNELS == 0 {
            guild.add_app(&app, USUAL | emulator::bits::EMBED_LINKS);
        }
        let channel = guild.text_channel(&format!("team-{n}"));
        places.push((GuildId(guild.id().get()), ChannelId(channel.id().get())));
    }
    let channels: HashSet<_> = places.iter().map(|(_, channel)| channel.0).collect();
    let store = Store::open(&folder.join("burst.db")).await.expect("the database is made");
    let schedules = add(&store, places, |_, now| teams::not_yet(now)).await;
    let due = today() + LEAD;
    let day = due.to_zoned(TimeZone::get(teams::ZONE).expect("a zone of the IANA")).date();
    store
        .write(move |conn| {
            Box::pin(async move {
                for id in schedules {
                    schedule::advance(conn, id, Some((day, due))).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("all are due");
    let bot = start_bot(&discord, &app, store).await;
    assert!(today() < due, "the bot was ready only when the prompts were due");
    discord.clear_requests();
    let last = discord
        .wait_for(|world| {
            let posted = |id: &u64| {
                let channel = world.channels.get(&emulator::Id(*id))?;
                channel
                    .messages
                    .values()
                    .find(|message| !message.components.is_empty())
                    .map(|message| message.id)
            };
            channels.iter().map(posted).collect::<Option<Vec<_>>>()?.into_iter().max()
        })
        .await;
    let took = (last.millis() - due.as_millisecond()) as f64 / 1_000.0;
    let requests = discord.requests();
    let limited = requests.iter().filter(|request| request.status == 429).count();
    bot.stop().await;
    let ideal = prompts as f64 / A_SECOND;
    table.push(Row::ratio(
        format!("{prompts} prompts due at once: time to the last / at {A_SECOND:.0} requests a second"),
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

/// Teams with a schedule each, in one transaction.
async fn add(
    store: &Store,
    places: Vec<(GuildId, ChannelId)>,
    start: impl Fn(usize, Timestamp) -> Date + Send + 'static,
) -> Vec<ScheduleId> {
    let now = today();
    store
        .write(move |conn| {
            Box::pin(async move {
                let library = Library::builtin();
                let mut ids = Vec::with_capacity(places.len());
                for (n, place) in places.into_iter().enumerate() {
                    ids.push(teams::add_in(conn, &library, place, start(n, now), now).await?.1);
                }
                Ok(ids)
            })
        })
        .await
        .expect("the teams are made")
}

/// A database with schedules of which a hundred are due on each of some days.
struct Passes {
    store: Store,
    shelf: Arc<Shelf>,
    schedules: usize,
    /// The instants at which something is due.
    days: Vec<Timestamp>,
}

impl Passes {
    async fn make(path: &Path, schedules: usize) -> Self {
        let store = Store::open(path).await.expect("the database is made");
        let places = (0..schedules as u64).map(|n| (GuildId(1 + n / CHANNELS as u64), ChannelId(1 + n)));
        let day = teams::not_yet(today());
        let far = day.saturating_add(jiff::ToSpan::days(365));
        add(&store, places.collect(), move |n, _| if n < DUE { day } else { far }).await;
        let zone = TimeZone::get(teams::ZONE).expect("a zone of the IANA");
        let weekdays =
            day.series(jiff::ToSpan::days(1)).filter(|day| day.weekday().to_monday_zero_offset() < 5);
        let due = |day: Date| zone.to_timestamp(day.at(9, 30, 0, 0)).expect("a time of that day");
        Self {
            store,
            shelf: Arc::new(Shelf::new(Library::builtin())),
            schedules,
            days: weekdays.take(ROUNDS).map(due).collect(),
        }
    }

    /// What the scheduler does when it looks: how long it took, in seconds.
    async fn pass(&self, round: usize) -> f64 {
        let at = self.days[round];
        let begun = now();
        let agenda =
            async || Agenda::read(&self.store, Some(at), &PutOff::default()).await.expect("an agenda");
        let first = agenda().await;
        let claims =
            posting::claim_due(&self.store, &self.shelf, at, round as u64, &[]).await.expect("a look");
        agenda().await;
        let took = begun.elapsed().as_secs_f64();
        assert!(first.schedules.is_some_and(|due| due <= at) && first.closes.is_none(), "{first:?}");
        assert_eq!(claims.len(), DUE);
        assert!(
            claims.iter().all(|(_, claim)| matches!(claim, Ok(posting::Claim::Claimed(_)))),
            "{claims:?}"
        );
        took
    }
}
