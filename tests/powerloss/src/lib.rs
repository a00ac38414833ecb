//! A disk that loses its power: what SQLite wrote and did not sync is gone, or there in part.
//!
//! [`Disk::watch`] puts a layer between SQLite and the files of one folder and those below, in all of this process. It passes everything
//! on and remembers, for each file, what is durable and what was done since. At moments that a seed decides it keeps what
//! a power loss would have left ([`Loss`]), and the work goes on; so one run shows many losses.
//!
//! Of what was not synced nothing survives, or all until some moment, or any part of it in any order, torn at sectors of
//! 512 bytes. A file that was deleted may be back, until its folder was synced.

#[expect(unsafe_code, reason = "SQLite's C interface")]
mod vfs;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The smallest piece that a disk writes whole.
const SECTOR: usize = 512;

/// Something done to a file.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
    Delete,
}

/// A file, as it is on the disk and as it will be.
#[derive(Clone, Debug, Default)]
struct File {
    /// None: there is none.
    durable: Option<Vec<u8>>,
    since: Vec<Change>,
}

fn apply(content: &mut Option<Vec<u8>>, change: &Change) {
    match change {
        Change::Write(at, data) => {
            let bytes = content.get_or_insert_default();
            bytes.resize(bytes.len().max(at + data.len()), 0);
            bytes[*at..at + data.len()].copy_from_slice(data);
        }
        Change::Truncate(length) => content.get_or_insert_default().resize(*length, 0),
        Change::Delete => *content = None,
    }
}

/// What a power loss left.
#[derive(Clone, Debug)]
pub struct Loss {
    /// By their paths inside the folder.
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// How often [`Disk::note`] had been called.
    pub noted: u64,
}

impl Loss {
    /// Writes the files into another folder, each where it was.
    ///
    /// # Panics
    ///
    /// If that fails.
    pub fn restore(&self, folder: &Path) {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            let parent = path.parent().expect("files lie in folders");
            std::fs::create_dir_all(parent).expect("the folder can be written");
            std::fs::write(path, bytes).expect("the folder can be written");
        }
    }
}

#[derive(Debug)]
struct State {
    folder: PathBuf,
    files: BTreeMap<PathBuf, File>,
    seed: u64,
    /// Changes and syncs between two losses, on average.
    gap: u64,
    left: u64,
    noted: u64,
    losses: Vec<Loss>,
}

/// A folder's part of the disk. Clones share it.
#[derive(Clone, Debug)]
pub struct Disk(Arc<Mutex<State>>);

/// What is watched in this process.
static WATCHED: Mutex<Vec<(PathBuf, Disk)>> = Mutex::new(Vec::new());

impl Disk {
    /// Watches a folder, with those in it, from now on. There is a loss about every `gap` writes and syncs, at moments drawn from `seed`.
    ///
    /// # Panics
    ///
    /// If there is no such folder, or SQLite refuses the layer.
    pub fn watch(folder: &Path, seed: u64, gap: u64) -> Self {
        vfs::install();
        let folder = folder.canonicalize().expect("the folder is there");
        let (files, losses) = (BTreeMap::new(), Vec::new());
        let state = State { folder: folder.clone(), files, seed, gap, left: gap, noted: 0, losses };
        let disk = Self(Arc::new(Mutex::new(state)));
        WATCHED.lock().unwrap_or_else(PoisonError::into_inner).push((folder, disk.clone()));
        disk
    }

    /// Whoever is told of something may rely on it from now on: the next losses say so.
    pub fn note(&self) {
        self.state().noted += 1;
    }

    /// How many losses there were.
    pub fn count(&self) -> usize {
        self.state().losses.len()
    }

    /// Takes the losses that there were.
    pub fn losses(&self) -> Vec<Loss> {
        std::mem::take(&mut self.state().losses)
    }

    /// Whose a file is.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
        watched.iter().find(|(folder, _)| path.starts_with(folder)).map(|(_, disk)| disk.clone())
    }

    /// A file is about to be opened: if it is there, it is durable.
    pub(crate) fn opens(&self, path: &Path) {
        let mut state = self.state();
        if !state.files.contains_key(path) {
            let file = File { durable: std::fs::read(path).ok(), since: Vec::new() };
            state.files.insert(path.to_owned(), file);
        }
    }

    pub(crate) fn changed(&self, path: &Path, change: Change) {
        let mut state = self.state();
        state.files.entry(path.to_owned()).or_default().since.push(change);
        state.pass();
    }

    pub(crate) fn synced(&self, path: &Path) {
        let mut state = self.state();
        // The power may go while it syncs.
        state.pass();
        let file = state.files.entry(path.to_owned()).or_default();
        for change in std::mem::take(&mut file.since) {
            apply(&mut file.durable, &change);
        }
    }

    /// What the folder says of its files is durable: those that were deleted stay deleted.
    pub(crate) fn folder_synced(&self) {
        for file in self.state().files.values_mut() {
            let last = file.since.iter().rposition(|change| matches!(change, Change::Delete));
            if let Some(last) = last {
                file.durable = None;
                file.since.drain(..=last);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// SplitMix64, 0..n.
    fn draw(&mut self, n: u64) -> u64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    fn pass(&mut self) {
        self.left -= 1;
        if self.left == 0 {
            self.left = 1 + self.draw(2 * self.gap);
            let files = self.files.clone().into_iter();
            let folder = self.folder.clone();
            let inside = |path: PathBuf| path.strip_prefix(&folder).expect("it lies there").to_owned();
            let files = files.filter_map(|(path, file)| Some((inside(path), self.survives(file)?))).collect();
            self.losses.push(Loss { files, noted: self.noted });
        }
    }

    /// What is left of one file.
    fn survives(&mut self, file: File) -> Option<Vec<u8>> {
        let mut content = file.durable;
        match self.draw(3) {
            0 => {}
            1 => {
                let until = self.draw(file.since.len() as u64 + 1) as usize;
                file.since[..until].iter().for_each(|change| apply(&mut content, change));
            }
            _ => {
                for change in file.since {
                    match change {
                        Change::Write(at, data) => {
                            for (n, piece) in data.chunks(SECTOR).enumerate() {
                                if self.draw(2) == 0 {
                                    apply(&mut content, &Change::Write(at + n * SECTOR, piece.to_vec()));
                                }
                            }
                        }
                        // What comes after it is another file.
                        Change::Delete if self.draw(2) == 0 => break,
                        other => apply(&mut content, &other),
                    }
                }
            }
        }
        content
    }
}
