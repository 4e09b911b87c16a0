//! The home page.

use maud::html;

use super::list::{self, ByDay};
use super::{Head, Page, card, shell_of};
use crate::feed::Scope;
use crate::listing::{Cut, Order, Slice};
use crate::site::Site;

/// The newest posts, under their days.
pub fn page(site: &Site, cut: Cut, slice: Slice) -> Page {
    let head = Head {
        title: if cut != Cut::Start { "Older posts" } else { "" },
        path: "/",
        part: cut != Cut::Start,
        list: Some(&Scope::All),
        searches: true,
        card: (cut == Cut::Start).then(|| card::blog(site)),
        ..Head::default()
    };
    let main = html! {
        div.h-feed {
            h1.hidden.p-name { (site.title) }
            (ByDay(site, &slice.items))
        }
        @if slice.items.is_empty() { p.aside { "Nothing has been published here yet." } }
        (list::pager(site, "/", &slice, Order::NewestFirst))
    };
    shell_of(site, &head, main, slice.items)
}
