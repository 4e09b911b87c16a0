//! A year, a month, a day.

use maud::{Markup, html};

use super::list::{self, ByDay, Posts};
use super::{Head, count, shell, shell_of};
use crate::archive::{Counts, Page, Period, weeks};
use crate::date::{Date, SHORT_WEEKDAYS, month_name};
use crate::feed::Scope;
use crate::listing::{Mention, Order, Slice};
use crate::site::Site;
use crate::url;

/// What an archive page shows.
pub fn page(site: &Site, page: Page) -> super::Page {
    match page {
        Page::Year { year, months } => of_year(site, year, &months),
        Page::Month {
            year,
            month,
            counts,
            days,
            slice,
            around,
        } => {
            let title = format!("{} {year}", month_name(month));
            let calendar = calendar(site, year, month, &days);
            posts(
                site,
                Period::Month(year, month),
                &title,
                &counts,
                slice,
                around,
                &calendar,
            )
        }
        Page::Day {
            date,
            counts,
            slice,
            around,
        } => posts(
            site,
            Period::Day(date),
            &date.long(),
            &counts,
            slice,
            around,
            &html! {},
        ),
    }
}

fn of_year(site: &Site, year: u16, months: &[(Counts, Vec<Mention>)]) -> super::Page {
    let (title, path) = (format!("{year}"), url::year(year));
    let head = Head {
        title: &title,
        path: &path,
        list: Some(&Scope::Period(Period::Year(year))),
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            h1 { (year) }
            @for (counts, entries) in months {
                @let month = url::month(year, counts.month());
                h2 { a href=(site.links.to(&month)) { (month_name(counts.month())) } }
                p.aside { (kinds(counts)) }
                ul.entries {
                    @for entry in entries {
                        li {
                            time datetime=(entry.date.iso()) { (crate::date::ordinal(entry.date.day())) }
                            a href=(site.links.to(&entry.path)) { (entry.label) }
                        }
                    }
                    @let rest = counts.of_kind[0] - i64::try_from(entries.len()).unwrap_or(0);
                    @if rest > 0 {
                        li { a href=(site.links.to(&month)) { "and " (count(rest, "entry", "entries")) " more" } }
                    }
                }
            }
        },
    )
}

fn posts(
    site: &Site,
    period: Period,
    title: &str,
    counts: &Counts,
    slice: Slice,
    around: [Option<Period>; 2],
    calendar: &Markup,
) -> super::Page {
    let path = period.path();
    let head = Head {
        title,
        path: &path,
        part: slice.older,
        list: Some(&Scope::Period(period)),
        ..Head::default()
    };
    let links = &site.links;
    let [before, after] = around;
    let main = html! {
        h1 { (title) }
        p.aside {
            (kinds(counts)) " in "
            @match period {
                Period::Day(date) => {
                    a href=(links.to(&url::month(date.year(), date.month()))) { (month_name(date.month())) }
                    " " a href=(links.to(&url::year(date.year()))) { (date.year()) }
                }
                Period::Month(year, _) | Period::Year(year) => a href=(links.to(&url::year(year))) { (year) },
            }
        }
        (calendar)
        div.h-feed {
            @match period {
                Period::Day(_) => div.by-day { h2.hidden { "Posts" } (Posts(&slice.items)) },
                _ => (ByDay(site, &slice.items)),
            }
        }
        (list::pager(site, &path, &slice, Order::OldestFirst))
        @if before.is_some() || after.is_some() {
            nav.around aria-label="Neighbours" {
                @if let Some(period) = before {
                    a href=(links.to(&period.path())) { small { "Before" } (name(period)) }
                }
                @if let Some(period) = after {
                    a href=(links.to(&period.path())) { small { "After" } (name(period)) }
                }
            }
        }
    };
    shell_of(site, &head, main, slice.items)
}

fn name(period: Period) -> String {
    match period {
        Period::Year(year) => year.to_string(),
        Period::Month(year, month) => format!("{} {year}", month_name(month)),
        Period::Day(date) => date.medium(),
    }
}

/// "12 entries, 1 link"
fn kinds(counts: &Counts) -> String {
    let named = counts
        .kinds()
        .map(|(kind, posts)| count(posts, kind.name(), kind.plural()));
    named.collect::<Vec<_>>().join(", ")
}

fn calendar(site: &Site, year: u16, month: u8, days: &[Counts]) -> Markup {
    let day = |day: u8| Date::new(year, month, day);
    let found = |date: Date| days.iter().find(|counts| counts.number == date.number());
    html! {
        table.month {
            caption.hidden { "Days with posts in " (month_name(month)) " " (year) }
            thead { tr {
                @for name in SHORT_WEEKDAYS { th scope="col" { (name) } }
            } }
            tbody {
                @for week in weeks(year, month) {
                    tr {
                        @for number in week {
                            td {
                                @match day(number) {
                                    Some(date) => @match found(date) {
                                        Some(counts) => a href=(site.links.to(&url::day(date))) title=(kinds(counts)) { (number) },
                                        None => (number),
                                    },
                                    None => {}
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
