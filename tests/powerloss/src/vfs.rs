//! The layer itself: SQLite's own one for this system, with four methods of its files and two of its own wrapped.
//! Source of the interface: sqlite.org/c3ref/vfs.html and sqlite.org/c3ref/io_methods.html.
//!
//! What holds for all of it: SQLite calls these functions with what its interface promises (a file is opened before it is
//! used, used by one thread at a time, and not used after it was closed), and passes on what it was given.

use crate::{Change, Disk};
use libsqlite3_sys::{
    SQLITE_OK, SQLITE_OPEN_CREATE, SQLITE_OPEN_MAIN_JOURNAL, SQLITE_OPEN_SUPER_JOURNAL, SQLITE_OPEN_WAL,
    sqlite3_file, sqlite3_filename, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find,
    sqlite3_vfs_register,
};
use std::{
    collections::HashMap,
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    os::unix::ffi::OsStrExt,
    path::PathBuf,
    ptr,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

/// An open file of a watched folder.
#[derive(Clone)]
struct Open {
    /// The methods that it had.
    real: &'static sqlite3_io_methods,
    path: PathBuf,
    disk: Disk,
    /// Its first sync is one of its folder as well: it is a log or a journal that may be new.
    with_folder: bool,
}

/// By the address of SQLite's structure.
static FILES: Mutex<Option<HashMap<usize, Open>>> = Mutex::new(None);

/// The layer below.
struct Below(*mut sqlite3_vfs);

// SAFETY: SQLite itself shares it between threads, and nobody changes it.
unsafe impl Send for Below {}
// SAFETY: as above.
unsafe impl Sync for Below {}

static BELOW: OnceLock<Below> = OnceLock::new();

/// Puts the layer below every database that this process opens from now on. Doing it again changes nothing.
pub(crate) fn install() {
    BELOW.get_or_init(|| {
        // SAFETY: null asks for the default one, which lives as long as the process.
        let below = unsafe { sqlite3_vfs_find(ptr::null()) };
        assert!(!below.is_null(), "SQLite has a default layer");
        // SAFETY: it is not null, and a plain structure of numbers and pointers. Its methods read of the structure that
        // they are given only what is copied here.
        let mut shim = unsafe { *below };
        shim.pNext = ptr::null_mut();
        shim.zName = c"powerloss".as_ptr();
        shim.xOpen = Some(open);
        shim.xDelete = Some(delete);
        // SAFETY: it is never freed. The default one stays registered behind it.
        let code = unsafe { sqlite3_vfs_register(Box::leak(Box::new(shim)), 1) };
        assert_eq!(code, SQLITE_OK);
        Below(below)
    });
}

fn below() -> *mut sqlite3_vfs {
    BELOW.get().expect("it is set before SQLite calls").0
}

fn files() -> MutexGuard<'static, Option<HashMap<usize, Open>>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

fn opened(file: *mut sqlite3_file) -> Open {
    let files = files();
    files.as_ref().and_then(|files| files.get(&file.addr())).expect("it was opened here").clone()
}

/// The file that is meant, if its folder is watched.
///
/// # Safety
///
/// `name` is null or a text that ends with a zero.
unsafe fn watched(name: *const c_char) -> Option<(PathBuf, Disk)> {
    if name.is_null() {
        return None;
    }
    // SAFETY: the caller's.
    let name = unsafe { CStr::from_ptr(name) };
    let path = PathBuf::from(OsStr::from_bytes(name.to_bytes()));
    Disk::of(&path).map(|disk| (path, disk))
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite names a file so, or gives null for a temporary one.
    let watched = unsafe { watched(name) };
    if let Some((path, disk)) = &watched {
        disk.opens(path);
    }
    // SAFETY: the layer below has this method, and is given what SQLite gave. The room behind `file` is of the size that
    // the layer below asked for, since ours asks for the same.
    let code = unsafe { ((*below()).xOpen.expect("it opens files"))(below(), name, file, flags, out) };
    if let (SQLITE_OK, Some((path, disk))) = (code, watched) {
        // SAFETY: an open file has methods, and they are a constant of SQLite's.
        let real = unsafe { &*(*file).pMethods };
        let methods = sqlite3_io_methods {
            xClose: Some(close),
            xWrite: Some(write),
            xTruncate: Some(truncate),
            xSync: Some(sync),
            ..*real
        };
        // SAFETY: `file` is SQLite's, and open. The methods live as long as the process.
        unsafe { (*file).pMethods = Box::leak(Box::new(methods)) };
        let log = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
        let with_folder = flags & SQLITE_OPEN_CREATE != 0 && flags & log != 0;
        files().get_or_insert_default().insert(file.addr(), Open { real, path, disk, with_folder });
    }
    code
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: the layer below has this method, and is given what SQLite gave.
    let code = unsafe { ((*below()).xDelete.expect("it deletes files"))(below(), name, sync_folder) };
    // SAFETY: SQLite names a file so.
    if let (SQLITE_OK, Some((path, disk))) = (code, unsafe { watched(name) }) {
        disk.changed(&path, Change::Delete);
        if sync_folder != 0 {
            disk.folder_synced();
        }
    }
    code
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let Open { real, .. } = opened(file);
    // Before it is closed: the next file may get the same room.
    files().get_or_insert_default().remove(&file.addr());
    // SAFETY: these methods are the file's own.
    unsafe { (real.xClose.expect("files close"))(file) }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    data: *const c_void,
    n: c_int,
    at: sqlite3_int64,
) -> c_int {
    let Open { real, path, disk, .. } = opened(file);
    // SAFETY: these methods are the file's own.
    let code = unsafe { (real.xWrite.expect("files are written"))(file, data, n, at) };
    if code == SQLITE_OK {
        // SAFETY: SQLite gives `n` bytes to be written.
        let data = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), n as usize) };
        disk.changed(&path, Change::Write(at as usize, data.to_vec()));
    }
    code
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: sqlite3_int64) -> c_int {
    let Open { real, path, disk, .. } = opened(file);
    // SAFETY: these methods are the file's own.
    let code = unsafe { (real.xTruncate.expect("files are cut"))(file, length) };
    if code == SQLITE_OK {
        disk.changed(&path, Change::Truncate(length as usize));
    }
    code
}

/// The real disk need not do it: what it would have lost is worked out here. The folder is synced when SQLite's own layer
/// for Unix does it. Source: `unixSync` and `unixOpen` in sqlite3.c.
unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    let Open { path, disk, with_folder, .. } = opened(file);
    disk.synced(&path);
    if with_folder {
        disk.folder_synced();
        files().get_or_insert_default().entry(file.addr()).and_modify(|open| open.with_folder = false);
    }
    SQLITE_OK
}
