//! The table of redirects: `/admin/redirects/` finds, adds, changes and removes them,
//! and takes a list that is pasted in.

use super::{Typed, done, news, show};
use crate::admin;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::redirect::Rule;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::{Desk, redirects};
use crate::url;
use crate::view::house::redirects::{self as view, Sheet};

/// How many redirects a page lists.
const LISTED: usize = 100;

/// Longest list that is pasted in, in lines: storing each looks at the whole table.
const MAX_LINES: usize = 5_000;

/// Shows redirects, or changes them.
///
/// # Errors
/// 404 below the address, 405 for another method.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    admin::is_at(&request.path, url::REDIRECTS)?;
    request.get_or_post()?;
    if request.method != Method::Post {
        let changed = request.query.get("change")?.unwrap_or_default();
        let mut sheet = Sheet::default();
        if let Some(target) = redirects::find(desk, changed)? {
            sheet.was = changed.to_owned();
            sheet.from = Typed::well(changed);
            sheet.to = Typed::well(if target.is_empty() {
                "410".to_owned()
            } else {
                target
            });
        }
        return page(request, desk, session, 200, sheet);
    }
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    match form.line("do")?.as_str() {
        "save" => save(request, desk, session, &form),
        "remove" => {
            redirects::remove(desk, &form.line("was")?)?;
            done(request, url::REDIRECTS, "removed")
        }
        "import" => import(request, desk, session, &form),
        _ => Err(Error::BadRequest("This form does not say what to do.")),
    }
}

fn save(request: &Request, desk: &mut Desk, session: &Session, form: &Form) -> Result<Response> {
    let (from, to, was) = (form.line("from")?, form.line("to")?, form.line("was")?);
    let (mut in_from, mut in_to) = (None, None);
    match Rule::parse(&from, &to) {
        Ok(rule) => match redirects::put(desk, &[rule], &was)?.first() {
            None => return done(request, url::REDIRECTS, "saved"),
            Some((_, trouble)) if trouble.is_of_old() => in_from = Some(trouble.text().to_owned()),
            Some((_, trouble)) => in_to = Some(trouble.text().to_owned()),
        },
        Err(wrong) => (in_from, in_to) = wrong,
    }
    let sheet = Sheet {
        from: Typed {
            value: from,
            wrong: in_from,
        },
        to: Typed {
            value: to,
            wrong: in_to,
        },
        was,
        ..Sheet::default()
    };
    page(request, desk, session, 422, sheet)
}

fn import(request: &Request, desk: &mut Desk, session: &Session, form: &Form) -> Result<Response> {
    let list = form.text("list")?;
    let wrong = match Rule::parse_list(&list) {
        Ok(rules) if rules.is_empty() => {
            vec!["There is no line with two addresses in it.".to_owned()]
        }
        Ok(rules) if rules.len() > MAX_LINES => {
            vec![format!(
                "At most {MAX_LINES} lines are taken at once, and these are {}.",
                rules.len()
            )]
        }
        Ok(rules) => {
            let wrong = redirects::put(desk, &rules, "")?;
            if wrong.is_empty() {
                return done(
                    request,
                    url::REDIRECTS,
                    &format!("imported-{}", rules.len()),
                );
            }
            let told = wrong.into_iter().map(|(index, trouble)| {
                let path = rules.get(index).map_or("", |rule| rule.path.as_str());
                format!("{path}: {}.", trouble.text())
            });
            told.collect()
        }
        Err(wrong) => wrong,
    };
    let sheet = Sheet {
        list,
        in_list: wrong,
        ..Sheet::default()
    };
    page(request, desk, session, 422, sheet)
}

fn page(
    request: &Request,
    desk: &Desk,
    session: &Session,
    status: u16,
    mut sheet: Sheet,
) -> Result<Response> {
    sheet.letters = request.query.line("q")?.to_owned();
    let mut found = redirects::list(
        desk,
        &sheet.letters,
        request.query.line("after")?,
        LISTED + 1,
    )?;
    sheet.more = found.len() > LISTED;
    found.truncate(LISTED);
    sheet.found = found;
    sheet.news = news(request)?;
    show(session, status, view::page(session, &sheet))
}
