//! A static page.

use maud::html;

use super::post::twins;
use super::{Head, Stored, shell};
use crate::page::Page;
use crate::site::Site;

/// The page, without a date: it says what holds now.
pub fn page(site: &Site, page: &Page) -> super::Page {
    let head = Head {
        title: &page.title,
        path: &page.path,
        description: &page.summary,
        article: true,
        card: Some(twins(&site.links, &page.path)),
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            article.h-entry.full.page {
                header { h1.p-name { (page.title) } }
                div.e-content { (Stored(&site.links, &page.html)) }
            }
        },
    )
}
