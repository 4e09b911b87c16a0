//! The second factor: a code from a telephone as well as the password. Here it is
//! switched on and off, at `/admin/account/totp/`; `login` asks for it.
//!
//! Between the password and the code a browser holds a ticket, which says that the
//! password was right. It is signed with what a new password or another secret
//! changes, so nothing has to be kept for it.

pub mod code;

use crate::account::Account;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::{self, Session};
use crate::store::{self, Desk, attempt};
use crate::view::totp as view;
use crate::{failure, login, token, url};

/// How long a ticket is good for, in seconds.
const TICKET: i64 = 10 * 60;

/// What is said of a wrong code, and of one that was used already.
pub const WRONG: &str = "That code is wrong, too old, or was used already. Each is good once.";

/// Answers for `/admin/account/totp/`.
///
/// # Errors
/// 405 for a method it does not take, 403 for a form that is not ours.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    request.path.must_be(url::SECOND_FACTOR)?;
    match request.method {
        Method::Get | Method::Head => show(desk, session, None),
        Method::Post => {
            let form = Form::read(request)?;
            session.confirm(request, &form)?;
            match form.line("do")?.as_str() {
                "on" => switch_on(request, desk, session, &form),
                "codes" => codes(request, desk, session, &form),
                "off" => switch_off(request, desk, session, &form),
                _ => Err(Error::BadRequest("This form does not say what to do.")),
            }
        }
        Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

/// How it stands; where it is off, with a new secret to begin with.
fn show(desk: &Desk, session: &Session, wrong: Option<&str>) -> Result<Response> {
    let state = store::totp::state(desk, session.account)?;
    match state.is_on {
        true => signed(session, view::on(session, state.codes, wrong)),
        false => offer(session, &code::secret()?, None),
    }
}

fn offer(session: &Session, secret: &[u8], wrong: Option<&str>) -> Result<Response> {
    let address = code::address(secret, &session.site.title, &session.name);
    let square = qrcode::QrCode::new(&address)
        .map_err(|error| Error::Internal(format!("the square for the telephone: {error}")))?;
    let dark = square.to_colors().into_iter();
    let square = view::Square {
        width: square.width(),
        dark: dark.map(|colour| colour == qrcode::Color::Dark).collect(),
    };
    let spelled = code::spelled(secret);
    signed(
        session,
        view::off(session, &square, &address, &spelled, wrong),
    )
}

fn signed(session: &Session, page: crate::view::Page) -> Result<Response> {
    Ok(Response::signed(page, &session.nonce))
}

/// A code shows that the telephone has the secret, before anything depends on it.
fn switch_on(
    request: &Request,
    desk: &mut Desk,
    session: &Session,
    form: &Form,
) -> Result<Response> {
    let secret = code::read(&form.line("secret")?)
        .ok_or(Error::BadRequest("This form has no secret in it."))?;
    let typed = code::typed(&form.line("code")?);
    let Some(step) = code::step(&secret, &typed, seconds()) else {
        let wrong = "That code is not the one of now. Is the telephone's clock right?";
        return offer(session, &secret, Some(wrong)).map(|page| page.status(422));
    };
    let codes = code::recovery()?;
    match store::totp::switch_on(desk, session.account, &secret, step, &hashes(&codes))? {
        true => signed(session, view::codes(session, &codes)),
        // Another window was quicker, and its codes are the ones that count.
        false => Ok(failure::see(request, url::SECOND_FACTOR, "").private()),
    }
}

/// New recovery codes in place of those there were.
fn codes(request: &Request, desk: &mut Desk, session: &Session, form: &Form) -> Result<Response> {
    if let Some(refused) = check(request, desk, session, &form.line("code")?)? {
        return Ok(refused);
    }
    let codes = code::recovery()?;
    store::totp::replace_codes(desk, session.account, &hashes(&codes))?;
    signed(session, view::codes(session, &codes))
}

fn switch_off(
    request: &Request,
    desk: &mut Desk,
    session: &Session,
    form: &Form,
) -> Result<Response> {
    let password = form.text("password")?;
    let code = form.line("code")?;
    let typed = (password.as_str(), code.as_str());
    if let Some((status, wrong)) = login::once_more(request, desk, session, typed)? {
        return show(desk, session, Some(&wrong)).map(|page| page.status(status));
    }
    store::totp::switch_off(desk, session.account)?;
    Ok(failure::see(request, url::SECOND_FACTOR, "").private())
}

/// Checks a code, counting failures as signing in does. The page that says no is
/// returned where it is wrong.
fn check(
    request: &Request,
    desk: &mut Desk,
    session: &Session,
    typed: &str,
) -> Result<Option<Response>> {
    let keys = session::keys(request, desk, &session.site, &session.name)?;
    let keys = counted(keys);
    if let Some(seconds) = attempt::begin(desk, &keys)? {
        let wrong = login::too_many(seconds);
        return show(desk, session, Some(&wrong)).map(|page| Some(page.status(429)));
    }
    if accept(desk, session, typed)? {
        attempt::succeeded(desk, &keys)?;
        return Ok(None);
    }
    show(desk, session, Some(WRONG)).map(|page| Some(page.status(422)))
}

/// Whether signing in to an account takes a code.
pub fn is_on(account: Option<&Account>) -> bool {
    account.is_some_and(|account| account.totp.is_some())
}

/// Whether a code is right, which uses it up.
///
/// # Errors
/// Whatever keeps the desk from being written.
pub fn accept(desk: &mut Desk, session: &Session, typed: &str) -> Result<bool> {
    store::totp::accept(desk, session.account, &code::typed(typed), seconds())
}

/// What codes are counted for: apart from passwords, or whoever knows the password
/// would have the count forgotten each time they give it.
pub fn counted(keys: Vec<String>) -> Vec<String> {
    keys.into_iter().map(|key| format!("code {key}")).collect()
}

fn hashes(codes: &[String]) -> Vec<Vec<u8>> {
    let codes = codes.iter().map(|shown| code::typed(shown));
    codes.map(|code| token::digest(&code)).collect()
}

/// Seconds since 1970.
pub fn seconds() -> u64 {
    u64::try_from(store::now() / 1_000_000).unwrap_or(0)
}

/// What says that an account's password was right.
pub fn ticket(account: &Account) -> String {
    let ends = store::now() / 1_000_000 + TICKET;
    format!("{}.{ends}.{}", account.id, signature(account, ends))
}

/// The account of a ticket that is still good.
///
/// # Errors
/// Whatever keeps the desk from being read.
pub fn admitted(desk: &Desk, ticket: &str) -> Result<Option<Account>> {
    let mut parts = ticket.split('.');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    let (Some(id), Some(ends)) = (number(), number()) else {
        return Ok(None);
    };
    let signed = parts.next().unwrap_or_default();
    let account = store::account::numbered(desk, id)?;
    let now = store::now() / 1_000_000;
    Ok(account.filter(|account| {
        let good = now < ends && ends <= now + TICKET;
        good && account.totp.is_some() && token::same(signed, &signature(account, ends))
    }))
}

fn signature(account: &Account, ends: i64) -> String {
    let secret = code::spelled(account.totp.as_deref().unwrap_or_default());
    let key = format!("{} {secret}", account.password);
    token::derive(&key, &format!("ticket {} {ends}", account.id))
}
