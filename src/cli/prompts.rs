//! `helmsman prompts check [PATH]`: tells whoever writes series what is wrong with them, as the bot would.

use crate::app::library::{Fault, read_directory, read_file, repeated_ids};
use crate::domain::library::BUILTIN_FILES;
use crate::domain::prompt::{Kind, Series};
use crate::domain::series_file;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// There are series, and nothing is wrong with them.
    Fine,
    /// Something is wrong, or nothing was found.
    Wrong,
}

impl From<Checked> for ExitCode {
    fn from(checked: Checked) -> Self {
        match checked {
            Checked::Fine => ExitCode::SUCCESS,
            Checked::Wrong => ExitCode::FAILURE,
        }
    }
}

/// Checks a series file, each `*.toml` of a directory, or what is compiled in, and tells the outcome for each file.
///
/// # Errors
///
/// Only if `out` cannot be written.
pub fn prompts_check(path: Option<&Path>, out: &mut impl Write) -> io::Result<Checked> {
    let problems = |problems: Vec<_>| problems.into_iter().map(Fault::Problem).collect();
    let mut repeated = Vec::new();
    let files: Vec<(String, Result<Series, Vec<Fault>>)> = match path {
        None => {
            let read = |(name, text): (&str, &str)| {
                (name.to_owned(), series_file::parse(name, text).map_err(problems))
            };
            BUILTIN_FILES.map(read).into()
        }
        Some(path) if path.is_dir() => {
            let files = match read_directory(path) {
                Ok(files) => files,
                Err(error) => {
                    writeln!(out, "{}", Fault::Unreadable { path: path.to_owned(), error })?;
                    return Ok(Checked::Wrong);
                }
            };
            repeated = repeated_ids(&files);
            files.into_iter().map(|(path, series)| (path.display().to_string(), series)).collect()
        }
        Some(path) => vec![(path.display().to_string(), read_file(path))],
    };
    if let (Some(path), true) = (path, files.is_empty()) {
        writeln!(out, "{}: there is no file here whose name ends in .toml", path.display())?;
        return Ok(Checked::Wrong);
    }
    let mut checked = Checked::Fine;
    for (name, series) in files {
        match series {
            Ok(series) => writeln!(out, "{name}: ok: {}", count(&series))?,
            Err(faults) => {
                checked = Checked::Wrong;
                for fault in faults {
                    writeln!(out, "{fault}\n")?;
                }
            }
        }
    }
    for fault in repeated {
        checked = Checked::Wrong;
        writeln!(out, "{fault}")?;
    }
    Ok(checked)
}

fn count(series: &Series) -> String {
    let of = |kind: fn(&Kind) -> bool| series.prompts.iter().filter(|prompt| kind(&prompt.kind)).count();
    let choices = of(|kind| matches!(kind, Kind::Choice { .. }));
    let reflections = of(|kind| matches!(kind, Kind::Reflection));
    let challenges = of(|kind| matches!(kind, Kind::Challenge));
    let all = series.prompts.len();
    let s = if all == 1 { "" } else { "s" };
    format!("{all} prompt{s} ({choices} choice, {reflections} reflection, {challenges} challenge)")
}
