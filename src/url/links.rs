//! Links: a pretty path as what a visitor's browser has to ask for.

use std::fmt;
use std::ops::Deref;

use super::{MARK, MEDIA, Reached, Style, route};

/// An address as a browser has to ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(String);

impl Deref for Link {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str(&self.0)
    }
}

/// Makes the links of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    style: Way,
    origin: String,
    /// `site.base_url` without a slash at its end, or empty.
    base_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Marked,
    Pretty {
        base: String,
    },
    Plain {
        programs: String,
        suffix: &'static str,
    },
}

impl Links {
    /// Links for a page that answers a request which arrived as `reached`.
    pub fn new(style: Style, base_url: &str, reached: &Reached) -> Links {
        let base_url = base_url.trim_end_matches('/');
        let pretty = match style {
            Style::Auto => reached.base.is_some(),
            Style::Pretty => true,
            Style::Plain => false,
        };
        let origin = match split_origin(base_url) {
            Some((origin, _)) => origin,
            None => &reached.origin,
        };
        let style = if pretty {
            let of_base_url = || split_origin(base_url).map(|(_, path)| path.to_owned());
            let beside = || beside(&reached.programs).to_owned();
            Way::Pretty {
                base: reached
                    .base
                    .clone()
                    .or_else(of_base_url)
                    .unwrap_or_else(beside),
            }
        } else {
            Way::Plain {
                programs: reached.programs.clone(),
                suffix: reached.suffix,
            }
        };
        Links {
            style,
            origin: origin.to_owned(),
            base_url: base_url.to_owned(),
        }
    }

    /// Links for HTML that is stored, to be settled when it is read.
    pub fn marked() -> Links {
        Links {
            style: Way::Marked,
            origin: String::new(),
            base_url: String::new(),
        }
    }

    /// Whether a page with these links is the same for whoever asks for it at its
    /// pretty address: nothing in them comes from the request.
    pub fn are_everybodys(&self) -> bool {
        match (&self.style, split_origin(&self.base_url)) {
            (Way::Pretty { base }, Some((_, path))) => base == path,
            _ => false,
        }
    }

    /// The link to a pretty path, to be followed from any page of the blog.
    pub fn to(&self, path: &str) -> Link {
        let mut link = String::with_capacity(path.len() + 24);
        self.push(&mut link, path);
        Link(link)
    }

    /// The link with scheme and host, for feeds and canonical addresses: below
    /// `site.base_url`, or on the host that was asked where that is unset.
    pub fn absolute(&self, path: &str) -> String {
        match self.style {
            Way::Pretty { .. } if !self.base_url.is_empty() => [&self.base_url, path].concat(),
            _ => [self.origin.as_str(), &self.to(path)].concat(),
        }
    }

    /// The same where the owner settled the host: for mail, in which no visitor's `Host`
    /// may lead elsewhere.
    #[cfg(feature = "guestbook")]
    pub fn settled(&self, path: &str) -> Option<String> {
        (!self.base_url.is_empty()).then(|| self.absolute(path))
    }

    /// Appends stored HTML, its marks made into links.
    pub fn settle(&self, stored: &str, page: &mut String) {
        page.reserve(stored.len() + 64);
        match &self.style {
            Way::Marked => page.push_str(stored),
            Way::Pretty { base } => {
                let mut done = 0;
                for at in memchr::memchr_iter(MARK as u8, stored.as_bytes()) {
                    page.push_str(&stored[done..at]);
                    page.push_str(base);
                    done = at + 1;
                }
                page.push_str(&stored[done..]);
            }
            Way::Plain { .. } => replace(stored, page, |page, path| self.push(page, path)),
        }
    }

    /// Appends stored HTML, its marks made into links that work anywhere.
    pub fn settle_absolute(&self, stored: &str, page: &mut String) {
        replace(stored, page, |page, path| {
            page.push_str(&self.absolute(path))
        });
    }

    fn push(&self, link: &mut String, path: &str) {
        match &self.style {
            Way::Marked => {
                link.push(MARK);
                link.push_str(path);
            }
            Way::Pretty { base } => {
                link.push_str(base);
                link.push_str(path);
            }
            Way::Plain { programs, .. } if path.starts_with(MEDIA) => {
                link.push_str(beside(programs));
                link.push_str(path);
            }
            Way::Plain { programs, suffix } => {
                let end = path.find(['?', '#']).unwrap_or(path.len());
                let (path, behind) = path.split_at(end);
                let (program, info) = route(path);
                link.push_str(programs);
                link.push('/');
                link.push_str(program);
                link.push_str(suffix);
                // busybox and yaws answer 404 when a slash ends a program's name.
                link.push_str(if info == "/" { "" } else { info });
                link.push_str(behind);
            }
        }
    }
}

/// Replaces each marked address in stored HTML, up to where it ends.
fn replace(stored: &str, page: &mut String, link: impl Fn(&mut String, &str)) {
    let mut pieces = stored.split(MARK);
    page.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let is_end = |byte: u8| matches!(byte, b'"' | b'\'' | b'?' | b'#' | b'<' | b'&');
        let end = piece.bytes().position(is_end).unwrap_or(piece.len());
        link(page, &piece[..end]);
        page.push_str(&piece[end..]);
    }
}

/// The path that the programs' own folder lies in: what is beside it, `/media/` for
/// one, is found there where nothing is rewritten.
pub fn beside(programs: &str) -> &str {
    programs.trim_end_matches("/cgi-bin")
}

/// `https://example.org/blog` as its origin and its path.
pub(super) fn split_origin(url: &str) -> Option<(&str, &str)> {
    let host = url.find("://")? + 3;
    match url[host..].find('/') {
        Some(slash) => Some(url.split_at(host + slash)),
        None => Some((url, "")),
    }
}
