//! Taking a file in. It comes into a temporary file beside the others, is looked at
//! there, and gets its name once it is whole and on the disk. The name is made of
//! its content, so the same file twice is one file, and nothing of what it was
//! called elsewhere becomes part of a path.

use std::fmt;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::gif;
use super::kind::Kind;
use super::picture::{self, Made};
use super::shelf::sized;
use crate::url::MEDIA;

/// Most bytes of a file: what the deploy files let through.
pub const LARGEST: u64 = 24 << 20;

/// What files on their way are called; the dot keeps web servers from sending them.
const ON_ITS_WAY: &str = ".upload-";

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
    /// Whether it was there already.
    pub known: bool,
}

/// Why a file was not taken in. Nothing of it is left.
#[derive(Debug)]
pub enum Refused {
    /// It is not what is taken; the text says why.
    File(String),
    /// The folder can't be written, or the file can't be read.
    Disk(io::Error),
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::File(why) => out.write_str(why),
            Refused::Disk(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for Refused {}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Refused {
        Refused::Disk(error)
    }
}

/// Takes a file into the folder.
///
/// # Errors
/// Why it was refused.
pub fn keep(folder: &Path, file: &mut dyn Read) -> Result<Kept, Refused> {
    sweep(folder)?;
    let content = received(file)?;
    let came_as = Kind::of(&content).map_err(|why| Refused::File(why.to_owned()))?;
    let digest = Sha256::digest(&content);
    let name: String = digest[..NAME]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let made = match came_as {
        Kind::Jpeg | Kind::Png | Kind::Webp => {
            picture::made(came_as, &content).map_err(Refused::File)?
        }
        Kind::Gif => animation(&content).map_err(Refused::File)?,
        Kind::Svg | Kind::Pdf => Made {
            kind: came_as,
            width: 0,
            height: 0,
            content,
            sizes: Vec::new(),
        },
    };
    let address = format!("{MEDIA}{name}.{}", made.kind.ending());
    let path = |address: &str| folder.join(address.trim_start_matches(MEDIA));
    let known = path(&address).exists();
    if !known {
        // The largest comes last: where it is, the others are.
        for (width, content) in &made.sizes {
            if let Some(address) = sized(&address, *width) {
                put(folder, &path(&address), content)?;
            }
        }
        put(folder, &path(&address), &made.content)?;
    }
    Ok(Kept {
        kind: made.kind,
        address,
        size: made.kind.is_shown().then_some((made.width, made.height)),
        known,
    })
}

/// Reads no more than is taken: a file may be endless.
fn received(file: &mut dyn Read) -> Result<Vec<u8>, Refused> {
    let mut content = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut content)?;
    match content.len() as u64 > LARGEST {
        true => Err(Refused::File(format!(
            "it is larger than {} MB, which is the most",
            LARGEST >> 20
        ))),
        false => Ok(content),
    }
}

/// A GIF is kept as it moves, in its one size.
fn animation(content: &[u8]) -> Result<Made, String> {
    let broken = "it is damaged, or was cut short";
    let content = gif::cleaned(content).ok_or(broken)?;
    let size = imagesize::blob_size(&content).map_err(|_| broken)?;
    let side = |side: usize| u32::try_from(side).map_err(|_| broken);
    Ok(Made {
        kind: Kind::Gif,
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
