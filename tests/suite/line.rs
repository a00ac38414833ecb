//! The line to Discord when it is swallowed, cut again and again, or closed for good: the library's real client, with
//! short heartbeats, by the host's clock.

use crate::harness::{INVITED, emulator};
use emulator::{App, Discord, Options};
use helmsman::{
    chat::discord::{Discord as Rest, HttpParts, Trouble},
    clock::Clock,
    domain::{id::UserId, library::Library},
    gateway::{Fatal, Health},
    run::{Bot, BotParts},
    store::Store,
};
use std::time::Duration;
use tokio::{sync::watch, time::timeout};

const HEARTBEAT: Duration = Duration::from_secs(1);
/// The library looks at its heartbeats twice a second; the rest is for a busy machine.
const SLACK: Duration = Duration::from_secs(2);
/// Whatever takes longer does not come.
const FOR_EVER: Duration = Duration::from_secs(90);

struct Line {
    discord: Discord,
    app: App,
    bot: Bot,
    health: watch::Receiver<Health>,
    _folder: tempfile::TempDir,
}

impl Line {
    async fn open() -> Self {
        let options = Options { heartbeat: HEARTBEAT, ..Options::default() };
        let discord = emulator(options).await;
        let app = discord.application("Helmsman");
        discord.guild("Harbour").add_app(&app, INVITED);
        let folder = tempfile::tempdir().unwrap();
        let bot = Bot::start(BotParts {
            store: Store::open(&folder.path().join("h.db")).await.unwrap(),
            library: Library::builtin(),
            clock: Clock::host(),
            http: HttpParts {
                token: app.token.clone(),
                api_url: Some(discord.api_url()),
                connect_to: None,
                ca_pem: None,
                time_out: Duration::from_secs(5),
            },
            seed: 7,
        })
        .await
        .unwrap();
        let health = bot.health();
        let mut line = Self { discord, app, bot, health, _folder: folder };
        line.until(|health| health == Health::Live, FOR_EVER).await;
        // The last that it sends by itself.
        line.discord.wait_commands(&line.app).await;
        line
    }

    async fn until(&mut self, wanted: impl Fn(Health) -> bool, at_most: Duration) {
        timeout(at_most, self.health.wait_for(|health| wanted(*health)))
            .await
            .expect("it comes to that")
            .unwrap();
    }
}

#[tokio::test]
async fn a_black_hole_is_noticed_within_two_heartbeats_and_replaced_and_not_called_healthy_meanwhile() {
    let mut line = Line::open().await;
    let swallowed = line.discord.identify_count(&line.app);
    line.discord.black_hole(&line.app);
    line.until(|health| health != Health::Live, HEARTBEAT * 2 + SLACK).await;
    line.until(|health| health == Health::Live, FOR_EVER).await;
    assert_eq!(line.discord.identify_count(&line.app), swallowed + 1, "healthy again by a new session only");
    line.bot.stop().await;
}

#[tokio::test]
async fn a_minute_of_cut_connections_costs_few_sessions() {
    let mut line = Line::open().await;
    let cut_again_and_again = async {
        loop {
            line.discord.drop_connections(&line.app, false);
            line.until(|health| health != Health::Live, FOR_EVER).await;
            line.until(|health| health == Health::Live, FOR_EVER).await;
        }
    };
    // The loop ends with the minute.
    let _: Result<(), _> = timeout(Duration::from_secs(60), cut_again_and_again).await;
    let sessions = line.discord.identify_count(&line.app);
    // One at once, and then one in five seconds and fewer.
    assert!((3..=13).contains(&sessions), "{sessions}");
    assert_ne!(*line.health.borrow(), Health::Over);
    line.bot.stop().await;
}

#[tokio::test]
async fn after_close_code_4004_nothing_more_is_sent() {
    let mut line = Line::open().await;
    line.discord.reset_token(&line.app);
    assert_eq!(timeout(FOR_EVER, line.bot.ended()).await.unwrap(), Fatal::Token);
    assert_eq!(*line.health.borrow(), Health::Over);
    line.discord.clear_requests();
    // Whatever it would ask: a bot that is at rest asks for the time.
    timeout(FOR_EVER, line.bot.settled(|| 0)).await.unwrap();
    line.bot.stop().await;
    let sent: Vec<_> = line.discord.requests().into_iter().map(|one| one.path).collect();
    assert_eq!(sent, [""; 0]);
}

#[tokio::test]
async fn after_http_401_nothing_more_is_sent() {
    let discord = emulator(Options::default()).await;
    let parts = HttpParts {
        token: "MTIz.not.known".into(),
        api_url: Some(discord.api_url()),
        connect_to: None,
        ca_pem: None,
        time_out: Duration::from_secs(5),
    };
    let rest = Rest::new(parts, Clock::host()).unwrap();
    for _ in 0..3 {
        assert_eq!(rest.direct_channel(UserId(1)).await, Err(Trouble::Stopped));
    }
    assert!(rest.gateway().await.is_err());
    let sent: Vec<_> = discord.requests().into_iter().map(|one| one.status).collect();
    assert_eq!(sent, [401], "once, not again and again");
}
