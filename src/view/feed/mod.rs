//! Feeds in three formats, and the page that lists them.

mod atom;
pub(super) mod json;
mod rss;

use maud::{Markup, html};

use super::{Head, page, shell, thousands};
use crate::feed::{Feed, Format, Overview, Scope};
use crate::listing::Moment;
use crate::post::{Kind, Post};
use crate::site::Site;
use crate::url;

/// A feed in a format.
pub fn write(site: &Site, format: Format, feed: &Feed) -> String {
    let document = Document { site, format, feed };
    match format {
        Format::Atom => atom::write(&document),
        Format::Rss => rss::write(&document),
        Format::Json => json::write(&document),
    }
}

/// What the formats have in common.
struct Document<'a> {
    site: &'a Site,
    format: Format,
    feed: &'a Feed,
}

impl Document<'_> {
    fn title(&self) -> String {
        match self.feed.name.as_str() {
            "" => self.site.title.clone(),
            name => format!("{}: {name}", self.site.title),
        }
    }

    fn author(&self) -> &str {
        match self.site.author.as_str() {
            "" => &self.site.title,
            author => author,
        }
    }

    /// An id for ever (RFC 4151): the host is no part of it, for that may change,
    /// and readers would take the feed for another one.
    fn id(&self) -> String {
        let mark = if self.feed.query.is_empty() { "" } else { "?" };
        format!(
            "tag:mayfly,2026:{}:{}{mark}{}",
            self.site.uid, self.feed.page, self.feed.query
        )
    }

    /// The page the feed belongs to.
    fn page(&self) -> String {
        self.address(&self.feed.page, None)
    }

    /// This very document.
    fn own(&self) -> String {
        self.part(self.feed.part.before)
    }

    /// The document of the posts before a moment, or the newest.
    fn part(&self, before: Option<Moment>) -> String {
        let path = format!("{}.{}", self.feed.stem, self.format.name());
        self.address(&path, before)
    }

    fn address(&self, path: &str, before: Option<Moment>) -> String {
        let before = before.map(|moment| format!("before={moment}"));
        let query = match (self.feed.query.as_str(), before) {
            ("", None) => String::new(),
            ("", Some(before)) => format!("?{before}"),
            (query, None) => format!("?{query}"),
            (query, Some(before)) => format!("?{query}&{before}"),
        };
        format!("{}{query}", self.site.links.absolute(path))
    }

    /// The other documents of the list, by the names that RFC 5005 gives them.
    fn around(&self) -> Vec<(&'static str, String)> {
        let part = &self.feed.part;
        let mut links = Vec::new();
        if part.before.is_some() {
            links.push(("current", self.part(None)));
        }
        if let Some(older) = part.older {
            links.push(("prev-archive", self.part(Some(older))));
        }
        if let Some(newer) = part.newer {
            links.push(("next-archive", self.part(Some(newer))));
        }
        links
    }

    /// The latest change of all its posts, in the order of time and not of the
    /// letters: the offsets of a year's two halves differ.
    fn latest(&self) -> Option<&str> {
        let changes = self.feed.posts.iter().map(changed);
        changes.max_by_key(|time| instant(time))
    }
}

/// An id for ever: neither host nor date nor slug are part of it, for each may
/// change, and readers would show the post once more.
pub(super) fn id(site: &Site, post: &Post) -> String {
    format!("tag:mayfly,2026:{}:{}", site.uid, post.id)
}

/// The text of a post, its links made to work anywhere: those within it, as notes and
/// headings have them, lead to its page.
pub(super) fn content(site: &Site, post: &Post) -> String {
    let mut content = String::with_capacity(post.html.len() + 512);
    site.links.settle_absolute(&post.html, &mut content);
    match content.contains(FRAGMENT) {
        true => anchored(&content, &site.links.absolute(&post.path())),
        false => content,
    }
}

const FRAGMENT: &str = " href=\"#";

fn anchored(content: &str, page: &str) -> String {
    let mut anchored = String::with_capacity(content.len() + 512);
    let mut rest = content;
    while let Some(at) = rest.find(FRAGMENT) {
        let (before, after) = rest.split_at(at + FRAGMENT.len() - 1);
        anchored.push_str(before);
        // Code that shows such a link is no tag: a `>` is nearer than any `<`.
        if before
            .rfind(['<', '>'])
            .is_some_and(|at| before[at..].starts_with('<'))
        {
            anchored.push_str(page);
        }
        rest = after;
    }
    anchored.push_str(rest);
    anchored
}

pub(super) fn changed(post: &Post) -> &str {
    match post.updated.0.as_str() {
        "" => &post.published.0,
        updated => updated,
    }
}

/// `2025-07-05T15:05:00+01:00` as a number that grows with time. Every month
/// counts 31 days here, so it orders moments and does not tell how far they are apart.
fn instant(time: &str) -> i64 {
    let part = |from: usize, to: usize| -> i64 {
        let digits = time.get(from..to).and_then(|digits| digits.parse().ok());
        digits.unwrap_or(0)
    };
    let days = (part(0, 4) * 12 + part(5, 7)) * 31 + part(8, 10);
    let seconds = part(11, 13) * 3600 + part(14, 16) * 60 + part(17, 19);
    let offset = part(20, 22) * 3600 + part(23, 25) * 60;
    let east = if time.get(19..20) == Some("-") { -1 } else { 1 };
    days * 86_400 + seconds - east * offset
}

/// The page that lists the feeds, for people.
pub fn overview(site: &Site, overview: &Overview) -> super::Page {
    let tags = match overview {
        Overview::Static(page) => return page::page(site, page),
        Overview::Tags(tags) => tags,
    };
    let head = Head {
        title: "Feeds",
        path: url::FEEDS,
        list: Some(&Scope::All),
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            h1 { "Feeds" }
            p {
                "A feed tells a feed reader what is new here. Copy one of these addresses into yours; "
                "if you don't know which, take the first."
            }
            h2 { "Everything" }
            ul.feeds { li { (formats(site, &Scope::All)) } }
            h2 { "By kind" }
            ul.feeds {
                @for kind in Kind::DATED {
                    li {
                        a href=(site.links.to(&url::kind(kind))) { (kind.title()) } " "
                        (formats(site, &Scope::Kind(kind)))
                    }
                }
            }
            @if !tags.is_empty() {
                h2 { "By tag" }
                p.aside { "A plus sign between two or three tags makes the feed of what has them all." }
                ul.feeds {
                    @for tag in tags {
                        li {
                            a href=(site.links.to(&url::tag(&tag.name))) { (tag.name) } " "
                            span.count { (thousands(tag.posts)) } " "
                            (formats(site, &Scope::Tagged(vec![tag.name.clone()])))
                        }
                    }
                }
            }
            h2 { "By year" }
            ul.feeds {
                @for year in site.years() {
                    li {
                        a href=(site.links.to(&url::year(year))) { (year) } " "
                        (formats(site, &Scope::Period(crate::archive::Period::Year(year))))
                    }
                }
            }
        },
    )
}

fn formats(site: &Site, list: &Scope) -> Markup {
    let stem = list.stem();
    html! {
        @for format in Format::ALL {
            a.format href=(site.links.to(&format!("{stem}.{}", format.name()))) type=(format.media_type()) {
                (format.title())
            }
            " "
        }
    }
}
