//! Writing in the browser: the form of each kind, what it shows, and where it goes.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::media::Shelf;
use crate::path::Path;
use crate::post::{Kind, Ready};
use crate::publish::{self, MAX_NAME, Press, Writing};
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::writing::{self, Saved};
use crate::store::{self, Desk};
use crate::view::write::{self as view, Sheet};
use crate::{failure, slug, token, url};

/// What is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Something new: `/admin/new/`.
    New,
    /// The draft of that number: `/admin/write/7/`.
    Draft(i64),
}

impl Wanted {
    /// Reads an address of the admin, if it is one of these.
    pub fn parse(path: &Path) -> Option<Wanted> {
        match path.segments().as_slice() {
            ["admin", "new"] => Some(Wanted::New),
            ["admin", "write", id] => Some(Wanted::Draft(id.parse().ok()?)),
            _ => None,
        }
    }
}

/// Answers a request for a form, or one that sends it.
///
/// # Errors
/// 404 for a draft that is not there.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    let wanted = Wanted::parse(&request.path).ok_or(Error::NotFound)?;
    let canonical = match wanted {
        Wanted::New => view::NEW.to_owned(),
        Wanted::Draft(id) => url::draft(id),
    };
    request.path.must_be(&canonical)?;
    match (request.method, wanted) {
        (Method::Get | Method::Head, Wanted::New) => {
            let draft = begun(request)?;
            show(session, 200, &Sheet::new(&draft, &canonical, 0))
        }
        (Method::Get | Method::Head, Wanted::Draft(id)) => {
            let (draft, version) = desk.draft(id)?.ok_or(Error::NotFound)?;
            show(session, 200, &Sheet::new(&draft, &canonical, version))
        }
        (Method::Post, _) => {
            let form = Form::read(request)?;
            session.confirm(request, &form)?;
            take(request, desk, session, wanted, &form)
        }
        (Method::Other, _) => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

/// A new draft, with what the address already says: a bookmark can fill it in.
fn begun(request: &Request) -> Result<Draft> {
    let given = |name| {
        request
            .query
            .get(name)
            .map(|value| value.unwrap_or_default().trim().to_owned())
    };
    let mut draft = blank(kind(&given("kind")?));
    draft.title = given("title")?;
    draft.link_url = given("url")?;
    draft.source = given("source")?;
    draft.source_url = given("source_url")?;
    draft.text = given("text")?;
    Ok(draft)
}

fn kind(name: &str) -> Kind {
    let mut kinds = Kind::DATED.into_iter();
    kinds
        .find(|kind| kind.name() == name)
        .unwrap_or(Kind::Entry)
}

fn blank(kind: Kind) -> Draft {
    Draft {
        kind,
        title: String::new(),
        slug: String::new(),
        tags: String::new(),
        link_url: String::new(),
        via_url: String::new(),
        via_title: String::new(),
        source: String::new(),
        source_url: String::new(),
        context: String::new(),
        text: String::new(),
        origin: String::new(),
    }
}

fn read(form: &Form, kind: Kind) -> Result<Draft> {
    Ok(Draft {
        kind,
        title: form.line("title")?,
        slug: form.line("slug")?,
        tags: form.line("tags")?.replace(',', " "),
        link_url: form.line("link_url")?,
        via_url: form.line("via_url")?,
        via_title: form.line("via_title")?,
        source: form.line("source")?,
        source_url: form.line("source_url")?,
        context: form.line("context")?,
        text: form.text("text")?,
        origin: String::new(),
    })
}

/// Saves first, whatever is wanted, so that nothing typed depends on the rest.
fn take(
    request: &Request,
    desk: &mut Desk,
    session: &Session,
    wanted: Wanted,
    form: &Form,
) -> Result<Response> {
    let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let (id, mut draft, version) = match wanted {
        Wanted::New => {
            let mut draft = read(form, kind(&form.line("kind")?))?;
            draft.origin = format!("desk/{}", token::random()?);
            (writing::begin(desk, &draft, &now)?, draft, 1)
        }
        Wanted::Draft(id) => {
            let (kept, _) = desk.draft(id)?.ok_or(Error::NotFound)?;
            let draft = Draft {
                origin: kept.origin,
                ..read(form, kept.kind)?
            };
            let version = form.number("version")?.unwrap_or(0);
            match writing::save(desk, id, version, &draft, &now)? {
                Saved::As(version) => (id, draft, version),
                Saved::Gone => return Err(Error::NotFound),
                Saved::Behind(theirs, version) => {
                    let path = url::draft(id);
                    let mut sheet = Sheet::new(&draft, &path, version);
                    sheet.theirs = Some(&theirs);
                    return show(session, 409, &sheet);
                }
            }
        }
    };
    let path = url::draft(id);
    let zone = TimeZone::get(&desk.zone()?)
        .map_err(|error| Error::Internal(format!("the blog's time zone: {error}")))?;
    let press = Press {
        zone,
        shelf: Shelf::of(request.place.data.as_deref().ok_or(Error::NotFound)?),
    };
    let action = form.line("do")?;
    match action.as_str() {
        "preview" | "publish" if draft.kind != Kind::Page => {}
        _ => return Ok(failure::see(request, &path, "").private()),
    }
    draft.slug = free_of_surprise(&draft);
    let rendered = render(&draft, draft.slug.clone(), &press);
    let mut sheet = Sheet::new(&draft, &path, version);
    match rendered {
        Err(wrong) => {
            sheet.wrong = Some(&wrong);
            show(session, 422, &sheet)
        }
        Ok(ready) if action == "preview" => {
            sheet.preview = Some(&ready.post);
            show(session, 200, &sheet)
        }
        Ok(ready) => {
            let key = (ready.post.date, draft.slug.as_str(), draft.origin.as_str());
            writing::publish(desk, id, version, key, |slug| {
                render(&draft, slug, &press).map_err(Error::Internal)
            })?;
            Ok(failure::see(request, &url::day(ready.post.date), "").private())
        }
    }
}

/// The slug as it was typed, else made of the title or of the first words.
fn free_of_surprise(draft: &Draft) -> String {
    let words: Vec<&str> = draft.text.split_whitespace().take(6).collect();
    let from = [&draft.slug, &draft.title, &draft.source, &words.join(" ")];
    let made = from.into_iter().map(|text| slug::slug(text));
    let mut made = made
        .into_iter()
        .find(|slug| !slug.is_empty())
        .unwrap_or_else(|| draft.kind.name().to_owned());
    // Room for the number that tells it from others of its day.
    made.truncate(MAX_NAME - 10);
    made.trim_end_matches('-').to_owned()
}

fn render(draft: &Draft, slug: String, press: &Press) -> std::result::Result<Ready, String> {
    let draft = draft.clone();
    let writing = Writing {
        slug,
        title: draft.title,
        tags: draft
            .tags
            .split_ascii_whitespace()
            .map(String::from)
            .collect(),
        link_url: draft.link_url,
        via_url: draft.via_url,
        via_title: draft.via_title,
        source: draft.source,
        source_url: draft.source_url,
        context: draft.context,
        text: draft.text,
        origin: draft.origin,
        ..Writing::new(draft.kind, store::now())
    };
    publish::post(writing, press)
}

fn show(session: &Session, status: u16, sheet: &Sheet<'_>) -> Result<Response> {
    let page = view::page(session, sheet);
    Ok(Response::signed(page, &session.nonce).status(status))
}
