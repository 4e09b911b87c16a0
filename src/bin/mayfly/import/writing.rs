//! What a file says, as the blog's own types have it.

use mayfly::draft::Draft;
use mayfly::import::{Document, Kind as Told};
use mayfly::listing::Moment;
use mayfly::markdown::strip;
use mayfly::post::Kind;
use mayfly::publish::{MAX_NAME, Writing};

/// Room behind a slug for the number that tells it from another of the day.
const ROOM: usize = 10;

/// What is to be published.
pub fn of(document: &Document, origin: &str, moment: Moment, remarks: &mut Vec<String>) -> Writing {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    if document.via.is_none() && document.via_title.is_some() {
        remarks.push("`via` has no address to link to: it is not shown".to_owned());
    }
    Writing {
        kind: kind(document),
        moment,
        updated: document.updated.map(|updated| updated.as_microsecond()),
        slug: slug(&document.slug, remarks),
        title: text(&document.title),
        tags: document.tags.clone(),
        link_url: text(&document.link),
        via_url: text(&document.via),
        via_title: text(&document.via_title),
        source: text(&document.source),
        source_url: text(&document.source_url),
        context: text(&document.context),
        text: document.body.clone(),
        origin: origin.to_owned(),
        settled: None,
    }
}

/// What is not to be published yet.
pub fn draft(document: &Document, origin: &str, remarks: &mut Vec<String>) -> Draft {
    let writing = of(document, origin, 0, remarks);
    Draft {
        title: strip(&writing.title),
        slug: writing.slug,
        tags: writing.tags.join(" "),
        link_url: writing.link_url,
        via_url: writing.via_url,
        via_title: strip(&writing.via_title),
        source: strip(&writing.source),
        source_url: writing.source_url,
        context: writing.context,
        text: writing.text,
        nav: i64::from(document.nav),
        origin: writing.origin,
        ..Draft::new(writing.kind)
    }
}

/// The kind of post.
pub fn kind(document: &Document) -> Kind {
    match document.kind {
        Told::Entry => Kind::Entry,
        Told::Link => Kind::Link,
        Told::Quote => Kind::Quote,
        Told::Note => Kind::Note,
        Told::Page => Kind::Page,
    }
}

/// A slug cut where a word ends, if it is too long. It is ASCII.
fn slug(slug: &str, remarks: &mut Vec<String>) -> String {
    let Some(head) = slug
        .get(..MAX_NAME - ROOM)
        .filter(|_| slug.len() > MAX_NAME - ROOM)
    else {
        return slug.to_owned();
    };
    let cut = head.rfind('-').filter(|&at| at > 0).unwrap_or(head.len());
    let cut = &head[..cut];
    remarks.push(format!("slug of {} letters is cut to {cut}", slug.len()));
    cut.to_owned()
}
