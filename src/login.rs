//! Signing in: what the form asks, and what becomes of it.

use crate::account::Account;
use crate::error::Result;
use crate::request::Request;
use crate::response::Response;
use crate::session::{self, Session};
use crate::site::Site;
use crate::store::{self, Desk, attempt};
use crate::{account, failure, form, token, totp, view};

/// The form, filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    name: String,
    password: String,
    back: String,
    /// Of the second step: what says that the password was right.
    ticket: String,
    code: String,
}

impl Form {
    /// Reads the form.
    ///
    /// # Errors
    /// As for any form.
    pub fn read(request: &Request) -> Result<Form> {
        let form = form::Form::read(request)?;
        Ok(Form {
            name: form.line("name")?,
            password: form.text("password")?,
            back: form.line("to")?,
            ticket: form.line("ticket")?,
            code: form.line("code")?,
        })
    }
}

/// The form, empty.
///
/// # Errors
/// Whatever keeps the desk from being read.
pub fn form(request: &Request, desk: &Desk) -> Result<Response> {
    let back = request.query.get("to")?.unwrap_or_default();
    page(desk, &desk.site(&request.place)?, "", back, None)
}

fn page(desk: &Desk, site: &Site, name: &str, back: &str, wrong: Option<&str>) -> Result<Response> {
    let nonce = token::random()?;
    let nobody = store::account::all(desk)?.is_empty();
    let page = view::login::form(site, &nonce, (name, back), wrong, nobody);
    Ok(Response::signed(page, &nonce))
}

/// Signs in whoever knows the password, and asks everybody else again. The answer
/// is the same for a wrong name and for a wrong password, and takes as long.
///
/// # Errors
/// 403 for another site's form, 503 where too many are signing in at once.
pub fn sign_in(request: &Request, desk: &mut Desk, form: &Form) -> Result<Response> {
    let site = desk.site(&request.place)?;
    session::own(request, &site)?;
    if !form.ticket.is_empty() {
        return second_step(request, desk, &site, form);
    }
    let again = |desk: &Desk, status: u16, wrong: &str| {
        let page = page(desk, &site, &form.name, &form.back, Some(wrong))?;
        Ok(page.status(status))
    };
    let keys = session::keys(request, desk, &site, &form.name)?;
    if let Some(seconds) = attempt::begin(desk, &keys)? {
        return again(desk, 429, &too_many(seconds))
            .map(|page| page.with("Retry-After", seconds.to_string()));
    }
    let found = store::account::named(desk, &form.name)?;
    let right = is_password(request, found.as_ref(), &form.password)?;
    let Some(account) = found.filter(|_| right) else {
        return again(
            desk,
            422,
            "That name and that password do not belong together.",
        );
    };
    attempt::succeeded(desk, &keys)?;
    if account.totp.is_some() {
        return ask(&site, &totp::ticket(&account), &form.back, None);
    }
    enter(request, desk, &site, &account, form)
}

/// Signs in whoever has the code, too.
fn second_step(request: &Request, desk: &mut Desk, site: &Site, form: &Form) -> Result<Response> {
    let Some(account) = totp::admitted(desk, &form.ticket)? else {
        let wrong = "That took too long. Begin again.";
        return Ok(page(desk, site, "", &form.back, Some(wrong))?.status(422));
    };
    let again = |wrong: &str| ask(site, &form.ticket, &form.back, Some(wrong));
    let keys = totp::counted(session::keys(request, desk, site, &account.name)?);
    if let Some(seconds) = attempt::begin(desk, &keys)? {
        let page = again(&too_many(seconds))?.status(429);
        return Ok(page.with("Retry-After", seconds.to_string()));
    }
    let typed = totp::code::typed(&form.code);
    if !store::totp::accept(desk, account.id, &typed, totp::seconds())? {
        return again(totp::WRONG).map(|page| page.status(422));
    }
    attempt::succeeded(desk, &keys)?;
    enter(request, desk, site, &account, form)
}

fn ask(site: &Site, ticket: &str, back: &str, wrong: Option<&str>) -> Result<Response> {
    let nonce = token::random()?;
    let page = view::totp::ask(site, &nonce, ticket, back, wrong);
    Ok(Response::signed(page, &nonce))
}

fn enter(
    request: &Request,
    desk: &mut Desk,
    site: &Site,
    account: &Account,
    form: &Form,
) -> Result<Response> {
    let cookies = session::begin(request, desk, site, account.id)?;
    let (path, query) = session::way_back(&form.back);
    let response = failure::see(request, &path, &query).private();
    Ok(cookies.into_iter().fold(response, |response, cookie| {
        response.with("Set-Cookie", cookie)
    }))
}

/// Asks whoever is signed in once more for what signing in took, a password and, where
/// the account has a second factor, a code, before something that a browser left open should
/// not give away. Failures count as those of signing in do. Returns a status and a
/// sentence where the answer is no.
///
/// # Errors
/// 503 where too many are signing in at once.
pub fn once_more(
    request: &Request,
    desk: &mut Desk,
    session: &Session,
    (password, code): (&str, &str),
) -> Result<Option<(u16, String)>> {
    let account = store::account::numbered(desk, session.account)?;
    let second = totp::is_on(account.as_ref());
    let keys = session::keys(request, desk, &session.site, &session.name)?;
    let keys = if second { totp::counted(keys) } else { keys };
    if let Some(seconds) = attempt::begin(desk, &keys)? {
        return Ok(Some((429, too_many(seconds))));
    }
    let right = is_password(request, account.as_ref(), password)?;
    // A code is used up only where the password was right.
    if right && (!second || totp::accept(desk, session, code)?) {
        attempt::succeeded(desk, &keys)?;
        return Ok(None);
    }
    let wrong = match second {
        true => "That password and that code do not belong together, or the code was used already.",
        false => "That is not your password.",
    };
    Ok(Some((422, wrong.into())))
}

/// Whether a password is the account's, once there is room to hash it: a crowd that
/// guesses does not take all of a host's memory.
///
/// # Errors
/// 503 where too many are signing in at once.
pub fn is_password(request: &Request, account: Option<&Account>, password: &str) -> Result<bool> {
    let slot = attempt::slot(&request.place)?;
    let right = account::verify(account, password);
    drop(slot);
    right
}

/// What is said to whoever has to wait.
pub fn too_many(seconds: i64) -> String {
    let wait = wait(seconds);
    format!("Too many attempts have failed. Try again in {wait}.")
}

fn wait(seconds: i64) -> String {
    match seconds {
        1 => "a second".into(),
        ..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    }
}
