//! Which sessions are told of an event, and how much of it.

use super::{Change, Message, World};
use crate::bits;
use crate::id::Id;
use serde_json::Value;

/// Whom an event is for.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    name: &'static str,
    guild: Option<Id>,
    channel: Option<Id>,
    intent: u64,
    only: Option<Id>,
    but: Option<Id>,
    even_if_unavailable: bool,
}

impl Event {
    /// An event of a guild that needs an intent.
    pub(crate) fn guild(name: &'static str, guild: Id, intent: u64) -> Self {
        Self {
            name,
            guild: Some(guild),
            channel: None,
            intent,
            only: None,
            but: None,
            even_if_unavailable: false,
        }
    }

    /// An event for one application whatever its intents, such as an interaction or its removal.
    pub(crate) fn only_for(name: &'static str, guild: impl Into<Option<Id>>, app: Id) -> Self {
        Self {
            name,
            guild: guild.into(),
            channel: None,
            intent: 0,
            only: Some(app),
            but: None,
            even_if_unavailable: true,
        }
    }

    /// An event in a channel, for the applications that may see it.
    pub(crate) fn channel(name: &'static str, guild: Option<Id>, channel: Id, intent: u64) -> Self {
        Self {
            name,
            guild,
            channel: Some(channel),
            intent,
            only: None,
            but: None,
            even_if_unavailable: false,
        }
    }

    /// Whether people's lists of guilds, channels and members may be others now.
    fn is_about_places(&self) -> bool {
        let about = ["CHANNEL_", "THREAD_", "GUILD_"];
        self.name != "CHANNEL_PINS_UPDATE" && about.iter().any(|about| self.name.starts_with(about))
    }

    pub(crate) fn only(mut self, app: Id) -> Self {
        self.only = Some(app);
        self
    }

    pub(crate) fn but(mut self, app: Id) -> Self {
        self.but = Some(app);
        self
    }

    pub(crate) fn needs(mut self, intent: u64) -> Self {
        self.intent = intent;
        self
    }
}

impl World {
    /// Tells the sessions whom it concerns.
    pub(crate) fn emit(&mut self, event: Event, body: Value) {
        if event.is_about_places() {
            self.journal.push(Change::Places);
        }
        let sessions = self.audience(&event);
        if sessions.is_empty() {
            return;
        }
        let body = body.to_string();
        for session in sessions {
            self.dispatch(&session, event.name, &body);
        }
    }

    /// Tells of a message; those that may not read it get it with its text left out.
    pub(crate) fn emit_message(&mut self, name: &'static str, message: &Message) {
        let intent =
            if message.guild.is_some() { bits::INTENT_GUILD_MESSAGES } else { bits::INTENT_DIRECT_MESSAGES };
        let event = Event::channel(name, message.guild, message.channel, intent);
        let sessions = self.audience(&event);
        if sessions.is_empty() {
            return;
        }
        let full = self.message_event_json(message);
        let target =
            message.reference.filter(|_| full.get("referenced_message").is_some_and(Value::is_object));
        // Rendered at most once for each way of blanking: (the message, the one it refers to).
        let mut texts: [[Option<String>; 2]; 2] = Default::default();
        for session in sessions {
            let Some(entry) = self.sessions.get(&session) else { continue };
            let all = entry.intents & bits::INTENT_MESSAGE_CONTENT != 0;
            let reads = all || self.may_read_content(message, entry.app);
            let reads_target = all
                || target
                    .and_then(|target| self.message(target.channel, target.message))
                    .is_none_or(|target| self.may_read_content(target, entry.app));
            let place = &mut texts[usize::from(reads)][usize::from(reads_target)];
            let text = place.get_or_insert_with(|| {
                if reads && reads_target {
                    return full.to_string();
                }
                let mut body = full.clone();
                if !reads {
                    blank_content(&mut body);
                }
                if !reads_target {
                    blank_content(&mut body["referenced_message"]);
                }
                body.to_string()
            });
            self.dispatch(&session, name, text);
        }
    }

    fn audience(&self, event: &Event) -> Vec<String> {
        let concerned = |app: Id| {
            if event.only.is_some_and(|only| only != app) || event.but == Some(app) {
                return false;
            }
            if let Some(guild) = event.guild
                && !event.even_if_unavailable
            {
                let Some(guild) = self.guilds.get(&guild) else { return false };
                if guild.unavailable || !guild.members.contains_key(&app) {
                    return false;
                }
            }
            event.channel.is_none_or(|channel| self.may(channel, app, bits::VIEW_CHANNEL))
        };
        self.sessions
            .values()
            .filter(|session| session.ready && session.serves(event.guild))
            .filter(|session| event.intent == 0 || session.intents & event.intent != 0)
            .filter(|session| concerned(session.app))
            .map(|session| session.id.clone())
            .collect()
    }

    /// Discord's exceptions from blank content: one's own messages, direct messages, mentions of the bot, and
    /// replies with ping to its own messages that are not interaction responses (the last are mentions too).
    pub(crate) fn may_read_content(&self, message: &Message, app: Id) -> bool {
        message.author == app
            || message.application == Some(app)
            || message.guild.is_none()
            || message.mentions.contains(&app) && self.mentioned_in_earnest(message, app)
    }

    fn mentioned_in_earnest(&self, message: &Message, app: Id) -> bool {
        if message.content.contains(&format!("<@{app}>")) || message.content.contains(&format!("<@!{app}>")) {
            return true;
        }
        let Some(reference) = &message.reference else { return false };
        self.message(reference.channel, reference.message).is_none_or(|target| target.interaction.is_none())
    }
}

/// Takes the text out of a message as Discord does without the MESSAGE_CONTENT intent.
pub(crate) fn blank_content(body: &mut Value) {
    body["content"] = Value::String(String::new());
    for list in ["embeds", "attachments", "components"] {
        body[list] = Value::Array(Vec::new());
    }
    if let Value::Object(body) = body {
        body.remove("poll");
    }
}
