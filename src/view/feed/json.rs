//! JSON Feed 1.1, which is the list for programs, too: `next_url` leads on until
//! every post has been seen, each once.

use super::{Document, content, id};
use crate::page::Page;
use crate::post::{Kind, Post};
use crate::site::Site;
use crate::url;
use crate::view::json::Json;

pub(super) fn write(document: &Document<'_>) -> String {
    let Document { site, feed, .. } = document;
    let mut json = Json::with_capacity(64 * 1024);
    json.object(|json| {
        json.field("version", "https://jsonfeed.org/version/1.1");
        json.field("title", &document.title());
        json.field("home_page_url", &document.page());
        json.field("feed_url", &document.own());
        if let Some(next) = feed.part.end.or(feed.part.older) {
            json.field("next_url", &document.part(Some(next)));
        }
        json.filled("description", &site.tagline);
        json.field("language", &site.language);
        author(json, document.author());
        json.name("items").array(|items| {
            for post in &feed.posts {
                items.object(|json| item(json, site, post));
            }
        });
    });
    json.finish()
}

fn author(json: &mut Json, name: &str) {
    json.name("authors")
        .array(|authors| authors.object(|author| author.field("name", name)));
}

/// A post as JSON Feed has it. What that has no name for stands in `_mayfly`.
pub fn item(json: &mut Json, site: &Site, post: &Post) {
    json.field("id", &id(site, post));
    json.field("url", &site.links.absolute(&post.path()));
    if post.kind == Kind::Link {
        json.field("external_url", &post.link_url);
    }
    json.filled("title", &post.title);
    json.field("content_html", &content(site, post));
    json.filled("summary", &post.summary);
    let mut image = String::new();
    site.links.settle_absolute(&post.image, &mut image);
    json.filled("image", &image);
    json.field("date_published", &post.published.0);
    json.filled("date_modified", &post.updated.0);
    json.texts("tags", post.tag_names());
    json.name("_mayfly").object(|own| {
        own.field("about", &site.links.absolute(url::FEEDS));
        own.field("kind", post.kind.name());
        own.number("words", post.words);
        own.filled("via_url", &post.via_url);
        own.filled("via_title", &post.via_title);
        own.filled("source", &post.source);
        own.filled("source_url", &post.source_url);
    });
}

/// A static page in the same form. It has no date of its own.
pub fn page(json: &mut Json, site: &Site, page: &Page) {
    json.field("id", &format!("tag:mayfly,2026:{}:{}", site.uid, page.path));
    json.field("url", &site.links.absolute(&page.path));
    json.field("title", &page.title);
    let mut content = String::with_capacity(page.html.len() + 512);
    site.links.settle_absolute(&page.html, &mut content);
    json.field("content_html", &content);
    json.filled("summary", &page.summary);
    json.filled("date_modified", &page.updated.0);
    json.name("_mayfly").object(|own| {
        own.field("about", &site.links.absolute(url::FEEDS));
        own.field("kind", Kind::Page.name());
    });
}
