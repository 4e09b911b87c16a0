//! Keeping house, signed in: tags, redirects, the navigation, settings, many posts at
//! once. Each file answers the addresses of one of them.

pub mod dashboard;
pub mod many;
pub mod navigation;
pub mod redirects;
pub mod settings;
pub mod tags;

use crate::error::Result;
use crate::failure;
use crate::request::Request;
use crate::response::Response;
use crate::session::Session;
use crate::view::Page;

/// A field of a form as it was typed, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// What was typed, or what is settled.
    pub value: String,
    /// A sentence, where it can't be taken.
    pub wrong: Option<String>,
}

impl Typed {
    /// A field with nothing wrong in it.
    pub fn well(value: impl Into<String>) -> Typed {
        Typed {
            value: value.into(),
            wrong: None,
        }
    }
}

fn show(session: &Session, status: u16, page: Page) -> Result<Response> {
    Ok(Response::signed(page, &session.nonce).status(status))
}

/// What was sent is done: the page at `path` says so. `done` is what it says it by.
fn done(request: &Request, path: &str, done: &str) -> Result<Response> {
    Ok(failure::see(request, path, &format!("?done={done}")).private())
}

/// What the address says was done.
fn news(request: &Request) -> Result<String> {
    Ok(request.query.get("done")?.unwrap_or_default().to_owned())
}
