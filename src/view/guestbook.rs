//! The guestbook: the form, the messages, one by itself, and the feed; and the same
//! for the comments on a post. What strangers wrote is plain text and goes through
//! maud's escaping, always.

use maud::{Markup, html};

use super::xml::Xml;
use super::{Head, Stored, shell};
use crate::date::{Date, timestamp};
use crate::guestbook::form::{MAX_NAME, MAX_SITE, MAX_TEXT, field};
use crate::guestbook::text::{Piece, paragraphs, pieces};
use crate::guestbook::{Book, Message, Problems, Shown, Slice};
use crate::listing::Mention;
use crate::site::Site;
use crate::url;

pub(super) const STYLE: &str = concat!(include_str!("guestbook.css"), include_str!("said.css"));

/// Bytes of messages on a page, unless a single one is longer. A hundred short ones fit,
/// or nearly sixty of 120 characters: with the rest, but for what the owner adds to
/// every page, that stays below 20 KB.
const ROOM: usize = 13_500;

/// The form and a part of the messages: as many as there is room for.
pub fn page(site: &Site, book: &Book, slice: &Slice) -> super::Page {
    let home = book.path();
    let path = match slice.before {
        None => home.clone(),
        Some(id) => home.clone() + &url::before(id),
    };
    let first = slice.before.is_none();
    let mut taken = 0;
    let messages = slice.messages.iter();
    let messages = messages.map(|message| (message.id, said(site, message)));
    let shown: Vec<_> = messages
        .take_while(|(_, html)| {
            taken += html.0.len();
            taken <= ROOM || taken == html.0.len()
        })
        .collect();
    let older = slice.older || shown.len() < slice.messages.len();
    around(
        site,
        book,
        &path,
        !first,
        html! {
            @if first {
                @if !book.intro.is_empty() { (Stored(&site.links, &book.intro)) }
                (form(site, book, &Problems::default()))
                @if slice.messages.is_empty() { p.aside { "Nobody has written anything yet." } }
            }
            div.said { @for (_, html) in &shown { (html) } }
            @if older || !first {
                nav.pager aria-label="More messages" {
                    @if !first { a href=(site.links.to(&home)) { "Newest" } }
                    @if let Some((last, _)) = shown.last().filter(|_| older) {
                        a rel="next" href={ (site.links.to(&home)) (url::before(*last)) } { "Older \u{2192}" }
                    }
                }
            }
        },
    )
}

/// The form as it was sent, with what has to be changed beside each field.
pub fn again(site: &Site, book: &Book, problems: &Problems) -> super::Page {
    around(
        site,
        book,
        "",
        true,
        html! {
            @if let Some(whole) = &problems.whole { p.wrong role="alert" { (whole) } }
            @else { p.wrong role="alert" { "This was not sent yet: please look at what is marked below." } }
            (form(site, book, problems))
            p.aside { a href=(site.links.to(&book.path())) { "Back to all messages" } }
        },
    )
}

/// One message at its own address, in the guestbook or on a post.
pub fn one(site: &Site, on: Option<&Mention>, shown: &Shown) -> super::Page {
    let (message, waits) = match shown {
        Shown::Published(message) => (message, false),
        Shown::Waiting(message) => (message, true),
    };
    let (title, path) = match (waits, on) {
        (true, _) => ("Thank you".to_owned(), String::new()),
        (_, Some(on)) => (
            format!("{} on {}", message.name, on.label),
            url::message(message.post, message.id),
        ),
        (_, None) => (
            format!("{} in the guestbook", message.name),
            url::message(0, message.id),
        ),
    };
    let head = Head {
        title: &title,
        path: &path,
        part: waits,
        bare: true,
        style: STYLE,
        ..Head::default()
    };
    let back = on.map_or(url::GUESTBOOK, |on| on.path.as_str());
    let anchor = if waits {
        String::new()
    } else {
        url::anchor(message.id)
    };
    shell(
        site,
        &head,
        html! {
            h1 { (title) }
            @if waits {
                p role="status" {
                    "Your message has arrived. It will be public once it has been looked at; until then "
                    "only you can see it, at this address."
                }
            }
            div.said { (said(site, message)) }
            p.aside {
                a href={ (site.links.to(back)) (anchor) } {
                    @if let Some(on) = on { "Back to \u{201c}" (on.label) "\u{201d}" }
                    @else { "All messages" }
                }
            }
        },
    )
}

fn around(site: &Site, book: &Book, path: &str, part: bool, main: Markup) -> super::Page {
    let title = match (&book.on, book.title.as_str()) {
        (Some(on), _) => format!("Comments on {}", on.label),
        (None, "") => "Guestbook".to_owned(),
        (None, title) => title.to_owned(),
    };
    let head = Head {
        title: &title,
        path,
        part,
        bare: book.intro.is_empty(),
        style: STYLE,
        ..Head::default()
    };
    shell(
        site,
        &head,
        html! {
            h1 {
                @if let Some(on) = &book.on { "Comments on " a href=(site.links.to(&on.path)) { (on.label) } }
                @else { (title) }
            }
            (main)
            p.aside {
                a href=(site.links.to(&book.feed())) type="application/atom+xml" {
                    @if book.on.is_some() { "Follow these comments by feed" } @else { "Follow the guestbook by feed" }
                }
            }
        },
    )
}

fn form(site: &Site, book: &Book, problems: &Problems) -> Markup {
    let typed = &book.typed;
    let name = Field::new("name", &problems.name);
    let address = Field::new("site", &problems.site);
    let message = Field::new("message", &problems.text);
    html! {
        @if !book.open {
            p.aside { (closed(book.on.is_some())) }
            @if !typed.text.is_empty() {
                div.book {
                    label for="message" { "What you wrote, to copy" }
                    textarea #message rows="5" readonly { "\n" (typed.text) }
                }
            }
        }
        @else {
            form.book method="post" action=(site.links.to(&book.path())) accept-charset="utf-8" {
                (name.around("Name", "", html! {
                    input #name type="text" name=(field::NAME) value=(typed.name) maxlength=(MAX_NAME) required autocomplete="name"
                        aria-invalid=[name.invalid()] aria-describedby=[name.told()];
                }))
                (address.around("Site", "if you like", html! {
                    input #site type="text" name=(field::SITE) value=(typed.site) maxlength=(MAX_SITE) inputmode="url" autocomplete="url"
                        placeholder="https://" aria-invalid=[address.invalid()] aria-describedby=[address.told()];
                }))
                // A parser drops a line's end right behind the tag.
                (message.around("Message", "plain text; addresses become links", html! {
                    textarea #message name=(field::TEXT) maxlength=(MAX_TEXT) rows="5" required
                        aria-invalid=[message.invalid()] aria-describedby=[message.told()] { "\n" (typed.text) }
                }))
                div.trap aria-hidden="true" {
                    label { "Leave this empty " input type="text" name=(field::TRAP) tabindex="-1" autocomplete="off"; }
                }
                input type="hidden" name=(field::TOKEN) value=(typed.token);
                p { button type="submit" { "Send" } }
            }
        }
    }
}

/// What is the same for every field of the form.
struct Field<'a> {
    id: &'static str,
    problem: Option<&'a str>,
}

impl<'a> Field<'a> {
    fn new(id: &'static str, problem: &'a Option<String>) -> Field<'a> {
        let problem = problem.as_deref();
        Field { id, problem }
    }

    fn invalid(&self) -> Option<&str> {
        self.problem.map(|_| "true")
    }

    /// The id of what is wrong with it.
    fn told(&self) -> Option<String> {
        self.problem.map(|_| format!("{}-wrong", self.id))
    }

    fn around(&self, label: &str, hint: &str, control: Markup) -> Markup {
        html! {
            div {
                label for=(self.id) { (label) @if !hint.is_empty() { " " small { (hint) } } }
                (control)
                @if let Some(problem) = self.problem { p.wrong id=[self.told()] { (problem) } }
            }
        }
    }
}

/// Why there is no form.
pub fn closed(comments: bool) -> &'static str {
    match comments {
        true => "This post takes no more comments.",
        false => "The guestbook is closed: nobody can write in it just now.",
    }
}

/// A message. A page has up to a hundred, so it is short: what its parts are follows
/// from where they stand, without a class, for `said.css` as well.
pub(super) fn said(site: &Site, message: &Message) -> Markup {
    html! {
        article id={ "m" (message.id) } {
            p {
                b {
                    @if message.site.is_empty() { (message.name) }
                    @else { a href=(message.site) rel="ugc nofollow" { (message.name) } }
                }
                " "
                a href=(site.links.to(&url::message(message.post, message.id))) { (day(message.moment)) }
            }
            (plain(&message.text))
            @if !message.reply.is_empty() {
                blockquote {
                    p { b { (site.owner()) } " " (day(message.replied)) }
                    (plain(&message.reply))
                }
            }
        }
    }
}

fn day(moment: i64) -> String {
    Date::utc(moment).map(Date::medium).unwrap_or_default()
}

/// Plain text as paragraphs, with its addresses to be followed.
fn plain(text: &str) -> Markup {
    html! {
        @for lines in paragraphs(text) {
            p {
                @for (index, line) in lines.iter().enumerate() {
                    @if index > 0 { br; }
                    @for piece in pieces(line) {
                        @match piece {
                            Piece::Text(text) => (text),
                            Piece::Link(link) => a href=(link) rel="ugc nofollow" { (link) },
                        }
                    }
                }
            }
        }
    }
}

/// What a feed of messages is of.
pub(super) struct Feed<'a> {
    pub title: &'a str,
    /// What tells it from the blog's other feeds, within its id.
    pub id: &'a str,
    pub path: &'a str,
    pub own_path: &'a str,
}

/// The newest messages of the guestbook as Atom (RFC 4287).
pub fn atom(site: &Site, messages: &[Message]) -> String {
    let feed = Feed {
        title: &format!("{}: guestbook", site.title),
        id: "guestbook",
        path: url::GUESTBOOK,
        own_path: url::GUESTBOOK_FEED,
    };
    let entries = messages
        .iter()
        .map(|message| (message.name.clone(), message));
    written(site, &feed, &entries.collect::<Vec<_>>())
}

/// Messages, each with its title, as Atom.
pub(super) fn written(site: &Site, feed: &Feed<'_>, entries: &[(String, &Message)]) -> String {
    let links = &site.links;
    let mut xml = Xml::with_capacity(16 * 1024);
    xml.raw("<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    xml.attribute("xml:lang", &site.language);
    xml.raw(">\n");
    xml.element("title", feed.title);
    let id = format!("tag:mayfly,2026:{}:", site.uid);
    xml.element("id", &format!("{id}{}", feed.id));
    link(&mut xml, "alternate", &links.absolute(feed.path));
    link(&mut xml, "self", &links.absolute(feed.own_path));
    let latest = entries
        .iter()
        .map(|(_, message)| message.moment.max(message.replied))
        .max();
    xml.element("updated", &timestamp(latest.unwrap_or_default()));
    for (title, message) in entries {
        xml.raw("<entry>\n");
        xml.element("title", title);
        let kind = if message.post == 0 {
            "guestbook"
        } else {
            "comment"
        };
        xml.element("id", &format!("{id}{kind}:{}", message.id));
        link(
            &mut xml,
            "alternate",
            &links.absolute(&url::message(message.post, message.id)),
        );
        xml.element("published", &timestamp(message.moment));
        xml.element("updated", &timestamp(message.moment.max(message.replied)));
        xml.raw("<author>");
        xml.element("name", &message.name);
        if !message.site.is_empty() {
            xml.element("uri", &message.site);
        }
        xml.raw("</author>\n<content type=\"html\">");
        let content = html! {
            div dir="auto" { (plain(&message.text)) }
            @if !message.reply.is_empty() {
                blockquote { p { (site.owner()) ":" } div dir="auto" { (plain(&message.reply)) } }
            }
        };
        xml.text(&content.into_string());
        xml.raw("</content>\n</entry>\n");
    }
    xml.raw("</feed>\n");
    xml.finish()
}

fn link(xml: &mut Xml, rel: &str, href: &str) {
    xml.empty("link", &[("rel", rel), ("href", href)]);
}
