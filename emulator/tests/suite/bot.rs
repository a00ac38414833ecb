//! A bot made with serenity, whose answers a test gives as closures.

use emulator::{App, Discord, Options, RateLimits};
use serenity::all::{
    Client, Command, Context, CreateCommand, EventHandler, GatewayIntents, Http, HttpBuilder, Interaction,
    RawEventHandler, Ready,
};
use serenity::async_trait;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

type Answer = Pin<Box<dyn Future<Output = ()> + Send>>;
type OnInteraction = Arc<dyn Fn(Context, Interaction) -> Answer + Send + Sync>;

/// An emulator with a guild, a channel, a person, and a bot that is connected.
pub struct Stage {
    pub discord: Discord,
    pub app: App,
    pub guild: emulator::Guild,
    pub channel: emulator::Channel,
    pub ana: emulator::Person,
    pub ben: emulator::Person,
    pub http: Arc<Http>,
    /// Everything that the gateway sent, as serenity read it.
    pub events: UnboundedReceiver<serenity::all::Event>,
    task: Option<JoinHandle<()>>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

struct Handler {
    commands: Vec<CreateCommand>,
    on_interaction: OnInteraction,
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, _: Ready) {
        Command::set_global_commands(&ctx.http, self.commands.clone()).await.expect("commands are accepted");
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        (self.on_interaction)(ctx, interaction).await;
    }
}

struct Raw(UnboundedSender<serenity::all::Event>);

#[async_trait]
impl RawEventHandler for Raw {
    async fn raw_event(&self, _: Context, event: serenity::all::Event) {
        // A test that looks at no events has dropped the receiver.
        let _ = self.0.send(event);
    }
}

/// What the stage is to be like.
pub struct Plan {
    pub options: Options,
    pub intents: GatewayIntents,
    pub permissions: u64,
    pub commands: Vec<CreateCommand>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            options: Options {
                start: Some("2027-01-04T08:00:00Z".parse().unwrap()),
                rate_limits: RateLimits::off(),
                ..Options::default()
            },
            intents: GatewayIntents::non_privileged(),
            permissions: 0,
            commands: Vec::new(),
        }
    }
}

/// An HTTP client behind the proxy setting, without serenity's limiter.
pub fn plain_http(discord: &Discord, app: &App) -> Http {
    let http = HttpBuilder::new(&app.token).proxy(discord.api_url()).ratelimiter_disabled(true);
    http.application_id(app.id.get().into()).build()
}

impl Stage {
    /// Sets the stage with a bot that answers interactions so.
    pub async fn set<F>(
        plan: Plan,
        on_interaction: impl Fn(Context, Interaction) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut stage = Self::without_bot(plan.options).await;
        stage.guild.add_app(&stage.app, plan.permissions);
        let http = plain_http(&stage.discord, &stage.app);
        let (sender, events) = unbounded_channel();
        let on_interaction: OnInteraction = Arc::new(move |ctx, one| Box::pin(on_interaction(ctx, one)));
        let handler = Handler { commands: plan.commands, on_interaction };
        let mut client = serenity::client::ClientBuilder::new_with_http(http, plan.intents)
            .event_handler(handler)
            .raw_event_handler(Raw(sender))
            .await
            .expect("a client is made");
        stage.events = events;
        stage.task = Some(tokio::spawn(async move {
            // Some tests end the client's connection for good.
            let _ = Client::start(&mut client).await;
        }));
        stage.discord.wait_commands(&stage.app).await;
        stage
    }

    /// Sets the stage with no connection; the application is not invited yet.
    pub async fn without_bot(options: Options) -> Self {
        let discord = Discord::start(options).await.expect("the emulator starts");
        // Some tests are wrong on purpose, to see that they are refused.
        discord.inspect(openapi::inspect_but_refused);
        let app = discord.application("Echo");
        let guild = discord.guild("Harbour");
        let (ana, ben) = (guild.person("ana"), guild.person("ben"));
        let channel = guild.text_channel("general");
        let http = Arc::new(plain_http(&discord, &app));
        let (_, events) = unbounded_channel();
        Self { discord, app, guild, channel, ana, ben, http, events, task: None }
    }

    /// A request as the bot would make it, with the raw answer.
    pub async fn rest(&self, method: &str, path: &str, body: &serde_json::Value) -> (u16, serde_json::Value) {
        let url = format!("{}/api/v10{path}", self.discord.api_url());
        let method = method.parse::<reqwest::Method>().unwrap();
        let request = reqwest::Client::new()
            .request(method, url)
            .header("authorization", format!("Bot {}", self.app.token));
        let request = if *body == serde_json::json!({}) { request } else { request.json(body) };
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    /// Where the channel's messages are.
    pub fn messages(&self) -> String {
        format!("/channels/{}/messages", self.channel.id())
    }

    /// Sends a message as the bot and returns its id.
    pub async fn post(&self, text: &str) -> emulator::Id {
        let (status, body) =
            self.rest("POST", &self.messages(), &serde_json::json!({ "content": text })).await;
        assert_eq!(status, 200, "{body}");
        body["id"].as_str().unwrap().parse().unwrap()
    }

    /// A stage whose application is invited but not connected.
    pub async fn offline(permissions: u64) -> Self {
        let stage = Self::without_bot(Plan::default().options).await;
        stage.guild.add_app(&stage.app, permissions);
        stage
    }

    /// The channel's id as serenity writes it.
    pub fn channel_id(&self) -> serenity::all::ChannelId {
        self.channel.id().get().into()
    }

    /// The next event that `wanted` picks.
    pub async fn event<T>(&mut self, mut wanted: impl FnMut(serenity::all::Event) -> Option<T>) -> T {
        loop {
            let event = self.events.recv().await.expect("the bot is connected");
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }
}
