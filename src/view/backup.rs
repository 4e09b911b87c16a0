//! Backups: what there is, and the forms that make one more and hand them out.

use maud::html;

use super::admin::{shell, size, token};
use super::check::told;
use super::house::around;
use super::{Page, count};
use crate::host::Fact;
use crate::session::Session;
use crate::url;

/// An archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The name of its file.
    pub name: String,
    /// When it was made, by the blog's clock.
    pub made: String,
    /// How long it is.
    pub bytes: u64,
}

/// What lies in `media/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uploads {
    /// How many files.
    pub files: usize,
    /// How long they are together.
    pub bytes: u64,
    /// Whether a download takes them along.
    pub offered: bool,
}

/// The page. `age` is how old the newest backup is, wherever it was put; `wrong` what kept
/// one from being made.
pub fn page(
    session: &Session,
    age: &Fact,
    listed: &[Listed],
    uploads: &Uploads,
    wrong: Option<&str>,
) -> Page {
    let action = session.site.links.to(url::BACKUP);
    shell(
        session,
        "Backup",
        url::SETTINGS,
        html! {
            h1 { "Backup" }
            (around(session, url::BACKUP))
            @if let Some(wrong) = wrong { p.error role="alert" { "No backup was made: " (wrong) "." } }
            ul.facts { (told(age)) }
            p {
                "A backup is one file with all posts, drafts, settings and what strangers wrote, as they were at one moment. "
                "It is read back and looked over before it counts. Download it: one that lies on the same disk as the blog goes with that disk."
            }
            form.actions method="post" action=(action) {
                (token(session))
                button type="submit" name="do" value="make" { "Make a backup" }
            }
            @if !listed.is_empty() {
                h2 { "The newest" }
                ul.rows {
                    @for archive in listed {
                        li {
                            span { (archive.made) }
                            span.soft { (size(archive.bytes)) }
                            form.actions method="post" action=(action) {
                                (token(session))
                                input type="hidden" name="name" value=(archive.name);
                                button type="submit" name="do" value="download" aria-label={ "Download the backup of " (archive.made) } { "Download" }
                                @if uploads.offered {
                                    button type="submit" name="do" value="download-all" aria-label={ "Download with uploads the backup of " (archive.made) } { "With uploads" }
                                }
                            }
                        }
                    }
                }
                @if uploads.files > 0 {
                    p.soft {
                        @if uploads.offered { "With uploads, a download has what is in " } @else { "No download has what is in " }
                        code { "media" } " today: " (count(i64::try_from(uploads.files).unwrap_or(i64::MAX), "file", "files"))
                        ", " (size(uploads.bytes)) ". Those files never change, so the folder may be copied by itself."
                    }
                }
            }
            p.soft {
                code { "mayfly --data blog restore FILE" } " makes a blog of such a file, on any machine. "
                "On a server with a shell, cron can make them by " code { "mayfly backup" } "."
            }
        },
    )
}
