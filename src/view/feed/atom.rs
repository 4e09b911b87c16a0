//! Atom (RFC 4287).

use super::{Document, changed, content, id};
use crate::post::{Kind, Post};
use crate::site::Site;
use crate::view::xml::Xml;

pub(super) fn write(document: &Document<'_>) -> String {
    let Document { site, feed, .. } = document;
    let mut xml = Xml::with_capacity(64 * 1024);
    xml.raw("<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    if feed.part.archive {
        xml.raw(" xmlns:fh=\"http://purl.org/syndication/history/1.0\"");
    }
    xml.attribute("xml:lang", &site.language);
    xml.raw(">\n");
    xml.element("title", &document.title());
    if !site.tagline.is_empty() {
        xml.element("subtitle", &site.tagline);
    }
    xml.element("id", &document.id());
    link(&mut xml, "alternate", &document.page());
    link(&mut xml, "self", &document.own());
    for (rel, address) in document.around() {
        link(&mut xml, rel, &address);
    }
    if feed.part.archive {
        xml.raw("<fh:archive/>\n");
    }
    xml.element(
        "updated",
        document.latest().unwrap_or("1970-01-01T00:00:00Z"),
    );
    xml.raw("<author>");
    xml.element("name", document.author());
    xml.raw("</author>\n");
    for post in &feed.posts {
        entry(&mut xml, site, post);
    }
    xml.raw("</feed>\n");
    xml.finish()
}

fn entry(xml: &mut Xml, site: &Site, post: &Post) {
    xml.raw("<entry>\n");
    xml.element("title", &post.label());
    xml.element("id", &id(site, post));
    link(xml, "alternate", &site.links.absolute(&post.path()));
    if post.kind == Kind::Link {
        link(xml, "related", &post.link_url);
    }
    if !post.via_url.is_empty() {
        link(xml, "via", &post.via_url);
    }
    xml.element("published", &post.published.0);
    xml.element("updated", changed(post));
    for name in post.tag_names() {
        xml.empty("category", &[("term", name)]);
    }
    xml.raw("<content type=\"html\">");
    xml.text(&content(site, post));
    xml.raw("</content>\n</entry>\n");
}

fn link(xml: &mut Xml, rel: &str, href: &str) {
    xml.empty("link", &[("rel", rel), ("href", href)]);
}
