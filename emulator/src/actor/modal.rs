//! Modals as a person fills them in.

use super::{Person, Response};
use crate::id::Id;
use crate::rules::modal::{Input, inputs};
use crate::world::InteractionKind;
use serde_json::{Value, json};

/// A modal that opened.
///
/// ```no_run
/// use emulator::{Message, Person};
///
/// async fn example(ana: Person, panel: Message) {
///     let modal = ana.click(&panel, "Why").await.modal().clone();
///     assert_eq!(modal.text(), "{A reason}\nWhy? *: []");
///     let empty = ana.submit(&modal, &[("Why?", "")]).await;
///     assert!(empty.failed().is_some(), "it must be filled in");
///     assert_eq!(ana.submit(&modal, &[("Why?", "hunger")]).await.text(), "Because hunger");
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Modal {
    pub(crate) app: Id,
    pub(crate) channel: Id,
    pub(crate) message: Option<(Id, Id)>,
    pub(crate) raw: Value,
}

/// A text input of a modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModalInput {
    /// What stands above it.
    pub label: String,
    /// The id under which its value is sent.
    pub custom_id: String,
    /// What stands in it at first.
    pub value: String,
    /// What is shown while it is empty.
    pub placeholder: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// The most characters it takes.
    pub max_length: usize,
    /// The fewest characters it takes, unless it may be left empty.
    pub min_length: usize,
}

impl Modal {
    /// The title.
    pub fn title(&self) -> &str {
        self.raw["title"].as_str().unwrap_or("")
    }

    /// The custom id.
    pub fn custom_id(&self) -> &str {
        self.raw["custom_id"].as_str().unwrap_or("")
    }

    /// The modal as it was sent.
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    /// The inputs in order.
    pub fn inputs(&self) -> Vec<ModalInput> {
        inputs(&self.raw).iter().map(read).collect()
    }

    /// The modal as plain text: its title, then a line for each input.
    pub fn text(&self) -> String {
        let mut text = format!("{{{}}}", self.title());
        for input in self.inputs() {
            let star = if input.required { " *" } else { "" };
            let shown = if input.value.is_empty() { &input.placeholder } else { &input.value };
            text.push_str(&format!("\n{}{star}: [{shown}]", input.label));
        }
        text
    }
}

fn read(input: &Input) -> ModalInput {
    let text = |field: &str| input.body[field].as_str().unwrap_or("").to_owned();
    let number = |field: &str| input.body[field].as_u64().map(|number| number as usize);
    ModalInput {
        label: input.label.clone(),
        custom_id: text("custom_id"),
        value: text("value"),
        placeholder: text("placeholder"),
        required: input.body["required"].as_bool().unwrap_or(true),
        max_length: number("max_length").unwrap_or(4000),
        min_length: number("min_length").unwrap_or(0),
    }
}

impl Person {
    /// Fills in a modal, by labels or custom ids, and sends it. What is not named keeps its first value.
    pub async fn submit(&self, modal: &Modal, values: &[(&str, &str)]) -> Response {
        let inputs = inputs(&modal.raw);
        let fields: Vec<ModalInput> = inputs.iter().map(read).collect();
        for (name, _) in values {
            if !fields.iter().any(|field| field.label == *name || field.custom_id == *name) {
                return self.refused(format!("There is no input called {name}"));
            }
        }
        let mut components = Vec::new();
        for (input, field) in inputs.iter().zip(&fields) {
            let given = values.iter().find(|(name, _)| field.label == *name || field.custom_id == *name);
            let value = given.map_or(field.value.as_str(), |(_, value)| value);
            let length = value.chars().count();
            if field.required && length == 0 {
                return self.refused(format!("This field is required. ({})", field.label));
            }
            if length > field.max_length || length > 0 && length < field.min_length {
                let (min, max) = (field.min_length, field.max_length);
                return self.refused(format!("Must be between {min} and {max} in length. ({})", field.label));
            }
            let number = 2 * input.place + 1;
            let part = json!({ "type": 4, "id": number + 1, "custom_id": field.custom_id, "value": value });
            components.push(match modal.raw["components"][input.place]["type"].as_u64() {
                Some(18) => json!({ "type": 18, "id": number, "component": part }),
                _ => json!({ "type": 1, "id": number, "components": [part] }),
            });
        }
        let id = self.hub.change(|world| {
            let mut body = self.interaction_body(world, modal.app, modal.channel);
            body["data"] = json!({ "custom_id": modal.custom_id(), "components": components });
            if let Some(message) =
                modal.message.and_then(|(channel, message)| world.message(channel, message))
            {
                body["message"] = world.message_json(message, None);
            }
            let name = modal.custom_id().to_owned();
            let mut interaction =
                self.interaction(world, InteractionKind::Modal, modal.app, modal.channel, name);
            interaction.message = modal.message;
            world.interact(interaction, body)
        });
        self.settle(id).await
    }
}
