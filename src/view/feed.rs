//! The Atom feed (RFC 4287). maud writes HTML, so this file writes XML, and
//! `text` is its only way to put anything but its own words there.

use crate::post::{Kind, Post};
use crate::site::Site;
use crate::url;

/// The posts in full, newest first.
pub fn atom(site: &Site, posts: &[Post]) -> String {
    let links = &site.links;
    let mut feed = String::with_capacity(64 * 1024);
    feed.push_str(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"",
    );
    attribute(&mut feed, "xml:lang", &site.language);
    feed.push_str(">\n");
    element(&mut feed, "title", &site.title);
    if !site.tagline.is_empty() {
        element(&mut feed, "subtitle", &site.tagline);
    }
    element(&mut feed, "id", &links.absolute("/"));
    link(&mut feed, "alternate", &links.absolute("/"));
    link(&mut feed, "self", &links.absolute(url::FEED));
    let latest = posts
        .iter()
        .map(changed)
        .max()
        .unwrap_or("1970-01-01T00:00:00Z");
    element(&mut feed, "updated", latest);
    let author = if site.author.is_empty() {
        &site.title
    } else {
        &site.author
    };
    feed.push_str("<author>");
    element(&mut feed, "name", author);
    feed.push_str("</author>\n");
    for post in posts {
        entry(&mut feed, site, post);
    }
    feed.push_str("</feed>\n");
    feed
}

fn entry(feed: &mut String, site: &Site, post: &Post) {
    let links = &site.links;
    let permalink = links.absolute(&post.path());
    feed.push_str("<entry>\n");
    element(feed, "title", &post.label());
    // An id for ever (RFC 4151): neither host nor date nor slug are part of it,
    // for each may change, and readers would show the post once more.
    element(
        feed,
        "id",
        &format!("tag:mayfly,2026:{}:{}", site.uid, post.id),
    );
    link(feed, "alternate", &permalink);
    if post.kind == Kind::Link {
        link(feed, "related", &post.link_url);
    }
    element(feed, "published", &post.published.0);
    element(feed, "updated", changed(post));
    for name in post.tag_names() {
        feed.push_str("<category");
        attribute(feed, "term", name);
        feed.push_str("/>\n");
    }
    let mut content = String::with_capacity(post.html.len() + 512);
    links.settle_absolute(&post.html, &mut content);
    feed.push_str("<content type=\"html\">");
    text(feed, &content);
    feed.push_str("</content>\n</entry>\n");
}

fn changed(post: &Post) -> &str {
    match post.updated.0.as_str() {
        "" => &post.published.0,
        updated => updated,
    }
}

fn element(feed: &mut String, name: &str, content: &str) {
    feed.extend(["<", name, ">"]);
    text(feed, content);
    feed.extend(["</", name, ">\n"]);
}

fn link(feed: &mut String, rel: &str, href: &str) {
    feed.push_str("<link");
    attribute(feed, "rel", rel);
    attribute(feed, "href", href);
    feed.push_str("/>\n");
}

fn attribute(feed: &mut String, name: &str, value: &str) {
    feed.extend([" ", name, "=\""]);
    text(feed, value);
    feed.push('"');
}

/// Escapes what XML gives a meaning, and leaves out the control characters that
/// it has no way to write at all (XML 1.0, section 2.2).
fn text(feed: &mut String, content: &str) {
    for character in content.chars() {
        match character {
            '&' => feed.push_str("&amp;"),
            '<' => feed.push_str("&lt;"),
            '>' => feed.push_str("&gt;"),
            '"' => feed.push_str("&quot;"),
            '\t' | '\n' => feed.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => {}
            _ => feed.push(character),
        }
    }
}
