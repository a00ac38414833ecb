//! What the gateway tells about servers, roles, channels and Helmsman itself.

use super::{Changed, Channel, Permissions, Place, State, role_bits, rules};
use crate::domain::id::{ChannelId, GuildId};
use serenity::model::{channel::PermissionOverwrite, event::Event, guild::Role};
use std::collections::HashSet;

impl Permissions {
    /// Takes notice of an event. The team channels whose bits may have changed by it.
    pub fn hear(&self, event: &Event) -> Vec<Changed> {
        match event {
            Event::Ready(event) => {
                let mut known = self.known();
                known.own = event.ready.user.id.get();
                // Each server is described anew; until then nothing is known of it.
                let there: HashSet<u64> = event.ready.guilds.iter().map(|guild| guild.id.get()).collect();
                for (guild, place) in &mut known.guilds {
                    place.state = if there.contains(guild) { State::NotKnown } else { State::Left };
                }
                Vec::new()
            }
            Event::GuildCreate(event) => self.described_anew(&event.guild),
            Event::GuildDelete(event) => self.at(event.guild.id.get(), |place| {
                place.state = if event.guild.unavailable { State::NotKnown } else { State::Left };
                None
            }),
            Event::GuildUpdate(event) => self.at(event.guild.id.get(), |place| {
                place.roles = role_bits(event.guild.roles.values());
                None
            }),
            Event::GuildRoleCreate(event) => self.role(event.role.guild_id.get(), &event.role),
            Event::GuildRoleUpdate(event) => self.role(event.role.guild_id.get(), &event.role),
            Event::GuildRoleDelete(event) => self.at(event.guild_id.get(), |place| {
                place.roles.remove(&event.role_id.get());
                place.own_roles.retain(|role| *role != event.role_id.get());
                None
            }),
            Event::GuildMemberUpdate(event) if event.user.id.get() == self.own() => {
                self.at(event.guild_id.get(), |place| {
                    place.own_roles = event.roles.iter().map(|role| role.get()).collect();
                    None
                })
            }
            Event::ChannelCreate(event) => {
                let channel = &event.channel;
                self.channel(channel.guild_id.get(), channel.id.get(), Some(&channel.permission_overwrites))
            }
            Event::ChannelUpdate(event) => {
                let channel = &event.channel;
                self.channel(channel.guild_id.get(), channel.id.get(), Some(&channel.permission_overwrites))
            }
            Event::ChannelDelete(event) => {
                self.channel(event.channel.guild_id.get(), event.channel.id.get(), None)
            }
            _ => Vec::new(),
        }
    }

    fn own(&self) -> u64 {
        self.known().own
    }

    fn described_anew(&self, guild: &serenity::model::guild::Guild) -> Vec<Changed> {
        let own = self.own();
        self.at(guild.id.get(), |place| {
            place.state = State::Here;
            place.roles = role_bits(guild.roles.values());
            if let Some(me) = guild.members.values().find(|member| member.user.id.get() == own) {
                place.own_roles = me.roles.iter().map(|role| role.get()).collect();
            }
            for (id, known) in &mut place.channels {
                let channel = guild.channels.values().find(|channel| channel.id.get() == *id);
                *known = channel.map_or(Channel::Gone, |it| Channel::Rules(rules(&it.permission_overwrites)));
            }
            None
        })
    }

    fn role(&self, guild: u64, role: &Role) -> Vec<Changed> {
        self.at(guild, |place| {
            place.roles.insert(role.id.get(), role.permissions.bits());
            None
        })
    }

    fn channel(
        &self,
        guild: u64,
        channel: u64,
        overwrites: Option<&Vec<PermissionOverwrite>>,
    ) -> Vec<Changed> {
        let now = overwrites.map_or(Channel::Gone, |overwrites| Channel::Rules(rules(overwrites)));
        self.at(guild, |place| {
            let Some(known) = place.channels.get_mut(&channel) else { return Some(Vec::new()) };
            *known = now;
            Some(vec![ChannelId(channel)])
        })
    }

    /// Changes what is known of a server with team channels. `change` says which channels it touched; none: all.
    fn at(&self, guild: u64, change: impl FnOnce(&mut Place) -> Option<Vec<ChannelId>>) -> Vec<Changed> {
        let mut known = self.known();
        let Some(place) = known.guilds.get_mut(&guild) else { return Vec::new() };
        let touched = change(place);
        let all = || place.channels.keys().copied().map(ChannelId).collect();
        let channels: Vec<ChannelId> = touched.unwrap_or_else(all);
        channels.into_iter().map(|channel| Changed { guild: GuildId(guild), channel }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Standing, bit, missing};
    use super::*;
    use serde_json::json;

    const TEAM: ChannelId = ChannelId(20);

    fn event(kind: &str, data: serde_json::Value) -> Event {
        match kind {
            "CHANNEL_UPDATE" => serde_json::from_value(data).map(Event::ChannelUpdate),
            "CHANNEL_DELETE" => serde_json::from_value(data).map(Event::ChannelDelete),
            "GUILD_ROLE_UPDATE" => serde_json::from_value(data).map(Event::GuildRoleUpdate),
            "GUILD_DELETE" => serde_json::from_value(data).map(Event::GuildDelete),
            other => panic!("{other}"),
        }
        .unwrap_or_else(|error| panic!("{kind}: {error}"))
    }

    fn role(id: u64, bits: u64) -> serde_json::Value {
        json!({ "id": id.to_string(), "name": "r", "color": 0, "hoist": false, "managed": false, "position": 1,
                "mentionable": false, "permissions": bits.to_string(), "flags": 0,
                "colors": { "primary_color": 0 } })
    }

    fn channel(overwrites: serde_json::Value) -> serde_json::Value {
        json!({ "id": "20", "guild_id": "1", "type": 0, "name": "team", "position": 0,
                "permission_overwrites": overwrites })
    }

    fn known() -> Permissions {
        let permissions = Permissions::default();
        permissions.expect(GuildId(1), TEAM);
        let mut known = permissions.known();
        known.own = 7;
        let place = known.guilds.get_mut(&1).unwrap();
        place.state = State::Here;
        place.roles = [(1, bit::VIEW_CHANNEL | bit::SEND_MESSAGES), (5, bit::EMBED_LINKS)].into();
        place.own_roles = vec![5];
        place.channels.insert(20, Channel::Rules(Vec::new()));
        drop(known);
        permissions
    }

    #[test]
    fn roles_and_overwrites_make_the_bits() {
        let permissions = known();
        assert_eq!(permissions.bits(TEAM), Some(bit::VIEW_CHANNEL | bit::SEND_MESSAGES | bit::EMBED_LINKS));
        // @everyone may not write, the own role may.
        let overwrites = json!([
            { "id": "1", "type": 0, "allow": "0", "deny": bit::SEND_MESSAGES.to_string() },
            { "id": "5", "type": 0, "allow": bit::SEND_MESSAGES.to_string(), "deny": bit::EMBED_LINKS.to_string() },
            { "id": "9", "type": 0, "allow": bit::ATTACH_FILES.to_string(), "deny": "0" },
        ]);
        let changed = permissions.hear(&event("CHANNEL_UPDATE", channel(overwrites)));
        assert_eq!(changed, [Changed { guild: GuildId(1), channel: TEAM }]);
        let bits = permissions.bits(TEAM).unwrap();
        assert_eq!(bits, bit::VIEW_CHANNEL | bit::SEND_MESSAGES);
        assert_eq!(missing(bits, super::super::TO_POST), ["Embed Links"]);
        // The member itself may not even see it.
        let overwrites =
            json!([{ "id": "7", "type": 1, "allow": "0", "deny": bit::VIEW_CHANNEL.to_string() }]);
        permissions.hear(&event("CHANNEL_UPDATE", channel(overwrites)));
        assert_eq!(permissions.bits(TEAM), Some(0));
        // An administrator may do everything everywhere.
        let changed = permissions.hear(&event(
            "GUILD_ROLE_UPDATE",
            json!({ "guild_id": "1", "role": role(5, bit::ADMINISTRATOR) }),
        ));
        assert_eq!(changed.len(), 1);
        assert_eq!(permissions.bits(TEAM), Some(u64::MAX));
    }

    #[test]
    fn a_deleted_channel_and_a_server_out_of_reach_have_no_bits() {
        let permissions = known();
        permissions.hear(&event("GUILD_DELETE", json!({ "id": "1", "unavailable": true })));
        assert_eq!((permissions.bits(TEAM), permissions.described(GuildId(1))), (None, false));
        let permissions = known();
        let changed = permissions.hear(&event("CHANNEL_DELETE", channel(json!([]))));
        assert_eq!(changed.len(), 1);
        assert_eq!((permissions.bits(TEAM), permissions.described(GuildId(1))), (None, true));
    }

    #[test]
    fn a_channel_that_a_team_comes_to_is_not_gone_before_discord_has_said_so() {
        let permissions = known();
        let second = ChannelId(30);
        permissions.expect(GuildId(1), second);
        assert_eq!(permissions.standing(second), Standing::NotKnown);
        assert_eq!(permissions.to_be_asked(second), Some(GuildId(1)));
        assert_eq!(permissions.to_be_asked(TEAM), None);
        // Nor after news about its server that say nothing about it.
        permissions.hear(&event("GUILD_ROLE_UPDATE", json!({ "guild_id": "1", "role": role(5, 0) })));
        assert_eq!(permissions.standing(second), Standing::NotKnown);
    }

    #[test]
    fn a_server_that_was_left_is_not_waited_for() {
        let permissions = known();
        permissions.hear(&event("GUILD_DELETE", json!({ "id": "1" })));
        assert_eq!((permissions.bits(TEAM), permissions.standing(TEAM)), (None, Standing::Left));
    }

    #[test]
    fn other_servers_and_channels_are_not_remembered() {
        let permissions = known();
        let mut other = channel(json!([]));
        other["id"] = json!("21");
        assert!(permissions.hear(&event("CHANNEL_UPDATE", other.clone())).is_empty());
        other["guild_id"] = json!("2");
        assert!(permissions.hear(&event("CHANNEL_UPDATE", other)).is_empty());
        assert_eq!(permissions.guilds(), [GuildId(1)]);
        permissions.forget(TEAM);
        assert!(permissions.guilds().is_empty() && permissions.bits(TEAM).is_none());
    }
}
