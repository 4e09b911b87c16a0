//! Requests that make no sense: random bodies and variables go the whole way from the
//! server's variables to the page, within the test. `CASES=1000000 cargo test
//! --test it -- guestbook::fuzz` tries a million, in some minutes; 20,000 run every time.

use mayfly::config::Place;
use mayfly::error::Result;
use mayfly::form::Form;
use mayfly::guestbook::text::{Piece, paragraphs, pieces};
use mayfly::guestbook::{Entry, MAX_BODY, Message, Shown, Typed, Wanted};
use mayfly::request::{Request, Variables};
use mayfly::site::Site as Blog;
use mayfly::{store, view};

use super::killed::next;
use super::open;

/// What hostile and unlucky text is made of.
const PARTS: &[&str] = &[
    "a",
    "Hello",
    " ",
    "\r\n",
    "\n\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{1}",
    "\u{2}",
    "\u{7f}",
    "\u{85}",
    "\u{202e}",
    "\u{feff}",
    "\u{1f600}",
    "\u{fc}",
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&lt;",
    "<script>",
    "</textarea>",
    "]]>",
    "http://",
    "https://a.example/",
    "https://a.example/(b)).",
    "@",
    "javascript:",
    "%",
    "%0",
    "%00",
    "%FF",
    "+",
    "=",
    "&name=x",
    ";",
    "#",
    "?",
    "..",
    "//",
    "https://\u{202e}x",
];

fn text(state: &mut u64) -> String {
    let length = match next(state) % 20 {
        0 => 2000,
        1..=4 => 60,
        _ => 8,
    };
    let parts = (0..next(state) % length).map(|_| PARTS[next(state) as usize % PARTS.len()]);
    parts.collect()
}

fn bytes(state: &mut u64) -> Vec<u8> {
    let length = next(state) % 40;
    (0..length).map(|_| (next(state) >> 24) as u8).collect()
}

/// Variables as a server passes them.
type Pairs = Vec<(&'static str, Vec<u8>)>;

/// One request of those, and what of it a form would have.
fn request(state: &mut u64) -> (Pairs, Vec<u8>, [String; 3]) {
    let site = match next(state) % 4 {
        0 => text(state),
        _ => String::new(),
    };
    let typed = [text(state), site, text(state)];
    let mut body = match next(state) % 8 {
        0 => bytes(state),
        1 => text(state).into_bytes(),
        _ => {
            let [name, site, message] = &typed;
            let fields = [("name", name), ("site", site), ("message", message)];
            serde_urlencoded::to_string(fields).unwrap().into_bytes()
        }
    };
    if next(state).is_multiple_of(16) {
        let length = next(state) as usize % (body.len() + 1);
        body.truncate(length);
    }
    let length = match next(state) % 16 {
        0 => bytes(state),
        1 => b"10000000000".to_vec(),
        _ => body.len().to_string().into_bytes(),
    };
    let mut variables = vec![
        ("REQUEST_METHOD", b"POST".to_vec()),
        ("SCRIPT_NAME", b"/cgi-bin/guestbook".to_vec()),
        ("REQUEST_URI", b"/guestbook/".to_vec()),
        ("PATH_INFO", b"/".to_vec()),
        ("CONTENT_LENGTH", length),
    ];
    let others = [
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "REQUEST_URI",
        "PATH_INFO",
        "QUERY_STRING",
        "CONTENT_TYPE",
        "REMOTE_ADDR",
        "HTTP_HOST",
        "HTTP_COOKIE",
        "HTTP_ORIGIN",
        "HTTP_SEC_FETCH_SITE",
        "HTTPS",
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_TRANSFER_ENCODING",
        "SERVER_PORT",
    ];
    for _ in 0..next(state) % 3 {
        let name = others[next(state) as usize % others.len()];
        let value = match next(state) % 2 {
            0 => bytes(state),
            _ => text(state).into_bytes(),
        };
        variables.retain(|(known, _)| *known != name);
        variables.push((name, value));
    }
    (variables, body, typed)
}

/// What the program makes of it before it opens a file.
fn read(variables: &[(&str, Vec<u8>)], mut body: &[u8]) -> Result<Typed> {
    let pairs = variables
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_slice()));
    let request = Request::parse(
        "guestbook",
        &Variables(pairs.collect()),
        &mut body,
        MAX_BODY,
    )?;
    drop(request.sender.network());
    Wanted::parse(&request.path, &request.query)?.may_be_written()?;
    Typed::read(&Form::read(&request)?)
}

/// A text without what the rules take: other line ends, control characters, white space
/// around it.
fn kept(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let plain = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars()
        .filter(plain)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Shows a message as its page does, and looks at what a reader sees.
fn show(blog: &Blog, entry: &Entry) {
    let message = Message {
        id: 1,
        post: 0,
        moment: 0,
        name: entry.name.clone(),
        site: entry.site.clone(),
        text: entry.text.clone(),
        reply: entry.text.clone(),
        replied: 1,
    };
    let page = view::guestbook::one(blog, None, &Shown::Published(message))
        .0
        .concat();
    let page = scraper::Html::parse_document(&page);
    let all = |selector: &str| {
        let selector = scraper::Selector::parse(selector).unwrap();
        page.select(&selector)
            .map(|found| found.text().collect::<String>())
            .collect::<Vec<_>>()
    };
    let seen: String = all(".said article > p:not(:first-child)").concat();
    // A parser makes U+FFFD of nothing that is left, and loses nothing.
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(bare(&seen), bare(&entry.text));
    assert!(all("script, .said img, .said svg, .said [onclick]").is_empty());
    let links = scraper::Selector::parse(".said a[rel]").unwrap();
    for link in page.select(&links) {
        let address = link.value().attr("href").unwrap();
        assert!(
            address.starts_with("http://") || address.starts_with("https://"),
            "{address}"
        );
    }
}

#[test]
fn nothing_that_is_sent_breaks_anything_or_is_changed_but_by_the_rules() {
    let cases = std::env::var("CASES").map_or(20_000, |cases| cases.parse().unwrap());
    let site = open();
    let place = Place {
        data: Some(site.data()),
        ..Place::default()
    };
    let blog = store::open_blog(&place).unwrap().site;
    let mut state = 20_250_705;
    let (mut read_whole, mut taken, mut refused) = (0, 0, 0);
    for case in 0..cases {
        let (variables, body, typed) = request(&mut state);
        let found = match read(&variables, &body) {
            Ok(found) => found,
            Err(error) => {
                assert!(
                    error.status() < 500,
                    "case {case}: {error:?} of {variables:?}"
                );
                refused += 1;
                continue;
            }
        };
        let [name, address, message] = typed;
        let as_sent = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        let whole = found.name == as_sent(&name) && found.text == as_sent(&message);
        read_whole += usize::from(whole && found.site == as_sent(&address));
        let Ok(entry) = Entry::check(&found) else {
            continue;
        };
        taken += 1;
        assert_eq!(entry.text.trim(), kept(&found.text), "case {case}");
        assert!(entry.text.len() <= found.text.len() && !entry.name.contains(char::is_control));
        if whole {
            assert_eq!(entry.text.trim(), kept(&message), "case {case}");
        }
        // Told again, it is the same: nothing is taken from it twice.
        let again = Typed {
            name: entry.name.clone(),
            site: entry.site.clone(),
            text: entry.text.clone(),
            ..Typed::default()
        };
        assert_eq!(Entry::check(&again).as_ref(), Ok(&entry), "case {case}");
        for line in paragraphs(&entry.text).into_iter().flatten() {
            let joined = pieces(line).into_iter().map(|piece| match piece {
                Piece::Text(text) | Piece::Link(text) => text,
            });
            assert_eq!(joined.collect::<String>(), line, "case {case}");
        }
        if taken % 16 == 0 {
            show(blog, &entry);
        }
    }
    // The generator does make all three: it tests nothing if it does not.
    let counts = [read_whole, taken, refused];
    assert!(counts.iter().all(|count| *count > cases / 20), "{counts:?}");
}
