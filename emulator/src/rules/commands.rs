//! Application commands: <https://discord.com/developers/docs/interactions/application-commands>.

use super::form::{Form, join};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

const FIELDS: &[&str] = &[
    "id",
    "application_id",
    "version",
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "dm_permission",
    "default_permission",
    "integration_types",
    "contexts",
    "nsfw",
    "handler",
    "guild_id",
];

const OPTION_FIELDS: &[&str] = &[
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "required",
    "choices",
    "options",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "autocomplete",
];

const LOCALES: &[&str] = &[
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl",
    "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja",
    "zh-TW", "ko",
];

/// How many commands of a kind an application may have.
pub(crate) fn most(kind: u64) -> usize {
    if kind == 1 { 100 } else { 15 }
}

/// Checks a command; `path` is its place in a bulk overwrite, or empty.
pub(crate) fn check(form: &mut Form, path: &str, command: &Value) {
    form.known(path, command, FIELDS);
    let kind = command.get("type").and_then(Value::as_u64).unwrap_or(1);
    check_locales(form, path, command, kind);
    let name_path = join(path, "name");
    let name = form.required_text(&name_path, command.get("name"), 1, 32);
    match kind {
        1 => {
            check_name(form, &name_path, name);
            form.required_text(&join(path, "description"), command.get("description"), 1, 100);
        }
        2 | 3 => {
            if command.get("description").and_then(Value::as_str).is_some_and(|text| !text.is_empty()) {
                let message = "Context menu commands cannot have description";
                form.add(&join(path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", message);
            }
            if options(command).next().is_some() {
                let message = "Context menu commands cannot have options";
                form.add(&join(path, "options"), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", message);
            }
        }
        _ => form.not_one_of(&join(path, "type"), "1, 2, 3"),
    }
    if let Some(bits) = command.get("default_member_permissions").filter(|bits| !bits.is_null())
        && bits.as_str().and_then(|bits| bits.parse::<u64>().ok()).or(bits.as_u64()).is_none()
    {
        form.add(
            &join(path, "default_member_permissions"),
            "BITMASK_TYPE_COERCE",
            "Not a permission bit set",
        );
    }
    check_options(form, &join(path, "options"), command, None);
    if characters(command) > 8000 {
        let message = "Command exceeds maximum size (8000)";
        form.add(path, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
}

fn options(value: &Value) -> impl Iterator<Item = &Value> {
    value.get("options").and_then(Value::as_array).into_iter().flatten()
}

fn check_name(form: &mut Form, path: &str, name: &str) {
    let good = |one: char| {
        one == '-' || one == '_' || one == '\'' || one.is_alphanumeric() && one.to_lowercase().eq([one])
    };
    if !name.is_empty() && !name.chars().all(good) {
        let message = "Command name is invalid";
        form.add(path, "APPLICATION_COMMAND_INVALID_NAME", message);
    }
}

fn check_locales(form: &mut Form, path: &str, part: &Value, kind: u64) {
    for (field, max) in [("name_localizations", 32), ("description_localizations", 100)] {
        let Some(map) = part.get(field).and_then(Value::as_object) else { continue };
        for (locale, text) in map {
            let path = format!("{}.{locale}", join(path, field));
            if !LOCALES.contains(&locale.as_str()) {
                form.not_one_of(&path, "Discord's locales");
            }
            let text = form.required_text(&path, Some(text), 1, max);
            if field == "name_localizations" && kind == 1 {
                check_name(form, &path, text);
            }
        }
    }
}

/// `inside` is the type of the option that holds these, if it is not the command itself.
fn check_options(form: &mut Form, path: &str, parent: &Value, inside: Option<u64>) {
    let list: Vec<&Value> = options(parent).collect();
    form.count(path, list.len(), 0, 25);
    let mut names = HashSet::new();
    let mut optional_seen = false;
    let has_subcommands = list.iter().any(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    for (at, option) in list.iter().enumerate() {
        let path = format!("{path}.{at}");
        form.known(&path, option, OPTION_FIELDS);
        let name_path = join(&path, "name");
        let name = form.required_text(&name_path, option.get("name"), 1, 32);
        check_name(form, &name_path, name);
        check_locales(form, &path, option, 1);
        if !names.insert(name) {
            form.add(
                &name_path,
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        form.required_text(&join(&path, "description"), option.get("description"), 1, 100);
        let kind = option.get("type").and_then(Value::as_u64).unwrap_or(0);
        match kind {
            1 | 2 if inside == Some(1) || kind == 2 && inside.is_some() => {
                let message = "Sub-command option type cannot be nested here";
                form.add(&join(&path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
            }
            1 | 2 => check_options(form, &join(&path, "options"), option, Some(kind)),
            3..=11 if has_subcommands => {
                let message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
                form.add(&join(&path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
            }
            3..=11 => {
                let required = option.get("required").and_then(Value::as_bool).unwrap_or(false);
                if required && optional_seen {
                    let message = "Required options must be placed before non-required options";
                    form.add(
                        &join(&path, "required"),
                        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                        message,
                    );
                }
                optional_seen |= !required;
                check_value_option(form, &path, option, kind);
            }
            _ => form.not_one_of(&join(&path, "type"), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"),
        }
        if kind == 2 && options(option).any(|inner| inner["type"] != 1) {
            let message = "A sub-command group holds sub-commands";
            form.add(&join(&path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
        }
    }
}

fn check_value_option(form: &mut Form, path: &str, option: &Value, kind: u64) {
    if options(option).next().is_some() {
        let message = "Only sub-commands and groups have options";
        form.add(&join(path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    let choices: Vec<&Value> =
        option.get("choices").and_then(Value::as_array).into_iter().flatten().collect();
    let completes = option.get("autocomplete").and_then(Value::as_bool).unwrap_or(false);
    if completes && !choices.is_empty() {
        let message = "Autocomplete and choices cannot both be set";
        form.add(&join(path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", message);
    }
    if (completes || !choices.is_empty()) && !matches!(kind, 3 | 4 | 10) {
        let message = "Options of this type have neither choices nor autocomplete";
        form.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", message);
    }
    check_choices(form, &join(path, "choices"), &choices, Some(kind));
    for field in ["min_length", "max_length"] {
        form.integer(&join(path, field), option.get(field), 0, 6000);
        if kind != 3 && option.get(field).is_some_and(|value| !value.is_null()) {
            form.add(&join(path, field), "APPLICATION_COMMAND_OPTIONS_LENGTH", "Only strings have a length");
        }
    }
}

/// Checks choices, of an option or in answer to an autocomplete.
pub(crate) fn check_choices(form: &mut Form, path: &str, choices: &[&Value], kind: Option<u64>) {
    form.count(path, choices.len(), 0, 25);
    let mut names = HashSet::new();
    for (at, choice) in choices.iter().enumerate() {
        let path = format!("{path}.{at}");
        form.known(&path, choice, &["name", "name_localizations", "value"]);
        let name = form.required_text(&join(&path, "name"), choice.get("name"), 1, 100);
        if kind.is_some() && !names.insert(name) {
            let message = "Choice name already exists";
            form.add(&join(&path, "name"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS", message);
        }
        let path = join(&path, "value");
        match choice.get("value") {
            Some(Value::String(text)) if matches!(kind, None | Some(3)) => form.length(&path, text, 1, 100),
            Some(Value::Number(_)) if kind != Some(3) => {}
            None | Some(Value::Null) => form.required(&path),
            _ => form.add(&path, "CHOICE_VALUE_TYPE", "The value does not fit the option's type"),
        }
    }
}

/// Names, descriptions and choice values, which together may have 8,000 characters.
fn characters(part: &Value) -> usize {
    let length = |field: &str| part.get(field).and_then(Value::as_str).map_or(0, |text| text.chars().count());
    let choices = part.get("choices").and_then(Value::as_array).into_iter().flatten();
    length("name")
        + length("description")
        + options(part).map(characters).sum::<usize>()
        + choices.map(|choice| length_of(choice, "name") + length_of(choice, "value")).sum::<usize>()
}

fn length_of(part: &Value, field: &str) -> usize {
    part.get(field).and_then(Value::as_str).map_or(0, |text| text.chars().count())
}

/// Takes out of options what says nothing: null, and empty lists, which libraries send for every type.
fn drop_idle(options: &mut Value) {
    for option in options.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        option.retain(|_, value| !value.is_null() && *value != json!([]));
        for inner in ["options", "choices"] {
            option.get_mut(inner).into_iter().for_each(drop_idle);
        }
    }
}

/// A command with everything that Discord adds.
pub(crate) fn stored(
    command: &Value,
    id: crate::id::Id,
    app: crate::id::Id,
    version: crate::id::Id,
) -> Value {
    let mut body: Map<String, Value> = command.as_object().cloned().unwrap_or_default();
    body.retain(|_, value| !value.is_null());
    if let Some(options) = body.get_mut("options") {
        drop_idle(options);
    }
    if let Some(number) = body.get("default_member_permissions").and_then(Value::as_u64) {
        body.insert("default_member_permissions".into(), json!(number.to_string()));
    }
    body.insert("id".into(), json!(id));
    body.insert("application_id".into(), json!(app));
    body.insert("version".into(), json!(version));
    body.entry("type").or_insert(json!(1));
    body.entry("description").or_insert(json!(""));
    body.entry("default_member_permissions").or_insert(Value::Null);
    body.entry("dm_permission").or_insert(json!(true));
    body.entry("contexts").or_insert(Value::Null);
    body.entry("integration_types").or_insert(json!([0]));
    body.entry("nsfw").or_insert(json!(false));
    Value::Object(body)
}
