//! Guilds, their roles and members, and users.

use super::{Change, Event, World};
use crate::bits;
use crate::id::Id;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A person or a bot.
#[derive(Clone, Debug)]
pub struct User {
    /// The id.
    pub id: Id,
    /// The user name.
    pub name: String,
    /// Whether this is an application's user.
    pub bot: bool,
    /// Whether applications may open a conversation with this person.
    pub takes_direct_messages: bool,
    /// The language of the person's client, such as `en-GB`.
    pub locale: String,
}

/// A server.
#[derive(Clone, Debug)]
pub struct Guild {
    /// The id, which is the id of the role @everyone too.
    pub id: Id,
    /// The name.
    pub name: String,
    /// The owner, who may do everything.
    pub owner: Id,
    /// Roles by id.
    pub roles: BTreeMap<Id, Role>,
    /// Members by user id.
    pub members: BTreeMap<Id, Member>,
    /// Channels, without threads.
    pub channels: BTreeSet<Id>,
    /// Threads that were not deleted.
    pub threads: BTreeSet<Id>,
    /// Whether an outage hides it from the applications.
    pub unavailable: bool,
    /// Commands that applications registered for this guild only.
    pub commands: BTreeMap<Id, BTreeMap<Id, super::Command>>,
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// The id.
    pub id: Id,
    /// The name.
    pub name: String,
    /// What its members may do, as bits.
    pub permissions: u64,
    /// Its place in the list; @everyone has 0.
    pub position: u32,
    /// Whether everybody may mention it.
    pub mentionable: bool,
    /// The application whose own role this is.
    pub managed_by: Option<Id>,
}

/// A user's membership of a guild.
#[derive(Clone, Debug)]
pub struct Member {
    /// The user.
    pub user: Id,
    /// The name that is used in this guild.
    pub nick: Option<String>,
    /// Roles besides @everyone.
    pub roles: BTreeSet<Id>,
    /// When the user joined, in milliseconds since the Unix epoch.
    pub joined_ms: i64,
    /// Until when the member may only look on, in milliseconds since the Unix epoch.
    pub timed_out_until_ms: Option<i64>,
}

impl World {
    pub(crate) fn add_user(&mut self, name: &str, bot: bool) -> Id {
        let id = self.new_id();
        let user = User { id, name: name.into(), bot, takes_direct_messages: true, locale: "en-GB".into() };
        self.users.insert(id, user);
        id
    }

    pub(crate) fn add_guild(&mut self, name: &str, owner: Id) -> Id {
        let id = self.new_id();
        let everyone = Role {
            id,
            name: "@everyone".into(),
            permissions: bits::DEFAULT_EVERYONE,
            position: 0,
            mentionable: false,
            managed_by: None,
        };
        let guild = Guild {
            id,
            name: name.into(),
            owner,
            roles: BTreeMap::from([(id, everyone)]),
            members: BTreeMap::new(),
            channels: BTreeSet::new(),
            threads: BTreeSet::new(),
            unavailable: false,
            commands: BTreeMap::new(),
        };
        self.guilds.insert(id, guild);
        self.add_member(id, owner);
        id
    }

    pub(crate) fn add_member(&mut self, guild: Id, user: Id) {
        let joined_ms = self.now_ms();
        let member = Member { user, nick: None, roles: BTreeSet::new(), joined_ms, timed_out_until_ms: None };
        let Some(entry) = self.guilds.get_mut(&guild) else { return };
        entry.members.insert(user, member);
        let mut body = self.member_json(guild, user);
        body["guild_id"] = json!(guild);
        self.emit(Event::guild("GUILD_MEMBER_ADD", guild, bits::INTENT_GUILD_MEMBERS), body);
    }

    pub(crate) fn add_role(&mut self, guild: Id, name: &str, permissions: u64, app: Option<Id>) -> Id {
        let id = self.new_id();
        let Some(entry) = self.guilds.get_mut(&guild) else { return id };
        let position = entry.roles.len() as u32;
        let role = Role { id, name: name.into(), permissions, position, mentionable: false, managed_by: app };
        entry.roles.insert(id, role);
        self.emit_role("GUILD_ROLE_CREATE", guild, id);
        id
    }

    /// Changes a role and tells the sessions.
    pub(crate) fn edit_role(&mut self, guild: Id, role: Id, change: impl FnOnce(&mut Role)) {
        let Some(entry) = self.guilds.get_mut(&guild).and_then(|guild| guild.roles.get_mut(&role)) else {
            return;
        };
        change(entry);
        self.emit_role("GUILD_ROLE_UPDATE", guild, role);
    }

    fn emit_role(&mut self, name: &'static str, guild: Id, role: Id) {
        let body = json!({ "guild_id": guild, "role": self.role_json(guild, role) });
        self.emit(Event::guild(name, guild, bits::INTENT_GUILDS), body);
    }

    /// Removes a role from the guild, its members and overwrites.
    pub(crate) fn delete_role(&mut self, guild: Id, role: Id) {
        let Some(entry) = self.guilds.get_mut(&guild) else { return };
        entry.roles.remove(&role);
        for member in entry.members.values_mut() {
            member.roles.remove(&role);
        }
        let channels: Vec<Id> = entry.channels.iter().copied().collect();
        for channel in channels {
            self.channels.get_mut(&channel).map(|channel| channel.overwrites.remove(&role));
        }
        let body = json!({ "guild_id": guild, "role_id": role });
        self.emit(Event::guild("GUILD_ROLE_DELETE", guild, bits::INTENT_GUILDS), body);
    }

    /// Changes a membership. Other members' changes need the privileged intent, an application's own do not.
    pub(crate) fn edit_member(&mut self, guild: Id, user: Id, change: impl FnOnce(&mut Member)) {
        let Some(member) = self.guilds.get_mut(&guild).and_then(|guild| guild.members.get_mut(&user)) else {
            return;
        };
        change(member);
        let mut body = self.member_json(guild, user);
        body["guild_id"] = json!(guild);
        let event = if self.applications.contains_key(&user) {
            let own = Event::guild("GUILD_MEMBER_UPDATE", guild, bits::INTENT_GUILDS).only(user);
            self.emit(own, body.clone());
            Event::guild("GUILD_MEMBER_UPDATE", guild, bits::INTENT_GUILD_MEMBERS).but(user)
        } else {
            Event::guild("GUILD_MEMBER_UPDATE", guild, bits::INTENT_GUILD_MEMBERS)
        };
        self.emit(event, body);
    }

    /// The members whose name or nickname begins so, whatever the case.
    pub(crate) fn members_like(&self, guild: Id, beginning: &str) -> Vec<Id> {
        let beginning = beginning.to_lowercase();
        let begins = |name: &str| name.to_lowercase().starts_with(&beginning);
        let Some(guild) = self.guilds.get(&guild) else { return Vec::new() };
        let fits = |member: &&Member| {
            member.nick.as_deref().is_some_and(begins)
                || self.users.get(&member.user).is_some_and(|user| begins(&user.name))
        };
        guild.members.values().filter(fits).map(|member| member.user).collect()
    }

    /// Lets a person leave.
    pub(crate) fn remove_member(&mut self, guild: Id, user: Id) {
        let Some(entry) = self.guilds.get_mut(&guild) else { return };
        if entry.members.remove(&user).is_none() {
            return;
        }
        let body = json!({ "guild_id": guild, "user": self.user_json(user) });
        self.emit(Event::guild("GUILD_MEMBER_REMOVE", guild, bits::INTENT_GUILD_MEMBERS), body);
    }

    /// Invites an application: its own role, its membership, and GUILD_CREATE to its sessions.
    pub(crate) fn invite(&mut self, guild: Id, app: Id, permissions: u64) {
        if self.guilds.get(&guild).is_none_or(|guild| guild.members.contains_key(&app)) {
            return;
        }
        let name = self.users[&app].name.clone();
        let role = self.add_role(guild, &name, permissions, Some(app));
        self.add_member(guild, app);
        if let Some(member) = self.guilds.get_mut(&guild).and_then(|guild| guild.members.get_mut(&app)) {
            member.roles.insert(role);
        }
        self.journal.push(Change::Commands);
        self.emit_guild_create(guild, app);
    }

    /// Changes what an application's own role may do.
    pub(crate) fn set_app_permissions(&mut self, guild: Id, app: Id, permissions: u64) {
        if let Some(role) = self.app_role(guild, app) {
            self.edit_role(guild, role, |role| role.permissions = permissions);
        }
    }

    /// An application's own role.
    pub(crate) fn app_role(&self, guild: Id, app: Id) -> Option<Id> {
        let mut roles = self.guilds.get(&guild)?.roles.values();
        roles.find(|role| role.managed_by == Some(app)).map(|role| role.id)
    }

    /// Removes an application with its role and tells its sessions.
    pub(crate) fn expel(&mut self, guild: Id, app: Id) {
        let Some(entry) = self.guilds.get_mut(&guild) else { return };
        if entry.members.remove(&app).is_none() {
            return;
        }
        entry.commands.remove(&app);
        self.journal.push(Change::Commands);
        let own: Vec<Id> =
            entry.roles.values().filter(|role| role.managed_by == Some(app)).map(|role| role.id).collect();
        for role in own {
            self.delete_role(guild, role);
        }
        self.emit(Event::only_for("GUILD_DELETE", guild, app), json!({ "id": guild }));
    }

    /// Hands a guild over to another member.
    pub(crate) fn set_owner(&mut self, guild: Id, user: Id) {
        let Some(entry) = self.guilds.get_mut(&guild) else { return };
        entry.owner = user;
        let body = self.guild_json(guild);
        self.emit(Event::guild("GUILD_UPDATE", guild, bits::INTENT_GUILDS), body);
    }

    /// Begins or ends an outage of the guild.
    pub(crate) fn set_unavailable(&mut self, guild: Id, unavailable: bool) {
        let Some(entry) = self.guilds.get_mut(&guild) else { return };
        if entry.unavailable == unavailable {
            return;
        }
        entry.unavailable = unavailable;
        for app in self.apps_in(guild) {
            if unavailable {
                let body = json!({ "id": guild, "unavailable": true });
                self.emit(Event::only_for("GUILD_DELETE", guild, app), body);
            } else {
                self.emit_guild_create(guild, app);
            }
        }
    }

    pub(crate) fn emit_guild_create(&mut self, guild: Id, app: Id) {
        let body = self.guild_create_json(guild, app);
        self.emit(Event::only_for("GUILD_CREATE", guild, app).needs(bits::INTENT_GUILDS), body);
    }

    /// Whether an application is in a guild that is not in an outage.
    pub(crate) fn reaches(&self, guild: Id, app: Id) -> bool {
        self.guilds.get(&guild).is_some_and(|guild| !guild.unavailable && guild.members.contains_key(&app))
    }

    /// The applications that are members of a guild.
    pub(crate) fn apps_in(&self, guild: Id) -> Vec<Id> {
        let Some(guild) = self.guilds.get(&guild) else { return Vec::new() };
        self.applications.keys().copied().filter(|app| guild.members.contains_key(app)).collect()
    }
}
