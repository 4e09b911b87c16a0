//! The form that a post is written in.

use maud::{Markup, html};

use super::admin::{shell, token};
use super::{Page, Stored, count};
use crate::draft::Draft;
use crate::post::{Kind, Post};
use crate::session::Session;

/// Where something new is written.
pub const NEW: &str = "/admin/new/";

/// A form, with what it says besides.
pub struct Sheet<'a> {
    draft: &'a Draft,
    path: &'a str,
    version: i64,
    /// What keeps it from being published.
    pub wrong: Option<&'a str>,
    /// What somebody else saved meanwhile.
    pub theirs: Option<&'a Draft>,
    /// What it would look like.
    pub preview: Option<&'a Post>,
}

impl<'a> Sheet<'a> {
    /// The form of a draft that is sent to `path`, begun from `version`.
    pub fn new(draft: &'a Draft, path: &'a str, version: i64) -> Sheet<'a> {
        Sheet {
            draft,
            path,
            version,
            wrong: None,
            theirs: None,
            preview: None,
        }
    }
}

/// The whole page.
pub fn page(session: &Session, sheet: &Sheet<'_>) -> Page {
    let Sheet { draft, path, .. } = sheet;
    let links = &session.site.links;
    let title = match sheet.version {
        0 => format!("New {}", draft.kind.name()),
        _ => format!(
            "Draft of {} {}",
            if draft.kind == Kind::Entry { "an" } else { "a" },
            draft.kind.name()
        ),
    };
    shell(
        session,
        &title,
        path,
        html! {
            h1 { (title) }
            @if let Some(wrong) = sheet.wrong {
                p.error role="alert" { "It is saved, but can't be published yet: " (wrong) "." }
            }
            @if let Some(theirs) = sheet.theirs { (conflict(theirs)) }
            form method="post" action=(links.to(path)) {
                (token(session))
                input type="hidden" name="version" value=(sheet.version);
                input type="hidden" name="kind" value=(draft.kind.name());
                (fields(draft))
                p.actions {
                    button.main type="submit" name="do" value="save" { "Save" }
                    @if draft.kind != Kind::Page {
                        button type="submit" name="do" value="preview" { "Preview" }
                        button type="submit" name="do" value="publish" { "Publish now" }
                    }
                }
            }
            @if let Some(post) = sheet.preview {
                section.preview aria-label="Preview" {
                    p.soft { "Preview, " (count(i64::try_from(post.words).unwrap_or(0), "word", "words")) }
                    @if !post.title.is_empty() { h2 { (post.title) } }
                    (Stored(links, &post.html))
                }
            }
        },
    )
}

/// What somebody else saved, to be copied from; the form below has one's own.
fn conflict(theirs: &Draft) -> Markup {
    html! {
        div.error role="alert" {
            p { "This draft was saved elsewhere while you wrote. Nothing is lost: here is what was saved, and below is "
                "what you typed. Saving now puts yours in its place." }
            label for="theirs-title" { "Title saved elsewhere" }
            input #theirs-title type="text" value=(theirs.title) readonly;
            label for="theirs" { "Text saved elsewhere" }
            textarea #theirs readonly rows="12" { "\n" (theirs.text) }
        }
    }
}

fn fields(draft: &Draft) -> Markup {
    let line = |name: &str, label: &str, value: &str, kind: &str| {
        html! {
            label for=(name) { (label) }
            input id=(name) name=(name) value=(value) type=(kind);
        }
    };
    html! {
        @if draft.kind != Kind::Quote { (line("title", "Title", &draft.title, "text")) }
        @if draft.kind == Kind::Link {
            (line("link_url", "Address", &draft.link_url, "url"))
            div.beside {
                div { (line("via_title", "Found at", &draft.via_title, "text")) }
                div { (line("via_url", "Address of that", &draft.via_url, "url")) }
            }
        }
        label for="text" { @if draft.kind == Kind::Quote { "Quotation" } @else { "Text" } ", in Markdown" }
        // A browser drops the first line end of a text area.
        textarea #text name="text" rows="18" { "\n" (draft.text) }
        @if draft.kind == Kind::Quote {
            div.beside {
                div { (line("source", "Who said it", &draft.source, "text")) }
                div { (line("source_url", "Where, as an address", &draft.source_url, "url")) }
            }
            (line("context", "Context, in Markdown", &draft.context, "text"))
        }
        div.beside {
            div { (line("tags", "Tags, a space between them", &draft.tags, "text")) }
            div { (line("slug", "Slug; empty for one made of the title", &draft.slug, "text")) }
        }
    }
}
