//! The least that a bot can do: a serenity client that answers every interaction at once.

use crate::shapes::Act;
use emulator::{App, Channel, Discord, Message, Options, Person, bits};
use serenity::{
    all::{
        Command, Context, CreateActionRow, CreateButton, CreateCommand, CreateEmbed, CreateEmbedFooter,
        CreateInteractionResponse, CreateInteractionResponseMessage, EventHandler, GatewayIntents,
        HttpBuilder, Interaction, Ready,
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
        let ping = CreateCommand::new("ping").description("Answers");
        let board = CreateCommand::new("board").description("Posts a message with buttons");
        Command::set_global_commands(&ctx.http, vec![ping, board]).await.expect("the commands are accepted");
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let answer = CreateInteractionResponseMessage::new();
        let sent = match interaction {
            Interaction::Command(command) if command.data.name == "board" => {
                command.create_response(&ctx.http, CreateInteractionResponse::Message(board(answer))).await
            }
            Interaction::Command(command) => {
                let pong = answer.content("pong").ephemeral(true);
                command.create_response(&ctx.http, CreateInteractionResponse::Message(pong)).await
            }
            Interaction::Component(click) => {
                let noted = board(answer).ephemeral(true);
                click.create_response(&ctx.http, CreateInteractionResponse::Message(noted)).await
            }
            _ => return,
        };
        sent.expect("the answer is accepted");
    }
}

/// As much as a prompt and its private replies have: an embed and two rows of buttons.
fn board(message: CreateInteractionResponseMessage) -> CreateInteractionResponseMessage {
    let rows = ["one", "two"].map(|row| {
        let button =
            |n| CreateButton::new(format!("{row}:{n}")).label(format!("An option of some length, {row} {n}"));
        CreateActionRow::Buttons((1..=3).map(button).collect())
    });
    let embed = CreateEmbed::new()
        .title("A situation that asks for a decision")
        .description("Some sixty words about it, and a question. ".repeat(8))
        .field("What would you do first?", "It counts until tomorrow at nine.", false)
        .footer(CreateEmbedFooter::new("A series, and where the thought comes from"));
    message.embed(embed).components(rows.into())
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
    board: Message,
}

impl Bare {
    /// Starts both, with so many people.
    pub async fn start(people: usize) -> Self {
        let discord = Discord::start(Options::default()).await.expect("the emulator starts");
        let app: App = discord.application("Bare");
        let guild = discord.guild("Harbour");
        let channel = guild.text_channel("general");
        guild.add_app(&app, USUAL);
        let people: Vec<Person> = (0..people).map(|n| guild.person(&format!("person{n}"))).collect();
        let url = discord.api_url();
        let token = app.token.clone();
        tokio::spawn(async move { run(&url, &token).await });
        discord.wait_commands(&app).await;
        let board = guild.owner().slash(&channel, "board", &[]).await.message().clone();
        Self { _discord: discord, people: Arc::new(people), channel, board }
    }

    /// A click by the next person on a message as large as a prompt, with an answer of that size.
    pub fn click(&self) -> Act {
        let (people, board) = (self.people.clone(), self.board.clone());
        let next = AtomicUsize::new(0);
        Arc::new(move || {
            let person = people[next.fetch_add(1, Ordering::Relaxed) % people.len()].clone();
            let board = board.clone();
            Box::pin(async move {
                let answer = person.click(&board, "one:1").await;
                assert!(answer.is_ephemeral(), "{}", answer.text());
                answer.response_time().expect("it was answered in time")
            })
        })
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
                answer.response_time().expect("it was answered in time")
            })
        })
    }
}
