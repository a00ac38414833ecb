//! What the channel shows, word for word.

mod poll_results;
mod prompts;
mod reveals;
mod trouble;

use helmsman::domain::prompt::{Kind, Lean, Prompt, PromptOption, Series, Theme};
use serde::Serialize;
use serde_json::Value;

/// A message as text: what is in it, in the order in which Discord shows it.
fn text(message: &impl Serialize) -> String {
    let message = serde_json::to_value(message).unwrap();
    let mut lines = Vec::new();
    for embed in message["embeds"].as_array().into_iter().flatten() {
        lines.extend(
            ["title", "description"].iter().filter_map(|key| embed[*key].as_str()).map(str::to_owned),
        );
        for field in embed["fields"].as_array().into_iter().flatten() {
            let word = |key: &str| field[key].as_str().unwrap_or("").to_owned();
            lines.push(format!("## {}", word("name")));
            lines.push(word("value"));
        }
        lines.extend(embed["footer"]["text"].as_str().map(|footer| format!("-- {footer}")));
    }
    for row in message["components"].as_array().into_iter().flatten() {
        let buttons = row["components"].as_array().into_iter().flatten();
        let button = |button: &Value| {
            format!(
                "[{}]({})",
                button["label"].as_str().unwrap_or("?"),
                button["custom_id"].as_str().unwrap_or("?")
            )
        };
        lines.push(buttons.map(button).collect::<Vec<_>>().join(" "));
    }
    lines.join("\n")
}

/// Discord's limits for a message of embeds. Source: its reference, "Embed Limits" and "Button".
fn fits(message: &impl Serialize) {
    let message = serde_json::to_value(message).unwrap();
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    for embed in message["embeds"].as_array().unwrap() {
        let fields = embed["fields"].as_array().cloned().unwrap_or_default();
        assert!(fields.len() <= 25);
        let mut all =
            length(&embed["title"]) + length(&embed["description"]) + length(&embed["footer"]["text"]);
        for field in &fields {
            assert!((1..=256).contains(&length(&field["name"])), "{field}");
            assert!((1..=1_024).contains(&length(&field["value"])), "{field}");
            all += length(&field["name"]) + length(&field["value"]);
        }
        assert!(length(&embed["title"]) <= 256 && length(&embed["description"]) <= 4_096);
        assert!(all <= 6_000, "{all}");
    }
    for row in message["components"].as_array().into_iter().flatten() {
        for button in row["components"].as_array().unwrap() {
            assert!(length(&button["label"]) <= 80 && (1..=100).contains(&length(&button["custom_id"])));
        }
    }
}

/// A series that changes only with these tests: a choice, a reflection, a challenge.
fn series() -> Series {
    let option = |label: &str, text: &str, lean| PromptOption {
        label: label.into(),
        text: text.into(),
        lean,
        insight: "It buys this and costs that.".into(),
    };
    let options = vec![
        option("Clear the small jobs", "Work down the pile.", Lean::Manage),
        option("Begin the far-off thing", "Start what nobody gets round to.", Lean::Lead),
        option("Mend what breaks", "Repair the one thing that trips us up.", Lean::Both),
    ];
    let prompt = |id: &str, title: &str, question: &str, kind| Prompt {
        id: id.into(),
        theme: Theme::Horizon,
        source: "A test".into(),
        title: title.into(),
        situation: "The shop is empty for an hour: nobody *needs* anything.".into(),
        question: question.into(),
        lead_insight: "An hour for later starts something.".into(),
        manage_insight: "An hour for today keeps promises.".into(),
        kind,
    };
    Series {
        id: "fixed".into(),
        title: "Fixed".into(),
        about: "For tests.".into(),
        prompts: vec![
            prompt("hour", "The quiet hour", "Where does it go?", Kind::Choice { options }),
            prompt("days", "What days are for", "What will still be there in a year?", Kind::Reflection),
            prompt("thanks", "Thanks", "Thank somebody for a quiet day.", Kind::Challenge),
        ],
    }
}
