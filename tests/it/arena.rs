//! The allocator of the programs, put through what a page never asks of it.

use std::alloc::{GlobalAlloc, Layout};

use mayfly::arena::{Arena, Roomy};

/// A block, and the byte that it is filled with.
struct Block {
    start: *mut u8,
    layout: Layout,
    mark: u8,
}

impl Block {
    fn new(arena: &impl GlobalAlloc, size: usize, align: usize, mark: u8) -> Block {
        let layout = Layout::from_size_align(size, align).unwrap();
        // SAFETY: the arena takes any size, the size 0 as well.
        let start = unsafe { arena.alloc(layout) };
        assert!(!start.is_null());
        assert_eq!(
            start as usize % align,
            0,
            "{size} bytes are not aligned to {align}"
        );
        // SAFETY: the block is ours and as long as its layout says.
        unsafe { start.write_bytes(mark, size) };
        Block {
            start,
            layout,
            mark,
        }
    }

    /// That nobody else has written here since.
    fn is_whole(&self) -> bool {
        // SAFETY: the block was filled when it was made, and has not been freed.
        let bytes = unsafe { std::slice::from_raw_parts(self.start, self.layout.size()) };
        bytes.iter().all(|&byte| byte == self.mark)
    }

    fn resize(&mut self, arena: &impl GlobalAlloc, size: usize) {
        assert!(self.is_whole());
        let kept = self.layout.size().min(size);
        // SAFETY: the block came from this arena with this layout.
        self.start = unsafe { arena.realloc(self.start, self.layout, size) };
        assert!(!self.start.is_null());
        assert_eq!(self.start as usize % self.layout.align(), 0);
        self.layout = Layout::from_size_align(kept, self.layout.align()).unwrap();
        assert!(self.is_whole(), "its content was lost");
        self.layout = Layout::from_size_align(size, self.layout.align()).unwrap();
        // SAFETY: as in `new`.
        unsafe { self.start.write_bytes(self.mark, size) };
    }

    fn free(self, arena: &impl GlobalAlloc) -> *mut u8 {
        assert!(self.is_whole());
        // SAFETY: as in `resize`, and the block is not used after it.
        unsafe { arena.dealloc(self.start, self.layout) };
        self.start
    }
}

#[test]
fn blocks_never_touch_each_other() {
    shuffle(&Arena::new());
    shuffle(&Roomy::new());
}

/// Asks for blocks of all sizes, resizes and frees them, in no order.
fn shuffle(arena: &impl GlobalAlloc) {
    let mut blocks: Vec<Block> = Vec::new();
    let mut state: u32 = 1;
    let mut next = |end: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % end
    };
    for step in 0..20_000 {
        let size = match next(20) {
            0 => 0,
            1 => next(300_000) as usize,
            2..6 => next(4_000) as usize,
            _ => next(200) as usize,
        };
        let mark = (step % 251) as u8;
        match next(10) {
            0..5 => blocks.push(Block::new(arena, size, 1 << next(7), mark)),
            5..7 if !blocks.is_empty() => {
                let at = next(blocks.len() as u32) as usize;
                blocks[at].resize(arena, size);
            }
            _ if !blocks.is_empty() => {
                let at = next(blocks.len() as u32) as usize;
                blocks.swap_remove(at).free(arena);
            }
            _ => {}
        }
    }
    assert!(blocks.len() > 1000);
    assert!(blocks.iter().all(Block::is_whole));
    let mut spans: Vec<_> = blocks
        .iter()
        .map(|block| {
            (
                block.start as usize,
                block.start as usize + block.layout.size(),
            )
        })
        .collect();
    spans.sort_unstable();
    assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0));
}

#[test]
fn blocks_are_aligned_as_asked() {
    let arena = Arena::new();
    for align in (0..=16).map(|power| 1 << power) {
        for size in [0, 1, align, 3 * align + 1] {
            assert!(Block::new(&arena, size, align, 7).is_whole());
        }
    }
}

#[test]
fn the_last_block_grows_where_it_stands() {
    let arena = Arena::new();
    let mut block = Block::new(&arena, 100, 1, 1);
    let start = block.start;
    for size in [200, 4_000, 90_000, 10, 50_000] {
        block.resize(&arena, size);
        assert_eq!(block.start, start, "a page that is written would be copied");
    }
    let other = Block::new(&arena, 16, 1, 2);
    block.resize(&arena, 60_000);
    assert_ne!(block.start, start);
    assert!(other.is_whole());
}

#[test]
fn what_was_freed_is_used_again() {
    let arena = Arena::new();
    let first = Block::new(&arena, 40, 8, 1);
    let wall = Block::new(&arena, 40, 8, 2);
    let freed = first.free(&arena);
    assert_eq!(
        Block::new(&arena, 41, 16, 3).start,
        freed,
        "both sizes are of one class"
    );
    assert!(wall.is_whole());
    // Statement by statement, SQLite needs no more than it did for the first.
    let mut starts = Vec::new();
    for _ in 0..1000 {
        let blocks = [24, 640, 128, 1040].map(|size| Block::new(&arena, size, 8, 9));
        starts.push(blocks[0].start);
        blocks
            .into_iter()
            .rev()
            .for_each(|block| assert!(!block.free(&arena).is_null()));
    }
    starts.dedup();
    assert_eq!(starts.len(), 1);
}

#[test]
fn blocks_larger_than_the_arena_are_mapped() {
    let arena = Arena::new();
    let small = Block::new(&arena, 10, 1, 1);
    let mut large = Block::new(&arena, 5_000_000, 4096, 2);
    large.resize(&arena, 9_000_000);
    assert!(small.is_whole());
    large.free(&arena);
}

#[test]
fn memory_that_is_not_there_is_a_null_pointer() {
    let arena = Arena::new();
    let block = Block::new(&arena, 10, 1, 1);
    for size in [isize::MAX as usize - 64, 1 << 50] {
        let layout = Layout::from_size_align(size, 16).unwrap();
        // SAFETY: as in `Block::new`; what can't be had is not touched.
        assert!(unsafe { arena.alloc(layout) }.is_null());
        // SAFETY: a block that could not grow stays what and where it is.
        assert!(unsafe { arena.realloc(block.start, block.layout, size) }.is_null());
    }
    assert!(block.is_whole());
    assert!(Block::new(&arena, 10, 1, 2).is_whole());
}

/// The address space of this process, in KB.
fn mapped() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmSize:"));
    let digits = line.unwrap().split_whitespace().nth(1);
    digits.unwrap().parse().unwrap()
}

#[test]
fn what_pictures_took_is_there_for_the_next() {
    let roomy = Roomy::new();
    let before = mapped();
    for _ in 0..60 {
        let mut pixels = Block::new(&roomy, 20_000_000, 64, 1);
        let rows = Block::new(&roomy, 18_000, 8, 2);
        pixels.resize(&roomy, 30_000_000);
        let layout = Layout::from_size_align(9_000_000, 8).unwrap();
        // SAFETY: a block of that layout, freed with it.
        unsafe {
            let blank = roomy.alloc_zeroed(layout);
            assert!([0, 4096, 8_999_999].iter().all(|&at| *blank.add(at) == 0));
            roomy.dealloc(blank, layout);
        }
        rows.free(&roomy);
        pixels.free(&roomy);
    }
    // Kept, they would be 4 GB; other tests of this process take some meanwhile.
    let grown = mapped().saturating_sub(before);
    assert!(grown < 2_000_000, "{grown} KB");
}

#[test]
fn blocks_cross_the_line_between_small_and_large_whole() {
    let roomy = Roomy::new();
    let mut block = Block::new(&roomy, 10, 1, 1);
    for size in [16_000, 20_000, 300_000, 16_384, 16_383, 40, 5_000_000, 0] {
        block.resize(&roomy, size);
    }
    block.free(&roomy);
}
