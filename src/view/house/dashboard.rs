//! What the desk shows at a glance, below the drafts.

use maud::{Markup, html};

use crate::house::dashboard::Glance;
use crate::post::Kind;
use crate::session::Session;
use crate::url;
use crate::view::admin::size;
use crate::view::{count, thousands};

/// The sections of the desk below its drafts.
pub fn sections(session: &Session, glance: &Glance) -> Markup {
    let links = &session.site.links;
    let held = glance.held.filter(|held| *held > 0);
    html! {
        @if let Some(alarm) = &glance.alarm {
            p.error { "To be mended: " (alarm) ". " a href=(links.to(url::CHECK)) { "Look at everything" } }
        }
        @if let Some(held) = held {
            p.note {
                a href=(links.to(url::MODERATION)) { (count(held, "message", "messages")) }
                @if held == 1 { " waits" } @else { " wait" } " in the guestbook."
            }
        }
        div.beside {
            section {
                h2 { "Published last" }
                @if glance.latest.is_empty() { p { "Nothing yet." } }
                @else {
                    ul.rows {
                        @for (post, when) in &glance.latest {
                            li {
                                a href=(links.to(&url::edit(post.id))) { (post.label) }
                                span.soft { (post.kind.name()) ", " (when) }
                            }
                        }
                    }
                    p.soft { a href=(links.to(url::POSTS)) { "All posts" } }
                }
            }
            section {
                h2 { "To come" }
                @if glance.waiting.is_empty() { p { "Nothing is scheduled." } }
                @else {
                    ul.rows {
                        @for (post, when) in &glance.waiting {
                            li {
                                a href=(links.to(&url::edit(post.id))) { (post.label) }
                                span.soft { (post.kind.name()) ", " (when) }
                            }
                        }
                    }
                    p.soft { a href=(links.to(url::SCHEDULED)) { "All " (thousands(glance.scheduled)) " to come" } }
                }
            }
        }
        h2 { "What there is" }
        dl.numbers {
            @for (kind, posts) in Kind::DATED.into_iter().zip(glance.kinds) {
                div { dt { (kind.title()) } dd { (thousands(posts)) } }
            }
            div { dt { "Pages" } dd { (thousands(glance.pages)) } }
            div { dt { "In the bin" } dd { (thousands(glance.removed)) } }
            @for (name, bytes) in glance.sizes {
                div { dt { (name) } dd { @if bytes > 0 { (size(bytes)) } @else { "none" } } }
            }
            div {
                dt { "Last backup" }
                dd { @match &glance.backed_up { Some(when) => (when), None => "none known" } }
            }
        }
    }
}
