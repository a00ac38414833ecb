//! Channels as a guild's administrators handle them.

use super::{App, Role};
use crate::actor::Person;
use crate::hub::Hub;
use crate::id::Id;
use crate::world::{Overwrite, World};
use std::sync::Arc;

/// A channel, thread or direct message channel.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options, bits};
///
/// let discord = Discord::start(Options::default()).await?;
/// let guild = discord.guild("Harbour");
/// let (ana, ben, channel) = (guild.person("ana"), guild.person("ben"), guild.text_channel("crew"));
/// let crew = guild.role("crew", 0);
/// guild.give(&ana, &crew);
/// channel.deny(&guild.everyone(), bits::VIEW_CHANNEL);
/// channel.allow(&crew, bits::VIEW_CHANNEL);
/// assert!(ana.can_see(&channel) && !ben.can_see(&channel));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Channel {
    pub(crate) hub: Arc<Hub>,
    pub(crate) id: Id,
}

/// Whom an overwrite or a role is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A role; @everyone is one.
    Role(Id),
    /// A member: a person or an application.
    Member(Id),
}

impl From<&Role> for Target {
    fn from(role: &Role) -> Self {
        Self::Role(role.id)
    }
}

impl From<&Person> for Target {
    fn from(person: &Person) -> Self {
        Self::Member(person.user)
    }
}

impl From<&App> for Target {
    fn from(app: &App) -> Self {
        Self::Member(app.id)
    }
}

impl Channel {
    /// The id.
    pub fn id(&self) -> Id {
        self.id
    }

    /// The name.
    pub fn name(&self) -> String {
        self.look(|channel| channel.name.clone()).unwrap_or_default()
    }

    /// Whether it still exists.
    pub fn exists(&self) -> bool {
        self.look(|_| ()).is_some()
    }

    /// How many messages there are that everybody with access sees.
    pub fn message_count(&self) -> usize {
        self.look(|channel| channel.messages.values().filter(|message| !message.is_ephemeral()).count())
            .unwrap_or(0)
    }

    fn look<T>(&self, look: impl FnOnce(&crate::world::Channel) -> T) -> Option<T> {
        self.hub.read(|world: &World| world.channels.get(&self.id).map(look))
    }

    fn overwrite(&self, target: Target, change: impl FnOnce(&mut Overwrite)) {
        let (id, member) = match target {
            Target::Role(id) => (id, false),
            Target::Member(id) => (id, true),
        };
        self.hub.change(|world| {
            world.edit_channel(self.id, |channel| {
                let entry = channel.overwrites.entry(id).or_insert(Overwrite { member, allow: 0, deny: 0 });
                change(entry);
            });
        });
    }

    /// Denies permissions here.
    pub fn deny(&self, whom: impl Into<Target>, bits: u64) {
        self.overwrite(whom.into(), |entry| {
            entry.deny |= bits;
            entry.allow &= !bits;
        });
    }

    /// Allows permissions here.
    pub fn allow(&self, whom: impl Into<Target>, bits: u64) {
        self.overwrite(whom.into(), |entry| {
            entry.allow |= bits;
            entry.deny &= !bits;
        });
    }

    /// Neither allows nor denies these permissions here.
    pub fn reset(&self, whom: impl Into<Target>, bits: u64) {
        self.overwrite(whom.into(), |entry| {
            entry.allow &= !bits;
            entry.deny &= !bits;
        });
    }

    /// Renames it.
    pub fn rename(&self, name: &str) {
        self.hub.change(|world| world.edit_channel(self.id, |channel| channel.name = name.into()));
    }

    /// Deletes it.
    pub fn delete(&self) {
        self.hub.change(|world| world.delete_channel(self.id));
    }

    /// Brings it back after it was deleted, with its messages, but not its threads: as if Discord had lost it for a while.
    pub fn restore(&self) {
        self.hub.change(|world| world.restore_channel(self.id));
    }

    /// Archives a thread.
    pub fn archive(&self, locked: bool) {
        self.hub.change(|world| {
            let now = world.now_ms();
            world.edit_thread(self.id, |channel| {
                if let Some(thread) = &mut channel.thread {
                    thread.archived = true;
                    thread.locked = locked;
                    thread.active_ms = now;
                }
            });
        });
    }
}
