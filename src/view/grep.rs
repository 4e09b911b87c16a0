//! The form for a regular expression, and the lines that it matches.

use maud::{Markup, html};

use super::{Head, Page, count, shell};
use crate::grep::{self, Found, Limit, Line, Mistake, Wanted};
use crate::post::Kind;
use crate::site::Site;
use crate::url;

const STYLE: &str = include_str!("grep.css");

/// What a search for a pattern shows: what was found, or what is wrong with it.
pub fn page(site: &Site, wanted: &Wanted, page: &Result<grep::Page, Mistake>) -> Page {
    let title = match wanted.pattern.is_empty() {
        true => "Search the source".to_owned(),
        false => format!("Search the source: {}", wanted.pattern),
    };
    let head = Head {
        title: &title,
        part: true,
        style: STYLE,
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            h1 { "Search the source" }
            (form(site, wanted, page.as_ref().err()))
            @match page {
                Err(_) => {}
                Ok(_) if wanted.pattern.is_empty() => (help(site)),
                Ok(page) => {
                    (summary(page))
                    @for found in &page.results { (result(site, found)) }
                    (pager(site, wanted, page))
                }
            }
        },
    )
}

fn form(site: &Site, wanted: &Wanted, mistake: Option<&Mistake>) -> Markup {
    html! {
        form.search.grep role="search" action=(site.links.to(url::GREP)) {
            input type="search" name="regex" value=(wanted.pattern) aria-label="Regular expression"
                autocapitalize="off" autocomplete="off" spellcheck="false"
                aria-invalid=[mistake.map(|_| "true")] aria-describedby=[mistake.map(|_| "mistake")];
            button type="submit" { "Search" }
        }
        @if let Some(mistake) = mistake {
            div.mistake #mistake role="alert" {
                "This is no regular expression: " (mistake.what)
                @if let Some(at) = mistake.at {
                    ", at character " (at + 1) "."
                    (place(&wanted.pattern, at))
                } @else { "." }
            }
        }
    }
}

/// The pattern with a mark below the character at which it is wrong.
fn place(pattern: &str, at: usize) -> Markup {
    let line = pattern.replace(char::is_control, "\u{fffd}");
    html! { pre { code { (line) "\n" (" ".repeat(at)) b { "^" } } } }
}

fn help(site: &Site) -> Markup {
    html! {
        p {
            "What authors wrote is looked through line by line: Markdown, titles, tags, the addresses of links. For words "
            "in what readers see, use " a href=(site.links.to(url::SEARCH)) { "the other search" } "."
        }
        dl.help {
            dt { code { "boats?" } } dd { "boat and boats, also within sailboats" }
            dt { code { "\\bboats\\b" } } dd { "the word alone" }
            dt { code { "(?i)red|blue" } } dd { "one of them, in capitals or not" }
            dt { code { "^## " } } dd { "lines that begin so" }
            dt { code { "\\]\\(https?://[a-z.]*example" } } dd { "links to a host" }
            dt { code { "\\d{4}-\\d\\d" } } dd { "digits" }
        }
    }
}

fn summary(page: &grep::Page) -> Markup {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let looked = count(number(page.looked), "post", "posts");
    html! {
        p.aside {
            (count(number(page.results.len()), "post", "posts")) " with a match among " (looked)
            @if page.stopped.is_some() {
                @if let Some(day) = page.reached { ", back to " (day.medium()) }
            }
            "."
        }
    }
}

fn result(site: &Site, found: &Found) -> Markup {
    html! {
        article.h-entry.post.found {
            h3 { a.p-name.u-url href=(site.links.to(&found.mention.path)) { (found.mention.label) } }
            @if !found.fields.is_empty() {
                ul.lines { @for (name, of_field) in &found.fields { (line(name, of_field)) } }
            }
            @for run in &found.runs {
                ul.lines { @for of_run in run { (line(&of_run.number.to_string(), of_run)) } }
            }
            p.meta {
                (found.kind.name()) " \u{b7} "
                @if found.kind == Kind::Page { "changed on " }
                (found.mention.date.medium())
                @if found.more { " \u{b7} more lines match" }
            }
        }
    }
}

fn line(name: &str, line: &Line) -> Markup {
    html! {
        li.near[!line.matches] {
            span.no { (name) }
            span.text {
                @for piece in &line.pieces {
                    @if piece.marked { mark { (piece.text) } } @else { (piece.text) }
                }
            }
        }
    }
}

fn pager(site: &Site, wanted: &Wanted, page: &grep::Page) -> Markup {
    let here = site.links.to(url::GREP);
    html! {
        @if let Some((limit, place)) = &page.stopped {
            p role="status" {
                @match limit {
                    Limit::Hits => "There may be more: this page is full.",
                    Limit::Time => "The time for one page was over before all posts were looked through.",
                }
            }
            nav.pager aria-label="More results" {
                @if wanted.from != grep::Place::Newest {
                    a href={ (here) (wanted.going_on(&grep::Place::Newest)) } { "From the beginning" }
                }
                a href={ (here) (wanted.going_on(place)) } rel="next" { "Go on from here \u{2192}" }
            }
        } @else if wanted.from != grep::Place::Newest {
            nav.pager aria-label="More results" {
                a href={ (here) (wanted.going_on(&grep::Place::Newest)) } { "From the beginning" }
            }
        }
    }
}
