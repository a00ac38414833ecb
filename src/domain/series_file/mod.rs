//! Series files: strict reading, which tells everything that is wrong with a file at once, and writing.
//!
//! A file has `id`, `title` and `about`, then for each prompt a `[[prompt]]` with `id`, `kind`, `theme`, `source`,
//! `title`, `situation`, `question`, `lead_insight` and `manage_insight`; a choice has two to five `[[prompt.option]]`
//! with `label`, `text`, `lean` and `insight`. [`limits`] says how much fits where.
//!
//! Nothing here opens files or knows where they come from.

mod check;
pub mod difference;
pub mod limits;
pub mod list;
mod shape;
mod syntax;
mod table;
mod write;

pub use write::write;

use super::problem::{Problem, Source};
use super::prompt::Series;
use limits::PROMPTS;
use table::Finding;

/// At most this many problems of one file are told; a last one says where more of them begin.
pub const MOST_PROBLEMS: usize = 100;

/// Reads a series file. `name` is what people call the file; it stands before each problem.
///
/// # Errors
///
/// All problems of the file in the order of their places, at least one, at most [`MOST_PROBLEMS`] and one more for
/// the rest. If the file is not TOML, what is missing cannot be told and is not.
pub fn parse(name: &str, text: &str) -> Result<Series, Vec<Problem>> {
    if text.len() > limits::FILE_BYTES {
        return Err(vec![too_large(name)]);
    }
    read(name, text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn read(name: &str, text: &str) -> Result<Series, Vec<Problem>> {
    let source = Source::new(name, text);
    let mut patched = String::new();
    let parsed = syntax::parse(&source, &mut patched);
    let (mut series, mut findings) = (None, parsed.findings);
    if let Some(tables) = &parsed.tables {
        let mut checker = check::Checker::new(&source, text, parsed.whole, findings);
        series = checker.series(tables.get_ref());
        findings = checker.into_findings();
    }
    match series {
        Some(series) if findings.is_empty() => Ok(series),
        _ => Err(problems(&source, findings)),
    }
}

/// Reads what somebody uploaded, a series file or a plain list, and writes it as it is kept. `title` is for lists.
///
/// # Errors
///
/// As [`parse`]; and a file that would be too large as it is kept (each quote and line break is two characters there).
pub fn read_upload(name: &str, bytes: &[u8], title: Option<&str>) -> Result<(Series, String), Vec<Problem>> {
    let series = match list::is_list(name, bytes) {
        true => list::parse_list(name, bytes, title)?,
        false => parse_bytes(name, bytes)?,
    };
    let file = write(&series);
    if file.len() > limits::FILE_BYTES {
        return Err(vec![too_large(name)]);
    }
    // Whatever is kept can be read again: better refused now than lost later.
    parse(name, &file).map(|kept| (kept, file))
}

/// Reads a series file from bytes.
///
/// # Errors
///
/// As [`parse`]; a file that is not UTF-8 has one problem, at its first wrong byte.
pub fn parse_bytes(name: &str, bytes: &[u8]) -> Result<Series, Vec<Problem>> {
    read(name, utf8(name, bytes)?)
}

/// The text of a file that is not too large, without a byte order mark.
fn utf8<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Vec<Problem>> {
    if bytes.len() > limits::FILE_BYTES {
        return Err(vec![too_large(name)]);
    }
    match std::str::from_utf8(bytes) {
        // Windows' editor puts a byte order mark before the first line. Another one would be a mistake like any other.
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes);
            let at = error.valid_up_to();
            let message = format!("the byte 0x{:02X} is not UTF-8", bytes[at]);
            let help = "save the file as UTF-8 (in most editors: Save as, Encoding)".to_owned();
            Err(vec![Source::new(name, &text).problem(at..at + 1, message, help)])
        }
    }
}

fn too_large(name: &str) -> Problem {
    let message = format!("the file has more than {} bytes (1 MiB)", limits::FILE_BYTES);
    Source::new(name, "").problem(0..0, message, "split it into several series".to_owned())
}

fn problems(source: &Source<'_>, mut findings: Vec<Finding>) -> Vec<Problem> {
    findings.sort_by_key(|finding| finding.span.start);
    if findings.len() > MOST_PROBLEMS {
        findings.truncate(MOST_PROBLEMS + 1);
        let last = findings.last_mut().expect("there are some");
        last.message = "there are more problems from here on".to_owned();
        last.help = "mend the ones above first".to_owned();
    }
    let problem = |finding: Finding| source.problem(finding.span, finding.message, finding.help);
    findings.into_iter().map(problem).collect()
}
