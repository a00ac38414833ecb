//! Who asks, where, and what they may do, as the interaction itself says. Nothing here is remembered from earlier.

use crate::{
    commands::Problem,
    domain::id::{CastId, ChannelId, GuildId, RoleId, UserId},
    store::team::Team,
};
use poise::serenity_prelude as serenity;

/// The person behind an interaction and the place it came from.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The interaction. Its time, not the host's, says when something was cast.
    pub cast: CastId,
    /// None in direct messages.
    pub guild: Option<GuildId>,
    /// The channel or thread.
    pub channel: ChannelId,
    /// The channel that a thread hangs under. None if this is no thread.
    pub parent: Option<ChannelId>,
    /// The kind of the channel, if Discord said so.
    pub kind: Option<serenity::ChannelType>,
    /// The person.
    pub user: UserId,
    /// The person's roles, at this moment.
    pub roles: Vec<RoleId>,
    /// The person's permissions in this channel, as raw bits.
    pub permissions: u64,
    /// Helmsman's own permissions in this channel, as raw bits (Discord's library drops those above bit 50).
    pub app_permissions: u64,
}

macro_rules! caller {
    ($interaction:expr) => {{
        let interaction = $interaction;
        let thread = interaction.channel.as_ref().filter(|channel| is_thread(channel.kind));
        let member = interaction.member.as_ref();
        Caller {
            cast: CastId(interaction.id.get()),
            guild: interaction.guild_id.map(|id| GuildId(id.get())),
            channel: ChannelId(interaction.channel_id.get()),
            parent: thread.and_then(|thread| thread.parent_id).map(|id| ChannelId(id.get())),
            kind: interaction.channel.as_ref().map(|channel| channel.kind),
            user: UserId(interaction.user.id.get()),
            roles: member.into_iter().flat_map(|m| &m.roles).map(|role| RoleId(role.get())).collect(),
            permissions: member.and_then(|m| m.permissions).map_or(0, |bits| bits.bits()),
            app_permissions: interaction.app_permissions.map_or(0, |bits| bits.bits()),
        }
    }};
}

impl From<&serenity::CommandInteraction> for Caller {
    fn from(interaction: &serenity::CommandInteraction) -> Self {
        caller!(interaction)
    }
}

impl From<&serenity::ComponentInteraction> for Caller {
    fn from(interaction: &serenity::ComponentInteraction) -> Self {
        caller!(interaction)
    }
}

impl From<&serenity::ModalInteraction> for Caller {
    fn from(interaction: &serenity::ModalInteraction) -> Self {
        caller!(interaction)
    }
}

fn is_thread(kind: serenity::ChannelType) -> bool {
    use serenity::ChannelType::{NewsThread, PrivateThread, PublicThread};
    matches!(kind, NewsThread | PublicThread | PrivateThread)
}

impl Caller {
    /// Manage Server (an administrator and the owner have it too).
    pub fn is_admin(&self) -> bool {
        let bits = serenity::Permissions::from_bits_truncate(self.permissions);
        bits.manage_guild() || bits.administrator()
    }

    /// The team's manager role, or Manage Server.
    pub fn is_manager(&self, team: &Team) -> bool {
        self.is_admin() || team.manager_role.is_some_and(|role| self.roles.contains(&role))
    }

    /// The server, or a refusal in direct messages.
    pub fn guild(&self) -> Result<GuildId, Problem> {
        self.guild.ok_or_else(|| Problem::refuse(crate::chat::problem::not_in_direct_messages()))
    }

    /// The server, if this person may set teams up.
    pub fn admin(&self) -> Result<GuildId, Problem> {
        let guild = self.guild()?;
        if self.is_admin() { Ok(guild) } else { Err(Problem::refuse(crate::chat::problem::ADMINS_ONLY)) }
    }

    /// The channel whose team is meant: this one, or the one the thread hangs under.
    pub fn home(&self) -> ChannelId {
        self.parent.unwrap_or(self.channel)
    }
}
