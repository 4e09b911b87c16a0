//! What each address of the admin answers, to somebody who is signed in.

use crate::error::{Error, Result};
use crate::form::Form;
use crate::path::Path;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::{self, Session};
use crate::store::{self, Desk};
use crate::view;
use crate::view::admin::{self, Listed};
use crate::{
    backup, check, clock, complete, failure, history, house, moderation, published, removed, totp,
    url, write,
};

/// What answers the addresses below one first segment: it settles the rest of the path and
/// the method by itself, and confirms whatever changes something.
type Part = fn(&Request, &mut Desk, &Session) -> Result<Response>;

/// The parts of the admin, by the first segment below `/admin/`.
pub const PARTS: &[(&str, Part)] = &[
    ("", home),
    ("account", account),
    ("backup", backup::answer),
    ("bin", removed::answer),
    ("bookmarks", bookmarks),
    ("check", check::answer),
    ("edit", write::answer),
    ("complete", complete::answer),
    ("guestbook", moderation::answer),
    ("history", history::answer),
    ("new", write::answer),
    ("many", house::many::answer),
    ("navigation", house::navigation::answer),
    ("pages", published::pages),
    ("posts", published::posts),
    ("redirects", house::redirects::answer),
    ("scheduled", published::scheduled),
    ("settings", house::settings::answer),
    ("tags", house::tags::answer),
    ("write", write::answer),
];

/// Answers a request of somebody who is signed in.
///
/// # Errors
/// 404 for no such address, and what its part says.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    let segments = request.path.segments();
    let first = segments.get(1).copied().unwrap_or_default();
    let part = PARTS.iter().find(|(name, _)| *name == first);
    let (_, part) = part.ok_or(Error::NotFound)?;
    part(request, desk, session)
}

/// Insists on the address of a part that has nothing behind its first segment.
///
/// # Errors
/// 404 for what is behind it, 301 where it is spelled any other way.
pub fn is_at(path: &Path, canonical: &str) -> Result<()> {
    match path.segments().len() {
        2 => path.must_be(canonical),
        _ => Err(Error::NotFound),
    }
}

fn home(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    request.path.must_be(url::ADMIN)?;
    request.get()?;
    store::writing::tidy(desk, store::now())?;
    let drafts = store::draft::all(desk)?;
    let zone = clock::zone(&desk.zone()?);
    let listed: Vec<Listed> = drafts
        .into_iter()
        .map(|(id, draft, saved)| Listed {
            path: url::draft(id),
            kind: draft.kind.name(),
            label: draft.label(),
            saved: clock::saved(&saved, &zone),
        })
        .collect();
    let glance = house::dashboard::look(request, desk, &zone)?;
    let page = admin::desk(session, &listed, &glance);
    Ok(Response::signed(page, &session.nonce))
}

/// Bookmarks that begin a link or a quote of the page one is reading.
fn bookmarks(request: &Request, _: &mut Desk, session: &Session) -> Result<Response> {
    is_at(&request.path, url::BOOKMARKS)?;
    request.get()?;
    let page = view::bookmarks::page(session);
    Ok(Response::signed(page, &session.nonce))
}

fn account(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    match request.path.segments().as_slice() {
        [_, _] => request.path.must_be(url::ACCOUNT)?,
        [_, _, "totp"] => return totp::answer(request, desk, session),
        _ => return Err(Error::NotFound),
    }
    match request.method {
        Method::Get | Method::Head => sessions(desk, session),
        Method::Post => sign_out(request, desk, session),
        Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

fn sessions(desk: &Desk, session: &Session) -> Result<Response> {
    let zone = clock::zone(&desk.zone()?);
    let known = store::session::all(desk, session.account, &session.hash())?;
    let told: Vec<_> = known
        .into_iter()
        .map(|known| {
            let (begun, used) = (
                clock::shown(known.begun, &zone),
                clock::shown(known.used, &zone),
            );
            (known, begun, used)
        })
        .collect();
    let second = store::totp::state(desk, session.account)?;
    let page = admin::account(session, &told, second.is_on);
    Ok(Response::signed(page, &session.nonce))
}

fn sign_out(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    match form.line("do")?.as_str() {
        "sign-out" => store::session::end(desk, &session.hash())?,
        "sign-out-everywhere" => store::session::end_all(desk, session.account)?,
        _ => return Err(Error::BadRequest("This form does not say what to do.")),
    }
    Ok(failure::see(request, url::LOGIN, "")
        .private()
        .with("Set-Cookie", session::farewell(request, &session.site)))
}
