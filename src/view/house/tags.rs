//! The tags, one tag, and what is asked before posts change theirs.

use maud::{Markup, html};

use super::{About, area, line, note};
use crate::house::Typed;
use crate::house::tags::{Listed, Plan};
use crate::session::Session;
use crate::url;
use crate::view::admin::{shell, token};
use crate::view::{Page, count, thousands};

/// From how many posts on the page says how long changing them takes.
const MANY: i64 = 2_000;

/// How many posts are changed in a second, on a machine of two small cores.
const A_SECOND: i64 = 1_000;

/// All tags, or those that were looked for. `into` is what several are to be merged
/// into.
pub fn all(
    session: &Session,
    (letters, after): (&str, &str),
    tags: &[Listed],
    more: bool,
    into: &Typed,
    news: &str,
) -> Page {
    let here = session.site.links.to(url::HOUSE_TAGS);
    shell(
        session,
        "Tags",
        url::HOUSE_TAGS,
        html! {
            h1 { "Tags" }
            p {
                "A tag\u{2019}s name, description and posts. "
                a href=(session.site.links.to(url::MANY)) { "Give a tag to many posts at once" }
            }
            @if news == "deleted" { (note("Deleted. The tag\u{2019}s address says that it is gone.")) }
            form.find action=(here) role="search" {
                label for="q" { "Find tags" }
                div.row {
                    input #q type="search" name="q" value=(letters);
                    button type="submit" { "Find" }
                }
            }
            @if tags.is_empty() {
                p { @if letters.is_empty() { "No post has a tag yet." } @else { "No tag has these letters in it." } }
            } @else {
                form method="post" action=(here) {
                    (token(session))
                    ul.rows {
                        @for tag in tags {
                            @let id = format!("tag-{}", tag.name);
                            li.row {
                                label.tick {
                                    input type="checkbox" id=(id) name=(id) value="1";
                                    (tag.name)
                                }
                                span.soft {
                                    (count(tag.posts, "post", "posts"))
                                    @if tag.described { ", described" }
                                }
                                a href=(session.site.links.to(&url::house_tag(&tag.name)))
                                    aria-label={ "Change " (tag.name) } { "Change" }
                            }
                        }
                    }
                    @if more || !after.is_empty() {
                        p.actions {
                            @if !after.is_empty() { a href={ (here) (url::search(&[("q", letters)])) } { "From the beginning" } }
                            @if let (true, Some(last)) = (more, tags.last()) {
                                a href={ (here) (url::search(&[("q", letters), ("after", &last.name)])) } { "More tags" }
                            }
                        }
                    }
                    h2 { "Merge the ticked tags" }
                    @let hint = "Another of your tags, or a new name. The ticked tags\u{2019} addresses lead there.";
                    (line(About { name: "to", label: "Into", hint }, into, "text"))
                    p.actions { button type="submit" name="do" value="merge" { "Merge" } }
                }
            }
        },
    )
}

/// One tag.
pub fn one(
    session: &Session,
    (name, posts): (&str, i64),
    to: &Typed,
    description: &Typed,
    news: &str,
) -> Page {
    let links = &session.site.links;
    let here = links.to(&url::house_tag(name));
    shell(
        session,
        &format!("Tag {name}"),
        url::HOUSE_TAGS,
        html! {
            h1 { "Tag \u{201c}" (name) "\u{201d}" }
            @match news {
                "described" => (note("Saved. The description is on the tag\u{2019}s page.")),
                "renamed" => (note("Done. The old address leads here, and so do its feeds.")),
                _ => {}
            }
            p {
                @if posts > 0 { a href=(links.to(&url::tag(name))) { (count(posts, "post", "posts")) } }
                @else { "No post has it." }
                " \u{b7} "
                a href=(links.to(url::HOUSE_TAGS)) { "All tags" }
            }
            form method="post" action=(here) {
                (token(session))
                @let hint = "Markdown, shown above the tag\u{2019}s posts.";
                (area(About { name: "description", label: "Description", hint }, description, 5))
                p.actions { button.main type="submit" name="do" value="describe" { "Save description" } }
            }
            form method="post" action=(here) {
                (token(session))
                h2 { "Another name" }
                @let hint = "The old address leads to the new one. If there is such a tag already, you are asked \
                             whether to merge the two.";
                (line(About { name: "to", label: "Name", hint }, to, "text"))
                (takes(posts))
                p.actions { button type="submit" name="do" value="rename" { "Rename" } }
            }
            form method="post" action=(here) {
                (token(session))
                h2 { "Delete" }
                p { "Takes the tag from its posts. The posts stay. You are asked first." }
                p.actions { button type="submit" name="do" value="delete" { "Delete tag" } }
            }
        },
    )
}

/// What is to be done to tags, and how far it has come.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// What is to be done.
    pub plan: &'a Plan,
    /// Where the answer is sent.
    pub path: &'a str,
    /// How many taggings are to be changed yet.
    pub left: i64,
    /// How many posts have the tag that stays.
    pub there: i64,
    /// How many there were to change in the beginning.
    pub all: i64,
}

/// The question before something that can't be undone.
pub fn asked(session: &Session, asked: &Asked<'_>) -> Page {
    let names = names(&asked.plan.from);
    let title = match &asked.plan.to {
        Some(to) => format!("Merge {names} into {to}?"),
        None => format!("Delete {names}?"),
    };
    shell(
        session,
        &title,
        url::HOUSE_TAGS,
        html! {
            h1 { (title) }
            @match &asked.plan.to {
                Some(to) => {
                    p {
                        "\u{201c}" (to) "\u{201d} " @if asked.there > 0 { "has " (count(asked.there, "post", "posts")) " now" }
                        @else { "is new" } ". "
                        @if asked.plan.from.len() > 1 { "Up to " }
                        (count(asked.left, "post", "posts")) " will have it instead, and the old addresses will lead there."
                    }
                    p { "Afterwards nothing tells which posts had which: it can\u{2019}t be undone." }
                }
                None => {
                    p {
                        (count(asked.left, "post loses", "posts lose")) " the tag; its address will say that it is "
                        "gone. It can\u{2019}t be undone."
                    }
                }
            }
            (takes(asked.left))
            (go(session, asked, match asked.plan.to { Some(_) => "Merge", None => "Delete" }))
        },
    )
}

/// How far it has come. What is done stays done, whether somebody goes on or not.
pub fn under_way(session: &Session, asked: &Asked<'_>) -> Page {
    let done = asked.all - asked.left;
    shell(
        session,
        "Under way",
        url::HOUSE_TAGS,
        html! {
            h1 { "Under way" }
            p role="status" {
                (thousands(done)) " of " (count(asked.all, "post", "posts")) " are changed. "
                progress value=(done) max=(asked.all) aria-label="Posts that are changed" {}
            }
            p { "Whoever reads the blog sees each post before or after, and nothing broken. Stop here, and those stay \
                 changed; begin again, and it goes on with the rest." }
            (go(session, asked, "Go on"))
        },
    )
}

fn go(session: &Session, asked: &Asked<'_>, name: &str) -> Markup {
    let links = &session.site.links;
    let what = match (&asked.plan.to, asked.path == url::HOUSE_TAGS) {
        (None, _) => "delete",
        (Some(_), true) => "merge",
        (Some(_), false) => "rename",
    };
    html! {
        form method="post" action=(links.to(asked.path)) {
            (token(session))
            input type="hidden" name="from" value=(asked.plan.from.join(" "));
            @if let Some(to) = &asked.plan.to { input type="hidden" name="to" value=(to); }
            input type="hidden" name="all" value=(asked.all);
            input type="hidden" name="sure" value="1";
            p.actions {
                button.main type="submit" name="do" value=(what) { (name) }
                a href=(links.to(url::HOUSE_TAGS)) { "All tags" }
            }
        }
    }
}

fn takes(posts: i64) -> Markup {
    html! {
        @if posts > MANY {
            p.soft {
                "That takes about " (count(posts / A_SECOND, "second", "seconds")) ", some hundred posts at a time. \
                 The blog can be read meanwhile."
            }
        }
    }
}

fn names(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
