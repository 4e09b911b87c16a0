//! The bin: `GET /admin/bin/` lists what was deleted, and forms sent there restore it
//! or delete it for good.

use crate::admin;
use crate::clock;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::removed::Removed;
use crate::store::{self, Desk, writing};
use crate::view::removed as view;
use crate::{failure, url, write};

/// Answers a request.
///
/// # Errors
/// 404 for another address, and for what is not in the bin.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    admin::is_at(&request.path, url::BIN)?;
    match request.method {
        Method::Get | Method::Head => {
            writing::tidy(desk, store::now())?;
            show(desk, session, 200, None)
        }
        Method::Post => {
            let form = Form::read(request)?;
            session.confirm(request, &form)?;
            act(request, desk, session, &form)
        }
        Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

fn act(request: &Request, desk: &mut Desk, session: &Session, form: &Form) -> Result<Response> {
    let see = |path: &str| Ok(failure::see(request, path, "").private());
    let id = form.number("id")?.unwrap_or(0);
    match form.line("do")?.as_str() {
        "restore" => {
            let removed = store::removed::find(desk, id)?.ok_or(Error::NotFound)?;
            if !removed.public {
                store::removed::restore(desk, id)?;
                return see(&url::draft(id));
            }
            match write::restore(request, desk, &removed)? {
                Ok(path) => see(&path),
                Err(wrong) => show(desk, session, 422, Some(&wrong)),
            }
        }
        "purge" => {
            store::removed::purge(desk, id)?;
            see(url::BIN)
        }
        "empty" => {
            store::removed::empty(desk)?;
            see(url::BIN)
        }
        _ => Err(Error::BadRequest("This form does not say what to do.")),
    }
}

fn show(desk: &Desk, session: &Session, status: u16, wrong: Option<&str>) -> Result<Response> {
    let zone = clock::zone(&desk.zone()?);
    let dated = |removed: Removed| view::Listed {
        id: removed.id,
        label: removed.draft.label(),
        kind: removed.draft.kind.name(),
        deleted: clock::shown(removed.deleted, &zone),
        public: removed.public,
    };
    let listed: Vec<_> = store::removed::all(desk)?.into_iter().map(dated).collect();
    let page = view::bin(session, &listed, store::removed::DAYS, wrong);
    Ok(Response::signed(page, &session.nonce).status(status))
}
