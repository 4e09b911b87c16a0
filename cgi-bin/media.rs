//! Pictures and documents, for whoever is signed in: `GET /admin/media/` is the
//! library, `POST /admin/media/` uploads into it; `GET /admin/media/7/` is one file,
//! and `POST /admin/media/7/` describes or deletes it.
#![no_main]

use mayfly::error::Result;
use mayfly::{body::Body, library, request::Request, response::Response, session, store, upload};

/// The longest ordinary form: a file's name and what it shows.
const LIMIT: usize = 64 * 1024;

mayfly::program!(show, LIMIT, upload::LIMIT);

fn show(request: &Request, body: &mut Body<'_>) -> Result<Response> {
    upload::as_asked(request, answer(request, body))
}

fn answer(request: &Request, body: &mut Body<'_>) -> Result<Response> {
    let mut desk = store::open_desk_at(&request.place)?;
    // Before anything else: nothing below runs for somebody who is not signed in.
    let session = session::signed_in(request, &mut desk)?;
    library::answer(request, body, &mut desk, &session)
}
