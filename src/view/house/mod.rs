//! Pages for keeping house, and what their forms are made of.

pub mod dashboard;
pub mod many;
pub mod navigation;
pub mod redirects;
pub mod settings;
pub mod tags;

use maud::{Markup, html};

use crate::house::Typed;
use crate::session::Session;
use crate::url;

/// What belongs to the settings, by pretty paths.
const AROUND: [(&str, &str); 5] = [
    (url::SETTINGS, "The blog"),
    (url::NAVIGATION, "Navigation"),
    (url::REDIRECTS, "Redirects"),
    (url::CHECK, "Check"),
    (url::BACKUP, "Backup"),
];

/// The ways between the pages that settle something about the whole blog.
pub fn around(session: &Session, here: &str) -> Markup {
    html! {
        nav.tabs aria-label="Settings" {
            @for (path, name) in AROUND {
                a href=(session.site.links.to(path)) aria-current=[(path == here).then_some("page")] { (name) }
            }
        }
    }
}

/// What a form says of one of its fields.
#[derive(Clone, Copy)]
struct About<'a> {
    name: &'a str,
    label: &'a str,
    /// A sentence on what it is for, or empty.
    hint: &'a str,
}

/// A field: its label, what it is for, what is wrong with it, and the control, which is
/// given the names of the last two for `aria-describedby`.
fn field(
    about: About<'_>,
    typed: &Typed,
    control: impl FnOnce(Option<String>, Option<&'static str>) -> Markup,
) -> Markup {
    let (hint, wrong) = (
        format!("{}-hint", about.name),
        format!("{}-wrong", about.name),
    );
    let described = match (about.hint.is_empty(), &typed.wrong) {
        (true, None) => None,
        (false, None) => Some(hint.clone()),
        (true, Some(_)) => Some(wrong.clone()),
        (false, Some(_)) => Some(format!("{wrong} {hint}")),
    };
    html! {
        div.field {
            label for=(about.name) { (about.label) }
            @if let Some(text) = &typed.wrong { p.wrong id=(wrong) { (sentence(text)) } }
            (control(described, typed.wrong.as_ref().map(|_| "true")))
            @if !about.hint.is_empty() { p.soft id=(hint) { (about.hint) } }
        }
    }
}

/// A field of one line.
fn line(about: About<'_>, typed: &Typed, kind: &str) -> Markup {
    field(about, typed, |described, wrong| {
        html! {
            input id=(about.name) name=(about.name) type=(kind) value=(typed.value)
                aria-describedby=[described] aria-invalid=[wrong];
        }
    })
}

/// A field of several lines.
fn area(about: About<'_>, typed: &Typed, rows: u8) -> Markup {
    field(about, typed, |described, wrong| {
        html! {
            // A browser drops the first line end of a text area.
            textarea.short id=(about.name) name=(about.name) rows=(rows)
                aria-describedby=[described] aria-invalid=[wrong] { "\n" (typed.value) }
        }
    })
}

/// A choice of what has a value and a name.
fn choice(about: About<'_>, typed: &Typed, options: &[(&str, &str)]) -> Markup {
    let known = options.iter().any(|(value, _)| *value == typed.value);
    field(about, typed, |described, wrong| {
        html! {
            select id=(about.name) name=(about.name) aria-describedby=[described] aria-invalid=[wrong] {
                @if !known { option value=(typed.value) selected { (typed.value) } }
                @for (value, name) in options {
                    option value=(value) selected[*value == typed.value] { (name) }
                }
            }
        }
    })
}

/// What was just done, or what is to be known first.
fn note(text: &str) -> Markup {
    html! { p.note role="status" { (text) } }
}

/// How many fields something is wrong with.
fn complaint(fields: usize) -> Markup {
    html! {
        p.error role="alert" {
            "Nothing was saved: "
            @if fields == 1 { "one field can\u{2019}t be taken as it is." }
            @else { (fields) " fields can\u{2019}t be taken as they are." }
            " What you typed is still there."
        }
    }
}

/// "A page has 1 to 200 posts."
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
