//! Op 8: a client asks for members of a guild, and is told in chunks.
//!
//! Source: Discord's reference, "Request Guild Members" and "Guild Members Chunk".

use super::connection::Connection;
use crate::bits;
use crate::id::{Id, id_of};
use crate::world::World;
use serde_json::{Value, json};

/// Members in a chunk.
const CHUNK: usize = 1000;
/// Members that are found by their name or id.
const MOST: usize = 100;

/// Answers with dispatches. Who may not ask gets nothing.
pub(super) fn request(connection: &Connection, data: &Value) {
    let Some((session, _)) = &connection.session else { return };
    connection.hub.change(|world| {
        let (Some(guild), Some(entry)) = (id_of(&data["guild_id"]), world.sessions.get(session)) else { return };
        let (app, intents) = (entry.app, entry.intents);
        if world.guilds.get(&guild).is_none_or(|guild| guild.unavailable || !guild.members.contains_key(&app)) {
            return;
        }
        let Some((found, missing)) = found(world, guild, intents, data) else {
            tracing::warn!("members were asked for without the intent GUILD_MEMBERS");
            return;
        };
        let count = found.len().div_ceil(CHUNK).max(1);
        for index in 0..count {
            let part = found.iter().skip(index * CHUNK).take(CHUNK);
            let members: Vec<Value> = part.map(|user| world.member_json(guild, *user)).collect();
            let mut body = json!({
                "guild_id": guild, "members": members, "chunk_index": index, "chunk_count": count, "not_found": missing,
            });
            if data["presences"] == true {
                body["presences"] = json!([]);
            }
            if let Some(nonce) = data["nonce"].as_str() {
                body["nonce"] = json!(nonce);
            }
            world.dispatch(session, "GUILD_MEMBERS_CHUNK", &body.to_string());
        }
    });
}

/// Who was asked for, and the ids of those who are no members; none if that needs an intent that is not there.
fn found(world: &World, guild: Id, intents: u64, data: &Value) -> Option<(Vec<Id>, Vec<Id>)> {
    if let Some(wanted) = data.get("user_ids").filter(|wanted| !wanted.is_null()) {
        let wanted = wanted.as_array().map_or(std::slice::from_ref(wanted), Vec::as_slice);
        let member = |user: &Id| world.guilds[&guild].members.contains_key(user);
        return Some(wanted.iter().filter_map(id_of).take(MOST).partition(member));
    }
    let query = data["query"].as_str().unwrap_or("");
    let limit = data["limit"].as_u64().unwrap_or(0) as usize;
    let mut found = world.members_like(guild, query);
    if query.is_empty() && limit == 0 {
        return (intents & bits::INTENT_GUILD_MEMBERS != 0).then_some((found, Vec::new()));
    }
    found.truncate(limit.clamp(1, MOST));
    Some((found, Vec::new()))
}
