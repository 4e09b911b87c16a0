//! What each address of the admin answers, to somebody who is signed in.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::{Error, Result};
use crate::form::Form;
use crate::listing::Moment;
use crate::post::shorten;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::{self, Session};
use crate::store::{self, Desk};
use crate::view::admin::{self, ACCOUNT, Listed};
use crate::{failure, url, write};

/// Answers a request. Whatever changes something has to be confirmed first.
///
/// # Errors
/// 404 for no such address, 405 for a method it does not take.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    let known = [url::ADMIN, ACCOUNT];
    let path = request.path.as_str().trim_end_matches('/');
    if let Some(wanted) = write::Wanted::parse(&request.path) {
        return write::answer(request, desk, session, wanted);
    }
    let Some(part) = known
        .into_iter()
        .find(|known| known.trim_end_matches('/') == path)
    else {
        return Err(Error::NotFound);
    };
    request.path.must_be(part)?;
    match (part, request.method) {
        (url::ADMIN, Method::Get | Method::Head) => home(desk, session),
        (url::ADMIN, _) => Err(Error::MethodNotAllowed("GET, HEAD")),
        (_, Method::Get | Method::Head) => account(desk, session),
        (_, Method::Post) => sign_out(request, desk, session),
        (_, Method::Other) => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

fn home(desk: &mut Desk, session: &Session) -> Result<Response> {
    store::writing::tidy(desk)?;
    let drafts = store::draft::all(desk)?;
    let zone = TimeZone::get(&desk.zone()?).unwrap_or(TimeZone::UTC);
    let listed: Vec<Listed> = drafts
        .into_iter()
        .map(|(id, draft, saved)| Listed {
            path: url::draft(id),
            kind: draft.kind.name(),
            label: match draft.title.is_empty() {
                true if draft.text.trim().is_empty() => "Without a word yet".into(),
                true => shorten(draft.text.trim(), 60),
                false => draft.title,
            },
            saved: match saved.parse::<Timestamp>() {
                Ok(time) => local(time.as_microsecond(), &zone),
                Err(_) => saved,
            },
        })
        .collect();
    let page = admin::desk(session, &listed);
    Ok(Response::signed(page, &session.nonce))
}

fn account(desk: &Desk, session: &Session) -> Result<Response> {
    let zone = TimeZone::get(&desk.zone()?).unwrap_or(TimeZone::UTC);
    let known = store::session::all(desk, session.account, &session.hash())?;
    let told: Vec<_> = known
        .into_iter()
        .map(|known| {
            let (begun, used) = (local(known.begun, &zone), local(known.used, &zone));
            (known, begun, used)
        })
        .collect();
    let page = admin::account(session, &told);
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

/// "2026-11-25 12:40"
fn local(moment: Moment, zone: &TimeZone) -> String {
    match Timestamp::from_microsecond(moment) {
        Ok(time) => time
            .to_zoned_datetime(zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string(),
        Err(_) => String::new(),
    }
}
