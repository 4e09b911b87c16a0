//! Comments: the newest of all posts, what stands below one on its page, and feeds.
//! The form, a page of comments and a single one are as in the guestbook.

use maud::html;

use super::guestbook::{Feed, STYLE, said, written};
use super::{Head, count, shell};
use crate::comment::{OWNER, Subject};
use crate::guestbook::{Message, Thread};
use crate::site::Site;
use crate::url::{self, Links};

/// The newest comments, each with the post it is on.
pub fn all(site: &Site, comments: &[(Subject, Message)]) -> super::Page {
    let head = Head {
        title: "Comments",
        path: url::COMMENTS,
        bare: true,
        style: STYLE,
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            h1 { "Comments" }
            @if comments.is_empty() { p.aside { "Nobody has commented yet." } }
            div.said {
                @for (subject, comment) in comments {
                    p { "On " a href=(site.links.to(&subject.post.path)) { (subject.post.label) } }
                    (said(site, comment))
                }
            }
            p.aside {
                a href=(site.links.to(url::COMMENTS_FEED)) type="application/atom+xml" { "Follow all comments by feed" }
            }
        },
    )
}

/// What a post shows of its comments. This is stored.
pub fn below(site: &Site, thread: &Thread) -> String {
    if thread.newest.is_empty() {
        return String::new();
    }
    let site = Site {
        links: Links::marked(),
        author: OWNER.into(),
        ..site.clone()
    };
    let path = url::comments(thread.post);
    let more = usize::try_from(thread.comments).is_ok_and(|all| all > thread.newest.len());
    let markup = html! {
        h2 { (count(thread.comments, "comment", "comments")) }
        @if more {
            p.aside { a href=(site.links.to(&path)) { "All of them" } ", or the last " (thread.newest.len()) ":" }
        }
        div.said { @for comment in &thread.newest { (said(&site, comment)) } }
    };
    markup.into_string()
}

/// The newest comments as Atom (RFC 4287): on one post, or on all.
pub fn atom(site: &Site, on: Option<&Subject>, comments: &[(Subject, Message)]) -> String {
    let entries = comments.iter().map(|(subject, comment)| {
        let title = format!("{} on {}", comment.name, subject.post.label);
        (title, comment)
    });
    let entries: Vec<_> = entries.collect();
    match on {
        Some(on) => {
            let feed = Feed {
                title: &format!("{}: comments on {}", site.title, on.post.label),
                id: &format!("comments:{}", on.id),
                path: &url::comments(on.id),
                own_path: &url::comments_feed(on.id),
            };
            written(site, &feed, &entries)
        }
        None => {
            let feed = Feed {
                title: &format!("{}: comments", site.title),
                id: "comments",
                path: url::COMMENTS,
                own_path: url::COMMENTS_FEED,
            };
            written(site, &feed, &entries)
        }
    }
}
