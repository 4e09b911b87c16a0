//! What an author wrote, kept apart from what the writer adds: the mark before addresses of
//! the blog's own is a control character, and nothing else of a stored text is one.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

use super::strip;

/// The event without control characters in any of its words: an entity such as `&#1;` is one
/// by now, and none but a mark of ours may be.
pub fn cleaned<'t>(event: &Event<'t>) -> Event<'t> {
    let clean = |text: &CowStr<'t>| match text.contains(char::is_control) {
        true => CowStr::from(strip(text)),
        false => text.clone(),
    };
    match event {
        Event::Text(text) => Event::Text(clean(text)),
        Event::Code(text) => Event::Code(clean(text)),
        Event::Html(html) => Event::Html(clean(html)),
        Event::InlineHtml(html) => Event::InlineHtml(clean(html)),
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(clean(info))))
        }
        Event::Start(Tag::Heading {
            level,
            id,
            classes,
            attrs,
        }) => Event::Start(Tag::Heading {
            level: *level,
            id: id.as_ref().map(clean),
            classes: classes.iter().map(clean).collect(),
            attrs: attrs
                .iter()
                .map(|(name, value)| (clean(name), value.as_ref().map(clean)))
                .collect(),
        }),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type: *link_type,
            dest_url: clean(dest_url),
            title: clean(title),
            id: clean(id),
        }),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            link_type: *link_type,
            dest_url: clean(dest_url),
            title: clean(title),
            id: clean(id),
        }),
        other => other.clone(),
    }
}
