//! Whether all is well: the page that shows what was looked at.

use maud::{Markup, PreEscaped, html};

use super::Page;
use super::admin::shell;
use super::house::around;
use crate::check::Parts;
use crate::host::{Fact, Weight};
use crate::session::Session;
use crate::url;

const MEND: &str = "Something has to be mended.";

/// Asks for the files and shows what came of it.
const SCRIPT: &str = include_str!("check.js");

/// The page. `asked` are the addresses that the data would have on the web.
pub fn page(session: &Session, parts: &Parts, asked: &[String]) -> Page {
    let all = || parts.iter().flat_map(|(_, facts)| facts);
    let (odd, bad) = (
        all().filter(|fact| fact.weight == Weight::Odd).count(),
        all().filter(|fact| fact.is_bad()).count(),
    );
    shell(
        session,
        "Check",
        url::SETTINGS,
        html! {
            h1 { "Check" }
            (around(session, url::CHECK))
            p #sum role="status" {
                @match (bad, odd) {
                    (0, 0) => "All is well, as far as the server knows.",
                    (0, _) => "Nothing is broken. There is something to look at.",
                    _ => (MEND),
                }
            }
            h2 { "From outside" }
            (outside(session, asked))
            @for (title, facts) in parts {
                h2 { (title) }
                ul.facts { @for fact in facts { (told(fact)) } }
            }
            p.soft {
                "This page looks and touches nothing. The same on the server: " code { "mayfly check" } "."
            }
        },
    )
}

/// What the visitor's browser finds out. Where it runs no script the visitor does.
fn outside(session: &Session, asked: &[String]) -> Markup {
    let links = html! {
        @for (number, address) in asked.iter().enumerate() {
            @if number > 0 { ", " }
            a href=(address) { (address) }
        }
    };
    html! {
        ul.facts #outside aria-live="polite" data-asked=(asked.join(" ")) data-mend=(MEND) {
            li.odd {
                "Mind: whether strangers get the blog\u{2019}s files is for you to see. Each of these has to be refused, or "
                "lead to a page that is not found; where your browser offers to save a file, the data lies open: " (links)
            }
        }
        template #well {
            (told(&Fact::well(format!(
                "strangers don\u{2019}t get the blog\u{2019}s files: your browser asked like one, at {} addresses where they could be",
                asked.len()
            ))))
        }
        template #bad {
            li.bad {
                "Bad: everybody can download " a {} ", so drafts, hashes of passwords and what waits in the guestbook lie open. Move "
                "the data directory out of what the web server hands out, write its new place into " code { "mayfly.conf" }
                ", and then change every password."
            }
        }
        script nonce=(session.nonce) { (PreEscaped(SCRIPT)) }
    }
}

/// One line.
pub fn told(fact: &Fact) -> Markup {
    let (class, sign) = match fact.weight {
        Weight::Well => ("well", "\u{2713} "),
        Weight::Odd => ("odd", "Mind: "),
        Weight::Bad => ("bad", "Bad: "),
    };
    html! {
        li class=(class) {
            (sign)
            // Between backticks stands what is typed.
            @for (number, piece) in fact.text.split('`').enumerate() {
                @if number % 2 == 1 { code { (piece) } } @else { (piece) }
            }
        }
    }
}
