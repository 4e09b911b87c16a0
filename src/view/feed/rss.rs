//! RSS 2.0, with what newer vocabularies add to it: the whole text, its author,
//! when it was changed, and the documents of the past.

use super::{Document, changed, content, id};
use crate::date::{Date, short_month};
use crate::post::{LocalTime, Post};
use crate::site::Site;
use crate::view::xml::Xml;

pub(super) fn write(document: &Document<'_>) -> String {
    let Document { site, feed, .. } = document;
    let mut xml = Xml::with_capacity(64 * 1024);
    xml.raw(
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:fh=\"http://purl.org/syndication/history/1.0\">\n<channel>\n",
    );
    let title = document.title();
    xml.element("title", &title);
    xml.element("link", &document.page());
    // RSS insists on a description.
    let about = if site.tagline.is_empty() {
        &title
    } else {
        &site.tagline
    };
    xml.element("description", about);
    xml.element("language", &site.language);
    link(&mut xml, "self", &document.own());
    for (rel, address) in document.around() {
        link(&mut xml, rel, &address);
    }
    if feed.part.archive {
        xml.raw("<fh:archive/>\n");
    }
    if let Some(date) = document.latest().and_then(rfc822) {
        xml.element("lastBuildDate", &date);
    }
    for post in &feed.posts {
        item(&mut xml, document, site, post);
    }
    xml.raw("</channel>\n</rss>\n");
    xml.finish()
}

fn item(xml: &mut Xml, document: &Document<'_>, site: &Site, post: &Post) {
    xml.raw("<item>\n");
    xml.element("title", &post.label());
    xml.element("link", &site.links.absolute(&post.path()));
    xml.raw("<guid isPermaLink=\"false\">");
    xml.text(&id(site, post));
    xml.raw("</guid>\n");
    if let Some(date) = rfc822(&post.published.0) {
        xml.element("pubDate", &date);
    }
    xml.element("atom:updated", changed(post));
    xml.element("dc:creator", document.author());
    for name in post.tag_names() {
        xml.element("category", name);
    }
    xml.element("description", &post.summary);
    xml.element("content:encoded", &content(site, post));
    xml.raw("</item>\n");
}

fn link(xml: &mut Xml, rel: &str, href: &str) {
    let kind = "application/rss+xml";
    xml.empty("atom:link", &[("rel", rel), ("type", kind), ("href", href)]);
}

/// `2025-07-05T15:05:00+01:00` as RFC 822 has it: `Sat, 05 Jul 2025 15:05:00 +0100`.
fn rfc822(time: &str) -> Option<String> {
    let date: Date = LocalTime(time.to_owned()).date()?;
    let (clock, zone) = (time.get(11..19)?, time.get(19..)?.replace(':', ""));
    Some(format!(
        "{}, {:02} {} {} {clock} {zone}",
        date.short_weekday(),
        date.day(),
        short_month(date.month()),
        date.year(),
    ))
}
