//! The blog as a whole: what every page of it needs to know.

use crate::cache::Version;
use crate::url::Links;

/// The one row of the table `site`, and the links of this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The blog's name.
    pub title: String,
    /// A line below it, or empty.
    pub tagline: String,
    /// Made up once: what feeds tell this blog's posts from others' by.
    pub uid: String,
    /// Who writes it, or empty.
    pub author: String,
    /// The language of its pages, as the html element names it.
    pub language: String,
    /// HTML below every page, stored, or empty.
    pub footer: String,
    /// Rules behind those of the style sheet, or empty. Nothing in them ends the style
    /// element: `settings` sees to that.
    pub style: String,
    /// A line for each page in the navigation: its path, a tab, its title.
    pub nav: String,
    /// The years that have posts, a space between them.
    pub years: String,
    /// Days for which a post takes comments: 0 for none, less for ever.
    pub comments: i64,
    /// How many posts a page of a list has.
    pub per_page: usize,
    /// Its state at this moment, for caches.
    pub version: Version,
    /// Makes the links of this page.
    pub links: Links,
}

impl Site {
    /// A blog that is not there yet, for the page that makes it.
    #[cfg(feature = "admin")]
    pub fn unmade(reached: &crate::url::Reached) -> Site {
        Site {
            title: "Mayfly".into(),
            tagline: String::new(),
            uid: String::new(),
            author: String::new(),
            language: "en".into(),
            footer: String::new(),
            style: String::new(),
            nav: String::new(),
            years: String::new(),
            per_page: 1,
            comments: 0,
            version: Version::default(),
            links: Links::new(crate::url::Style::Auto, "", reached),
        }
    }

    /// Who answers to what is written here: its author, or else the blog itself.
    pub fn owner(&self) -> &str {
        match self.author.as_str() {
            "" => &self.title,
            author => author,
        }
    }

    /// The years that have posts.
    pub fn years(&self) -> impl Iterator<Item = u16> {
        self.years
            .split_ascii_whitespace()
            .filter_map(|year| year.parse().ok())
    }

    /// The path and the title of each page in the navigation.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.nav.lines().filter_map(|line| line.split_once('\t'))
    }
}
