//! How SQLite reads the file of a program that opens it once and only reads: the
//! part of SQLite's own file layer (`os_unix.c`) that such a program needs, in 10
//! system calls instead of 24, and with no more of the schema than it asks about.
//!
//! Correct before cheap: the locks are those of SQLite, byte for byte, so writers
//! keep out of a reader's way as ever. Whatever is not the plain case (another
//! version, a WAL, a journal that a killed writer left, a writer about to commit,
//! any error at all) is refused here, and `store` opens the file anew through
//! SQLite's own layer, which waits, mends or explains.

#![allow(unsafe_code, reason = "SQLite calls a file layer through C")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr::{copy_nonoverlapping, null, null_mut, write_bytes};
use std::sync::{Mutex, PoisonError};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods, sqlite3_vfs};

use super::schema;

#[cfg(feature = "guestbook")]
pub mod brief;
mod shown;

/// The name to open a file by.
pub const NAME: &CStr = c"mayfly";

/// Bytes of a file that locks stand on, as SQLite's file format has them.
const PENDING: libc::off_t = 0x4000_0000;
const RESERVED: libc::off_t = PENDING + 1;
const SHARED: (libc::off_t, libc::off_t) = (PENDING + 2, 510);

/// Longest path that is taken: what SQLite's own layer takes.
const LONGEST: c_int = 512;

/// Both numbers of the file format where there is no write-ahead log.
const WITHOUT_LOG: [u8; 2] = [1, 1];

static TABLES: Mutex<Tables> = Mutex::new(&[]);

/// Names of tables; none at all stands for all of them.
type Tables = &'static [&'static str];

/// Lets this process read through this layer, and `program` see no tables but its
/// own. The process must not open the file a second time while it reads: its locks
/// would go when either is closed (POSIX, fcntl).
pub fn register(program: &str) {
    let own = Box::leak(Box::new(layer()));
    // SAFETY: SQLite keeps the structure in a list of its own, and it lives for ever.
    if unsafe { ffi::sqlite3_vfs_register(own, 0) } == ffi::SQLITE_OK {
        show(schema::read_by(program));
    }
}

/// The tables that files opened from now on are shown with. Returns those of before.
pub fn show(tables: Tables) -> Tables {
    let mut shown = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *shown, tables)
}

/// Whether a table is among them.
pub fn shows(table: &str) -> bool {
    let shown = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    shown.is_empty() || shown.contains(&table)
}

/// A file as SQLite holds it: what it asks for, and what is ours behind it.
#[repr(C)]
struct File {
    base: sqlite3_file,
    descriptor: c_int,
}

fn layer() -> sqlite3_vfs {
    sqlite3_vfs {
        iVersion: 1,
        szOsFile: size_of::<File>() as c_int,
        mxPathname: LONGEST,
        pNext: null_mut(),
        zName: NAME.as_ptr(),
        pAppData: null_mut(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: None,
        xCurrentTime: None,
        xGetLastError: None,
        xCurrentTimeInt64: None,
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}

/// Without shared memory, so SQLite can't open a WAL through this layer.
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite passes a structure of `szOsFile` bytes. Without methods it does
    // not close what was never opened.
    unsafe { (*file).pMethods = null() };
    let plain = ffi::SQLITE_OPEN_MAIN_DB | ffi::SQLITE_OPEN_READONLY;
    if flags & plain != plain || name.is_null() {
        return ffi::SQLITE_CANTOPEN;
    }
    // A link in the data directory is not ours.
    let mode = libc::O_RDONLY | libc::O_CLOEXEC | libc::O_NOFOLLOW;
    // musl's open sets the flag to close it once more, by a call that openat spares.
    // SAFETY: the name is a C string.
    let descriptor = unsafe { libc::openat(libc::AT_FDCWD, name, mode) };
    if descriptor < 0 {
        return ffi::SQLITE_CANTOPEN;
    }
    if descriptor < 3 {
        // A server closed a standard stream. What is meant for it must not get here.
        // SAFETY: just opened, and nobody else knows it.
        unsafe { libc::close(descriptor) };
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: as above; `out` is a number of SQLite's or null.
    unsafe {
        file.cast::<File>().write(File {
            base: sqlite3_file {
                pMethods: &raw const METHODS,
            },
            descriptor,
        });
        if !out.is_null() {
            *out = flags;
        }
    }
    ffi::SQLITE_OK
}

/// # Safety
/// `file` has to be one that `open` opened.
unsafe fn descriptor(file: *mut sqlite3_file) -> c_int {
    // SAFETY: `open` wrote a whole `File` there.
    unsafe { (*file.cast::<File>()).descriptor }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: SQLite closes each file once, with the pointer it opened it at.
    match unsafe { libc::close(descriptor(file)) } {
        0 => ffi::SQLITE_OK,
        _ => ffi::SQLITE_IOERR_CLOSE,
    }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    buffer: *mut c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let length = usize::try_from(amount).unwrap_or(0);
    let mut done = 0;
    // Before it has a lock, SQLite looks for the size of pages, and looks again
    // once it has one. Until then it is as well to know nothing.
    if offset != 0 || length > 100 {
        while done < length {
            // SAFETY: the buffer has `length` bytes.
            let read = unsafe {
                let rest = buffer.cast::<u8>().add(done).cast();
                let from = offset + done as ffi::sqlite3_int64;
                libc::pread(descriptor(file), rest, length - done, from)
            };
            match usize::try_from(read) {
                Ok(0) => break,
                Ok(read) => done += read,
                Err(_) => return ffi::SQLITE_IOERR_READ,
            }
        }
    }
    // SAFETY: the rest of the same buffer, which SQLite wants to be zeroes.
    unsafe { write_bytes(buffer.cast::<u8>().add(done), 0, length - done) };
    if done < length {
        return ffi::SQLITE_IOERR_SHORT_READ;
    }
    if offset == 0 {
        // SAFETY: filled in to its end just now, and nobody else writes to it.
        let page = unsafe { std::slice::from_raw_parts_mut(buffer.cast::<u8>(), length) };
        if !is_plain(page, WITHOUT_LOG) {
            return ffi::SQLITE_CANTOPEN;
        }
        let tables = *TABLES.lock().unwrap_or_else(PoisonError::into_inner);
        if !tables.is_empty() {
            shown::only(page, tables);
        }
    }
    ffi::SQLITE_OK
}

/// Whether this is the first page of a file of this version, with both numbers of the
/// format as expected.
fn is_plain(page: &[u8], format: [u8; 2]) -> bool {
    let number = |at: usize| {
        let bytes = page.get(at..at + 4)?;
        Some(
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | i64::from(*byte)),
        )
    };
    page.get(18..20) == Some(&format)
        && number(60) == Some(schema::VERSION)
        && number(68) == Some(schema::APPLICATION_ID)
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut ffi::sqlite3_int64) -> c_int {
    let mut stat = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the kernel fills the structure in, or says that it did not.
    unsafe {
        if libc::fstat(descriptor(file), stat.as_mut_ptr()) != 0 {
            return ffi::SQLITE_IOERR_FSTAT;
        }
        *size = stat.assume_init_ref().st_size;
    }
    ffi::SQLITE_OK
}

/// Sets a lock, or asks who would be in the way of one.
///
/// # Safety
/// As for `descriptor`.
unsafe fn fcntl(
    file: *mut sqlite3_file,
    command: c_int,
    kind: c_int,
    (start, length): (libc::off_t, libc::off_t),
) -> Option<libc::flock> {
    let mut lock = libc::flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: start,
        l_len: length,
        l_pid: 0,
    };
    // SAFETY: one structure, which the kernel reads and may fill in.
    let done = unsafe { libc::fcntl(descriptor(file), command, &raw mut lock) };
    (done == 0).then_some(lock)
}

/// The lock of a reader. A writer that waits to commit stands on `PENDING`, and
/// readers that come after it stay out, or it would wait for ever. Looking there
/// once the lock is held takes a call less than standing there oneself, as SQLite
/// does: whichever came first, one of the two sees the other.
unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    if level != ffi::SQLITE_LOCK_SHARED {
        return ffi::SQLITE_BUSY;
    }
    // SAFETY: a file that `open` opened.
    unsafe {
        if fcntl(file, libc::F_SETLK, libc::F_RDLCK as c_int, SHARED).is_none() {
            return ffi::SQLITE_BUSY;
        }
        match fcntl(file, libc::F_GETLK, libc::F_RDLCK as c_int, (PENDING, 1)) {
            Some(found) if c_int::from(found.l_type) == libc::F_UNLCK as c_int => ffi::SQLITE_OK,
            _ => {
                fcntl(file, libc::F_SETLK, libc::F_UNLCK as c_int, SHARED);
                ffi::SQLITE_BUSY
            }
        }
    }
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    if level >= ffi::SQLITE_LOCK_SHARED {
        return ffi::SQLITE_OK;
    }
    // SAFETY: a file that `open` opened.
    match unsafe { fcntl(file, libc::F_SETLK, libc::F_UNLCK as c_int, SHARED) } {
        Some(_) => ffi::SQLITE_OK,
        None => ffi::SQLITE_IOERR_UNLOCK,
    }
}

/// Whether a writer is at work, so that the journal beside the file is its own.
unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, held: *mut c_int) -> c_int {
    // SAFETY: a file that `open` opened, and a number of SQLite's.
    unsafe {
        match fcntl(file, libc::F_GETLK, libc::F_WRLCK as c_int, (RESERVED, 1)) {
            Some(found) => {
                *held = c_int::from(c_int::from(found.l_type) != libc::F_UNLCK as c_int);
                ffi::SQLITE_OK
            }
            None => ffi::SQLITE_IOERR_CHECKRESERVEDLOCK,
        }
    }
}

/// Whether there is a journal or a WAL. An empty one is as good as none: that is
/// what TRUNCATE leaves.
unsafe extern "C" fn access(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    _: c_int,
    found: *mut c_int,
) -> c_int {
    let mut stat = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: a C string, a structure for the kernel, and a number of SQLite's.
    unsafe {
        let exists = libc::stat(name, stat.as_mut_ptr()) == 0;
        *found = c_int::from(exists && stat.assume_init_ref().st_size > 0);
    }
    ffi::SQLITE_OK
}

/// The name as it is: it was made from the data directory, and nothing here
/// changes the directory it may start from.
unsafe extern "C" fn full_pathname(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    full: *mut c_char,
) -> c_int {
    // SAFETY: a C string, and `room` bytes to put it in.
    unsafe {
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if bytes.len() > usize::try_from(room).unwrap_or(0) {
            return ffi::SQLITE_CANTOPEN;
        }
        copy_nonoverlapping(bytes.as_ptr(), full.cast(), bytes.len());
    }
    ffi::SQLITE_OK
}

/// Only names of temporary files and checksums of journals need any.
unsafe extern "C" fn randomness(_: *mut sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}

unsafe extern "C" fn file_control(_: *mut sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut sqlite3_file) -> c_int {
    4096
}

unsafe extern "C" fn device_characteristics(_: *mut sqlite3_file) -> c_int {
    0
}

// What a reader never does.

unsafe extern "C" fn write(
    _: *mut sqlite3_file,
    _: *const c_void,
    _: c_int,
    _: ffi::sqlite3_int64,
) -> c_int {
    ffi::SQLITE_READONLY
}

unsafe extern "C" fn truncate(_: *mut sqlite3_file, _: ffi::sqlite3_int64) -> c_int {
    ffi::SQLITE_READONLY
}

unsafe extern "C" fn sync(_: *mut sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_READONLY
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, _: *const c_char, _: c_int) -> c_int {
    ffi::SQLITE_READONLY
}
