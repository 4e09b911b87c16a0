//! The form, what was found, and the ways to narrow it down.

use maud::{Markup, Render, html};

use super::xml::Xml;
use super::{Head, count, shell, thousands};
use crate::feed::{Format, Scope};
use crate::search::{BEGIN, END, Found, Index, Order, Page, Query, Suggestion, Wanted};
use crate::site::Site;
use crate::url;

/// What a search shows. `patterns`: whether one can look for a pattern, too.
pub fn page(site: &Site, wanted: &Wanted, page: &Page, patterns: bool) -> super::Page {
    let asked = !wanted.query.is_empty();
    let title = match wanted.text.is_empty() {
        true => "Search".to_owned(),
        false => format!("Search: {}", wanted.text),
    };
    let list = Scope::Search(wanted.text.clone());
    let head = Head {
        title: &title,
        part: true,
        list: asked.then_some(&list),
        searches: true,
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            h1 { "Search" }
            (form(site, &wanted.text, wanted.order))
            @match page.index {
                Index::Missing(_) => p role="alert" {
                    "Searching is not possible just now: this blog\u{2019}s index is missing or broken. Its \
                     owner can make it anew; the log says how."
                },
                Index::Behind(_) => p.aside role="alert" {
                    "The index is behind: what was published last may be missing below."
                },
                Index::Whole => {}
            }
            @if !matches!(page.index, Index::Missing(_)) {
                @if asked {
                    (summary(site, wanted, page))
                    @if page.total == 0 && patterns {
                        p.aside {
                            "Only whole words are looked for here. Parts of them, and what stands in the source, are "
                            "found by a " a href=(site.links.to(url::GREP)) { "regular expression" } "."
                        }
                    }
                    (narrow(site, wanted, page))
                    @if !page.results.is_empty() { h2.hidden { "Results" } }
                    @for found in &page.results { (result(site, found)) }
                    (pager(site, wanted, page))
                } @else {
                    @if !wanted.text.is_empty() { p { "There is no word in that to look for." } }
                    (help(site, patterns))
                }
            }
        },
    )
}

/// The box to type into.
pub fn form(site: &Site, text: &str, order: Order) -> Markup {
    html! {
        form.search role="search" action=(site.links.to(url::SEARCH)) {
            input type="search" name="q" value=(text) aria-label="Words to look for" maxlength="500";
            @if order == Order::Date { input type="hidden" name="order" value="date"; }
            button type="submit" { "Search" }
        }
    }
}

fn help(site: &Site, patterns: bool) -> Markup {
    html! {
        dl.help {
            dt { code { "red boats" } } dd { "both words" }
            dt { code { "\"red boats\"" } } dd { "the words side by side" }
            dt { code { "boats OR ships" } } dd { "one of them" }
            dt { code { "boats -red" } } dd { "without a word" }
            dt { code { "perf*" } } dd { "words that begin so, with three letters at least" }
            dt { code { "tag:sea kind:link" } } dd { "with a tag, of a kind (entry, link, quote, note, page)" }
            dt { code { "from:2024 to:2025-06" } } dd { "between two days, months or years" }
            @if patterns {
                dt { code { "b[eo]a?ts?$" } }
                dd { a href=(site.links.to(url::GREP)) { "a regular expression, in the source" } }
            }
        }
    }
}

fn summary(site: &Site, wanted: &Wanted, page: &Page) -> Markup {
    let total = i64::try_from(page.total).unwrap_or(i64::MAX);
    let here = site.links.to(url::SEARCH);
    html! {
        @if page.total == 0 {
            p { "No post has all of that." }
            @match &page.instead {
                Some(Suggestion::Spelling(text)) => p {
                    "Did you mean " a href={ (here) (wanted.with_text(text)) } { (text) } "?"
                },
                Some(Suggestion::Any(text)) => p {
                    "Some have "
                    a href={ (here) (wanted.with_text(text)) } { "one of the words" } "."
                },
                None => {}
            }
        } @else {
            p.aside {
                @if page.stopped { "At least " }
                (count(total, "post", "posts")) ", "
                @match wanted.order {
                    Order::Relevance => {
                        "best match first \u{b7} "
                        a href={ (here) (wanted.ordered(Order::Date)) } { "newest first" }
                    }
                    Order::Date => {
                        a href={ (here) (wanted.ordered(Order::Relevance)) } { "best match first" }
                        " \u{b7} newest first"
                    }
                }
            }
            @if page.stopped {
                p.aside {
                    "So many posts match that only the newest " (thousands(total)) " of them were ranked and \
                     counted. Another word or an earlier year (" code { "to:2020" } ") reaches the others."
                }
            }
        }
        @if wanted.query.cut { p.aside { "Only the first words of this long query were looked for." } }
    }
}

/// Links that add a kind, a year or a tag to the query, and take one away.
fn narrow(site: &Site, wanted: &Wanted, page: &Page) -> Markup {
    let here = site.links.to(url::SEARCH);
    let add = |word: &str| {
        format!(
            "{here}{}",
            wanted.with_text(&format!("{} {word}", wanted.text))
        )
    };
    let least = if page.stopped { "\u{2265}" } else { "" };
    let number = |posts: usize| {
        format!(
            "{least}{}",
            thousands(i64::try_from(posts).unwrap_or(i64::MAX))
        )
    };
    let restrictions: Vec<(&str, String)> = Query::restrictions(&wanted.text)
        .into_iter()
        .map(|(word, rest)| (word, format!("{here}{}", wanted.with_text(&rest))))
        .collect();
    html! {
        @if !restrictions.is_empty() {
            p.aside {
                "Only: "
                @for (word, without) in &restrictions {
                    a href=(without) title={ "Search without " (word) } { (word) " \u{d7}" } " "
                }
            }
        }
        @if page.total > 1 {
            ul.facets {
                @if wanted.query.kind.is_none() && page.kinds.len() > 1 {
                    li { "Kind: " @for (kind, posts) in &page.kinds {
                        a href=(add(&format!("kind:{}", kind.name()))) { (kind.name()) } " " span.count { (number(*posts)) } " "
                    } }
                }
                @if page.years.len() > 1 {
                    li { "Year: " @for (year, posts) in &page.years {
                        a href=(add(&format!("from:{year} to:{year}"))) { (year) } " " span.count { (number(*posts)) } " "
                    } }
                }
                @if !page.tags.is_empty() {
                    li { "Tag: " @for (tag, posts) in &page.tags {
                        a href=(add(&format!("tag:{tag}"))) { (tag) } " " span.count { (number(*posts)) } " "
                    } }
                }
            }
        }
    }
}

fn result(site: &Site, found: &Found) -> Markup {
    html! {
        article.h-entry.post.found {
            h3 { a.p-name.u-url href=(site.links.to(&found.path)) { (Marked(&found.label)) } }
            p.p-summary { (Marked(&found.excerpt)) }
            p.meta {
                (found.kind.name()) " \u{b7} " (found.date.medium())
                @for tag in found.tags.split_ascii_whitespace() {
                    " \u{b7} " a.p-category href=(site.links.to(&url::tag(tag))) rel="tag" { (tag) }
                }
            }
        }
    }
}

fn pager(site: &Site, wanted: &Wanted, page: &Page) -> Markup {
    let here = site.links.to(url::SEARCH);
    html! {
        @if wanted.after.is_some() || page.more {
            nav.pager aria-label="More results" {
                @if wanted.after.is_some() {
                    a href={ (here) (wanted.ordered(wanted.order)) } { "First results" }
                }
                @if let (true, Some(last)) = (page.more, page.results.last()) {
                    a href={ (here) (wanted.behind(last.key)) } rel="next" { "More results \u{2192}" }
                }
            }
        }
    }
}

/// What tells a browser how to search here (OpenSearch 1.1), as it is offered in the
/// list of search engines.
pub fn description(site: &Site) -> String {
    let mut xml = Xml::with_capacity(1024);
    xml.raw("<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n");
    // The longest that the specification allows.
    let name = |limit| site.title.chars().take(limit).collect::<String>();
    xml.element("ShortName", name(16).trim_end());
    xml.element("LongName", name(48).trim_end());
    xml.element("Description", &format!("Search {}", site.title));
    xml.element("Language", &site.language);
    xml.element("InputEncoding", "UTF-8");
    let mut way = |rel: &str, kind: &str, path: &str, terms: &str| {
        let template = format!("{}{terms}", site.links.absolute(path));
        xml.empty(
            "Url",
            &[("rel", rel), ("type", kind), ("template", &template)],
        );
    };
    way("results", "text/html", url::SEARCH, "?q={searchTerms}");
    for format in Format::ALL {
        let path = format!("{}feed.{}", url::SEARCH, format.name());
        way("results", format.media_type(), &path, "?q={searchTerms}");
    }
    way("self", OPENSEARCH_TYPE, url::OPENSEARCH, "");
    xml.raw("</OpenSearchDescription>\n");
    xml.finish()
}

/// The media type of that description.
pub const OPENSEARCH_TYPE: &str = "application/opensearchdescription+xml";

/// A text in which `BEGIN` and `END` stand around what matches.
struct Marked<'a>(&'a str);

impl Render for Marked<'_> {
    fn render(&self) -> Markup {
        html! {
            @for (index, piece) in self.0.split(BEGIN).enumerate() {
                @match piece.split_once(END) {
                    Some((hit, rest)) if index > 0 => { mark { (hit) } (rest) }
                    _ => (piece),
                }
            }
        }
    }
}
