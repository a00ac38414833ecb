//! Whom a message notifies: what its text names, as far as `allowed_mentions` lets it.

use super::form::Form;
use crate::bits;
use crate::id::{Id, id_of};
use crate::world::World;
use serde_json::Value;

/// Who is notified.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    pub(crate) everyone: bool,
    pub(crate) users: Vec<Id>,
    pub(crate) roles: Vec<Id>,
}

/// Checks `allowed_mentions`.
pub(crate) fn check(form: &mut Form, value: Option<&Value>) {
    let Some(value) = value.filter(|value| !value.is_null()) else { return };
    form.known("allowed_mentions", value, &["parse", "roles", "users", "replied_user"]);
    let parse = value.get("parse").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (at, kind) in parse.iter().enumerate() {
        if !matches!(kind.as_str(), Some("roles" | "users" | "everyone")) {
            form.not_one_of(&format!("allowed_mentions.parse.{at}"), "'users', 'roles', 'everyone'");
        }
    }
    for list in ["roles", "users"] {
        let ids = value.get(list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let path = format!("allowed_mentions.{list}");
        form.count(&path, ids.len(), 0, 100);
        if !ids.is_empty() && parse.iter().any(|kind| kind == list) {
            let message = format!("parse:[\"{list}\"] and {list}: [ids...] are mutually exclusive.");
            form.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", &message);
        }
    }
}

/// Finds who is notified by a text. Without `allowed` everything is parsed.
pub(crate) fn resolve(
    world: &World,
    channel: Id,
    author: Id,
    content: &str,
    allowed: Option<&Value>,
    replied: Option<Id>,
) -> Mentions {
    let allowed = allowed.filter(|value| !value.is_null());
    let parses = |kind: &str| match allowed {
        None => true,
        Some(allowed) => allowed
            .get("parse")
            .and_then(Value::as_array)
            .is_some_and(|parse| parse.iter().any(|one| one == kind)),
    };
    let lists = |list: &str, id: Id| {
        let ids = allowed.and_then(|allowed| allowed.get(list)).and_then(Value::as_array);
        ids.is_some_and(|ids| ids.iter().any(|one| id_of(one) == Some(id)))
    };
    let strong = world.may(channel, author, bits::MENTION_EVERYONE);
    let guild = world.channels.get(&channel).and_then(|channel| channel.guild);
    let mut found = Mentions::default();
    if parses("everyone") && strong && (content.contains("@everyone") || content.contains("@here")) {
        found.everyone = guild.is_some();
    }
    for (kind, id) in named(content) {
        if kind == '&' {
            let role = guild.and_then(|guild| world.guilds.get(&guild)?.roles.get(&id));
            let pings = role.is_some_and(|role| role.mentionable || strong);
            if pings && (parses("roles") || lists("roles", id)) && !found.roles.contains(&id) {
                found.roles.push(id);
            }
        } else if world.users.contains_key(&id)
            && (parses("users") || lists("users", id))
            && !found.users.contains(&id)
        {
            found.users.push(id);
        }
    }
    let pings_author = match allowed {
        None => true,
        Some(allowed) => allowed.get("replied_user").and_then(Value::as_bool).unwrap_or(false),
    };
    if let Some(replied) = replied.filter(|_| pings_author)
        && !found.users.contains(&replied)
    {
        found.users.push(replied);
    }
    found
}

/// The mentions in a text: `<@1>`, `<@!1>` and `<@&1>`.
fn named(content: &str) -> impl Iterator<Item = (char, Id)> {
    content.split("<@").skip(1).filter_map(|rest| {
        let (inner, _) = rest.split_once('>')?;
        let kind = if inner.starts_with('&') { '&' } else { '@' };
        let id = inner.trim_start_matches(['&', '!']).parse().ok()?;
        Some((kind, id))
    })
}
