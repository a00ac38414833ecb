//! A harbour with a team in it: emulator, people and bot in one process, on a clock that a test moves.
//!
//! The harness owns start, settling and the end; a test is a conversation. Nothing here waits by the host's clock but to
//! fail.

use emulator::{
    App, Channel, Discord, Done, Fault, Guild, Message, Options, Person, RequestFault, Response, bits,
};
use helmsman::{
    domain::library::Library,
    playground::{Setting, Stage},
};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

/// What an invitation by the README's link grants.
pub const INVITED: u64 = bits::VIEW_CHANNEL
    | bits::SEND_MESSAGES
    | bits::EMBED_LINKS
    | bits::ATTACH_FILES
    | bits::READ_MESSAGE_HISTORY
    | bits::ADD_REACTIONS
    | bits::CREATE_PUBLIC_THREADS
    | bits::SEND_MESSAGES_IN_THREADS;

/// The zone of the team, and of all times in tests.
pub const ZONE: &str = "Europe/London";

/// How late an edit is done that is done late.
pub const LATE_MS: u64 = 180_000;

/// A server with a channel, people, and Helmsman. It is Monday, 4 January 2027, 08:00 in London.
pub struct Harbour {
    stage: Option<Stage>,
    /// The server. `ada` owns it.
    pub guild: Guild,
    /// The channel in which the team is to live.
    pub channel: Channel,
    /// Owner of the server.
    pub ada: Person,
    /// A member.
    pub ben: Person,
    /// A member.
    pub cleo: Person,
}

impl Harbour {
    /// Without a team.
    pub async fn start() -> Self {
        Self::of_seed(7).await
    }

    async fn of_seed(seed: u64) -> Self {
        let start = local("2027-01-04 08:00");
        let stage = Stage::start(start, seed, None, Library::builtin(), |discord, _| {
            discord.inspect(openapi::inspect)
        })
        .await
        .unwrap();
        let guild = stage.discord.guild("Harbour");
        let ada = guild.person("ada");
        guild.set_owner(&ada);
        let (ben, cleo) = (guild.person("ben"), guild.person("cleo"));
        let channel = guild.text_channel("team");
        guild.add_app(&stage.app, INVITED);
        let harbour = Self { stage: Some(stage), guild, channel, ada, ben, cleo };
        harbour.settled().await;
        harbour
    }

    /// With a team that has started: London, weekdays 09:30.
    pub async fn with_team() -> Self {
        Self::start().await.begun().await
    }

    /// The same, on a Discord that remembers nonces for long, so that what it does late it does up to four minutes late.
    pub async fn with_team_and_late_edits() -> Self {
        let harbour = Self::of_seed(1).await;
        let window = harbour.discord().world(|world| world.nonce_window_ms());
        assert!(window >= 60_000 + LATE_MS as i64, "another seed is needed: {window}");
        harbour.begun().await
    }

    async fn begun(self) -> Self {
        let panel = self.ada.slash(&self.channel, "setup", &[("zone", ZONE)]).await;
        self.ada.click(panel.message(), "Start").await;
        self.settled().await;
        self
    }

    /// The next edit of a message in the team's channel fails, and is done after [`LATE_MS`] all the same.
    pub fn one_late_edit(&self) {
        let route = format!("PATCH /channels/{}/messages/*", self.channel.id());
        let late = RequestFault::Error { status: 503, done: Done::LateByMs(LATE_MS) };
        self.discord().fault(Fault::on(&route, late).times(1));
    }

    fn stage(&self) -> &Stage {
        self.stage.as_ref().expect("the stage is there until the end")
    }

    /// The emulator.
    pub fn discord(&self) -> &Discord {
        &self.stage().discord
    }

    /// Everything that happened is handled and nothing is due.
    pub async fn settled(&self) {
        self.stage().settled().await.unwrap();
    }

    /// Moves the clock to a local time, stopping wherever something is due.
    pub async fn at(&self, when: &str) {
        self.stage().at(local(when)).await.unwrap();
    }

    /// When the bot has something to do next.
    pub fn next(&self) -> Option<Timestamp> {
        self.stage().next()
    }

    /// Moves the clock on, stopping wherever something is due.
    pub async fn advance(&self, by: SignedDuration) {
        self.stage().at(self.stage().now() + by).await.unwrap();
    }

    /// Sets the clock of the bot's host: ahead of Discord's by so much, or behind.
    pub async fn set_host_off(&self, off: SignedDuration) {
        self.discord().clock().set_host_off(off);
        self.settled().await;
    }

    /// The bot stops and another starts on the same data.
    pub async fn restart(&mut self) {
        let stage = self.stage.take().expect("the stage is there until the end");
        self.stage = Some(stage.restart().await.unwrap());
    }

    /// The bot is away until a local time; then another starts on the same data.
    pub async fn restart_at(&mut self, when: &str) {
        self.restart_after(|discord| discord.clock().set(local(when))).await;
    }

    /// The bot is away while something happens; then another starts on the same data.
    pub async fn restart_after(&mut self, meanwhile: impl FnOnce(&Discord)) {
        let stage = self.stage.take().expect("the stage is there until the end");
        self.stage = Some(stage.restart_after(meanwhile).await.unwrap());
    }

    /// The folder in which the bot keeps its data.
    pub fn data(&self) -> std::path::PathBuf {
        self.stage().temporary().expect("a test's data is temporary")
    }

    /// Helmsman's application.
    pub fn app(&self) -> &App {
        &self.stage().app
    }

    /// The newest message of the bot in the team's channel whose text holds `words`.
    pub fn posted(&self, words: &str) -> Message {
        let seen = self.ben.sees(&self.channel);
        let own =
            seen.iter().rev().filter(|message| message.author() == "Helmsman" && !message.is_ephemeral());
        own.clone().find(|message| message.text().contains(words)).cloned().unwrap_or_else(|| {
            let all: Vec<_> = own.map(Message::text).collect();
            panic!("no message with {words:?}; there are:\n{}", all.join("\n---\n"))
        })
    }

    /// The newest prompt that can be answered: the newest message of the bot with buttons.
    pub fn prompt(&self) -> Message {
        let seen = self.ben.sees(&self.channel);
        let prompt = seen.iter().rev().find(|message| {
            message.author() == "Helmsman" && !message.is_ephemeral() && !message.buttons().is_empty()
        });
        prompt.cloned().unwrap_or_else(|| panic!("no prompt can be answered"))
    }

    /// Clicks and waits until all that follows has happened.
    pub async fn click(&self, who: &Person, message: &Message, button: &str) -> Response {
        let response = who.click(message, button).await;
        self.settled().await;
        response
    }

    /// Ends the bot in an orderly way. A test that fails does not come here, and needs not.
    pub async fn end(mut self) {
        if let Some(stage) = self.stage.take() {
            stage.stop().await;
        }
    }
}

/// An emulator whose REST is checked against Discord's description.
pub async fn emulator(options: Options) -> Discord {
    let discord = Discord::start(options).await.unwrap();
    discord.inspect(openapi::inspect);
    discord
}

/// A playground whose REST is checked likewise.
pub fn setting() -> Setting {
    Setting { inspector: Some(openapi::inspect), ..Setting::default() }
}

/// A local time in [`ZONE`].
pub fn local(when: &str) -> Timestamp {
    let when: DateTime = when.replace(' ', "T").parse().unwrap_or_else(|error| panic!("{when}: {error}"));
    TimeZone::get(ZONE).unwrap().to_timestamp(when).unwrap()
}
