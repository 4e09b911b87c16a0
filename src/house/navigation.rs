//! The navigation: which static pages it has and in what order, `/admin/navigation/`.

use super::{Typed, done, news, show};
use crate::error::{Error, Result};
use crate::form::Form;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::{Desk, navigation};
use crate::url;
use crate::view::house::navigation::{self as view, Line};

/// Shows the navigation, or changes it.
///
/// # Errors
/// 404 below the address, 405 for another method.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    match request.path.segments().len() {
        2 => request.path.must_be(url::NAVIGATION)?,
        _ => return Err(Error::NotFound),
    }
    request.get_or_post()?;
    let mut places = navigation::places(desk)?;
    let mut lines: Vec<Line> = Vec::with_capacity(places.len());
    for place in &places {
        lines.push(Line {
            path: place.path.clone(),
            title: place.title.clone(),
            place: Typed::well(match place.nav {
                ..=0 => String::new(),
                nav => nav.to_string(),
            }),
        });
    }
    if request.method != Method::Post {
        let saved = news(request)? == "saved";
        return show(session, 200, view::page(session, &lines, saved));
    }
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    for (line, place) in lines.iter_mut().zip(&mut places) {
        // A page that was made since the form was has no field in it, and stays where it is.
        let Some((_, typed)) = form.named("place-").find(|(path, _)| *path == line.path) else {
            continue;
        };
        line.place = Typed::well(typed.trim());
        match line.place.value.as_str() {
            "" => place.nav = 0,
            typed => match typed.parse() {
                Ok(nav @ 1..=999) => place.nav = nav,
                _ => line.place.wrong = Some("a place is a number from 1 to 999, or empty".into()),
            },
        }
    }
    if lines.iter().any(|line| line.place.wrong.is_some()) {
        return show(session, 422, view::page(session, &lines, false));
    }
    // Equals stand in the order of their paths, and gaps are closed.
    places.sort_by(|one, other| (one.nav, &one.path).cmp(&(other.nav, &other.path)));
    let shown = places.iter_mut().filter(|place| place.nav > 0);
    for (place, nav) in shown.zip(1..) {
        place.nav = nav;
    }
    navigation::save(desk, &places)?;
    done(request, url::NAVIGATION, "saved")
}
