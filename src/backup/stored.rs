//! Gzip that makes nothing smaller (RFC 1951, section 3.2.4): pictures are packed
//! already, and how long this becomes is known before it is written.

use std::io::{self, Write};

use crc32fast::Hasher;

use crate::kept::GZIP_HEAD;

/// What one block holds at the most, in bytes: its length is a number of 16 bits.
const BLOCK: usize = 0xffff;

/// A member of a gzip file that is being written to `out`.
pub struct Stored<W: Write> {
    out: W,
    block: Vec<u8>,
    sum: Hasher,
    length: u64,
}

/// How many bytes a member has for so many that are written into it.
pub const fn length(content: u64) -> u64 {
    let blocks = content.div_ceil(BLOCK as u64);
    let blocks = if blocks == 0 { 1 } else { blocks };
    GZIP_HEAD.len() as u64 + 5 * blocks + content + 8
}

impl<W: Write> Stored<W> {
    /// Begins a member.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn new(mut out: W) -> io::Result<Stored<W>> {
        out.write_all(&GZIP_HEAD)?;
        Ok(Stored {
            out,
            block: Vec::with_capacity(BLOCK),
            sum: Hasher::new(),
            length: 0,
        })
    }

    /// Ends the member. Without it there is no sum, and nobody takes it for whole.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn finish(mut self) -> io::Result<()> {
        self.put(true)?;
        self.out.write_all(&self.sum.finalize().to_le_bytes())?;
        // By its length modulo 2^32, as the format has it.
        self.out.write_all(&(self.length as u32).to_le_bytes())
    }

    fn put(&mut self, last: bool) -> io::Result<()> {
        let size = u16::try_from(self.block.len()).map_err(io::Error::other)?;
        let [low, high] = size.to_le_bytes();
        let head = [u8::from(last), low, high, !low, !high];
        self.out.write_all(&head)?;
        self.out.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

impl<W: Write> Write for Stored<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.block.len() == BLOCK && !bytes.is_empty() {
            self.put(false)?;
        }
        let taken = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        self.sum.update(&bytes[..taken]);
        self.length += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_member_is_as_long_as_was_said_and_reads_back() {
        for size in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 200_000] {
            let content: Vec<u8> = (0..size).map(|byte| byte as u8).collect();
            let mut packed = Vec::new();
            let mut member = Stored::new(&mut packed).unwrap();
            member.write_all(&content).unwrap();
            member.finish().unwrap();
            assert_eq!(packed.len() as u64, length(size as u64), "{size}");
            let mut read = Vec::new();
            let mut reader = flate2::read::GzDecoder::new(&packed[..]);
            reader.read_to_end(&mut read).unwrap();
            assert!(read == content, "{size}");
        }
    }
}
