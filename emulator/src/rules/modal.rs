//! Modals: a title and one to five text inputs, in rows (the old form) or labels (the new one).

use super::form::{Form, join};
use serde_json::Value;
use std::collections::HashSet;

/// Checks the data of a modal response.
pub(crate) fn check(form: &mut Form, modal: &Value) {
    form.known("data", modal, &["custom_id", "title", "components"]);
    form.required_text("data.custom_id", modal.get("custom_id"), 1, 100);
    form.required_text("data.title", modal.get("title"), 1, 45);
    let empty = Vec::new();
    let parts = modal.get("components").and_then(Value::as_array).unwrap_or(&empty);
    form.count("data.components", parts.len(), 1, 5);
    let mut seen = HashSet::new();
    for (at, part) in parts.iter().enumerate() {
        let path = format!("data.components.{at}");
        match part.get("type").and_then(Value::as_u64) {
            Some(1) => {
                form.known(&path, part, &["type", "id", "components"]);
                let inner = part.get("components").and_then(Value::as_array).unwrap_or(&empty);
                form.count(&join(&path, "components"), inner.len(), 1, 1);
                for (at, input) in inner.iter().enumerate() {
                    check_input(form, &format!("{path}.components.{at}"), input, true, &mut seen);
                }
            }
            Some(18) => {
                form.known(&path, part, &["type", "id", "label", "description", "component"]);
                form.required_text(&join(&path, "label"), part.get("label"), 1, 45);
                form.text(&join(&path, "description"), part.get("description"), 0, 100);
                match part.get("component") {
                    Some(input) => check_input(form, &join(&path, "component"), input, false, &mut seen),
                    None => form.required(&join(&path, "component")),
                }
            }
            Some(10) => {
                form.known(&path, part, &["type", "id", "content"]);
                form.required_text(&join(&path, "content"), part.get("content"), 1, 4000);
            }
            _ => form.not_one_of(&join(&path, "type"), "1, 10, 18"),
        }
    }
}

fn check_input(form: &mut Form, path: &str, input: &Value, labelled: bool, seen: &mut HashSet<String>) {
    if input.get("type").and_then(Value::as_u64) != Some(4) {
        return form.not_one_of(&join(path, "type"), "4");
    }
    let known = [
        "type",
        "id",
        "custom_id",
        "style",
        "label",
        "min_length",
        "max_length",
        "required",
        "value",
        "placeholder",
    ];
    form.known(path, input, &known);
    let id = form.required_text(&join(path, "custom_id"), input.get("custom_id"), 1, 100);
    if !id.is_empty() && !seen.insert(id.to_owned()) {
        let message = "Component custom id cannot be duplicated";
        form.add(&join(path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message);
    }
    if labelled {
        form.required_text(&join(path, "label"), input.get("label"), 1, 45);
    }
    if !matches!(input.get("style").and_then(Value::as_u64), Some(1 | 2)) {
        form.not_one_of(&join(path, "style"), "1, 2");
    }
    let min = form.integer(&join(path, "min_length"), input.get("min_length"), 0, 4000).unwrap_or(0);
    let max = form.integer(&join(path, "max_length"), input.get("max_length"), 1, 4000).unwrap_or(4000);
    if min > max {
        form.add(&join(path, "min_length"), "TEXT_INPUT_MIN_GREATER", "Min length exceeds max length");
    }
    form.text(&join(path, "value"), input.get("value"), 0, max.clamp(1, 4000) as usize);
    form.text(&join(path, "placeholder"), input.get("placeholder"), 0, 100);
}

/// A text input of a modal, whichever form it was written in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Input {
    pub(crate) label: String,
    pub(crate) body: Value,
    /// Where it stands: index of the row or label.
    pub(crate) place: usize,
}

/// The text inputs of a modal in order.
pub(crate) fn inputs(modal: &Value) -> Vec<Input> {
    let parts = modal.get("components").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let one = |(place, part): (usize, &Value)| {
        let (body, label) = match part["type"].as_u64() {
            Some(18) => (part.get("component")?, part.get("label")?),
            _ => {
                let input = part.get("components")?.get(0)?;
                (input, input.get("label")?)
            }
        };
        Some(Input { label: label.as_str()?.into(), body: body.clone(), place })
    };
    parts.iter().enumerate().filter_map(one).collect()
}
