//! The folder of a generation: how a page gets into it, how much it may take, and how it goes.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use super::Again;
use crate::kept::{END, FILES, Page, gzip, order, place};

const SIZE: &str = ".size";

/// What a file or a folder takes of a disk at least, in bytes.
const BLOCK: u64 = 4096;

/// More than the headers of an answer take, in bytes.
const HEAD: u64 = 1 << 10;

/// Blocks that one generation may take: 64 MB, some 2,500 posts, or 900 that web
/// servers send. A visitor who asks for every page of a great blog fills no disk. Two
/// generations are there at most, besides one that is being removed.
const MOST: u64 = 16 << 10;

/// Keeps a page in the folder of its generation: its answer by that name, if it has one, and
/// its files where web servers send them.
pub(super) fn write(
    root: &Path,
    page: &Page<'_>,
    answer: Option<&str>,
    again: Again<'_>,
) -> io::Result<()> {
    let files = if page.generation.files { 3 } else { 1 };
    if !has_room(root, files * (page.length + HEAD).div_ceil(BLOCK))? {
        return Ok(());
    }
    if let Some(name) = answer {
        put(&root.join(name), |new| {
            again(new)?;
            new.write_all(&[END])
        })?;
    }
    match page.generation.files {
        true => write_files(root, page, again),
        false => Ok(()),
    }
}

/// Writes what web servers send.
fn write_files(root: &Path, page: &Page<'_>, again: Again<'_>) -> io::Result<()> {
    let mut folder = root.to_owned();
    for segment in place(page.path).unwrap_or_default() {
        folder.push(segment);
        match DirBuilder::new().mode(0o755).create(&folder) {
            // Another page lies below it, or another program was first.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => made?,
        }
    }
    let mut answer = Vec::new();
    again(&mut answer)?;
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let text = head.map_or(&answer[..], |end| &answer[end + 4..]);
    // Servers make an entity tag of time and size. So the time tells this generation
    // from others within the same second, and one file from the other.
    let micros = crc32fast::hash(page.generation.name().as_bytes()) % 999_990;
    let second = UNIX_EPOCH + Duration::from_secs(page.modified.unsigned_abs());
    for (number, (file, content)) in (0..).zip(FILES.into_iter().zip([text, &gzip(text)])) {
        put(&folder.join(file), |new| {
            new.write_all(content)?;
            new.set_modified(second + Duration::from_micros(u64::from(micros + number)))?;
            // Or a power cut could leave a file of this name with nothing in it. Programs
            // see that by its end; web servers do not.
            new.sync_data()
        })?;
    }
    Ok(())
}

/// Puts a file in its place once it is whole.
pub(super) fn put(file: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let name = file.file_name().unwrap_or_default().display();
    let beside = file.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = create(&beside).and_then(|mut new| {
        fill(&mut new)?;
        fs::rename(&beside, file)
    });
    written.map_err(|error| match fs::remove_file(&beside) {
        // On a full disk each request would leave one. It may not even have been made.
        Ok(()) | Err(_) => error,
    })
}

/// Takes so many blocks of what a generation may take.
fn has_room(root: &Path, blocks: u64) -> io::Result<bool> {
    let mut size = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o644)
        .open(root.join(SIZE))?;
    if size.metadata()?.len() + blocks > MOST {
        return Ok(false);
    }
    size.write_all(&vec![b'.'; usize::try_from(blocks).unwrap_or(0)])?;
    Ok(true)
}

/// Removes the folders of other generations, but for the newest of them: a web server
/// may be about to send a file out of it.
pub(super) fn sweep(kept: &Path, now: &str) -> io::Result<()> {
    let mut others = generations(kept)?;
    others.retain(|(_, name)| name != now);
    others.sort_unstable();
    others.pop();
    for (_, name) in others {
        remove(&kept.join(name))?;
    }
    Ok(())
}

/// The folders of generations, each with its place among them. Whatever else is there
/// is somebody else's.
pub(super) fn generations(kept: &Path) -> io::Result<Vec<((i64, i64), String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(kept)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if let Some(order) =
            order(&name).filter(|_| entry.path().symlink_metadata().is_ok_and(|it| it.is_dir()))
        {
            found.push((order, name));
        }
    }
    Ok(found)
}

/// Removes a folder of ours. One that a slow program still writes into is left to
/// whoever comes next, and so is one that another is removing.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error)
            if !matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty
            ) =>
        {
            Err(error)
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o644)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)
}
