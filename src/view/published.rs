//! Lists of what is published or waits for its minute, for its author.

use maud::{Markup, html};

use super::Page;
use super::admin::shell;
use crate::listing::Moment;
use crate::post::Kind;
use crate::published::{Listed, StaticPage};
use crate::session::Session;
use crate::url;

/// The posts, with the moment that the next page begins before.
pub fn posts(session: &Session, posts: &[(Listed, String)], older: Option<Moment>) -> Page {
    let links = &session.site.links;
    shell(
        session,
        "Posts",
        url::POSTS,
        html! {
            h1 { "Posts" }
            p.soft { a href=(links.to(url::BOOKMARKS)) { "Bookmarks" } " begin a post about the page you are reading." }
            @if posts.is_empty() { p { "Nothing is published here." } } @else { (rows(session, posts, "published")) }
            @if let Some(older) = older {
                p.actions {
                    a rel="next" href={ (links.to(url::POSTS)) "?before=" (older) } { "Older posts" }
                }
            }
        },
    )
}

/// What waits.
pub fn scheduled(session: &Session, posts: &[(Listed, String)], zone: &str) -> Page {
    shell(
        session,
        "Scheduled",
        url::SCHEDULED,
        html! {
            h1 { "Scheduled" }
            p.soft { "Each goes out at its minute, in " (zone) ", with the first request after it." }
            @if posts.is_empty() { p { "Nothing is scheduled." } } @else { (rows(session, posts, "goes out")) }
        },
    )
}

/// The static pages.
pub fn pages(session: &Session, pages: &[StaticPage]) -> Page {
    let links = &session.site.links;
    shell(
        session,
        "Pages",
        url::PAGES,
        html! {
            h1 { "Pages" }
            p.actions { a href=(links.to(&url::new_of(Kind::Page))) { "New page" } }
            @if pages.is_empty() { p { "No pages." } } @else {
                ul.rows {
                    @for page in pages {
                        li {
                            a href=(links.to(&url::edit(page.id))) { (page.title) }
                            span.soft {
                                a href=(links.to(&page.path)) { (page.path) }
                                @if page.nav > 0 { ", in the navigation at place " (page.nav) }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn rows(session: &Session, posts: &[(Listed, String)], verb: &str) -> Markup {
    let links = &session.site.links;
    html! {
        ul.rows {
            @for (post, time) in posts {
                li {
                    a href=(links.to(&url::edit(post.id))) { (post.label) }
                    span.soft {
                        (post.kind.name()) ", " (verb) " " (time)
                        @if verb == "published" { ", " a href=(links.to(&post.path)) { "view" } }
                    }
                }
            }
        }
    }
}
