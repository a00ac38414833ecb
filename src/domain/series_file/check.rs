//! Reads a series, its prompts and their options.

use super::limits::{OPTIONS, PROMPTS};
use super::shape::{Field, OPTION, PROMPT, SERIES, Shape};
use super::table::{Finding, Table, quoted, wrong_type};
use crate::domain::problem::Source;
use crate::domain::prompt::{Kind, Lean, Prompt, PromptOption, Series, Theme};
use std::collections::HashMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const LEANS: [(&str, Lean); 3] = [("lead", Lean::Lead), ("manage", Lean::Manage), ("both", Lean::Both)];

#[derive(Clone, Copy, PartialEq)]
enum KindWord {
    Choice,
    Reflection,
    Challenge,
}

const KINDS: [(&str, KindWord); 3] =
    [("choice", KindWord::Choice), ("reflection", KindWord::Reflection), ("challenge", KindWord::Challenge)];

/// Reads tables into a series.
pub(super) struct Checker<'a> {
    source: &'a Source<'a>,
    /// The text that the spans belong to (the source's, or the same with blanks in it).
    text: &'a str,
    whole: bool,
    findings: Vec<Finding>,
}

impl<'a> Checker<'a> {
    /// Continues with what is known already. Nothing is called missing unless the text is `whole`.
    pub(super) fn new(source: &'a Source<'a>, text: &'a str, whole: bool, findings: Vec<Finding>) -> Self {
        Self { source, text, whole, findings }
    }

    /// Everything found.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Reads a whole file. `None` unless every part of it is right.
    pub(super) fn series(&mut self, map: &'a DeTable<'a>) -> Option<Series> {
        let mut table = self.table(&SERIES, map, 0..0);
        let id = table.string("id", &mut self.findings);
        let title = table.string("title", &mut self.findings);
        let about = table.string("about", &mut self.findings);
        let tables = match table.value("prompt") {
            Some(value) => self.tables(value, SERIES.field("prompt")),
            None => Vec::new(),
        };
        self.finish(table);
        if let Some((_, extra)) = tables.get(PROMPTS) {
            let message = format!("a series has at most {PROMPTS} prompts, this one has {}", tables.len());
            self.find(extra.clone(), message, "put the prompts from here on into another file".to_owned());
        }
        let mut prompts = Vec::new();
        let mut ids = HashMap::new();
        for (map, span) in &tables {
            prompts.push(self.prompt(map, span.clone()));
            if let Some((id, value)) =
                map.get("id").and_then(|value| Some((value.get_ref().as_str()?, value)))
            {
                self.unique(&mut ids, id, id.to_owned(), value.span(), "prompt", "id");
            }
        }
        let prompts = prompts.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Series { id: id?, title: title?, about: about?, prompts })
    }

    fn prompt(&mut self, map: &'a DeTable<'a>, span: Range<usize>) -> Option<Prompt> {
        let mut table = self.table(&PROMPT, map, span.clone());
        let findings = &mut self.findings;
        let id = table.string("id", findings);
        let kind = table.word("kind", &KINDS, findings);
        let theme = table.word("theme", &Theme::ALL.map(|theme| (theme.id(), theme)), findings);
        let source = table.string("source", findings);
        let title = table.string("title", findings);
        let situation = table.string("situation", findings);
        let question = table.string("question", findings);
        let lead_insight = table.string("lead_insight", findings);
        let manage_insight = table.string("manage_insight", findings);
        let options = table.optional("option");
        self.finish(table);
        let kind = self.kind(kind, options, span);
        Some(Prompt {
            id: id?,
            theme: theme?,
            source: source?,
            title: title?,
            situation: situation?,
            question: question?,
            lead_insight: lead_insight?,
            manage_insight: manage_insight?,
            kind: kind?,
        })
    }

    /// The kind with its options, which are read (and complained about) in any case.
    fn kind(
        &mut self,
        kind: Option<KindWord>,
        value: Option<&'a Spanned<DeValue<'a>>>,
        header: Range<usize>,
    ) -> Option<Kind> {
        let tables = value.map(|value| self.tables(value, PROMPT.field("option"))).unwrap_or_default();
        let mut labels = HashMap::new();
        let mut options = Vec::new();
        for (map, span) in &tables {
            options.push(self.option(map, span.clone()));
            if let Some((label, value)) =
                map.get("label").and_then(|value| Some((value.get_ref().as_str()?, value)))
            {
                self.unique(&mut labels, label, label.trim().to_lowercase(), value.span(), "option", "label");
            }
        }
        let options = options.into_iter().collect::<Option<Vec<_>>>();
        match kind? {
            KindWord::Choice => {
                self.count_options(&tables, header);
                Some(Kind::Choice { options: options? })
            }
            kind => {
                let word = if kind == KindWord::Reflection { "reflection" } else { "challenge" };
                if let Some(value) = value {
                    let message = format!("a {word} has no options");
                    let help = "drop them, or make it a choice: kind = \"choice\"".to_owned();
                    self.find(value.span(), message, help);
                }
                Some(if kind == KindWord::Reflection { Kind::Reflection } else { Kind::Challenge })
            }
        }
    }

    fn count_options(&mut self, tables: &[(&DeTable<'a>, Range<usize>)], header: Range<usize>) {
        let (least, most) = (*OPTIONS.start(), *OPTIONS.end());
        let has = match tables.len() {
            0 => "none".to_owned(),
            n => n.to_string(),
        };
        let message = format!("a choice has {least} to {most} options, this one has {has}");
        if let Some((_, extra)) = tables.get(most) {
            self.find(
                extra.clone(),
                message,
                "drop the weakest, or merge two that say much the same".to_owned(),
            );
        } else if tables.len() < least && self.whole {
            let help = "add below it, for each option:\n  [[prompt.option]]".to_owned();
            let lines =
                OPTION.fields.iter().map(|field| format!("\n  {}", field.example)).collect::<String>();
            self.find(header, message, help + &lines);
        }
    }

    fn option(&mut self, map: &'a DeTable<'a>, span: Range<usize>) -> Option<PromptOption> {
        let mut table = self.table(&OPTION, map, span);
        let label = table.string("label", &mut self.findings);
        let text = table.string("text", &mut self.findings);
        let lean = table.word("lean", &LEANS, &mut self.findings);
        let insight = table.string("insight", &mut self.findings);
        self.finish(table);
        Some(PromptOption { label: label?, text: text?, lean: lean?, insight: insight? })
    }

    /// The tables of a list, with their headers.
    fn tables(
        &mut self,
        value: &'a Spanned<DeValue<'a>>,
        field: &Field,
    ) -> Vec<(&'a DeTable<'a>, Range<usize>)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.findings.push(wrong_type(field, value, self.text));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(map) => tables.push((map, item.span())),
                _ => self.findings.push(wrong_type(field, item, self.text)),
            }
        }
        if items.is_empty() && field.key == "prompt" && self.whole {
            let help = "add at least one, below a line [[prompt]]".to_owned();
            self.find(value.span(), "a series has at least one prompt".to_owned(), help);
        }
        tables
    }

    fn unique(
        &mut self,
        seen: &mut HashMap<String, Range<usize>>,
        written: &str,
        value: String,
        span: Range<usize>,
        what: &str,
        key: &str,
    ) {
        let shown = quoted(written);
        if let Some(first) = seen.get(&value) {
            let line = self.source.line(first.start);
            let message = format!("the {what} in line {line} has the {key} \"{shown}\" already");
            self.find(span, message, format!("give one of the two another {key}"));
        } else {
            seen.insert(value, span);
        }
    }

    fn table(&mut self, shape: &'static Shape, map: &'a DeTable<'a>, span: Range<usize>) -> Table<'a> {
        Table::new(shape, map, span, self.text, &mut self.findings)
    }

    fn finish(&mut self, table: Table<'_>) {
        if self.whole {
            table.finish(&mut self.findings);
        }
    }

    fn find(&mut self, span: Range<usize>, message: String, help: String) {
        self.findings.push(Finding { span, message, help });
    }
}
