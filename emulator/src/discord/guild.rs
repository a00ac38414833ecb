//! Guilds and roles as their administrators handle them.

use super::{App, Channel};
use crate::actor::Person;
use crate::hub::Hub;
use crate::id::Id;
use crate::world::{ChannelKind, World};
use std::sync::Arc;

/// A guild.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options};
///
/// let discord = Discord::start(Options::default()).await?;
/// let guild = discord.guild("Harbour");
/// let (ana, ben, channel) = (guild.person("ana"), guild.person("ben"), guild.text_channel("general"));
/// guild.set_owner(&ana);
/// assert_eq!(guild.owner().name(), "ana");
/// guild.leave(&ben);
/// assert!(ana.can_see(&channel) && !ben.can_see(&channel));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Guild {
    pub(crate) hub: Arc<Hub>,
    pub(crate) id: Id,
}

/// A role of a guild.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options, bits};
///
/// let discord = Discord::start(Options::default()).await?;
/// let guild = discord.guild("Harbour");
/// let (ana, channel) = (guild.person("ana"), guild.text_channel("general"));
/// let said = guild.owner().say(&channel, "spam");
/// assert!(!ana.delete(&said));
/// guild.give(&ana, &guild.role("moderators", bits::MANAGE_MESSAGES));
/// assert!(ana.delete(&said));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Role {
    pub(crate) hub: Arc<Hub>,
    pub(crate) guild: Id,
    pub(crate) id: Id,
}

impl Guild {
    /// The id.
    pub fn id(&self) -> Id {
        self.id
    }

    fn actor(&self, user: Id) -> Person {
        Person { hub: self.hub.clone(), guild: self.id, user, hasty: false }
    }

    /// A new member of this guild.
    pub fn person(&self, name: &str) -> Person {
        let user = self.hub.change(|world| {
            let user = world.add_user(name, false);
            world.add_member(self.id, user);
            user
        });
        self.actor(user)
    }

    /// The owner.
    pub fn owner(&self) -> Person {
        self.actor(self.hub.read(|world| world.guilds[&self.id].owner))
    }

    /// A person of another guild joins this one too.
    pub fn join(&self, person: &Person) -> Person {
        self.hub.change(|world| world.add_member(self.id, person.user));
        self.actor(person.user)
    }

    /// A person leaves.
    pub fn leave(&self, person: &Person) {
        self.hub.change(|world| world.remove_member(self.id, person.user));
    }

    /// Invites an application, whose own role gets these permissions.
    pub fn add_app(&self, app: &App, permissions: u64) {
        self.hub.change(|world| world.invite(self.id, app.id, permissions));
    }

    /// Removes an application.
    pub fn remove_app(&self, app: &App) {
        self.hub.change(|world| world.expel(self.id, app.id));
    }

    /// The application's own role.
    pub fn app_role(&self, app: &App) -> Role {
        let id = self.hub.read(|world| world.app_role(self.id, app.id));
        let id = id.expect("the application was invited");
        Role { hub: self.hub.clone(), guild: self.id, id }
    }

    /// Makes a role.
    pub fn role(&self, name: &str, permissions: u64) -> Role {
        let id = self.hub.change(|world| world.add_role(self.id, name, permissions, None));
        Role { hub: self.hub.clone(), guild: self.id, id }
    }

    /// The role of everybody.
    pub fn everyone(&self) -> Role {
        Role { hub: self.hub.clone(), guild: self.id, id: self.id }
    }

    /// Gives a role to a member.
    pub fn give(&self, to: impl Into<super::Target>, role: &Role) {
        if let super::Target::Member(user) = to.into() {
            self.hub.change(|world| {
                world.edit_member(self.id, user, |member| {
                    member.roles.insert(role.id);
                });
            });
        }
    }

    /// Takes a role from a member.
    pub fn take(&self, from: impl Into<super::Target>, role: &Role) {
        if let super::Target::Member(user) = from.into() {
            self.hub.change(|world| {
                world.edit_member(self.id, user, |member| {
                    member.roles.remove(&role.id);
                });
            });
        }
    }

    /// Hands the guild over.
    pub fn set_owner(&self, person: &Person) {
        self.hub.change(|world| world.set_owner(self.id, person.user));
    }

    /// Lets an outage begin or end.
    pub fn set_unavailable(&self, unavailable: bool) {
        self.hub.change(|world| world.set_unavailable(self.id, unavailable));
    }

    fn channel(&self, name: &str, kind: ChannelKind) -> Channel {
        let id = self.hub.change(|world| world.add_channel(self.id, name, kind));
        Channel { hub: self.hub.clone(), id }
    }

    /// Makes a text channel.
    pub fn text_channel(&self, name: &str) -> Channel {
        self.channel(name, ChannelKind::Text)
    }

    /// Makes an announcement channel.
    pub fn announcement_channel(&self, name: &str) -> Channel {
        self.channel(name, ChannelKind::Announcement)
    }

    /// Makes a forum.
    pub fn forum_channel(&self, name: &str) -> Channel {
        self.channel(name, ChannelKind::Forum)
    }

    /// Makes a voice channel.
    pub fn voice_channel(&self, name: &str) -> Channel {
        self.channel(name, ChannelKind::Voice)
    }

    /// Makes a category.
    pub fn category(&self, name: &str) -> Channel {
        self.channel(name, ChannelKind::Category)
    }
}

impl Role {
    /// The id.
    pub fn id(&self) -> Id {
        self.id
    }

    /// Changes what the role may do.
    pub fn set_permissions(&self, permissions: u64) {
        self.hub.change(|world| world.edit_role(self.guild, self.id, |role| role.permissions = permissions));
    }

    /// Lets everybody mention the role, or not.
    pub fn set_mentionable(&self, mentionable: bool) {
        self.hub.change(|world| world.edit_role(self.guild, self.id, |role| role.mentionable = mentionable));
    }

    /// Deletes the role.
    pub fn delete(&self) {
        self.hub.change(|world: &mut World| world.delete_role(self.guild, self.id));
    }
}
