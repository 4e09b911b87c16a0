//! The second factor: switching it on and off, and the form that asks for a code.

use maud::{Markup, html};

use super::admin::{document, shell, token};
use super::{MAIN, Page, around, count};
use crate::session::Session;
use crate::site::Site;
use crate::totp::code;
use crate::url;

const TITLE: &str = "Second factor";

/// A QR code.
pub struct Square {
    /// Modules in a row.
    pub width: usize,
    /// Whether each is dark, row by row.
    pub dark: Vec<bool>,
}

impl Square {
    /// Dark on white, whatever the page's colours are, with the four modules around it
    /// that readers need (ISO 18004).
    fn drawn(&self) -> Markup {
        let side = self.width + 8;
        let dark = self.dark.iter().enumerate().filter(|(_, dark)| **dark);
        let path: String = dark
            .map(|(at, _)| format!("M{} {}h1v1h-1z", at % self.width + 4, at / self.width + 4))
            .collect();
        html! {
            svg.square role="img" aria-label="QR code for the app" viewBox=(format!("0 0 {side} {side}")) {
                rect width=(side) height=(side) fill="#fff" {}
                path d=(path) fill="#000" {}
            }
        }
    }
}

/// Switching it on: a secret for the telephone, and a code from it.
pub fn off(
    session: &Session,
    square: &Square,
    address: &str,
    secret: &str,
    wrong: Option<&str>,
) -> Page {
    let action = session.site.links.to(url::SECOND_FACTOR);
    shell(
        session,
        TITLE,
        url::ACCOUNT,
        html! {
            h1 { (TITLE) }
            p { "Signing in will take a code from an app on your telephone as well as the password. Any app for one-time codes does." }
            @if let Some(wrong) = wrong { p.error #wrong role="alert" { (wrong) } }
            h2 { "1. Let the app scan this" }
            (square.drawn())
            p { "Or type it in: " code { (code::grouped(secret, 4, " ")) } }
            p { a href=(address) { "Open the app on this telephone" } }
            h2 { "2. Type the code that it shows" }
            form method="post" action=(action) {
                (token(session))
                input type="hidden" name="secret" value=(secret);
                (field(wrong, "code-help"))
                p.soft #code-help { "Six digits. Then you are given ten codes to keep for the day on which the telephone is lost." }
                p.actions { button.main type="submit" name="do" value="on" { "Switch on" } }
            }
        },
    )
}

/// Switching it off, and new recovery codes.
pub fn on(session: &Session, codes: i64, wrong: Option<&str>) -> Page {
    let action = session.site.links.to(url::SECOND_FACTOR);
    shell(
        session,
        TITLE,
        url::ACCOUNT,
        html! {
            h1 { (TITLE) }
            @if let Some(wrong) = wrong { p.error #wrong role="alert" { (wrong) } }
            p { "It is on: signing in takes a code as well as the password. "
                (count(codes, "recovery code is", "recovery codes are")) " left." }
            h2 { "New recovery codes" }
            form method="post" action=(action) {
                (token(session))
                label for="code-new" { "Code from the app" }
                input #code-new name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required;
                p.actions { button type="submit" name="do" value="codes" { "Make ten new ones" } }
            }
            h2 { "Switch it off" }
            form method="post" action=(action) {
                (token(session))
                label for="password" { "Password" }
                input #password name="password" type="password" autocomplete="current-password" required;
                label for="code-off" { "Code from the app, or a recovery code" }
                input #code-off name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required;
                p.actions { button type="submit" name="do" value="off" { "Switch off" } }
            }
        },
    )
}

/// The recovery codes, this once.
pub fn codes(session: &Session, codes: &[String]) -> Page {
    shell(
        session,
        TITLE,
        url::ACCOUNT,
        html! {
            h1 { (TITLE) }
            p.note role="status" { "It is on. From now on signing in takes a code from the app." }
            h2 { "Recovery codes" }
            p { "Each signs you in once where the app can't. Print them or write them down: they are not shown again." }
            ol.codes { @for code in codes { li { code { (code) } } } }
            p { a href=(session.site.links.to(url::ACCOUNT)) { "I have them" } }
        },
    )
}

fn field(wrong: Option<&str>, help: &str) -> Markup {
    let described = match wrong {
        Some(_) => format!("wrong {help}"),
        None => help.to_owned(),
    };
    html! {
        label for="code" { "Code" }
        input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required
            autofocus[wrong.is_some()] aria-invalid=[wrong.map(|_| "true")] aria-describedby=(described);
    }
}

/// The form that asks for a code, once the password was right.
pub fn ask(site: &Site, nonce: &str, ticket: &str, back: &str, wrong: Option<&str>) -> Page {
    let described = wrong.map(|_| "wrong");
    let main = html! {
        h1 { "One step more" }
        @if let Some(wrong) = wrong { p.error #wrong role="alert" { (wrong) } }
        form method="post" action=(site.links.to(url::LOGIN)) {
            input type="hidden" name="to" value=(back);
            input type="hidden" name="ticket" value=(ticket);
            label for="code" { "Code from the app, or a recovery code" }
            input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required autofocus
                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[described];
            p.actions { button.main type="submit" { "Sign in" } }
        }
        p.soft { a href=(site.links.to(url::LOGIN)) { "Begin again" } }
    };
    let body = html! { main.narrow #main { (MAIN) } };
    around(document(site, nonce, "Sign in", body), main)
}
