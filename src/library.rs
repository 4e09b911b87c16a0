//! What each address of the library answers, to somebody who is signed in.

use crate::body::Body;
use crate::clock;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::media::Use;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::{self, Desk};
use crate::upload::{self, Outcome};
use crate::view::media::{self as view, Grid, Sheet};
use crate::{failure, url};

/// In a larger blog, where a file is used is looked up for one at a time.
const FEW_POSTS: i64 = 20_000;

/// Longest description of a file, in characters.
const MAX_ALT: usize = 2000;

/// Answers a request. Whatever changes something has to be confirmed first.
///
/// # Errors
/// 404 for no such address, 405 for a method it does not take.
pub fn answer(
    request: &Request,
    body: &mut Body<'_>,
    desk: &mut Desk,
    session: &Session,
) -> Result<Response> {
    match (request.path.segments().as_slice(), request.method) {
        (["admin", "media"], Method::Get | Method::Head) => {
            request.path.must_be(url::LIBRARY)?;
            grid(request, desk, session)
        }
        (["admin", "media"], Method::Post) => {
            let outcome = upload::take(request, body, desk, session)?;
            match request.sender.wants_json {
                true => Ok(outcome.json(session)),
                false => report(desk, session, &outcome),
            }
        }
        (["admin", "media", id], method) => {
            let id = id.parse().map_err(|_| Error::NotFound)?;
            request.path.must_be(&url::in_library(id))?;
            match method {
                Method::Get | Method::Head => sheet(desk, session, id, None),
                Method::Post => change(request, desk, session, id),
                Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
            }
        }
        (["admin", "media"], Method::Other) => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
        _ => Err(Error::NotFound),
    }
}

fn grid(request: &Request, desk: &Desk, session: &Session) -> Result<Response> {
    let words = request.query.get("q")?.unwrap_or_default().trim();
    let before = match request.query.get("before")? {
        Some(number) => Some(number.parse().map_err(|_| Error::NotFound)?),
        None => None,
    };
    show(desk, session, words, before, None)
}

/// The library, with what became of an upload above it. Nothing is led away from:
/// sent again by accident, the same files are the same files.
fn report(desk: &Desk, session: &Session, outcome: &Outcome) -> Result<Response> {
    show(desk, session, "", None, Some(outcome)).map(|response| outcome.log(response))
}

fn show(
    desk: &Desk,
    session: &Session,
    words: &str,
    before: Option<i64>,
    outcome: Option<&Outcome>,
) -> Result<Response> {
    let (items, more) = store::media::page(desk, words, before)?;
    let uses = match desk.posts()? <= FEW_POSTS {
        true => Some(store::media::uses_of(desk, &items)?),
        false => None,
    };
    let page = view::library(
        session,
        &Grid {
            words,
            more,
            is_first: before.is_none(),
            total: store::media::count(desk)?,
            items: items
                .into_iter()
                .map(|item| {
                    let count = uses.as_ref().map(|uses| uses.count(&item.file));
                    (item, count)
                })
                .collect(),
            upload: outcome.map(|outcome| (&outcome.kept[..], &outcome.refused[..])),
        },
    );
    Ok(Response::signed(page, &session.nonce))
}

fn sheet(desk: &Desk, session: &Session, id: i64, refused: Option<&str>) -> Result<Response> {
    let item = store::media::find(desk, id)?;
    let uses: Vec<Use> = store::media::uses_of(desk, std::slice::from_ref(&item))?.of(&item.file);
    let zone = clock::zone(&desk.zone()?);
    let page = view::one(
        session,
        &Sheet {
            added: clock::shown(item.added, &zone),
            item: &item,
            uses: &uses,
            is_all: uses.len() < store::media::TOLD,
            refused,
        },
    );
    Ok(Response::signed(page, &session.nonce))
}

fn change(request: &Request, desk: &mut Desk, session: &Session, id: i64) -> Result<Response> {
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    match form.line("do")?.as_str() {
        "describe" => {
            let name = crate::media::shown(&form.line("name")?);
            let alt: String = form.line("alt")?.chars().take(MAX_ALT).collect();
            match store::media::describe(desk, id, &name, &alt)? {
                true => Ok(failure::see(request, &url::in_library(id), "").private()),
                false => Err(Error::NotFound),
            }
        }
        "delete" => {
            let data = request.place.data.as_deref().ok_or(Error::NotFound)?;
            if store::media::remove(desk, data, id)?.is_empty() {
                return Ok(failure::see(request, url::LIBRARY, "").private());
            }
            let refused = "It was not deleted, for it is used: see below where.";
            sheet(desk, session, id, Some(refused)).map(|page| page.status(409))
        }
        _ => Err(Error::BadRequest("This form does not say what to do.")),
    }
}
