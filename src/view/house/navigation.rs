//! The form for the navigation.

use maud::html;

use super::{About, around, complaint, line, note};
use crate::house::Typed;
use crate::session::Session;
use crate::url;
use crate::view::Page;
use crate::view::admin::{shell, token};

/// A static page and its place.
pub struct Line {
    /// Its path.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its place as it was typed; empty keeps it out.
    pub place: Typed,
}

/// The whole page.
pub fn page(session: &Session, lines: &[Line], saved: bool) -> Page {
    let links = &session.site.links;
    let wrong = lines
        .iter()
        .filter(|line| line.place.wrong.is_some())
        .count();
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
            @if lines.is_empty() {
                p { "There is no static page yet." }
            } @else {
                form method="post" action=(links.to(url::NAVIGATION)) {
                    (token(session))
                    ul.rows {
                        @for page in lines {
                            @let name = format!("place-{}", page.path);
                            li.place {
                                (line(About { name: &name, label: &page.title, hint: "" }, &page.place, "text"))
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
