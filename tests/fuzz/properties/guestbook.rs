//! What a stranger writes: a form's body, as a browser sends it.

use std::slice::from_ref;

use mayfly::comment::{OWNER, Subject};
use mayfly::date::Date;
use mayfly::form::Form;
use mayfly::guestbook::text::{Piece, paragraphs, pieces};
use mayfly::guestbook::{Book, Entry, Message, Problems, Shown, Thread, Typed, bayes, form};
use mayfly::listing::Mention;
use mayfly::request::{Request, Variables};
use mayfly::site::Site;
use mayfly::url::{Links, MARK, Reached};
use mayfly::view;

use super::markup;

/// What a message is made of.
const ELEMENTS: [&str; 8] = ["h2", "p", "a", "div", "article", "b", "br", "blockquote"];

/// Whatever was typed is refused or kept as text, and is text wherever it is shown.
pub fn guestbook(input: &[u8]) {
    let Some(typed) = typed(input) else { return };
    let site = Site::unmade(&Reached::default());
    is_shown_again(&site, &typed);
    is_in_pieces(&typed.text);
    let Ok(entry) = Entry::check(&typed) else {
        return;
    };
    is_an_entry(&entry);
    let message = Message {
        id: 12,
        post: 7,
        moment: 1_751_724_300_000_000,
        name: entry.name.clone(),
        site: entry.site.clone(),
        text: entry.text.clone(),
        reply: form::lines(&typed.token),
        replied: 1_751_724_400_000_000,
    };
    is_text_below(&site, &message);
    is_text_in_feeds(&site, &message);
    assert!(bayes::words(&entry).iter().all(|word| !word.is_empty()));
}

fn typed(body: &[u8]) -> Option<Typed> {
    let length = body.len().to_string();
    let variables = Variables(vec![
        (b"REQUEST_METHOD", b"POST"),
        (b"CONTENT_TYPE", b"application/x-www-form-urlencoded"),
        (b"CONTENT_LENGTH", length.as_bytes()),
        (b"PATH_INFO", b"/"),
    ]);
    let mut body = body;
    let request = Request::parse("guestbook", &variables, &mut body, 64 * 1024).ok()?;
    Typed::read(&Form::read(&request).ok()?).ok()
}

fn post(label: &str) -> Mention {
    Mention {
        path: "/2025/Jul/5/slug/".into(),
        label: label.into(),
        date: Date::from_number(20_250_705).unwrap(),
    }
}

/// The form is the same, whatever was typed into it.
fn is_shown_again(site: &Site, typed: &Typed) {
    let page = |typed: &Typed| {
        let book = Book {
            post: 7,
            on: Some(post("A post")),
            title: "Guestbook".into(),
            intro: String::new(),
            open: true,
            typed: typed.clone(),
        };
        let problems = Problems {
            name: Some("Why.".into()),
            ..Problems::default()
        };
        view::guestbook::again(site, &book, &problems).0.concat()
    };
    let harmless = Typed {
        name: "Ann".into(),
        site: "example.org".into(),
        text: "Hello".into(),
        token: "1.2.3".into(),
        trapped: false,
    };
    let html = page(typed);
    assert_eq!(markup::skeleton(&html), markup::skeleton(&page(&harmless)));
    let (_, text) = markup::parse(&html).unwrap();
    assert!(
        markup::unescape(&text).contains(&typed.text),
        "what was typed is lost"
    );
}

fn is_in_pieces(text: &str) {
    for lines in paragraphs(text) {
        assert!(!lines.is_empty());
        for line in lines {
            let mut whole = String::new();
            for piece in pieces(line) {
                let (Piece::Text(piece) | Piece::Link(piece)) = piece;
                whole.push_str(piece);
            }
            assert_eq!(whole, line);
        }
    }
}

fn is_an_entry(entry: &Entry) {
    let Entry { name, site, text } = entry;
    assert!(!name.is_empty() && name.chars().count() <= 80 && !name.contains(char::is_control));
    assert!(site.is_empty() || is_link(site), "{site}");
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(
        text.chars().count() <= 4000 && !text.contains(control),
        "{text:?}"
    );
    let typed = Typed {
        name: name.clone(),
        site: site.clone(),
        text: text.clone(),
        ..Typed::default()
    };
    assert_eq!(Entry::check(&typed).as_ref(), Ok(entry));
}

/// Nothing but an address of the web's, with no way out of the attribute it stands in.
fn is_link(link: &str) -> bool {
    let rest = link
        .strip_prefix("https://")
        .or_else(|| link.strip_prefix("http://"));
    let odd = |c: char| c.is_whitespace() || c.is_control() || "\"<>`\\".contains(c);
    rest.is_some_and(|rest| !rest.is_empty()) && !link.contains(odd)
}

fn is_text_below(site: &Site, message: &Message) {
    let thread = Thread {
        post: 7,
        comments: 1,
        newest: vec![message.clone()],
        ..Thread::default()
    };
    let html = view::comment::below(site, &thread);
    let (tags, text) = markup::parse(&html).expect(&html);
    markup::is_balanced(&tags).unwrap();
    for tag in &tags {
        assert!(
            ELEMENTS.contains(&tag.name.trim_start_matches('/')),
            "{tag:?}"
        );
        for (name, value) in &tag.attributes {
            let value = markup::unescape(value);
            let holds = match name.as_str() {
                "href" => value.starts_with(MARK) || is_link(&value),
                "class" | "id" | "rel" | "dir" => super::is_harmless(&value.replace(' ', "")),
                _ => false,
            };
            assert!(holds, "{tag:?}");
        }
    }
    let text = markup::unescape(&text);
    for line in message.text.lines().chain([&*message.name]) {
        assert!(
            text.contains(line.trim_end()),
            "{line:?} is not in {text:?}"
        );
    }
    assert_eq!(
        text.matches(OWNER).count(),
        usize::from(!message.reply.is_empty())
    );
    let page = view::guestbook::one(site, None, &Shown::Waiting(message.clone()));
    let (tags, _) = markup::parse(&page.0.concat()).unwrap();
    markup::is_balanced(&tags).unwrap();
}

fn is_text_in_feeds(site: &Site, message: &Message) {
    let subject = Subject {
        id: 7,
        moment: message.moment,
        post: post(&message.name),
    };
    let site = Site {
        links: Links::new(
            Default::default(),
            "https://blog.example",
            &Reached::default(),
        ),
        ..site.clone()
    };
    let all = view::comment::atom(&site, Some(&subject), &[(subject.clone(), message.clone())]);
    for feed in [all, view::guestbook::atom(&site, from_ref(message))] {
        let document = roxmltree::Document::parse(&feed).expect(&feed);
        let content = document
            .descendants()
            .find(|node| node.has_tag_name("content"));
        let content = content.and_then(|node| node.text()).unwrap_or_default();
        let (tags, _) = markup::parse(content).expect(content);
        markup::is_balanced(&tags).unwrap();
        let entries = document
            .descendants()
            .filter(|node| node.has_tag_name("entry"));
        assert_eq!(entries.count(), 1);
    }
}
