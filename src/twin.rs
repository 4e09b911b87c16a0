//! Twins: what a post is for programs, at its page's address with another ending.
//! `.md` is the source as its author wrote it, ready to be imported; `.json` is the
//! post as JSON Feed has it. Lists have theirs, too: their JSON Feeds.

use crate::date::Date;
use crate::error::{Error, Result};
use crate::page;
use crate::path::Path;
use crate::post::{self, Post};
use crate::url::{self, Links};

/// A form that a post is read in by programs; its name is the ending of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Markdown below front matter in YAML.
    Markdown,
    /// An item of JSON Feed 1.1.
    Json,
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 2] = [Form::Markdown, Form::Json];

    /// "md", as addresses end.
    pub fn ending(self) -> &'static str {
        ["md", "json"][self as usize]
    }

    /// Its media type; RFC 7763 for Markdown.
    pub fn media_type(self) -> &'static str {
        ["text/markdown", "application/json"][self as usize]
    }

    /// The pretty path of a page's twin: `/2025/Jul/5/slug.md`.
    pub fn of(self, page: &str) -> String {
        [page.trim_end_matches('/'), ".", self.ending()].concat()
    }
}

/// What the header `Link` says of a page's twins (RFC 8288).
pub fn header(links: &Links, page: &str) -> String {
    let link = |form: Form| {
        let (to, kind) = (links.to(&form.of(page)), form.media_type());
        ["<", &to, ">; rel=\"alternate\"; type=\"", kind, "\""].concat()
    };
    Form::ALL.map(link).join(", ")
}

/// The twin that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The pretty path of the page it is the twin of.
    pub page: String,
    /// The day and the slug, if that can be a post's.
    pub address: Option<(Date, String)>,
    /// The form.
    pub form: Form,
    /// The path as it was asked for, which may be a redirect's.
    pub path: Path,
}

impl Wanted {
    /// Reads a path that `is_address`.
    ///
    /// # Errors
    /// 404 for what is no twin's address.
    pub fn parse(path: &Path) -> Result<Wanted> {
        let found = path.as_str().rsplit_once('.').and_then(|(stem, ending)| {
            let mut forms = Form::ALL.into_iter();
            Some((stem, forms.find(|form| form.ending() == ending)?))
        });
        let (stem, form) = found.ok_or(Error::NotFound)?;
        let segments: Vec<&str> = stem.split('/').filter(|part| !part.is_empty()).collect();
        let address = post::address(&segments);
        Ok(Wanted {
            page: match &address {
                Some((date, slug)) => url::post(*date, slug),
                None => format!("{stem}/"),
            },
            address,
            form,
            path: path.clone(),
        })
    }
}

/// Whether a pretty path without its first slash ends as a twin's does. The rules in
/// `deploy/` say the same.
pub fn is_address(rest: &str) -> bool {
    let (_, last) = rest.rsplit_once('/').unwrap_or(("", rest));
    last.rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && matches!(ending, "md" | "json"))
}

/// All of a post, or of a static page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one, and it is not moved"
)]
pub enum Twin {
    /// A dated post.
    Post {
        /// The post.
        post: Post,
        /// Of a quote: Markdown to follow the source.
        context: String,
        /// Markdown.
        text: String,
    },
    /// A static page.
    Page(page::Ready),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_twins_have_an_ending() {
        for path in "2025/Jul/5/slug.md 2025/Jul/5/slug.json about.md a/b.json 2025.md".split(' ') {
            assert!(is_address(path), "{path}");
        }
        for path in "2025/Jul/5/slug a/.md .json about.md/ about.html feed.atom md".split(' ') {
            assert!(!is_address(path), "{path}");
        }
    }

    #[test]
    fn a_twin_knows_its_page() {
        let page = |path: &str| {
            let wanted = Path::parse(path.as_bytes()).and_then(|path| Wanted::parse(&path));
            wanted.map(|wanted| wanted.page).unwrap_or_default()
        };
        assert_eq!(page("/2025/07/05/Slug.md"), "/2025/Jul/5/slug/");
        assert_eq!(page("/about.json"), "/about/");
        assert_eq!(page("/2025/Foo/5/slug.md"), "/2025/Foo/5/slug/");
        assert_eq!(Form::Json.of("/2025/Jul/5/slug/"), "/2025/Jul/5/slug.json");
    }
}
