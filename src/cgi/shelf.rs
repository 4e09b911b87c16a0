//! Kept pages at the process boundary: an answer that was kept is sent instead of one that
//! would be rendered, and one that was rendered is kept once it has been sent.

use std::io::{self, ErrorKind, Write};

use super::{Stdout, log};
use crate::cache::{self, Validators};
use crate::config::Place;
use crate::kept::{self, Page, Stamp};
use crate::now::now;
use crate::path::Path;
use crate::request::Request;
use crate::response::Response;
use crate::store::kept::Again;

/// Where pages are kept. Programs whose pages never are do not link it.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    pub stamp: fn(&Place) -> Option<Stamp>,
    pub find: fn(&Place, &Path) -> Option<Vec<u8>>,
    pub keep: fn(&Place, &Page<'_>, Again<'_>) -> io::Result<()>,
}

impl Shelf {
    /// Sends the answer that was kept, if there is one: as it is, or 304 to a visitor who
    /// has a copy of it.
    pub fn send(self, request: &mut Request) -> Option<io::Result<()>> {
        request.is_everybodys().then_some(())?;
        request.place.stamp = (self.stamp)(&request.place);
        let answer = (self.find)(&request.place, &request.path)?;
        Some(match not_modified(request, &answer) {
            Some(response) => response.write_to(&mut Stdout, false),
            None => Stdout.write_all(&answer),
        })
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
        let again = |mut out: &mut dyn Write| response.write_to(&mut out, false);
        let kept = (self.keep)(&request.place, &page, &again).err();
        // Whoever may not write there has `mayfly check` to say so, and not a line for each page.
        let refused = [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem];
        if let Some(error) = kept.filter(|error| !refused.contains(&error.kind())) {
            let path = request.path.as_str();
            log(&format!("mayfly {program}: {path} was not kept: {error}"));
        }
    }
}

/// 304 with what a kept answer says of itself, if it is the one that the visitor has.
fn not_modified(request: &Request, answer: &[u8]) -> Option<Response> {
    request.has_copy().then_some(())?;
    let said = |name| kept::header(answer, name).map(str::to_owned);
    let (tag, date, control) = (
        said("ETag")?,
        said("Last-Modified")?,
        said("Cache-Control")?,
    );
    let page = Validators {
        tag,
        modified: cache::parse_date(&date),
        now: now(),
    };
    let current = request.takes_any() || request.has_current(&page);
    current.then(|| {
        Response::not_modified()
            .with("ETag", page.tag)
            .with("Last-Modified", date)
            .with("Cache-Control", control)
    })
}

/// The page to be kept, if an answer is one.
pub(super) fn page<'a>(request: &'a Request, response: &Response) -> Option<Page<'a>> {
    let version = response.shown()?;
    let generation = version.kept?;
    let modified = version.modified()?;
    request.is_everybodys().then_some(())?;
    kept::place(&request.path)?;
    Some(Page {
        generation,
        path: &request.path,
        length: response.body().iter().map(|piece| piece.len() as u64).sum(),
        modified,
    })
}
