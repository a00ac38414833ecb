//! Emulator and bot in one process, on a clock that moves only when it is told to; and the bot's database, to look into.

use crate::harness::emulator;
use emulator::{App, Discord, Options};
use helmsman::{
    chat::discord::HttpParts,
    clock::Clock,
    domain::library::Library,
    run::{Bot, BotParts},
    store::Store,
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tempfile::TempDir;

/// Whatever takes longer on this machine hangs, or was made to.
const TIME_OUT: Duration = Duration::from_secs(3);
/// Between heartbeats, where one is to be missed soon; not sooner than a busy machine answers one.
const HASTY: Duration = Duration::from_secs(5);
/// A stage that does not settle in this time never will.
const TO_SETTLE: Duration = Duration::from_secs(60);

pub struct Stage {
    pub discord: Discord,
    pub app: App,
    live: Option<(Bot, Store)>,
    /// What Discord had delivered to bots before this one.
    delivered: u64,
    folder: TempDir,
    seed: u64,
}

impl Stage {
    /// `hasty`: heartbeats, which go by the host's clock, come so often that one is soon missed.
    pub async fn start(start: Timestamp, seed: u64, hasty: bool) -> Self {
        let mut options = Options { start: Some(start), seed, ..Options::default() };
        if hasty {
            options.heartbeat = HASTY;
        }
        let discord = emulator(options).await;
        let app = discord.application("Helmsman");
        let folder = tempfile::tempdir().unwrap();
        let mut stage = Self { discord, app, live: None, delivered: 0, folder, seed };
        stage.wake().await;
        stage
    }

    fn bot(&self) -> &Bot {
        &self.live.as_ref().expect("the bot is awake").0
    }

    /// The database of the bot that is awake.
    pub fn store(&self) -> &Store {
        &self.live.as_ref().expect("the bot is awake").1
    }

    /// The main database as it lies on the disk: the file, and what waits beside it.
    pub fn database(&self) -> Vec<Vec<u8>> {
        let files = ["helmsman.db", "helmsman.db-wal"].map(|name| self.folder.path().join(name));
        files.iter().filter_map(|file| std::fs::read(file).ok()).collect()
    }

    pub fn now(&self) -> Timestamp {
        self.discord.clock().now()
    }

    /// Starts a bot on the data that is there.
    pub async fn wake(&mut self) {
        self.delivered = self.discord.delivered(&self.app);
        self.seed += 1;
        let http = HttpParts {
            token: self.app.token.clone(),
            api_url: Some(self.discord.api_url()),
            connect_to: None,
            ca_pem: None,
            time_out: TIME_OUT,
        };
        let store = Store::open(&self.folder.path().join("helmsman.db")).await.unwrap();
        let clock = Clock::told(self.discord.clock().subscribe());
        let (library, seed) = (Library::builtin(), self.seed);
        let bot = Bot::start(BotParts { store: store.clone(), library, clock, http, seed }).await.unwrap();
        self.live = Some((bot, store));
        self.discord.wait_commands(&self.app).await;
        self.settled().await;
    }

    /// Ends the bot in an orderly way.
    pub async fn sleep(&mut self) {
        if let Some((bot, _)) = self.live.take() {
            bot.stop().await;
        }
    }

    /// Everything that happened is handled and nothing is due.
    pub async fn settled(&self) {
        // The first event of all is READY.
        let settled = self.bot().settled(|| (self.discord.delivered(&self.app) - self.delivered).max(1));
        let settled = tokio::time::timeout(TO_SETTLE, settled).await;
        assert!(settled.is_ok(), "nothing came to rest within a minute, at {}", self.now());
    }

    /// Moves the clock toward `target`, to the next instant at which something may be due. True: it is there.
    pub async fn step(&self, target: Timestamp) -> bool {
        let now = self.now();
        let next = self.bot().next().unwrap_or(Timestamp::MAX);
        // Rounded up to what the clock can show.
        let stop = next.max(now + SignedDuration::from_millis(1)).min(target);
        if stop > now {
            self.discord.clock().set(stop);
        }
        self.settled().await;
        self.now() >= target
    }

    pub async fn end(mut self) {
        self.sleep().await;
        self.discord.shutdown().await;
    }
}
