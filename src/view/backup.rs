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

/// What was not done, each in a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// What kept a backup from being made.
    pub backup: Option<String>,
    /// What kept one from being handed out.
    pub download: Option<String>,
}

/// The page. `age` is how old the newest backup is, wherever it was put; `second` says
/// that the account has a second factor.
pub fn page(
    session: &Session,
    age: &Fact,
    listed: &[Listed],
    uploads: &Uploads,
    second: bool,
    refused: &Refused,
) -> Page {
    let action = session.site.links.to(url::BACKUP);
    let described = match refused.download {
        Some(_) => "wrong why",
        None => "why",
    };
    shell(
        session,
        "Backup",
        url::SETTINGS,
        html! {
            h1 { "Backup" }
            (around(session, url::BACKUP))
            @if let Some(wrong) = &refused.backup { p.error role="alert" { "No backup was made: " (wrong) "." } }
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
                form method="post" action=(action) {
                    (token(session))
                    @if let Some(wrong) = &refused.download { p.error #wrong role="alert" { (wrong) } }
                    label for="password" { "Your password" }
                    input #password name="password" type="password" autocomplete="current-password" required
                        autofocus[refused.download.is_some()] aria-invalid=[refused.download.as_ref().map(|_| "true")]
                        aria-describedby=(described);
                    @if second {
                        label for="code" { "Code from the app, or a recovery code" }
                        input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required;
                    }
                    p.soft #why { "A backup has the passwords of all accounts in it, as hashes, and the secrets of second factors." }
                    ul.rows {
                        @for archive in listed {
                            li {
                                span { (archive.made) }
                                span.soft { (size(archive.bytes)) }
                                p.actions {
                                    button type="submit" name="download" value=(archive.name) aria-label={ "Download the backup of " (archive.made) } { "Download" }
                                    @if uploads.offered {
                                        button type="submit" name="download-all" value=(archive.name) aria-label={ "Download with uploads the backup of " (archive.made) } { "With uploads" }
                                    }
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
