//! The least that a bot can do: a serenity client that answers every interaction at once.

use crate::shapes::Act;
use emulator::{App, Channel, Discord, Options, Person, bits};
use serenity::{
    all::{
        Command, Context, CreateCommand, CreateInteractionResponse, CreateInteractionResponseMessage,
        EventHandler, GatewayIntents, HttpBuilder, Interaction, Ready,
    },
    async_trait,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Permissions that any bot has.
pub const USUAL: u64 = bits::VIEW_CHANNEL | bits::SEND_MESSAGES | bits::READ_MESSAGE_HISTORY;

struct Handler;

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, _: Ready) {
        let command = CreateCommand::new("ping").description("Answers");
        Command::set_global_commands(&ctx.http, vec![command]).await.expect("the command is accepted");
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let Interaction::Command(command) = interaction else { return };
        let message = CreateInteractionResponseMessage::new().content("pong").ephemeral(true);
        command
            .create_response(&ctx.http, CreateInteractionResponse::Message(message))
            .await
            .expect("the answer is accepted");
    }
}

/// Runs it until its connection ends for good.
pub async fn run(api_url: &str, token: &str) {
    let http = HttpBuilder::new(token).proxy(api_url).ratelimiter_disabled(true).build();
    // The same intents as Helmsman's.
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    let mut client = serenity::client::ClientBuilder::new_with_http(http, intents)
        .event_handler(Handler)
        .await
        .expect("a client is made");
    client.start().await.expect("the gateway takes it");
}

/// It in this process, on a Discord of its own.
pub struct Bare {
    /// Its Discord; it ends with this.
    _discord: Discord,
    people: Arc<Vec<Person>>,
    channel: Channel,
}

impl Bare {
    /// Starts both, with so many people.
    pub async fn start(people: usize) -> Self {
        let discord = Discord::start(Options::default()).await.expect("the emulator starts");
        let app: App = discord.application("Bare");
        let guild = discord.guild("Harbour");
        let channel = guild.text_channel("general");
        guild.add_app(&app, USUAL);
        let people = (0..people).map(|n| guild.person(&format!("person{n}"))).collect();
        let url = discord.api_url();
        let token = app.token.clone();
        tokio::spawn(async move { run(&url, &token).await });
        discord.wait_commands(&app).await;
        Self { _discord: discord, people: Arc::new(people), channel }
    }

    /// `/ping` by the next person.
    pub fn command(&self) -> Act {
        let (people, channel) = (self.people.clone(), self.channel.clone());
        let next = AtomicUsize::new(0);
        Arc::new(move || {
            let person = people[next.fetch_add(1, Ordering::Relaxed) % people.len()].clone();
            let channel = channel.clone();
            Box::pin(async move {
                let answer = person.slash(&channel, "ping", &[]).await;
                assert!(answer.is_ephemeral(), "{}", answer.text());
            })
        })
    }
}
