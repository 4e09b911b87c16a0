//! What strangers wrote, before its owner: as it was typed, nothing in it a link,
//! with the reason why it is where it is.

use maud::{Markup, html};

use super::admin::{shell, token};
use super::{Page, count};
use crate::comment::{Choice, Subject};
use crate::guestbook::form::MAX_TEXT;
use crate::guestbook::{Decision, Listed, Publish, Settings, State, Thread};
use crate::listing::Mention;
use crate::session::Session;
use crate::url;

/// What can be done with a message, by the name of its button.
pub const DECISIONS: [(&str, State); 3] = [
    ("approve", State::Published),
    ("reject", State::Rejected),
    ("hold", State::Waiting),
];

/// A message with when it was written and answered, by the blog's clock.
pub struct Row {
    /// The message.
    pub listed: Listed,
    /// When it was written.
    pub written: String,
    /// When its owner replied.
    pub replied: String,
    /// The post it is on, unless it is in the guestbook.
    pub on: Option<Mention>,
}

/// A page of a list.
pub struct List {
    /// Which.
    pub state: State,
    /// Its messages, newest first.
    pub rows: Vec<Row>,
    /// Whether there are older ones.
    pub older: bool,
    /// Whether it is the first page.
    pub first: bool,
    /// How many messages wait.
    pub waiting: i64,
    /// What was decided last, and when by the blog's clock.
    pub last: Option<(Decision, String)>,
    /// What kept the last mail from being sent, or empty.
    pub unsent: String,
}

/// A list, with a box and buttons for each message and for many.
pub fn list(session: &Session, list: &List) -> Page {
    let here = url::moderation(list.state.name());
    let title = title(list.state);
    around(
        session,
        title,
        &here,
        Some(list.waiting),
        html! {
            (unsent(&list.unsent))
            @if let Some((last, when)) = &list.last { (undo(session, &here, last, when)) }
            @if list.rows.is_empty() { p { (nothing(list.state)) } }
            @else {
                form method="post" action=(session.site.links.to(&here)) {
                    (token(session))
                    ul.rows.said {
                        @for row in &list.rows { (said(session, row, true)) }
                    }
                    @if list.rows.len() > 1 {
                        div.actions.many {
                            @for (name, _) in offered(list.state) {
                                button type="submit" name="do" value={ (name) "-ticked" } { (verb(name)) " ticked" }
                            }
                            @for (name, _) in offered(list.state) {
                                button type="submit" name="do" value={ (name) "-all" } {
                                    (verb(name)) " all " (list.rows.len()) " on this page"
                                }
                            }
                        }
                    }
                }
            }
            @if list.older || !list.first {
                nav.actions aria-label="More messages" {
                    @if !list.first { a href=(session.site.links.to(&here)) { "Newest" } }
                    @if let Some(last) = list.rows.last().filter(|_| list.older) {
                        a href={ (session.site.links.to(&here)) (url::before(last.listed.message.id)) } { "Older" }
                    }
                }
            }
        },
    )
}

/// One message, with the form for the owner's reply.
pub fn message(session: &Session, row: &Row) -> Page {
    let message = &row.listed.message;
    let here = url::moderated(message.id);
    let action = session.site.links.to(&here);
    around(
        session,
        &format!("Message {}", message.id),
        &here,
        None,
        html! {
            form method="post" action=(action) {
                (token(session))
                ul.rows.said { (said(session, row, false)) }
            }
            form method="post" action=(action) {
                (token(session))
                label for="reply" { "Your reply, in plain text" }
                textarea #reply.short name="reply" rows="6" maxlength=(MAX_TEXT) { "\n" (message.reply) }
                p.soft { "It stands below the message for everybody who sees that. An empty one takes it away." }
                p.actions { button.main type="submit" name="do" value="reply" { "Save the reply" } }
            }
        },
    )
}

/// The settings, and what is wrong with those that were sent.
pub fn settings(
    session: &Session,
    settings: &Settings,
    problem: &str,
    wrong: Option<&str>,
) -> Page {
    let here = url::moderation("settings");
    let number = |name: &str, value: i64, hint: &str| {
        html! {
            label for=(name) { (label(name)) }
            input.number id=(name) type="number" name=(name) value=(value) min="0" required aria-describedby={ (name) "-hint" };
            span.soft id={ (name) "-hint" } { (hint) }
        }
    };
    around(
        session,
        "Guestbook settings",
        &here,
        None,
        html! {
            @if let Some(wrong) = wrong { p.error role="alert" { "Nothing was saved yet. " (wrong) } }
            (unsent(problem))
            form method="post" action=(session.site.links.to(&here)) {
                (token(session))
                fieldset {
                    legend { "Messages are published" }
                    @for (name, publish) in Publish::NAMES {
                        label.choice {
                            input type="radio" name="publish" value=(name) checked[publish == settings.publish];
                            (choice(publish))
                        }
                    }
                }
                (number("per_address", settings.per_address, "0 for any number"))
                (number("per_minute", settings.per_minute, "from everybody together; 0 for any number"))
                (number("links", settings.links, "a message with more waits for you"))
                label for="words" { "Words that make a message wait, a line each" }
                textarea #words.short name="words" rows="6" { "\n" (settings.words) }
                (number("expires", settings.expires, "then what waits or was rejected is deleted; 0 keeps it for ever"))
                label for="mail" { "Mail to" }
                input #mail type="email" name="mail" value=(settings.mail) autocomplete="email";
                p.soft {
                    "Is told that messages wait, every ten minutes at most, or nobody if empty. The mail goes through "
                    code { (settings.sendmail) } ", which only the command line can change."
                }
                p.actions { button.main type="submit" { "Save" } }
            }
        },
    )
}

/// The posts and their comments.
pub struct Threads {
    /// Days for which posts take comments: 0 for none, less for ever.
    pub days: i64,
    /// The posts that have comments, or for which the owner settled something.
    pub threads: Vec<(Subject, Thread)>,
}

/// Which posts take comments.
pub fn comments(session: &Session, settled: &Threads, wrong: Option<&str>) -> Page {
    let here = url::moderation("comments");
    let links = &session.site.links;
    let action = links.to(&here);
    let days = settled.days;
    let choice = |value: &str, chosen: bool, label: &str| {
        html! { label.choice { input type="radio" name="comments" value=(value) checked[chosen]; (label) } }
    };
    around(
        session,
        "Comments on posts",
        &here,
        None,
        html! {
            @if let Some(wrong) = wrong { p.error role="alert" { "Nothing was saved yet. " (wrong) } }
            form method="post" action=(action) {
                (token(session))
                fieldset {
                    legend { "Posts take comments" }
                    (choice("never", days == 0, "never"))
                    (choice("days", days > 0, "for some days"))
                    (choice("always", days < 0, "always"))
                }
                label for="days" { "Days from when a post was published" }
                input.number #days type="number" name="days" min="1" value=(if days > 0 { days } else { 30 });
                p.soft { "What has been written stays. Comments wait, or don't, as messages in the guestbook do." }
                p.actions { button.main type="submit" name="do" value="blog" { "Save" } }
            }
            h2 { "One post" }
            form method="post" action=(action) {
                (token(session))
                label for="post" { "Its address" }
                input #post type="text" name="post" inputmode="url" required;
                label for="choice" { "It takes comments" }
                select #choice name="choice" {
                    @for (name, choice) in Choice::NAMES { option value=(name) { (takes(choice)) } }
                }
                p.actions { button type="submit" name="do" value="post" { "Save" } }
            }
            @if !settled.threads.is_empty() {
                form method="post" action=(action) {
                    (token(session))
                    ul.rows.said {
                        @for (subject, thread) in &settled.threads { (switch(session, subject, thread)) }
                    }
                }
            }
        },
    )
}

/// A post, with what can be settled for it.
fn switch(session: &Session, subject: &Subject, thread: &Thread) -> Markup {
    html! {
        li {
            a href=(session.site.links.to(&subject.post.path)) { (subject.post.label) }
            span.soft { (count(thread.comments, "comment", "comments")) ", takes more: " (takes(thread.choice)) }
            p.actions {
                @for (name, choice) in Choice::NAMES {
                    @if choice != thread.choice {
                        button type="submit" name=(name) value=(subject.id) {
                            @match choice { Choice::Blog => "As the blog does", Choice::Open => "Open", Choice::Closed => "Close" }
                        }
                    }
                }
            }
        }
    }
}

fn takes(choice: Choice) -> &'static str {
    match choice {
        Choice::Blog => "as the blog does",
        Choice::Open => "always",
        Choice::Closed => "never",
    }
}

/// What a number of the settings is called.
pub fn label(name: &str) -> &'static str {
    match name {
        "per_address" => "Messages from one address in an hour",
        "per_minute" => "Messages in a minute",
        "links" => "Links in a message",
        _ => "Days that the queue keeps a message",
    }
}

fn around(session: &Session, title: &str, here: &str, waiting: Option<i64>, main: Markup) -> Page {
    let links = &session.site.links;
    let states = [State::Waiting, State::Published, State::Rejected]
        .map(|state| (state.name(), heading(state)));
    let parts = states
        .into_iter()
        .chain([("comments", "Comments"), ("settings", "Settings")]);
    shell(
        session,
        title,
        url::MODERATION,
        html! {
            h1 { (title) }
            nav.parts aria-label="Guestbook" {
                @for (name, heading) in parts {
                    @let path = url::moderation(name);
                    a href=(links.to(&path)) aria-current=[(path == here).then_some("page")] {
                        (heading)
                        @if let Some(waiting) = waiting.filter(|_| name == State::Waiting.name()) { " (" (waiting) ")" }
                    }
                }
            }
            (main)
        },
    )
}

/// A message. In a list it has a box to tick, and its number goes with the form.
fn said(session: &Session, row: &Row, in_list: bool) -> Markup {
    let Listed {
        message,
        state,
        why,
    } = &row.listed;
    let links = &session.site.links;
    html! {
        li id={ "m" (message.id) } {
            p.who {
                @if in_list {
                    input type="hidden" name="shown" value=(message.id);
                    input type="checkbox" name="id" value=(message.id) aria-label={ "Tick the message of " (message.name) };
                }
                strong { bdi { (message.name) } }
                @if !message.site.is_empty() { span.soft { (message.site) } }
                span.soft {
                    (row.written)
                    @if let Some(on) = &row.on { " on " a href=(links.to(&on.path)) { (on.label) } }
                }
            }
            div.text dir="auto" { (message.text) }
            @if !message.reply.is_empty() {
                blockquote { p.soft { "Your reply, " (row.replied) } div.text { (message.reply) } }
            }
            p.why { (fate(*state)) ": " (why) "." }
            p.actions {
                @for (name, _) in offered(*state) {
                    button type="submit" name=(name) value=(message.id) { (verb(name)) }
                }
                @if in_list { a href=(links.to(&url::moderated(message.id))) { "Reply" } }
                @if *state == State::Published { a href=(links.to(&url::message(message.post, message.id))) { "See it" } }
            }
        }
    }
}

/// What was decided last, and the way back.
fn undo(session: &Session, here: &str, last: &Decision, when: &str) -> Markup {
    html! {
        form.note.undo method="post" action=(session.site.links.to(here)) {
            (token(session))
            span { (fate(last.became)) " " (count(last.messages, "message", "messages")) " on " (when) ". " }
            button type="submit" name="undo" value=(last.moment) { "Undo" }
        }
    }
}

/// Mail that does not go out is known to the log, which the owner may never see.
fn unsent(problem: &str) -> Markup {
    html! {
        @if !problem.is_empty() { p.error role="alert" { "You were not told of what waits: " (problem) "." } }
    }
}

fn offered(state: State) -> impl Iterator<Item = (&'static str, State)> {
    let others = DECISIONS
        .into_iter()
        .filter(move |(_, becomes)| *becomes != state);
    // What is before the owner already is decided, not put back.
    others.filter(move |(_, becomes)| state == State::Rejected || *becomes != State::Waiting)
}

fn verb(decision: &str) -> &'static str {
    match decision {
        "approve" => "Approve",
        "reject" => "Reject",
        _ => "Put back",
    }
}

fn title(state: State) -> &'static str {
    match state {
        State::Waiting => "Messages that wait",
        State::Published => "Published messages",
        State::Rejected => "Rejected messages",
    }
}

fn heading(state: State) -> &'static str {
    match state {
        State::Waiting => "Waiting",
        State::Published => "Published",
        State::Rejected => "Rejected",
    }
}

fn fate(state: State) -> &'static str {
    match state {
        State::Waiting => "Held",
        State::Published => "Published",
        State::Rejected => "Rejected",
    }
}

fn nothing(state: State) -> &'static str {
    match state {
        State::Waiting => "Nothing waits for you.",
        State::Published => "Nothing has been published yet.",
        State::Rejected => "Nothing was rejected, or it has expired.",
    }
}

fn choice(publish: Publish) -> &'static str {
    match publish {
        Publish::AtOnce => "at once, unless something speaks against it",
        Publish::AfterFirst => "once you have approved a message of the same name",
        Publish::AfterApproval => "once you have approved them",
        Publish::Closed => "never: nobody can write",
    }
}
