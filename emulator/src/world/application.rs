//! Applications and their commands.

use super::World;
use crate::bits;
use crate::id::Id;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// An application with a bot.
#[derive(Clone, Debug)]
pub struct Application {
    /// The id, which is that of its user too.
    pub id: Id,
    /// The bot's token.
    pub token: String,
    /// The privileged intents that are switched on in its portal, as bits.
    pub allowed_intents: u64,
    /// Its commands that are not tied to a guild, by id.
    pub commands: BTreeMap<Id, Command>,
    /// How often commands were written, by whatever route.
    pub command_writes: u64,
    /// When it sent IDENTIFY, within the last 24 h of the emulator's clock (milliseconds).
    pub identifies: VecDeque<i64>,
    /// IDENTIFYs in all.
    pub identify_count: u64,
    /// Dispatch frames that were handed to its connections.
    pub delivered: u64,
    /// Whether the token was reset after too many IDENTIFYs.
    pub token_reset: bool,
    /// Command creations in the last 24 h of the emulator's clock (milliseconds).
    pub(crate) creations: VecDeque<i64>,
}

/// A registered command.
#[derive(Clone, Debug)]
pub struct Command {
    /// The id.
    pub id: Id,
    /// 1 chat input, 2 user menu, 3 message menu.
    pub kind: u64,
    /// The name.
    pub name: String,
    /// The whole command as Discord returns it.
    pub body: Value,
}

impl World {
    pub(crate) fn add_application(&mut self, name: &str) -> Id {
        let id = self.add_user(name, true);
        let token = format!(
            "{}.{}.{}",
            crate::token::base64(id.to_string().as_bytes()),
            self.random_text(6),
            self.random_text(38)
        );
        self.tokens.insert(token.clone(), id);
        let application = Application {
            id,
            token,
            allowed_intents: 0,
            commands: BTreeMap::new(),
            command_writes: 0,
            identifies: VecDeque::new(),
            identify_count: 0,
            delivered: 0,
            token_reset: false,
            creations: VecDeque::new(),
        };
        self.applications.insert(id, application);
        id
    }

    /// The application whose token this is, if the token is still good.
    pub(crate) fn app_of_token(&self, token: &str) -> Option<Id> {
        let id = *self.tokens.get(token)?;
        (!self.applications.get(&id)?.token_reset).then_some(id)
    }

    /// Whether an application may read what others write, over REST.
    pub(crate) fn reads_content(&self, app: Id) -> bool {
        self.applications.get(&app).is_some_and(|app| app.allowed_intents & bits::INTENT_MESSAGE_CONTENT != 0)
    }

    /// The command of that kind and name which a person sees in that guild; the guild's own come first.
    pub(crate) fn find_command(&self, guild: Option<Id>, kind: u64, name: &str) -> Option<(Id, &Command)> {
        let wanted = |command: &&Command| command.kind == kind && command.name == name;
        let present = |app: &Id| match guild {
            Some(guild) => self.guilds.get(&guild).is_some_and(|guild| guild.members.contains_key(app)),
            None => true,
        };
        for app in self.applications.values().filter(|app| present(&app.id)) {
            let own = guild.and_then(|guild| self.guilds.get(&guild)?.commands.get(&app.id));
            if let Some(command) = own.and_then(|own| own.values().find(wanted)) {
                return Some((app.id, command));
            }
            if let Some(command) = app.commands.values().find(wanted) {
                return Some((app.id, command));
            }
        }
        None
    }
}
