//! Many posts at once: `/admin/many/` finds them, and gives them a tag or takes one.

use std::time::Instant;

use super::tags::PATIENCE;
use super::{Typed, show};
use crate::admin;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::pick::Pick;
use crate::publish::is_name;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::retag::Change;
use crate::session::Session;
use crate::store::{Desk, pick, retag};
use crate::view::house::many::{self as view, Done, Sheet};
use crate::{slug, url};

/// How many posts a page lists.
const LISTED: usize = 50;

/// What is to be done to posts.
pub struct Plan {
    /// Whether they get the tag, or lose it.
    pub add: bool,
    /// The tag.
    pub tag: String,
    /// The posts that were ticked; empty for all that are found.
    pub ticked: Vec<i64>,
}

impl Plan {
    fn change(&self) -> Change {
        match self.add {
            true => Change::Add(self.tag.clone()),
            false => Change::Remove(self.tag.clone()),
        }
    }

    /// The name of the button that does it.
    pub fn verb(&self) -> &'static str {
        if self.add { "add" } else { "remove" }
    }
}

/// Finds posts, or changes their tags.
///
/// # Errors
/// 404 below the address, 405 for another method.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    admin::is_at(&request.path, url::MANY)?;
    request.get_or_post()?;
    if request.method != Method::Post {
        let [words, tag, kind, year] = Pick::FIELDS.map(|name| request.query.line(name));
        let pick = Pick::of([words?, &slug::tag(tag?), kind?, year?].map(String::from));
        let before = request.query.line("before")?.parse().unwrap_or(i64::MAX);
        return list(desk, session, 200, &pick, before, &Typed::default());
    }
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    let [words, tag, kind, year] = Pick::FIELDS.map(|name| form.line(name));
    let pick = Pick::of([words?, tag?, kind?, year?]);
    let typed = form.line("name")?;
    let plan = Plan {
        add: match form.line("do")?.as_str() {
            "add" => true,
            "remove" => false,
            _ => return Err(Error::BadRequest("This form does not say what to do.")),
        },
        tag: slug::tag(&typed),
        ticked: match form.has("all")? {
            true => Vec::new(),
            false => form
                .named("post-")
                .filter_map(|(id, _)| id.parse().ok())
                .collect(),
        },
    };
    let wrong = match (
        is_name(&plan.tag),
        form.has("all")? || !plan.ticked.is_empty(),
    ) {
        (false, _) => Some("a tag needs a name of letters and digits"),
        (true, false) => Some("tick the posts first, or all that were found"),
        (true, true) => None,
    };
    if let Some(wrong) = wrong {
        let wrong = Some(wrong.to_owned());
        return list(
            desk,
            session,
            422,
            &pick,
            i64::MAX,
            &Typed {
                value: typed,
                wrong,
            },
        );
    }
    match form.has("sure")? {
        false => ask(desk, session, &pick, &plan),
        true => go_on(desk, session, &form, &pick, &plan),
    }
}

fn list(
    desk: &Desk,
    session: &Session,
    status: u16,
    pick: &Pick,
    before: i64,
    name: &Typed,
) -> Result<Response> {
    let picked = pick::open(desk, pick)?;
    let mut places = picked.before(before, LISTED + 1)?;
    let more = places.len() > LISTED;
    places.truncate(LISTED);
    let ids: Vec<i64> = places.iter().map(|(id, _)| *id).collect();
    let found = pick::shown(desk, &ids)?;
    let sheet = Sheet {
        pick,
        found: &found,
        all: picked.count()?,
        older: places.last().filter(|_| more).map(|(_, place)| *place),
        from_start: before == i64::MAX,
        by_letters: picked.is_by_letters(),
        name,
    };
    show(session, status, view::page(session, &sheet))
}

/// How many posts it would change, before it does.
fn ask(desk: &Desk, session: &Session, pick: &Pick, plan: &Plan) -> Result<Response> {
    let change = plan.change();
    let (all, changing) = match plan.ticked.as_slice() {
        [] => {
            let all = pick::open(desk, pick)?.count()?;
            let mut having = pick.clone();
            // Of those that have a tag already, how many have this one: counted by
            // the list of the narrower pick, where that has room for another tag.
            let known = match pick.tag.is_empty() {
                true => {
                    having.tag.clone_from(&plan.tag);
                    Some(pick::open(desk, &having)?.count()?)
                }
                false if pick.tag == plan.tag => Some(all),
                false => None,
            };
            (
                all,
                known.map(|having| if plan.add { all - having } else { having }),
            )
        }
        ticked => {
            let found = pick::shown(desk, ticked)?;
            let changing = found
                .iter()
                .filter(|post| change.applied(&post.tags).is_some());
            let number = |count: usize| i64::try_from(count).unwrap_or(0);
            (number(ticked.len()), Some(number(changing.count())))
        }
    };
    show(
        session,
        200,
        view::asked(session, pick, plan, all, changing),
    )
}

/// Changes posts until all are done or it takes too long.
fn go_on(
    desk: &mut Desk,
    session: &Session,
    form: &Form,
    pick: &Pick,
    plan: &Plan,
) -> Result<Response> {
    let started = Instant::now();
    let change = plan.change();
    let mut done = Done {
        place: form.number("place")?.unwrap_or(i64::MAX),
        seen: form.number("seen")?.unwrap_or(0),
        changed: form.number("changed")?.unwrap_or(0),
        all: form.number("of")?.unwrap_or(0),
        undo: Vec::new(),
    };
    let number = |count: usize| i64::try_from(count).unwrap_or(0);
    if !plan.ticked.is_empty() {
        let before = pick::shown(desk, &plan.ticked)?;
        let changing = before
            .iter()
            .filter(|post| change.applied(&post.tags).is_some());
        done.undo = changing.map(|post| post.id).collect();
        done.changed = number(retag::step(desk, &change, &plan.ticked)?);
        return show(session, 200, view::done(session, pick, plan, &done));
    }
    loop {
        let part = pick::open(desk, pick)?.before(done.place, retag::STEP)?;
        let Some((_, place)) = part.last() else {
            return show(session, 200, view::done(session, pick, plan, &done));
        };
        done.place = *place;
        done.seen += number(part.len());
        let ids: Vec<i64> = part.iter().map(|(id, _)| *id).collect();
        done.changed += number(retag::step(desk, &change, &ids)?);
        if ids.len() == retag::STEP && started.elapsed() > PATIENCE {
            return show(session, 200, view::under_way(session, pick, plan, &done));
        }
    }
}
