//! The folder of kept pages: how a page gets into it, and how whoever publishes keeps
//! what is out of date from being sent. `crate::kept` says why that is exact.
//!
//! ```text
//! kept/lock                              held by whoever publishes, or makes the link
//! kept/now -> 17.3-64f0-0.1.0            the generation of what is published, or no link
//! kept/17.3-64f0-0.1.0/answer-...=!tags! a page with its headers, for programs to send
//! kept/17.3-64f0-0.1.0/tags/index.html   where a web server sends it, and index.html.gz too
//! kept/17.3-64f0-0.1.0/.name             the folder's own name: see `begin`
//! kept/17.3-64f0-0.1.0/.size             a byte for each block that is taken
//! ```

mod generation;

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::mem::ManuallyDrop;
#[cfg(feature = "admin")]
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::Path;

use super::{BLOG_FILE, comment, read_blog, read_plainly};
#[cfg(feature = "admin")]
use super::{check, explain};
use crate::config::Place;
use crate::error::{Error, Result};
#[cfg(feature = "admin")]
use crate::host::Fact;
use crate::kept::{self, END, Generation, Keep, Page, Stamp};
use crate::listing::Moment;
use crate::path;
use crate::turn::{self, Turn};
use generation::{generations, put, remove, sweep, write};

/// The folder, beside the blog's files. All in it is derived, and may be deleted
/// at any time.
pub const FOLDER: &str = "kept";

/// The link to the generation that is published.
pub const LINK: &str = "now";

const LOCK: &str = "lock";
const NAME: &str = ".name";

/// The time in which nothing becomes a kept page. It ends when it is dropped, or with
/// the process.
#[derive(Debug)]
pub struct Quiet(#[allow(dead_code, reason = "holding it is its use")] Turn);

/// What is published, as a program finds it that is about to render a page. Nothing where
/// the disk does not say: taken for no change, it would name an older generation.
pub(super) fn generation(
    place: &Place,
    seq: i64,
    changed: Moment,
    keep: Keep,
) -> Option<Generation> {
    Some(Generation {
        seq,
        comments: comment::changes(place)?,
        changed,
        files: keep == Keep::Files,
    })
}

/// Which file the blog is. Asked before it is opened: should another come into its place
/// meanwhile, what is kept goes by the name of the one that is gone.
pub fn stamp(place: &Place) -> Option<Stamp> {
    let found = fs::metadata(place.data.as_deref()?.join(BLOG_FILE));
    found.ok().map(|found| Stamp::of(&found))
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
    let name = kept::answer(place.stamp?, base, path)?;
    let mut file = data.as_os_str().to_owned();
    for part in ["/", FOLDER, "/", LINK, "/", &name] {
        file.push(part);
    }
    let mut answer = fs::read(file).ok()?;
    (answer.pop() == Some(END)).then_some(answer)
}

/// Writes an answer that was sent once more, to where it is kept.
pub type Again<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Keeps a page that was rendered in this process, which reads nothing more, by the answer
/// that was sent. Where what is published has changed since, it is not kept.
///
/// # Errors
/// Whatever keeps the files from being written. The page itself was answered.
pub fn keep(place: &Place, page: &Page<'_>, again: Again<'_>) -> io::Result<()> {
    let Some(data) = place.data.as_deref() else {
        return Ok(());
    };
    // Closing any descriptor of a file ends all locks that a process has on it (POSIX,
    // fcntl): whoever waits to write need not wait for the disk as well.
    drop(File::open(data.join(BLOG_FILE))?);
    let kept = data.join(FOLDER);
    let name = page.generation.name();
    let own = place.stamp.zip(place.reached.base.as_deref());
    let own = own.and_then(|(stamp, base)| kept::answer(stamp, base, page.path));
    let write = || write(&kept.join(&name), page, own.as_deref(), again);
    let is_now = fs::read_link(kept.join(LINK)).is_ok_and(|now| now.as_os_str() == &*name);
    let kept = || {
        if is_now {
            match write() {
                // Somebody has deleted what the link leads to.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                written => return written,
            }
        }
        match begin(place, data, &kept, &page.generation)? {
            true => write(),
            false => Ok(()),
        }
    };
    match kept() {
        // There is no folder for kept pages, or so much was published meanwhile that the
        // one of this generation is gone.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        kept => kept,
    }
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
    put(&folder.join(NAME), |new| {
        new.write_all(format!("{name}\n").as_bytes())
    })?;
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
            let facts = [row.get(1)?, row.get(2)?, row.get(3)?];
            Ok((Keep::stored(row.get(0)?), facts))
        })
    });
    let (keep, [nowhere, plain, waiting]): (_, [bool; 3]) =
        row.map_err(|error| explain(&error, &path))?;
    // Answers are kept where they can be; who wants files has set a web server up for them.
    let lacking: fn(String) -> Fact = match keep {
        Keep::Files => Fact::bad,
        Keep::On | Keep::Off => Fact::odd,
    };
    let kept = data.join(FOLDER);
    let owner = |path: &Path| fs::metadata(path).map(|found| found.uid()).ok();
    Ok(if keep == Keep::Off {
        Fact::well("a program makes each page anew: none are kept")
    } else if nowhere {
        lacking(
            "no pages are kept while it is unknown where the blog is: \
             `mayfly settings base-url=https://...`"
                .to_owned(),
        )
    } else if plain {
        lacking(
            "no pages are kept with plain links: `mayfly settings links=auto`, or `keep-pages=off`"
                .to_owned(),
        )
    } else if !kept.is_dir() {
        lacking(format!(
            "kept/ is missing, so no pages are kept: `mayfly settings keep-pages={}` makes it",
            keep.name()
        ))
    } else if owner(&kept) != owner(&path) {
        lacking(format!(
            "kept/ does not belong to the owner of {BLOG_FILE}, so no pages are kept: run \
             `chown -R --reference={BLOG_FILE} kept/` in the data directory"
        ))
    } else if waiting {
        Fact::well("pages are kept again once what is scheduled is public")
    } else {
        let files = match keep {
            Keep::Files => ", also as files for the web server",
            Keep::On | Keep::Off => "",
        };
        match fs::read_link(kept.join(LINK)) {
            Ok(name) => Fact::well(format!("pages are kept in kept/{}{files}", name.display())),
            Err(_) => Fact::well(format!("pages are kept from the next request on{files}")),
        }
    })
}
