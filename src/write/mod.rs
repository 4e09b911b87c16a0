//! Writing in the browser: the form of each kind, what it shows, and where it goes.
//!
//! - `sheet`: what a form says, read into a draft
//! - `press`: a draft made into what is published
//! - `wanted`: what an address and a form ask for

mod press;
mod sheet;
mod wanted;

use jiff::tz::TimeZone;

use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::media::Shelf;
use crate::publish::Press;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::removed::Removed;
use crate::store::writing::{self, Begun, Saved};
use crate::store::{self, Desk};
use crate::view::write::{self as view, Sheet, State};
use crate::{clock, date, failure, token, url};

pub use press::Draught;
use press::Trouble;
use wanted::{Action, Wanted};

/// Answers a request for a form, or one that sends it.
///
/// # Errors
/// 404 for a draft or a post that is not there.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    let wanted = Wanted::parse(&request.path).ok_or(Error::NotFound)?;
    request.path.must_be(&wanted.path())?;
    let table = Table::new(request, desk, session)?;
    match (request.method, wanted) {
        (Method::Get | Method::Head, Wanted::New) => {
            let mut draft = sheet::begun(request)?;
            draft.origin = format!("desk/{}", token::random()?);
            table.show(200, &table.sheet(desk, &draft, wanted, 0)?)
        }
        (Method::Get | Method::Head, Wanted::Draft(id)) => {
            let (draft, version) = desk.draft(id)?.ok_or(Error::NotFound)?;
            table.show(200, &table.sheet(desk, &draft, wanted, version)?)
        }
        (Method::Get | Method::Head, Wanted::Post(id)) => match desk.draft_of(id)? {
            Some(draft) => Ok(failure::see(request, &url::draft(draft), "").private()),
            None => {
                let draft = desk.source(id)?.ok_or(Error::NotFound)?.draft(id);
                table.show(200, &table.sheet(desk, &draft, wanted, 0)?)
            }
        },
        (Method::Post, _) => {
            let form = Form::read(request)?;
            session.confirm(request, &form)?;
            table.take(desk, wanted, &form)
        }
        (Method::Other, _) => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

/// Publishes what was public until it was deleted, where it was, as it was. Returns
/// its address.
///
/// # Errors
/// Whatever keeps the files from being written.
pub fn restore(
    request: &Request,
    desk: &mut Desk,
    removed: &Removed,
) -> Result<std::result::Result<String, String>> {
    let press = press_of(request, desk)?;
    let id = (removed.id, removed.version);
    let done = press::publish(desk, &removed.draft, id, &press, store::now(), false)?;
    Ok(done.map_err(Trouble::text))
}

/// A draft as readers would see it; none where it can't be published as it is.
///
/// # Errors
/// Whatever keeps the desk from being read.
pub fn draught(request: &Request, desk: &Desk, draft: &Draft) -> Result<Option<Draught>> {
    let press = press_of(request, desk)?;
    let (moment, _) = press::moment(draft, &press.zone, store::now());
    Ok(press::preview(draft, moment, &press).ok())
}

fn press_of(request: &Request, desk: &Desk) -> Result<Press> {
    let zone = TimeZone::get(&desk.zone()?)
        .map_err(|error| Error::Internal(format!("the blog's time zone: {error}")))?;
    let data = request.place.data.as_deref().ok_or(Error::NotFound)?;
    Ok(Press {
        zone,
        shelf: Shelf::of(data),
    })
}

/// What became of what was typed.
enum Kept {
    /// It is this version of a draft.
    As(i64, i64),
    /// It is what is public, so there is nothing to keep.
    Same,
    /// Somebody else saved meanwhile: the number, theirs, its version.
    Behind(i64, Box<Draft>, i64),
}

/// What a form is answered with.
struct Table<'a> {
    request: &'a Request,
    session: &'a Session,
    press: Press,
    now: i64,
}

impl<'a> Table<'a> {
    fn new(request: &'a Request, desk: &Desk, session: &'a Session) -> Result<Table<'a>> {
        Ok(Table {
            request,
            session,
            press: press_of(request, desk)?,
            now: store::now(),
        })
    }

    fn take(&self, desk: &mut Desk, wanted: Wanted, form: &Form) -> Result<Response> {
        let zone = &self.press.zone;
        let action = Action::parse(&form.line("do")?);
        let key = sheet::key(form)?;
        let (draft, kept) = match wanted {
            Wanted::New => {
                let kind = sheet::kind(&form.line("kind")?);
                let mut draft = sheet::read(form, &Draft::new(kind), zone)?;
                draft.origin = match key {
                    Some(key) => format!("desk/{key}"),
                    None => format!("desk/{}", token::random()?),
                };
                if writing::published(desk, &draft.origin)?.is_some() {
                    return self.gone(desk, &draft, form, action);
                }
                let kept = self.begin(desk, &draft)?;
                (draft, kept)
            }
            Wanted::Draft(id) => {
                let version = form.number("version")?.unwrap_or(0);
                let Some((before, _)) = desk.draft(id)? else {
                    let mut draft = Draft::new(sheet::kind(&form.line("kind")?));
                    draft.origin = key.map_or_else(String::new, |key| format!("desk/{key}"));
                    return self.gone(desk, &draft, form, action);
                };
                let draft = sheet::read(form, &before, zone)?;
                let auto = action == Action::Save { auto: true };
                match writing::save(desk, (id, version), &draft, self.now, auto)? {
                    Saved::As(version) => (draft, Kept::As(id, version)),
                    // The same form again, whose answer was lost on its way.
                    Saved::Behind(theirs, version) if theirs.reads_as(&draft) => {
                        (draft, Kept::As(id, version))
                    }
                    Saved::Behind(theirs, version) => (draft, Kept::Behind(id, theirs, version)),
                    Saved::Gone => return self.gone(desk, &draft, form, action),
                }
            }
            Wanted::Post(id) => {
                let before = desk.source(id)?.ok_or(Error::NotFound)?.draft(id);
                let refused = "This form is not whole, so nothing was done.";
                form.number("version")?.ok_or(Error::BadRequest(refused))?;
                let mut draft = sheet::read(form, &before, zone)?;
                draft.origin = format!("desk/{}", token::random()?);
                let idle = !matches!(action, Action::Preview | Action::Publish | Action::Link);
                match idle && before.reads_as(&draft) {
                    true => (draft, Kept::Same),
                    false => {
                        let kept = self.begin(desk, &draft)?;
                        (draft, kept)
                    }
                }
            }
        };
        match kept {
            Kept::As(id, version) => self.act(desk, action, &draft, form, Some((id, version))),
            Kept::Same => self.act(desk, action, &draft, form, None),
            Kept::Behind(id, theirs, version) => {
                let mut sheet = self.sheet(desk, &draft, Wanted::Draft(id), version)?;
                sheet.theirs = Some(&theirs);
                self.show(409, &sheet)
            }
        }
    }

    /// Lays a new draft on the desk, unless the same form was sent before.
    fn begin(&self, desk: &mut Desk, draft: &Draft) -> Result<Kept> {
        match writing::begin(desk, draft, &self.saved())? {
            Begun::As(id) => Ok(Kept::As(id, 1)),
            Begun::There(id) => match desk.draft(id)? {
                Some((there, version)) if there.reads_as(draft) => Ok(Kept::As(id, version)),
                Some((theirs, version)) => Ok(Kept::Behind(id, Box::new(theirs), version)),
                None => Err(Error::NotFound),
            },
        }
    }

    /// Does what is asked for with what was typed, which is kept by now.
    fn act(
        &self,
        desk: &mut Desk,
        action: Action,
        draft: &Draft,
        form: &Form,
        kept: Option<(i64, i64)>,
    ) -> Result<Response> {
        let see = |path: &str| Ok(failure::see(self.request, path, "").private());
        let back = match (kept, draft.post) {
            (Some((id, _)), _) => url::draft(id),
            (None, Some(post)) => url::edit(post),
            (None, None) => url::ADMIN.to_owned(),
        };
        match (action, draft.post, kept) {
            (Action::Preview, _, Some((id, version))) => self.preview(desk, draft, id, version),
            (Action::Publish, _, Some((id, version))) => {
                self.publish(desk, draft, form, id, version)
            }
            (Action::Link, _, Some((id, version))) => self.link(desk, draft, form, id, version),
            (Action::Unlink, _, Some((id, _))) => {
                store::preview::revoke(desk, id, self.now)?;
                see(&back)
            }
            (Action::Unpublish, Some(post), _) => {
                match writing::take_back(desk, post, &self.saved(), None)? {
                    Some(id) => see(&url::draft(id)),
                    None => see(&back),
                }
            }
            (Action::Delete, Some(post), _) if desk.source(post)?.is_some() => {
                writing::take_back(desk, post, &self.saved(), Some(self.now))?;
                see(url::BIN)
            }
            (Action::Delete | Action::Discard, _, Some((id, _))) => {
                store::removed::put(desk, id, self.now)?;
                see(url::BIN)
            }
            (Action::Save { .. }, post, kept) if self.request.sender.wants_json => {
                let (wanted, version) = match (kept, post) {
                    (Some((id, version)), _) => (Wanted::Draft(id), version),
                    (None, Some(post)) => (Wanted::Post(post), 0),
                    (None, None) => (Wanted::New, 0),
                };
                self.show(200, &self.sheet(desk, draft, wanted, version)?)
            }
            _ => see(&back),
        }
    }

    fn preview(&self, desk: &Desk, draft: &Draft, id: i64, version: i64) -> Result<Response> {
        let (moment, trouble) = press::moment(draft, &self.press.zone, self.now);
        let made = press::preview(draft, moment, &self.press);
        let mut sheet = self.sheet(desk, draft, Wanted::Draft(id), version)?;
        match (&trouble, &made) {
            (Some(Trouble::Unclear(question)), _) => sheet.question = Some(question),
            (Some(Trouble::Wrong(wrong)), _) | (None, Err(wrong)) => sheet.wrong = Some(wrong),
            (None, Ok(draught)) => sheet.preview = Some(draught),
        }
        let status = if sheet.preview.is_some() { 200 } else { 422 };
        self.show(status, &sheet)
    }

    /// Makes a link that shows the draft, and tells it once: the desk has its hash alone.
    fn link(
        &self,
        desk: &mut Desk,
        draft: &Draft,
        form: &Form,
        id: i64,
        version: i64,
    ) -> Result<Response> {
        let made = press::preview(draft, self.now, &self.press);
        let days = form.number("days")?.unwrap_or(7).clamp(1, 90);
        let token = token::random()?;
        let link = self.session.site.links.absolute(&url::preview(&token));
        if made.is_ok() {
            let expires = self.now + days * 86_400_000_000;
            store::preview::add(desk, &token::digest(&token), id, expires)?;
        }
        let mut sheet = self.sheet(desk, draft, Wanted::Draft(id), version)?;
        match &made {
            Ok(_) => sheet.link = Some(&link),
            Err(wrong) => sheet.wrong = Some(wrong),
        }
        let status = if made.is_ok() { 200 } else { 422 };
        self.show(status, &sheet)
    }

    fn publish(
        &self,
        desk: &mut Desk,
        draft: &Draft,
        form: &Form,
        id: i64,
        version: i64,
    ) -> Result<Response> {
        let tell = form.has("tell")?;
        let done = press::publish(desk, draft, (id, version), &self.press, self.now, tell)?;
        match done {
            Ok(path) => Ok(failure::see(self.request, &path, "").private()),
            Err(trouble) => {
                let mut sheet = self.sheet(desk, draft, Wanted::Draft(id), version)?;
                sheet.tell = tell;
                match &trouble {
                    Trouble::Unclear(question) => sheet.question = Some(question),
                    Trouble::Wrong(wrong) => sheet.wrong = Some(wrong),
                }
                self.show(422, &sheet)
            }
        }
    }

    /// Answers the form of a draft that was published, deleted or discarded while it
    /// stayed open. A form that was sent twice is done; what is new in any other is
    /// kept as a draft of its own.
    fn gone(
        &self,
        desk: &mut Desk,
        blank: &Draft,
        form: &Form,
        action: Action,
    ) -> Result<Response> {
        let published = writing::published(desk, &blank.origin)?;
        let post = match (published, form.number("post")?.or(blank.post)) {
            (Some((id, _)), _) | (None, Some(id)) => Some(id),
            (None, None) => None,
        };
        let source = match post {
            Some(id) => desk.source(id)?,
            None => None,
        };
        let before = match (&source, post) {
            (Some(source), Some(id)) => source.draft(id),
            _ => blank.clone(),
        };
        let mut draft = sheet::read(form, &before, &self.press.zone)?;
        // It was begun before there was an address to keep.
        if draft.date.is_empty() {
            draft.moment = before.moment;
        }
        if draft.slug.is_empty() {
            draft.slug = before.slug.clone();
        }
        if let Some(source) = source.filter(|_| before.reads_as(&draft)) {
            let path = match source.waits {
                true => url::SCHEDULED,
                false => source.path.as_str(),
            };
            return Ok(failure::see(self.request, path, "").private());
        }
        draft.origin = format!("desk/{}", token::random()?);
        match self.begin(desk, &draft)? {
            Kept::Behind(id, theirs, version) => {
                let mut sheet = self.sheet(desk, &draft, Wanted::Draft(id), version)?;
                sheet.theirs = Some(&theirs);
                self.show(409, &sheet)
            }
            Kept::As(id, _) if action == Action::Discard => {
                store::removed::put(desk, id, self.now)?;
                Ok(failure::see(self.request, url::BIN, "").private())
            }
            Kept::As(id, version) => {
                let mut sheet = self.sheet(desk, &draft, Wanted::Draft(id), version)?;
                sheet.note = Some(
                    "The draft of this form was published or deleted meanwhile. Nothing is lost: what you \
                     typed is kept here, as a draft.",
                );
                self.show(409, &sheet)
            }
            Kept::Same => Err(Error::NotFound),
        }
    }

    /// The form of a draft, to be sent to where `wanted` says.
    fn sheet<'s>(
        &self,
        desk: &Desk,
        draft: &'s Draft,
        wanted: Wanted,
        version: i64,
    ) -> Result<Sheet<'s>> {
        let zone = &self.press.zone;
        let mut sheet = Sheet::new(draft, wanted.path(), version);
        // A script is told nothing of what follows, and asks every second or two.
        if self.request.sender.wants_json {
            return Ok(sheet);
        }
        let source = match draft.post {
            Some(post) => desk.source(post)?,
            None => None,
        };
        sheet.state = match (source, wanted) {
            (Some(source), _) if source.waits => {
                State::Waits(clock::shown(source.writing.moment, zone))
            }
            (Some(source), _) => State::Public(source.path),
            (None, Wanted::New) => State::New,
            (None, _) => State::Draft,
        };
        sheet.date = match (draft.date.is_empty(), draft.moment) {
            (true, Some(moment)) => clock::field(moment, zone),
            _ => draft.date.clone(),
        };
        if let Wanted::Draft(id) = wanted {
            let (links, until) = store::preview::of_draft(desk, id, self.now)?;
            sheet.links = (links, clock::shown(until, zone));
            sheet.history = Some(url::history("draft", id));
        }
        if let Wanted::Post(id) = wanted {
            sheet.history = Some(url::history("post", id));
        }
        sheet.known = store::published::of_link(desk, draft)?;
        sheet.zone = zone.iana_name().unwrap_or("UTC").to_owned();
        Ok(sheet)
    }

    /// The form as a page; for a script what became of it, with what readers would see.
    fn show(&self, status: u16, sheet: &Sheet<'_>) -> Result<Response> {
        let response = match self.request.sender.wants_json {
            true => {
                let (shown, problem) = press::sketch(sheet.draft, &self.press, self.now);
                let told = view::told(self.session, sheet, shown.as_ref(), problem.as_deref());
                Response::text("application/json", told).private()
            }
            false => Response::written(view::page(self.session, sheet), &self.session.nonce),
        };
        Ok(response.status(status))
    }

    fn saved(&self) -> String {
        date::timestamp(self.now)
    }
}
