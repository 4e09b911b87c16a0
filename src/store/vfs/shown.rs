//! What SQLite is shown of the schema on the first page of the file.

use std::ops::Range;

use super::schema;

/// Leaves no rows in the schema but those of some tables and their indexes, and of a
/// table no more text than it takes to read it. SQLite parses each row there is, which
/// for all of them takes three times as long as all the rest of a 304. The rows are
/// on the first page of the file (the format is fixed,
/// https://sqlite.org/fileformat2.html, 1.6 and 2.6): the list of where they begin is
/// shortened, and so are they, each in its place. A page that is not as expected
/// stays as it is.
pub(super) fn only(page: &mut [u8], tables: &[&str]) {
    const LEAF: u8 = 0x0d;
    const CELLS: usize = 108;
    let pair = |page: &[u8], at: usize| {
        let bytes = page.get(at..at + 2)?;
        Some(usize::from(bytes[0]) << 8 | usize::from(bytes[1]))
    };
    let list = |page: &[u8]| {
        let cells = (0..pair(page, 103)?).map(|cell| {
            let at = pair(page, CELLS + 2 * cell)?;
            Row::at(page, at).map(|row| (at, row))
        });
        cells.collect::<Option<Vec<_>>>()
    };
    let Some(cells) = list(page).filter(|_| page[100] == LEAF) else {
        return;
    };
    let mut count = 0;
    for (at, row) in cells {
        let own = page.get(row.table.clone()).unwrap_or_default();
        let mut shown = tables.iter().chain(&schema::HINTS);
        if !shown.any(|table| equal(table.as_bytes(), own)) {
            continue;
        }
        page[CELLS + 2 * count] = (at >> 8) as u8;
        page[CELLS + 2 * count + 1] = at as u8;
        count += 1;
        row.shorten(page);
    }
    page[103] = (count >> 8) as u8;
    page[104] = count as u8;
}

/// A number as SQLite writes it, seven bits a byte, and where it stands.
struct Number {
    value: usize,
    place: Range<usize>,
}

impl Number {
    fn at(page: &[u8], start: usize) -> Option<Number> {
        let mut value = 0_usize;
        for (length, byte) in page.get(start..)?.iter().take(9).enumerate() {
            value = value << 7 | usize::from(byte & 0x7f);
            if *byte < 0x80 {
                let place = start..start + length + 1;
                return Some(Number { value, place });
            }
        }
        None
    }

    /// Puts a smaller number in its place, with zeroes before it.
    fn replace(&self, page: &mut [u8], mut value: usize) {
        let last = self.place.end - 1;
        for at in self.place.clone().rev() {
            page[at] = (value & 0x7f) as u8 | if at == last { 0 } else { 0x80 };
            value >>= 7;
        }
    }
}

/// A row of the schema: what is read of it here.
struct Row {
    /// How long it is.
    length: Number,
    /// What its last column is, by which is told how long that is.
    kind: Number,
    /// The third column: the table that it belongs to.
    table: Range<usize>,
    /// The last: the text that made it. An index that a table brings along has none.
    text: Range<usize>,
}

impl Row {
    fn at(page: &[u8], cell: usize) -> Option<Row> {
        let length = Number::at(page, cell)?;
        let id = Number::at(page, length.place.end)?;
        let columns = Number::at(page, id.place.end)?;
        let mut next = columns.place.end;
        let mut kind = || {
            let kind = Number::at(page, next)?;
            next = kind.place.end;
            Some(kind)
        };
        let text = |kind: &Number| kind.value.checked_sub(13).map(|twice| twice / 2);
        let (sort, name, table, root, sql) = (kind()?, kind()?, kind()?, kind()?, kind()?);
        // What is not a text is a number of so many bytes, which the root is, or NULL.
        let number = |kind: &Number| (kind.value <= 4).then_some(kind.value);
        let start = columns.place.start + columns.value + text(&sort)? + text(&name)?;
        let behind = start.checked_add(text(&table)?)?;
        let sql_start = behind + number(&root)?;
        let sql_end = match sql.value {
            0 => sql_start,
            _ => sql_start.checked_add(text(&sql)?)?,
        };
        // A longer row goes on in another page, and stays as it is.
        let whole = sql_end == columns.place.start.checked_add(length.value)?;
        let text = match whole && sql_end <= page.len() {
            true => sql_start..sql_end,
            false => 0..0,
        };
        Some(Row {
            length,
            kind: sql,
            table: start..behind,
            text,
        })
    }

    /// Puts the short text of a table in its place, if it has the one that belongs to it.
    fn shorten(&self, page: &mut [u8]) {
        let stored = &page[self.text.clone()];
        let known = schema::TABLES
            .iter()
            .find(|table| equal(table.stored.as_bytes(), stored));
        let Some(table) = known.filter(|table| table.short.len() <= stored.len()) else {
            return;
        };
        let (start, length) = (self.text.start, table.short.len());
        let spared = self.text.len() - length;
        page[start..start + length].copy_from_slice(table.short.as_bytes());
        self.kind.replace(page, self.kind.value - 2 * spared);
        self.length.replace(page, self.length.value - spared);
    }
}

/// Whether two texts are the same, eight bytes at a time: musl's memcmp takes one.
fn equal(one: &[u8], other: &[u8]) -> bool {
    let ((ones, end), (others, other_end)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let number = |bytes: &[u8; 8]| u64::from_ne_bytes(*bytes);
    one.len() == other.len()
        && ones
            .iter()
            .zip(others)
            .all(|(one, other)| number(one) == number(other))
        && end == other_end
}
