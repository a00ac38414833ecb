//! Commands as conversations, without the scheduler: what is asked, what is answered, what is stored.

mod calendar;
mod daysoff;
mod help;
mod importing;
mod planning;
mod removing;
mod running;
mod series;
mod setup;
mod sizes;
mod suggesting;

use crate::harness::emulator;
use emulator::{App, Channel, Discord, Guild, Options, Person, Role};
use helmsman::{
    app::shelf::Shelf,
    chat::{
        discord::{Discord as Rest, HttpParts},
        permissions::{FOR_THREADS, Permissions, TO_POST, bit},
    },
    clock::Clock,
    commands::{self, Data},
    domain::library::Library,
    store::Store,
};
use rand::{SeedableRng, rngs::StdRng};
use serenity::all::{
    ClientBuilder, Context, EventHandler, GatewayIntents, HttpBuilder, Interaction, Ready, async_trait,
};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

const MANAGE_GUILD: u64 = 1 << 5;
const ALL: u64 = TO_POST | FOR_THREADS | bit::READ_MESSAGE_HISTORY | bit::ADD_REACTIONS;

/// A server with an admin (ana), a member (ben) and a member with a role (mia), and the commands on duty.
pub struct Desk {
    pub discord: Discord,
    pub app: App,
    pub guild: Guild,
    pub channel: Channel,
    pub ana: Person,
    pub ben: Person,
    pub mia: Person,
    pub admins: Role,
    pub leads: Role,
    pub data: Arc<Data>,
    _folder: tempfile::TempDir,
    task: JoinHandle<()>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Handler(Arc<Data>);

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: Ready) {
        commands::register::register(&self.0, ready.application.id.get()).await.expect("commands are taken");
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        commands::dispatch(&ctx, &self.0, interaction).await;
    }
}

impl Desk {
    /// Sunday, 3 January 2027, 10:00 in Berlin. Everybody is there, nothing is set up.
    pub async fn open() -> Self {
        let start = Some("2027-01-03T09:00:00Z".parse().unwrap());
        let discord = emulator(Options { start, ..Options::default() }).await;
        let app = discord.application("Helmsman");
        let guild = discord.guild("Harbour");
        guild.add_app(&app, ALL);
        let (ana, ben, mia) = (guild.person("ana"), guild.person("ben"), guild.person("mia"));
        let (admins, leads) = (guild.role("Admins", MANAGE_GUILD), guild.role("Leads", 0));
        guild.give(&ana, &admins);
        guild.give(&mia, &leads);
        let channel = guild.text_channel("deck");
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db")).await.unwrap();
        let clock = Clock::told(discord.clock().subscribe());
        let parts = HttpParts {
            token: app.token.clone(),
            api_url: Some(discord.api_url()),
            connect_to: None,
            ca_pem: None,
            time_out: Duration::from_secs(5),
        };
        let rest = Rest::new(parts, clock.clone()).unwrap();
        let (shelf, rng) = (Arc::new(Shelf::new(Library::builtin())), StdRng::seed_from_u64(7));
        let data = Arc::new(Data::new(store, shelf, clock, rest, Permissions::default(), |_| {}, rng));
        let http = HttpBuilder::new(&app.token).proxy(discord.api_url()).ratelimiter_disabled(true);
        let mut client = ClientBuilder::new_with_http(http.build(), GatewayIntents::non_privileged())
            .event_handler(Handler(data.clone()))
            .await
            .unwrap();
        data.serve(client.shard_manager.clone());
        let task = tokio::spawn(async move {
            let _ = client.start().await;
        });
        discord.wait_commands(&app).await;
        Self { discord, app, guild, channel, ana, ben, mia, admins, leads, data, _folder: folder, task }
    }

    /// The same, with a team in the channel that has started, and *Leads* as its managers.
    pub async fn running() -> Self {
        let desk = Self::open().await;
        let panel = desk.ana.slash(&desk.channel, "setup", &[("zone", "Europe/Berlin")]).await;
        let change = desk.ana.click(panel.message(), "Change").await;
        desk.ana
            .select(change.message(), "Managers' role (none: only people with Manage Server)", &["Leads"])
            .await;
        let panel = desk.ana.slash(&desk.channel, "setup", &[]).await;
        let started = desk.ana.click(panel.message(), "Start").await;
        assert!(started.text().contains("under way"), "{}", started.text());
        desk
    }

    /// A message of the bot with a button of this custom_id, as somebody might make one up.
    pub async fn forged_for(&self, whom: &Person, channel: &Channel, custom_id: &str) -> emulator::Message {
        let url = format!("{}/api/v10/channels/{}/messages", self.discord.api_url(), channel.id());
        let button = serde_json::json!({ "type": 2, "style": 1, "label": "Go", "custom_id": custom_id });
        let row = serde_json::json!({ "type": 1, "components": [button] });
        // A channel bears one message a second for long.
        self.discord.clock().advance(Duration::from_secs(1));
        let answer = reqwest::Client::new()
            .post(url)
            .header("authorization", format!("Bot {}", self.app.token))
            .json(&serde_json::json!({ "content": "x", "components": [row] }))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
        whom.sees_last(channel, 1).pop().expect("it was posted")
    }
}
