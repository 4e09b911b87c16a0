//! A blog made in the browser, for hosts without a shell: the first visit to the admin
//! where there is no blog looks the host over and makes one, once the visitor
//! has shown that the account is theirs.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::config::{self, Place};
use crate::error::{Error, Result};
use crate::form::Form;
use crate::host::{self, Fact, Host};
use crate::proof::{self, Proof};
use crate::request::{Method, Request};
use crate::response::Response;
use crate::settings::{self, Settings};
use crate::store::desk;
use crate::view::setup::{self as view, Sheet};
use crate::{account, failure, store, token, url};

/// Whether there is no blog yet: no directory is named, or the one that is has none of
/// the blog's files. A blog that lost one of them is not made anew over the rest.
pub fn is_needed(place: &Place) -> bool {
    let files = [store::BLOG_FILE, store::DESK_FILE, store::GUESTBOOK_FILE];
    place
        .data
        .as_deref()
        .is_none_or(|folder| files.iter().all(|file| !folder.join(file).exists()))
}

/// Answers a visit to the admin of a blog that is not there.
///
/// # Errors
/// Whatever keeps the blog from being made, with what to do about it.
pub fn answer(request: &Request, host: &Host) -> Result<Response> {
    match request.method {
        Method::Get | Method::Head if request.path.as_str() != url::ADMIN => {
            Err(Error::See(url::ADMIN.into()))
        }
        Method::Get | Method::Head => {
            let typed = Typed {
                proof: Proof::new()?,
                title: Settings::default().title,
                base_url: request.place.reached.base_url(),
                zone: Settings::default().zone,
                ..Typed::default()
            };
            show(request, host, 200, &typed, None)
        }
        Method::Post => {
            let form = Form::read(request)?;
            let typed = Typed::read(&form)?;
            match make(request, host, &typed, &form.text("password")?)? {
                Ok(()) => Ok(failure::see(request, url::LOGIN, "").private()),
                Err(wrong) => show(request, host, 422, &typed, Some(&wrong)),
            }
        }
        Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

/// What the visitor typed, but the password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    proof: Proof,
    place: String,
    title: String,
    base_url: String,
    zone: String,
    name: String,
}

impl Typed {
    fn read(form: &Form) -> Result<Typed> {
        Ok(Typed {
            proof: Proof::read(form)?,
            place: form.line("place")?,
            title: form.line("title")?,
            base_url: form.line("base-url")?,
            zone: form.line("zone")?,
            name: form.line("name")?,
        })
    }
}

/// A sentence and the field that it is about; no field for the page as a whole.
type Wrong = (&'static str, String);

/// Makes the blog, or says what is wrong with the form.
fn make(
    request: &Request,
    host: &Host,
    typed: &Typed,
    password: &str,
) -> Result<std::result::Result<(), Wrong>> {
    if let Err(wrong) = typed.proof.check(host) {
        return Ok(Err(("", wrong)));
    }
    if let Err(wrong) = account::check_name(&typed.name) {
        return Ok(Err(("name", wrong)));
    }
    if let Err(wrong) = account::check_password(password) {
        return Ok(Err(("password", wrong)));
    }
    let mut settings = Settings::default();
    for (name, value) in [
        ("title", &typed.title),
        ("base-url", &typed.base_url),
        ("zone", &typed.zone),
    ] {
        if let Err(wrong) = settings.set(name, value) {
            return Ok(Err((name, wrong)));
        }
    }
    let places = places(&request.place, host);
    let Some(folder) = places
        .iter()
        .find(|place| place.as_os_str() == &*typed.place)
    else {
        return Ok(Err((
            "place",
            "Choose one of the places that are listed.".into(),
        )));
    };
    let above = folder.parent().unwrap_or(folder);
    let there = existing(folder, above);
    let mut looked = host::look_at(there);
    looked.push(host::try_lock_in(there));
    if let Some(bad) = looked.into_iter().find(Fact::is_bad) {
        return Ok(Err(("place", bad.text)));
    }
    let hashed = account::hash(password)?;
    let mut desk = desk::create(folder, &settings)?;
    store::account::add(&mut desk, &typed.name, &hashed)?;
    hand_out_media(request, host, folder)?;
    if request.place.data.is_none() {
        configure(host, folder)?;
    }
    proof::forget(host);
    Ok(Ok(()))
}

/// Where the data may go: where the operator has said, or one of the host's places.
fn places(place: &Place, host: &Host) -> Vec<PathBuf> {
    match &place.data {
        Some(named) => vec![named.clone()],
        None => host.places(),
    }
}

fn existing<'a>(folder: &'a Path, above: &'a Path) -> &'a Path {
    match folder.is_dir() {
        true => folder,
        false => above,
    }
}

/// Where programs end in `.cgi` the web server hands out what lies beside them: the
/// folder for uploads has to be there, and the data directory leads to it.
fn hand_out_media(request: &Request, host: &Host, folder: &Path) -> Result<()> {
    let reached = &request.place.reached;
    let place = handed_out(&reached.programs, host);
    if reached.suffix.is_empty() || !host::is_writable(&place) {
        return Ok(());
    }
    let (inside, outside) = (folder.join("media"), place.join("media"));
    let moved = match outside.exists() {
        true => fs::remove_dir(&inside),
        // Where programs run as their owner the web server is somebody else.
        false => fs::rename(&inside, &outside)
            .and_then(|()| fs::set_permissions(&outside, Permissions::from_mode(0o755))),
    };
    moved
        .and_then(|()| symlink(&outside, &inside))
        .map_err(|error| Error::Internal(format!("{}: {error}", inside.display())))
}

/// The folder that the blog's own address leads to. That of an upload leaves the name
/// `cgi-bin` out (`url::Links`), for a host hands out nothing of such a folder.
fn handed_out(programs: &str, host: &Host) -> PathBuf {
    let Some(below) = programs.strip_suffix("/cgi-bin") else {
        return host.programs.clone();
    };
    let above = host.programs.parent().unwrap_or(&host.programs);
    match &host.document_root {
        // The host's own `cgi-bin` lies elsewhere. A user's folder is no part of the path.
        Some(root) if !above.starts_with(root) && !below.contains('~') => {
            root.join(below.trim_start_matches('/'))
        }
        _ => above.to_owned(),
    }
}

/// Tells the programs where the data is.
fn configure(host: &Host, folder: &Path) -> Result<()> {
    let path = host.programs.join(config::FILE);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(&path);
    file.and_then(|mut file| file.write_all(line(folder).as_bytes()))
        .map_err(|error| Error::Internal(format!("{} can't be written: {error}", path.display())))
}

/// The line of `mayfly.conf`.
fn line(folder: &Path) -> String {
    format!("data = {}\n", folder.display())
}

fn show(
    request: &Request,
    host: &Host,
    status: u16,
    typed: &Typed,
    wrong: Option<&Wrong>,
) -> Result<Response> {
    let places = places(&request.place, host);
    let mut facts = host.look();
    facts.push(links(request));
    facts.push(https(request));
    if let Some(first) = places.first() {
        let above = first.parent().unwrap_or(first);
        facts.extend(host::look_at(existing(first, above)));
    }
    let conf = config::FILE;
    let stuck = match &request.place.data {
        Some(named) if named.parent().is_none_or(|above| !above.is_dir()) => Some(format!(
            "{conf} names {}, and the folder it would be in is not there.",
            named.display()
        )),
        None if !host.may_write_beside() => Some(format!(
            "The programs may not write {conf} beside themselves. Put it there by SFTP, with the one line \
             \u{201c}data = \u{2026}\u{201d}, the folder for the data: one that {} may write to and that is not handed out.",
            host.user
        )),
        None if places.is_empty() => Some(format!(
            "There is no folder outside of what the web server hands out that {} may write to. Make one by SFTP, \
             and put {conf} beside the programs, with the one line \u{201c}data = \u{2026}\u{201d} and that folder.",
            host.user
        )),
        _ => None,
    };
    let site = crate::site::Site::unmade(&request.place.reached);
    let places: Vec<String> = places
        .iter()
        .map(|place| place.display().to_string())
        .collect();
    let word = typed.proof.word();
    let nonce = token::random()?;
    let sheet = Sheet {
        nonce: &nonce,
        facts: &facts,
        stuck: stuck.as_deref(),
        word: &word,
        places: &places,
        values: &[
            ("secret", typed.proof.secret()),
            ("place", &typed.place),
            ("title", &typed.title),
            ("base-url", &typed.base_url),
            ("zone", &typed.zone),
            ("name", &typed.name),
        ],
        zones: &settings::zones(),
        wrong: wrong.map(|(field, text)| (*field, text.as_str())),
    };
    Ok(Response::signed(view::page(&site, &sheet), &nonce).status(status))
}

/// Which links the way of this request makes.
pub fn links(request: &Request) -> Fact {
    Fact::well(match request.place.reached.base {
        Some(_) => "the web server rewrites: links are pretty, /2025/Jul/5/slug/",
        None => "this page was reached without rewriting: links name the programs, and work",
    })
}

/// Whether the way of this request can be listened to.
pub fn https(request: &Request) -> Fact {
    match request.sender.secure {
        true => Fact::well("you came by HTTPS, so nobody on the way reads your password"),
        false => Fact::odd("you came without HTTPS: whoever is on the way can read your password"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_lie_where_their_addresses_lead() {
        let lie = |programs: &str, folder: &str| {
            let host = Host {
                programs: folder.into(),
                document_root: Some("/home/anna/www".into()),
                ..Host::default()
            };
            handed_out(programs, &host)
        };
        let of = |path: &str| PathBuf::from(path);
        assert_eq!(lie("", "/home/anna/www"), of("/home/anna/www"));
        assert_eq!(
            lie("/blog", "/home/anna/www/blog"),
            of("/home/anna/www/blog")
        );
        assert_eq!(
            lie("/cgi-bin", "/home/anna/www/cgi-bin"),
            of("/home/anna/www")
        );
        assert_eq!(
            lie("/blog/cgi-bin", "/home/anna/www/blog/cgi-bin"),
            of("/home/anna/www/blog")
        );
        assert_eq!(lie("/cgi-bin", "/home/anna/cgi-bin"), of("/home/anna/www"));
        assert_eq!(
            lie("/~ben/cgi-bin", "/home/ben/web/cgi-bin"),
            of("/home/ben/web")
        );
    }
}
