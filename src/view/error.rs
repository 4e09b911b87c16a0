//! Pages that say why there is no page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Head, MAIN, POSTS, Page, STYLE, around, search, shell};
use crate::error::Error;
use crate::listing::Mention;
use crate::search::Order;
use crate::site::Site;
use crate::url;

/// An error as a page of the blog, with the ways on: posts that may be meant, and the
/// words of the address for a search to begin with, unless there is none.
pub fn within(site: &Site, error: &Error, hints: Option<&(Vec<Mention>, Vec<String>)>) -> Page {
    let head = Head {
        title: name(error),
        part: true,
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            p.kind { (error.status()) }
            h1 { (name(error)) }
            p { (error.public()) }
            p {
                "You might find what you look for among "
                a href=(site.links.to("/")) { "the newest posts" } ", by its "
                a href=(site.links.to(url::TAGS)) { "tag" } @if hints.is_some() { ", by its words" }
                " or by its year, below."
            }
            @if let Some((hints, words)) = hints {
                @if !hints.is_empty() {
                    p { "Perhaps it is one of these:" }
                    ul.entries {
                        @for hint in hints {
                            li { a href=(site.links.to(&hint.path)) { (hint.label) } " " span.count { (hint.date.year()) } }
                        }
                    }
                }
                (search::form(site, &words.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(" OR "), Order::Relevance))
            }
        },
    )
}

/// An error where the blog can't be read. `id` leads the owner to the log.
pub fn alone(error: &Error, id: Option<&str>) -> Page {
    bare(
        name(error),
        html! { style { (PreEscaped(STYLE)) (PreEscaped(POSTS)) } },
        html! {
            p.kind { (error.status()) }
            h1 { (name(error)) }
            p { (error.public()) }
            @if let Some(id) = id { p.aside { "In the log this is " code { (id) } "." } }
        },
    )
}

/// The page of a redirect, for those who are not sent on. It does without the style
/// sheet, for hardly anybody sees it.
pub fn elsewhere(target: &str) -> Page {
    bare(
        "Moved",
        html! {
            meta http-equiv="refresh" content={ "0; url=" (target) };
            style { (PreEscaped(PLAIN)) }
        },
        html! {
            h1 { "Moved" }
            p { "This page is now at " a href=(target) { (target) } "." }
        },
    )
}

const PLAIN: &str = ":root{color-scheme:light dark}\
    body{max-width:34rem;margin:12vh auto;padding:0 1rem;font:1.1rem/1.5 system-ui,sans-serif;\
    overflow-wrap:anywhere}";

fn bare(title: &str, head: Markup, main: Markup) -> Page {
    let shell = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                (head)
                title { (title) }
            }
            body { main { (MAIN) } }
        }
    };
    around(shell, main)
}

fn name(error: &Error) -> &'static str {
    match error {
        Error::NotFound => "Not found",
        Error::Gone => "Gone",
        Error::Unavailable(_) => "Back in a moment",
        Error::Internal(_) => "Something is broken",
        _ => "That did not work",
    }
}
