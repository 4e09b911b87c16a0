//! A draft, shown to whoever has a link to it: `GET /login/preview/TOKEN/`.
//!
//! It is part of `login`, for that is the one program strangers may ask that opens
//! desk.db: programs that make public pages never do, and everything in `admin` runs
//! signed in. A program of its own would be a second one that strangers have and that
//! can read every draft. What they can do here is little: the token has 256 bits of
//! randomness, its hash is looked up by the key of one table, and nothing is rendered
//! before that row is found. What is shown is the author's own text, by the code that
//! publishes, as a public page: without a session, without a form, kept by no cache and
//! named to no robot.

use crate::comment::Below;
use crate::error::{Error, Result};
use crate::path::Path;
use crate::post;
use crate::request::Request;
use crate::response::Response;
use crate::store;
use crate::store::preview::{self, Shown};
use crate::view;
use crate::write::{self, Draught};
use crate::{token, url};

/// The token in an address of this kind.
pub fn wanted(path: &Path) -> Option<&str> {
    let token = path.as_str().strip_prefix(url::PREVIEW)?;
    let token = token.trim_end_matches('/');
    let random = token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    random.then_some(token)
}

/// Shows a draft.
///
/// # Errors
/// 404 for a link that was revoked, has expired or never was; 303 where its draft was
/// published.
pub fn show(request: &Request) -> Result<Response> {
    let token = wanted(&request.path).ok_or(Error::NotFound)?;
    request.path.must_be(&url::preview(token))?;
    request.get()?;
    let desk = store::open_desk_at(&request.place)?;
    let found = preview::find(&desk, &token::digest(token), store::now())?;
    let draft = match found.ok_or(Error::NotFound)? {
        Shown::Draft(draft) => draft,
        Shown::Public(path) => return Err(Error::See(path)),
    };
    let site = desk.site(&request.place)?;
    let page = match write::draught(request, &desk, &draft)? {
        Some(Draught::Post(post)) => {
            let alone = post::Page {
                post,
                previous: None,
                next: None,
            };
            view::post::page(&site, &alone, &Below::default())
        }
        Some(Draught::Page(page)) => view::page::page(&site, &page),
        None => return Err(Error::NotFound),
    };
    Ok(Response::html(page)
        .private()
        .with("X-Robots-Tag", "noindex, nofollow".into()))
}
