//! The folder of kept pages: how a page gets into it, and how whoever publishes keeps
//! what is out of date from being sent. `crate::kept` says why that is exact.
//!
//! ```text
//! kept/lock                              held by whoever publishes, or makes the link
//! kept/now -> 17.3-64f0-0.1.0            the generation of what is published, or no link
//! kept/17.3-64f0-0.1.0/index.html        the home page, and beside it index.html.gz
//! kept/17.3-64f0-0.1.0/.answer-0.1.0-    the same with its headers, for programs to send
//! kept/17.3-64f0-0.1.0/tags/a+b/...
//! kept/17.3-64f0-0.1.0/.name             the folder's own name: see `begin`
//! kept/17.3-64f0-0.1.0/.size             a byte for each block that is taken
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::mem::ManuallyDrop;
#[cfg(feature = "admin")]
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use super::{BLOG_FILE, comment, read_blog, read_plainly};
#[cfg(feature = "admin")]
use super::{check, explain};
use crate::config::Place;
use crate::error::{Error, Result};
#[cfg(feature = "admin")]
use crate::host::Fact;
use crate::kept::{self, FILES, Generation, Page, below, gzip, order};
use crate::listing::Moment;
use crate::path;
use crate::turn::{self, Turn};

/// The folder, beside the blog's files. All in it is derived, and may be deleted
/// at any time.
pub const FOLDER: &str = "kept";

/// The link to the generation that is published.
pub const LINK: &str = "now";

const LOCK: &str = "lock";
const NAME: &str = ".name";
const SIZE: &str = ".size";

/// What a file or a folder takes of a disk at least, in bytes.
const BLOCK: u64 = 4096;

/// Blocks that one generation may take: 128 MB, some 2,500 posts. A visitor who
/// asks for every page of a great blog fills no disk. Two generations are there at most,
/// besides one that is being removed.
const MOST: u64 = 32 << 10;

/// The time in which nothing becomes a kept page. It ends when it is dropped, or with
/// the process.
#[derive(Debug)]
pub struct Quiet(#[allow(dead_code, reason = "holding it is its use")] Turn);

/// What is published, as a program finds it that is about to render a page. Nothing where
/// the disk does not say: taken for no change, it would name an older generation.
pub(super) fn generation(place: &Place, seq: i64, changed: Moment) -> Option<Generation> {
    Some(Generation {
        seq,
        comments: comment::changes(place)?,
        changed,
    })
}

/// Has the web server send no kept page from now on. Whoever changes what is
/// published asks for it before the change is final, and holds it until then. `None`
/// where no pages are kept.
///
/// # Errors
/// 503 where the link can't be removed: a change that kept pages do not show must not be
/// made.
pub fn hush(data: &Path) -> Result<Option<Quiet>> {
    let kept = data.join(FOLDER);
    let failed = |error: io::Error| {
        Error::Unavailable(format!(
            "{}: {error}. Pages that are kept there would go on showing what was before, so nothing \
             was changed: give the folder to the user who owns {BLOG_FILE}, or delete it",
            kept.display()
        ))
    };
    let turn = match turn::take(&kept.join(LOCK)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        turn => turn.map_err(failed)?,
    };
    match fs::remove_file(kept.join(LINK)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        // One that is gone may have been removed by somebody who was killed just then.
        Ok(()) | Err(_) => {}
    }
    // Or a power cut would bring it back, after the change that it does not show.
    File::open(&kept)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)?;
    Ok(Some(Quiet(turn)))
}

/// The answer that was kept for an address, headers and all. The link is followed once, by
/// the call that opens the file: what it led to then was published when this visitor was
/// already waiting. To read it and write it costs less than `sendfile`, which sets a pipe of
/// its own up for each process (`tests/load/NOTES.md`).
pub fn find(place: &Place, path: &path::Path) -> Option<Vec<u8>> {
    let (data, base) = place.data.as_deref().zip(place.reached.base.as_deref())?;
    kept::place(path)?;
    let name = kept::answer(base)?;
    let mut file = data.as_os_str().to_owned();
    for part in ["/", FOLDER, "/", LINK, path.as_str(), &name] {
        file.push(part);
    }
    fs::read(file).ok()
}

/// Keeps a page that was rendered in this process, which reads nothing more, by the answer
/// that was sent. Where what is published has changed since, it is not kept.
///
/// # Errors
/// Whatever keeps the files from being written. The page itself was answered.
pub fn keep(place: &Place, page: &Page<'_>, answer: &[u8]) -> io::Result<()> {
    let Some(data) = place.data.as_deref() else {
        return Ok(());
    };
    // Closing any descriptor of a file ends all locks that a process has on it (POSIX,
    // fcntl): whoever waits to write need not wait for the disk as well.
    drop(File::open(data.join(BLOG_FILE))?);
    let kept = data.join(FOLDER);
    let name = page.generation.name();
    let now = fs::read_to_string(kept.join(LINK).join(NAME)).unwrap_or_default();
    let is_now = now.trim_end() == name;
    let kept = || -> io::Result<()> {
        if is_now || begin(place, data, &kept, &page.generation)? {
            let own = place.reached.base.as_deref().and_then(kept::answer);
            write(&kept.join(&name), &name, page, answer, own)?;
        }
        Ok(())
    };
    match kept() {
        // There is no folder for kept pages, or so much was published meanwhile that the
        // one of this generation is gone.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        kept => kept,
    }
}

/// Writes the files of a page into the folder of its generation.
fn write(
    root: &Path,
    name: &str,
    page: &Page<'_>,
    answer: &[u8],
    own: Option<String>,
) -> io::Result<()> {
    let folder = below(root, &page.place);
    if folder.join(FILES[1]).exists() {
        return Ok(());
    }
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let text = head.map_or(answer, |end| &answer[end + 4..]);
    let packed = gzip(text);
    let own = own.as_deref().map(|name| (name, answer));
    let files: Vec<(&str, &[u8])> = own
        .into_iter()
        .chain(FILES.into_iter().zip([text, &packed]))
        .collect();
    let blocks = |(_, bytes): &(&str, &[u8])| (bytes.len() as u64).div_ceil(BLOCK);
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
    for (number, (file, content)) in (0..).zip(files) {
        let second = Duration::from_secs(page.modified.unsigned_abs());
        let time = UNIX_EPOCH + second + Duration::from_micros(micros + number);
        let beside = folder.join(format!(".{file}.{}", std::process::id()));
        let mut new = create(&beside)?;
        new.write_all(content)?;
        new.set_modified(time)?;
        // Or a power cut could leave a file of this name with nothing in it.
        new.sync_data()?;
        fs::rename(&beside, folder.join(file))?;
    }
    Ok(())
}

/// Makes the folder of a generation and the link to it, if it is what is published.
fn begin(place: &Place, data: &Path, kept: &Path, generation: &Generation) -> io::Result<bool> {
    // Whoever has the lock is about to publish, or does the same.
    let turn = turn::take_at_once(&kept.join(LOCK))?;
    if turn.is_none() || published(place, data) != Some(*generation) {
        return Ok(false);
    }
    let name = generation.name();
    let folder = kept.join(&name);
    match DirBuilder::new().mode(0o755).create(&folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => made?,
    }
    // Web servers read which folder it is through the link, and then take the file out of
    // that: with the link in its path, a file would be missing where the link is
    // removed after they looked, and lighttpd sends for the rest of a second what it
    // found by a path before.
    let beside = folder.join(format!(".{}", std::process::id()));
    create(&beside)?.write_all(format!("{name}\n").as_bytes())?;
    fs::rename(&beside, folder.join(NAME))?;
    let beside = kept.join(".now");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    symlink(&name, &beside)?;
    fs::rename(&beside, kept.join(LINK))?;
    drop(turn);
    sweep(kept, &name)?;
    Ok(true)
}

/// What is published, if its pages may be kept. Whoever has the lock asks, so that it
/// stays so. A file that has to be mended first is left to whoever answers a request.
fn published(place: &Place, data: &Path) -> Option<Generation> {
    let plainly = read_plainly(data, place).ok();
    let blog = plainly.or_else(|| read_blog(data, place).ok())?;
    let kept = blog.site.version.kept;
    drop(ManuallyDrop::into_inner(blog.connection));
    kept
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
fn sweep(kept: &Path, now: &str) -> io::Result<()> {
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
fn generations(kept: &Path) -> io::Result<Vec<((i64, i64), String)>> {
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
fn remove(folder: &Path) -> io::Result<()> {
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

/// Makes the folder for kept pages. It may be there, or be a link to where the web
/// server can read it.
///
/// # Errors
/// Whatever keeps it from being made.
pub fn prepare(data: &Path) -> Result<()> {
    let kept = data.join(FOLDER);
    let made = match fs::create_dir(&kept) {
        // The web server's user may be another one, and what is in it is public.
        Ok(()) => fs::set_permissions(&kept, Permissions::from_mode(0o755)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    made.map_err(|error| Error::Internal(format!("{}: {error}", kept.display())))
}

/// Removes all kept pages, once none are to be kept any longer.
///
/// # Errors
/// Whatever keeps them from being removed.
pub fn clear(data: &Path) -> Result<()> {
    let kept = data.join(FOLDER);
    let cleared = match generations(&kept) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) => found
            .into_iter()
            .try_for_each(|(_, name)| remove(&kept.join(name))),
    };
    cleared.map_err(|error| Error::Internal(format!("{}: {error}", kept.display())))
}

/// Whether pages are kept, and can be.
///
/// # Errors
/// Whatever keeps `blog.db` from being read.
#[cfg(feature = "admin")]
pub fn look(data: &Path) -> Result<Fact> {
    let path = data.join(BLOG_FILE);
    let sql = "SELECT keep, base_url = '', links = 'plain', next_due IS NOT NULL FROM site";
    let row = check::open(&path).and_then(|blog| {
        blog.query_row(sql, [], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })
    });
    let [keep, nowhere, plain, waiting]: [bool; 4] = row.map_err(|error| explain(&error, &path))?;
    let kept = data.join(FOLDER);
    let owner = |path: &Path| fs::metadata(path).map(|found| found.uid()).ok();
    Ok(if !keep {
        Fact::well("a program makes each page: none are kept as files")
    } else if nowhere {
        Fact::bad(
            "pages can't be kept as files while it is unknown where the blog is: \
             `mayfly settings base-url=https://...`",
        )
    } else if plain {
        Fact::bad(
            "pages can't be kept as files with plain links: `mayfly settings links=auto`, or \
             `keep-pages=off`",
        )
    } else if !kept.is_dir() {
        Fact::bad(
            "kept/ is missing, so no pages are kept as files: `mayfly settings keep-pages=on` makes it",
        )
    } else if owner(&kept) != owner(&path) {
        Fact::bad(format!(
            "kept/ does not belong to the owner of {BLOG_FILE}, so no pages are kept as files: run \
             `chown -R --reference={BLOG_FILE} kept/` in the data directory"
        ))
    } else if waiting {
        Fact::well("pages are kept as files again once what is scheduled is public")
    } else {
        match fs::read_link(kept.join(LINK)) {
            Ok(name) => Fact::well(format!(
                "pages are kept as files in kept/{}",
                name.display()
            )),
            Err(_) => Fact::well("pages are kept as files from the next request on"),
        }
    })
}
