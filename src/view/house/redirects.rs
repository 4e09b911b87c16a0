//! The table of redirects, and the forms that change it.

use maud::{Markup, html};

use super::{About, around, line, note};
use crate::house::Typed;
use crate::session::Session;
use crate::url;
use crate::view::admin::{shell, token};
use crate::view::{Page, count};

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The old address of the one that is changed, or empty.
    pub was: String,
    /// The field for the old address.
    pub from: Typed,
    /// The field for the new one.
    pub to: Typed,
    /// The list that was pasted in.
    pub list: String,
    /// What is wrong with it.
    pub in_list: Vec<String>,
    /// What was looked for.
    pub letters: String,
    /// What was found: where each address leads, which is empty for what is gone.
    pub found: Vec<(String, String)>,
    /// Whether there are more.
    pub more: bool,
    /// What was done.
    pub news: String,
}

/// The whole page.
pub fn page(session: &Session, sheet: &Sheet) -> Page {
    let here = session.site.links.to(url::REDIRECTS);
    shell(
        session,
        "Redirects",
        url::SETTINGS,
        html! {
            h1 { "Redirects" }
            (around(session, url::REDIRECTS))
            (told(&sheet.news))
            p { "Old addresses and where they lead, with 301. The blog adds to them whenever a post or a tag gets \
                 another address." }
            form method="post" action=(here) {
                (token(session))
                h2 { @if sheet.was.is_empty() { "Add one" } @else { "Change one" } }
                @if !sheet.was.is_empty() { input type="hidden" name="was" value=(sheet.was); }
                (line(About { name: "from", label: "Old address", hint: "Such as /2009/old-post.html" }, &sheet.from, "text"))
                @let hint = "A path of this blog, a whole address elsewhere, or 410 for what is gone for good.";
                (line(About { name: "to", label: "New address", hint }, &sheet.to, "text"))
                p.actions {
                    button.main type="submit" name="do" value="save" { "Save redirect" }
                    @if !sheet.was.is_empty() {
                        button type="submit" name="do" value="remove" { "Remove it" }
                        a href=(here) { "Leave it as it is" }
                    }
                }
            }
            h2 { "All redirects" }
            form.find action=(here) role="search" {
                label for="q" { "Find in old and new addresses" }
                div.row {
                    input #q type="search" name="q" value=(sheet.letters);
                    button type="submit" { "Find" }
                }
            }
            (table(sheet, &here))
            (import(session, sheet, &here))
        },
    )
}

fn told(news: &str) -> Markup {
    html! {
        @match news {
            "saved" => (note("Saved.")),
            "removed" => (note("Removed. That address is not found any more.")),
            _ => @if let Some(Ok(number)) = news.strip_prefix("imported-").map(str::parse::<i64>) {
                (note(&format!("{} taken in.", count(number, "redirect", "redirects"))))
            },
        }
    }
}

fn table(sheet: &Sheet, here: &str) -> Markup {
    let with = |name: &str, value: &str| {
        format!(
            "{here}{}",
            url::search(&[("q", &sheet.letters), (name, value)])
        )
    };
    html! {
        @if sheet.found.is_empty() {
            p { @if sheet.letters.is_empty() { "There are none." } @else { "No address has these letters in it." } }
        } @else {
            ul.rows {
                @for (path, target) in &sheet.found {
                    li.row {
                        span { (path) }
                        span.soft { "\u{2192} " @if target.is_empty() { "gone (410)" } @else { (target) } }
                        a href=(with("change", path)) aria-label={ "Change " (path) } { "Change" }
                    }
                }
            }
            @if let (true, Some((last, _))) = (sheet.more, sheet.found.last()) {
                p.actions { a href=(with("after", last)) { "More redirects" } }
            }
        }
    }
}

fn import(session: &Session, sheet: &Sheet, here: &str) -> Markup {
    html! {
        form method="post" action=(here) {
            (token(session))
            h2 { "Take in a list" }
            div.field {
                label for="list" { "A line for each: the old address, a space, the new one" }
                @if !sheet.in_list.is_empty() {
                    div.wrong #list-wrong role="alert" {
                        p { "None was taken in." }
                        ul { @for wrong in sheet.in_list.iter().take(20) { li { (wrong) } } }
                        @if sheet.in_list.len() > 20 { p { "And " (sheet.in_list.len() - 20) " more." } }
                    }
                }
                @let wrong = (!sheet.in_list.is_empty()).then_some("true");
                textarea.short #list name="list" rows="6" aria-invalid=[wrong]
                    aria-describedby={ @if wrong.is_some() { "list-wrong " } "list-hint" } { "\n" (sheet.list) }
                p.soft #list-hint { "Tabs and commas part them as well; 410 stands for what is gone. All of them are taken in, or none." }
            }
            p.actions { button type="submit" name="do" value="import" { "Take in" } }
        }
    }
}
