//! The sitemap: what search engines may know of, and since when (sitemaps.org,
//! protocol 0.9). An index leads to a file for each year; a year with more posts
//! than a file may have is cut into its months, and such a month into its days.

use crate::archive::Period;
use crate::error::{Error, Result};
use crate::path::Path;
use crate::url;

/// The most addresses that a file may have, as the protocol says. A day with
/// more posts is listed with its first.
pub const MOST: i64 = 50_000;

/// One of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `/sitemap.xml`: the other files.
    Index,
    /// `/sitemap-pages.xml`: the home page, the lists of kinds, static pages.
    Pages,
    /// `/sitemap-tags.xml`: the tags.
    Tags,
    /// `/sitemap-2025.xml`, `/sitemap-2025-07.xml`, `/sitemap-2025-07-05.xml`: posts.
    Posts(Period),
}

impl Part {
    /// Its pretty path.
    pub fn path(self) -> String {
        match self {
            Part::Index => url::SITEMAP.into(),
            Part::Pages => "/sitemap-pages.xml".into(),
            Part::Tags => "/sitemap-tags.xml".into(),
            Part::Posts(Period::Year(year)) => format!("/sitemap-{year}.xml"),
            Part::Posts(Period::Month(year, month)) => format!("/sitemap-{year}-{month:02}.xml"),
            Part::Posts(Period::Day(date)) => format!("/sitemap-{}.xml", date.iso()),
        }
    }

    /// Reads what stands between `/sitemap` and `.xml`.
    fn parse(name: &str) -> Option<Part> {
        match name {
            "" => Some(Part::Index),
            "-pages" => Some(Part::Pages),
            "-tags" => Some(Part::Tags),
            _ => {
                let period: Vec<&str> = name.strip_prefix('-')?.split('-').collect();
                Period::parse(&period).map(Part::Posts)
            }
        }
    }
}

/// The file that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which one.
    pub part: Part,
    /// The path as it was asked for.
    pub path: Path,
}

impl Wanted {
    /// Reads a path that `is_address`.
    ///
    /// # Errors
    /// 404 for what is none of the files.
    pub fn parse(path: &Path) -> Result<Wanted> {
        let part = name(path.as_str().trim_start_matches('/')).and_then(Part::parse);
        Ok(Wanted {
            part: part.ok_or(Error::NotFound)?,
            path: path.clone(),
        })
    }
}

/// Whether a pretty path without its first slash has the shape of one of the
/// files. The rules in `deploy/` say the same.
pub fn is_address(rest: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name(rest)
        .is_some_and(|name| name.is_empty() || (name.starts_with('-') && name.bytes().all(letter)))
}

fn name(rest: &str) -> Option<&str> {
    rest.strip_prefix("sitemap")?.strip_suffix(".xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_sitemaps_have_a_shape() {
        for path in
            "sitemap.xml sitemap-2025.xml sitemap-2025-07-05.xml sitemap-tags.xml".split(' ')
        {
            assert!(is_address(path), "{path}");
            let parsed = Path::parse(format!("/{path}").as_bytes()).and_then(|p| Wanted::parse(&p));
            assert_eq!(
                parsed.map(|wanted| wanted.part.path()).ok(),
                Some(format!("/{path}"))
            );
        }
        for path in "sitemap sitemap.xml/ sitemaps.xml sitemap-A.xml x/sitemap.xml".split(' ') {
            assert!(!is_address(path), "{path}");
        }
    }
}
