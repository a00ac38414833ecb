//! What Discord's client shows while somebody types a command: which ones there are, what they take, what can stand there.

use emulator::{Channel, Person};
use serde_json::Value;

/// A command that can be used: its words, and its description as it was registered.
struct Usable {
    path: String,
    body: Value,
}

impl Usable {
    fn options(&self) -> &[Value] {
        self.body["options"].as_array().map_or(&[], Vec::as_slice)
    }

    /// `/away [from:] [until:]`: what need not be there stands in brackets.
    fn usage(&self) -> String {
        let option = |option: &Value| {
            let name = option["name"].as_str().unwrap_or("");
            if option["required"] == true { format!(" {name}:") } else { format!(" [{name}:]") }
        };
        format!("/{}{}", self.path, self.options().iter().map(option).collect::<String>())
    }
}

fn usable(person: &Person, channel: &Channel) -> Vec<Usable> {
    let mut found: Vec<_> = person.commands(channel).into_iter().flat_map(|body| leaves("", body)).collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The command itself, or its subcommands. Types 1 and 2: a subcommand, a group of them.
fn leaves(before: &str, body: Value) -> Vec<Usable> {
    let path = format!("{before}{}", body["name"].as_str().unwrap_or(""));
    let options = body["options"].as_array().cloned().unwrap_or_default();
    let inner = options.into_iter().filter(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    let inner: Vec<_> = inner.flat_map(|option| leaves(&format!("{path} "), option)).collect();
    if inner.is_empty() { vec![Usable { path, body }] } else { inner }
}

/// A line or two for each command.
pub(super) fn all(person: &Person, channel: &Channel) -> Vec<String> {
    let line = |command: Usable| {
        [command.usage(), format!("    {}", command.body["description"].as_str().unwrap_or(""))]
    };
    usable(person, channel).into_iter().flat_map(line).collect()
}

/// What could have been written instead of this.
pub(super) fn usage(person: &Person, channel: &Channel, written: &str) -> String {
    let all = usable(person, channel);
    let first = written.split_whitespace().next().unwrap_or("");
    let one = all.iter().find(|command| written == command.path);
    let several = || all.iter().filter(|command| command.path.split(' ').next() == Some(first));
    match one {
        Some(command) => format!("Usage: {}", command.usage()),
        None if several().next().is_some() => {
            format!("There are {}", several().map(Usable::usage).collect::<Vec<_>>().join(" · "))
        }
        None => {
            let mut names: Vec<_> = all.iter().filter_map(|command| command.path.split(' ').next()).collect();
            names.dedup();
            format!("{} can use /{}", person.name(), names.join(" · /"))
        }
    }
}

/// What is wrong with a command that is followed by words which belong to no option, if that is what was written.
pub(super) fn too_much(person: &Person, channel: &Channel, written: &str) -> Option<String> {
    let all = usable(person, channel);
    let (command, more) = all.iter().find_map(|command| {
        let more = written.strip_prefix(&command.path)?.strip_prefix(' ')?;
        Some((command, more))
    })?;
    Some(if command.options().is_empty() {
        format!("/{} takes nothing more: leave out `{more}`", command.path)
    } else {
        format!("`{more}` belongs to no option. Usage: {}", command.usage())
    })
}

/// What can stand in an option that ends with `?`, if one does and Discord would know.
pub(super) async fn choices(
    person: &Person,
    channel: &Channel,
    command: &str,
    options: &[(String, String)],
) -> Option<Vec<String>> {
    let (asked, text) = options.iter().find_map(|(name, value)| Some((name, value.strip_suffix('?')?)))?;
    let all = usable(person, channel);
    let known = all.iter().find(|one| one.path == command)?;
    let option = known.options().iter().find(|option| option["name"] == asked.as_str())?;
    let said = |text: &Value| text.as_str().map_or_else(|| text.to_string(), ToOwned::to_owned);
    let mut lines = vec![format!("{asked}: {}", said(&option["description"]))];
    let both = |name: &str, value: &str| {
        if name == value { format!("  {name}") } else { format!("  {name}  →  {asked}:{value}") }
    };
    if option["autocomplete"] == true {
        let typed: Vec<_> = options
            .iter()
            .map(|(name, value)| (name.as_str(), if name == asked { text } else { value.as_str() }))
            .collect();
        let offered = person.complete(channel, command, &typed, asked).await;
        lines.extend(offered.iter().map(|choice| both(&choice.name, &choice.value)));
    } else if option["type"] == 5 {
        lines.extend(["  True".to_owned(), "  False".to_owned()]);
    } else {
        let fixed = option["choices"].as_array().into_iter().flatten();
        lines.extend(fixed.map(|choice| format!("  {}", said(&choice["name"]))));
    }
    Some(lines)
}
