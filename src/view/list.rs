//! Lists of posts: their headings, and the way to what is older and newer.

use maud::{Markup, html};

use super::Stored;
use crate::listing::{Cut, Item, Order, Slice};
use crate::site::Site;
use crate::url;

/// Posts under the days they are from, each day linked to its own page.
pub fn by_day(site: &Site, items: &[Item]) -> Markup {
    html! {
        div.by-day {
            @for day in items.chunk_by(|one, next| one.date == next.date) {
                h2.day { a href=(site.links.to(&url::day(day[0].date))) { (day[0].date.long()) } }
                (posts(site, day))
            }
        }
    }
}

/// Posts under the years they are from.
pub fn by_year(site: &Site, items: &[Item]) -> Markup {
    html! {
        @for year in items.chunk_by(|one, next| one.date.year() == next.date.year()) {
            h2.day { a href=(site.links.to(&url::year(year[0].date.year()))) { (year[0].date.year()) } }
            (posts(site, year))
        }
    }
}

/// Posts without headings.
pub fn posts(site: &Site, items: &[Item]) -> Markup {
    html! { @for item in items { (Stored(&site.links, &item.html)) } }
}

/// Links to the parts of the list around this one and to its far end. Moments
/// and not numbers name them, so each costs the same and stays what it is.
pub fn pager(site: &Site, path: &str, slice: &Slice, order: Order) -> Markup {
    let link =
        |parameter: &str, moment: i64| format!("{}?{parameter}={moment}", site.links.to(path));
    let (Some(first), Some(last)) = (slice.items.first(), slice.items.last()) else {
        return html! {};
    };
    let (newest, oldest) = match order {
        Order::NewestFirst => (first.moment, last.moment),
        Order::OldestFirst => (last.moment, first.moment),
    };
    let newer = slice.newer.then(|| link("after", newest));
    let older = slice.older.then(|| link("before", oldest));
    html! {
        @if slice.newer || slice.older {
            nav.pager aria-label="More posts" {
                @match order {
                    Order::NewestFirst => {
                        @if let Some(newer) = newer { a href=(newer) rel="prev" { "\u{2190} Newer" } }
                        @if slice.newer { a href=(site.links.to(path)) { "Newest" } }
                        @if slice.older { a href=(link("after", 0)) { "Oldest" } }
                        @if let Some(older) = older { a href=(older) rel="next" { "Older \u{2192}" } }
                    }
                    Order::OldestFirst => {
                        @if let Some(older) = older { a href=(older) rel="prev" { "\u{2190} Earlier" } }
                        @if let Some(newer) = newer { a href=(newer) rel="next" { "Later \u{2192}" } }
                    }
                }
            }
        }
    }
}

/// The canonical path of a part of a list: only its beginning has the bare one.
pub fn is_part(cut: Cut) -> bool {
    cut != Cut::Start
}
