//! What a person types after a command, as the values that Discord's client makes of it.

use crate::id::Id;
use crate::world::{Attachment, ChannelKind, World};
use serde_json::{Map, Value, json};

/// The entities that were named.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    maps: Map<String, Value>,
}

impl Resolved {
    fn put(&mut self, map: &str, id: Id, value: Value) {
        let entry = self.maps.entry(map).or_insert_with(|| json!({}));
        entry[id.to_string()] = value;
    }

    pub(super) fn user(&mut self, world: &World, guild: Option<Id>, id: Id) {
        self.put("users", id, world.user_json(id));
        if let Some(guild) = guild.filter(|guild| world.guilds[guild].members.contains_key(&id)) {
            let mut member = world.partial_member_json(guild, id);
            member["permissions"] = json!(world.permissions_of(guild, id).to_string());
            self.put("members", id, member);
        }
    }

    pub(super) fn role(&mut self, world: &World, guild: Id, id: Id) {
        self.put("roles", id, world.role_json(guild, id));
    }

    pub(super) fn channel(&mut self, world: &World, id: Id, user: Id) {
        let mut body = world.channel_json(id);
        body["permissions"] = json!(world.permissions_in(id, user).to_string());
        self.put("channels", id, body);
    }

    pub(super) fn message(&mut self, world: &World, message: &crate::world::Message) {
        self.put("messages", message.id, world.message_json(message, None));
    }

    pub(super) fn attachment(&mut self, world: &World, file: &Attachment) {
        self.put("attachments", file.id, world.upload_json(file));
    }

    pub(super) fn into_value(self) -> Option<Value> {
        (!self.maps.is_empty()).then_some(Value::Object(self.maps))
    }
}

/// Digits out of a name, an id, or a mention such as `<@1>`, `<@&1>`, `<#1>`.
fn digits(text: &str) -> Option<Id> {
    text.trim_matches(['<', '>', '@', '&', '#', '!']).parse().ok()
}

/// A member by name, nick, id or mention.
pub(super) fn find_user(world: &World, guild: Option<Id>, text: &str) -> Option<Id> {
    let named = text.trim_start_matches('@');
    match guild {
        Some(guild) => {
            let members = &world.guilds.get(&guild)?.members;
            if let Some(id) = digits(text).filter(|id| world.users.contains_key(id)) {
                return Some(id);
            }
            let by_name = |id: &&Id| world.users.get(id).is_some_and(|user| user.name == named);
            members.keys().find(by_name).copied()
        }
        None => digits(text).filter(|id| world.users.contains_key(id)),
    }
}

/// A role by name, id or mention.
pub(super) fn find_role(world: &World, guild: Option<Id>, text: &str) -> Option<Id> {
    let roles = &world.guilds.get(&guild?)?.roles;
    let named = text.trim_start_matches('@');
    digits(text).filter(|id| roles.contains_key(id)).or_else(|| {
        roles.values().find(|role| role.name.trim_start_matches('@') == named).map(|role| role.id)
    })
}

/// A channel or thread that the user sees, by name, id or mention.
pub(super) fn find_channel(world: &World, guild: Option<Id>, user: Id, text: &str) -> Option<Id> {
    let entry = world.guilds.get(&guild?)?;
    let named = text.trim_start_matches('#');
    let all = || entry.channels.iter().chain(&entry.threads).copied();
    digits(text)
        .filter(|id| all().any(|one| one == *id))
        .or_else(|| all().find(|id| world.channels.get(id).is_some_and(|channel| channel.name == named)))
        .filter(|id| world.may(*id, user, crate::bits::VIEW_CHANNEL))
}

/// Where and by whom something is typed.
#[derive(Clone, Copy)]
pub(super) struct Typist<'w> {
    pub(super) world: &'w World,
    pub(super) guild: Option<Id>,
    pub(super) user: Id,
    /// What is handed to options that take a file.
    pub(super) files: &'w [(String, Attachment)],
}

/// The options of the leaf command as data, checked as the client checks them.
pub(super) fn typed(
    typist: Typist<'_>,
    schema: &[Value],
    given: &[(&str, &str)],
    focused: Option<&str>,
    resolved: &mut Resolved,
) -> Result<Vec<Value>, String> {
    let named = given.iter().map(|(name, _)| *name).chain(typist.files.iter().map(|(name, _)| name.as_str()));
    for name in named {
        if !schema.iter().any(|option| option["name"] == name) {
            return Err(format!("There is no option called {name}"));
        }
    }
    let mut values = Vec::new();
    for option in schema {
        let name = option["name"].as_str().unwrap_or("");
        let text = given.iter().find(|(given, _)| *given == name).map(|(_, text)| *text);
        let file = typist.files.iter().find(|(given, _)| given == name).map(|(_, file)| file);
        if let Some(file) = file.filter(|_| option["type"] == 11) {
            resolved.attachment(typist.world, file);
            values.push(json!({ "name": name, "type": 11, "value": file.id }));
            continue;
        }
        match text {
            None if option["required"] == true && focused.is_none() => {
                return Err(format!("This option is required. Specify a value. ({name})"));
            }
            None => {}
            Some(text) if focused == Some(name) => {
                values.push(json!({ "name": name, "type": option["type"], "value": text, "focused": true }));
            }
            Some(text) => {
                let value = value(typist, option, text, resolved).map_err(|why| format!("{why} ({name})"))?;
                values.push(json!({ "name": name, "type": option["type"], "value": value }));
            }
        }
    }
    Ok(values)
}

fn value(typist: Typist<'_>, option: &Value, text: &str, resolved: &mut Resolved) -> Result<Value, String> {
    let Typist { world, guild, user, .. } = typist;
    if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
        let fits = |choice: &&Value| {
            let value = &choice["value"];
            let number = value.is_number() && text.parse::<f64>().ok() == value.as_f64();
            choice["name"] == text || *value == text || number
        };
        let choice = choices.iter().find(fits);
        return choice.map(|choice| choice["value"].clone()).ok_or("Select one of the choices".into());
    }
    let limit = |field: &str| option.get(field).and_then(Value::as_f64);
    let within = |number: f64| {
        limit("min_value").is_none_or(|min| number >= min)
            && limit("max_value").is_none_or(|max| number <= max)
    };
    match option["type"].as_u64().unwrap_or(0) {
        3 => {
            let length = text.chars().count();
            let min = limit("min_length").unwrap_or(0.0) as usize;
            let max = limit("max_length").unwrap_or(6000.0) as usize;
            if length < min.max(1) || length > max {
                return Err(format!("Enter {min} to {max} characters"));
            }
            Ok(json!(text))
        }
        4 => match text.parse::<i64>() {
            Ok(number) if within(number as f64) => Ok(json!(number)),
            Ok(_) => Err("The number is out of range".into()),
            Err(_) => Err("Enter a whole number".into()),
        },
        5 => match text.to_lowercase().as_str() {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            _ => Err("Select True or False".into()),
        },
        6 => {
            let id = find_user(world, guild, text).ok_or("Enter a valid user")?;
            resolved.user(world, guild, id);
            Ok(json!(id))
        }
        7 => {
            let id = find_channel(world, guild, user, text).ok_or("Enter a valid channel")?;
            let kind = world.channels.get(&id).map_or(ChannelKind::Text, |channel| channel.kind) as u64;
            let kinds = option["channel_types"].as_array().filter(|kinds| !kinds.is_empty());
            if kinds.is_some_and(|kinds| !kinds.iter().any(|one| one.as_u64() == Some(kind))) {
                return Err("Enter a valid channel".into());
            }
            resolved.channel(world, id, user);
            Ok(json!(id))
        }
        8 => {
            let id = find_role(world, guild, text).ok_or("Enter a valid role")?;
            resolved.role(world, guild.unwrap_or_default(), id);
            Ok(json!(id))
        }
        9 => {
            if let Some(id) = find_user(world, guild, text) {
                resolved.user(world, guild, id);
                return Ok(json!(id));
            }
            let id = find_role(world, guild, text).ok_or("Enter a valid user or role")?;
            resolved.role(world, guild.unwrap_or_default(), id);
            Ok(json!(id))
        }
        10 => match text.parse::<f64>() {
            Ok(number) if within(number) => Ok(json!(number)),
            Ok(_) => Err("The number is out of range".into()),
            Err(_) => Err("Enter a number".into()),
        },
        11 => Err("Choose a file".into()),
        _ => Err("Options of this type are not emulated".into()),
    }
}
