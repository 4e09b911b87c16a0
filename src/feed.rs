//! Feeds: which list one is of, in which format, and how a whole blog is cut into
//! documents that a reader fetches once (RFC 5005, section 4).

use crate::archive::Period;
use crate::date::month_name;
use crate::error::{Error, Result};
use crate::listing::{Cut, Moment};
use crate::path::{Path, Query};
use crate::post::{Kind, Post};
use crate::{tag, url};

/// How many posts a feed has. Readers ask every hour or so, and few blogs
/// publish thirty times between two visits.
pub const POSTS: usize = 30;

/// A format that feeds are written in; its name is the ending of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4287.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1, which is the list for programs, too.
    Json,
}

impl Format {
    /// Every format, the best known to readers first.
    pub const ALL: [Format; 3] = [Format::Atom, Format::Rss, Format::Json];

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// "atom", as addresses end.
    pub fn name(self) -> &'static str {
        ["atom", "rss", "json"][self as usize]
    }

    /// "JSON Feed", as people call it.
    pub fn title(self) -> &'static str {
        ["Atom", "RSS", "JSON Feed"][self as usize]
    }

    /// Its media type. All three are UTF-8 by definition or say so themselves.
    pub fn media_type(self) -> &'static str {
        [
            "application/atom+xml",
            "application/rss+xml",
            "application/feed+json",
        ][self as usize]
    }
}

/// The list that a feed is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All posts.
    All,
    /// The posts of a kind.
    Kind(Kind),
    /// The posts that have all of these tags, in the order of the alphabet.
    Tagged(Vec<String>),
    /// The posts of a stretch of the calendar.
    Period(Period),
    /// What a search for this text finds.
    Search(String),
}

impl Scope {
    /// The pretty path of the page it belongs to: `/tags/a+b/`.
    pub fn page(&self) -> String {
        match self {
            Scope::All => "/".into(),
            Scope::Kind(kind) => url::kind(*kind),
            Scope::Tagged(names) => url::tag(&names.join("+")),
            Scope::Period(period) => period.path(),
            Scope::Search(_) => url::SEARCH.into(),
        }
    }

    /// The pretty path of the feed without its ending: `/tags/a+b`.
    pub fn stem(&self) -> String {
        match self {
            Scope::All => "/feed".into(),
            Scope::Search(_) => format!("{}feed", url::SEARCH),
            _ => self.page().trim_end_matches('/').to_owned(),
        }
    }

    /// What the feed's address and its page's have behind a question mark, encoded;
    /// empty for most.
    pub fn query(&self) -> String {
        match self {
            Scope::Search(text) => url::search(&[("q", text)])[1..].to_owned(),
            _ => String::new(),
        }
    }

    /// What to call the list beside the blog's title; empty for all of it.
    pub fn name(&self) -> String {
        match self {
            Scope::All => String::new(),
            Scope::Kind(kind) => kind.title().into(),
            Scope::Tagged(names) => names.join(" + "),
            Scope::Period(Period::Year(year)) => year.to_string(),
            Scope::Period(Period::Month(year, month)) => format!("{} {year}", month_name(*month)),
            Scope::Period(Period::Day(date)) => date.medium(),
            Scope::Search(text) => format!("Search: {text}"),
        }
    }

    /// Reads a path without its ending.
    fn parse(stem: &[&str]) -> Option<Scope> {
        match stem {
            ["feed"] => Some(Scope::All),
            ["tags", names] => tag::parse_names(names).map(Scope::Tagged),
            [name] if let Some(kind) = Kind::from_plural(name) => Some(Scope::Kind(kind)),
            _ => Period::parse(stem).map(Scope::Period),
        }
    }
}

/// What a request asks the program for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `/feeds/`: the page that lists the feeds.
    Overview(Path),
    /// `/tags/a+b.atom`: a feed.
    Feed {
        /// The list.
        scope: Scope,
        /// The format.
        format: Format,
        /// Only posts older than this moment.
        before: Option<Moment>,
        /// The path as it was asked for, which may be a redirect's.
        path: Path,
    },
}

impl Wanted {
    /// Reads a path that `is_address` and the cut.
    ///
    /// # Errors
    /// 404 for what can't be a feed's address.
    pub fn parse(path: &Path, query: &Query) -> Result<Wanted> {
        let mut stem = path.segments();
        if stem == ["feeds"] {
            return Ok(Wanted::Overview(path.clone()));
        }
        let (last, format) = stem
            .pop()
            .and_then(|last| last.rsplit_once('.'))
            .ok_or(Error::NotFound)?;
        stem.push(last);
        Ok(Wanted::Feed {
            scope: Scope::parse(&stem).ok_or(Error::NotFound)?,
            format: Format::named(format).ok_or(Error::NotFound)?,
            before: match Cut::parse(query)? {
                Cut::Start => None,
                Cut::Before(moment) => Some(moment),
                Cut::After(_) => return Err(Error::NotFound),
            },
            path: path.clone(),
        })
    }
}

/// Whether a pretty path without its first slash is the overview's or, as far as
/// its shape tells, a feed's. The rules in `deploy/` say the same.
pub fn is_address(rest: &str) -> bool {
    if rest.strip_suffix('/').unwrap_or(rest) == "feeds" {
        return true;
    }
    let Some((stem, ending)) = rest.rsplit_once('.') else {
        return false;
    };
    if Format::named(ending).is_none() {
        return false;
    }
    let mut segments = stem.split('/');
    let first = segments.next().unwrap_or_default();
    let filled = stem.split('/').all(|segment| !segment.is_empty());
    let is_year = first.len() == 4 && first.bytes().all(|byte| byte.is_ascii_digit());
    match segments.count() {
        0 => first == "feed" || is_year || Kind::from_plural(first).is_some(),
        1 => filled && (first == "tags" || is_year),
        2 => filled && is_year,
        _ => false,
    }
}

/// A feed, ready to be written in any format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// What to call the list beside the blog's title, or empty.
    pub name: String,
    /// The pretty path of the page it belongs to.
    pub page: String,
    /// Its own pretty path without the ending: `/tags/sea`.
    pub stem: String,
    /// What its own address and its page's have behind a question mark, encoded,
    /// as `q=wind` of a search; empty for most.
    pub query: String,
    /// The posts, newest first.
    pub posts: Vec<Post>,
    /// Which part of the list it is.
    pub part: Part,
}

impl Feed {
    /// The feed of a list that has these posts.
    pub fn of(scope: &Scope, posts: Vec<Post>, part: Part) -> Feed {
        Feed {
            name: scope.name(),
            page: scope.page(),
            stem: scope.stem(),
            query: scope.query(),
            posts,
            part,
        }
    }
}

/// What the page that lists the feeds shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overview {
    /// A static page that its author put there.
    Static(crate::page::Page),
    /// The feeds, among them those of these tags.
    Tags(Vec<tag::Tag>),
}

/// Where in its list a document stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Of all but the newest part: its posts are older than this moment.
    pub before: Option<Moment>,
    /// Whether it is one of the documents that the past is cut into for good.
    pub archive: bool,
    /// The `before` of the next older document.
    pub older: Option<Moment>,
    /// Where the posts of this document end, exactly: for lists that should have
    /// no post twice.
    pub end: Option<Moment>,
    /// The `before` of the next newer document, if that is one of the past, too.
    pub newer: Option<Moment>,
}

/// The stretch of time around a post that makes one document of the past: from
/// its first moment up to and without its second.
///
/// It is the largest of the stretches that halving all time again and again
/// gives in which the list has at most `POSTS` posts. Nothing that happens
/// later changes where the past is cut, so a reader that has a document never
/// needs it again, whatever is published. `around` has the moments of the list
/// near the post, at least `POSTS` on each side where there are so many.
pub fn stretch(around: &[Moment], post: Moment) -> (Moment, Moment) {
    // 2^58 microseconds are 9,000 years, as long as all the years of a blog.
    let fits = |bits: &u32| {
        let inside = around
            .iter()
            .filter(|moment| **moment >> bits == post >> bits);
        inside.count() <= POSTS
    };
    let bits = (0..=58).rev().find(fits).unwrap_or(0);
    let start = (post >> bits) << bits;
    (start, start + (1 << bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_cut_in_the_same_places_for_ever() {
        // A post every thousand seconds, with a crowd in the middle.
        let mut moments: Vec<Moment> = (1_600_000..1_600_400).map(|n| n * 1_000_000_000).collect();
        moments.extend((0..90).map(|n| 1_600_200 * 1_000_000_000 + n));
        moments.sort_unstable();
        moments.dedup();
        let cuts = |known: &[Moment]| -> Vec<(Moment, Moment)> {
            let mut cuts: Vec<_> = known.iter().map(|post| stretch(known, *post)).collect();
            cuts.dedup();
            cuts
        };
        let all = cuts(&moments);
        let posts = |(from, to): &(Moment, Moment)| {
            moments.iter().filter(|m| (*from..*to).contains(m)).count()
        };
        assert!(all.windows(2).all(|pair| pair[0].1 <= pair[1].0), "overlap");
        assert!(all.iter().all(|cut| (1..=POSTS).contains(&posts(cut))));
        assert_eq!(all.iter().map(posts).sum::<usize>(), moments.len());
        // As the list grew, only its last document changed.
        for known in (POSTS + 1..moments.len()).step_by(7) {
            let then = cuts(&moments[..known]);
            let past = moments[known - 1 - POSTS];
            let settled: Vec<_> = then.iter().filter(|cut| cut.0 <= past).collect();
            assert!(settled.iter().all(|cut| all.contains(cut)), "{known} posts");
        }
    }

    #[test]
    fn addresses_of_feeds_have_a_shape() {
        let feeds = "feed.atom entries.rss notes.json tags/a.atom tags/a+b.json 2025.rss \
                     2025/Jul.json 2025/Jul/5.atom feeds feeds/";
        for path in feeds.split_whitespace() {
            assert!(is_address(path), "{path}");
        }
        let others = "feed feed.xml about.json x/feed.rss tags.atom tags/.atom/a 20255.rss \
                      2025/Jul/5/slug.json 2025//5.atom tags/a/b.rss feed.atom/ feedsy";
        for path in others.split_whitespace() {
            assert!(!is_address(path), "{path}");
        }
    }
}
