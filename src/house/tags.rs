//! Tags: `/admin/tags/` lists them and merges several; `/admin/tags/NAME/` describes,
//! renames and deletes one.

use std::time::{Duration, Instant};

use super::{Typed, done, news, show};
use crate::error::{Error, Result};
use crate::form::Form;
use crate::markdown;
use crate::media::Shelf;
use crate::publish::is_name;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::retag::Change;
use crate::session::Session;
use crate::store::{Desk, retag, tags};
use crate::view::house::tags::{self as view, Asked};
use crate::{slug, url};

/// How many tags a page lists.
const LISTED: usize = 200;

/// Longest description, in bytes.
const MAX_DESCRIPTION: usize = 16 << 10;

/// For how long a request changes posts before it tells how far it has come. A program
/// has ten seconds of processor time, and a person less patience.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// A tag as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// How many posts have it.
    pub posts: i64,
    /// Whether it has a description.
    pub described: bool,
}

/// What is to become of one tag or of several.
pub struct Plan {
    /// The tags that go.
    pub from: Vec<String>,
    /// The one that takes their place, or none.
    pub to: Option<String>,
}

impl Plan {
    fn change(&self, name: &str) -> Change {
        match &self.to {
            Some(to) => Change::Replace(name.to_owned(), to.clone()),
            None => Change::Remove(name.to_owned()),
        }
    }
}

/// Shows tags, or changes them.
///
/// # Errors
/// 404 for a tag that there is not, 405 for another method.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    request.get_or_post()?;
    let name = match request.path.segments().as_slice() {
        [_, _] => None,
        [_, _, name] => Some((*name).to_owned()),
        _ => return Err(Error::NotFound),
    };
    match name {
        Some(name) => one(request, desk, session, &name),
        None => all(request, desk, session),
    }
}

fn all(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    request.path.must_be(url::HOUSE_TAGS)?;
    if request.method != Method::Post {
        return list(request, desk, session, 200, &Typed::default());
    }
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    let typed = form.line("to")?;
    let to = slug::tag(&typed);
    let from: Vec<String> = match form.line("from")?.as_str() {
        "" => form
            .named("tag-")
            .map(|(name, _)| name.to_owned())
            .collect(),
        from => from.split(' ').map(String::from).collect(),
    };
    let from: Vec<String> = from.into_iter().filter(|name| *name != to).collect();
    let wrong = match (is_name(&to), from.is_empty()) {
        (_, true) => Some("tick the tags that are to go into it"),
        (false, _) => Some("a tag needs a name of letters and digits"),
        (true, false) => None,
    };
    if let Some(wrong) = wrong {
        let typed = Typed {
            value: typed,
            wrong: Some(wrong.to_owned()),
        };
        return list(request, desk, session, 422, &typed);
    }
    let plan = Plan { from, to: Some(to) };
    settle(request, desk, session, &form, &plan)
}

fn list(
    request: &Request,
    desk: &mut Desk,
    session: &Session,
    status: u16,
    into: &Typed,
) -> Result<Response> {
    let (letters, after) = (request.query.line("q")?, request.query.line("after")?);
    let limit = i64::try_from(LISTED + 1).unwrap_or(i64::MAX);
    let mut found = tags::list(desk, &slug::tag(letters), after, limit)?;
    let more = found.len() > LISTED;
    found.truncate(LISTED);
    let page = view::all(
        session,
        (letters, after),
        &found,
        more,
        into,
        &news(request)?,
    );
    show(session, status, page)
}

fn one(request: &Request, desk: &mut Desk, session: &Session, name: &str) -> Result<Response> {
    request.path.must_be(&url::house_tag(name))?;
    let (posts, description) = tags::find(desk, name)?.ok_or(Error::NotFound)?;
    let page = |status, to: &Typed, description: &Typed, news: &str| {
        let page = view::one(session, (name, posts), to, description, news);
        show(session, status, page)
    };
    let described = Typed::well(description);
    if request.method != Method::Post {
        return page(200, &Typed::well(name), &described, &news(request)?);
    }
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    match form.line("do")?.as_str() {
        "describe" => {
            let text = markdown::strip(&form.text("description")?);
            if text.len() > MAX_DESCRIPTION {
                let wrong = Some(format!("it is longer than {} KB", MAX_DESCRIPTION >> 10));
                let typed = Typed { value: text, wrong };
                return page(422, &Typed::well(name), &typed, "");
            }
            let shelf = Shelf::of(request.place.data.as_deref().ok_or(Error::NotFound)?);
            let html = match text.trim().is_empty() {
                true => String::new(),
                false => markdown::Text::parse(&text, &shelf).html(2, name),
            };
            tags::describe(desk, name, text.trim(), &html)?;
            done(request, &url::house_tag(name), "described")
        }
        "rename" => {
            let typed = form.line("to")?;
            let to = slug::tag(&typed);
            let wrong = match is_name(&to) {
                false => Some("a tag needs a name of letters and digits, 100 at most"),
                true if to == name => Some("that is its name already"),
                true => None,
            };
            if let Some(wrong) = wrong {
                let wrong = Some(wrong.to_owned());
                return page(
                    422,
                    &Typed {
                        value: typed,
                        wrong,
                    },
                    &described,
                    "",
                );
            }
            let plan = Plan {
                from: vec![name.to_owned()],
                to: Some(to),
            };
            settle(request, desk, session, &form, &plan)
        }
        "delete" => {
            let plan = Plan {
                from: vec![name.to_owned()],
                to: None,
            };
            settle(request, desk, session, &form, &plan)
        }
        _ => Err(Error::BadRequest("This form does not say what to do.")),
    }
}

/// Does it, or asks first: whatever joins two tags or takes one away can't be undone.
fn settle(
    request: &Request,
    desk: &mut Desk,
    session: &Session,
    form: &Form,
    plan: &Plan,
) -> Result<Response> {
    let mut left = 0;
    for name in &plan.from {
        left += tags::find(desk, name)?.map_or(0, |(posts, _)| posts);
    }
    let there = match &plan.to {
        Some(to) => tags::find(desk, to)?.map_or(0, |(posts, _)| posts),
        None => 0,
    };
    let sure = form.has("sure")?;
    let asked = Asked {
        plan,
        path: request.path.as_str(),
        left,
        there,
        all: form.number("all")?.unwrap_or(left).max(left),
    };
    let harmless = there == 0 && plan.to.is_some() && plan.from.len() == 1;
    if !sure && !harmless {
        return show(session, 200, view::asked(session, &asked));
    }
    let started = Instant::now();
    for name in &plan.from {
        if tags::find(desk, name)?.is_none() {
            continue;
        }
        tags::begin(desk, name, plan.to.as_deref())?;
        let change = plan.change(name);
        loop {
            let posts = tags::posts(desk, name, retag::STEP)?;
            if posts.is_empty() {
                break;
            }
            let changed = retag::step(desk, &change, &posts)?;
            if changed == 0 {
                return Err(Error::Internal(format!(
                    "posts are listed under the tag {name} that do not have it: run `mayfly rebuild`"
                )));
            }
            left -= i64::try_from(changed).unwrap_or(0);
            if posts.len() == retag::STEP && started.elapsed() > PATIENCE {
                let asked = Asked { left, ..asked };
                return show(session, 200, view::under_way(session, &asked));
            }
        }
        tags::finish(desk, name, &change)?;
    }
    match &plan.to {
        Some(to) => done(request, &url::house_tag(to), "renamed"),
        None => done(request, url::HOUSE_TAGS, "deleted"),
    }
}
