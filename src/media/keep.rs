//! Taking a file in. It comes into a temporary file, is looked at there, and what is
//! made of it gets its name once it is whole and on the disk. The name is made of
//! its content, so the same file twice is one file, and nothing of what it was
//! called elsewhere becomes part of a path.

use std::fmt;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::avif;
use super::gif;
use super::kind::{Kind, PROLOGUE};
use super::picture::{self, Made};
use super::shelf::sized;
use crate::url::MEDIA;

/// Most bytes of a file: what the deploy files let through.
pub const LARGEST: u64 = 24 << 20;

/// What files on their way are called; the dot keeps web servers from sending them.
const ON_ITS_WAY: &str = ".upload-";

/// How much is read at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// How many bytes of the digest make a name: two files share one never.
const NAME: usize = 12;

/// A file that has been taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it is now.
    pub kind: Kind,
    /// Its pretty path: `/media/1f3870be274f6c49b3e31a0c.jpg`.
    pub address: String,
    /// Width and height in pixels of what can be shown.
    pub size: Option<(u32, u32)>,
    /// How large the file is, in bytes.
    pub bytes: u64,
}

/// Why a file was not taken in. Nothing of it is left.
#[derive(Debug)]
pub enum Refused {
    /// It is not what is taken; the text says why.
    File(String),
    /// It can't be read to its end.
    Source(io::Error),
    /// The folder can't be written.
    Disk(io::Error),
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::File(why) => out.write_str(why),
            Refused::Source(error) => error.fmt(out),
            Refused::Disk(error) => match error.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge => {
                    out.write_str("there is no room for it: the disk or the quota is full")
                }
                _ => write!(out, "the folder for uploads can't be written: {error}"),
            },
        }
    }
}

impl std::error::Error for Refused {}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Refused {
        Refused::Disk(error)
    }
}

/// Takes a file into a blog, whose data directory is named.
///
/// # Errors
/// Why it was refused.
pub fn keep(data: &Path, file: &mut dyn Read) -> Result<Kept, Refused> {
    let folder = data.join("media");
    sweep(data)?;
    sweep(&folder)?;
    let arrived = Arrived::receive(data, file)?;
    let made = made(&arrived)?;
    let name: String = arrived.digest[..NAME]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let address = format!("{MEDIA}{name}.{}", made.kind.ending());
    let path = |address: &str| folder.join(address.trim_start_matches(MEDIA));
    if !path(&address).exists() {
        // The largest comes last: where it is, the others are.
        for (width, content) in &made.sizes {
            if let Some(address) = sized(&address, *width) {
                put(&folder, &path(&address), content)?;
            }
        }
        put(&folder, &path(&address), &made.content)?;
    }
    Ok(Kept {
        kind: made.kind,
        size: made.kind.is_shown().then_some((made.width, made.height)),
        bytes: fs::metadata(path(&address))?.len(),
        address,
    })
}

/// What is kept of a file, by what it is.
fn made(arrived: &Arrived) -> Result<Made, Refused> {
    let came_as = Kind::of(&arrived.beginning).map_err(|why| Refused::File(why.to_owned()))?;
    let content = arrived.content()?;
    match came_as {
        Kind::Jpeg | Kind::Png | Kind::Webp => picture::made(came_as, &content),
        Kind::Gif | Kind::Avif => as_it_is(came_as, &content),
        Kind::Svg | Kind::Pdf => Ok(Made {
            kind: came_as,
            width: 0,
            height: 0,
            content,
            sizes: Vec::new(),
        }),
    }
    .map_err(Refused::File)
}

/// A file as it came, beside the blog's own: no web server hands that folder out.
struct Arrived {
    temporary: Temporary,
    digest: Vec<u8>,
    beginning: Vec<u8>,
}

impl Arrived {
    /// Reads no more than is taken: a file may be endless.
    fn receive(data: &Path, file: &mut dyn Read) -> Result<Arrived, Refused> {
        let temporary = Temporary::new(data)?;
        let (mut digest, mut beginning) = (Sha256::new(), Vec::new());
        let mut piece = vec![0; PIECE];
        let mut length = 0;
        loop {
            let read = match file.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Refused::Source(error)),
            };
            let piece = &piece[..read];
            length += read as u64;
            if length > LARGEST {
                let most = LARGEST >> 20;
                return Err(Refused::File(format!(
                    "it is larger than {most} MB, which is the most"
                )));
            }
            let wanted = PROLOGUE.saturating_sub(beginning.len()).min(read);
            beginning.extend_from_slice(&piece[..wanted]);
            digest.update(piece);
            (&temporary.file).write_all(piece)?;
        }
        Ok(Arrived {
            temporary,
            digest: digest.finalize().to_vec(),
            beginning,
        })
    }

    /// All of it: decoders want a picture in one piece.
    fn content(&self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        let mut file = &self.temporary.file;
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut content)?;
        Ok(content)
    }
}

/// A GIF is kept as it moves and an AVIF as it was encoded, in its one size.
fn as_it_is(kind: Kind, content: &[u8]) -> Result<Made, String> {
    let broken = "it is damaged, or was cut short";
    let content = match kind {
        Kind::Avif => avif::cleaned(content),
        _ => gif::cleaned(content),
    };
    let content = content.ok_or(broken)?;
    // Not for us, but a browser has to decode it.
    let size = picture::measured(&content)?;
    let side = |side: usize| u32::try_from(side).map_err(|_| broken);
    Ok(Made {
        kind,
        width: side(size.width)?,
        height: side(size.height)?,
        content,
        sizes: Vec::new(),
    })
}

/// Writes a file that is there whole or not at all, even if the power fails.
fn put(folder: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = Temporary::new(folder)?;
    let mut file = &temporary.file;
    file.write_all(content)?;
    // The server may be another user than the programs are; nobody may run it.
    file.set_permissions(Permissions::from_mode(0o644))?;
    file.sync_all()?;
    fs::rename(&temporary.path, path)?;
    File::open(folder)?.sync_all()
}

/// A file on its way, which is gone if it does not arrive.
struct Temporary {
    path: PathBuf,
    file: File,
}

impl Temporary {
    fn new(folder: &Path) -> io::Result<Temporary> {
        let mut number = 0;
        loop {
            let path = folder.join(format!("{ON_ITS_WAY}{}-{number}", std::process::id()));
            let made = OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path);
            match made {
                Ok(file) => {
                    file.lock()?;
                    return Ok(Temporary { path, file });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After the renaming there is nothing under this name, and that is well.
        match fs::remove_file(&self.path) {
            Ok(()) | Err(_) => {}
        }
    }
}

/// Removes what a program left that was killed. Whoever is still at work holds a
/// lock on the file, which the kernel lets go of when a process ends, however.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let ours = entry.file_name().to_string_lossy().starts_with(ON_ITS_WAY);
        if ours && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
