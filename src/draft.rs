//! A draft: a post that is being written, and that nobody else can see.

use crate::listing::Moment;
use crate::post::{Kind, shorten};

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
    /// Of a page: its place in the navigation; 0 keeps it out.
    pub nav: i64,
    /// When to publish it, by the blog's clock, as it was typed. Empty where `moment`
    /// says, or where it is to be at once.
    pub date: String,
    /// Which of two moments that is, where clocks show it twice or not at all.
    pub utc_offset: String,
    /// The post or page that it is another version of. That may be gone by now.
    pub post: Option<i64>,
    /// When that was published, where its date is to stay.
    pub moment: Option<Moment>,
    /// When that was last changed, if that was worth telling.
    pub updated: Option<Moment>,
    /// Addresses that led to it while it was public, a line each.
    pub paths: String,
    /// What an import knows it by.
    pub origin: String,
}

impl Draft {
    /// A draft of that kind with nothing in it yet.
    pub fn new(kind: Kind) -> Draft {
        Draft {
            kind,
            title: String::new(),
            slug: String::new(),
            tags: String::new(),
            link_url: String::new(),
            via_url: String::new(),
            via_title: String::new(),
            source: String::new(),
            source_url: String::new(),
            context: String::new(),
            text: String::new(),
            nav: 0,
            date: String::new(),
            utc_offset: String::new(),
            post: None,
            moment: None,
            updated: None,
            paths: String::new(),
            origin: String::new(),
        }
    }

    /// What to call it: its title, or its first words.
    pub fn label(&self) -> String {
        match (self.title.trim(), self.text.trim()) {
            ("", "") => "Without a word yet".into(),
            ("", text) => shorten(text, 60),
            (title, _) => title.to_owned(),
        }
    }

    /// Whether a reader would see the same. A slug that was left to be made is any,
    /// and the order of tags says nothing.
    pub fn reads_as(&self, other: &Draft) -> bool {
        let tags = |draft: &Draft| {
            let mut tags: Vec<_> = draft.tags.split_whitespace().map(String::from).collect();
            tags.sort_unstable();
            tags.dedup();
            tags
        };
        let of_page = |draft: &Draft| match draft.kind {
            Kind::Page => draft.nav,
            _ => 0,
        };
        let slug = |draft: &Draft| draft.slug.trim_matches('/').to_owned();
        let fields = |draft: &Draft| {
            [
                draft.title.trim().to_owned(),
                draft.link_url.clone(),
                draft.via_url.clone(),
                draft.via_title.clone(),
                draft.source.clone(),
                draft.source_url.clone(),
                draft.context.clone(),
                draft.text.clone(),
                draft.date.clone(),
                draft.utc_offset.clone(),
            ]
        };
        self.kind == other.kind
            && fields(self) == fields(other)
            && tags(self) == tags(other)
            && of_page(self) == of_page(other)
            && (slug(self) == slug(other) || self.slug.is_empty() || other.slug.is_empty())
            && self.moment == other.moment
    }
}
