//! The form for the navigation.

use maud::html;

use super::{About, around, complaint, line, note};
use crate::house::Typed;
use crate::published::StaticPage;
use crate::session::Session;
use crate::url;
use crate::view::Page;
use crate::view::admin::{shell, token};

/// The whole page: the static pages, each with its place as it was typed, which is
/// empty for one that is kept out.
pub fn page(session: &Session, pages: &[StaticPage], places: &[Typed], saved: bool) -> Page {
    let links = &session.site.links;
    let wrong = places.iter().filter(|place| place.wrong.is_some()).count();
    shell(
        session,
        "Navigation",
        url::SETTINGS,
        html! {
            h1 { "Navigation" }
            (around(session, url::NAVIGATION))
            @if saved { (note("Saved. Every page has it from now on.")) }
            @if wrong > 0 { (complaint(wrong)) }
            p { "Every page begins with links to Search, to Tags and then to the static pages that have a place here, the \
                 smallest number first. One without a number is left out." }
            @if pages.is_empty() {
                p { "There is no static page yet." }
            } @else {
                form method="post" action=(links.to(url::NAVIGATION)) {
                    (token(session))
                    ul.rows {
                        @for (page, place) in pages.iter().zip(places) {
                            @let name = format!("place-{}", page.path);
                            li.place {
                                (line(About { name: &name, label: &page.title, hint: "" }, place, "text"))
                                a.soft href=(links.to(&page.path)) { (page.path) }
                            }
                        }
                    }
                    p.actions { button.main type="submit" { "Save navigation" } }
                }
            }
        },
    )
}
