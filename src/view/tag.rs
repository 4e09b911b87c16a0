//! All tags, and the posts of one or several.

use maud::html;

use super::list::{self, ByYear};
use super::{Head, Stored, count, shell, shell_of, thousands};
use crate::feed::Scope;
use crate::listing::Order;
use crate::site::Site;
use crate::tag::{Page, Tag, Tagged};
use crate::url;

/// What the address of a tag page shows.
pub fn page(site: &Site, page: Page) -> super::Page {
    match page {
        Page::All(tags) => all(site, &tags),
        Page::Tagged(tagged) => posts(site, tagged),
    }
}

fn all(site: &Site, tags: &[Tag]) -> super::Page {
    let head = Head {
        title: "Tags",
        path: url::TAGS,
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            h1 { "Tags" }
            @if tags.is_empty() { p.aside { "No post has a tag yet." } }
            @else {
                ul.cloud {
                    @for tag in tags {
                        li { a href=(site.links.to(&url::tag(&tag.name))) { (tag.name) } " " span { (thousands(tag.posts)) } }
                    }
                }
            }
        },
    )
}

fn posts(site: &Site, page: Tagged) -> super::Page {
    let quoted: Vec<String> = page
        .names
        .iter()
        .map(|name| format!("\u{201c}{name}\u{201d}"))
        .collect();
    let quoted = match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    };
    let title = format!("{} tagged {quoted}", count(page.posts, "post", "posts"));
    let names = page.names.join("+");
    let path = url::tag(&names);
    let head = Head {
        title: &title,
        path: &path,
        part: page.slice.newer,
        list: Some(&Scope::Tagged(page.names.clone())),
        ..Head::default()
    };
    let main = html! {
        div.h-feed {
            h1.p-name { (title) }
            @if !page.description.is_empty() { (Stored(&site.links, &page.description)) }
            @if !page.related.is_empty() {
                p.aside {
                    "Related: "
                    @for (index, tag) in page.related.iter().enumerate() {
                        @if index > 0 { "\u{a0}\u{b7} " }
                        a href=(site.links.to(&url::tag(&tag.name))) { (tag.name) }
                        " "
                        a.count href=(site.links.to(&both(&names, &tag.name)))
                          title={ "Posts that have both tags" } { "+" (thousands(tag.posts)) }
                    }
                }
            }
            (ByYear(site, &page.slice.items))
        }
        (list::pager(site, &path, &page.slice, Order::NewestFirst))
    };
    shell_of(site, &head, main, page.slice.items)
}

fn both(name: &str, other: &str) -> String {
    match name < other {
        true => url::tag(&format!("{name}+{other}")),
        false => url::tag(&format!("{other}+{name}")),
    }
}
