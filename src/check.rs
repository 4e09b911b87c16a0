//! Whether all is well with the blog and its host: `GET /admin/check/` shows what
//! `mayfly check` tells, and what only a visit can. It looks and never touches.
//!
//! Whether the web server hands the data out nobody knows but the web server, and a
//! program of the blog can't ask it. So the visitor's browser does, at the addresses
//! that the files would have if they lay below the site's folder.

use std::cmp::Reverse;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::error::{Error, Result};
use crate::host::{self, Fact, Host};
use crate::request::Request;
use crate::response::Response;
use crate::session::Session;
use crate::store::check::{self as store, Depth};
use crate::store::{BLOG_FILE, DESK_FILE, Desk, attempt, kept};
use crate::view::check as view;
use crate::{admin, cgi, setup, url};

/// The programs, by the names of their files without `.cgi`.
const PROGRAMS: [&str; 17] = [
    "admin",
    "archive",
    "comment",
    "feed",
    "grep",
    "guestbook",
    "home",
    "kind",
    "login",
    "media",
    "page",
    "post",
    "qr",
    "search",
    "sitemap",
    "tag",
    "twin",
];

/// Files that nobody but the programs may read.
pub const SECRET: [&str; 2] = [BLOG_FILE, DESK_FILE];

/// What was looked at, by what it belongs to.
pub type Parts = Vec<(&'static str, Vec<Fact>)>;

/// Answers a request.
///
/// # Errors
/// 404 below the address, 405 for another method, and whatever keeps a file from being
/// read at all.
pub fn answer(request: &Request, _: &mut Desk, session: &Session) -> Result<Response> {
    admin::is_at(&request.path, url::CHECK)?;
    request.get()?;
    let named = request.place.data.as_deref().ok_or(Error::NotFound)?;
    // It may be a link to where the web server hands things out.
    let data = &named.canonicalize().unwrap_or_else(|_| named.to_owned());
    let host = cgi::host();
    let mut web = vec![setup::https(request), setup::links(request)];
    if host.hands_out(data) {
        web.push(Fact::odd(
            "the data directory is below what the web server hands out, so nothing but its configuration keeps \
             visitors from it: move it, and name the new place in mayfly.conf",
        ));
    }
    let mut parts = vec![("The way here", web)];
    parts.extend(blog(data, Depth::Page)?);
    let mut programs = host.look();
    programs.extend(switched(&host.programs));
    parts.push(("The programs", programs));
    for (_, facts) in &mut parts {
        facts.sort_by_key(|fact| Reverse(fact.weight));
    }
    let asked = url::exposed(data, &request.place.reached.base_url(), &SECRET);
    let page = view::page(session, &parts, &asked);
    Ok(Response::signed(page, &session.nonce))
}

/// The data directory and what is in it.
///
/// # Errors
/// Whatever keeps a file from being read at all.
pub fn blog(data: &Path, depth: Depth) -> Result<Parts> {
    let mut folder = store::permissions(data);
    folder.extend(host::look_at(data));
    let lock = attempt::lock_file(data, 0);
    folder.push(match lock.exists() {
        true => host::try_lock(&lock),
        false => Fact::well("file locks can be tried once somebody has signed in"),
    });
    let mut files = store::look(data, depth)?;
    if !files.iter().any(Fact::is_bad) {
        files.push(store::media(data)?);
        files.push(store::index(data)?);
        files.push(kept::look(data)?);
    }
    files.push(store::backup(data));
    Ok(vec![("The data directory", folder), ("The blog", files)])
}

/// What has to be mended, as far as that is known at once.
pub fn alarm(data: &Path, host: &Host) -> Option<Fact> {
    let mut facts = host.look();
    facts.extend(store::permissions(data));
    facts.extend(host::look_at(data));
    facts.into_iter().find(Fact::is_bad)
}

/// Which programs are not in a folder, which are but may not run, and which others may
/// change.
pub fn switched(folder: &Path) -> Vec<Fact> {
    let mode = |name: &str| {
        let file = |name: String| fs::metadata(folder.join(name)).ok();
        let found = file(name.to_owned()).or_else(|| file(format!("{name}.cgi")));
        found.map(|file| file.permissions().mode())
    };
    let named = |fits: &dyn Fn(Option<u32>) -> bool| {
        let names = PROGRAMS.into_iter().filter(|name| fits(mode(name)));
        names.collect::<Vec<_>>().join(", ")
    };
    let open = named(&|mode| mode.is_some_and(|mode| mode & 0o022 != 0));
    let missing = named(&|mode| mode.is_none());
    let off = named(&|mode| mode.is_some_and(|mode| mode & 0o111 == 0));
    let mut facts = Vec::new();
    if !missing.is_empty() {
        facts.push(Fact::odd(format!(
            "not there: {missing}. Their pages fail: put them beside the others, unless you mean it"
        )));
    }
    if !off.is_empty() {
        facts.push(Fact::odd(format!(
            "switched off: {off}. Their pages fail; `chmod 755` switches one on"
        )));
    }
    if !open.is_empty() {
        facts.push(Fact::bad(format!(
            "others on this host may change {open}: run `chmod 755` on them"
        )));
    }
    if facts.is_empty() {
        facts.push(Fact::well("all programs are there and may run"));
    }
    facts
}
