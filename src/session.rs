//! Being signed in: a cookie with a random token, whose hash the desk knows; and for
//! everything that changes something, a second secret in the form, which no other
//! site can read.

use crate::error::{Error, Result};
use crate::form::Form;
use crate::listing::Moment;
use crate::request::{Method, Request};
use crate::site::Site;
use crate::store::{self, Desk};
use crate::{token, url};

/// The longest a browser keeps a cookie (RFC 6265bis, section 5.5), in seconds. When
/// a session is over is for the desk to say.
const KEEP: u32 = 400 * 24 * 3600;

/// Whoever is signed in, for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The number of the account.
    pub account: i64,
    /// Its name.
    pub name: String,
    /// The blog, for its pages.
    pub site: Site,
    /// What scripts and styles of this page are allowed by.
    pub nonce: String,
    secret: String,
}

/// A session as its owner is told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether it is the one that asks.
    pub own: bool,
    /// When it began.
    pub begun: Moment,
    /// When it was last used, to within five minutes.
    pub used: Moment,
    /// Where it was begun.
    pub address: String,
    /// With which browser.
    pub agent: String,
}

/// Insists on somebody who is signed in.
///
/// # Errors
/// 303 to the form for signing in, which leads back; 403 for a form that was
/// sent, because leading away would lose what was typed.
pub fn signed_in(request: &Request, desk: &mut Desk) -> Result<Session> {
    let site = desk.site(&request.place)?;
    let secret = request.cookie(&cookie(request, &site, "session"));
    let found = match secret {
        Some(secret) => store::session::find(desk, &token::digest(secret))?,
        None => None,
    };
    match (found, secret) {
        (Some((account, name)), Some(secret)) => Ok(Session {
            account,
            name,
            site,
            nonce: token::random()?,
            secret: secret.to_owned(),
        }),
        _ if matches!(request.method, Method::Get | Method::Head) => {
            let back = format!("{}{}", request.path.as_str(), request.query_string());
            Err(Error::SignIn(back))
        }
        _ => Err(Error::Forbidden(
            "You are not signed in any longer, so nothing was done. Sign in in another tab, come back \
             here with the browser's Back button, where what you typed still is, and send it again.",
        )),
    }
}

impl Session {
    /// What every form has to carry in its field `token`.
    pub fn form_token(&self) -> String {
        token::derive(&self.secret, "form")
    }

    /// The hash by which the desk knows this session.
    pub fn hash(&self) -> Vec<u8> {
        token::digest(&self.secret)
    }

    /// Insists that a page of this blog, made for this session, sent the form. It
    /// comes before anything is done.
    ///
    /// # Errors
    /// 403 for a form from another site, from another session, or forged.
    pub fn confirm(&self, request: &Request, form: &Form) -> Result<()> {
        self.confirm_token(request, &form.line(Form::TOKEN)?)
    }

    /// The same for a form of another type, by the token found in it.
    ///
    /// # Errors
    /// As `confirm`.
    pub fn confirm_token(&self, request: &Request, sent: &str) -> Result<()> {
        own(request, &self.site)?;
        match token::same(sent, &self.form_token()) {
            true => Ok(()),
            false => Err(Error::Forbidden(
                "This form is from before you signed in, so nothing was done. Go back with the browser's \
                 Back button, copy what you typed, and open the page anew.",
            )),
        }
    }
}

/// Insists that one of the blog's own pages sent a form.
///
/// # Errors
/// 403 for another site's.
pub fn own(request: &Request, site: &Site) -> Result<()> {
    let configured = site.links.absolute("/");
    let configured = configured
        .match_indices('/')
        .nth(2)
        .map_or(configured.as_str(), |(slash, _)| &configured[..slash]);
    request
        .sender
        .must_be_own(&[&request.place.reached.origin, configured])
}

/// Begins a session, and returns the cookies that hold it. A cookie from before is
/// never taken over, so nobody can plant one.
///
/// # Errors
/// Whatever keeps the desk from being written.
pub fn begin(request: &Request, desk: &mut Desk, site: &Site, account: i64) -> Result<[String; 2]> {
    let (session, browser) = (token::random()?, token::random()?);
    let hashes = [token::digest(&session), token::digest(&browser)];
    let sender = &request.sender;
    store::session::begin(
        desk,
        account,
        [&hashes[0], &hashes[1]],
        [&sender.address, &sender.agent],
    )?;
    Ok([
        set(request, site, "session", &session, KEEP),
        set(request, site, "browser", &browser, KEEP),
    ])
}

/// What a sign-in is counted for: a browser that has signed in to the account before
/// by itself, and any other by the account and by its address.
///
/// # Errors
/// Whatever keeps the desk from being read.
pub fn keys(request: &Request, desk: &Desk, site: &Site, name: &str) -> Result<Vec<String>> {
    if let Some(browser) = request.cookie(&cookie(request, site, "browser")) {
        let hash = token::digest(browser);
        if store::session::is_known(desk, &hash, name)? {
            return Ok(vec![format!("browser {}", token::derive(browser, name))]);
        }
    }
    let network = request.sender.network();
    let name: String = name.chars().take(80).collect();
    Ok(vec![
        format!("account {name}"),
        format!("address {network}"),
    ])
}

/// The cookie that ends a session in the browser.
pub fn farewell(request: &Request, site: &Site) -> String {
    set(request, site, "session", "", 0)
}

/// Where a pretty path leads back to after signing in: into the admin or nowhere.
pub fn way_back(asked: &str) -> (String, String) {
    let (path, query) = match asked.find('?') {
        Some(mark) => asked.split_at(mark),
        None => (asked, ""),
    };
    let safe = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    match path.starts_with(url::ADMIN) && !path.contains("..") && safe(path) && safe(query) {
        true => (path.to_owned(), query.to_owned()),
        false => (url::ADMIN.to_owned(), String::new()),
    }
}

/// A cookie's name. It has a part of the blog's own name in it, or two blogs on one
/// host would sign each other out. With the prefix a browser takes the cookie
/// by HTTPS alone, and from this host alone (RFC 6265bis, section 4.1.3.2).
fn cookie(request: &Request, site: &Site, what: &str) -> String {
    let uid = site.uid.get(..8).unwrap_or(&site.uid);
    let prefix = if request.sender.secure { "__Host-" } else { "" };
    format!("{prefix}mayfly-{what}-{uid}")
}

fn set(request: &Request, site: &Site, what: &str, value: &str, seconds: u32) -> String {
    let name = cookie(request, site, what);
    let secure = if request.sender.secure {
        "; Secure"
    } else {
        ""
    };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}
