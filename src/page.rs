//! A static page: `/about/` and its like, outside the dates.

use crate::post::LocalTime;

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
