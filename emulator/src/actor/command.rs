//! Slash commands, their completion, and menu commands.

use super::options::{Resolved, Typist, typed};
use super::{Message, Person, Response, Upload};
use crate::bits;
use crate::discord::Channel;
use crate::id::Id;
use crate::world::{Attachment, Command, InteractionKind, World};
use serde_json::{Value, json};

/// A completion that was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is shown.
    pub name: String,
    /// What is sent when it is picked.
    pub value: String,
}

impl Person {
    /// Uses a slash command, such as `slash(&channel, "series schedule", &[("series", "first")])`. Values are
    /// typed as the registered command says; users, roles and channels go by name or id.
    pub async fn slash(&self, channel: &Channel, command: &str, options: &[(&str, &str)]) -> Response {
        self.slash_with(channel, command, options, Vec::new()).await
    }

    /// As [`Person::slash`], with files for options that take one, by the options' names.
    pub async fn slash_with(
        &self,
        channel: &Channel,
        command: &str,
        options: &[(&str, &str)],
        files: Vec<(String, Upload)>,
    ) -> Response {
        let sent = self.hub.change(|world| {
            let mut kept = Vec::new();
            for (option, file) in files {
                kept.push((option, file.into_attachment(world)?));
            }
            self.send_command(world, channel.id, command, options, &kept, None)
        });
        match sent {
            Ok(id) => self.settle(id).await,
            Err(why) => self.refused(why),
        }
    }

    /// Asks for completions of the option `focus`, whose text so far is among the options.
    pub async fn complete(
        &self,
        channel: &Channel,
        command: &str,
        options: &[(&str, &str)],
        focus: &str,
    ) -> Vec<Choice> {
        self.try_complete(channel, command, options, focus).await.unwrap_or_default()
    }

    /// As [`Person::complete`], with the reason if nothing can be offered.
    ///
    /// # Errors
    ///
    /// What the client shows instead, such as that the application did not answer in time.
    pub async fn try_complete(
        &self,
        channel: &Channel,
        command: &str,
        options: &[(&str, &str)],
        focus: &str,
    ) -> Result<Vec<Choice>, String> {
        let id = self
            .hub
            .change(|world| self.send_command(world, channel.id, command, options, &[], Some(focus)))?;
        let response = self.settle(id).await;
        let failed = || response.failed().unwrap_or_else(|| "Loading options failed".into());
        let choices = self.choices(id).ok_or_else(failed)?;
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let choice = |one: &Value| Choice { name: text(&one["name"]), value: text(&one["value"]) };
        Ok(choices.iter().map(choice).collect())
    }

    /// Uses a message's menu command.
    pub async fn menu(&self, message: &Message, command: &str) -> Response {
        let channel = message.channel_id();
        let sent = self.hub.change(|world| {
            let (app, command) = self.usable(world, channel, 3, command)?;
            let target = world.message(channel, message.id).filter(|one| one.visible_to(self.user));
            let target = target.ok_or("This message is gone")?;
            let mut resolved = Resolved::default();
            resolved.message(world, target);
            let data = json!({
                "id": command.id, "name": command.name, "type": 3, "target_id": message.id,
                "resolved": resolved.into_value(),
            });
            let name = command.name.clone();
            Ok::<_, String>(self.dispatch_command(world, InteractionKind::Command, app, channel, name, data))
        });
        match sent {
            Ok(id) => self.settle(id).await,
            Err(why) => self.refused(why),
        }
    }

    /// Uses a person's menu command.
    pub async fn user_menu(&self, channel: &Channel, person: &Person, command: &str) -> Response {
        let sent = self.hub.change(|world| {
            let (app, command) = self.usable(world, channel.id, 2, command)?;
            let mut resolved = Resolved::default();
            resolved.user(world, world.channels.get(&channel.id).and_then(|one| one.guild), person.user);
            let data = json!({
                "id": command.id, "name": command.name, "type": 2, "target_id": person.user,
                "resolved": resolved.into_value(),
            });
            let name = command.name.clone();
            Ok::<_, String>(self.dispatch_command(
                world,
                InteractionKind::Command,
                app,
                channel.id,
                name,
                data,
            ))
        });
        match sent {
            Ok(id) => self.settle(id).await,
            Err(why) => self.refused(why),
        }
    }

    /// The slash commands that the person can use in a channel, with their descriptions.
    pub fn commands(&self, channel: &Channel) -> Vec<Value> {
        self.hub.read(|world| self.offered(world, channel.id).into_iter().map(|(_, _, body)| body).collect())
    }

    /// The commands that the person can use in a channel with their applications: kind (1 slash, 2 for people, 3 for
    /// messages) and body as they were registered.
    pub(crate) fn offered(&self, world: &World, channel: Id) -> Vec<(Id, u64, Value)> {
        let Some(guild) = world.channels.get(&channel).map(|channel| channel.guild) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for app in world.applications.values() {
            let own = guild.and_then(|guild| world.guilds.get(&guild)?.commands.get(&app.id));
            for command in own.into_iter().flat_map(|own| own.values()).chain(app.commands.values()) {
                // One of the guild's own hides a global one of its name.
                let offered = self.usable(world, channel, command.kind, &command.name);
                if offered.is_ok_and(|(_, offered)| offered.id == command.id) {
                    found.push((app.id, command.kind, command.body.clone()));
                }
            }
        }
        found
    }

    /// The command, if the person's client offers it there.
    fn usable<'w>(
        &self,
        world: &'w World,
        channel: Id,
        kind: u64,
        name: &str,
    ) -> Result<(Id, &'w Command), String> {
        if !world.may(channel, self.user, bits::VIEW_CHANNEL) {
            return Err("You do not have access to this channel".into());
        }
        let entry = &world.channels[&channel];
        let in_thread = entry.thread.is_some();
        let sends = if in_thread { bits::SEND_MESSAGES_IN_THREADS } else { bits::SEND_MESSAGES };
        if kind == 1 && !world.may(channel, self.user, sends) {
            return Err("You do not have permission to send messages in this channel".into());
        }
        if !world.may(channel, self.user, bits::USE_APPLICATION_COMMANDS) {
            return Err("You do not have permission to use application commands here".into());
        }
        let (app, command) = world
            .find_command(entry.guild, kind, name)
            .ok_or_else(|| format!("There is no command called {name}"))?;
        if entry.guild.is_some_and(|guild| !world.reaches(guild, app)) {
            return Err("The application did not respond".into());
        }
        let needed = &command.body["default_member_permissions"];
        if let (Some(needed), Some(_)) =
            (needed.as_str().and_then(|bits| bits.parse::<u64>().ok()), entry.guild)
        {
            let admin = world.may(channel, self.user, bits::ADMINISTRATOR);
            if !admin && (needed == 0 || !world.may(channel, self.user, needed)) {
                return Err("You do not have permission to use this command".into());
            }
        }
        let contexts = command.body["contexts"].as_array();
        let here = if entry.guild.is_some() { 0 } else { 1 };
        if contexts.is_some_and(|contexts| !contexts.iter().any(|one| one.as_u64() == Some(here)))
            || entry.guild.is_none() && contexts.is_none() && command.body["dm_permission"] == false
        {
            return Err(format!("There is no command called {name}"));
        }
        Ok((app, command))
    }

    fn send_command(
        &self,
        world: &mut World,
        channel: Id,
        line: &str,
        options: &[(&str, &str)],
        files: &[(String, Attachment)],
        focus: Option<&str>,
    ) -> Result<Id, String> {
        let mut words = line.trim_start_matches('/').split_whitespace();
        let name = words.next().ok_or("Name a command")?;
        let (app, command) = self.usable(world, channel, 1, name)?;
        let guild = world.channels[&channel].guild;
        let none = Vec::new();
        let mut schema = command.body["options"].as_array().unwrap_or(&none);
        let mut path = Vec::new();
        for word in words {
            let next = schema.iter().find(|option| option["name"] == word && is_group(option));
            let next = next.ok_or_else(|| format!("There is no command called {line}"))?;
            path.push((word.to_owned(), next["type"].clone()));
            schema = next["options"].as_array().unwrap_or(&none);
        }
        if schema.iter().any(is_group) {
            return Err("A command that has subcommands cannot be used itself".into());
        }
        let mut resolved = Resolved::default();
        let typist = Typist { world, guild, user: self.user, files };
        let mut values = json!(typed(typist, schema, options, focus, &mut resolved)?);
        let (command, files) = (command.clone(), files.iter().map(|(_, file)| file.clone()));
        world.keep_uploads(files);
        let mut full = name.to_owned();
        for (word, _) in &path {
            full = format!("{full} {word}");
        }
        for (word, kind) in path.into_iter().rev() {
            values = json!([{ "name": word, "type": kind, "options": values }]);
        }
        let mut data = json!({ "id": command.id, "name": command.name, "type": 1, "options": values });
        if let Some(guild) = command.body.get("guild_id") {
            data["guild_id"] = guild.clone();
        }
        if let Some(resolved) = resolved.into_value() {
            data["resolved"] = resolved;
        }
        let kind = if focus.is_some() { InteractionKind::Autocomplete } else { InteractionKind::Command };
        Ok(self.dispatch_command(world, kind, app, channel, full, data))
    }

    fn dispatch_command(
        &self,
        world: &mut World,
        kind: InteractionKind,
        app: Id,
        channel: Id,
        name: String,
        data: Value,
    ) -> Id {
        let mut body = self.interaction_body(world, app, channel);
        body["data"] = data;
        let interaction = self.interaction(world, kind, app, channel, name);
        world.interact(interaction, body)
    }
}

fn is_group(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(1 | 2))
}
