//! Lists of posts and the way through them. A list is cut by moments, never by
//! page numbers: its last page costs what its first does, and the posts behind
//! an address don't shift when something new is published.

use crate::date::Date;
use crate::error::{Error, Result};
use crate::path::Query;

/// Microseconds since 1970, UTC: when a post was published, and its place in
/// every list.
pub type Moment = i64;

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    /// Where the list begins.
    #[default]
    Start,
    /// `?before=MOMENT`: the posts right before it in time.
    Before(Moment),
    /// `?after=MOMENT`: the posts right after it.
    After(Moment),
}

impl Cut {
    /// Reads the two parameters that cut a list.
    ///
    /// # Errors
    /// 404 for what is no moment, or for both at once: no such page exists.
    pub fn parse(query: &Query) -> Result<Cut> {
        let moment = |text: &str| text.parse::<Moment>().map_err(|_| Error::NotFound);
        match (query.get("before")?, query.get("after")?) {
            (None, None) => Ok(Cut::Start),
            (Some(before), None) => moment(before).map(Cut::Before),
            (None, Some(after)) => moment(after).map(Cut::After),
            (Some(_), Some(_)) => Err(Error::NotFound),
        }
    }
}

/// Which end of time a list begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As on the home page and on a tag.
    NewestFirst,
    /// As in the archive, which is read from morning to evening.
    OldestFirst,
}

/// One post as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its place in time.
    pub moment: Moment,
    /// Its local day, for headings.
    pub date: Date,
    /// Its whole article element, with links that work on this page.
    pub html: String,
}

/// The part of a list that one page shows, in the list's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// The posts.
    pub items: Vec<Item>,
    /// Whether there are posts older than these.
    pub older: bool,
    /// Whether there are posts newer than these.
    pub newer: bool,
}

impl Slice {
    /// Sends the visitor to the bare address where this part is where the list
    /// begins anyway, so that no page has two addresses.
    ///
    /// # Errors
    /// 303 to `path` there, 404 where a cut leaves nothing.
    pub fn settled(self, cut: Cut, order: Order, path: &str) -> Result<Slice> {
        let begins = match order {
            Order::NewestFirst => !self.newer,
            Order::OldestFirst => !self.older,
        };
        match cut {
            Cut::Start => Ok(self),
            _ if self.items.is_empty() => Err(Error::NotFound),
            _ if begins => Err(Error::See(path.to_owned())),
            _ => Ok(self),
        }
    }
}

/// A post as other pages name it: by its title, or by how it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its pretty path.
    pub path: String,
    /// Its title or first words.
    pub label: String,
    /// Its local day.
    pub date: Date,
}
