//! For whoever is signed in: `GET /admin/` is the desk, `GET /admin/account/` has
//! the account's sessions, and `POST /admin/account/` ends them.
#![no_main]

use mayfly::error::Result;
use mayfly::{admin, request::Request, response::Response, session, store};

/// The longest form: a post's text, each of its bytes encoded as three.
const LIMIT: usize = 25 << 20;

mayfly::program!(show, LIMIT);

fn show(request: &Request) -> Result<Response> {
    let mut desk = store::open_desk_at(&request.place)?;
    // Before anything else: nothing below runs for somebody who is not signed in.
    let session = session::signed_in(request, &mut desk)?;
    admin::answer(request, &mut desk, &session)
}
