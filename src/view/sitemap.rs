//! The sitemap's files, and the robots.txt that leads to them.

use super::xml::Xml;
use crate::site::Site;
use crate::sitemap::Part;
use crate::url;

/// When a piece of the file is full: 50,000 addresses are 7 MB, and a buffer that
/// doubled as it grew would take twice that, and copy it.
const PIECE: usize = 64 * 1024;

/// A file that is being written, address by address.
pub struct Map<'a> {
    site: &'a Site,
    element: &'static str,
    root: &'static str,
    pieces: Vec<String>,
    piece: Xml,
}

impl Map<'_> {
    /// A file without addresses.
    pub fn new(site: &Site, part: Part) -> Map<'_> {
        let (root, element) = match part {
            Part::Index => ("sitemapindex", "sitemap"),
            _ => ("urlset", "url"),
        };
        let mut piece = Xml::with_capacity(PIECE);
        piece.raw("<");
        piece.raw(root);
        piece.raw(" xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
        Map {
            site,
            element,
            root,
            pieces: Vec::new(),
            piece,
        }
    }

    /// Adds a pretty path, and when it was changed, if that is known.
    pub fn add(&mut self, path: &str, changed: &str) {
        if self.piece.exceeds(PIECE - 4096) {
            let full = std::mem::replace(&mut self.piece, Xml::more(PIECE));
            self.pieces.push(full.finish());
        }
        let xml = &mut self.piece;
        xml.raw("<");
        xml.raw(self.element);
        xml.raw(">");
        xml.element("loc", &self.site.links.absolute(path));
        if !changed.is_empty() {
            xml.element("lastmod", changed);
        }
        xml.raw("</");
        xml.raw(self.element);
        xml.raw(">\n");
    }

    /// The file, in the pieces it was made in.
    pub fn finish(mut self) -> Vec<String> {
        self.piece.raw("</");
        self.piece.raw(self.root);
        self.piece.raw(">\n");
        self.pieces.push(self.piece.finish());
        self.pieces
    }
}

/// What robots should leave alone, for it has no end, and where the sitemap is.
pub fn robots(site: &Site) -> String {
    let mut text = String::from("User-agent: *\n");
    for path in [url::SEARCH, url::LOGIN, url::ADMIN] {
        text.extend(["Disallow: ", &site.links.to(path), "\n"]);
    }
    text.extend(["\nSitemap: ", &site.links.absolute(url::SITEMAP), "\n"]);
    text
}
