//! What is wrong with a file as TOML, told to people who do not know TOML.

use super::MOST_PROBLEMS;
use super::table::Finding;
use crate::domain::problem::Source;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, Error};

/// A file as TOML.
pub(super) struct Parsed<'a> {
    /// Its tables, if they can be trusted to be what the writer meant.
    pub(super) tables: Option<Spanned<DeTable<'a>>>,
    /// Whether nothing was left out: only then can something be called missing.
    pub(super) whole: bool,
    pub(super) findings: Vec<Finding>,
}

/// The parser gives up on the rest of a file after some mistakes, so it is asked again without the lines that have
/// them, at most this often.
const ROUNDS: usize = 20;

/// Parses a file. Lines with mistakes are put into `patched` as blanks (every byte keeps its place), so that the rest
/// can be read nevertheless.
pub(super) fn parse<'a>(source: &Source<'a>, patched: &'a mut String) -> Parsed<'a> {
    let (tables, mut errors) = DeTable::parse_recoverable(source.text());
    if errors.is_empty() {
        return Parsed { tables: Some(tables), whole: true, findings: Vec::new() };
    }
    let mut findings = Vec::new();
    let mut told = BTreeSet::new();
    patched.push_str(source.text());
    for _ in 0..ROUNDS {
        let lines = tell(source, &errors, &mut told, &mut findings);
        if lines.is_empty() || findings.len() > MOST_PROBLEMS {
            break;
        }
        let mut spills = false;
        for line in lines {
            spills |= blank(source, line, patched);
        }
        if spills {
            break;
        }
        errors = DeTable::parse_recoverable(patched).1;
        if errors.is_empty() {
            break;
        }
    }
    if findings.is_empty()
        && let Some(error) = DeTable::parse_recoverable(source.text()).1.first()
    {
        // Everything looked like the consequence of something else. A file that is refused is told why.
        let line = source.line(error.span().map_or(0, |span| span.start));
        findings.push(explain(source, error, line));
    }
    Parsed { tables: DeTable::parse(patched).ok(), whole: false, findings }
}

/// Adds what is new, and returns the lines in which it is. One mistake often causes several errors; the first of a line
/// says most.
fn tell(
    source: &Source<'_>,
    errors: &[Error],
    told: &mut BTreeSet<usize>,
    findings: &mut Vec<Finding>,
) -> BTreeSet<usize> {
    let mut places = errors
        .iter()
        .map(|error| (source.line(error.span().map_or(0, |span| span.start)), error))
        .collect::<Vec<_>>();
    places.dedup_by_key(|(line, _)| *line);
    // With a header misread the keys below it seem to stand in the table above, and seem to be there already.
    let misread = places.iter().any(|(line, _)| is_header(source, *line));
    let mut lines = BTreeSet::new();
    for (line, error) in places {
        let follows = misread && error.message() == DUPLICATE && !is_single_header(source, line);
        if follows || findings.len() > MOST_PROBLEMS || !told.insert(line) {
            continue;
        }
        lines.insert(line);
        findings.push(explain(source, error, line));
    }
    lines
}

/// Blanks a line. A header takes its table with it. Returns whether the mistake may reach beyond the line, so that
/// what follows is not worth reading.
fn blank(source: &Source<'_>, line: usize, patched: &mut String) -> bool {
    let range = source.line_range(line);
    let written = &source.text()[range.clone()];
    let mut end = range.end;
    if is_header(source, line) {
        let next = if written.contains("option") { "\n[" } else { "\n[[prompt]]" };
        end = source.text()[end..].find(next).map_or(source.text().len(), |at| end + at);
    }
    let blanks = source.text()[range.start..end]
        .bytes()
        .map(|b| if matches!(b, b'\n' | b'\r') { b as char } else { ' ' });
    patched.replace_range(range.start..end, &blanks.collect::<String>());
    let value = written.split_once('=').map_or("", |(_, value)| value.trim_start());
    written.contains("\"\"\"") || written.contains("'''") || value.starts_with(['[', '{'])
}

const DUPLICATE: &str = "duplicate key";

fn line<'a>(source: &Source<'a>, line: usize) -> &'a str {
    source.text()[source.line_range(line)].trim()
}

fn is_header(source: &Source<'_>, number: usize) -> bool {
    line(source, number).starts_with('[')
}

fn is_single_header(source: &Source<'_>, number: usize) -> bool {
    is_header(source, number) && !line(source, number).starts_with("[[")
}

/// The parser's message in other words, and what to write.
fn explain(source: &Source<'_>, error: &Error, number: usize) -> Finding {
    let mut span: Range<usize> = error.span().unwrap_or(0..0);
    let written = line(source, number);
    let (what, expected) = match error.message().split_once(", expected ") {
        Some((what, expected)) => (what, expected),
        None => (error.message(), ""),
    };
    let key = written.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().unwrap_or_default();
    let key = if key.is_empty() || key.len() > 20 { "title" } else { key };
    let unclosed = matches!(expected, "`\"`" | "`'`");
    let curly = written.contains(['“', '”', '„', '‘', '’', '«', '»']);
    let (message, help) = match what {
        DUPLICATE if is_single_header(source, number) => (
            "this table stands here for the second time".to_owned(),
            "a list of tables has two brackets on each side: [[prompt]], [[prompt.option]]".to_owned(),
        ),
        DUPLICATE => (
            "this stands here for the second time".to_owned(),
            "keep one of the two; each prompt begins with [[prompt]], each option with [[prompt.option]]"
                .to_owned(),
        ),
        "unclosed array table" | "unclosed table" => (
            "this header has no end".to_owned(),
            "write [[prompt]] or [[prompt.option]], with two brackets on each side".to_owned(),
        ),
        "key with no value" => (
            "a line is one key, an equals sign and a text in quotes".to_owned(),
            format!("write, for example: {key} = \"…\" (or # at the beginning, for a comment)"),
        ),
        "string values must be quoted" if curly => (
            "these are not the quotes that a file can have".to_owned(),
            format!("use straight ones: {key} = \"…\""),
        ),
        "string values must be quoted" | "missing opening quote" => {
            ("a text stands in double quotes".to_owned(), format!("write: {key} = \"…\""))
        }
        what if unclosed && what.contains("multi-line") => {
            let quotes = if expected == "`'`" { "'''" } else { "\"\"\"" };
            span = source.text().rfind(quotes).map_or(span, |at| at..at + 3);
            (
                format!("the text that begins here has no {quotes} at its end"),
                format!("add {quotes} behind its last word"),
            )
        }
        _ if unclosed => (
            "the text has no quote at its end".to_owned(),
            format!("add {} behind its last word", expected.replace('`', "")),
        ),
        "missing escaped value" => (
            "a backslash means something special here".to_owned(),
            "write \\\\ for a backslash, \\\" for a quote, \\n for a line break".to_owned(),
        ),
        what if expected.is_empty() || expected.len() > 60 => (
            format!("this is not TOML: {what}"),
            "see https://toml.io for how such a file is written".to_owned(),
        ),
        what => (format!("this is not TOML: {what}"), format!("expected here: {expected}")),
    };
    Finding { span, message, help }
}
