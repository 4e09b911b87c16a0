//! The allocator of a process that lives for one request. Memory is cut from
//! one run of pages and given back all at once, by the process's end.
//!
//! A page of memory that a process touches costs 1.2 us (the kernel finds it,
//! clears it, maps it, and takes it back in the end), and that is dearer than all
//! of this file. So blocks lie close together, and no page is asked for before it
//! is used: filling pages in ahead saves a tenth of what one too many costs. A
//! general allocator spreads its blocks, trims the heap and maps it anew. SQLite
//! is handed the same arena, for the same reason.

#![allow(
    unsafe_code,
    reason = "an allocator hands out raw memory, to Rust and to SQLite"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr::{self, null_mut};

use rusqlite::ffi;

mod roomy;

pub use roomy::Roomy;

/// The global allocator of every program in `cgi-bin/`. It hands out memory of its
/// own first, so it has to stay where it is, as a static does. What it keeps of it
/// stands before the memory, in a page that is in use anyway.
#[repr(C)]
pub struct Arena {
    state: UnsafeCell<State>,
    first: UnsafeCell<MaybeUninit<First>>,
}

/// The memory that is part of the program, aligned as its blocks are.
#[repr(C, align(16))]
struct First([u8; FIRST]);

struct State {
    next: usize,
    end: usize,
    /// What was in use before a large block came back, from where to where. Its memory
    /// has been touched already, so it is cut up first.
    later: Option<(usize, usize)>,
    /// Freed blocks, by size in steps of `GRAIN`: SQLite frees and asks again
    /// for the same few sizes while it compiles a statement.
    free: [*mut Free; CLASSES],
}

struct Free {
    next: *mut Free,
}

/// A power of two, and no less than any usual type wants to be aligned to.
const GRAIN: usize = 16;
const CLASSES: usize = 65;

/// Bytes that are part of the program: zeroes that take no room in its file and
/// none in memory until they are touched. They lie right behind its variables, so
/// the kernel needs neither a call nor another page table to provide them. A page of
/// thirty posts takes about half of them.
const FIRST: usize = 256 * 1024;

/// Bytes mapped whenever the arena is used up: large enough to be rare. None of
/// them is in memory until it is touched.
const CHUNK: usize = 1024 * 1024;

// SAFETY: a CGI program of ours starts no thread, and neither does SQLite as
// it is built here, so the cell is only ever reached from one thread.
unsafe impl Sync for Arena {}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

impl Arena {
    /// An arena of which nothing is in use yet.
    pub const fn new() -> Arena {
        Arena {
            state: UnsafeCell::new(State {
                next: 0,
                end: 0,
                later: None,
                free: [null_mut(); CLASSES],
            }),
            first: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }

    #[expect(
        clippy::mut_from_ref,
        reason = "one thread, and no call is within another"
    )]
    fn state(&self) -> &mut State {
        // SAFETY: one thread, and no reference outlives a call; see `Sync`.
        unsafe { &mut *self.state.get() }
    }

    /// A block for a size that is rounded, or null when the system has no more memory.
    /// SQLite and Rust ask a thousand times a page, so the common ways are short: a
    /// block that was freed, or the next one.
    #[inline]
    fn take(&self, size: usize, align: usize) -> *mut u8 {
        let state = self.state();
        if align <= GRAIN {
            let class = size / GRAIN;
            if class < CLASSES && !state.free[class].is_null() {
                let block = state.free[class];
                // SAFETY: blocks on the list are ours, free, and hold a `Free`.
                state.free[class] = unsafe { (*block).next };
                return block.cast();
            }
            // Every block is a whole number of grains, so the next one is aligned.
            let start = state.next;
            if state.end - start >= size {
                state.next = start + size;
                return start as *mut u8;
            }
        }
        self.take_elsewhere(size, align)
    }

    /// The same for a larger alignment, and where the memory in use has no room.
    #[cold]
    fn take_elsewhere(&self, size: usize, align: usize) -> *mut u8 {
        let state = self.state();
        if state.end == 0 {
            state.next = self.first.get() as usize;
            state.end = state.next + FIRST;
        }
        // An alignment is a power of two (`Layout`), which the compiler can't know
        // here: `next_multiple_of` would divide.
        let align = align.max(GRAIN);
        loop {
            let start = (state.next + (align - 1)) & !(align - 1);
            if state.end.saturating_sub(start) >= size {
                state.next = start + size;
                return start as *mut u8;
            }
            if let Some(later) = state.later.take() {
                (state.next, state.end) = later;
            } else if !state.map_more(size + align) {
                return null_mut();
            }
        }
    }
}

/// The size that is really set aside: a whole number of grains, at least one.
fn rounded(size: usize) -> usize {
    (size.max(1) + (GRAIN - 1)) & !(GRAIN - 1)
}

impl State {
    fn give_back(&mut self, block: *mut u8, size: usize) {
        if block as usize + size == self.next {
            self.next = block as usize;
        } else if size / GRAIN < CLASSES {
            let freed: *mut Free = block.cast();
            // SAFETY: the block is at least one grain, which a `Free` fits in,
            // and nobody else holds it any longer.
            unsafe { (*freed).next = self.free[size / GRAIN] };
            self.free[size / GRAIN] = freed;
        } else if self.later.is_none() {
            self.later = Some((self.next, self.end));
            (self.next, self.end) = (block as usize, block as usize + size);
        } else if size > self.end - self.next {
            (self.next, self.end) = (block as usize, block as usize + size);
        }
    }

    /// Grows the last block where it stands, if there is room behind it.
    fn extend(&mut self, block: *mut u8, old: usize, new: usize) -> bool {
        let last = block as usize + old == self.next;
        let fits = last && self.end - (block as usize) >= new;
        if fits {
            self.next = block as usize + new;
        }
        fits
    }

    fn map_more(&mut self, size: usize) -> bool {
        let size = CHUNK.max(size);
        let size = size.next_multiple_of(4096);
        let start = map(size);
        if start.is_null() {
            return false;
        }
        // A mapping right behind the old one would only add to it, but whatever
        // was left of the old one is not worth the case.
        self.next = start as usize;
        self.end = start as usize + size;
        true
    }
}

/// Null when the system, or the limit that it set, has no more memory.
fn map(size: usize) -> *mut u8 {
    // SAFETY: an anonymous mapping at an address of the kernel's choice touches no
    // memory that exists.
    let start = unsafe {
        libc::mmap(
            null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    match start == libc::MAP_FAILED {
        true => null_mut(),
        false => start.cast(),
    }
}

// SAFETY: blocks are disjoint, aligned as asked, at least as large as asked,
// and stay mapped until the process ends.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(rounded(layout.size()), layout.align())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.state().give_back(block, rounded(layout.size()));
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let (old, new) = (rounded(layout.size()), rounded(size));
        let state = self.state();
        if old == new || state.extend(block, old, new) {
            return block;
        }
        let moved = self.take(new, layout.align());
        if !moved.is_null() {
            // SAFETY: both blocks are ours, distinct, and at least this long.
            unsafe { ptr::copy_nonoverlapping(block, moved, layout.size().min(size)) };
            self.state().give_back(block, old);
        }
        moved
    }
}

/// Makes SQLite take its memory from the program's global allocator. It has to
/// be called before SQLite does anything else, or SQLite refuses.
pub fn lend_to_sqlite() -> bool {
    let methods = ffi::sqlite3_mem_methods {
        xMalloc: Some(sqlite_malloc),
        xFree: Some(sqlite_free),
        xRealloc: Some(sqlite_realloc),
        xSize: Some(sqlite_size),
        xRoundup: Some(sqlite_roundup),
        xInit: Some(sqlite_init),
        xShutdown: Some(sqlite_shutdown),
        pAppData: null_mut(),
    };
    // SAFETY: SQLite copies the methods, so they need not outlive the call. The
    // second call turns off the running totals that nobody asks for.
    unsafe {
        ffi::sqlite3_config(ffi::SQLITE_CONFIG_MALLOC, &raw const methods) == ffi::SQLITE_OK
            && ffi::sqlite3_config(ffi::SQLITE_CONFIG_MEMSTATUS, 0 as c_int) == ffi::SQLITE_OK
    }
}

/// SQLite asks for the size of a block, so each carries it in a header.
const HEADER: usize = GRAIN;

fn sqlite_layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(HEADER)?, GRAIN).ok()
}

unsafe extern "C" fn sqlite_malloc(size: c_int) -> *mut c_void {
    let Some(layout) = usize::try_from(size).ok().and_then(sqlite_layout) else {
        return null_mut();
    };
    // SAFETY: the layout is not empty, for it has room for a header.
    let block = unsafe { std::alloc::alloc(layout) };
    if block.is_null() {
        return null_mut();
    }
    // SAFETY: the block begins with `HEADER` bytes, aligned for a `usize`.
    unsafe {
        block.cast::<usize>().write(layout.size() - HEADER);
        block.add(HEADER).cast()
    }
}

unsafe extern "C" fn sqlite_free(block: *mut c_void) {
    // SAFETY: SQLite frees what `sqlite_malloc` gave it, behind its header.
    unsafe {
        if let Some(layout) = sqlite_layout(size_of_block(block)) {
            std::alloc::dealloc(block.cast::<u8>().sub(HEADER), layout);
        }
    }
}

unsafe extern "C" fn sqlite_realloc(block: *mut c_void, size: c_int) -> *mut c_void {
    let Ok(size) = usize::try_from(size) else {
        return null_mut();
    };
    // SAFETY: as in `sqlite_free`, and the new block is given its header.
    unsafe {
        let Some(layout) = sqlite_layout(size_of_block(block)) else {
            return null_mut();
        };
        let moved = std::alloc::realloc(block.cast::<u8>().sub(HEADER), layout, size + HEADER);
        if moved.is_null() {
            return null_mut();
        }
        moved.cast::<usize>().write(size);
        moved.add(HEADER).cast()
    }
}

/// # Safety
/// `block` has to come from `sqlite_malloc`.
unsafe fn size_of_block(block: *mut c_void) -> usize {
    // SAFETY: `sqlite_malloc` wrote the size this far before the block.
    unsafe { block.cast::<u8>().sub(HEADER).cast::<usize>().read() }
}

unsafe extern "C" fn sqlite_size(block: *mut c_void) -> c_int {
    if block.is_null() {
        return 0;
    }
    // SAFETY: SQLite asks about blocks it was given.
    c_int::try_from(unsafe { size_of_block(block) }).unwrap_or(c_int::MAX)
}

unsafe extern "C" fn sqlite_roundup(size: c_int) -> c_int {
    size.checked_add(GRAIN as c_int - 1)
        .map_or(size, |size| size & !(GRAIN as c_int - 1))
}

unsafe extern "C" fn sqlite_init(_: *mut c_void) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn sqlite_shutdown(_: *mut c_void) {}
