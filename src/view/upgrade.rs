//! The page that brings a blog of an older version up to the programs' own.

use maud::html;

use super::admin::document;
use super::setup::steps;
use super::{MAIN, Page, around};
use crate::site::Site;
use crate::url;

/// The page. `secret` is what the form brings back, and `word` what the file has to hold.
pub fn page(site: &Site, nonce: &str, secret: &str, word: &str, wrong: Option<&str>) -> Page {
    let main = html! {
        h1 { "The blog is of an older version" }
        p {
            "The programs here are newer than the blog\u{2019}s files, so nobody can read it just now. This page brings the "
            "files up to the programs, as " code { "mayfly migrate" } " does: each file is changed as a whole or not at all. "
            "Copy the data directory first, if there is no backup."
        }
        @if let Some(wrong) = wrong { p.error role="alert" { (wrong) } }
        h2 { "1. Show that the account is yours" }
        (steps(word, "once that is done"))
        h2 { "2. Upgrade" }
        form method="post" action=(site.links.to(url::ADMIN)) {
            input type="hidden" name="secret" value=(secret);
            p.actions { button.main type="submit" { "Upgrade the blog" } }
        }
    };
    let body = html! { main.narrow.wide #main { (MAIN) } };
    around(document(site, nonce, "Upgrade", body), main)
}
