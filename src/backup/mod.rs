//! Backups: what `mayfly backup` makes, and the page that makes the same of a blog whose
//! host has no shell. `GET /admin/backup/` lists what there is; forms sent there make one
//! more and hand one out, against the password, with the uploads behind it where they are
//! wanted.

pub mod archive;
pub mod make;
mod stored;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::form::Form;
use crate::request::{Method, Request};
use crate::response::{Response, Source};
use crate::session::Session;
use crate::store::{self, Desk};
use crate::view::backup::{self as view, Refused};
use crate::{admin, cgi, clock, failure, login, totp, url};
use archive::Uploads;

/// Where the page puts archives, in the data directory.
pub const FOLDER: &str = "backups";

/// How many of them it keeps.
const KEEP: usize = 3;

/// The longest files it takes, together and in bytes. A program has ten seconds of
/// processor time, and this takes about five of them on a machine of 2024.
const LIMIT: u64 = 128 << 20;

/// The most uploads that a download takes along, in bytes. Reading them and the sum over them takes
/// processor time as well.
const UPLOADS: u64 = 1 << 30;

/// Is told what is being done, how far that is, and of how much.
pub type Progress<'a> = dyn FnMut(&'static str, u64, u64) + 'a;

/// What a file or folder that can't be read or written comes to.
pub fn failed(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    |error| match no_room(&error) {
        true => Error::Unavailable(format!("{}: the disk or the quota is full", path.display())),
        false => Error::Internal(format!("{}: {error}", path.display())),
    }
}

fn no_room(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// Answers a request.
///
/// # Errors
/// 404 for another address and for an archive that is not there, 405 for another method.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    admin::is_at(&request.path, url::BACKUP)?;
    request.get_or_post()?;
    let data = request.place.data.as_deref().ok_or(Error::NotFound)?;
    if request.method != Method::Post {
        return show(desk, session, data, &Refused::default());
    }
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    if form.line("do")? == "make" {
        return match make(data) {
            Ok(()) => Ok(failure::see(request, url::BACKUP, "").private()),
            Err(error) => not_made(desk, session, data, &error),
        };
    }
    let (name, all) = match (form.line("download")?, form.line("download-all")?) {
        (name, all) if all.is_empty() && !name.is_empty() => (name, false),
        (_, all) if !all.is_empty() => (all, true),
        _ => return Err(Error::BadRequest("This form does not say what to do.")),
    };
    // An archive has everybody's password in it as a hash, and every secret of a second
    // factor, which being signed in shows to nobody.
    let (password, code) = (form.text("password")?, form.line("code")?);
    let typed = (password.as_str(), code.as_str());
    if let Some((status, sentence)) = login::once_more(request, desk, session, typed)? {
        let refused = Refused {
            download: Some(sentence),
            ..Refused::default()
        };
        return show(desk, session, data, &refused).map(|page| page.status(status));
    }
    download(data, &name, all)
}

/// Says why there is no backup, to the owner and to the log.
fn not_made(desk: &Desk, session: &Session, data: &Path, error: &Error) -> Result<Response> {
    // Where the data is the log says; a page tells it to nobody.
    let place = data.display().to_string();
    let told = error.to_string().replace(&place, "the data directory");
    let refused = Refused {
        backup: Some(told),
        ..Refused::default()
    };
    let page = show(desk, session, data, &refused)?;
    Ok(page
        .status(error.status())
        .complaining(Some(format!("no backup was made: {error}"))))
}

fn make(data: &Path) -> Result<()> {
    let size = |name: &&str| fs::metadata(data.join(name)).map_or(0, |file| file.len());
    if store::backup::FILES.iter().map(size).sum::<u64>() > LIMIT {
        return Err(Error::Unavailable(
            "the blog is too large to be copied while a browser waits: `mayfly backup` does, on the server".into(),
        ));
    }
    // Uploads stay out, for they would take their room a second time.
    let uploads = Uploads::default();
    let mut progress = |_, _, _| cgi::go_on();
    make::make(
        data,
        &data.join(FOLDER),
        &uploads,
        Some(KEEP),
        &mut progress,
    )?;
    Ok(())
}

fn show(desk: &Desk, session: &Session, data: &Path, refused: &Refused) -> Result<Response> {
    let zone = clock::zone(&desk.zone()?);
    let folder = data.join(FOLDER);
    let mut listed = Vec::new();
    for name in make::archives(&folder)?.into_iter().rev() {
        let bytes = fs::metadata(folder.join(&name))
            .map_err(failed(&folder))?
            .len();
        let made = make::made_at(&name).map(|second| clock::shown(second * 1_000_000, &zone));
        listed.push(view::Listed {
            made: made.unwrap_or_default(),
            name,
            bytes,
        });
    }
    let uploads = uploads(data)?;
    let uploads = view::Uploads {
        files: uploads.count(),
        bytes: uploads.bytes(),
        offered: uploads.count() > 0 && uploads.bytes() <= UPLOADS,
    };
    let age = store::check::backup(data);
    let account = store::account::numbered(desk, session.account)?;
    let second = totp::is_on(account.as_ref());
    let page = view::page(session, &age, &listed, &uploads, second, refused);
    Ok(Response::signed(page, &session.nonce))
}

fn uploads(data: &Path) -> Result<Uploads> {
    let folder = data.join("media");
    match folder.exists() {
        true => Uploads::find(&folder),
        false => Ok(Uploads::default()),
    }
}

fn download(data: &Path, name: &str, all: bool) -> Result<Response> {
    make::made_at(name).ok_or(Error::NotFound)?;
    let path = data.join(FOLDER).join(name);
    let length = fs::metadata(&path).map_err(|_| Error::NotFound)?.len();
    let mut handed = Handed {
        path,
        length,
        behind: None,
    };
    let mut called = name.to_owned();
    if all {
        let failed = failed(&handed.path);
        let end = archive::plain_end().map_err(&failed)?;
        let first = length.saturating_sub(end.len() as u64);
        if !ends_with(&handed.path, first, &end).map_err(&failed)? {
            return Err(Error::Forbidden(
                "This archive was made with its uploads, or by something else: download it as it is.",
            ));
        }
        let uploads = uploads(data)?;
        if uploads.bytes() > UPLOADS {
            return Err(Error::Forbidden(
                "There are too many uploads for one download: copy the folder media by itself.",
            ));
        }
        let behind = uploads.length().map_err(&failed)?;
        drop(failed);
        handed.length = first;
        handed.behind = Some((uploads, behind));
        called = name.replace(".tar.gz", "-with-uploads.tar.gz");
    }
    let named = format!("attachment; filename=\"{called}\"");
    Ok(Response::from_source("application/gzip", Rc::new(handed))
        .private()
        .with("Content-Disposition", named))
}

fn ends_with(path: &Path, from: u64, end: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut found = Vec::new();
    file.take(end.len() as u64 + 1).read_to_end(&mut found)?;
    Ok(found == end)
}

/// An archive on its way to its owner: so much of a file, and what comes behind it.
#[derive(Debug)]
struct Handed {
    path: PathBuf,
    length: u64,
    behind: Option<(Uploads, u64)>,
}

impl Source for Handed {
    fn length(&self) -> u64 {
        self.length + self.behind.as_ref().map_or(0, |(_, length)| *length)
    }

    fn send(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut file = File::open(&self.path)?.take(self.length);
        io::copy(&mut file, out)?;
        match &self.behind {
            Some((uploads, _)) => uploads.send(out),
            None => Ok(()),
        }
    }
}
