//! A message as somebody saw it.

use crate::hub::Hub;
use crate::id::Id;
use crate::world::{self, World};
use serde_json::Value;
use std::sync::Arc;

/// A message as it was when it was read. It does not change; [`Message::refresh`] reads it again.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options};
///
/// let discord = Discord::start(Options::default()).await?;
/// let guild = discord.guild("Harbour");
/// let (ana, ben, channel) = (guild.person("ana"), guild.person("ben"), guild.text_channel("general"));
/// let said = ana.say(&channel, "Ready?");
/// ben.react(&said, "⚓");
/// ana.edit(&said, "Ready now?");
/// assert_eq!(said.content(), "Ready?");
/// let now = said.refresh();
/// assert_eq!((now.text(), now.reactions()), ("Ready now?".into(), vec![("⚓".into(), 1)]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Message {
    /// The id.
    pub id: Id,
    hub: Arc<Hub>,
    state: Arc<world::Message>,
    viewer: Option<Id>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it, emoji first.
    pub label: String,
    /// What is sent when it is clicked; links have none.
    pub custom_id: Option<String>,
    /// Whether it is greyed out.
    pub disabled: bool,
    /// 1 primary, 2 secondary, 3 success, 4 danger, 5 link.
    pub style: u64,
    /// Where a link leads.
    pub url: Option<String>,
    pub(super) number: u64,
}

/// A select menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectMenu {
    /// What stands in it while nothing is chosen.
    pub placeholder: String,
    /// What is sent with the choice.
    pub custom_id: String,
    /// Whether it is greyed out.
    pub disabled: bool,
    /// Labels and values.
    pub options: Vec<(String, String)>,
    /// What is chosen at first: values of the options, or ids.
    pub chosen: Vec<String>,
    /// 3 strings, 5 users, 6 roles, 7 users and roles, 8 channels.
    pub kind: u64,
    pub(super) channel_types: Vec<u64>,
    pub(super) min_values: usize,
    pub(super) max_values: usize,
    pub(super) number: u64,
}

/// The buttons and menus in rows.
pub(super) fn parts(rows: &[Value]) -> impl Iterator<Item = &Value> {
    rows.iter().flat_map(|row| row["components"].as_array().into_iter().flatten())
}

fn text_of(part: &Value, field: &str) -> String {
    part[field].as_str().unwrap_or("").to_owned()
}

fn button(part: &Value) -> Button {
    let emoji = part["emoji"]["name"].as_str().unwrap_or("");
    let label = format!("{emoji} {}", part["label"].as_str().unwrap_or(""));
    Button {
        label: label.trim().to_owned(),
        custom_id: part["custom_id"].as_str().map(ToOwned::to_owned),
        disabled: part["disabled"] == true,
        style: part["style"].as_u64().unwrap_or(0),
        url: part["url"].as_str().map(ToOwned::to_owned),
        number: part["id"].as_u64().unwrap_or(0),
    }
}

fn select(part: &Value) -> SelectMenu {
    let options = part["options"].as_array().into_iter().flatten();
    let count = |field: &str| part[field].as_u64().unwrap_or(1) as usize;
    let ticked = options.clone().filter(|option| option["default"] == true);
    let named = part["default_values"].as_array().into_iter().flatten();
    SelectMenu {
        placeholder: text_of(part, "placeholder"),
        custom_id: text_of(part, "custom_id"),
        disabled: part["disabled"] == true,
        options: options.map(|option| (text_of(option, "label"), text_of(option, "value"))).collect(),
        chosen: ticked
            .map(|option| text_of(option, "value"))
            .chain(named.map(|one| text_of(one, "id")))
            .collect(),
        kind: part["type"].as_u64().unwrap_or(0),
        channel_types: part["channel_types"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect(),
        min_values: count("min_values"),
        max_values: count("max_values"),
        number: part["id"].as_u64().unwrap_or(0),
    }
}

impl Message {
    pub(crate) fn new(hub: &Arc<Hub>, state: Arc<world::Message>, viewer: Option<Id>) -> Self {
        Self { id: state.id, hub: hub.clone(), state, viewer }
    }

    pub(crate) fn of(hub: &Arc<Hub>, world: &World, channel: Id, id: Id, viewer: Option<Id>) -> Option<Self> {
        let state = world.channels.get(&channel)?.messages.get(&id)?;
        Some(Self::new(hub, state.clone(), viewer))
    }

    /// The channel or thread.
    pub fn channel_id(&self) -> Id {
        self.state.channel
    }

    /// The author's id.
    pub fn author_id(&self) -> Id {
        self.state.author
    }

    /// The author's name.
    pub fn author(&self) -> String {
        let author = self.state.author;
        self.hub.read(|world| world.users.get(&author).map(|user| user.name.clone())).unwrap_or_default()
    }

    /// The text alone, without embeds and the rest.
    pub fn content(&self) -> &str {
        &self.state.content
    }

    /// All fields as plain values.
    pub fn state(&self) -> &world::Message {
        &self.state
    }

    /// Whether only one person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.state.is_ephemeral()
    }

    /// As Discord's REST would return it in full.
    pub fn raw(&self) -> Value {
        self.hub.read(|world| world.message_json(&self.state, self.viewer))
    }

    /// The message as it is now.
    ///
    /// # Panics
    ///
    /// When it was deleted.
    pub fn refresh(&self) -> Self {
        self.current().expect("the message was deleted")
    }

    /// The message as it is now, unless it was deleted.
    pub fn current(&self) -> Option<Self> {
        self.hub.read(|world| Self::of(&self.hub, world, self.state.channel, self.id, self.viewer))
    }

    /// Waits until the message, as it is then, satisfies `wanted`; `None` is a deleted one.
    pub async fn wait_until(&self, mut wanted: impl FnMut(Option<&Self>) -> bool) -> Option<Self> {
        self.hub
            .wait_for(|world| {
                let now = Self::of(&self.hub, world, self.state.channel, self.id, self.viewer);
                wanted(now.as_ref()).then_some(now)
            })
            .await
    }

    /// The buttons in order.
    pub fn buttons(&self) -> Vec<Button> {
        parts(&self.state.components).filter(|part| part["type"] == 2).map(button).collect()
    }

    /// The select menus in order.
    pub fn selects(&self) -> Vec<SelectMenu> {
        parts(&self.state.components).filter(|part| part["type"] != 2).map(select).collect()
    }

    /// The button of that label or custom id.
    ///
    /// # Panics
    ///
    /// When there is none, with the message's text.
    pub fn button(&self, name: &str) -> Button {
        self.try_button(name).unwrap_or_else(|| panic!("no button {name:?} in:\n{}", self.text()))
    }

    /// The button of that label (with or without its emoji) or custom id, if there is one.
    pub fn try_button(&self, name: &str) -> Option<Button> {
        let named = |part: &&Value| part["label"] == name || part["custom_id"] == name;
        let plain = parts(&self.state.components).filter(|part| part["type"] == 2).find(named).map(button);
        plain.or_else(|| self.buttons().into_iter().find(|button| button.label == name))
    }

    /// The select menu of that placeholder or custom id, if there is one.
    pub fn try_select(&self, name: &str) -> Option<SelectMenu> {
        self.selects().into_iter().find(|menu| menu.placeholder == name || menu.custom_id == name)
    }

    /// The emoji and how many people used each.
    pub fn reactions(&self) -> Vec<(String, usize)> {
        self.state.reactions.iter().map(|one| (one.emoji.clone(), one.users.len())).collect()
    }

    /// The message as plain text: content, embeds (`| ` before each line; a field of one line beside its name), files with their alternative text,
    /// and a line for each row of components.
    pub fn text(&self) -> String {
        let state = &self.state;
        let mut lines: Vec<String> = state.content.lines().map(ToOwned::to_owned).collect();
        if state.flags & 128 != 0 {
            lines.push("(is thinking…)".into());
        }
        for embed in &state.embeds {
            embed_lines(embed, &mut lines);
        }
        for file in &state.attachments {
            let about = file.description.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
            lines.push(format!("({}{about})", file.filename));
        }
        for row in &state.components {
            let parts = row["components"].as_array().into_iter().flatten();
            lines.push(parts.map(component).collect::<Vec<_>>().join(" "));
        }
        lines.join("\n")
    }
}

fn embed_lines(embed: &Value, lines: &mut Vec<String>) {
    let mut push =
        |text: &str| lines.extend(text.lines().map(|line| format!("| {line}").trim_end().to_owned()));
    for place in ["/author/name", "/title", "/description"] {
        if let Some(text) = embed.pointer(place).and_then(Value::as_str) {
            push(text);
        }
    }
    for field in embed["fields"].as_array().into_iter().flatten() {
        let (name, value) = (text_of(field, "name"), text_of(field, "value"));
        let space = if value.contains('\n') { '\n' } else { ' ' };
        push(&format!("{name}:{space}{value}"));
    }
    if let Some(url) = embed.pointer("/image/url").and_then(Value::as_str) {
        push(&format!("(image {url})"));
    }
    if let Some(text) = embed.pointer("/footer/text").and_then(Value::as_str) {
        push(text);
    }
}

fn component(part: &Value) -> String {
    if part["type"] == 2 {
        let button = button(part);
        let disabled = if button.disabled { " (disabled)" } else { "" };
        return format!("[{}{disabled}]", button.label);
    }
    let menu = select(part);
    let mut items: Vec<_> = menu
        .options
        .iter()
        .map(|(label, value)| format!("{}{label}", if menu.chosen.contains(value) { "*" } else { "" }))
        .collect();
    for default in part["default_values"].as_array().into_iter().flatten() {
        let sign = match default["type"].as_str() {
            Some("role") => "@&",
            Some("channel") => "#",
            _ => "@",
        };
        items.push(format!("*<{sign}{}>", text_of(default, "id")));
    }
    let items = if items.is_empty() { String::new() } else { format!(": {}", items.join(" | ")) };
    let disabled = if menu.disabled { " (disabled)" } else { "" };
    format!("<{}{items}{disabled}>", menu.placeholder)
}
