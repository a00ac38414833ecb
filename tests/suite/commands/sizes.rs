//! Discord takes a command only if all of it fits: at most 8,000 characters with all it contains.

use helmsman::commands::register::commands;
use serde_json::Value;

/// Names, descriptions and the values of choices, with those of options and choices inside.
fn size(part: &Value) -> usize {
    let length = |key: &str| match &part[key] {
        Value::String(text) => text.chars().count(),
        Value::Object(languages) => {
            languages.values().filter_map(Value::as_str).map(|text| text.chars().count()).max().unwrap_or(0)
        }
        _ => 0,
    };
    let own: usize = ["name", "description", "value"].map(length).iter().sum();
    let translated = length("name_localizations") + length("description_localizations");
    let inner = ["options", "choices"].iter().filter_map(|key| part[*key].as_array()).flatten();
    own + translated + inner.map(size).sum::<usize>()
}

#[test]
fn each_command_fits_with_all_it_contains() {
    let commands: Vec<Value> =
        commands().iter().map(|command| serde_json::to_value(command).unwrap()).collect();
    assert!(commands.iter().any(|command| size(command) > 500), "the count counts nothing");
    for command in commands {
        assert!(size(&command) <= 8_000, "{}: {}", command["name"], size(&command));
    }
}
