//! `helmsman prompts check [PATH]…`: tells whoever writes series what is wrong with them, as the bot would.

use crate::app::library::{Fault, ReadFile, read_directory, read_file, repeated_ids};
use crate::domain::coverage;
use crate::domain::library::BUILTIN_FILES;
use crate::domain::prompt::{Kind, Series};
use crate::domain::series_file;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// At most so many mistakes of a file are told: whatever has more is no series yet.
const MOST_TOLD: usize = 10;

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

/// Checks series files, each `*.toml` of a directory, or (without paths) what is compiled in, and tells the outcome for each;
/// with `coverage` also what those without a mistake cover together.
///
/// # Errors
///
/// Only if `out` cannot be written.
pub fn prompts_check(paths: &[PathBuf], coverage: bool, out: &mut impl Write) -> io::Result<Checked> {
    let mut checked = Checked::Fine;
    if paths.is_empty() {
        let mut good = Vec::new();
        for (file, text) in BUILTIN_FILES {
            let series = series_file::parse(file, text)
                .map_err(|problems| problems.into_iter().map(Fault::Problem).collect());
            let id = file.trim_start_matches("prompts/").trim_end_matches(".toml");
            tell(&format!("built in: {id}"), &series, &mut checked, out)?;
            good.extend(series);
        }
        cover(coverage, good.iter(), out)?;
        return Ok(checked);
    }
    let mut files = Vec::<ReadFile>::new();
    for path in paths {
        let found =
            if path.is_dir() { read_directory(path) } else { Ok(vec![(path.clone(), read_file(path))]) };
        match found {
            Ok(found) if found.is_empty() => {
                checked = Checked::Wrong;
                writeln!(out, "{}: there is no file here whose name ends in .toml", path.display())?;
            }
            // A file may be named twice, by itself and with its directory.
            Ok(found) => {
                for file in found {
                    if files.iter().all(|(known, _)| *known != file.0) {
                        files.push(file);
                    }
                }
            }
            Err(error) => {
                checked = Checked::Wrong;
                writeln!(out, "{}", Fault::Unreadable { path: path.clone(), error })?;
            }
        }
    }
    for (path, series) in &files {
        tell(&path.display().to_string(), series, &mut checked, out)?;
    }
    // Only what lies in one directory can be used together.
    let directories: BTreeSet<Option<&Path>> = files.iter().map(|(path, _)| path.parent()).collect();
    for directory in directories {
        for fault in repeated_ids(files.iter().filter(|(path, _)| path.parent() == directory)) {
            checked = Checked::Wrong;
            writeln!(out, "{fault}")?;
        }
    }
    cover(coverage, files.iter().filter_map(|(_, series)| series.as_ref().ok()), out)?;
    Ok(checked)
}

fn cover<'a>(wanted: bool, series: impl Iterator<Item = &'a Series>, out: &mut impl Write) -> io::Result<()> {
    if !wanted {
        return Ok(());
    }
    write!(out, "\n{}", coverage::table(&series.collect::<Vec<_>>()))
}

fn tell(
    name: &str,
    series: &Result<Series, Vec<Fault>>,
    checked: &mut Checked,
    out: &mut impl Write,
) -> io::Result<()> {
    let faults = match series {
        Ok(series) => return writeln!(out, "{name}: ok: {}", count(series)),
        Err(faults) => faults,
    };
    *checked = Checked::Wrong;
    for fault in faults.iter().take(MOST_TOLD) {
        writeln!(out, "{fault}\n")?;
    }
    match faults.len().saturating_sub(MOST_TOLD) {
        0 => Ok(()),
        more => writeln!(out, "{name}: and {more} more\n"),
    }
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
