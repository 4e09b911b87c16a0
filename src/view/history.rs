//! What a draft or a post was before, and what has changed since.

use maud::{Markup, html};

use super::admin::{shell, token};
use super::{Page, count};
use crate::history::{Changes, Fate, Line};
use crate::session::Session;

/// A version of before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub id: i64,
    /// When it was saved, by the blog's clock.
    pub saved: String,
    /// Whether readers saw it.
    pub public: bool,
    /// Its title, or its first words.
    pub label: String,
    /// How many words its text has.
    pub words: usize,
}

/// The versions of before of what is called `label`: where they are, and where the form is.
pub fn list(
    session: &Session,
    (path, form): (&str, &str),
    label: &str,
    revisions: &[Listed],
    kept: i64,
) -> Page {
    let links = &session.site.links;
    shell(
        session,
        "Earlier versions",
        path,
        html! {
            h1 { "Earlier versions" }
            p { "Of " a href=(links.to(form)) { (label) } }
            p.soft { "The last " (kept) " are kept; of what the browser saved by itself, one in ten minutes." }
            @if revisions.is_empty() { p { "It has not been changed yet." } } @else {
                ul.rows {
                    @for revision in revisions {
                        li {
                            a href={ (links.to(path)) "?of=" (revision.id) } {
                                @if revision.public { "Public until " } @else { "Saved " } (revision.saved)
                            }
                            span.soft {
                                (revision.label) ", "
                                (count(i64::try_from(revision.words).unwrap_or(0), "word", "words"))
                            }
                        }
                    }
                }
            }
        },
    )
}

/// What has changed since a version: its number, and when it was saved.
pub fn since(session: &Session, path: &str, (id, saved): (i64, &str), changes: &Changes) -> Page {
    let links = &session.site.links;
    shell(
        session,
        "What has changed",
        path,
        html! {
            h1 { "What has changed since " (saved) }
            @if changes.is_empty() { p { "Nothing: it is the same now." } }
            @for (name, lines) in changes {
                h2 { (name) }
                div.diff { @for line in lines { (shown(line)) } }
            }
            form.actions method="post" action=(links.to(path)) {
                (token(session))
                input type="hidden" name="id" value=(id);
                button type="submit" name="do" value="restore" { "Restore this version" }
                a href=(links.to(path)) { "All earlier versions" }
            }
            p.soft { "Restoring makes it the newest version of the draft; what is there now is kept as an earlier one." }
        },
    )
}

fn shown(line: &Line) -> Markup {
    let pieces = html! {
        @for (differs, piece) in &line.pieces {
            @if *differs { b { (piece) } } @else { (piece) }
        }
    };
    html! {
        @match line.fate {
            Fate::Kept => p { (pieces) }
            Fate::Cut => p { del { (pieces) } }
            Fate::Added => p { ins { (pieces) } }
            Fate::Skipped => p.soft { "\u{22ee}" }
        }
    }
}
