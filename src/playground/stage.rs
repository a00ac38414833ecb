//! Emulator and bot in one process, on a clock that moves only when it is told to.

use crate::{
    chat::discord::HttpParts,
    clock::Clock,
    commands::register,
    domain::{
        id::{ChannelId, GuildId},
        library::Library,
    },
    run::{Bot, BotParts, StartError},
    store::{OpenError, Store, schedule, team},
};
use emulator::{App, Discord, Options};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// Everything is on this machine: whatever takes longer hangs.
const TIME_OUT: Duration = Duration::from_secs(5);
/// The database in the directory with the data.
pub(super) const DATABASE: &str = "helmsman.db";
/// A settled stage takes milliseconds; a stage that does not settle in this time never will.
const TO_SETTLE: Duration = Duration::from_secs(60);

/// Why there is no stage.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The emulator did not start.
    #[error("the emulator does not start: {0}")]
    Emulator(String),
    /// The port is another's.
    #[error(
        "port {0} is in use, perhaps by another playground\n  = choose another one with --port, or --port 0 for any \
         that is free"
    )]
    PortInUse(u16),
    /// No directory for the data.
    #[error("{}: no directory for the data can be made there: {}", .0.display(), .1)]
    Directory(PathBuf, std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The bot.
    #[error(transparent)]
    Bot(#[from] StartError),
    /// Something hangs.
    #[error("nothing came to rest within a minute; this is a fault in Helmsman")]
    Restless,
}

/// An emulator with a bot on it.
pub struct Stage {
    /// Discord.
    pub discord: Discord,
    /// The bot's application.
    pub app: App,
    bot: Bot,
    /// The bot's, to look at.
    store: Store,
    /// What Discord had delivered to bots before this one.
    delivered: u64,
    path: PathBuf,
    seed: u64,
    library: Library,
    /// Removed at the end.
    temporary: Option<Temporary>,
}

struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Nothing in it is needed, and the system tidies its temporary files anyway.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Temporary {
    fn new() -> Result<Self, StageError> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("helmsman-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        match std::fs::create_dir_all(&path) {
            Ok(()) => Ok(Self(path)),
            Err(error) => Err(StageError::Directory(path, error)),
        }
    }
}

impl Stage {
    /// Starts both, on any free port. Without `data` everything is forgotten at the end. `set` puts people on the stage before the bot comes.
    ///
    /// # Errors
    ///
    /// If a port, the directory, the database or the bot cannot be had.
    pub async fn start(
        start: Timestamp,
        seed: u64,
        data: Option<&Path>,
        library: Library,
        set: impl FnOnce(&Discord, &App),
    ) -> Result<Self, StageError> {
        Self::start_on(0, start, seed, data, library, set).await
    }

    /// As [`Self::start`], on a port of loopback (0: any free one).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn start_on(
        port: u16,
        start: Timestamp,
        seed: u64,
        data: Option<&Path>,
        library: Library,
        set: impl FnOnce(&Discord, &App),
    ) -> Result<Self, StageError> {
        let options = Options { start: Some(start), seed, port: Some(port), ..Options::default() };
        let discord = Discord::start(options).await.map_err(|error| {
            let kind = error.downcast_ref().map(std::io::Error::kind);
            match kind {
                Some(std::io::ErrorKind::AddrInUse) => StageError::PortInUse(port),
                _ => StageError::Emulator(error.to_string()),
            }
        })?;
        let app = discord.application("Helmsman");
        set(&discord, &app);
        let temporary = if data.is_none() { Some(Temporary::new()?) } else { None };
        let folder = data.or(temporary.as_ref().map(|folder| folder.0.as_path())).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|error| StageError::Directory(folder.to_owned(), error))?;
        let path = folder.join(DATABASE);
        forget_discord(&path, &app).await?;
        let (bot, store) = start_bot(&discord, &app, &path, seed, library.clone()).await?;
        let stage = Self { discord, app, bot, store, delivered: 0, path, seed, library, temporary };
        stage.settled().await?;
        Ok(stage)
    }

    /// Returns when the bot has handled everything that happened, and nothing is due at this instant.
    ///
    /// # Errors
    ///
    /// If that does not come about.
    pub async fn settled(&self) -> Result<(), StageError> {
        // The first event of all is READY.
        let settled = self.bot.settled(|| (self.discord.delivered(&self.app) - self.delivered).max(1));
        tokio::time::timeout(TO_SETTLE, settled).await.map_err(|_| StageError::Restless)
    }

    /// The folder that will be removed at the end.
    pub fn temporary(&self) -> Option<PathBuf> {
        self.temporary.as_ref().map(|folder| folder.0.clone())
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        self.discord.clock().now()
    }

    /// The time zone of the team that lives in the first of these channels with a team in it.
    pub async fn zone(&self, places: (u64, Vec<u64>)) -> Option<TimeZone> {
        TimeZone::get(&self.team(places).await?.zone).ok()
    }

    /// When the next prompt of that team is due, unless someone posts one by hand.
    pub async fn next_prompt(&self, places: (u64, Vec<u64>)) -> Option<Timestamp> {
        let team = self.team(places).await?;
        let mut conn = self.store.read().await.ok()?;
        let schedules = schedule::of_team(&mut conn, team.id).await.ok()?;
        schedules.into_iter().filter_map(|schedule| Some(schedule.next?.1)).min()
    }

    async fn team(&self, (guild, channels): (u64, Vec<u64>)) -> Option<team::Team> {
        let mut conn = self.store.read().await.ok()?;
        for channel in channels {
            if let Ok(Some(team)) = team::of_channel(&mut conn, GuildId(guild), ChannelId(channel)).await {
                return Some(team);
            }
        }
        None
    }

    /// When the bot may have something to do next.
    pub fn next(&self) -> Option<Timestamp> {
        self.bot.next()
    }

    /// Goes on to the next thing that is due before `end`. Whether there was one.
    ///
    /// # Errors
    ///
    /// If it does not come to rest.
    pub async fn step(&self, end: Timestamp) -> Result<bool, StageError> {
        self.settled().await?;
        let Some(next) = self.next().filter(|next| *next < end) else { return Ok(false) };
        self.at(next.max(self.now() + SignedDuration::from_millis(1))).await?;
        Ok(true)
    }

    /// Moves the clock to `target`, stopping at every instant in between at which something is due, for the bot or for what
    /// Discord has put off. A target in the past
    /// moves nothing.
    ///
    /// # Errors
    ///
    /// If it does not come to rest.
    pub async fn at(&self, target: Timestamp) -> Result<(), StageError> {
        self.settled().await?;
        let next = || [self.next(), self.discord.clock().next()].into_iter().flatten().min();
        while let Some(next) = next().filter(|next| *next < target) {
            // Rounded up to what the clock can show.
            let next = next.max(self.now() + SignedDuration::from_millis(1));
            self.discord.clock().set(next.min(target));
            self.settled().await?;
        }
        if target > self.now() {
            self.discord.clock().set(target);
        }
        self.settled().await
    }

    /// Ends the bot and starts another on the same data, as after an upgrade.
    ///
    /// # Errors
    ///
    /// As at the first start.
    pub async fn restart(self) -> Result<Self, StageError> {
        self.restart_after(|_| {}).await
    }

    /// Ends the bot, lets `meanwhile` happen, and starts another bot on the same data, as after downtime.
    ///
    /// # Errors
    ///
    /// As at the first start.
    pub async fn restart_after(self, meanwhile: impl FnOnce(&Discord)) -> Result<Self, StageError> {
        let Self { discord, app, bot, store, path, seed, library, temporary, .. } = self;
        bot.stop().await;
        // Whoever holds it keeps the next one out.
        drop(store);
        meanwhile(&discord);
        let (delivered, seed) = (discord.delivered(&app), seed.wrapping_add(1));
        let (bot, store) = start_bot(&discord, &app, &path, seed, library.clone()).await?;
        let stage = Self { discord, app, bot, store, delivered, path, seed, library, temporary };
        stage.settled().await?;
        Ok(stage)
    }

    /// Ends both.
    pub async fn stop(self) {
        self.bot.stop().await;
        self.discord.shutdown().await;
    }
}

/// The bot's own memory of a Discord that has forgotten everything.
async fn forget_discord(path: &Path, app: &App) -> Result<(), StageError> {
    let store = Store::open(path).await?;
    let forgotten = register::forget(&store, app.id.0).await.map_err(StartError::from);
    store.close().await;
    Ok(forgotten?)
}

async fn start_bot(
    discord: &Discord,
    app: &App,
    path: &Path,
    seed: u64,
    library: Library,
) -> Result<(Bot, Store), StageError> {
    let http = HttpParts {
        token: app.token.clone(),
        api_url: Some(discord.api_url()),
        connect_to: None,
        ca_pem: None,
        time_out: TIME_OUT,
    };
    let store = Store::open(path).await?;
    let clock = Clock::told(discord.clock().subscribe_host());
    let bot = Bot::start(BotParts { store: store.clone(), library, clock, http, seed }).await?;
    discord.wait_commands(app).await;
    Ok((bot, store))
}
