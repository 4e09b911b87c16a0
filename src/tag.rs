//! A tag: its name, its page, and which address asks for one or several.

use crate::error::{Error, Result};
use crate::listing::{Cut, Slice};
use crate::path::{Path, Query};

/// More tags at once than this have no page: few posts have them all, and
/// each one more makes the address space larger, which robots walk.
const MAX_TAGS: usize = 3;

/// The posts of one tag, or of several at once, that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `/tags/`: every tag.
    All(Path),
    /// `/tags/a+b/`: the posts that have all of these.
    Tagged {
        /// The tags' names, in the order of the alphabet.
        names: Vec<String>,
        /// Which part of the list.
        cut: Cut,
        /// The path as it was asked for, which may be a redirect's.
        path: Path,
    },
}

impl Wanted {
    /// Reads the path below `/tags/` and the cut.
    ///
    /// # Errors
    /// 404 for what can't be a tag's address and for more than three tags.
    pub fn parse(path: &Path, query: &Query) -> Result<Wanted> {
        match path.segments().as_slice() {
            ["tags"] => Ok(Wanted::All(path.clone())),
            ["tags", names] => Ok(Wanted::Tagged {
                names: parse_names(names).ok_or(Error::NotFound)?,
                cut: Cut::parse(query)?,
                path: path.clone(),
            }),
            _ => Err(Error::NotFound),
        }
    }
}

/// What the address of a tag page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// Every tag, in the order of the alphabet.
    All(Vec<Tag>),
    /// The posts that have one tag, or several.
    Tagged(Tagged),
}

/// A tag and how many posts have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name: `[a-z0-9-]`.
    pub name: String,
    /// The number of posts.
    pub posts: i64,
}

/// The posts that have one tag, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The tags' names, in the order of the alphabet.
    pub names: Vec<String>,
    /// How many posts have them all.
    pub posts: i64,
    /// Of a single tag: what it is about, as stored HTML.
    pub description: String,
    /// Of a single tag: the tags that most often stand beside it.
    pub related: Vec<Tag>,
    /// The posts of this page.
    pub slice: Slice,
}

/// Reads `a+b`, in the order of the alphabet, each name once; none for more names
/// than have a page.
pub fn parse_names(segment: &str) -> Option<Vec<String>> {
    // Some servers decode the plus sign into a space.
    let lower = segment.to_ascii_lowercase().replace(' ', "+");
    let mut names: Vec<String> = lower.split('+').map(String::from).collect();
    names.sort_unstable();
    names.dedup();
    let fits = names.len() <= MAX_TAGS && !names.iter().any(String::is_empty);
    fits.then_some(names)
}

/// The related tags as `tag.related` keeps them: names and counts, all parted
/// by spaces.
pub fn parse_related(text: &str) -> Vec<Tag> {
    let mut words = text.split_ascii_whitespace();
    let mut related = Vec::new();
    while let (Some(name), Some(posts)) = (words.next(), words.next()) {
        related.push(Tag {
            name: name.into(),
            posts: posts.parse().unwrap_or(0),
        });
    }
    related
}
