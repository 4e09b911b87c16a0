//! The archive of a backup: the blog's files and `media/` in a .tar.gz, which
//! any other program can read as well.
//!
//! It has two gzip members, one behind the other (RFC 1952, section 2.2): the blog's
//! files, packed; then the uploads as they are, and the end of the archive. So uploads
//! can be added to an archive while somebody downloads it, by another second member.

use std::fs::{self, File, Permissions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, Builder, EntryType, Header};
use tempfile::TempDir;
use walkdir::WalkDir;

use super::stored::{self, Stored};
use super::{Progress, failed, no_room};
use crate::error::{Error, Result};
use crate::store::backup::FILES;

const MEDIA: &str = "media";

/// What an entry of an archive is filled up to a multiple of, in bytes.
const GRAIN: u64 = 512;

/// What ends an archive: two entries of zeros.
const END: [u8; 1024] = [0; 1024];

/// A folder for files that are not ready, gone when it is let go of. Drafts lie
/// in it, so only its owner may enter.
///
/// # Errors
/// Whatever keeps it from being made.
pub fn workplace(prefix: &str, folder: &Path) -> Result<TempDir> {
    let mut place = tempfile::Builder::new();
    place
        .prefix(prefix)
        .permissions(Permissions::from_mode(0o700));
    place.tempdir_in(folder).map_err(failed(folder))
}

/// The uploads of a blog, as they were found: what goes behind its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uploads {
    /// Where each is, its path below the folder of uploads, and its length in bytes.
    files: Vec<(PathBuf, PathBuf, u64)>,
}

impl Uploads {
    /// Finds all below a folder.
    ///
    /// # Errors
    /// Whatever keeps the folder from being read.
    pub fn find(folder: &Path) -> Result<Uploads> {
        let mut files = Vec::new();
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.map_err(|error| failed(folder)(error.into()))?;
            let below = entry.path().strip_prefix(folder);
            if let (true, Ok(below)) = (entry.file_type().is_file(), below) {
                let size = entry
                    .metadata()
                    .map_err(|e| failed(entry.path())(e.into()))?
                    .len();
                let path = entry.path().to_owned();
                files.push((path, Path::new(MEDIA).join(below), size));
            }
        }
        Ok(Uploads { files })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.files.len()
    }

    /// How long they are together, in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, _, size)| size).sum()
    }

    /// How long the second member of an archive becomes with them, in bytes.
    ///
    /// # Errors
    /// A name that no archive can have.
    pub fn length(&self) -> io::Result<u64> {
        let mut content = END.len() as u64;
        for (_, name, size) in &self.files {
            let mut head = Vec::new();
            // A long name takes more than one entry.
            open_ended(&mut head, |archive| {
                archive.append_data(&mut Header::new_gnu(), name, io::empty())
            })?;
            content += head.len() as u64 + size.next_multiple_of(GRAIN);
        }
        Ok(stored::length(content))
    }

    /// Writes the second member.
    ///
    /// # Errors
    /// An upload that was deleted since they were found, and whatever the writer says.
    pub fn send(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut member = Stored::new(out)?;
        for (path, name, size) in &self.files {
            let upload = File::open(path)?;
            let mut head = header(&upload, *size)?;
            // One that somebody makes shorter meanwhile is filled up, as tar does.
            let upload = upload.chain(io::repeat(0)).take(*size);
            open_ended(&mut member, |archive| {
                archive.append_data(&mut head, name, upload)
            })?;
        }
        member.write_all(&END)?;
        member.finish()
    }
}

/// The head of an entry for a file, of which so many bytes are taken.
fn header(file: &File, size: u64) -> io::Result<Header> {
    let mut header = Header::new_gnu();
    header.set_metadata(&file.metadata()?);
    header.set_size(size);
    Ok(header)
}

/// Adds to an archive without ending it.
fn open_ended<W: Write>(
    out: &mut W,
    add: impl FnOnce(&mut Builder<Open<'_, W>>) -> io::Result<()>,
) -> io::Result<()> {
    let mut archive = Builder::new(Open(Some(out)));
    let added = add(&mut archive);
    // The builder ends an archive whenever it is let go of.
    archive.get_mut().0 = None;
    added
}

/// A writer that can be taken away.
struct Open<'a, W>(Option<&'a mut W>);

impl<W: Write> Write for Open<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Some(out) => out.write(bytes),
            None => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The second member of an archive without uploads, to the letter.
///
/// # Errors
/// None but for want of memory.
pub fn plain_end() -> io::Result<Vec<u8>> {
    let mut end = Vec::new();
    Uploads::default().send(&mut end)?;
    Ok(end)
}

/// Packs the files that lie in `copy`, and uploads if there are any.
///
/// # Errors
/// Whatever keeps a file from being read or the archive from being written.
pub fn pack(
    copy: &Path,
    uploads: &Uploads,
    into: &Path,
    progress: &mut Progress<'_>,
) -> Result<()> {
    write(copy, uploads, into, progress).map_err(failed(into))
}

fn write(
    copy: &Path,
    uploads: &Uploads,
    into: &Path,
    progress: &mut Progress<'_>,
) -> io::Result<()> {
    let mut file = File::options();
    let file = file.write(true).create_new(true).mode(0o600).open(into)?;
    let mut out = BufWriter::new(file);
    let mut packed = GzEncoder::new(&mut out, Compression::default());
    for name in FILES {
        let file = File::open(copy.join(name))?;
        let size = file.metadata()?.len();
        let mut head = header(&file, size)?;
        let content = Watched::new(file, "packing", size, progress);
        open_ended(&mut packed, |archive| {
            archive.append_data(&mut head, name, content)
        })?;
    }
    packed.finish()?;
    uploads.send(&mut out)?;
    out.flush()?;
    out.get_ref().sync_all()
}

/// A reader that tells how far it is.
struct Watched<'a, 'p, R> {
    inner: R,
    what: &'static str,
    read: u64,
    whole: u64,
    progress: &'a mut Progress<'p>,
}

impl<'a, 'p, R> Watched<'a, 'p, R> {
    fn new(inner: R, what: &'static str, whole: u64, progress: &'a mut Progress<'p>) -> Self {
        Watched {
            inner,
            what,
            read: 0,
            whole,
            progress,
        }
    }
}

impl<R: Read> Read for Watched<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        (self.progress)(self.what, self.read, self.whole);
        Ok(read)
    }
}

/// Unpacks an archive into an empty folder. Returns how many uploads it has.
///
/// # Errors
/// An archive that is cut short, damaged, or has anything in it but a blog.
pub fn unpack(path: &Path, into: &Path, progress: &mut Progress<'_>) -> Result<u64> {
    let damaged = |error: io::Error| {
        Error::Internal(format!(
            "{} is damaged or no archive of a blog: {error}",
            path.display()
        ))
    };
    let file = File::open(path).map_err(failed(path))?;
    let size = file.metadata().map_err(failed(path))?.len();
    let watched = Watched::new(BufReader::new(file), "reading back", size, progress);
    let mut archive = Archive::new(MultiGzDecoder::new(watched));
    fs::create_dir_all(into.join(MEDIA)).map_err(failed(into))?;
    let mut uploads = 0;
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let name = entry.path().map_err(damaged)?.into_owned();
        let plain = name
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let upload = name.starts_with(MEDIA) && name.components().count() > 1;
        let expected = upload || FILES.iter().any(|file| name == Path::new(file));
        // A link, or a path that leads out of the folder, is an attack.
        if entry.header().entry_type() != EntryType::Regular || !plain || !expected {
            return Err(Error::Internal(format!(
                "{} holds {}, which no backup of a blog does",
                path.display(),
                name.display()
            )));
        }
        let target = into.join(&name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed(folder))?;
        }
        let mut file = File::options();
        let file = file.write(true).create_new(true).open(&target);
        let mut file = file.map_err(failed(&target))?;
        io::copy(&mut entry, &mut file).map_err(|error| match no_room(&error) {
            true => failed(&target)(error),
            false => damaged(error),
        })?;
        file.sync_all().map_err(failed(&target))?;
        uploads += u64::from(upload);
    }
    // Reads on to the end, where gzip's own checksum stands.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(damaged)?;
    match FILES.iter().find(|name| !into.join(name).exists()) {
        Some(name) => Err(Error::Internal(format!("{} has no {name}", path.display()))),
        None => Ok(uploads),
    }
}
