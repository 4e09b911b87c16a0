//! Posts that were found, and what is done to many of them.

use maud::{Markup, html};

use super::{About, choice, line, note};
use crate::house::Typed;
use crate::house::many::Plan;
use crate::pick::{Found, Pick};
use crate::post::Kind;
use crate::session::Session;
use crate::url;
use crate::view::admin::{shell, token};
use crate::view::{Page, count, thousands};

/// What the list shows.
pub struct Sheet<'a> {
    /// What was looked for.
    pub pick: &'a Pick,
    /// The posts of this page.
    pub found: &'a [Found],
    /// How many there are on all pages.
    pub all: i64,
    /// Where the next page begins.
    pub older: Option<i64>,
    /// Whether this is the first page.
    pub from_start: bool,
    /// Whether every text was looked at, for there is no index of words.
    pub by_letters: bool,
    /// The field for the tag.
    pub name: &'a Typed,
}

/// How far it has come.
pub struct Done {
    /// Where the rest begins.
    pub place: i64,
    /// How many posts were looked at.
    pub seen: i64,
    /// How many had something to change.
    pub changed: i64,
    /// How many there were to look at.
    pub all: i64,
    /// The posts that were changed, where they are few enough to be named.
    pub undo: Vec<i64>,
}

/// The list.
pub fn page(session: &Session, sheet: &Sheet<'_>) -> Page {
    let here = session.site.links.to(url::MANY);
    shell(
        session,
        "Tag many posts",
        url::HOUSE_TAGS,
        html! {
            h1 { "Tag many posts" }
            (find(sheet.pick, &here))
            @if sheet.by_letters {
                (note("There is no index of words just now, so these letters were looked for in every post: \
                       mayfly rebuild --search makes it anew."))
            }
            @if sheet.found.is_empty() {
                p { "No post is like that." }
            } @else {
                p role="status" { (count(sheet.all, "post", "posts")) " found." }
                form method="post" action=(here) {
                    (token(session))
                    (kept(sheet.pick))
                    ul.rows {
                        @for post in sheet.found { (row(session, post)) }
                    }
                    @if !sheet.from_start || sheet.older.is_some() {
                        p.actions {
                            @if !sheet.from_start { a href={ (here) (sheet.pick.query(("", ""))) } { "Newest" } }
                            @if let Some(place) = sheet.older {
                                a href={ (here) (sheet.pick.query(("before", &place.to_string()))) } { "Older \u{2192}" }
                            }
                        }
                    }
                    h2 { "Tag the ticked posts" }
                    label.tick {
                        input #all type="checkbox" name="all" value="1";
                        "All " (thousands(sheet.all)) " that were found, on every page of the list"
                    }
                    @let hint = "You are told first how many posts change.";
                    (line(About { name: "name", label: "Tag", hint }, sheet.name, "text"))
                    p.actions {
                        button type="submit" name="do" value="add" { "Add it" }
                        button type="submit" name="do" value="remove" { "Take it away" }
                    }
                }
            }
        },
    )
}

fn find(pick: &Pick, here: &str) -> Markup {
    let [words, tag, kind, year] = pick.typed().map(Typed::well);
    let about = |name, label| About {
        name,
        label,
        hint: "",
    };
    let mut kinds = vec![("", "Any")];
    kinds.extend(Kind::DATED.map(|kind| (kind.name(), kind.name())));
    html! {
        form.find action=(here) role="search" {
            (line(about("q", "Words"), &words, "search"))
            div.beside.three {
                (line(about("tag", "Tag"), &tag, "text"))
                (choice(about("kind", "Kind"), &kind, &kinds))
                (line(about("year", "Year"), &year, "text"))
            }
            p.actions { button type="submit" { "Find" } }
        }
    }
}

fn row(session: &Session, post: &Found) -> Markup {
    let id = format!("post-{}", post.id);
    html! {
        li {
            label.tick {
                input type="checkbox" id=(id) name=(id) value="1";
                (post.label)
            }
            span.soft {
                a href=(session.site.links.to(&post.path)) { (post.date.medium()) }
                ", " (post.kind.name())
                @for tag in post.tags.split_ascii_whitespace() { " \u{b7} " (tag) }
            }
        }
    }
}

/// The question before posts change.
pub fn asked(session: &Session, pick: &Pick, plan: &Plan, all: i64, changing: Option<i64>) -> Page {
    let title = match plan.add {
        true => format!("Add \u{201c}{}\u{201d}?", plan.tag),
        false => format!("Take \u{201c}{}\u{201d} away?", plan.tag),
    };
    let start = Done {
        place: i64::MAX,
        seen: 0,
        changed: 0,
        all,
        undo: Vec::new(),
    };
    let rest = match (plan.add, changing.map(|changing| all - changing)) {
        (_, None | Some(0)) => "",
        (true, Some(1)) => "; the other has it already",
        (true, Some(_)) => "; the others have it already",
        (false, Some(1)) => "; the other does not have it",
        (false, Some(_)) => "; the others do not have it",
    };
    shell(
        session,
        &title,
        url::HOUSE_TAGS,
        html! {
            h1 { (title) }
            p {
                @match changing {
                    Some(changing) => {
                        (thousands(changing)) " of " (count(all, "post", "posts"))
                        @if changing == 1 { " changes" } @else { " change" } (rest) "."
                    }
                    None => { (count(all, "post is", "posts are")) " looked at; those that need no change stay as they are." }
                }
            }
            (go(session, pick, plan, &start, if plan.add { "Add it" } else { "Take it away" }))
        },
    )
}

/// How far it has come, where it takes long.
pub fn under_way(session: &Session, pick: &Pick, plan: &Plan, done: &Done) -> Page {
    let all = done.all.max(done.seen);
    shell(
        session,
        "Under way",
        url::HOUSE_TAGS,
        html! {
            h1 { "Under way" }
            p role="status" {
                (thousands(done.seen)) " of " (count(all, "post", "posts")) " are done, "
                (thousands(done.changed)) " of them changed. "
                progress value=(done.seen) max=(all) aria-label="Posts that are done" {}
            }
            p { "The blog can be read meanwhile. Stop here, and what is changed stays changed." }
            (go(session, pick, plan, done, "Go on"))
        },
    )
}

/// What was done, and how to undo it.
pub fn done(session: &Session, pick: &Pick, plan: &Plan, done: &Done) -> Page {
    let links = &session.site.links;
    let back = Plan {
        add: !plan.add,
        tag: plan.tag.clone(),
        ticked: done.undo.clone(),
    };
    let start = Done {
        place: i64::MAX,
        seen: 0,
        changed: 0,
        all: done.changed,
        undo: Vec::new(),
    };
    shell(
        session,
        "Done",
        url::HOUSE_TAGS,
        html! {
            h1 { "Done" }
            p role="status" {
                (count(done.changed, "post has", "posts have"))
                @if plan.add { " got the tag " } @else { " lost the tag " }
                "\u{201c}" (plan.tag) "\u{201d}."
            }
            @if !done.undo.is_empty() {
                (go(session, pick, &back, &start, "Undo"))
            } @else if plan.add && done.changed > 0 {
                p {
                    "To undo it, find the same posts and take the tag away. If no other post had it, "
                    a href=(links.to(&url::house_tag(&plan.tag))) { "delete the tag" } "."
                }
            } @else if done.changed > 0 {
                p { "To undo it, find the same posts and add the tag again." }
            }
            p { a href={ (links.to(url::MANY)) (pick.query(("", ""))) } { "Back to the posts" } }
        },
    )
}

/// The form that does it, or goes on with it.
fn go(session: &Session, pick: &Pick, plan: &Plan, done: &Done, name: &str) -> Markup {
    html! {
        form method="post" action=(session.site.links.to(url::MANY)) {
            (token(session))
            (kept(pick))
            input type="hidden" name="name" value=(plan.tag);
            @if plan.ticked.is_empty() { input type="hidden" name="all" value="1"; }
            @for id in &plan.ticked { input type="hidden" name={ "post-" (id) } value="1"; }
            @for (name, value) in [("place", done.place), ("seen", done.seen), ("changed", done.changed), ("of", done.all)] {
                input type="hidden" name=(name) value=(value);
            }
            input type="hidden" name="sure" value="1";
            p.actions { button.main type="submit" name="do" value=(plan.verb()) { (name) } }
        }
    }
}

/// What the posts were found by, for the form that is sent.
fn kept(pick: &Pick) -> Markup {
    html! {
        @for (name, value) in Pick::FIELDS.into_iter().zip(pick.typed()) {
            input type="hidden" name=(name) value=(value);
        }
    }
}
