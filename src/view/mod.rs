//! Pages: what is known of the blog, in; HTML, out. Nothing here asks where it
//! comes from.

#[cfg(feature = "admin")]
pub mod admin;
pub mod archive;
#[cfg(feature = "admin")]
pub mod backup;
#[cfg(feature = "admin")]
pub mod bookmarks;
pub mod card;
#[cfg(feature = "admin")]
pub mod check;
#[cfg(feature = "guestbook")]
pub mod comment;
#[cfg(feature = "admin")]
pub mod complete;
pub mod error;
pub mod feed;
#[cfg(feature = "grep")]
pub mod grep;
#[cfg(feature = "guestbook")]
pub mod guestbook;
#[cfg(feature = "admin")]
pub mod history;
pub mod home;
#[cfg(feature = "admin")]
pub mod house;
pub mod json;
pub mod kind;
pub mod list;
#[cfg(feature = "admin")]
pub mod login;
#[cfg(feature = "admin")]
pub mod media;
#[cfg(feature = "admin")]
pub mod moderation;
pub mod page;
pub mod post;
#[cfg(feature = "admin")]
pub mod preview;
#[cfg(feature = "admin")]
pub mod published;
#[cfg(feature = "admin")]
pub mod removed;
pub mod search;
#[cfg(feature = "admin")]
pub mod setup;
pub mod sitemap;
pub mod tag;
#[cfg(feature = "save")]
pub mod text;
#[cfg(feature = "admin")]
pub mod totp;
pub mod twin;
#[cfg(feature = "admin")]
pub mod upgrade;
#[cfg(feature = "admin")]
pub mod write;
pub mod xml;

use std::borrow::Cow;

use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use crate::feed::{Format, Scope};
use crate::listing::Item;
use crate::site::Site;
use crate::url::{self, Link, Links};

/// The one style sheet, in every page: a request less, and 8 KB are soon there. This is
/// what every page needs of it.
const STYLE: &str = include_str!("style.css");

/// And what posts and lists of them need besides.
const POSTS: &str = include_str!("posts.css");

/// Rules for what strangers wrote, in the guestbook and under posts. `unicode-bidi` keeps
/// what turns the direction of writing round inside its own name or paragraph.
const SAID: &str = include_str!("said.css");

/// HTML that was made when something was saved, and may go out as it is but for
/// the links in it. It is the only way past maud's escaping.
pub struct Stored<'a>(pub &'a Links, pub &'a str);

impl Render for Stored<'_> {
    fn render_to(&self, page: &mut String) {
        self.0.settle(self.1, page);
    }
}

/// A text, escaped. maud does the same for whatever stands in its markup, a byte at a
/// time; where a page has a text of some length it pays to pass by what needs nothing.
pub struct Text<'a>(pub &'a str);

impl Render for Text<'_> {
    fn render_to(&self, page: &mut String) {
        let mut rest = self.0;
        let special = |&byte: &u8| IS_SPECIAL[usize::from(byte)];
        while let Some(at) = rest.as_bytes().iter().position(special) {
            page.push_str(&rest[..at]);
            page.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            rest = &rest[at + 1..];
        }
        page.push_str(rest);
    }
}

/// The bytes that mean something in HTML, the quotes of an attribute included.
const IS_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'"' | b'&' | b'<' | b'>');
        byte += 1;
    }
    table
};

impl Render for Link {
    fn render_to(&self, page: &mut String) {
        Text(self).render_to(page);
    }
}

/// What the head of a page says about it.
#[derive(Clone, Debug, Default)]
pub struct Head<'a> {
    /// The page's own name; empty on the home page.
    pub title: &'a str,
    /// Its pretty path; empty where it has no address of its own.
    pub path: &'a str,
    /// A sentence for search results and cards, or empty.
    pub description: &'a str,
    /// Whether it is a text, and not a list.
    pub article: bool,
    /// Whether search engines should rather keep one of the other pages.
    pub part: bool,
    /// Of a list: which, for the feeds that it has of its own.
    pub list: Option<&'a Scope>,
    /// Whether browsers find here how to search the blog.
    pub searches: bool,
    /// What it says to programs, beside what every page does.
    pub card: Option<Markup>,
    /// Whether nothing that an author wrote is on it, and no list: such a page does
    /// without their rules.
    pub bare: bool,
    /// Rules for this page alone, behind those for all.
    pub style: &'static str,
}

/// A whole page, in the pieces it was made in: joining them would touch every page of
/// memory once more, and the system writes pieces as gladly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page(pub Vec<Cow<'static, str>>);

#[cfg(feature = "admin")]
impl Page {
    /// The main part of a page that is no list, alone.
    fn main(&self) -> &str {
        self.0.iter().rev().nth(1).map_or("", Cow::as_ref)
    }
}

/// Where the main part goes, and within that each post of a list; nothing else in a
/// page is a control character.
const MAIN: char = '\u{2}';

/// Where the style sheets go, which are no part of any text that is copied.
const STYLES: char = '\u{3}';

/// A whole page around its main part.
pub fn shell(site: &Site, head: &Head<'_>, main: Markup) -> Page {
    shell_of(site, head, main, Vec::new())
}

/// A whole page around a list, with its posts where `list::Posts` has left room for them.
pub fn shell_of(site: &Site, head: &Head<'_>, main: Markup, posts: Vec<Item>) -> Page {
    let [mut top, main, bottom] = parts(surroundings(site, head), main);
    let styles = top.find(STYLES);
    let behind = styles.map(|at| top.split_off(at));
    let mut pieces = Vec::with_capacity(8 + 2 * posts.len());
    pieces.push(top.into());
    if let Some(behind) = behind {
        pieces.push(STYLE.into());
        if !head.bare {
            pieces.push(POSTS.into());
        }
        pieces.push(behind[STYLES.len_utf8()..].to_owned().into());
    }
    if posts.is_empty() {
        pieces.push(main.into());
    } else {
        let mut between = main.split(MAIN).map(|text| Cow::from(text.to_owned()));
        pieces.extend(between.next());
        for post in posts {
            pieces.push(post.html.into());
            pieces.extend(between.next().filter(|text| !text.is_empty()));
        }
    }
    pieces.push(bottom.into());
    Page(pieces)
}

/// Puts the main part where `MAIN` stands.
fn around(shell: Markup, main: Markup) -> Page {
    Page(parts(shell, main).map(Cow::from).into())
}

/// What comes before the main part, the main part, and what follows. Its place is looked
/// for from the end, for a style sheet may stand before it.
fn parts(shell: Markup, main: Markup) -> [String; 3] {
    let mut top = shell.into_string();
    let (end, next) = match top.rfind(MAIN) {
        Some(at) => (at, at + MAIN.len_utf8()),
        None => (top.len(), top.len()),
    };
    let bottom = top[next..].to_owned();
    top.truncate(end);
    [top, main.into_string(), bottom]
}

fn surroundings(site: &Site, head: &Head<'_>) -> Markup {
    let links = &site.links;
    let name = match head.title {
        "" => site.title.as_str(),
        title => title,
    };
    let description = match head.description {
        "" => site.tagline.as_str(),
        description => description,
    };
    html! {
        (DOCTYPE)
        html lang=(site.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title {
                    (Text(name))
                    @if !head.title.is_empty() { " \u{2013} " (site.title) }
                }
                @if !head.path.is_empty() {
                    @let address = links.absolute(head.path);
                    link rel="canonical" href=(Text(&address));
                    meta property="og:url" content=(Text(&address));
                }
                @if head.part { meta name="robots" content="noindex, follow"; }
                @if !description.is_empty() {
                    meta name="description" content=(Text(description));
                    meta property="og:description" content=(Text(description));
                }
                @if !site.author.is_empty() { meta name="author" content=(site.author); }
                meta property="og:title" content=(Text(name));
                meta property="og:site_name" content=(site.title);
                meta property="og:type" content=(if head.article { "article" } else { "website" });
                @if let Some((language, region)) = site.language.split_once('-') {
                    meta property="og:locale" content={ (language) "_" (region) };
                }
                link rel="alternate" type="application/atom+xml" title=(site.title) href=(links.to(url::FEED));
                @if let Some(list) = head.list { (feeds(site, list)) }
                @if head.searches {
                    link rel="search" type=(search::OPENSEARCH_TYPE) title=(site.title) href=(links.to(url::OPENSEARCH));
                }
                @if let Some(card) = &head.card { (card) }
                // An icon of no bytes keeps browsers from asking for one.
                link rel="icon" href="data:,";
                style {
                    (STYLES)
                    (PreEscaped(head.style))
                    (PreEscaped(&site.style))
                }
            }
            body {
                a.skip href="#main" { "Skip to the text" }
                header.top {
                    p.name { a href=(links.to("/")) rel="home" { (site.title) } }
                    @if !site.tagline.is_empty() { p.tagline { (site.tagline) } }
                    nav aria-label="Pages" {
                        a href=(links.to(url::SEARCH)) { "Search" }
                        a href=(links.to(url::TAGS)) { "Tags" }
                        @for (path, title) in site.pages() { a href=(links.to(path)) { (title) } }
                    }
                }
                main #main { (MAIN) }
                footer.bottom {
                    @let years: Vec<u16> = site.years().collect();
                    @if !years.is_empty() {
                        nav.years aria-label="Years" {
                            @for year in years { a href=(links.to(&url::year(year))) { (year) } " " }
                        }
                    }
                    p {
                        a href=(links.to(url::FEEDS)) { "Feeds" }
                        @if !site.author.is_empty() { "\u{a9} " (site.author) }
                    }
                    @if !site.footer.is_empty() { div { (Stored(links, &site.footer)) } }
                }
            }
        }
    }
}

/// What programs find in the head of a list: its own feeds. The Atom feed of
/// everything is on every page already.
fn feeds(site: &Site, list: &Scope) -> Markup {
    let (stem, name, query) = (list.stem(), list.name(), list.query());
    let mark = if query.is_empty() { "" } else { "?" };
    let title = match name.as_str() {
        "" => site.title.clone(),
        name => format!("{}: {name}", site.title),
    };
    let own = Format::ALL
        .into_iter()
        .filter(|format| *list != Scope::All || *format != Format::Atom);
    html! {
        @for format in own {
            link rel="alternate" type=(format.media_type()) title=(title)
                href=(site.links.to(&format!("{stem}.{}{mark}{query}", format.name())));
        }
    }
}

/// "1 post", "2,069 words"
pub fn count(number: i64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        thousands(number),
        if number == 1 { one } else { many }
    )
}

/// "2,069"
pub fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut spaced = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    spaced
}
