//! The cgi-bin directory, and which of its files a request may start.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::answer::Refusal;
use super::log;
use crate::failure::Failure;

/// The directory that the programs lie in.
pub struct Programs {
    directory: PathBuf,
    /// Device and inode of this very program: cargo puts it beside the others,
    /// also under a second name, and no visitor may start it.
    own: (u64, u64),
}

/// A program that may be started.
pub struct Program {
    /// Its file, an absolute path.
    pub file: PathBuf,
    /// What the log calls it: the file's name.
    pub name: String,
}

impl Programs {
    /// Opens the given directory; without one, `cgi-bin` beside this program,
    /// else this program's own directory if the others lie there too.
    pub fn open(given: Option<&Path>) -> Result<Self, Failure> {
        let no_own = |error| Failure::new("can't find this program's own file").because(error);
        let exe = std::env::current_exe().map_err(no_own)?;
        let own = fs::metadata(&exe).map_err(no_own)?;
        let directory = match given {
            Some(directory) => directory.to_owned(),
            None => {
                let beside = exe.with_file_name("cgi-bin");
                let here = exe.with_file_name("");
                if !beside.is_dir() && here.join("home").is_file() {
                    here
                } else {
                    beside
                }
            }
        };
        let advice = "Build the programs with `make build`, or say where they are: mayfly serve --cgi-bin DIR";
        let directory = directory.canonicalize().map_err(|error| {
            let missing = format!("there is no directory {}. {advice}", directory.display());
            Failure::new(missing).because(error)
        })?;
        let programs = Self {
            directory,
            own: (own.dev(), own.ino()),
        };
        let unreadable = |error| {
            Failure::new(format!("can't read {}", programs.directory.display())).because(error)
        };
        for entry in fs::read_dir(&programs.directory).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            if name.to_str().is_some_and(|name| programs.may_start(name)) {
                return Ok(programs);
            }
        }
        Err(Failure::new(format!(
            "there are no programs in {}. {advice}",
            programs.directory.display()
        )))
    }

    /// The program of a name, with or without `.cgi` behind it: a blog moved
    /// here from a host that wants the suffix keeps its plain links.
    pub fn find(&self, name: &str) -> Result<Program, Refusal> {
        // Only names that a file of ours could have: no way up or down from the
        // directory, nothing hidden, nothing that would be read as an option.
        let harmless =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if !name.bytes().all(harmless) || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(Refusal::NOT_FOUND);
        }
        let other = match name.strip_suffix(".cgi") {
            Some(stem) => stem.to_owned(),
            None => format!("{name}.cgi"),
        };
        for name in [name, other.as_str()] {
            match self.look(name) {
                Look::Program => {
                    return Ok(Program {
                        file: self.directory.join(name),
                        name: name.to_owned(),
                    });
                }
                Look::SwitchedOff => {
                    let file = self.directory.join(name);
                    log::say(&format!(
                        "{name}: switched off; chmod 755 {} brings it back",
                        file.display()
                    ));
                    return Err(Refusal::SWITCHED_OFF);
                }
                Look::Nothing => {}
            }
        }
        log::say(&format!(
            "{name}: there is no such program in {}",
            self.directory.display()
        ));
        Err(Refusal::NOT_FOUND)
    }

    fn may_start(&self, name: &str) -> bool {
        !name.starts_with('.') && matches!(self.look(name), Look::Program)
    }

    fn look(&self, name: &str) -> Look {
        match fs::metadata(self.directory.join(name)) {
            Ok(file) if !file.is_file() || (file.dev(), file.ino()) == self.own => Look::Nothing,
            // The bits are looked at because root may run what has any of them,
            // and read what has none.
            Ok(file) if file.permissions().mode() & 0o111 == 0 => Look::SwitchedOff,
            Ok(_) => Look::Program,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Look::SwitchedOff,
            Err(_) => Look::Nothing,
        }
    }
}

enum Look {
    Program,
    SwitchedOff,
    Nothing,
}
