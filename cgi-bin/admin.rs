//! For whoever is signed in: `GET /admin/` is the desk, and what lies below it stands in
//! `admin::PARTS`. Where there is no blog yet, the same address makes one, and it brings up one of an older version.
#![no_main]

use mayfly::error::Result;
use mayfly::store::{self, migrate::UPGRADES};
use mayfly::{admin, cgi, request::Request, response::Response, session, setup, upgrade};

/// The longest form: a post's text, each of its bytes encoded as three.
const LIMIT: usize = 25 << 20;

mayfly::program!(show, LIMIT);

fn show(request: &Request) -> Result<Response> {
    if setup::is_needed(&request.place) {
        return setup::answer(request, &cgi::host());
    }
    let mut desk = match store::open_desk_at(&request.place) {
        Ok(desk) => desk,
        Err(trouble) => return upgrade::instead(request, &cgi::host(), UPGRADES, trouble),
    };
    // Before anything else: nothing below runs for somebody who is not signed in.
    let session = session::signed_in(request, &mut desk)?;
    admin::answer(request, &mut desk, &session)
}
