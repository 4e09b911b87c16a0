//! How SQLite opens the file of what strangers write for a program that takes in one
//! message or shows one page: its own file layer (`os_unix.c`), but that no more of the
//! schema is seen than that takes. Parsing all of it would be a third of taking in a message.
//!
//! The schema stands on the first page of the file, and a page that is not as in the file
//! must never be written there. So it is shortened only while the file is being opened, and
//! nothing can be written then. What was read until then is forgotten afterwards, and
//! nothing can be written before the first page has been read as it is.

#![allow(unsafe_code, reason = "SQLite calls a file layer through C")]

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;
use std::ptr::{null, null_mut};
use std::slice;
use std::sync::{Once, OnceLock};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods, sqlite3_vfs};
use rusqlite::{Connection, OpenFlags};

use super::{full_pathname, is_plain, shown};

const NAME: &CStr = c"mayfly-brief";

/// What a first page begins with (https://sqlite.org/fileformat2.html, 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// The smallest page. Whatever reads less looks at the header alone.
const PAGE: c_int = 512;

/// Both numbers of the file format where there is a write-ahead log.
const WITH_LOG: [u8; 2] = [2, 2];

/// How far opening a file has come on this thread.
#[derive(Clone, Copy)]
enum Stage {
    /// The schema has these tables, shortened, and nothing can be written.
    Opening(&'static [&'static str]),
    /// Nothing can be written before the first page was read as it is.
    Forgotten,
    /// Everything is as SQLite has it.
    Whole,
}

thread_local! {
    static STAGE: Cell<Stage> = const { Cell::new(Stage::Whole) };
}

/// Opens a file and reads something of it, while its schema has these tables only, each
/// without what guards it: whoever writes by this has to bind what the columns hold.
/// `PRAGMA writable_schema = RESET` brings all of it back.
///
/// # Errors
/// Any at all where the file is not of this version, has no log, or can't be opened:
/// then SQLite's own layer explains.
pub fn open<T>(
    path: &Path,
    way: OpenFlags,
    tables: &'static [&'static str],
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<(Connection, T)> {
    register();
    STAGE.set(Stage::Opening(tables));
    let opened = Connection::open_with_flags_and_vfs(path, way, NAME)
        .and_then(|connection| read(&connection).map(|found| (connection, found)));
    STAGE.set(Stage::Forgotten);
    let (connection, found) = opened?;
    connection.release_memory()?;
    Ok((connection, found))
}

fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: SQLite's own layer is there for ever, and so is the copy of it. A layer
        // that was not registered is not found, and any error leads to SQLite's own.
        unsafe {
            let own = sqlite3_vfs {
                pNext: null_mut(),
                zName: NAME.as_ptr(),
                xOpen: Some(open_file),
                xFullPathname: Some(full_pathname),
                ..*ffi::sqlite3_vfs_find(null())
            };
            ffi::sqlite3_vfs_register(Box::leak(Box::new(own)), 0);
        }
    });
}

/// SQLite's own methods of a kind of file, and the same with two of them replaced.
struct Methods {
    theirs: sqlite3_io_methods,
    ours: sqlite3_io_methods,
}

/// Those of the file and those of its log.
static METHODS: [OnceLock<Methods>; 2] = [OnceLock::new(), OnceLock::new()];
const FILE: usize = 0;
const LOG: usize = 1;

unsafe extern "C" fn open_file(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: all is passed on to SQLite's own layer as it came. A file that it has opened
    // begins with the pointer to its methods.
    unsafe {
        let theirs = ffi::sqlite3_vfs_find(null());
        let Some(open) = (*theirs).xOpen else {
            return ffi::SQLITE_CANTOPEN;
        };
        let code = open(theirs, name, file, flags, out);
        let kind = match flags {
            flags if flags & ffi::SQLITE_OPEN_MAIN_DB != 0 => FILE,
            flags if flags & ffi::SQLITE_OPEN_WAL != 0 => LOG,
            _ => return code,
        };
        if code == ffi::SQLITE_OK {
            let own = METHODS[kind].get_or_init(|| wrap(kind, *(*file).pMethods));
            (*file).pMethods = &raw const own.ours;
        }
        code
    }
}

fn wrap(kind: usize, theirs: sqlite3_io_methods) -> Methods {
    let mut ours = theirs;
    // Pages are never mapped: they would be read past this.
    ours.iVersion = 2;
    if kind == FILE {
        ours.xRead = Some(read::<FILE>);
        ours.xWrite = Some(write::<FILE>);
    } else {
        ours.xRead = Some(read::<LOG>);
        ours.xWrite = Some(write::<LOG>);
    }
    Methods { theirs, ours }
}

unsafe extern "C" fn read<const KIND: usize>(
    file: *mut sqlite3_file,
    buffer: *mut c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let Some(read) = METHODS[KIND].get().and_then(|methods| methods.theirs.xRead) else {
        return ffi::SQLITE_IOERR_READ;
    };
    // SAFETY: passed on as it came.
    let code = unsafe { read(file, buffer, amount, offset) };
    if code != ffi::SQLITE_OK || amount < PAGE || matches!(STAGE.get(), Stage::Whole) {
        return code;
    }
    // SAFETY: filled in to its end just now, and nobody else has it.
    let page = unsafe { slice::from_raw_parts_mut(buffer.cast::<u8>(), amount as usize) };
    if !page.starts_with(MAGIC) {
        return code;
    }
    match STAGE.get() {
        Stage::Opening(_) if !is_plain(page, WITH_LOG) => return ffi::SQLITE_CANTOPEN,
        Stage::Opening(tables) => shown::only(page, tables),
        Stage::Forgotten => STAGE.set(Stage::Whole),
        Stage::Whole => {}
    }
    code
}

unsafe extern "C" fn write<const KIND: usize>(
    file: *mut sqlite3_file,
    buffer: *const c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let write = METHODS[KIND]
        .get()
        .and_then(|methods| methods.theirs.xWrite);
    match (write, STAGE.get()) {
        // SAFETY: passed on as it came.
        (Some(write), Stage::Whole) => unsafe { write(file, buffer, amount, offset) },
        _ => ffi::SQLITE_READONLY,
    }
}
