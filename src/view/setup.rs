//! The page that makes a blog where there is none.

use maud::{Markup, html};

use super::admin::document;
use super::check::told;
use super::{MAIN, Page, around};
use crate::host::Fact;
use crate::proof;
use crate::site::Site;
use crate::url;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// What its style is allowed by.
    pub nonce: &'a str,
    /// What was found of the host.
    pub facts: &'a [Fact],
    /// What has to be done before the form is of use.
    pub stuck: Option<&'a str>,
    /// What the file that shows whose account it is has to hold.
    pub word: &'a str,
    /// Where the data may go, the best place first.
    pub places: &'a [String],
    /// What was typed, by the names of the fields.
    pub values: &'a [(&'a str, &'a str)],
    /// The names of the time zones.
    pub zones: &'a [String],
    /// The field that something is wrong with, and what; none for the page as a whole.
    pub wrong: Option<(&'a str, &'a str)>,
}

impl Sheet<'_> {
    fn value(&self, name: &str) -> &str {
        let mut values = self.values.iter();
        values
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }

    fn wrong_with(&self, name: &str) -> Option<&str> {
        self.wrong
            .filter(|(field, _)| *field == name)
            .map(|(_, text)| text)
    }
}

/// The page.
pub fn page(site: &Site, sheet: &Sheet<'_>) -> Page {
    let main = html! {
        h1 { "A blog is about to be here" }
        p { "The programs are in place, and there is no blog yet. This page makes one, in two steps." }
        @if let Some(wrong) = sheet.wrong_with("") { p.error role="alert" { (wrong) } }
        h2 { "What this host is like" }
        ul.facts {
            @for fact in sheet.facts { (told(fact)) }
        }
        @if let Some(stuck) = sheet.stuck {
            p.error { (stuck) " Then load this page again." }
        } @else {
            h2 { "1. Show that the account is yours" }
            (steps(sheet.word, "once the blog is there"))
            h2 { "2. Make the blog" }
            (form(site, sheet))
        }
    };
    let body = html! { main.narrow.wide #main { (MAIN) } };
    around(document(site, sheet.nonce, "Set up", body), main)
}

/// How it is shown whose account it is, by a file with a word in it.
pub fn steps(word: &str, until: &str) -> Markup {
    html! {
        p {
            "Put a file named " code { (proof::FILE) } " into the folder of the programs, with this one line in it:"
        }
        pre { code { (word) } }
        p {
            a download=(proof::FILE) href={ "data:text/plain," (word) } { "Save it" }
            " and upload it by SFTP or with your host's file manager. It is deleted " (until) ". Leave this page open "
            "meanwhile: each visit has a word of its own."
        }
    }
}

fn form(site: &Site, sheet: &Sheet<'_>) -> Markup {
    html! {
        form method="post" action=(site.links.to(url::ADMIN)) {
            input type="hidden" name="secret" value=(sheet.value("secret"));
            (line(sheet, "title", "The blog's name", "text", "", html! {}))
            (line(sheet, "base-url", "Its address", "url", "", html! {
                "Feeds and previews name it; it can be changed later."
            }))
            (line(sheet, "zone", "Time zone", "text", "zones", html! { "Posts are dated in it: Europe/Berlin, say." }))
            datalist #zones { @for zone in sheet.zones { option value=(zone) {} } }
            (line(sheet, "name", "Your name, to sign in with", "text", "", html! {}))
            (line(sheet, "password", "A password, of ten characters or more", "password", "", html! {}))
            (places(sheet))
            p.actions { button.main type="submit" { "Make the blog" } }
        }
    }
}

fn line(
    sheet: &Sheet<'_>,
    name: &str,
    label: &str,
    kind: &str,
    list: &str,
    hint: Markup,
) -> Markup {
    let wrong = sheet.wrong_with(name);
    let said = format!("{name}-said");
    let complete = match name {
        "name" => "username",
        "password" => "new-password",
        _ => "off",
    };
    html! {
        div.field {
            label for=(name) { (label) }
            @if let Some(wrong) = wrong { p.wrong id=(said) { (wrong) } }
            input id=(name) name=(name) type=(kind) value=(sheet.value(name)) autocomplete=(complete)
                list=[(!list.is_empty()).then_some(list)] required[name != "base-url"]
                autocapitalize="none" spellcheck="false"
                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| said.as_str())];
            p.soft { (hint) }
        }
    }
}

fn places(sheet: &Sheet<'_>) -> Markup {
    let chosen = sheet.value("place");
    html! {
        fieldset {
            legend { "Where its data lies" }
            @if let Some(wrong) = sheet.wrong_with("place") { p.wrong { (wrong) } }
            @for (number, place) in sheet.places.iter().enumerate() {
                label.tick {
                    input type="radio" name="place" value=(place)
                        checked[chosen == place || (chosen.is_empty() && number == 0)];
                    code { (place) }
                }
            }
            p.soft { "Nothing in it is handed out by the web server. Back it up." }
        }
    }
}
