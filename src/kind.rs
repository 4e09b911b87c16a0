//! The list of one kind of post, and which address asks for it.

use crate::error::{Error, Result};
use crate::listing::{Cut, Slice};
use crate::path::{Path, Query};
use crate::post::Kind;

/// The kind that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The kind.
    pub kind: Kind,
    /// Which part of the list.
    pub cut: Cut,
    /// The path as it was asked for.
    pub path: Path,
}

impl Wanted {
    /// Reads `/entries/`, `/links/`, `/quotes/`, `/notes/` and the cut.
    ///
    /// # Errors
    /// 404 for any other path.
    pub fn parse(path: &Path, query: &Query) -> Result<Wanted> {
        let kind = match path.segments().as_slice() {
            [name] => Kind::from_plural(name),
            _ => None,
        };
        Ok(Wanted {
            kind: kind.ok_or(Error::NotFound)?,
            cut: Cut::parse(query)?,
            path: path.clone(),
        })
    }
}

/// What the address of a kind shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// A static page that its author put there.
    Static(crate::page::Page),
    /// The posts of the kind.
    Posts(Kind, Slice),
}
