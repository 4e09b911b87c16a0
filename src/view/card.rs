//! What the head of a page says to programs: cards that other sites make of a link
//! (Open Graph), and the same as data (JSON-LD, schema.org), which is no script, so
//! no policy has to allow it.

use maud::{Markup, PreEscaped, Render, html};

use super::json::Json;
use crate::post::{Kind, Post};
use crate::site::Site;

const BEGIN: &str = "<script type=\"application/ld+json\">";

const END: &str = "</script>";

/// A post's.
pub struct Card<'a>(pub &'a Site, pub &'a Post);

impl Render for Card<'_> {
    fn render_to(&self, page: &mut String) {
        let Card(site, post) = *self;
        let mut image = String::new();
        site.links.settle_absolute(&post.image, &mut image);
        let metas = html! {
            @if !image.is_empty() { meta property="og:image" content=(image); }
            meta property="article:published_time" content=(post.published.0);
            @if !post.updated.0.is_empty() {
                meta property="article:modified_time" content=(post.updated.0);
            }
            @for name in post.tag_names() { meta property="article:tag" content=(name); }
        };
        metas.render_to(page);
        let mut json = Json::with_capacity(1024);
        json.object(|json| {
            json.field("@context", "https://schema.org");
            json.field("@type", "BlogPosting");
            json.field("headline", &post.label());
            json.field("url", &site.links.absolute(&post.path()));
            json.field("datePublished", &post.published.0);
            json.filled("dateModified", &post.updated.0);
            json.filled("image", &image);
            json.texts("keywords", post.tag_names());
            if post.kind == Kind::Link {
                json.field("citation", &post.link_url);
            }
            author(json, site);
            json.name("isPartOf").object(|blog| about(blog, site));
            json.field("inLanguage", &site.language);
        });
        page.extend([BEGIN, json.finish().trim_end(), END]);
    }
}

/// The blog's own, for its first page.
pub fn blog(site: &Site) -> Markup {
    let mut json = Json::with_capacity(512);
    json.object(|json| {
        json.field("@context", "https://schema.org");
        about(json, site);
        json.filled("description", &site.tagline);
        author(json, site);
        json.field("inLanguage", &site.language);
    });
    html! { (PreEscaped(BEGIN)) (PreEscaped(json.finish().trim_end())) (PreEscaped(END)) }
}

fn about(json: &mut Json, site: &Site) {
    json.field("@type", "Blog");
    json.field("name", &site.title);
    json.field("url", &site.links.absolute("/"));
}

fn author(json: &mut Json, site: &Site) {
    if !site.author.is_empty() {
        json.name("author").object(|author| {
            author.field("@type", "Person");
            author.field("name", &site.author);
        });
    }
}
