//! Every address Mayfly has: which program answers one, how each is built, and
//! how a page links to it where the server rewrites addresses and where it
//! can't.
//!
//! Inside the library an address is always its pretty path (`/tags/sqlite/`).
//! `Links` turns it into what the visitor's browser has to ask for.

mod admin;
mod guestbook;
mod links;

use crate::date::{Date, short_month};
use crate::feed;
use crate::post::Kind;
use crate::{sitemap, twin};

pub use admin::*;
pub use guestbook::*;
pub use links::*;

/// All tags.
pub const TAGS: &str = "/tags/";

/// Looking for words in all posts.
pub const SEARCH: &str = "/search/";

/// How a browser searches here.
pub const OPENSEARCH: &str = "/search/opensearch.xml";

/// Looking for a pattern in the source of all posts.
pub const GREP: &str = "/grep/";

/// The newest posts of all kinds, as Atom.
pub const FEED: &str = "/feed.atom";

/// The page that lists the feeds.
pub const FEEDS: &str = "/feeds/";

/// What there is, for search engines.
pub const SITEMAP: &str = "/sitemap.xml";

/// What they should leave alone.
pub const ROBOTS: &str = "/robots.txt";

/// QR codes of permalinks.
pub const QR: &str = "/qr/";

/// Uploaded files, which the web server sends without any program.
pub const MEDIA: &str = "/media/";

/// Stands before every own address in stored HTML, since only the request
/// tells how the blog is reached. A control character can't come from an
/// author: saving removes them.
pub const MARK: char = '\u{1}';

/// `/2025/`
pub fn year(year: u16) -> String {
    let mut path = String::with_capacity(6);
    push_year(&mut path, year);
    path
}

/// `/2025/Jul/`
pub fn month(year: u16, month: u8) -> String {
    let mut path = String::with_capacity(10);
    push_month(&mut path, year, month);
    path
}

/// `/2025/Jul/5/`
pub fn day(date: Date) -> String {
    let mut path = String::with_capacity(13);
    push_day(&mut path, date);
    path
}

/// `/2025/Jul/5/slug/`
pub fn post(date: Date, slug: &str) -> String {
    let mut path = String::with_capacity(14 + slug.len());
    push_day(&mut path, date);
    path.push_str(slug);
    path.push('/');
    path
}

fn push_year(path: &mut String, year: u16) {
    path.push('/');
    path.push_str(itoa::Buffer::new().format(year));
    path.push('/');
}

fn push_month(path: &mut String, year: u16, month: u8) {
    push_year(path, year);
    path.push_str(short_month(month));
    path.push('/');
}

fn push_day(path: &mut String, date: Date) {
    push_month(path, date.year(), date.month());
    path.push_str(itoa::Buffer::new().format(date.day()));
    path.push('/');
}

/// `/tags/a+b/`
pub fn tag(names: &str) -> String {
    [TAGS, names, "/"].concat()
}

/// `a`, of `/tags/a/`.
pub fn tag_of(path: &str) -> Option<&str> {
    let name = path.strip_prefix(TAGS)?.strip_suffix('/')?;
    (!name.is_empty() && !name.contains(['/', '+'])).then_some(name)
}

/// `/quotes/`
pub fn kind(kind: Kind) -> String {
    format!("/{}/", kind.plural())
}

/// `/qr/2025/Jul/5/slug.svg`, the code of a page.
pub fn qr(page: &str) -> String {
    format!("{QR}{}.svg", page.trim_matches('/'))
}

/// `/search/?q=words`, as the query stands in an address and not yet in HTML.
pub fn search(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().filter(|(_, value)| !value.is_empty());
    let pairs = fields.map(|(name, value)| format!("{name}={}", encode(value).replace('+', "%2B")));
    format!("?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// A path with what an address can't carry percent-encoded.
pub fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b'+' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The program that answers a pretty path, and the PATH_INFO it is given.
///
/// Those of `PREFIXES` lose what is their own at the beginning, every other program
/// sees the whole path.
/// The web server configurations in `deploy/` say the same in their own words,
/// and `tests/servers` holds them to it.
pub fn route(path: &str) -> (&'static str, &str) {
    let rest = path.strip_prefix('/').unwrap_or(path);
    if rest.is_empty() {
        return ("home", path);
    }
    if feed::is_address(rest) {
        return ("feed", path);
    }
    if sitemap::is_address(rest) {
        return ("sitemap", path);
    }
    if Kind::from_plural(rest.strip_suffix('/').unwrap_or(rest)).is_some() {
        return ("kind", path);
    }
    for (program, prefix) in PREFIXES {
        let below = path.strip_prefix(prefix);
        if let Some(info) = below.filter(|info| info.is_empty() || info.starts_with('/')) {
            return (program, info);
        }
    }
    if twin::is_address(rest) {
        return ("twin", path);
    }
    let mut segments = rest.split('/').filter(|segment| !segment.is_empty());
    let year = segments.next().unwrap_or_default();
    if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) {
        return match segments.count() {
            0..=2 => ("archive", path),
            3 => ("post", path),
            _ => ("page", path),
        };
    }
    ("page", path)
}

/// The programs whose answers pages of any other site may read: they are for
/// programs, and the same for everybody.
pub const OPEN: [&str; 3] = ["feed", "sitemap", "twin"];

/// What comes before PATH_INFO in the pretty paths of programs that have all that
/// is below it. `media` comes before `admin`, whose first segment it shares.
const PREFIXES: [(&str, &str); 9] = [
    ("tag", "/tags"),
    ("search", "/search"),
    ("grep", "/grep"),
    ("guestbook", "/guestbook"),
    ("comment", "/comments"),
    ("login", "/login"),
    ("media", "/admin/media"),
    ("admin", "/admin"),
    ("qr", "/qr"),
];

/// What comes before a program's PATH_INFO in the pretty path.
pub fn prefix(program: &str) -> &'static str {
    let mut known = PREFIXES.iter();
    known
        .find(|(name, _)| *name == program)
        .map_or("", |(_, prefix)| prefix)
}

/// Whether links are pretty or plain; `Auto` does as the request did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// As the request arrived: rewritten or not.
    #[default]
    Auto,
    /// `/2025/Jul/5/slug/`
    Pretty,
    /// `/cgi-bin/post/2025/Jul/5/slug/`
    Plain,
}

impl Style {
    /// The names the setting has in `site.links` and on the command line.
    pub const NAMES: [(&str, Style); 3] = [
        ("auto", Style::Auto),
        ("pretty", Style::Pretty),
        ("plain", Style::Plain),
    ];

    /// The style of that name; `Auto` for any other.
    pub fn named(name: &str) -> Style {
        Style::NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(Style::Auto, |known| known.1)
    }
}

/// How the visitor reached the program, as far as links depend on it. Every
/// text in it is safe in HTML and in a header: `reached` lets nothing else in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// `https://example.org`, or empty where the request names no usable host.
    pub origin: String,
    /// Where the programs are: `/cgi-bin`.
    pub programs: String,
    /// What follows a program's name: empty or `.cgi`.
    pub suffix: &'static str,
    /// The path the blog lies below, where the server rewrote the request.
    pub base: Option<String>,
}

impl Reached {
    /// What the blog's base URL would be, by the way this visitor came; empty where
    /// the request names no usable host.
    pub fn base_url(&self) -> String {
        let below = match &self.base {
            Some(base) => base.as_str(),
            None => beside(&self.programs),
        };
        match self.origin.is_empty() {
            true => String::new(),
            false => format!("{}{}", self.origin, below.trim_end_matches('/')),
        }
    }
}

#[cfg(test)]
mod tests;
