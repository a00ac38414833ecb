//! A person in a guild: talking, reacting, reading.

use super::Message;
use crate::bits;
use crate::clock::host_instant;
use crate::discord::{App, Channel};
use crate::hub::Hub;
use crate::id::Id;
use crate::world::{Interaction, InteractionKind, InteractionState, World};
use serde_json::{Value, json};
use std::sync::Arc;

/// A person, acting in one guild.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options};
///
/// let discord = Discord::start(Options::default()).await?;
/// let guild = discord.guild("Harbour");
/// let (ana, ben, channel) = (guild.person("ana"), guild.person("ben"), guild.text_channel("general"));
/// let question = ana.say(&channel, "Ready?");
/// ben.reply(&question, "Aye");
/// let thread = ben.start_thread(&question, "Readiness");
/// ana.say(&thread, "At what time?");
/// assert_eq!(ben.sees(&channel)[1].text(), "Aye");
/// let answer = ana.slash(&channel, "sail", &[]).await;
/// assert_eq!(answer.text(), "! There is no command called sail");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Person {
    pub(crate) hub: Arc<Hub>,
    pub(crate) guild: Id,
    pub(crate) user: Id,
    /// Gets an answer as soon as an application defers.
    pub(crate) hasty: bool,
}

impl Person {
    /// The user's id.
    pub fn id(&self) -> Id {
        self.user
    }

    /// The guild in which the person acts.
    pub fn guild_id(&self) -> Id {
        self.guild
    }

    /// The user's name.
    pub fn name(&self) -> String {
        self.hub.read(|world| world.users[&self.user].name.clone())
    }

    /// What the person writes to mention this one.
    pub fn mention(&self) -> String {
        format!("<@{}>", self.user)
    }

    /// The same person, who does not wait for what an application promised by deferring, but gets
    /// [`super::ResponseKind::Deferred`] at once.
    pub fn hasty(&self) -> Self {
        Self { hasty: true, ..self.clone() }
    }

    /// Reacts to a message with an emoji; false if the person may not, or did already. Whoever joins in needs no
    /// permission to add reactions.
    pub fn react(&self, message: &Message, emoji: &str) -> bool {
        self.hub.change(|world| {
            let channel = message.channel_id();
            let there = world.message(channel, message.id);
            let there = there.is_some_and(|one| one.reactions.iter().any(|known| known.emoji == emoji));
            let new = if there { 0 } else { bits::ADD_REACTIONS };
            let wanted = bits::VIEW_CHANNEL | bits::READ_MESSAGE_HISTORY | new;
            world.may(channel, self.user, wanted) && world.react(channel, message.id, self.user, emoji, true)
        })
    }

    /// Takes a reaction back.
    pub fn unreact(&self, message: &Message, emoji: &str) -> bool {
        self.hub.change(|world| world.react(message.channel_id(), message.id, self.user, emoji, false))
    }

    /// The conversation with an application.
    pub fn dm(&self, app: &App) -> Channel {
        let id = self.hub.change(|world| world.direct_channel(self.user, app.id));
        Channel { hub: self.hub.clone(), id }
    }

    /// Whether applications may write to this person.
    pub fn take_direct_messages(&self, takes: bool) {
        self.hub.change(|world| {
            if let Some(user) = world.users.get_mut(&self.user) {
                user.takes_direct_messages = takes;
            }
        });
    }

    /// The language of the person's client, such as `de`.
    pub fn set_locale(&self, locale: &str) {
        self.hub.change(|world| {
            if let Some(user) = world.users.get_mut(&self.user) {
                user.locale = locale.into();
            }
        });
    }

    /// Whether the person sees a channel.
    pub fn can_see(&self, channel: &Channel) -> bool {
        self.hub.read(|world| world.may(channel.id, self.user, bits::VIEW_CHANNEL))
    }

    /// The messages of a channel as the person sees them now, oldest first; none without access.
    pub fn sees(&self, channel: &Channel) -> Vec<Message> {
        self.sees_last(channel, usize::MAX)
    }

    /// The newest messages of a channel as the person sees them now, oldest first.
    pub fn sees_last(&self, channel: &Channel, count: usize) -> Vec<Message> {
        self.hub.read(|world| {
            if !world.may(channel.id, self.user, bits::VIEW_CHANNEL) {
                return Vec::new();
            }
            let messages = world.channels[&channel.id].messages.values().rev();
            let mut seen: Vec<Message> = messages
                .filter(|message| message.visible_to(self.user))
                .take(count)
                .map(|message| Message::new(&self.hub, message.clone(), Some(self.user)))
                .collect();
            seen.reverse();
            seen
        })
    }

    /// The thread that was started from a message, if there is one that the person sees.
    pub fn thread_of(&self, message: &Message) -> Option<Channel> {
        let id = message.id;
        let seen = self.hub.read(|world| world.may(id, self.user, bits::VIEW_CHANNEL));
        seen.then(|| Channel { hub: self.hub.clone(), id })
    }

    /// Starts a thread from a message.
    ///
    /// # Panics
    ///
    /// When the person may not, or there is one.
    pub fn start_thread(&self, message: &Message, name: &str) -> Channel {
        let (id, channel) = (message.id, message.channel_id());
        self.hub.change(|world| {
            assert!(world.may(channel, self.user, bits::CREATE_PUBLIC_THREADS), "may not start threads");
            assert!(!world.channels.contains_key(&id), "there is a thread already");
            world.start_thread(
                channel,
                Some(id),
                self.user,
                name,
                crate::world::ChannelKind::PublicThread,
                4320,
            );
        });
        Channel { hub: self.hub.clone(), id }
    }

    /// Everything of an interaction but what sets its kind apart.
    pub(crate) fn interaction_body(&self, world: &World, app: Id, channel: Id) -> Value {
        let guild = world.channels.get(&channel).and_then(|channel| channel.guild);
        let permissions = world.permissions_in(channel, self.user).to_string();
        let mut place = world.channel_json(channel);
        place["permissions"] = json!(permissions);
        let mut body = json!({
            "channel_id": channel, "channel": place, "locale": world.users[&self.user].locale,
            "app_permissions": world.permissions_in(channel, app).to_string(), "entitlements": [],
            "entitlement_sku_ids": [], "attachment_size_limit": crate::rules::message::MAX_FILE,
            "authorizing_integration_owners": world.integration_owners(guild),
            "context": if guild.is_some() { 0 } else { 1 },
        });
        match guild {
            Some(guild) => {
                body["guild_id"] = json!(guild);
                body["guild_locale"] = json!("en-US");
                body["guild"] = json!({ "id": guild, "locale": "en-US", "features": [] });
                body["member"] = world.member_json(guild, self.user);
                body["member"]["permissions"] = json!(permissions);
            }
            None => body["user"] = world.user_json(self.user),
        }
        body
    }

    /// A new interaction of this person; `interact` fills in what is left.
    pub(crate) fn interaction(
        &self,
        world: &World,
        kind: InteractionKind,
        app: Id,
        channel: Id,
        name: String,
    ) -> Interaction {
        Interaction {
            id: Id(0),
            token: String::new(),
            app,
            kind,
            user: self.user,
            channel,
            message: None,
            name,
            state: InteractionState::Waiting,
            original: None,
            ephemeral: false,
            followups: Vec::new(),
            created_ms: world.now_ms(),
            response_time: None,
            host: host_instant(),
            changed: Arc::new(tokio::sync::Notify::new()),
        }
    }
}
