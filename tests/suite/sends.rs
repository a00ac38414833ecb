//! Sends that fail so that nobody knows whether they were done: after a time-out, a connection that broke, an error
//! before, after or long before it is done. Many teams at once, in one process with the emulator, on its clock.
//!
//! Nothing may be there twice, and what is not there must be known not to be. `HELMSMAN_SENDS` says how many faults
//! there are to be, `HELMSMAN_SEED` repeats the run of one seed.

use crate::{
    dice::{Dice, parameter},
    harness::{INVITED, emulator},
    said::{self, Said},
};
use emulator::{App, Channel, Discord, Done, Fault, FaultHandle, Id, Options, Person, RequestFault, bits};
use helmsman::{
    app::schedules,
    chat::discord::HttpParts,
    clock::Clock,
    domain::{
        id::{ChannelId, GuildId, UserId},
        library::Library,
        queue::{AtEnd, Order},
        schedule::{Rule, Weekdays},
    },
    run::{Bot, BotParts},
    store::{Store, schedule, schedule::Plan, team},
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{date, time},
};
use std::time::Duration;

const TEAMS: usize = 16;
const MONDAY: &str = "2027-01-04T08:00:00Z";
/// For a request that gets no answer. A slow machine makes more of those; that is no harm here.
const TIME_OUT: Duration = Duration::from_millis(400);

/// Teams in one Discord, and a bot.
struct Fleet {
    discord: Discord,
    app: App,
    admin: Person,
    bot: Bot,
    store: Store,
    faults: Vec<FaultHandle>,
    worst: Id,
    _folder: tempfile::TempDir,
}

impl Fleet {
    async fn start(seed: u64) -> Self {
        let start: Timestamp = MONDAY.parse().unwrap();
        let discord = emulator(Options { start: Some(start), seed, ..Options::default() }).await;
        let app = discord.application("Helmsman");
        let guild = discord.guild("Fleet");
        let admin = guild.person("ada");
        guild.set_owner(&admin);
        guild.add_app(&app, INVITED);
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db")).await.unwrap();
        let mut worst = None;
        for n in 0..TEAMS {
            let channel = guild.text_channel(&format!("deck-{n}"));
            if n == 0 {
                // Nobody can find out there what became of a message.
                channel.deny(&guild.app_role(&app), bits::READ_MESSAGE_HISTORY);
            }
            worst = Some(channel.id());
            sign_on(&store, guild.id().get(), &channel, &admin, start).await;
        }
        let http = HttpParts {
            token: app.token.clone(),
            api_url: Some(discord.api_url()),
            connect_to: None,
            ca_pem: None,
            time_out: TIME_OUT,
        };
        let clock = Clock::told(discord.clock().subscribe());
        let library = Library::builtin();
        let bot = Bot::start(BotParts { store: store.clone(), library, clock, http, seed }).await.unwrap();
        discord.wait_commands(&app).await;
        let fleet = Self {
            discord,
            app,
            admin,
            bot,
            store,
            faults: Vec::new(),
            worst: worst.unwrap(),
            _folder: folder,
        };
        fleet.settled().await;
        fleet
    }

    /// Lets sends fail from now on, as often as the seed has it. In one channel hardly any comes through.
    fn fail(&mut self, dice: &mut Dice) {
        let often = (10 + dice.below(60)) as f64 / 100.0;
        let worst = format!("POST /channels/{}/messages", self.worst);
        for (route, often) in [(worst.as_str(), 0.9), ("POST /channels/*/messages", often)] {
            // Those planted earlier are asked first, and each takes its part of what they leave.
            let mut left = 1.0;
            let mut fault = |kind, share: f64| {
                let fault = Fault::on(route, kind).with_probability(often * share / left);
                left -= often * share;
                self.faults.push(self.discord.fault(fault));
            };
            for done in [Done::No, Done::Yes, Done::Late] {
                // Waiting for nothing takes the host's time, so it is rarer.
                fault(RequestFault::NoAnswer { done }, 0.01);
                fault(RequestFault::Error { status: dice.pick(&[500, 502, 503, 504]), done }, 0.16);
                fault(RequestFault::Reset { done }, 0.16);
            }
        }
        let unread = RequestFault::Error { status: 502, done: Done::No };
        self.discord.fault(Fault::on("GET /channels/*/messages", unread).with_probability(0.1));
    }

    async fn settled(&self) {
        let settled = self.bot.settled(|| self.discord.delivered(&self.app).max(1));
        tokio::time::timeout(Duration::from_secs(120), settled).await.expect("it comes to rest");
    }

    /// Moves the clock, stopping wherever something is due.
    async fn reach(&self, target: Timestamp) {
        self.settled().await;
        let clock = self.discord.clock();
        while let Some(next) = self.bot.next().filter(|next| *next < target) {
            clock.set(next.max(clock.now() + SignedDuration::from_millis(1)));
            self.settled().await;
        }
        clock.set(target);
        self.settled().await;
    }

    /// What is known and what is not, when all is over; each thing that is not known was told once.
    async fn count(self, faults: &mut u64) -> (Said, Said) {
        *faults += self.faults.iter().map(FaultHandle::strikes).sum::<u64>();
        let said = said::check(&self.discord, &self.app, &self.store).await;
        let blind = "SELECT count(*) FROM outbox WHERE state = 'unknown' AND team = 1";
        let conn = &mut *self.store.read().await.unwrap();
        let blind: i64 = sqlx::query_scalar(blind).fetch_one(&mut *conn).await.unwrap();
        let told = self.admin.sees(&self.admin.dm(&self.app));
        let told: Vec<_> = told.iter().map(emulator::Message::text).collect();
        assert_eq!(told.len() as u64, said.unknown, "{told:?}");
        let open = "SELECT count(*) FROM occurrence WHERE state NOT IN ('posted', 'missed', 'unknown')";
        let open: i64 = sqlx::query_scalar(open).fetch_one(&mut *conn).await.unwrap();
        assert_eq!(open, 0);
        self.bot.stop().await;
        self.discord.shutdown().await;
        (said, Said { unknown: blind as u64, sent: 0 })
    }
}

/// A team that is asked every day.
async fn sign_on(store: &Store, guild: u64, channel: &Channel, admin: &Person, now: Timestamp) {
    let (channel, admin) = (ChannelId(channel.id().get()), UserId(admin.id().get()));
    let plan = Plan {
        series: "steady-and-far".into(),
        rule: Rule { at: time(9, 30, 0, 0), weekdays: Weekdays::ALL, start: date(2027, 1, 4) },
        order: Order::Sequential,
        at_end: AtEnd::Repeat,
        window_minutes: None,
        thread: false,
        notify: None,
    };
    let made = store.write(move |conn| {
        Box::pin(async move {
            let id = team::insert(conn, GuildId(guild), channel, "UTC", admin, now).await?;
            let draft = schedules::draft_in(conn, &Library::builtin(), id, &plan, channel.0).await?;
            let team = team::get(conn, id).await?.unwrap();
            let draft = schedule::get(conn, draft).await?.unwrap();
            schedules::activate_in(conn, &team, &draft, now).await
        })
    });
    made.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_becomes_of_a_send_nothing_is_there_twice_and_what_is_unknown_is_told_once() {
    let wanted = parameter("HELMSMAN_SENDS").unwrap_or(60);
    let one = parameter("HELMSMAN_SEED");
    let (mut faults, mut sent, mut unknown, mut blind, mut windows) = (0, 0, 0, 0, Vec::new());
    for seed in one.unwrap_or(0).. {
        eprintln!("HELMSMAN_SEED={seed}");
        let mut dice = Dice::new(seed);
        let mut fleet = Fleet::start(seed).await;
        windows.push(fleet.discord.world(|world| world.nonce_window_ms() / 1_000));
        fleet.fail(&mut dice);
        // Two prompts and the first one's reveal, and time for the last that is in doubt.
        fleet.reach("2027-01-05T13:00:00Z".parse().unwrap()).await;
        let (said, known) = fleet.count(&mut faults).await;
        (sent, unknown, blind) = (sent + said.sent, unknown + said.unknown, blind + known.unknown);
        if faults >= wanted || one.is_some() {
            break;
        }
    }
    println!(
        "{faults} faults, {sent} messages, {} unknown, and {blind} in channels that cannot be read; nonces were \
         remembered for {windows:?} s",
        unknown - blind
    );
    assert!((unknown - blind) * 1_000 <= sent, "{unknown} unknown of {sent}");
}
