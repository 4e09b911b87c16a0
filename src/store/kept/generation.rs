//! The folder of a generation: how a page gets into it, how much it may take, and how it goes.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use crate::kept::{END, FILES, Page, below, gzip, order};

const SIZE: &str = ".size";

/// What a file or a folder takes of a disk at least, in bytes.
const BLOCK: u64 = 4096;

/// Blocks that one generation may take: 64 MB, some 2,500 posts, or a thousand that web
/// servers send. A visitor who asks for every page of a great blog fills no disk. Two
/// generations are there at most, besides one that is being removed.
const MOST: u64 = 16 << 10;

/// Writes the files of a page into the folder of its generation.
pub(super) fn write(
    root: &Path,
    name: &str,
    page: &Page<'_>,
    answer: &[u8],
    own: Option<String>,
) -> io::Result<()> {
    let folder = below(root, &page.place);
    let whole = [answer, &[END]].concat();
    let mut files = Vec::from_iter(own.as_deref().map(|own| (own, whole)));
    if page.generation.files {
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let text = head.map_or(answer, |end| &answer[end + 4..]);
        files.extend(FILES.into_iter().zip([text.to_owned(), gzip(text)]));
    }
    // Somebody else may have been first. What a power cut left is shorter.
    let length = |name: &str| fs::metadata(folder.join(name)).map_or(0, |found| found.len());
    files.retain(|(name, content)| length(name) != content.len() as u64);
    if files.is_empty() {
        return Ok(());
    }
    let blocks = |(_, bytes): &(&str, Vec<u8>)| (bytes.len() as u64).div_ceil(BLOCK);
    let blocks = files.iter().map(blocks).sum::<u64>() + page.place.len() as u64;
    if !has_room(root, blocks)? {
        return Ok(());
    }
    let mut step = root.to_owned();
    for segment in &page.place {
        step.push(segment);
        match DirBuilder::new().mode(0o755).create(&step) {
            // Another program was first.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => made?,
        }
    }
    // Servers make an entity tag of time and size. So the time tells this generation
    // from others within the same second, and one file from the other.
    let micros = u64::from(crc32fast::hash(name.as_bytes()) % 999_990);
    let second = UNIX_EPOCH + Duration::from_secs(page.modified.unsigned_abs());
    for (file, content) in files {
        put(&folder.join(file), &content, |new| {
            if let Some(number) = (0..).zip(FILES).find(|(_, known)| *known == file) {
                new.set_modified(second + Duration::from_micros(micros + number.0))?;
                // Or a power cut could leave a file of this name with nothing in it. Programs
                // see that by its end; web servers do not.
                new.sync_data()?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Puts a file in its place once it is whole.
pub(super) fn put(
    file: &Path,
    content: &[u8],
    settle: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let name = file.file_name().unwrap_or_default().display();
    let beside = file.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = create(&beside).and_then(|mut new| {
        new.write_all(content)?;
        settle(&new)?;
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
