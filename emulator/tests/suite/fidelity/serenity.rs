//! The bot of the check, made with serenity. Its rate limiter and its proxy setting exclude each other, so it reaches the emulator over
//! TLS, under Discord's name.

use crate::bot::Stage;
use serde_json::{Value, json};
use serenity::all::{
    ActionRowComponent, AutocompleteChoice, ButtonStyle, ChannelId, ClientBuilder, CommandDataOptionValue,
    CommandInteraction, CommandOptionType, ComponentInteraction, ComponentInteractionDataKind, Context,
    CreateActionRow, CreateAttachment, CreateAutocompleteResponse, CreateButton, CreateCommand,
    CreateCommandOption, CreateEmbed, CreateInputText, CreateInteractionResponse,
    CreateInteractionResponseFollowup, CreateInteractionResponseMessage, CreateMessage, CreateModal,
    CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption, CreateThread, EditInteractionResponse,
    EventHandler, GatewayIntents, Guild, GuildChannel, HttpBuilder, InputTextStyle, Interaction, Mentionable,
    Message, MessageType, ModalInteraction, Ready, ResumedEvent,
};
use serenity::async_trait;
use std::collections::HashMap;
use std::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

struct Bot {
    reports: UnboundedSender<Value>,
    /// The names of channels and threads, as the gateway told them.
    names: Mutex<HashMap<ChannelId, String>>,
}

/// Starts the bot, and hands on what it reports.
pub fn start(stage: &Stage) -> (JoinHandle<()>, UnboundedReceiver<Value>) {
    let (reports, received) = unbounded_channel();
    // These lines are all that makes a bot of serenity talk to an emulator.
    let tls = stage.discord.tls().expect("it is served over TLS");
    let authority = reqwest::Certificate::from_pem(tls.ca_pem.as_bytes()).expect("it is a certificate");
    let client = reqwest::Client::builder().resolve("discord.com", tls.addr).add_root_certificate(authority);
    let client = client.build().expect("a client is made");
    let http = HttpBuilder::new(&stage.app.token).client(client).build();
    let intents = GatewayIntents::non_privileged() | GatewayIntents::MESSAGE_CONTENT;
    let bot = Bot { reports, names: Mutex::default() };
    let task = tokio::spawn(async move {
        let client = ClientBuilder::new_with_http(http, intents).event_handler(bot);
        client.await.expect("a client is made").start().await.expect("it runs");
    });
    (task, received)
}

fn text(text: impl Into<String>) -> CreateInteractionResponseMessage {
    CreateInteractionResponseMessage::new().content(text)
}

fn note() -> CreateAttachment {
    CreateAttachment::bytes(*b"12345", "note.txt")
}

fn commands() -> Vec<CreateCommand> {
    let option = |kind, name: &str| CreateCommandOption::new(kind, name, "what");
    let name = option(CommandOptionType::String, "name").set_autocomplete(true).required(true);
    let fruit = CreateCommand::new("fruit")
        .description("Choose fruit")
        .add_option(name)
        .add_option(option(CommandOptionType::Integer, "count"))
        .add_option(option(CommandOptionType::User, "who"));
    vec![fruit, CreateCommand::new("slow").description("Take your time")]
}

fn panel() -> Vec<CreateActionRow> {
    let buttons = vec![
        CreateButton::new("more").label("More"),
        CreateButton::new("why").label("Why").style(ButtonStyle::Secondary),
    ];
    let sizes = ["S", "M", "L"].map(|label| CreateSelectMenuOption::new(label, label.to_lowercase()));
    let size = CreateSelectMenuKind::String { options: sizes.into() };
    let who = CreateSelectMenuKind::User { default_users: None };
    vec![
        CreateActionRow::Buttons(buttons),
        CreateActionRow::SelectMenu(CreateSelectMenu::new("size", size).placeholder("Size")),
        CreateActionRow::SelectMenu(CreateSelectMenu::new("who", who).placeholder("Who")),
    ]
}

impl Bot {
    fn saw(&self, what: &str, mut report: Value) {
        report["saw"] = json!(what);
        // The test may be over.
        let _ = self.reports.send(report);
    }

    fn name(&self, channel: ChannelId) -> String {
        self.names.lock().unwrap().get(&channel).cloned().unwrap_or_default()
    }

    fn learn(&self, channel: &GuildChannel) {
        self.names.lock().unwrap().insert(channel.id, channel.name.clone());
    }

    async fn command(&self, ctx: &Context, it: &CommandInteraction) -> serenity::Result<()> {
        let mut seen =
            json!({ "command": it.data.name, "by": it.user.name, "place": self.name(it.channel_id) });
        if it.data.name == "slow" {
            self.saw("slash", seen);
            it.defer_ephemeral(ctx).await?;
            it.edit_response(ctx, EditInteractionResponse::new().content("done")).await?;
            let more = CreateInteractionResponseFollowup::new().content("more").add_file(note());
            return it.create_followup(ctx, more).await.map(drop);
        }
        let (mut name, mut count, mut who) = (String::new(), 1, None);
        for option in &it.data.options {
            match &option.value {
                CommandDataOptionValue::String(value) => name.clone_from(value),
                CommandDataOptionValue::Integer(value) => count = *value,
                CommandDataOptionValue::User(id) => who = Some(it.data.resolved.users[id].name.clone()),
                other => panic!("unexpected {other:?}"),
            }
        }
        let answer = format!("{count} x {name} for {}", who.as_deref().unwrap_or("nobody"));
        (seen["name"], seen["count"], seen["who"]) = (json!(name), json!(count), json!(who));
        self.saw("slash", seen);
        let answer = CreateInteractionResponse::Message(text(answer).components(panel()));
        it.create_response(ctx, answer).await
    }

    async fn complete(&self, ctx: &Context, it: &CommandInteraction) -> serenity::Result<()> {
        let option = it.data.autocomplete().expect("an option has the focus");
        self.saw("complete", json!({ "option": option.name, "typed": option.value }));
        let fits = [("Apple", "apple"), ("Apricot", "apricot"), ("Banana", "banana")].into_iter();
        let fits = fits.filter(|(_, value)| value.starts_with(option.value));
        let choices = fits.map(|(name, value)| AutocompleteChoice::new(name, value)).collect();
        let choices = CreateAutocompleteResponse::new().set_choices(choices);
        it.create_response(ctx, CreateInteractionResponse::Autocomplete(choices)).await
    }

    async fn component(&self, ctx: &Context, it: &ComponentInteraction) -> serenity::Result<()> {
        let mut seen = json!({ "id": it.data.custom_id, "by": it.user.name, "under": it.message.content });
        let answer = match &it.data.kind {
            ComponentInteractionDataKind::StringSelect { values } => {
                seen["values"] = json!(values);
                self.saw("select", seen);
                CreateInteractionResponse::Message(text(format!("Size {}", values[0])).ephemeral(true))
            }
            ComponentInteractionDataKind::UserSelect { values } => {
                let user = values[0].to_user(ctx).await?;
                seen["values"] = json!([user.name]);
                self.saw("select", seen);
                CreateInteractionResponse::Message(text(format!("For {}", user.mention())).ephemeral(true))
            }
            _ if it.data.custom_id == "why" => {
                self.saw("button", seen);
                let input = CreateInputText::new(InputTextStyle::Paragraph, "Why?", "why").max_length(20);
                let row = CreateActionRow::InputText(input);
                CreateInteractionResponse::Modal(CreateModal::new("reason", "A reason").components(vec![row]))
            }
            _ => {
                self.saw("button", seen);
                CreateInteractionResponse::UpdateMessage(text("More!").components(Vec::new()))
            }
        };
        it.create_response(ctx, answer).await
    }

    async fn modal(&self, ctx: &Context, it: &ModalInteraction) -> serenity::Result<()> {
        let ActionRowComponent::InputText(input) = &it.data.components[0].components[0] else {
            panic!("a text is sent")
        };
        let why = input.value.as_deref().unwrap_or("");
        self.saw("modal", json!({ "id": it.data.custom_id, "why": why, "by": it.user.name }));
        let answer = CreateInteractionResponse::Message(text(format!("Because {why}")));
        it.create_response(ctx, answer).await
    }

    async fn heard(&self, ctx: &Context, message: &Message) -> serenity::Result<()> {
        let channel = message.channel_id;
        let seen = json!({ "text": message.content, "by": message.author.name, "place": self.name(channel) });
        self.saw("message", seen);
        match message.content.split_once(' ').unwrap_or((&message.content, "")) {
            ("file", _) => {
                let file = note().description("five digits");
                let embed = CreateEmbed::new().title("Contents");
                let message = CreateMessage::new().content("a file").embed(embed).add_file(file);
                let sent = channel.send_message(ctx, message).await?;
                let file = &sent.attachments[0];
                let content = String::from_utf8(file.download().await?).expect("it is text");
                let seen = json!({
                    "text": sent.content, "file": file.filename, "description": file.description, "content": content,
                });
                self.saw("sent", seen);
            }
            ("thread", _) => {
                let thread =
                    channel.create_thread_from_message(ctx, message.id, CreateThread::new("talk")).await?;
                thread.id.say(ctx, "inside").await?;
                let parent = thread.parent_id.map(|parent| self.name(parent));
                self.saw("thread", json!({ "name": thread.name, "parent": parent }));
            }
            ("send", count) => {
                let all = (1..=count.parse().unwrap_or(0)).map(|at| async move {
                    let sent = channel.say(ctx, format!("sent {at}")).await?;
                    self.saw("sent", json!({ "text": sent.content }));
                    Ok::<_, serenity::Error>(())
                });
                futures_util::future::try_join_all(all).await?;
            }
            ("bye", _) => ctx.shard.shutdown_clean(),
            _ => {}
        }
        Ok(())
    }
}

#[async_trait]
impl EventHandler for Bot {
    async fn guild_create(&self, ctx: Context, guild: Guild, _: Option<bool>) {
        guild.channels.values().for_each(|channel| self.learn(channel));
        let bot = ctx.http.get_current_user().await.expect("it knows itself");
        self.saw("ready", json!({ "bot": bot.name, "servers": [guild.name] }));
        let set = serenity::all::Command::set_global_commands(&ctx, commands()).await.expect("they are good");
        let mut names: Vec<_> = set.into_iter().map(|command| command.name).collect();
        names.sort();
        self.saw("commands", json!({ "names": names }));
    }

    async fn ready(&self, _: Context, ready: Ready) {
        assert_eq!(ready.guilds.len(), 1);
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        self.saw("resumed", json!({}));
    }

    async fn thread_create(&self, _: Context, thread: GuildChannel) {
        self.learn(&thread);
    }

    async fn message(&self, ctx: Context, message: Message) {
        let said = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
        if said && !message.author.bot {
            self.heard(&ctx, &message).await.expect("it can be done");
        }
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let done = match &interaction {
            Interaction::Command(it) => self.command(&ctx, it).await,
            Interaction::Autocomplete(it) => self.complete(&ctx, it).await,
            Interaction::Component(it) => self.component(&ctx, it).await,
            Interaction::Modal(it) => self.modal(&ctx, it).await,
            _ => Ok(()),
        };
        done.expect("it can be done");
    }
}
