//! Gathers the library at the start: what is compiled in, and the files of the directory in the config.

use crate::domain::library::Library;
use crate::domain::problem::Problem;
use crate::domain::prompt::Series;
use crate::domain::series_file::{self, limits};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Everything that is wrong with the files of a directory.
#[derive(Debug)]
pub struct LibraryError {
    /// In the order of the files; at least one.
    pub faults: Vec<Fault>,
}

/// One thing that is wrong.
#[derive(Debug)]
pub enum Fault {
    /// A file or the directory cannot be read.
    Unreadable {
        /// What cannot be read.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A mistake in a file.
    Problem(Problem),
    /// Two files of the directory have a series with the same id.
    Twice {
        /// The id of both.
        id: String,
        /// The file that comes first.
        first: PathBuf,
        /// The file that comes second.
        second: PathBuf,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unreadable { path, error } => {
                let path = path.display();
                write!(f, "{path}: cannot be read: {error}\n  = check that it is there, and who may read it")
            }
            Fault::Problem(problem) => problem.fmt(f),
            Fault::Twice { id, first, second } => {
                let (first, second) = (first.display(), second.display());
                write!(
                    f,
                    "{second}: {first} has a series with the id \"{id}\", too\n  = give one of them another id"
                )
            }
        }
    }
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if i == 0 { "" } else { "\n\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for LibraryError {}

/// The built-in series, and each `*.toml` of the directory, by file name: new ids are added, known ones overridden.
///
/// # Errors
///
/// Everything that is wrong with any file, if anything is: a directory that is half right is not used.
pub fn load(directory: Option<&Path>) -> Result<Library, LibraryError> {
    let mut library = Library::builtin();
    let Some(directory) = directory else { return Ok(library) };
    let files = read_directory(directory).map_err(|error| {
        let path = directory.to_owned();
        LibraryError { faults: vec![Fault::Unreadable { path, error }] }
    })?;
    let mut faults = Vec::new();
    let repeated = repeated_ids(&files);
    for (_, series) in files {
        match series {
            Ok(series) => library = library.with(series),
            Err(more) => faults.extend(more),
        }
    }
    faults.extend(repeated);
    if faults.is_empty() { Ok(library) } else { Err(LibraryError { faults }) }
}

/// A file, and its series or everything that is wrong with it.
pub type ReadFile = (PathBuf, Result<Series, Vec<Fault>>);

/// Reads each `*.toml` of a directory, sorted by file name. Hidden files are left alone.
///
/// # Errors
///
/// If the directory itself cannot be read.
pub fn read_directory(directory: &Path) -> io::Result<Vec<ReadFile>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|extension| extension == "toml") && !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths.into_iter().map(|path| (path.clone(), read_file(&path))).collect())
}

/// The series that come with an id which an earlier file has. (One of them would silently hide the other.)
pub fn repeated_ids<'a>(files: impl IntoIterator<Item = &'a ReadFile>) -> Vec<Fault> {
    let mut seen: Vec<(&str, &Path)> = Vec::new();
    let mut faults = Vec::new();
    for (path, series) in files {
        let Ok(Series { id, .. }) = series else { continue };
        match seen.iter().find(|(known, _)| known == id) {
            Some((_, first)) => {
                faults.push(Fault::Twice {
                    id: id.clone(),
                    first: first.to_path_buf(),
                    second: path.clone(),
                });
            }
            None => seen.push((id, path)),
        }
    }
    faults
}

/// Reads one series file, never more of it than a series file may have.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn read_file(path: &Path) -> Result<Series, Vec<Fault>> {
    let mut bytes = Vec::new();
    let most = limits::FILE_BYTES as u64 + 1;
    File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| vec![Fault::Unreadable { path: path.to_owned(), error }])?;
    series_file::parse_bytes(&path.display().to_string(), &bytes)
        .map_err(|problems| problems.into_iter().map(Fault::Problem).collect())
}
