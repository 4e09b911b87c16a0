//! Kept pages at the process boundary: an answer that was kept is sent instead of one that
//! would be rendered, and one that was rendered is kept once it has been sent.

use std::io::{self, Write};

use super::{Stdout, log};
use crate::config::Place;
use crate::kept::{self, Page};
use crate::path::Path;
use crate::request::Request;
use crate::response::Response;

/// Where pages are kept. Programs whose pages never are do not link it.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    pub find: fn(&Place, &Path) -> Option<Vec<u8>>,
    pub keep: fn(&Place, &Page<'_>, &[u8]) -> io::Result<()>,
}

impl Shelf {
    /// Sends the answer that was kept, if there is one and it will do.
    pub fn send(self, request: &Request) -> Option<io::Result<()>> {
        request.takes_kept().then_some(())?;
        let answer = (self.find)(&request.place, &request.path)?;
        Some(Stdout.write_all(&answer))
    }

    /// Keeps an answer that has been sent: whoever asked has it by then, and waits for
    /// nothing of this.
    pub fn keep(self, program: &str, request: &Request, response: &Response) {
        let Some(page) = page(request, response) else {
            return;
        };
        // SAFETY: a plain system call. What is made from here on is public, and the
        // web server may run as another user.
        unsafe { libc::umask(0o022) };
        let mut answer = Vec::new();
        let kept = response
            .write_to(&mut answer, false)
            .and_then(|()| (self.keep)(&request.place, &page, &answer));
        if let Err(error) = kept {
            let path = request.path.as_str();
            log(&format!("mayfly {program}: {path} was not kept: {error}"));
        }
    }
}

/// The page to be kept, if an answer is one.
pub(super) fn page<'a>(request: &'a Request, response: &Response) -> Option<Page<'a>> {
    let version = response.shown()?;
    let generation = version.kept?;
    let modified = version.modified()?;
    request.is_everybodys().then_some(())?;
    Some(Page {
        generation,
        place: kept::place(&request.path)?,
        modified,
    })
}
