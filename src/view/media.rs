//! The library of uploaded files, and what a script is told about an upload.

use maud::{Markup, html};

use super::admin::{shell, size, token};
use super::json::Json;
use super::{Page, count};
use crate::media::{Item, LARGEST, Refusal, Use};
use crate::session::Session;
use crate::url::{self, Links};

/// What a browser offers to choose; what a file really is decides.
const ACCEPTED: &str =
    "image/jpeg,image/png,image/webp,image/gif,image/avif,image/svg+xml,application/pdf";

/// A page of the library.
pub struct Grid<'a> {
    /// What was looked for.
    pub words: &'a str,
    /// The files, each with how many texts use it where that was looked up.
    pub items: Vec<(Item, Option<usize>)>,
    /// The number to go on from.
    pub more: Option<i64>,
    /// Whether nothing comes before.
    pub is_first: bool,
    /// How many files there are in all.
    pub total: i64,
    /// What an upload brought: files that are kept, and names with why they are not.
    pub upload: Option<(&'a [Item], &'a [Refusal])>,
}

/// One file.
pub struct Sheet<'a> {
    /// The file.
    pub item: &'a Item,
    /// When it was taken in, in the blog's zone.
    pub added: String,
    /// What uses it.
    pub uses: &'a [Use],
    /// Whether those are all.
    pub is_all: bool,
    /// Why it was not deleted.
    pub refused: Option<&'a str>,
}

/// The library.
pub fn library(session: &Session, grid: &Grid<'_>) -> Page {
    let links = &session.site.links;
    let library = links.to(url::LIBRARY);
    shell(
        session,
        "Media",
        url::LIBRARY,
        html! {
            h1 { "Media" }
            @if let Some((kept, refused)) = grid.upload { (outcome(links, kept, refused)) }
            form method="post" action=(library) enctype="multipart/form-data" {
                (token(session))
                label for="file" { "Upload pictures or documents" }
                input #file type="file" name="file" multiple required accept=(ACCEPTED) aria-describedby="file-help";
                p.soft #file-help {
                    "JPEG, PNG, WebP, GIF and AVIF are shown; SVG and PDF are for download. Up to " (LARGEST >> 20)
                    " MB at once. Where a picture was taken is removed from it."
                }
                p.actions { button.main type="submit" { "Upload" } }
            }
            @if grid.total > 0 {
                h2 { "Library" }
                form.search role="search" method="get" action=(library) {
                    label for="q" { "Find by name or description" }
                    div { input #q type="search" name="q" value=(grid.words); button type="submit" { "Find" } }
                }
            }
            @if grid.items.is_empty() {
                p { @if grid.total == 0 { "Nothing has been uploaded yet." } @else { "Nothing is found." } }
            }
            @if !grid.items.is_empty() {
                ul.grid { @for (item, uses) in &grid.items { li { (tile(links, item, *uses)) } } }
            }
            (pager(&library, grid))
        },
    )
}

fn outcome(links: &Links, kept: &[Item], refused: &[Refusal]) -> Markup {
    html! {
        @if !refused.is_empty() {
            div.error role="alert" {
                @for (name, why) in refused {
                    p { @if !name.is_empty() { strong { (name) } ": " } (why) }
                }
            }
        }
        @if !kept.is_empty() {
            div.note role="status" {
                p { (count(i64::try_from(kept.len()).unwrap_or(0), "file is", "files are")) " in the library. For a post:" }
                ul.plain {
                    @for item in kept {
                        li { a href=(links.to(&url::in_library(item.id))) { (item.label()) } " " code { (item.markdown()) } }
                    }
                }
            }
        }
    }
}

fn tile(links: &Links, item: &Item, uses: Option<usize>) -> Markup {
    html! {
        a href=(links.to(&url::in_library(item.id))) {
            @if item.is_shown() {
                img src=(links.to(&url::encode(&item.thumbnail()))) width=(item.width) height=(item.height) alt="" loading="lazy";
            } @else {
                span.kind { (item.ending().to_ascii_uppercase()) }
            }
            " " span { (item.label()) }
        }
        " "
        span.soft {
            @match uses {
                Some(0) => "Unused",
                Some(1) => "Used once",
                Some(uses) => { "Used " (uses) " times" },
                None => { (size(item.bytes)) },
            }
            @if item.is_shown() && item.alt.is_empty() { ", not described" }
        }
    }
}

fn pager(library: &str, grid: &Grid<'_>) -> Markup {
    let query = |fields: &[(&str, &str)]| format!("{library}{}", url::search(fields));
    html! {
        @if grid.more.is_some() || !grid.is_first {
            nav.actions aria-label="Pages" {
                @if !grid.is_first { a href=(query(&[("q", grid.words)])) { "Newest" } }
                @if let Some(more) = grid.more {
                    a rel="next" href=(query(&[("q", grid.words), ("before", &more.to_string())])) { "Older" }
                }
            }
        }
    }
}

/// One file: what it is, what it shows, where it is used.
pub fn one(session: &Session, sheet: &Sheet<'_>) -> Page {
    let Sheet { item, uses, .. } = sheet;
    let links = &session.site.links;
    let action = links.to(&url::in_library(item.id));
    let file = links.to(&url::encode(&item.address()));
    shell(
        session,
        item.label(),
        url::LIBRARY,
        html! {
            h1 { (item.label()) }
            @if let Some(refused) = sheet.refused { p.error role="alert" { (refused) } }
            @if item.is_shown() {
                p.picture { a href=(file) aria-label={ (item.label()) ", in full size" } { img src=(file) width=(item.width) height=(item.height) alt=(item.alt); } }
            } @else {
                p { a href=(file) download { "Download" } }
            }
            p.soft {
                (item.ending().to_ascii_uppercase())
                @if item.width > 0 { ", " (item.width) " \u{d7} " (item.height) " pixels" }
                ", " (size(item.bytes)) ", added " (sheet.added)
            }
            form method="post" action=(action) {
                (token(session))
                @if item.is_shown() {
                    label for="alt" { "What it shows, for those who can't see it" }
                    input #alt name="alt" type="text" value=(item.alt) aria-describedby="alt-help";
                    p.soft #alt-help { "It goes into the line below. Posts that show the picture already keep what they say." }
                }
                label for="name" { "Name in the library" }
                input #name name="name" type="text" value=(item.name);
                p.actions { button.main type="submit" name="do" value="describe" { "Save" } }
            }
            label for="markdown" { "For a post" }
            input #markdown type="text" readonly value=(item.markdown());
            h2 { "Used in" }
            @if uses.is_empty() {
                p { "Nothing uses it." }
                details {
                    summary { "Delete" }
                    form method="post" action=(action) {
                        (token(session))
                        p { "The file and its narrower copies are gone for good." }
                        p.actions { button type="submit" name="do" value="delete" { "Delete for good" } }
                    }
                }
            } @else {
                ul.rows {
                    @for found in *uses {
                        li { a href=(links.to(&found.path)) { (found.label) } " " span.soft { (found.what) } }
                    }
                }
                @if !sheet.is_all { p { "And maybe more." } }
                p.soft { "It can be deleted once nothing uses it." }
            }
        },
    )
}

/// What a script is told about an upload; `upload` has the fields.
pub fn json(links: &Links, kept: &[Item], refused: &[Refusal]) -> String {
    let mut json = Json::with_capacity(1024);
    json.object(|json| {
        json.name("kept").array(|array| {
            for item in kept {
                array.object(|json| {
                    json.number("id", usize::try_from(item.id).unwrap_or(0));
                    json.field("name", item.label());
                    json.field("address", &item.address());
                    json.field("src", &links.to(&url::encode(&item.address())));
                    json.field("thumbnail", &links.to(&url::encode(&item.thumbnail())));
                    json.field("page", &links.to(&url::in_library(item.id)));
                    json.field("markdown", &item.markdown());
                    json.number("width", item.width as usize);
                    json.number("height", item.height as usize);
                    json.number("bytes", usize::try_from(item.bytes).unwrap_or(0));
                });
            }
        });
        json.name("refused").array(|array| {
            for (name, why) in refused {
                array.object(|json| {
                    json.field("name", name);
                    json.field("why", why);
                });
            }
        });
    });
    json.finish()
}

/// What a script is told where the whole request was refused.
pub fn failure(why: &str) -> String {
    let mut json = Json::with_capacity(256);
    json.object(|json| json.field("error", why));
    json.finish()
}
