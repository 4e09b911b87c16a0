//! What a draft or a post was before: `GET /admin/history/draft/7/` and
//! `GET /admin/history/post/7/` list it, with `?of=12` they show what has changed since,
//! and a form sent there makes it a new version.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::clock;
use crate::date;
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::path::Path;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::revision::{self, Revision};
use crate::store::writing::{self, Begun, Saved};
use crate::store::{self, Desk};
use crate::view::history as view;
use crate::{failure, token, url};

/// How long two texts may be compared. What is left then is told line by line.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many unchanged lines are shown around what has changed.
const AROUND: usize = 3;

/// A line of a text that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub fate: Fate,
    /// Its pieces in order, and whether each is what differs.
    pub pieces: Vec<(bool, String)>,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is in both.
    Kept,
    /// It is in the old text alone.
    Cut,
    /// It is in the new text alone.
    Added,
    /// It stands for lines that are left out, since they are in both.
    Skipped,
}

/// What is different between two versions: a field's name, and its lines.
pub type Changes = Vec<(&'static str, Vec<Line>)>;

/// Whose past it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Draft(i64),
    Post(i64),
}

impl Wanted {
    fn parse(path: &Path) -> Option<Wanted> {
        match path.segments().as_slice() {
            ["admin", "history", "draft", id] => Some(Wanted::Draft(id.parse().ok()?)),
            ["admin", "history", "post", id] => Some(Wanted::Post(id.parse().ok()?)),
            _ => None,
        }
    }
}

/// What is now, of what the past is asked.
struct Present {
    draft: Draft,
    /// The number and the version of the draft, if it is one.
    kept: Option<(i64, i64)>,
    /// Where its form is.
    form: String,
    path: String,
}

/// Answers a request.
///
/// # Errors
/// 404 for what is not there.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    let wanted = Wanted::parse(&request.path).ok_or(Error::NotFound)?;
    let present = present(desk, wanted)?;
    request.path.must_be(&present.path)?;
    let (draft, post) = (present.kept.map(|(id, _)| id), present.draft.post);
    match request.method {
        Method::Get | Method::Head => {
            let of = request.query.get("of")?.map(str::parse);
            let page = match of {
                None => list(desk, session, &present, revision::all(desk, draft, post)?)?,
                Some(Err(_)) => return Err(Error::NotFound),
                Some(Ok(id)) => {
                    let found = revision::find(desk, id, draft, post)?;
                    since(desk, session, &present, &found.ok_or(Error::NotFound)?)?
                }
            };
            Ok(Response::signed(page, &session.nonce))
        }
        Method::Post => {
            let form = Form::read(request)?;
            session.confirm(request, &form)?;
            let id = form.number("id")?.unwrap_or(0);
            let found = revision::find(desk, id, draft, post)?.ok_or(Error::NotFound)?;
            restore(request, desk, &present, &found)
        }
        Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

fn present(desk: &Desk, wanted: Wanted) -> Result<Present> {
    match wanted {
        Wanted::Draft(id) => {
            let (draft, version) = desk.draft(id)?.ok_or(Error::NotFound)?;
            Ok(Present {
                draft,
                kept: Some((id, version)),
                form: url::draft(id),
                path: url::history("draft", id),
            })
        }
        Wanted::Post(id) => {
            let source = desk.source(id)?.ok_or(Error::NotFound)?;
            Ok(Present {
                draft: source.draft(id),
                kept: None,
                form: url::edit(id),
                path: url::history("post", id),
            })
        }
    }
}

fn list(
    desk: &Desk,
    session: &Session,
    present: &Present,
    revisions: Vec<Revision>,
) -> Result<crate::view::Page> {
    let zone = clock::zone(&desk.zone()?);
    let listed: Vec<view::Listed> = revisions
        .into_iter()
        .map(|revision| view::Listed {
            id: revision.id,
            saved: clock::saved(&revision.saved, &zone),
            public: revision.public,
            label: revision.draft.label(),
            words: revision.draft.text.split_whitespace().count(),
        })
        .collect();
    let label = present.draft.label();
    Ok(view::list(
        session,
        (&present.path, &present.form),
        &label,
        &listed,
        revision::KEPT,
    ))
}

fn since(
    desk: &Desk,
    session: &Session,
    present: &Present,
    revision: &Revision,
) -> Result<crate::view::Page> {
    let zone = clock::zone(&desk.zone()?);
    let saved = clock::saved(&revision.saved, &zone);
    let changes = changes(&revision.draft, &present.draft);
    Ok(view::since(
        session,
        &present.path,
        (revision.id, &saved),
        &changes,
    ))
}

/// Makes a version of before the newest one.
fn restore(
    request: &Request,
    desk: &mut Desk,
    present: &Present,
    revision: &Revision,
) -> Result<Response> {
    let see = |id| Ok(failure::see(request, &url::draft(id), "").private());
    let (id, there, version) = match present.kept {
        Some((id, version)) => (id, present.draft.clone(), version),
        None => {
            let mut draft = restored(&present.draft, revision);
            draft.origin = format!("desk/{}", token::random()?);
            match writing::begin(desk, &draft, &date::timestamp(store::now()))? {
                Begun::As(id) => return see(id),
                // It is being edited: its draft has a past of its own.
                Begun::There(id) => {
                    let (there, version) = desk.draft(id)?.ok_or(Error::NotFound)?;
                    (id, there, version)
                }
            }
        }
    };
    let draft = restored(&there, revision);
    match writing::save(desk, (id, version), &draft, store::now(), false)? {
        Saved::As(_) => see(id),
        Saved::Behind(..) => Err(Error::Unavailable("the draft was saved meanwhile".into())),
        Saved::Gone => Err(Error::NotFound),
    }
}

/// A draft with everything that a version of before tells readers. When it is to be
/// published, and what it is a version of, stays its own.
fn restored(draft: &Draft, revision: &Revision) -> Draft {
    let before = revision.draft.clone();
    Draft {
        title: before.title,
        slug: before.slug,
        tags: before.tags,
        link_url: before.link_url,
        via_url: before.via_url,
        via_title: before.via_title,
        source: before.source,
        source_url: before.source_url,
        context: before.context,
        text: before.text,
        nav: before.nav,
        ..draft.clone()
    }
}

/// What is different in the new version.
pub fn changes(old: &Draft, new: &Draft) -> Changes {
    let nav = |draft: &Draft| draft.nav.to_string();
    let fields = [
        ("Title", &old.title, &new.title),
        ("Address", &old.link_url, &new.link_url),
        ("Found at", &old.via_title, &new.via_title),
        ("Address of that", &old.via_url, &new.via_url),
        ("Text", &old.text, &new.text),
        ("Who said it", &old.source, &new.source),
        ("Where", &old.source_url, &new.source_url),
        ("Context", &old.context, &new.context),
        ("Tags", &old.tags, &new.tags),
        ("Slug", &old.slug, &new.slug),
        ("Place in the navigation", &nav(old), &nav(new)),
    ];
    let changed = fields.into_iter().filter(|(_, old, new)| old != new);
    changed
        .map(|(name, old, new)| (name, lines(old, new)))
        .collect()
}

fn lines(old: &str, new: &str) -> Vec<Line> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let mut lines = Vec::new();
    for (number, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if number > 0 {
            lines.push(Line {
                fate: Fate::Skipped,
                pieces: Vec::new(),
            });
        }
        for change in group.iter().flat_map(|op| diff.iter_inline_changes(op)) {
            let fate = match change.tag() {
                ChangeTag::Equal => Fate::Kept,
                ChangeTag::Delete => Fate::Cut,
                ChangeTag::Insert => Fate::Added,
            };
            let pieces = change.iter_strings_lossy();
            let pieces = pieces.map(|(differs, piece)| (differs, piece.into_owned()));
            lines.push(Line {
                fate,
                pieces: pieces.collect(),
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Kind;

    #[test]
    fn a_change_is_told_by_its_words() {
        let draft = |text: &str| Draft {
            text: text.into(),
            ..Draft::new(Kind::Note)
        };
        let before = draft("One.\nThe cat sat on the mat.\nThree.\n4\n5\n6\n7\n8\n9\nEnd\n");
        let after = draft("One.\nThe dog sat on the mat.\nThree.\n4\n5\n6\n7\n8\n9\nEnd!\n");
        let changes = changes(&before, &after);
        assert_eq!(changes.len(), 1);
        let lines = &changes[0].1;
        let marked = |fate: Fate| -> Vec<String> {
            let lines = lines.iter().filter(|line| line.fate == fate);
            lines
                .flat_map(|line| line.pieces.iter().filter(|(differs, _)| *differs))
                .map(|(_, piece)| piece.trim().to_owned())
                .collect()
        };
        assert!(marked(Fate::Cut).contains(&"cat".to_owned()), "{lines:?}");
        assert!(marked(Fate::Added).contains(&"dog".to_owned()), "{lines:?}");
        assert!(lines.iter().any(|line| line.fate == Fate::Skipped));
        assert_eq!(super::changes(&before, &before), []);
    }
}
