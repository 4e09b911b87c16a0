//! One post: as lists show it, and on its own page.

use maud::{Markup, PreEscaped, html};

use super::card::Card;
use super::{Head, Stored, Text, count, shell};
use crate::comment::{Below, OWNER};
use crate::date::month_name;
use crate::post::{Kind, Page, Post};
use crate::site::Site;
use crate::twin::Form;
use crate::url::{self, Links};

/// A post in full, with its tags, its date and its neighbours.
pub fn page(site: &Site, page: &Page, below: &Below) -> super::Page {
    let Page {
        post,
        previous,
        next,
    } = page;
    let (label, path) = (post.label(), post.path());
    let head = Head {
        title: &label,
        path: &path,
        description: &post.summary,
        article: true,
        style: if below.html.is_empty() {
            ""
        } else {
            super::SAID
        },
        card: Some(html! { (twins(&site.links, &path)) (Card(site, post)) }),
        ..Head::default()
    };
    let links = &site.links;
    shell(
        site,
        &head,
        html! {
            article class={ "h-entry full " (post.kind.name()) } {
                header {
                    @if post.kind != Kind::Entry { p.kind { (post.kind.name()) } }
                    @match post.kind {
                        Kind::Link => h1 {
                            a.u-bookmark-of.p-name href=(post.link_url) { (Text(&label)) }
                        },
                        _ if post.title.is_empty() => h1.hidden.p-name { (Text(&label)) },
                        _ => h1.p-name { (Text(&label)) },
                    }
                    @if !post.via_url.is_empty() { p.via { (via(post)) } }
                }
                div.e-content { (Stored(links, &post.html)) }
                footer.meta {
                    p {
                        "Posted "
                        a.u-url href=(links.to(&path)) {
                            time.dt-published datetime=(post.published.0) {
                                (post.date.medium()) " at " (post.published.clock())
                            }
                        }
                        @if let Some(updated) = post.updated.date() {
                            ", updated "
                            time.dt-updated datetime=(post.updated.0) { (updated.medium()) }
                        }
                        @if !site.author.is_empty() { " by " span.p-author.h-card { (site.author) } }
                        @if post.kind == Kind::Entry {
                            " \u{b7} " (count(i64::try_from(post.words).unwrap_or(0), "word", "words"))
                        }
                    }
                    p {
                        "Posted in "
                        a href=(links.to(&url::day(post.date))) { (post.date.day()) }
                        " "
                        a href=(links.to(&url::month(post.date.year(), post.date.month()))) {
                            (month_name(post.date.month()))
                        }
                        " "
                        a href=(links.to(&url::year(post.date.year()))) { (post.date.year()) }
                        (tags(links, post.tag_names()))
                    }
                }
            }
            @if !below.html.is_empty() || below.open {
                section #comments {
                    @for (number, stored) in below.html.split(OWNER).enumerate() {
                        @if number > 0 { (site.owner()) }
                        (Stored(links, stored))
                    }
                    @if below.open {
                        p.aside { a href=(links.to(&url::comments(post.id))) rel="nofollow" { "Write a comment" } }
                    }
                }
            }
            @if previous.is_some() || next.is_some() {
                nav.around aria-label="Neighbours" {
                    @if let Some(previous) = previous {
                        a href=(links.to(&previous.path)) rel="prev" { small { "Previous" } (Text(&previous.label)) }
                    }
                    @if let Some(next) = next {
                        a href=(links.to(&next.path)) rel="next" { small { "Next" } (Text(&next.label)) }
                    }
                }
            }
        },
    )
}

/// Where a post or a page is to be had in a form for programs.
pub(super) fn twins(links: &Links, path: &str) -> Markup {
    html! {
        @for form in Form::ALL {
            link rel="alternate" type=(form.media_type()) href=(links.to(&form.of(path)));
        }
    }
}

/// A post as lists show it. This is stored: an entry with its beginning, the other
/// kinds in full.
pub fn listed(links: &Links, post: &Post, body: &str, more: bool) -> String {
    let path = post.path();
    let markup = html! {
        article class={ "h-entry post " (post.kind.name()) } {
            @match post.kind {
                Kind::Link => {
                    h3 { a.u-bookmark-of.p-name href=(post.link_url) { (post.label()) } }
                    @if !post.via_url.is_empty() { " " (via(post)) }
                    div.body.e-content { (PreEscaped(body)) }
                }
                Kind::Entry => {
                    h3 { a.p-name href=(links.to(&path)) rel="bookmark" { (post.title) } }
                    div.body.p-summary { (PreEscaped(body)) }
                    @if more {
                        p.more {
                            a href=(links.to(&path)) {
                                "[\u{2026} " (count(i64::try_from(post.words).unwrap_or(0), "word", "words")) "]"
                            }
                        }
                    }
                }
                _ => {
                    @if !post.title.is_empty() {
                        h3 { a.p-name href=(links.to(&path)) rel="bookmark" { (post.title) } }
                    }
                    div.body.e-content { (PreEscaped(body)) }
                }
            }
            p.meta {
                a.u-url href=(links.to(&path)) {
                    time.dt-published datetime=(post.published.0) {
                        span.date { (post.date.medium()) ", " } (post.published.clock())
                    }
                }
                (tags(links, post.tag_names()))
            }
        }
    };
    markup.into_string()
}

/// A post as lists show it, given other tags. They stand behind its time, and nothing
/// else does; none for what `listed` has not made.
pub fn relisted<'a>(listed: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    const BEFORE: &str = "</time></a>";
    const BEHIND: &str = "</p></article>";
    let end = listed.rfind(BEFORE)? + BEFORE.len();
    listed[end..].ends_with(BEHIND).then(|| {
        let tags = tags(&Links::marked(), names).into_string();
        [&listed[..end], &tags, BEHIND].concat()
    })
}

/// Somebody else's words, and below them whose they are.
pub fn quotation(html: &str, source: &str, source_url: &str, context: &str) -> String {
    let markup = html! {
        blockquote { (PreEscaped(html)) }
        @if !source.is_empty() {
            p.cite {
                "\u{2014} "
                @if source_url.is_empty() { cite { (source) } }
                @else { cite { a href=(source_url) { (source) } } }
                @if !context.is_empty() { ", " (PreEscaped(context)) }
            }
        }
    };
    markup.into_string()
}

fn via(post: &Post) -> Markup {
    let title = (!post.via_title.is_empty()).then_some(&post.via_title);
    html! { span.via { "(" a href=(post.via_url) title=[title] { "via" } ")" } }
}

fn tags<'a>(links: &Links, names: impl Iterator<Item = &'a str>) -> Markup {
    html! {
        @for name in names {
            " \u{b7} " a.p-category href=(links.to(&url::tag(name))) rel="tag" { (name) }
        }
    }
}
