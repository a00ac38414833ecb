//! The series that a team's server sees, as its managers would keep them in a folder: what everybody has, and their own.

use super::team::Team;
use emulator::Message;
use helmsman::domain::{library::Library, prompt::Series};
use jiff::Timestamp;
use std::{collections::BTreeMap, sync::LazyLock};

/// What everybody has.
static EVERYBODYS: LazyLock<Library> = LazyLock::new(Library::builtin);

#[derive(Default)]
pub struct Shelf {
    /// The server's own, by id.
    pub own: BTreeMap<String, Series>,
    /// Taken away from the server; the managers have the files.
    pub removed: Vec<Series>,
    /// How often something was changed under an id.
    changes: BTreeMap<String, u64>,
    /// So many files were uploaded and shown.
    pub uploads: u64,
    /// The upload that waits for a word.
    pub waits: Option<Upload>,
    /// What uploads showed and was left on the screen: which, the file and the message.
    pub left: Vec<(u64, Series, Message)>,
    /// Questions whether a series is to be removed: which, as of which change.
    pub asked: Vec<(String, u64, Message)>,
    /// The version of each file that was compared last.
    pub compared: BTreeMap<String, i64>,
}

/// The file that a manager uploaded last.
pub struct Upload {
    pub number: u64,
    /// The state of the series that it was compared with.
    pub change: u64,
    pub at: Timestamp,
}

/// What is different in a series.
#[derive(Debug, Default, PartialEq)]
pub struct Change {
    /// Ids.
    pub added: Vec<String>,
    pub changed: Vec<String>,
    pub removed: Vec<String>,
}

impl Change {
    pub fn between(old: Option<&Series>, new: &Series) -> Self {
        let old = old.map_or(&[][..], |old| &old.prompts);
        let mut change = Self::default();
        for prompt in &new.prompts {
            match old.iter().find(|known| known.id == prompt.id) {
                None => change.added.push(prompt.id.clone()),
                Some(known) if known != prompt => change.changed.push(prompt.id.clone()),
                Some(_) => {}
            }
        }
        let gone = old.iter().filter(|known| new.prompts.iter().all(|prompt| prompt.id != known.id));
        change.removed = gone.map(|prompt| prompt.id.clone()).collect();
        change
    }
}

impl Shelf {
    pub fn get(&self, id: &str) -> Option<&Series> {
        self.own.get(id).or_else(|| self.everybodys(id))
    }

    /// What everybody has under this id.
    pub fn everybodys(&self, id: &str) -> Option<&'static Series> {
        EVERYBODYS.get(id)
    }

    /// All that can be scheduled.
    pub fn all(&self) -> Vec<&Series> {
        let others = EVERYBODYS.iter().filter(|series| !self.own.contains_key(&series.id));
        self.own.values().chain(others).collect()
    }

    /// Grows with every change under this id.
    pub fn change(&self, id: &str) -> u64 {
        self.changes.get(id).copied().unwrap_or(0)
    }
}

impl Team {
    /// Something else stands under this id from now on. None: not the server's own any more.
    pub fn put_series(&mut self, id: &str, series: Option<Series>) {
        let old = self.shelf.get(id).cloned();
        match series {
            Some(series) => drop(self.shelf.own.insert(id.to_owned(), series)),
            None => self.shelf.removed.extend(self.shelf.own.remove(id)),
        }
        *self.shelf.changes.entry(id.to_owned()).or_insert(0) += 1;
        let Some(new) = self.shelf.get(id) else { return };
        let change = Change::between(old.as_ref(), new);
        for line in self.calendar.lines.iter_mut().filter(|line| line.series == id) {
            line.queue.revise(new, &change);
            line.titles.push(new.title.clone());
        }
    }
}
