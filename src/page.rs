//! A static page: `/about/` and its like, outside the dates.

use crate::post::LocalTime;
use crate::url;

/// A page, rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its pretty path.
    pub path: String,
    /// Plain text.
    pub title: String,
    /// When it was last changed.
    pub updated: LocalTime,
    /// Its first words, without markup.
    pub summary: String,
    /// Its text as HTML, stored: its links are still marked.
    pub html: String,
}

/// Whether a page can be at a path, given without the slashes around it: no other
/// program answers there. At `/links/` and `/feeds/` and their like the author's own page
/// comes first, and at `/guestbook/` it stands above the messages.
pub fn may_be_at(slug: &str) -> bool {
    let first = slug.split('/').next().unwrap_or_default();
    !matches!(first, "cgi-bin" | "media")
        && match url::route(&format!("/{slug}/")).0 {
            "page" | "kind" | "feed" => true,
            "guestbook" => slug == "guestbook",
            _ => false,
        }
}

/// A page, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Stays when the path changes; 0 until it is stored.
    pub id: i64,
    /// The page.
    pub page: Page,
    /// Its place in the navigation; 0 keeps it out.
    pub nav: i64,
    /// What an import knows it by, or empty.
    pub origin: String,
    /// Markdown.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_where_no_other_program_answers() {
        for free in [
            "about",
            "a/b",
            "links",
            "feeds",
            "guestbook",
            "guestbooks",
            "2025-x",
        ] {
            assert!(may_be_at(free), "{free}");
        }
        for taken in [
            "guestbook/rules",
            "comments",
            "comments/7",
            "search",
            "tags/x",
            "admin/x",
            "media/x",
            "cgi-bin/x",
            "login",
            "qr/x",
            "grep",
            "2025",
            "2025/Jul",
        ] {
            assert!(!may_be_at(taken), "{taken}");
        }
    }
}
