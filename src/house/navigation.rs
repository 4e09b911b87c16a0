//! The navigation: which static pages it has and in what order, `/admin/navigation/`.

use super::{Typed, done, news, show};
use crate::admin;
use crate::error::Result;
use crate::form::Form;
use crate::published::StaticPage;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::{Desk, navigation, published};
use crate::url;
use crate::view::house::navigation as view;

/// Shows the navigation, or changes it.
///
/// # Errors
/// 404 below the address, 405 for another method.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    admin::is_at(&request.path, url::NAVIGATION)?;
    request.get_or_post()?;
    let mut pages = published::pages(desk)?;
    let place = |page: &StaticPage| match page.nav {
        ..=0 => Typed::default(),
        nav => Typed::well(nav.to_string()),
    };
    let mut places: Vec<Typed> = pages.iter().map(place).collect();
    if request.method != Method::Post {
        let saved = news(request)? == "saved";
        return show(session, 200, view::page(session, &pages, &places, saved));
    }
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    for (page, place) in pages.iter_mut().zip(&mut places) {
        // A page that was made since the form was has no field in it, and stays where it is.
        let Some((_, typed)) = form.named("place-").find(|(path, _)| *path == page.path) else {
            continue;
        };
        *place = Typed::well(typed.trim());
        match place.value.as_str() {
            "" => page.nav = 0,
            typed => match typed.parse() {
                Ok(nav @ 1..=999) => page.nav = nav,
                _ => place.wrong = Some("a place is a number from 1 to 999, or empty".into()),
            },
        }
    }
    if places.iter().any(|place| place.wrong.is_some()) {
        return show(session, 422, view::page(session, &pages, &places, false));
    }
    // Equals stand in the order of their paths, and gaps are closed.
    pages.sort_by(|one, other| (one.nav, &one.path).cmp(&(other.nav, &other.path)));
    let shown = pages.iter_mut().filter(|page| page.nav > 0);
    for (page, nav) in shown.zip(1..) {
        page.nav = nav;
    }
    navigation::save(desk, &pages)?;
    done(request, url::NAVIGATION, "saved")
}
