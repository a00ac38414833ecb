//! Message components: rows of buttons or one select menu.

use super::form::{Form, join};
use crate::id::id_of;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Checks a message's components and returns them with the numeric ids that Discord gives them.
pub(crate) fn check(form: &mut Form, value: Option<&Value>) -> Vec<Value> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Vec::new() };
    let Value::Array(rows) = value else {
        form.add("components", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        return Vec::new();
    };
    form.count("components", rows.len(), 0, 5);
    let mut seen = HashSet::new();
    for (at, row) in rows.iter().enumerate() {
        check_row(form, &format!("components.{at}"), row, &mut seen);
    }
    numbered(rows)
}

/// Gives each component its number, and menus the bounds that were left out.
pub(crate) fn numbered(rows: &[Value]) -> Vec<Value> {
    let mut next = 0;
    let mut rows = rows.to_vec();
    for row in &mut rows {
        number(row, &mut next);
        for part in row.get_mut("components").and_then(Value::as_array_mut).into_iter().flatten() {
            number(part, &mut next);
        }
    }
    rows
}

fn number(part: &mut Value, next: &mut u64) {
    *next += 1;
    drop_nulls(part);
    for default in part.get_mut("default_values").and_then(Value::as_array_mut).into_iter().flatten() {
        // An id is read as a number too, and written as a string.
        default["id"] = json!(default.get("id").and_then(id_of));
    }
    if let Value::Object(part) = part {
        part.entry("id").or_insert(json!(*next));
        if part.get("type").and_then(Value::as_u64).is_some_and(|kind| matches!(kind, 3 | 5..=8)) {
            part.entry("min_values").or_insert(json!(1));
            part.entry("max_values").or_insert(json!(1));
        }
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn check_row(form: &mut Form, path: &str, row: &Value, seen: &mut HashSet<String>) {
    form.known(path, row, &["type", "id", "components"]);
    if row.get("type").and_then(Value::as_u64) != Some(1) {
        return form.not_one_of(&join(path, "type"), "1");
    }
    let empty = Vec::new();
    let parts = row.get("components").and_then(Value::as_array).unwrap_or(&empty);
    form.count(&join(path, "components"), parts.len(), 1, 5);
    let selects = parts.iter().filter(|part| part["type"].as_u64().is_some_and(|kind| kind != 2)).count();
    if selects > 0 && parts.len() > 1 {
        let message = "The specified component exceeds the maximum width";
        form.add(&join(path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message);
    }
    for (at, part) in parts.iter().enumerate() {
        let path = format!("{path}.components.{at}");
        match part.get("type").and_then(Value::as_u64) {
            Some(2) => check_button(form, &path, part, seen),
            Some(kind @ (3 | 5 | 6 | 7 | 8)) => check_select(form, &path, part, kind, seen),
            _ => form.not_one_of(&join(&path, "type"), "2, 3, 5, 6, 7, 8"),
        }
    }
}

fn check_button(form: &mut Form, path: &str, button: &Value, seen: &mut HashSet<String>) {
    form.known(
        path,
        button,
        &["type", "id", "style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"],
    );
    form.text(&join(path, "label"), button.get("label"), 0, 80);
    let has = |field: &str| button.get(field).is_some_and(|value| !value.is_null());
    let style = button.get("style").and_then(Value::as_u64);
    match style {
        Some(1..=4) => {
            if has("url") {
                form.add(
                    &join(path, "url"),
                    "BUTTON_COMPONENT_CUSTOM_ID_AND_URL",
                    "A custom id and url cannot both be specified",
                );
            }
            check_custom_id(form, path, button, seen);
        }
        Some(5) => {
            form.required_text(&join(path, "url"), button.get("url"), 1, 512);
            if has("custom_id") {
                form.add(
                    &join(path, "custom_id"),
                    "BUTTON_COMPONENT_CUSTOM_ID_AND_URL",
                    "A custom id and url cannot both be specified",
                );
            }
        }
        Some(6) => {
            if !has("sku_id") {
                form.required(&join(path, "sku_id"));
            }
        }
        _ => form.not_one_of(&join(path, "style"), "1, 2, 3, 4, 5, 6"),
    }
    let labelled = button.get("label").and_then(Value::as_str).is_some_and(|label| !label.trim().is_empty());
    if !labelled && !has("emoji") && style != Some(6) {
        form.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "Either a label or an emoji is required");
    }
    check_emoji(form, path, button);
}

fn check_emoji(form: &mut Form, path: &str, part: &Value) {
    let Some(emoji) = part.get("emoji").filter(|emoji| !emoji.is_null()) else { return };
    let path = join(path, "emoji");
    form.known(&path, emoji, &["id", "name", "animated"]);
    let custom = emoji.get("id").is_some_and(|id| !id.is_null());
    let name = emoji.get("name").and_then(Value::as_str).unwrap_or("");
    if !custom && !super::message::is_emoji(name) {
        form.add(&join(&path, "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
}

fn check_custom_id(form: &mut Form, path: &str, part: &Value, seen: &mut HashSet<String>) {
    let path = join(path, "custom_id");
    let id = form.required_text(&path, part.get("custom_id"), 1, 100);
    if !id.is_empty() && !seen.insert(id.to_owned()) {
        form.add(&path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    }
}

fn check_select(form: &mut Form, path: &str, menu: &Value, kind: u64, seen: &mut HashSet<String>) {
    let known = [
        "type",
        "id",
        "custom_id",
        "placeholder",
        "min_values",
        "max_values",
        "disabled",
        "default_values",
        "options",
        "channel_types",
        "required",
    ];
    form.known(path, menu, &known);
    check_custom_id(form, path, menu, seen);
    form.text(&join(path, "placeholder"), menu.get("placeholder"), 0, 150);
    let min = form.integer(&join(path, "min_values"), menu.get("min_values"), 0, 25).unwrap_or(1);
    let max = form.integer(&join(path, "max_values"), menu.get("max_values"), 1, 25).unwrap_or(1);
    if min > max {
        let message = "Min values must be less than or equal to max values";
        form.add(&join(path, "min_values"), "SELECT_COMPONENT_MIN_VALUES_GREATER", message);
    }
    check_defaults(form, &join(path, "default_values"), menu, kind, (min, max));
    let path = join(path, "options");
    let Some(options) = menu.get("options").filter(|options| !options.is_null()) else {
        if kind == 3 {
            form.required(&path);
        }
        return;
    };
    let options = options.as_array().map_or(&[][..], Vec::as_slice);
    if kind != 3 {
        if !options.is_empty() {
            form.add(&path, "SELECT_COMPONENT_OPTIONS_NOT_ALLOWED", "Only string selects have options");
        }
        return;
    }
    form.count(&path, options.len(), 1, 25);
    if max > options.len() as i64 {
        let message = "Max values must not exceed the number of options";
        form.add(&path, "SELECT_COMPONENT_MAX_VALUES", message);
    }
    check_options(form, &path, options, max);
}

/// What is chosen at first in a menu of people, roles or channels: as many as may be chosen, each of a kind that the menu
/// offers. Source: Discord's reference, "Select Default Value Structure".
fn check_defaults(form: &mut Form, path: &str, menu: &Value, kind: u64, (min, max): (i64, i64)) {
    let Some(defaults) = menu.get("default_values").and_then(Value::as_array).filter(|all| !all.is_empty())
    else {
        return;
    };
    let offered: &[&str] = match kind {
        5 => &["user"],
        6 => &["role"],
        7 => &["user", "role"],
        8 => &["channel"],
        _ => &[],
    };
    if !(min..=max).contains(&(defaults.len() as i64)) {
        let message =
            "The number of default values must be in the range defined by min_values and max_values";
        form.add(path, "SELECT_COMPONENT_DEFAULT_VALUES_COUNT", message);
    }
    for (at, default) in defaults.iter().enumerate() {
        let path = format!("{path}.{at}");
        form.known(&path, default, &["id", "type"]);
        if default.get("id").and_then(id_of).is_none() {
            form.required(&join(&path, "id"));
        }
        if !default["type"].as_str().is_some_and(|kind| offered.contains(&kind)) {
            form.not_one_of(&join(&path, "type"), &offered.join(", "));
        }
    }
}

fn check_options(form: &mut Form, path: &str, options: &[Value], max: i64) {
    let mut values = HashSet::new();
    for (at, option) in options.iter().enumerate() {
        let path = format!("{path}.{at}");
        form.known(&path, option, &["label", "value", "description", "emoji", "default"]);
        form.required_text(&join(&path, "label"), option.get("label"), 1, 100);
        let value = form.required_text(&join(&path, "value"), option.get("value"), 1, 100);
        if !value.is_empty() && !values.insert(value) {
            let message = "The specified option value is already used";
            form.add(&join(&path, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
        }
        form.text(&join(&path, "description"), option.get("description"), 0, 100);
        check_emoji(form, &path, option);
    }
    let chosen = options.iter().filter(|option| option["default"].as_bool() == Some(true)).count();
    if chosen as i64 > max {
        form.add(path, "SELECT_COMPONENT_TOO_MANY_DEFAULTS", "Too many options are chosen by default");
    }
}
