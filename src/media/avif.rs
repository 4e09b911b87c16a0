//! An AVIF, kept as it is but for what is no picture in it. It can't be decoded here,
//! but its own table of contents tells which bytes are pixels (ISO/IEC 14496-12,
//! section 8.11; ISO/IEC 23008-12): every other byte of the data is made a zero where
//! it stands, so that no offset changes. Exif and where it was taken are among them,
//! and so is whatever was hidden behind a picture. Browsers heed the rotation that
//! the format itself has, and never the one in Exif.
//!
//! What is not understood is not taken.

use std::ops::Range;

/// The kinds of item that are drawn: AV1, and what puts several of them together.
const DRAWN: [&[u8; 4]; 5] = [b"av01", b"grid", b"iovl", b"iden", b"tmap"];

/// The boxes that may stand in the table of contents.
const TABLE: [&[u8; 4]; 9] = [
    b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"idat", b"grpl", b"dinf",
];

/// A box: its type, where it begins, and where its content is.
struct Found {
    kind: [u8; 4],
    start: usize,
    content: Range<usize>,
}

/// The file without metadata, or `None` where it is damaged, moves, or has something
/// in its table that is not known.
pub fn cleaned(file: &[u8]) -> Option<Vec<u8>> {
    let top = boxes(file, 0..file.len())?;
    let mut clean = file.to_vec();
    let mut data = Vec::new();
    let mut table = None;
    for found in &top {
        match &found.kind {
            b"ftyp" => {}
            b"meta" if table.is_none() => table = Some(found.content.clone()),
            b"mdat" => data.push(found.content.clone()),
            // A film, or a second table that a reader might take for the first.
            b"moov" | b"moof" | b"meta" => return None,
            _ => blank(&mut clean, found)?,
        }
    }
    // A version and flags come first.
    let table = table.filter(|table| table.len() >= 4)?;
    let parts = boxes(file, table.start + 4..table.end)?;
    for found in parts.iter().filter(|found| !TABLE.contains(&&found.kind)) {
        blank(&mut clean, found)?;
    }
    let part = |kind: &[u8; 4]| {
        let mut of_kind = parts.iter().filter(|found| found.kind == *kind);
        let first = of_kind.next().map(|found| found.content.clone());
        first.filter(|_| of_kind.next().is_none())
    };
    let drawn = drawn(file, part(b"iinf")?)?;
    let inside = part(b"idat");
    data.extend(inside.clone());
    let kept = places(
        file,
        part(b"iloc")?,
        &drawn,
        inside.map(|range| range.start),
    )?;
    if kept.is_empty()
        || !kept
            .iter()
            .all(|kept| data.iter().any(|data| holds(data, kept)))
    {
        return None;
    }
    for data in data {
        let mut at = data.start;
        let mut within: Vec<_> = kept.iter().filter(|kept| holds(&data, kept)).collect();
        within.sort_by_key(|kept| kept.start);
        for kept in within {
            clean.get_mut(at..kept.start.max(at))?.fill(0);
            at = at.max(kept.end);
        }
        clean.get_mut(at..data.end)?.fill(0);
    }
    Some(clean)
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Turns a box into free space of the same length.
fn blank(file: &mut [u8], found: &Found) -> Option<()> {
    file.get_mut(found.start + 4..found.start + 8)?
        .copy_from_slice(b"free");
    file.get_mut(found.content.clone())?.fill(0);
    Some(())
}

/// The boxes in a range, which they have to fill.
fn boxes(file: &[u8], range: Range<usize>) -> Option<Vec<Found>> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let mut head = Fields(file.get(at..range.end)?);
        let size = head.number(4)?;
        let kind = head.take(4)?.try_into().ok()?;
        let (before, length) = match size {
            // One that goes on to the end of the file.
            0 => (8, range.end - at),
            1 => (16, usize::try_from(head.number(8)?).ok()?),
            size => (8, usize::try_from(size).ok()?),
        };
        let end = at.checked_add(length).filter(|&end| end <= range.end)?;
        found.push(Found {
            kind,
            start: at,
            content: (length >= before).then(|| at + before..end)?,
        });
        at = end;
    }
    Some(found)
}

/// The numbers of the items that are drawn.
fn drawn(file: &[u8], items: Range<usize>) -> Option<Vec<u64>> {
    let mut head = Fields(file.get(items.clone())?);
    let version = head.number(4)? >> 24;
    let counted = if version == 0 { 2 } else { 4 };
    let count = head.number(counted)?;
    let entries = boxes(file, items.start + 4 + counted..items.end)?;
    let mut drawn = Vec::new();
    for entry in &entries {
        let mut fields = Fields(file.get(entry.content.clone())?);
        let number = match fields.number(4)? >> 24 {
            2 => fields.number(2)?,
            3 => fields.number(4)?,
            _ => return None,
        };
        // Two bytes say whether it is encrypted, which nothing here could show.
        let known = entry.kind == *b"infe" && fields.number(2)? == 0;
        let kind = fields.take(4).filter(|_| known)?;
        if DRAWN.iter().any(|drawn| drawn[..] == *kind) {
            drawn.push(number);
        }
    }
    (entries.len() as u64 == count).then_some(drawn)
}

/// Where the drawn items lie in the file; `inside` is where the table's own data is.
fn places(
    file: &[u8],
    table: Range<usize>,
    drawn: &[u64],
    inside: Option<usize>,
) -> Option<Vec<Range<usize>>> {
    let mut fields = Fields(file.get(table)?);
    let version = fields.number(4)? >> 24;
    let sizes = usize::try_from(fields.number(2)?).ok()?;
    let nibble = |shift: usize| (sizes >> shift) & 15;
    let (offset, length, base) = (nibble(12), nibble(8), nibble(4));
    let index = if version == 0 { 0 } else { nibble(0) };
    let wide = if version < 2 { 2 } else { 4 };
    let count = fields.number(wide)?;
    let mut places = Vec::new();
    for _ in 0..count {
        let number = fields.number(wide)?;
        let method = if version == 0 {
            0
        } else {
            fields.number(2)? & 15
        };
        // Data in another file is none of this one's.
        let here = fields.number(2)? == 0;
        let base = fields.number(base)?;
        for _ in 0..fields.number(2)? {
            fields.number(index)?;
            let start = base.checked_add(fields.number(offset)?)?;
            let length = fields.number(length)?;
            if !drawn.contains(&number) {
                continue;
            }
            let start = match method {
                0 => usize::try_from(start).ok()?,
                1 => inside?.checked_add(usize::try_from(start).ok()?)?,
                _ => return None,
            };
            // A length of nothing stands for everything, metadata too.
            let length = usize::try_from(length).ok().filter(|&length| length > 0)?;
            places.push(start..start.checked_add(length)?);
        }
        if !here {
            return None;
        }
    }
    Some(places)
}

/// Fields one behind the other, their numbers big-endian.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(bytes)?;
        self.0 = left;
        Some(taken)
    }

    fn number(&mut self, bytes: usize) -> Option<u64> {
        let digits = self.take(bytes)?.iter();
        (bytes <= 8).then(|| digits.fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }
}
