//! The library and the folder, held against each other.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use rusqlite::{Connection, params};

use crate::error::{Error, Result};
use crate::listing::Moment;
use crate::media::original;
use crate::store::{Desk, now};

/// How the library and the folder differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// Files that the library does not know.
    pub unknown: Vec<String>,
    /// Files of the library that are not there.
    pub missing: Vec<String>,
}

/// Compares them. `desk` is a connection to `desk.db` alone or with others.
///
/// # Errors
/// Whatever keeps the file or the folder from being read.
pub fn compare(desk: &Connection, data: &Path) -> Result<Alike> {
    let there = files(&data.join("media"))
        .map_err(|error| Error::Internal(format!("the folder media/ can't be read: {error}")))?;
    let mut statement = desk.prepare("SELECT file FROM media")?;
    let known = statement.query_map([], |row| row.get::<_, String>(0))?;
    let known = known.collect::<rusqlite::Result<BTreeSet<_>>>()?;
    Ok(Alike {
        unknown: there.difference(&known).cloned().collect(),
        missing: known.difference(&there).cloned().collect(),
    })
}

/// Makes the library agree with the folder, and returns how they differed.
///
/// # Errors
/// Where nothing at all is left of what the library knows: that is a folder which
/// has not been put back, and forgetting it would lose what its files were said to
/// show.
pub fn align(desk: &mut Desk, data: &Path) -> Result<Alike> {
    let alike = compare(&desk.connection, data)?;
    let known: i64 = desk
        .connection
        .query_row("SELECT count(*) FROM media", [], |row| row.get(0))?;
    if known > 1 && alike.missing.len() as i64 == known {
        return Err(Error::Internal(format!(
            "none of the {known} files of the library is in {}: put them back first",
            data.join("media").display()
        )));
    }
    let folder = data.join("media");
    desk.private(|desk| {
        for file in &alike.missing {
            desk.execute("DELETE FROM media WHERE file = ?1", [file])?;
        }
        for file in &alike.unknown {
            let path = folder.join(file);
            let size = imagesize::size(&path).ok();
            let side = |side: usize| i64::try_from(side).unwrap_or(0);
            let (width, height) = size.map_or((0, 0), |size| (side(size.width), side(size.height)));
            let (bytes, added) = about(&path);
            // What the owner put there has a name of its own.
            let name = if crate::media::is_made(file) {
                ""
            } else {
                file
            };
            desk.execute(
                "INSERT INTO media (file, name, bytes, width, height, alt, added)
                 VALUES (?1, ?2, ?3, ?4, ?5, '', ?6) ON CONFLICT (file) DO NOTHING",
                params![file, name, bytes, width, height, added],
            )?;
        }
        Ok(())
    })?;
    Ok(alike)
}

/// A file's length, and when it was changed last.
fn about(path: &Path) -> (i64, Moment) {
    let Ok(known) = fs::metadata(path) else {
        return (0, now());
    };
    let changed = known.modified().ok();
    let since = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let moment = since.and_then(|since| Moment::try_from(since.as_micros()).ok());
    let bytes = i64::try_from(known.len()).unwrap_or(i64::MAX);
    (bytes, moment.unwrap_or_else(now))
}

/// The files below the folder but for those on their way and the narrower copies.
fn files(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![String::new()];
    while let Some(below) = waiting.pop() {
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let kind = entry.file_type()?;
            match kind.is_dir() {
                true => waiting.push(format!("{below}{name}/")),
                false if kind.is_file() => drop(found.insert(format!("{below}{name}"))),
                false => {}
            }
        }
    }
    let copies = |name: &String| {
        let whole = original(name);
        whole != *name && found.contains(&whole)
    };
    let copies: BTreeSet<_> = found.iter().filter(|name| copies(name)).cloned().collect();
    Ok(found.difference(&copies).cloned().collect())
}
