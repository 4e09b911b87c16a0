//! The form for what is settled about the blog as a whole.

use maud::{Markup, html};

use super::{About, area, around, choice, complaint, line, note};
use crate::house::Typed;
use crate::session::Session;
use crate::url;
use crate::view::Page;
use crate::view::admin::{shell, token};

/// The whole page: each setting with what was typed, and the time zones there are.
pub fn page(session: &Session, fields: &[(&str, Typed)], zones: &[String], saved: bool) -> Page {
    let wrong = fields.iter().filter(|(_, typed)| typed.wrong.is_some());
    let wrong = wrong.count();
    shell(
        session,
        "Settings",
        url::SETTINGS,
        html! {
            h1 { "Settings" }
            (around(session, url::SETTINGS))
            @if saved { (note("Saved. Visitors see it from their next page on.")) }
            @if wrong > 0 { (complaint(wrong)) }
            form method="post" action=(session.site.links.to(url::SETTINGS)) {
                (token(session))
                @for (name, typed) in fields { (setting(name, typed, zones)) }
                p.actions { button.main type="submit" { "Save settings" } }
            }
        },
    )
}

/// A field's label and what it is for.
fn about(name: &str) -> About<'_> {
    let (label, hint) = match name {
        "title" => ("Title", ""),
        "tagline" => (
            "Tagline",
            "A line below the title, and what search engines show of the home page.",
        ),
        "author" => ("Author", "Named below posts and in feeds."),
        "base-url" => (
            "Address of the blog",
            "Such as https://example.org/blog. Feeds and search engines are given addresses below it. \
             Empty: whatever host a request names.",
        ),
        "links" => (
            "Links",
            "Pretty ones need a web server that rewrites addresses. Settle on them only after one of \
             them has worked.",
        ),
        "zone" => (
            "Time zone",
            "Posts are dated by its clock when they are published. Another zone moves nothing that is \
             published: those posts keep their day, their time and so their address. What is scheduled \
             goes public at the same moment as before, dated by the new clock.",
        ),
        "language" => ("Language", "The one you write in: en, de, pt-BR."),
        "per-page" => (
            "Posts on a page",
            "1 to 200, for the home page and all lists.",
        ),
        "footer" => (
            "Footer",
            "HTML below every page, at most 8 KB. Addresses that begin with / lead into the blog, \
             wherever it lies.",
        ),
        "keep-pages" => (
            "Keep pages",
            "A page that was made is kept, and sent again until you publish anything: it takes half the \
             time. It needs the address of the blog above. Files are for a web server that you have \
             set up to send them by itself.",
        ),
        _ => (
            "Your own style rules",
            "CSS that follows the blog\u{2019}s own on every page, at most 8 KB. Other style sheets \
             (@import) and fonts are not fetched; pictures are.",
        ),
    };
    About { name, label, hint }
}

fn setting(name: &str, typed: &Typed, zones: &[String]) -> Markup {
    let about = about(name);
    match name {
        "links" => {
            let styles = [
                ("auto", "As each request came"),
                ("pretty", "Pretty: /2025/Jul/5/slug/"),
                ("plain", "Plain: /cgi-bin/post/2025/Jul/5/slug/"),
            ];
            choice(about, typed, &styles)
        }
        "zone" => {
            let zones: Vec<(&str, &str)> = zones.iter().map(|zone| (&**zone, &**zone)).collect();
            choice(about, typed, &zones)
        }
        "keep-pages" => {
            let answers = [
                ("on", "Yes"),
                ("files", "Yes, also as files for the web server"),
                ("off", "No: a program makes each page anew"),
            ];
            choice(about, typed, &answers)
        }
        "base-url" => line(about, typed, "url"),
        "per-page" => line(about, typed, "number"),
        "footer" => area(about, typed, 5),
        "style" => area(about, typed, 8),
        _ => line(about, typed, "text"),
    }
}
