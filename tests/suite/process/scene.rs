//! A server in an emulator of this process, whose state can be read, and the bot in a process of its own.

use super::child::{Child, Place};
use crate::harness::emulator;
use emulator::{App, Channel, Discord, Guild, Message, Options, Person, bits};
use helmsman::store::Store;

/// A server that `ana` owns.
pub struct Scene {
    pub place: Place,
    pub discord: Discord,
    pub app: App,
    pub guild: Guild,
    pub channel: Channel,
    pub ana: Person,
}

impl Scene {
    /// Nothing is set up, the bot does not run, and the clock is the host's.
    pub async fn open() -> Self {
        Self::with(Options { tls: true, ..Options::default() }, "").await
    }

    /// On an emulator that is as it is wanted, with more lines for the config.
    pub async fn with(options: Options, config: &str) -> Self {
        let discord = emulator(options).await;
        let app = discord.application("Helmsman");
        let guild = discord.guild("Harbour");
        guild.add_app(&app, bits::DEFAULT_EVERYONE);
        let channel = guild.text_channel("deck");
        let ana = guild.person("ana");
        guild.set_owner(&ana);
        let place = Place::with(&format!("[discord]\napi_url = \"{}\"\n{config}", discord.api_url()));
        Self { place, discord, app, guild, channel, ana }
    }

    /// Starts the bot.
    pub fn start(&self) -> Child {
        self.place.start(Some(&self.app.token), &["run"])
    }

    /// Starts the bot and waits until it is there.
    pub async fn running(&self) -> Child {
        let bot = self.start();
        bot.says("ready: Helmsman ").await;
        bot
    }

    /// Sets a team up that is asked the first prompt at once. (The bot runs.)
    pub async fn first_prompt(&self) -> Message {
        let panel = self.ana.slash(&self.channel, "setup", &[("zone", "UTC")]).await;
        self.ana.click(panel.message(), "Post the first now").await;
        self.prompt().await
    }

    /// The prompt in the channel, once there is one.
    pub async fn prompt(&self) -> Message {
        let channel = self.channel.id();
        let asked = |world: &emulator::world::World| {
            let mut messages = world.channels[&channel].messages.values();
            messages.any(|message| !message.is_ephemeral() && !message.components.is_empty()).then_some(())
        };
        self.discord.wait_for(asked).await;
        let seen = self.ana.sees(&self.channel);
        let mut open = seen.into_iter().filter(|one| !one.is_ephemeral() && !one.buttons().is_empty());
        open.next().expect("it was there")
    }

    /// The database. (The bot does not run.)
    pub async fn store(&self) -> Store {
        Store::open(&self.place.path("helmsman.db")).await.unwrap()
    }
}
