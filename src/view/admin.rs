//! Pages for whoever is signed in: what stands around them, the desk, the account.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{MAIN, Page, around};
use crate::form::Form;
use crate::house::dashboard::Glance;
use crate::post::Kind;
use crate::session::{Known, Session};
use crate::site::Site;
use crate::url;
use crate::view::house::dashboard;

/// The style sheet of these pages alone; visitors never load it.
const STYLE: &str = include_str!("admin.css");

/// The parts of the admin, by their pretty paths, in the order of the navigation.
const PARTS: &[(&str, &str)] = &[
    (url::ADMIN, "Desk"),
    (url::NEW, "New"),
    (url::POSTS, "Posts"),
    (url::SCHEDULED, "Scheduled"),
    (url::PAGES, "Pages"),
    (url::BIN, "Bin"),
    (url::LIBRARY, "Media"),
    (url::MODERATION, "Guestbook"),
    (url::HOUSE_TAGS, "Tags"),
    (url::SETTINGS, "Settings"),
    (url::ACCOUNT, "Account"),
];

/// A whole page around its main part. `here` is the path of the part it is in.
pub fn shell(session: &Session, title: &str, here: &str, main: Markup) -> Page {
    let links = &session.site.links;
    let top = html! {
        header.top {
            p { a href=(links.to("/")) { (session.site.title) } }
            nav aria-label="Admin" {
                @for (path, name) in PARTS {
                    a href=(links.to(path)) aria-current=[(*path == here).then_some("page")] { (name) }
                }
            }
            form method="post" action=(links.to(url::ACCOUNT)) {
                (token(session))
                button type="submit" name="do" value="sign-out" { "Sign out" }
            }
        }
        main #main { (MAIN) }
    };
    around(document(&session.site, &session.nonce, title, top), main)
}

/// The field that every form has to carry.
pub fn token(session: &Session) -> Markup {
    html! { input type="hidden" name=(Form::TOKEN) value=(session.form_token()); }
}

/// A document in the style of the admin; its style is allowed by the nonce.
pub fn document(site: &Site, nonce: &str, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " \u{2013} " (site.title) }
                link rel="icon" href="data:,";
                style nonce=(nonce) { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the text" }
                (body)
            }
        }
    }
}

/// A draft as the desk lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The pretty path of its form.
    pub path: String,
    /// "entry"
    pub kind: &'static str,
    /// Its title, or its first words.
    pub label: String,
    /// When it was saved last.
    pub saved: String,
}

/// What lies on the desk.
pub fn desk(session: &Session, drafts: &[Listed], glance: &Glance) -> Page {
    shell(
        session,
        "Desk",
        url::ADMIN,
        html! {
            h1 { "Write" }
            p.actions {
                @for kind in Kind::DATED {
                    a href=(session.site.links.to(&url::new_of(kind))) { "New " (kind.name()) }
                }
            }
            h2 { "Drafts" }
            @if drafts.is_empty() {
                p { "No drafts." }
            } @else {
                ul.rows {
                    @for draft in drafts {
                        li {
                            a href=(session.site.links.to(&draft.path)) { (draft.label) }
                            span.soft { (draft.kind) ", saved " (draft.saved) }
                        }
                    }
                }
            }
            (dashboard::sections(session, glance))
        },
    )
}

/// Where the account is signed in, with times in the blog's zone.
pub fn account(session: &Session, known: &[(Known, String, String)], second: bool) -> Page {
    let action = session.site.links.to(url::ACCOUNT);
    shell(
        session,
        "Account",
        url::ACCOUNT,
        html! {
            h1 { "Signed in as " (session.name) }
            p.soft { "A browser that is not used for 30 days is signed out." }
            ul.rows {
                @for (session, begun, used) in known {
                    li {
                        @if session.own { strong { "This browser" } }
                        @else if session.agent.is_empty() { "A browser without a name" }
                        @else { (session.agent) }
                        span.soft {
                            "Last used " (used) ", signed in " (begun)
                            @if !session.address.is_empty() { " from " (session.address) }
                        }
                    }
                }
            }
            form.actions method="post" action=(action) {
                (token(session))
                button type="submit" name="do" value="sign-out" { "Sign out here" }
                button type="submit" name="do" value="sign-out-everywhere" { "Sign out everywhere" }
            }
            p {
                "A code from your phone as well as the password: "
                a href=(session.site.links.to(url::SECOND_FACTOR)) {
                    "second factor is " @if second { "on" } @else { "off" }
                }
            }
            p.soft {
                "Another password: " code { "mayfly user password " (session.name) }
                " on the server. It signs out every browser."
            }
        },
    )
}

/// "1.4 MB", as file managers have it.
pub fn size(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1000),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}
