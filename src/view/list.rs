//! Lists of posts: their headings, and the way to what is older and newer.

use maud::{Markup, Render, html};

use super::MAIN;
use crate::listing::{Item, Order, Slice};
use crate::site::Site;
use crate::url;

/// Posts under the days they are from, each day linked to its own page.
pub struct ByDay<'a>(pub &'a Site, pub &'a [Item]);

impl Render for ByDay<'_> {
    fn render_to(&self, page: &mut String) {
        let ByDay(site, items) = *self;
        page.push_str("<div class=\"by-day\">");
        for day in items.chunk_by(|one, next| one.date == next.date) {
            heading(site, &url::day(day[0].date), &day[0].date.long()).render_to(page);
            Posts(day).render_to(page);
        }
        page.push_str("</div>");
    }
}

/// Posts under the years they are from.
pub struct ByYear<'a>(pub &'a Site, pub &'a [Item]);

impl Render for ByYear<'_> {
    fn render_to(&self, page: &mut String) {
        let ByYear(site, items) = *self;
        for year in items.chunk_by(|one, next| one.date.year() == next.date.year()) {
            let number = year[0].date.year();
            heading(site, &url::year(number), &number.to_string()).render_to(page);
            Posts(year).render_to(page);
        }
    }
}

/// Room for posts without headings: `shell_of` puts them there, as they are, for they are
/// most of the page, and each copy of it would touch as much memory anew.
pub struct Posts<'a>(pub &'a [Item]);

impl Render for Posts<'_> {
    fn render_to(&self, page: &mut String) {
        page.extend(self.0.iter().map(|_| MAIN));
    }
}

fn heading(site: &Site, path: &str, name: &str) -> Markup {
    html! { h2.day { a href=(site.links.to(path)) { (name) } } }
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
    // Most blogs lie behind 1970 whole. One that does not is cut where dates
    // begin, in the year 1000; the first hours of 1970 may be 1969 in UTC.
    let beginning = match site.years().next() {
        Some(..=1970) => -30_610_310_400_000_000,
        _ => 0,
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
                        @if slice.older { a href=(link("after", beginning)) { "Oldest" } }
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
