//! The host that the programs run on, looked over before a blog is made there and at
//! any time after: whose programs run as whom, and whether SQLite's files
//! would be safe in a folder.

#![allow(
    unsafe_code,
    reason = "only the kernel knows who may write, what kind of file system it is, and who holds a lock"
)]

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Room that a blog should find, in bytes: a year of posts and pictures fits.
const ROOM: u64 = 100 << 20;

/// File systems of the network, by the number that statfs(2) has for each. SQLite's
/// locks are not reliable there (https://sqlite.org/faq.html, question 5).
const OF_THE_NETWORK: [(u64, &str); 6] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xfe53_4d42, "SMB2"),
    (0xff53_4d42, "CIFS"),
    (0x5346_414f, "AFS"),
    (0x0bd0_0bd0, "Lustre"),
];

/// What a program knows of the host it runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// The folder that the programs are in.
    pub programs: PathBuf,
    /// The program that asks.
    pub program: PathBuf,
    /// What the web server hands out, if it says so.
    pub document_root: Option<PathBuf>,
    /// The home of the user that the programs run as, if there is one.
    pub home: Option<PathBuf>,
    /// The user's name, or the number again.
    pub user: String,
    /// The user's number.
    pub uid: u32,
}

/// How a fact weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// All is well.
    Well,
    /// It works, and the owner should know.
    Odd,
    /// A blog should not be made, or kept, like this.
    Bad,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// How it weighs.
    pub weight: Weight,
    /// What was found, and where it is not well, what to do.
    pub text: String,
}

impl Fact {
    fn new(weight: Weight, text: impl Into<String>) -> Fact {
        Fact {
            weight,
            text: text.into(),
        }
    }

    /// What is as it should be.
    pub fn well(text: impl Into<String>) -> Fact {
        Fact::new(Weight::Well, text)
    }

    /// What the owner should know.
    pub fn odd(text: impl Into<String>) -> Fact {
        Fact::new(Weight::Odd, text)
    }

    /// What has to be mended.
    pub fn bad(text: impl Into<String>) -> Fact {
        Fact::new(Weight::Bad, text)
    }

    /// Whether it has to be mended.
    pub fn is_bad(&self) -> bool {
        self.weight == Weight::Bad
    }
}

impl Host {
    /// The folders that the data could be in, the best first: none that the web server
    /// hands out, and each in a folder that the programs may write to.
    pub fn places(&self) -> Vec<PathBuf> {
        let above = |folder: &Path| folder.parent().map(Path::to_owned);
        let root = self.document_root.as_deref();
        let candidates = [
            self.home.clone(),
            root.and_then(above),
            above(&self.programs),
        ];
        let mut places = Vec::new();
        for folder in candidates.into_iter().flatten() {
            let place = folder.join("mayfly-data");
            if !self.hands_out(&place) && is_writable(&folder) && !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    /// Whether a path lies among what the web server hands out.
    pub fn hands_out(&self, path: &Path) -> bool {
        let among = |folder: &Path| !folder.as_os_str().is_empty() && path.starts_with(folder);
        among(&self.programs) || self.document_root.as_deref().is_some_and(among)
    }

    /// Whether the programs may put a file beside themselves.
    pub fn may_write_beside(&self) -> bool {
        is_writable(&self.programs)
    }

    /// Looks at the programs: who owns them, who may change them, and at the clock.
    pub fn look(&self) -> Vec<Fact> {
        let mut facts = Vec::new();
        let owner = fs::metadata(&self.program).map(|file| file.uid());
        let user = &self.user;
        facts.push(match owner {
            Ok(owner) if owner == self.uid => {
                Fact::well(format!("the programs run as {user}, who owns them"))
            }
            Ok(_) => Fact::odd(format!(
                "the programs run as {user}, not as their owner: if other sites of this host run as the \
                 same user, whoever writes their programs can read your drafts"
            )),
            Err(error) => Fact::bad(format!("the program can't be looked at: {error}")),
        });
        let open = [&self.programs, &self.program]
            .into_iter()
            .find(|path| fs::metadata(path).is_ok_and(|file| file.mode() & 0o022 != 0));
        facts.push(match open {
            None => Fact::well("nobody but its owner may change a program"),
            Some(path) => Fact::bad(format!(
                "others may write to {}: run `chmod 755` on it",
                path.display()
            )),
        });
        facts.push(self.clock());
        facts
    }

    /// A clock that stands before the day the programs were put here is wrong.
    fn clock(&self) -> Fact {
        let put_here = fs::metadata(&self.program).and_then(|file| file.modified());
        let day = Duration::from_secs(24 * 3600);
        match put_here {
            Ok(put_here) if SystemTime::now() + day < put_here => Fact::bad(
                "the clock of this host is behind the date of the programs: posts would get wrong dates",
            ),
            _ => Fact::well("the clock is not behind the programs' date"),
        }
    }
}

/// Looks at a folder that the data is in, or is to be in: its file system and its
/// room.
pub fn look_at(folder: &Path) -> Vec<Fact> {
    let mut facts = Vec::new();
    match file_system(folder) {
        Ok((kind, free)) => {
            let network = OF_THE_NETWORK.iter().find(|(number, _)| *number == kind);
            facts.push(match network {
                None => Fact::well("the data is on a disk of this machine"),
                Some((_, name)) => Fact::bad(format!(
                    "the data is on a network file system ({name}), where two writers can damage the blog's files: \
                     choose a disk of this machine"
                )),
            });
            facts.push(match free >= ROOM {
                true => Fact::well(format!("there is room: {} MB", free >> 20)),
                false => Fact::odd(format!("there is little room left: {} MB", free >> 20)),
            });
        }
        Err(error) => facts.push(Fact::bad(format!(
            "the data directory can't be looked at: {error}"
        ))),
    }
    facts
}

/// Tries a lock in a folder, on a file that is made there for a moment.
pub fn try_lock_in(folder: &Path) -> Fact {
    let path = folder.join(format!(".mayfly-lock-{}", std::process::id()));
    let made = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path);
    let fact = match made {
        Ok(_) => try_lock(&path),
        Err(error) => no_lock(&error),
    };
    match fs::remove_file(&path) {
        Ok(()) => fact,
        Err(error) => no_lock(&error),
    }
}

/// Tries a lock on a file that nothing else takes this kind of lock on.
pub fn try_lock(path: &Path) -> Fact {
    match locks(path) {
        Ok(true) => Fact::well("file locks hold"),
        Ok(false) => Fact::bad(
            "file locks don't hold where the data is: two writers would damage the blog. Choose another disk",
        ),
        Err(error) => no_lock(&error),
    }
}

fn no_lock(error: &io::Error) -> Fact {
    Fact::bad(format!("no file can be locked where the data is: {error}"))
}

/// Whether a file can be made in a folder, by the kernel's word alone.
pub fn is_writable(folder: &Path) -> bool {
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else {
        return false;
    };
    // SAFETY: the string is ours and ends with a zero; nothing is written.
    folder.is_dir() && unsafe { libc::access(path.as_ptr(), libc::W_OK | libc::X_OK) == 0 }
}

/// The number of the file system that a folder is on, and the bytes that are free.
fn file_system(folder: &Path) -> io::Result<(u64, u64)> {
    let path = CString::new(folder.as_os_str().as_bytes())?;
    let mut told = std::mem::MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the string ends with a zero, and the kernel fills the structure in or says
    // that it did not.
    unsafe {
        if libc::statfs(path.as_ptr(), told.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        let told = told.assume_init_ref();
        let kind = told.f_type as u64 & 0xffff_ffff;
        let size = u64::try_from(told.f_bsize).unwrap_or(0);
        Ok((kind, told.f_bavail * size))
    }
}

/// Whether a second opener of a file is kept out while the first has it locked: the
/// kind of lock that SQLite takes, asked for by two openers of one process.
fn locks(path: &Path) -> io::Result<bool> {
    let open = || OpenOptions::new().write(true).open(path);
    let (first, second) = (open()?, open()?);
    lock(&first)?;
    Ok(lock(&second).is_err())
}

fn lock(file: &File) -> io::Result<()> {
    let wanted = libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 1,
        l_pid: 0,
    };
    // SAFETY: the descriptor is open and the structure is only read.
    match unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw const wanted) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
