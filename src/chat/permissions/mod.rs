//! What Helmsman may do in the teams' channels, as raw bits, kept up to date from the gateway's events.
//!
//! Kept for team channels only: for their servers the roles with their bits and Helmsman's own roles, for the channels
//! their overwrites. Nothing else of a server is remembered.

mod events;

use super::discord::{Discord, Trouble};
use crate::domain::id::{ChannelId, GuildId};
use serenity::model::{
    channel::{PermissionOverwrite, PermissionOverwriteType},
    guild::Role,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Bits of Discord's permissions. Source: its reference, "Permissions".
pub mod bit {
    #![allow(missing_docs)]
    pub const ADMINISTRATOR: u64 = 1 << 3;
    pub const ADD_REACTIONS: u64 = 1 << 6;
    pub const VIEW_CHANNEL: u64 = 1 << 10;
    pub const SEND_MESSAGES: u64 = 1 << 11;
    pub const EMBED_LINKS: u64 = 1 << 14;
    pub const ATTACH_FILES: u64 = 1 << 15;
    pub const MENTION_EVERYONE: u64 = 1 << 17;
    pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
    pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
    pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
}

/// Without these a prompt cannot be posted.
pub const TO_POST: u64 = bit::VIEW_CHANNEL | bit::SEND_MESSAGES | bit::EMBED_LINKS;
/// Without these nobody in the channel can be heard.
pub const TO_BE_THERE: u64 = bit::VIEW_CHANNEL | bit::SEND_MESSAGES;
/// Needed besides, where a schedule opens threads.
pub const FOR_THREADS: u64 = bit::CREATE_PUBLIC_THREADS | bit::SEND_MESSAGES_IN_THREADS;

const NAMES: [(u64, &str); 8] = [
    (bit::VIEW_CHANNEL, "View Channel"),
    (bit::SEND_MESSAGES, "Send Messages"),
    (bit::EMBED_LINKS, "Embed Links"),
    (bit::READ_MESSAGE_HISTORY, "Read Message History"),
    (bit::ADD_REACTIONS, "Add Reactions"),
    (bit::ATTACH_FILES, "Attach Files"),
    (bit::CREATE_PUBLIC_THREADS, "Create Public Threads"),
    (bit::SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
];

/// The names, as Discord shows them in English, of those of the `wanted` bits that `bits` lacks.
pub fn missing(bits: u64, wanted: u64) -> Vec<&'static str> {
    NAMES.iter().filter(|(bit, _)| wanted & bit != 0 && bits & bit == 0).map(|(_, name)| *name).collect()
}

/// A team's channel whose bits may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Changed {
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
}

/// What is known of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// No team lives there, so nothing is kept of it.
    NotWatched,
    /// It was not described yet, or its server has an outage.
    NotKnown,
    /// Its server was described, and it was not there.
    Gone,
    /// Helmsman is not in its server any more.
    Left,
    /// Helmsman's permissions there.
    Bits(u64),
}

/// Helmsman's permissions in team channels. Clones share them.
#[derive(Clone, Default)]
pub struct Permissions(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    own: u64,
    guilds: HashMap<u64, Place>,
    home: HashMap<u64, u64>,
}

#[derive(Default)]
struct Place {
    state: State,
    roles: HashMap<u64, u64>,
    own_roles: Vec<u64>,
    channels: HashMap<u64, Channel>,
}

/// What is known of a server.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// It was not described yet, or Discord has an outage there.
    #[default]
    NotKnown,
    /// It was described.
    Here,
    /// Helmsman was removed from it.
    Left,
}

/// What is known of a channel whose server was described.
enum Channel {
    /// A team came to it after that, and Discord has not answered yet.
    NotKnown,
    Gone,
    Rules(Vec<Rule>),
}

struct Rule {
    role: bool,
    id: u64,
    allow: u64,
    deny: u64,
}

impl From<&PermissionOverwrite> for Rule {
    fn from(overwrite: &PermissionOverwrite) -> Self {
        let (role, id) = match overwrite.kind {
            PermissionOverwriteType::Role(id) => (true, id.get()),
            PermissionOverwriteType::Member(id) => (false, id.get()),
            // A kind that does not exist yet speaks of nobody.
            _ => (false, 0),
        };
        Self { role, id, allow: overwrite.allow.bits(), deny: overwrite.deny.bits() }
    }
}

fn rules(overwrites: &[PermissionOverwrite]) -> Vec<Rule> {
    overwrites.iter().map(Rule::from).collect()
}

fn role_bits<'a>(roles: impl IntoIterator<Item = &'a Role>) -> HashMap<u64, u64> {
    roles.into_iter().map(|role| (role.id.get(), role.permissions.bits())).collect()
}

impl Place {
    /// Source: Discord's reference, "Permission Overwrites".
    fn bits(&self, guild: u64, own: u64, channel: u64) -> Option<u64> {
        let Some(Channel::Rules(rules)) = self.channels.get(&channel).filter(|_| self.state == State::Here)
        else {
            return None;
        };
        let role = |id: &u64| self.roles.get(id).copied().unwrap_or(0);
        let base = self.own_roles.iter().fold(role(&guild), |bits, id| bits | role(id));
        if base & bit::ADMINISTRATOR != 0 {
            return Some(u64::MAX);
        }
        let of = |matches: &dyn Fn(&Rule) -> bool| {
            let mine = rules.iter().filter(|rule| matches(rule));
            mine.fold((0, 0), |(allow, deny), rule| (allow | rule.allow, deny | rule.deny))
        };
        let apply = |bits: u64, (allow, deny): (u64, u64)| (bits & !deny) | allow;
        let bits = apply(base, of(&|rule| rule.role && rule.id == guild));
        let bits =
            apply(bits, of(&|rule| rule.role && rule.id != guild && self.own_roles.contains(&rule.id)));
        let bits = apply(bits, of(&|rule| !rule.role && rule.id == own));
        // Without the right to see the channel there is none in it.
        Some(if bits & bit::VIEW_CHANNEL == 0 { 0 } else { bits })
    }
}

impl Permissions {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What Helmsman may do in this team's channel. None: not known (yet), or the channel is gone.
    pub fn bits(&self, channel: ChannelId) -> Option<u64> {
        let known = self.known();
        let guild = *known.home.get(&channel.0)?;
        known.guilds.get(&guild)?.bits(guild, known.own, channel.0)
    }

    /// How things stand in this channel.
    pub fn standing(&self, channel: ChannelId) -> Standing {
        let known = self.known();
        let Some(guild) = known.home.get(&channel.0) else { return Standing::NotWatched };
        let Some(place) = known.guilds.get(guild) else { return Standing::NotKnown };
        match (place.state, place.channels.get(&channel.0)) {
            (State::Left, _) => Standing::Left,
            (State::NotKnown, _) | (State::Here, None | Some(Channel::NotKnown)) => Standing::NotKnown,
            (State::Here, _) => {
                place.bits(*guild, known.own, channel.0).map_or(Standing::Gone, Standing::Bits)
            }
        }
    }

    /// The server of a channel that was not described with it, so that only asking helps.
    pub fn to_be_asked(&self, channel: ChannelId) -> Option<GuildId> {
        let known = self.known();
        let guild = *known.home.get(&channel.0)?;
        let place = known.guilds.get(&guild).filter(|place| place.state == State::Here)?;
        matches!(place.channels.get(&channel.0), Some(Channel::NotKnown)).then_some(GuildId(guild))
    }

    /// Whether Discord has described this server, so that a channel without bits is known to be gone.
    pub fn described(&self, guild: GuildId) -> bool {
        self.known().guilds.get(&guild.0).is_some_and(|place| place.state == State::Here)
    }

    /// The servers with team channels.
    pub fn guilds(&self) -> Vec<GuildId> {
        self.known().guilds.keys().copied().map(GuildId).collect()
    }

    /// Keeps an eye on a channel from the next description of its server on.
    pub fn expect(&self, guild: GuildId, channel: ChannelId) {
        let mut known = self.known();
        known.home.insert(channel.0, guild.0);
        known.guilds.entry(guild.0).or_default().channels.entry(channel.0).or_insert(Channel::NotKnown);
    }

    /// Keeps an eye on a channel from now on, and asks Discord how things stand.
    pub async fn watch_channel(
        &self,
        discord: &Discord,
        guild: GuildId,
        channel: ChannelId,
    ) -> Result<(), Trouble> {
        self.expect(guild, channel);
        let own = discord.own_id().await?;
        let own_roles = discord.own_roles(guild).await?;
        let roles = role_bits(&discord.roles(guild).await?);
        let overwrites = rules(&discord.channel(channel).await?.permission_overwrites);
        let mut known = self.known();
        known.own = own.0;
        if !known.home.contains_key(&channel.0) {
            // Forgotten meanwhile.
            return Ok(());
        }
        let place = known.guilds.entry(guild.0).or_default();
        (place.state, place.roles, place.own_roles) = (State::Here, roles, own_roles);
        place.channels.insert(channel.0, Channel::Rules(overwrites));
        Ok(())
    }

    /// No team lives there any more.
    pub fn forget(&self, channel: ChannelId) {
        let mut known = self.known();
        let Some(guild) = known.home.remove(&channel.0) else { return };
        if let Some(place) = known.guilds.get_mut(&guild) {
            place.channels.remove(&channel.0);
            if place.channels.is_empty() {
                known.guilds.remove(&guild);
            }
        }
    }
}
