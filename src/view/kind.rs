//! The posts of one kind.

use maud::html;

use super::list::{self, ByYear};
use super::{Head, shell_of};
use crate::feed::Scope;
use crate::kind::Page;
use crate::listing::{Order, Slice};
use crate::post::Kind;
use crate::site::Site;
use crate::url;

/// What the address of a kind shows.
pub fn page(site: &Site, page: Page) -> super::Page {
    match page {
        Page::Static(page) => super::page::page(site, &page),
        Page::Posts(kind, slice) => posts(site, kind, slice),
    }
}

fn posts(site: &Site, kind: Kind, slice: Slice) -> super::Page {
    let path = url::kind(kind);
    let head = Head {
        title: kind.title(),
        path: &path,
        part: slice.newer,
        list: Some(&Scope::Kind(kind)),
        ..Head::default()
    };
    let main = html! {
        div.h-feed {
            h1.p-name { (kind.title()) }
            @if slice.items.is_empty() { p.aside { "No " (kind.plural()) " have been published here yet." } }
            (ByYear(site, &slice.items))
        }
        (list::pager(site, &path, &slice, Order::NewestFirst))
    };
    shell_of(site, &head, main, slice.items)
}
