//! A program's file: how large it is, whether it is static, and what stands where
//! in the memory that it becomes.

use std::fs;
use std::path::Path;

/// An ELF file of 64 bits with the lower byte first.
pub struct Elf {
    file: Vec<u8>,
}

/// Kinds of program header: something to be loaded, and the dynamic loader's name.
const LOAD: u64 = 1;
const INTERPRETER: u64 = 3;

impl Elf {
    /// Reads a file.
    pub fn read(path: &Path) -> Elf {
        let file = fs::read(path).unwrap();
        assert!(
            file.starts_with(b"\x7fELF\x02\x01"),
            "{} is no 64-bit ELF",
            path.display()
        );
        Elf { file }
    }

    /// Its length.
    pub fn size(&self) -> u64 {
        self.file.len() as u64
    }

    /// Whether it starts without a dynamic loader.
    pub fn is_static(&self) -> bool {
        self.headers()
            .all(|header| self.number(header, 4) != INTERPRETER)
    }

    /// The bytes of the file from that place in memory on.
    #[cfg(target_arch = "x86_64")]
    pub fn at(&self, address: u64) -> Option<&[u8]> {
        self.headers().find_map(|header| {
            let field = |offset| self.number(header + offset, 8);
            let (offset, start, length) = (field(8), field(16), field(32));
            let inside = (start..start + length).contains(&address);
            let bytes = offset + (address.wrapping_sub(start))..offset + length;
            (self.number(header, 4) == LOAD && inside)
                .then(|| &self.file[bytes.start as usize..bytes.end as usize])
        })
    }

    /// Where the program headers begin.
    fn headers(&self) -> impl Iterator<Item = usize> {
        let (first, size, count) = (
            self.number(0x20, 8),
            self.number(0x36, 2),
            self.number(0x38, 2),
        );
        (0..count).map(move |number| (first + number * size) as usize)
    }

    fn number(&self, at: usize, bytes: usize) -> u64 {
        let bytes = self.file[at..at + bytes].iter().rev();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
