//! The kind of a post, and the addresses that make it a link or a quote.

use std::path::Path;

use super::Kind;
use super::document::{Generator, one_line};
use super::matter::Fields;
use super::{name, path};

/// The text of the first of `keys`, if it is a web address.
pub(super) fn url(fields: &Fields, keys: &[&str], notes: &mut Vec<String>) -> Option<String> {
    let field = fields.get(keys)?;
    let text = field.text()?;
    if is_url(text) {
        return Some(text.to_owned());
    }
    notes.push(format!(
        "`{text}` on line {} is no http or https address: left out",
        field.line
    ));
    None
}

pub(super) fn is_url(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace)
    })
}

/// Where a link was found: its address, and a name for it.
pub(super) fn via(fields: &Fields) -> (Option<String>, Option<String>) {
    let title = fields.text(&["via_title"]).map(one_line);
    match fields.text(&["via"]) {
        Some(via) if is_url(via) => (Some(via.to_owned()), title),
        // `via: A friend` names someone who has no address.
        Some(via) => (None, title.or_else(|| Some(one_line(via)))),
        None => (None, title),
    }
}

/// What kind of post a file is. A link post whose address stands in `url` gets
/// it into `link`.
pub(super) fn kind(
    file: &Path,
    fields: &Fields,
    generator: Generator,
    dated: bool,
    link: &mut Option<String>,
    notes: &mut Vec<String>,
) -> Kind {
    let named = fields
        .text(&["kind"])
        .and_then(|word| match word.to_ascii_lowercase().as_str() {
            "entry" | "post" | "article" => Some(Kind::Entry),
            "link" | "blogmark" | "bookmark" => Some(Kind::Link),
            "quote" | "quotation" => Some(Kind::Quote),
            "note" => Some(Kind::Note),
            "page" => Some(Kind::Page),
            _ => {
                notes.push(format!(
                    "kind `{word}` is none of entry, link, quote, note and page: it is guessed"
                ));
                None
            }
        });
    if named == Some(Kind::Link) && link.is_none() {
        *link = fields
            .text(&["url"])
            .filter(|text| is_url(text))
            .map(str::to_owned);
    }
    match named {
        Some(Kind::Link) if link.is_none() => {
            notes.push(
                "a link without an http or https address in `link`: it becomes an entry".to_owned(),
            );
            return Kind::Entry;
        }
        Some(kind) => return kind,
        None if link.is_some() => return Kind::Link,
        None => {}
    }
    let layout = [fields.text(&["layout"]), fields.text(&["type"])];
    let says = |word: &str| layout.contains(&Some(word));
    // Hugo and Zola keep their pages at the top of `content/`, without a date.
    let top = generator == Generator::HugoOrZola
        && path::section(file)
            .is_some_and(|section| section.is_empty() || name::of(file).title == section.join("/"));
    if says("page") || (!dated && (top || name::lies_in(file, "_pages"))) {
        Kind::Page
    } else if says("quote") {
        Kind::Quote
    } else if says("note") {
        Kind::Note
    } else {
        Kind::Entry
    }
}
