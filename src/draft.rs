//! A draft: a post that is being written, and that nobody else can see.

use crate::post::Kind;

/// What an author has of a post so far. What it does not have is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it will be.
    pub kind: Kind,
    /// Plain text.
    pub title: String,
    /// The last segment of its address to be, or a page's path.
    pub slug: String,
    /// Names, a space between them.
    pub tags: String,
    /// Of a link: what it is about.
    pub link_url: String,
    /// Of a link: where the author found it.
    pub via_url: String,
    /// Of a link: what that place is called.
    pub via_title: String,
    /// Of a quote: who said it.
    pub source: String,
    /// Of a quote: where.
    pub source_url: String,
    /// Of a quote: Markdown to follow the source.
    pub context: String,
    /// Markdown.
    pub text: String,
    /// What an import knows it by.
    pub origin: String,
}
