//! A file of another engine's: its name on the first line, then what is in it.

use std::path::Path;
use std::sync::OnceLock;

use jiff::tz::TimeZone;
use mayfly::import::{Kind, Permalink, Rules, read};
use mayfly::markdown::{Text, strip};
use mayfly::media::Shelf;

use super::{line, part};

/// What a file says has the form that a post's parts have, and what there is to say
/// about it can be shown on a terminal.
pub fn import(input: &[u8]) {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    let zone = ZONE
        .get_or_init(|| TimeZone::get("Europe/Berlin").unwrap())
        .clone();
    let (name, content) = part(input, b'\n');
    let name = String::from_utf8_lossy(name);
    // A second pattern of old addresses, behind a tab.
    let (name, permalink) = name.split_once('\t').unwrap_or((&name, ""));
    let rules = Rules {
        zone,
        permalink: permalink.parse::<Permalink>().ok(),
    };
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let document = match read(Path::new(&name), content, &rules) {
        Ok(document) => document,
        Err(problem) => return is_shown(&problem.message),
    };
    document.remarks.iter().for_each(|remark| is_shown(remark));
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    assert!(
        !document.slug.is_empty() && document.slug.bytes().all(plain),
        "{}",
        document.slug
    );
    for tag in &document.tags {
        assert!(!tag.is_empty() && tag.bytes().all(plain), "{tag}");
    }
    for url in [&document.link, &document.via, &document.source_url]
        .into_iter()
        .flatten()
    {
        let lower = url.to_ascii_lowercase();
        assert!(
            lower.starts_with("http://") || lower.starts_with("https://"),
            "{url}"
        );
        assert!(
            !url.contains(|c: char| c.is_control() || c.is_whitespace()),
            "{url:?}"
        );
    }
    for path in &document.old_paths {
        assert!(
            path.starts_with('/') && !path.contains(char::is_control),
            "{path:?}"
        );
    }
    for text in [&document.title, &document.via_title, &document.source]
        .into_iter()
        .flatten()
    {
        assert!(line(text).1.is_empty() && !text.is_empty(), "{text:?}");
    }
    assert!(document.kind != Kind::Link || document.link.is_some());
    assert!(!document.body.contains('\r'));
    let source = strip(&document.body);
    Text::parse(&source, &Shelf::empty()).summary();
}

/// Neither a line end, which would make two messages of one, nor what steers a terminal.
fn is_shown(text: &str) {
    assert!(
        !text.is_empty() && !text.contains(char::is_control),
        "{text:?}"
    );
}
