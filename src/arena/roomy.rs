//! The allocator of the program that takes pictures in. A page of the blog fits an
//! arena that gives little back; a decoded photograph takes 75 MB, and the next
//! one needs them again. So blocks of some size are the kernel's own business,
//! mapped when they are asked for and gone when they are freed: under a limit of
//! 256 MB it is the largest picture that counts, not how many came before it.

use std::alloc::{GlobalAlloc, Layout};
use std::ptr::{self, null_mut};

use super::{Arena, map};

/// Bytes from which on a block is mapped by itself. Decoders and encoders ask for
/// rows and tables of about this size once a picture, SQLite never does.
const LARGE: usize = 16 * 1024;

/// What a mapping is aligned to, whatever the machine.
const PAGE: usize = 4096;

/// The global allocator of a program that needs much memory for a short time.
pub struct Roomy(Arena);

impl Default for Roomy {
    fn default() -> Self {
        Self::new()
    }
}

impl Roomy {
    /// An allocator of which nothing is in use yet.
    pub const fn new() -> Roomy {
        Roomy(Arena::new())
    }
}

fn is_large(size: usize, align: usize) -> bool {
    size >= LARGE && align <= PAGE
}

// SAFETY: which of the two made a block is told by its layout alone, so it is freed
// by the one that made it. Mappings are disjoint, aligned to a page and at least as
// long as asked.
unsafe impl GlobalAlloc for Roomy {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match is_large(layout.size(), layout.align()) {
            true => map(layout.size()),
            // SAFETY: the caller's promises are passed on.
            false => unsafe { self.0.alloc(layout) },
        }
    }

    // The kernel's pages are zeroes already, and are not in memory until they are
    // touched: a canvas that is drawn on from above need not be there below.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as in `alloc`; blocks of the arena may have been used before.
        let block = unsafe { self.alloc(layout) };
        if !block.is_null() && !is_large(layout.size(), layout.align()) {
            // SAFETY: the block is this long.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match is_large(layout.size(), layout.align()) {
            // SAFETY: `map` made it with this length. Nothing can be done about a
            // mapping that stays, and the process ends soon.
            true => drop(unsafe { libc::munmap(block.cast(), layout.size()) }),
            // SAFETY: as in `alloc`.
            false => unsafe { self.0.dealloc(block, layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let large = |size| is_large(size, layout.align());
        match (large(layout.size()), large(size)) {
            // SAFETY: as in `alloc`.
            (false, false) => unsafe { self.0.realloc(block, layout, size) },
            #[cfg(target_os = "linux")]
            (true, true) => {
                // SAFETY: `map` made it with this length; the kernel moves pages, so
                // a body that grows is not copied.
                let moved = unsafe {
                    libc::mremap(block.cast(), layout.size(), size, libc::MREMAP_MAYMOVE)
                };
                match moved == libc::MAP_FAILED {
                    true => null_mut(),
                    false => moved.cast(),
                }
            }
            _ => {
                // SAFETY: the caller promises that the size, rounded up to the
                // alignment, does not overflow; both blocks are distinct.
                unsafe {
                    let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                    if !moved.is_null() {
                        ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                        self.dealloc(block, layout);
                    }
                    moved
                }
            }
        }
    }
}
