//! The home page.

use maud::{Markup, html};

use super::{Head, list, shell};
use crate::listing::{Cut, Order, Slice};
use crate::site::Site;

/// The newest posts, under their days.
pub fn page(site: &Site, cut: Cut, slice: &Slice) -> Markup {
    let head = Head {
        title: if list::is_part(cut) {
            "Older posts"
        } else {
            ""
        },
        path: "/",
        part: list::is_part(cut),
        ..Head::default()
    };
    shell(
        site,
        &head,
        &html! {
            div.h-feed {
                h1.hidden.p-name { (site.title) }
                (list::by_day(site, &slice.items))
            }
            @if slice.items.is_empty() { p.note { "Nothing has been published here yet." } }
            (list::pager(site, "/", slice, Order::NewestFirst))
        },
    )
}
