//! Reads the keys of one table and collects everything that is wrong with them.

use super::MOST_PROBLEMS;
use super::limits::{SLUG, hidden_fault, slug_fault, slug_from};
use super::shape::{Field, Rule, Shape};
use crate::domain::nearest::nearest;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Something wrong with some bytes of the file.
pub(super) struct Finding {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

/// One table that is being read.
pub(super) struct Table<'a> {
    shape: &'static Shape,
    map: &'a DeTable<'a>,
    /// The header, or the first byte of the file.
    pub(super) span: Range<usize>,
    text: &'a str,
    missing: Vec<&'static Field>,
    /// Keys that an unknown key most likely means.
    meant: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// Begins to read a table: tells the unknown keys.
    pub(super) fn new(
        shape: &'static Shape,
        map: &'a DeTable<'a>,
        span: Range<usize>,
        text: &'a str,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut table = Self { shape, map, span, text, missing: Vec::new(), meant: Vec::new() };
        let is_known = |key: &str| shape.fields.iter().any(|field| field.key == key);
        let mut unknown = map.keys().filter(|key| !is_known(key.get_ref())).collect::<Vec<_>>();
        unknown.sort_by_key(|key| key.span().start);
        for key in unknown.into_iter().take(MOST_PROBLEMS + 1) {
            let help = table.help_for_unknown(key.get_ref());
            let message = format!("`{}` is no key of {}", quoted(key.get_ref()), shape.name);
            findings.push(Finding { span: key.span(), message, help });
        }
        table
    }

    fn help_for_unknown(&mut self, key: &str) -> String {
        let free = self.shape.fields.iter().map(|field| field.key).filter(|key| !self.map.contains_key(*key));
        if let Some(meant) = nearest(key, free) {
            self.meant.push(meant);
            return format!("did you mean `{meant}`?");
        }
        for (place, other) in self.shape.elsewhere {
            match other.fields.iter().find(|field| field.key == key) {
                Some(Field { rule: Rule::Tables, example, .. }) => return format!("write {example}"),
                Some(_) => return format!("it belongs {place}"),
                None => {}
            }
        }
        let known = self.shape.fields.iter().map(|field| field.key).collect::<Vec<_>>().join(", ");
        format!("drop it; {} has: {known}", self.shape.name)
    }

    /// The value of a field that must be there, remembered as missing otherwise.
    pub(super) fn value(&mut self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.map.get(key);
        if value.is_none() {
            let field = self.shape.field(key);
            self.missing.push(field);
        }
        value
    }

    /// The value of a field that need not be there.
    pub(super) fn optional(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.map.get(key)
    }

    /// A text field, checked. `None` if there is anything wrong with it.
    pub(super) fn string(&mut self, key: &str, findings: &mut Vec<Finding>) -> Option<String> {
        let field = self.shape.field(key);
        let value = self.value(key)?;
        let DeValue::String(written) = value.get_ref() else {
            findings.push(wrong_type(field, value, self.text));
            return None;
        };
        // A file from Windows has its line breaks inside texts, too.
        let written =
            if written.contains("\r\n") { written.replace("\r\n", "\n") } else { written.to_string() };
        let Some((inside, fault, help)) = field.fault(&written) else { return Some(written) };
        let span = locate(self.text, value.span(), &written, inside);
        findings.push(Finding { span, message: format!("`{key}` {fault}"), help });
        None
    }

    /// A field that takes one of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &str,
        known: &[(&'static str, T)],
        findings: &mut Vec<Finding>,
    ) -> Option<T> {
        let field = self.shape.field(key);
        let value = self.value(key)?;
        let DeValue::String(written) = value.get_ref() else {
            findings.push(wrong_type(field, value, self.text));
            return None;
        };
        if let Some((_, found)) = known.iter().find(|(word, _)| word == written) {
            return Some(*found);
        }
        let words = known.iter().map(|(word, _)| *word).collect::<Vec<_>>();
        let mut help = match nearest(written, words.iter().copied()) {
            Some(meant) => format!("did you mean \"{meant}\"? "),
            None => String::new(),
        };
        help.push_str(&format!("The {key}s are:"));
        for few in words.chunks(4) {
            help.push_str(&format!("\n  {}", few.join(", ")));
        }
        let message = format!("\"{}\" is none of the {key}s", quoted(written));
        findings.push(Finding { span: value.span(), message, help });
        None
    }

    /// Tells what is missing, in one finding at the table's header.
    pub(super) fn finish(self, findings: &mut Vec<Finding>) {
        let missing =
            self.missing.iter().filter(|field| !self.meant.contains(&field.key)).collect::<Vec<_>>();
        let Some((last, others)) = missing.split_last() else { return };
        let (message, lead) = if others.is_empty() {
            (format!("`{}` is missing in {}", last.key, self.shape.name), "add this line")
        } else {
            let names = others.iter().map(|field| format!("`{}`", field.key)).collect::<Vec<_>>().join(", ");
            (format!("{names} and `{}` are missing in {}", last.key, self.shape.name), "add these lines")
        };
        let mut help = format!("{lead} {}:", self.shape.header);
        for field in missing {
            help.push_str("\n  ");
            help.push_str(field.example);
        }
        findings.push(Finding { span: self.span, message, help });
    }
}

impl Field {
    /// What is wrong with a text in this field: which bytes of it, a sentence, and what to do.
    fn fault(&self, text: &str) -> Option<(Range<usize>, String, String)> {
        if text.trim().is_empty() {
            return Some((
                0..text.len(),
                "is empty".to_owned(),
                format!("write, for example: {}", self.example),
            ));
        }
        let Rule::Text(size, line_breaks) = self.rule else {
            let (inside, fault) = slug_fault(text)?;
            let proposal = slug_from(text).map_or(String::new(), |slug| format!("; for example: \"{slug}\""));
            let help =
                format!("an id has lower-case letters a to z, digits and hyphens, at most {SLUG}{proposal}");
            return Some((inside, fault, help));
        };
        if text.trim() != text {
            let at = if text.trim_start() == text { text.trim_end().len()..text.len() } else { 0..1 };
            let fault = "begins or ends with white space".to_owned();
            return Some((
                at,
                fault,
                "put the quotes right before the first and behind the last word".to_owned(),
            ));
        }
        if let Some((inside, fault)) = hidden_fault(text, line_breaks) {
            let help = if line_breaks {
                "take it out; a line break is written as \\n, or by a new line between \"\"\" and \"\"\""
            } else {
                "take it out; this text stands on one line \
                 (to go on in the next line of the file, end a line between \"\"\" and \"\"\" with \\)"
            };
            return Some((inside, fault, help.to_owned()));
        }
        let (inside, fault) = size.excess(text)?;
        Some((inside, fault, format!("shorten it: `{}` has {}", self.key, size.describe())))
    }
}

/// The finding for a value of another type than its field has.
pub(super) fn wrong_type(field: &Field, value: &Spanned<DeValue<'_>>, text: &str) -> Finding {
    let article = |name: &str| if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    let found = value.get_ref().type_str();
    let is_list = matches!(field.rule, Rule::Tables);
    let expected = if is_list { "a list of tables" } else { "text" };
    let message = format!("`{}` is {} {found}, and should be {expected}", field.key, article(found));
    let plain = matches!(
        value.get_ref(),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_)
    );
    let help = match text.get(value.span()) {
        _ if is_list => format!("write {}, with two brackets on each side, above each", field.example),
        Some(written) if plain && !matches!(field.rule, Rule::Word) => {
            format!("write: {} = \"{}\"", field.key, quoted(written))
        }
        _ => format!("write, for example: {}", field.example),
    };
    Finding { span: value.span(), message, help }
}

/// Where some bytes of a string's value stand in the file: exactly, if it is written without escapes, else all of it.
fn locate(text: &str, span: Range<usize>, value: &str, inside: Range<usize>) -> Range<usize> {
    let written = &text[span.clone()];
    let quotes = if written.len() == value.len() + 6 { 3 } else { 1 };
    let plain =
        written.len() == value.len() + 2 * quotes && &written[quotes..written.len() - quotes] == value;
    if plain && !inside.is_empty() {
        span.start + quotes + inside.start..span.start + quotes + inside.end
    } else {
        span
    }
}

/// Somebody's word as it can stand inside a message: short and harmless.
pub(super) fn quoted(text: &str) -> String {
    let mut shown = text.chars().take(40).map(crate::domain::problem::printable).collect::<String>();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}
