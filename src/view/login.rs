//! The form for signing in.

use maud::html;

use super::admin::document;
use super::{MAIN, Page, around};
use crate::site::Site;
use crate::url;

/// The form, with what was typed before but the password, and what went wrong. `nobody`
/// says that there is no account yet.
pub fn form(
    site: &Site,
    nonce: &str,
    (name, back): (&str, &str),
    wrong: Option<&str>,
    nobody: bool,
) -> Page {
    let main = html! {
        h1 { "Sign in" }
        @if let Some(wrong) = wrong { p.error #wrong role="alert" { (wrong) } }
        @if nobody {
            p.note {
                "Nobody may sign in yet. On the server, " code { "mayfly user add NAME" }
                " makes an account. Without a shell there, make it in a copy of the blog at home, and upload "
                code { "desk.db" } "."
            }
        }
        form method="post" action=(site.links.to(url::LOGIN)) {
            input type="hidden" name="to" value=(back);
            label for="name" { "Name" }
            input #name type="text" name="name" value=(name) required autocomplete="username" autocapitalize="none"
                spellcheck="false" autofocus[name.is_empty()]
                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "wrong")];
            label for="password" { "Password" }
            input #password name="password" type="password" required autocomplete="current-password"
                autofocus[!name.is_empty()]
                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "wrong")];
            p.actions { button.main type="submit" { "Sign in" } }
        }
        p.soft { a href=(site.links.to("/")) { "Back to " (site.title) } }
    };
    let body = html! { main.narrow #main { (MAIN) } };
    around(document(site, nonce, "Sign in", body), main)
}
