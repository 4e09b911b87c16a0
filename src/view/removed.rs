//! The bin.

use maud::html;

use super::Page;
use super::admin::{shell, token};
use crate::session::Session;
use crate::url;

/// Something in the bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number, as a draft.
    pub id: i64,
    /// Its title, or its first words.
    pub label: String,
    /// "entry"
    pub kind: &'static str,
    /// When it was deleted, by the blog's clock.
    pub deleted: String,
    /// Whether it was public.
    pub public: bool,
}

/// What is in the bin, which keeps it for some days; `wrong` says what kept something
/// from being restored.
pub fn bin(session: &Session, removed: &[Listed], days: i64, wrong: Option<&str>) -> Page {
    let action = session.site.links.to(url::BIN);
    shell(
        session,
        "Bin",
        url::BIN,
        html! {
            h1 { "Bin" }
            @if let Some(wrong) = wrong { p.error role="alert" { "It can't be restored: " (wrong) "." } }
            p.soft { "What is deleted stays here for " (days) " days." }
            @if removed.is_empty() { p { "The bin is empty." } } @else {
                ul.rows {
                    @for removed in removed {
                        li {
                            span { (removed.label) }
                            span.soft {
                                @if removed.public { "public " } @else { "draft " }
                                (removed.kind) ", deleted " (removed.deleted)
                            }
                            form.actions method="post" action=(action) {
                                (token(session))
                                input type="hidden" name="id" value=(removed.id);
                                button type="submit" name="do" value="restore" aria-label={ "Restore " (removed.label) } { "Restore" }
                                button type="submit" name="do" value="purge" aria-label={ "Delete " (removed.label) " for good" } { "Delete for good" }
                            }
                        }
                    }
                }
                form.actions method="post" action=(action) {
                    (token(session))
                    button type="submit" name="do" value="empty" { "Empty the bin" }
                }
            }
        },
    )
}
