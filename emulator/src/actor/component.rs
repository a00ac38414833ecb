//! Buttons and select menus.

use super::message::{SelectMenu, parts};
use super::options::{Resolved, find_channel, find_role, find_user};
use super::{Message, Person, Response};
use crate::bits;
use crate::id::Id;
use crate::world::{InteractionKind, World};
use serde_json::{Value, json};

impl Person {
    /// Clicks a button, by its label or custom id. The message may have been read earlier: a button that is
    /// gone by now is sent all the same, as an old screen does.
    pub async fn click(&self, message: &Message, button: &str) -> Response {
        let Some(found) = message.try_button(button) else {
            return self.refused(format!("There is no button {button} but: {}", labels(message)));
        };
        if found.disabled {
            return self.refused(format!("The button {button} is disabled"));
        }
        let Some(custom_id) = found.custom_id.clone() else {
            return self.refused(format!("The button {button} is a link"));
        };
        let data = json!({ "custom_id": custom_id, "component_type": 2, "id": found.number });
        self.use_component(message, custom_id, |_| Ok(data)).await
    }

    /// Chooses in a select menu, by its placeholder or custom id; values go by label, value, name or id.
    pub async fn select(&self, message: &Message, menu: &str, values: &[&str]) -> Response {
        let Some(found) = message.try_select(menu) else {
            return self.refused(format!("There is no select menu {menu}"));
        };
        if found.disabled {
            return self.refused(format!("The select menu {menu} is disabled"));
        }
        if values.len() < found.min_values || values.len() > found.max_values {
            return self.refused(format!("Choose {} to {}", found.min_values, found.max_values));
        }
        let guild = message.state().guild;
        let custom_id = found.custom_id.clone();
        self.use_component(message, custom_id, |world| self.chosen(world, guild, &found, values)).await
    }

    fn chosen(
        &self,
        world: &World,
        guild: Option<Id>,
        menu: &SelectMenu,
        values: &[&str],
    ) -> Result<Value, String> {
        let mut resolved = Resolved::default();
        let mut chosen = Vec::new();
        for text in values {
            let none = || format!("There is nothing called {text} to choose");
            chosen.push(match menu.kind {
                3 => {
                    let fits = |option: &&(String, String)| option.0 == *text || option.1 == *text;
                    json!(menu.options.iter().find(fits).ok_or_else(none)?.1)
                }
                7 => {
                    let role = find_role(world, guild, text);
                    if let Some(user) = find_user(world, guild, text) {
                        resolved.user(world, guild, user);
                        json!(user)
                    } else {
                        let role = role.ok_or_else(none)?;
                        resolved.role(world, guild.unwrap_or_default(), role);
                        json!(role)
                    }
                }
                5 => {
                    let user = find_user(world, guild, text).ok_or_else(none)?;
                    resolved.user(world, guild, user);
                    json!(user)
                }
                6 => {
                    let role = find_role(world, guild, text).ok_or_else(none)?;
                    resolved.role(world, guild.unwrap_or_default(), role);
                    json!(role)
                }
                _ => {
                    let channel = find_channel(world, guild, self.user, text).ok_or_else(none)?;
                    let kind = world.channels[&channel].kind as u64;
                    if !menu.channel_types.is_empty() && !menu.channel_types.contains(&kind) {
                        return Err(none());
                    }
                    resolved.channel(world, channel, self.user);
                    json!(channel)
                }
            });
        }
        let mut data = json!({
            "custom_id": menu.custom_id, "component_type": menu.kind, "id": menu.number, "values": chosen,
        });
        if let Some(resolved) = resolved.into_value() {
            data["resolved"] = resolved;
        }
        Ok(data)
    }

    async fn use_component(
        &self,
        message: &Message,
        custom_id: String,
        data: impl FnOnce(&World) -> Result<Value, String>,
    ) -> Response {
        let channel = message.channel_id();
        let sent = self.hub.change(|world| {
            if !world.may(channel, self.user, bits::VIEW_CHANNEL) {
                return Err("You do not have access to this channel".to_owned());
            }
            let current = world.message(channel, message.id).filter(|one| one.visible_to(self.user));
            let current = current.ok_or("This message is gone")?;
            let app = current.author;
            if !world.applications.contains_key(&app) {
                return Err("Nobody listens to this message".into());
            }
            if current.guild.is_some_and(|guild| !world.reaches(guild, app)) {
                return Err("This interaction failed".into());
            }
            let data = data(world)?;
            let mut body = self.interaction_body(world, app, channel);
            body["data"] = data;
            body["message"] = world.message_json(current, None);
            let mut interaction =
                self.interaction(world, InteractionKind::Component, app, channel, custom_id);
            interaction.message = Some((channel, message.id));
            Ok(world.interact(interaction, body))
        });
        match sent {
            Ok(id) => self.settle(id).await,
            Err(why) => self.refused(why),
        }
    }
}

fn labels(message: &Message) -> String {
    let rows = &message.state().components;
    let labels = parts(rows).filter_map(|part| part["label"].as_str());
    labels.collect::<Vec<_>>().join(", ")
}
