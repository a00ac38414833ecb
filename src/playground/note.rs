//! Where a kept playground notes what its clock shows, so that the next one goes on from there.

use super::stage::DATABASE;
use crate::cli::{Ending, code};
use jiff::Timestamp;
use std::{
    fmt::Display,
    io,
    path::{Path, PathBuf},
};

/// A Monday, 08:00 on the team's clock: the same day for every script.
pub(super) const MONDAY: Timestamp = Timestamp::constant(1_799_049_600, 0);
/// The end of 2079: some years later Discord's ids outgrow what a database can sort.
pub(super) const LAST: Timestamp = Timestamp::constant(3_471_292_800, 0);

/// The note in a directory.
pub(super) struct Note(PathBuf);

impl Note {
    pub(super) fn of(directory: &Path) -> Self {
        Self(directory.join("clock"))
    }

    /// What the clock showed at the end. None: nothing has been kept in this directory yet.
    ///
    /// # Errors
    ///
    /// If it cannot be told, so that going on would spoil what is kept.
    pub(super) fn read(&self) -> Result<Option<Timestamp>, Ending> {
        let refuse = |place: &Path, what: &dyn Display| {
            Err(Ending::new(code::WRONG, format!("{}: {what}", place.display())))
        };
        let directory = self.0.parent().unwrap_or(Path::new("."));
        match std::fs::read_to_string(&self.0) {
            Ok(text) => match text.trim().parse() {
                Ok(time) if (MONDAY..=LAST).contains(&time) => Ok(Some(time)),
                _ => refuse(
                    &self.0,
                    &format!(
                        "it should hold the time at which the story stopped, from {MONDAY} to {LAST}\n  = write that \
                         time into it, or name another directory with --data"
                    ),
                ),
            },
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                refuse(&self.0, &format!("cannot be read: {error}\n  = check who may read it"))
            }
            Err(_) if directory.join(DATABASE).exists() => refuse(
                directory,
                &format!(
                    "there is a {DATABASE} and no note of the playground's clock, so it may be a real team's\n  = name \
                     another directory with --data"
                ),
            ),
            Err(_) => Ok(None),
        }
    }

    /// Notes this time, whole or not at all.
    pub(super) fn write(&self, now: Timestamp) -> io::Result<()> {
        let new = self.0.with_extension("new");
        std::fs::write(&new, now.to_string())?;
        std::fs::rename(new, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(note: &Note) -> String {
        note.read().unwrap_err().message.unwrap()
    }

    #[test]
    fn what_is_noted_is_read_again() {
        assert_eq!(MONDAY.to_string(), "2027-01-04T08:00:00Z");
        assert_eq!(LAST.to_string(), "2080-01-01T00:00:00Z");
        let directory = tempfile::tempdir().unwrap();
        let note = Note::of(directory.path());
        assert_eq!(note.read().unwrap(), None);
        note.write(MONDAY).unwrap();
        note.write(LAST).unwrap();
        assert_eq!(note.read().unwrap(), Some(LAST));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_note_without_a_time_and_a_database_without_a_note_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let note = Note::of(directory.path());
        for garbled in ["", "soon", "9999-12-30T00:00:00Z", "2020-01-01T00:00:00Z", "2027-01-05"] {
            std::fs::write(directory.path().join("clock"), garbled).unwrap();
            assert!(message(&note).contains("clock: it should hold the time"), "{garbled}");
        }
        std::fs::write(directory.path().join("clock"), [0xff]).unwrap();
        assert!(message(&note).contains("clock: cannot be read"));
        std::fs::remove_file(directory.path().join("clock")).unwrap();
        std::fs::write(directory.path().join(DATABASE), "").unwrap();
        assert!(message(&note).contains("another directory"));
    }
}
