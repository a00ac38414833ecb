//! Writes a series in the form in which files are read.

use crate::domain::prompt::{Kind, Lean, Series};
use std::fmt::Write;

/// The file of a series. What is read from it equals the series, if that keeps the limits of a file.
pub fn write(series: &Series) -> String {
    let mut out = String::new();
    lines(&mut out, &[("id", &series.id), ("title", &series.title), ("about", &series.about)]);
    for prompt in &series.prompts {
        let kind = match prompt.kind {
            Kind::Choice { .. } => "choice",
            Kind::Reflection => "reflection",
            Kind::Challenge => "challenge",
        };
        out.push_str("\n[[prompt]]\n");
        lines(
            &mut out,
            &[
                ("id", &prompt.id),
                ("kind", kind),
                ("theme", prompt.theme.id()),
                ("source", &prompt.source),
                ("title", &prompt.title),
                ("situation", &prompt.situation),
                ("question", &prompt.question),
                ("lead_insight", &prompt.lead_insight),
                ("manage_insight", &prompt.manage_insight),
            ],
        );
        for option in prompt.options() {
            let lean = match option.lean {
                Lean::Lead => "lead",
                Lean::Manage => "manage",
                Lean::Both => "both",
            };
            out.push_str("\n[[prompt.option]]\n");
            lines(
                &mut out,
                &[
                    ("label", &option.label),
                    ("text", &option.text),
                    ("lean", lean),
                    ("insight", &option.insight),
                ],
            );
        }
    }
    out
}

fn lines(out: &mut String, pairs: &[(&str, &str)]) {
    for (key, value) in pairs {
        out.push_str(key);
        out.push_str(" = \"");
        for c in value.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                c if c.is_control() => {
                    write!(out, "\\u{:04X}", u32::from(c)).expect("a String takes everything");
                }
                c => out.push(c),
            }
        }
        out.push_str("\"\n");
    }
}
