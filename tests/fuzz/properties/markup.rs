//! What HTML is made of, as a browser takes it apart: enough of it to tell whether a
//! text got out of the place that it was put in.

/// An element's tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name, with a slash before it where it ends an element.
    pub name: String,
    /// Its attributes, their values as they are written.
    pub attributes: Vec<(String, String)>,
}

/// Elements that have no end; of MathML's, `mspace` is written as ending in its own tag.
const EMPTY: [&str; 9] = [
    "br", "hr", "img", "input", "meta", "link", "col", "wbr", "mspace",
];

/// The tags of a page and the text between them. Whatever a browser would have to
/// guess at is an error: a stray `<`, an attribute without quotes, a quote within one.
pub fn parse(html: &str) -> Result<(Vec<Tag>, String), String> {
    let (mut tags, mut text) = (Vec::new(), String::new());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix("!DOCTYPE html>") {
            rest = behind;
            continue;
        }
        let (tag, behind) = tag(rest).ok_or_else(|| format!("no tag begins so: {rest:.60}"))?;
        rest = behind;
        // Whatever stands in a style is no markup.
        if tag.name == "style" {
            let (_, behind) = rest.split_once("</style>").ok_or("a style without end")?;
            tags.push(tag);
            rest = behind;
            continue;
        }
        tags.push(tag);
    }
    text.push_str(rest);
    Ok((tags, text))
}

/// Insists that each element ends, and within the one that it began in.
pub fn is_balanced(tags: &[Tag]) -> Result<(), String> {
    let mut open = Vec::new();
    for tag in tags.iter().filter(|tag| tag.name != "style") {
        match tag.name.strip_prefix('/') {
            Some(name) if open.pop() == Some(name) => {}
            Some(name) => return Err(format!("{name} ends, and did not begin")),
            None if EMPTY.contains(&tag.name.as_str()) => {}
            None => open.push(&tag.name),
        }
    }
    match open.is_empty() {
        true => Ok(()),
        false => Err(format!("without an end: {open:?}")),
    }
}

/// The names of a page's elements and of their attributes: what must not depend on
/// what a stranger writes.
pub fn skeleton(html: &str) -> String {
    let (tags, _) = parse(html).unwrap();
    is_balanced(&tags).unwrap();
    let names = tags.iter().map(|tag| {
        let attributes = tag.attributes.iter().map(|(name, _)| name.as_str());
        let words = std::iter::once(tag.name.as_str()).chain(attributes);
        words.collect::<Vec<_>>().join(" ")
    });
    names.collect::<Vec<_>>().join("\n")
}

/// A text with the entities that we write as what they stand for.
pub fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

fn tag(rest: &str) -> Option<(Tag, &str)> {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '/')?;
    let (name, mut rest) = rest.split_at(end);
    let letter = |c: char| c.is_ascii_lowercase();
    if !name.strip_prefix('/').unwrap_or(name).starts_with(letter) {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        let bare = rest.trim_start_matches([' ', '\n', '\t']);
        if let Some(behind) = bare.strip_prefix("/>").or_else(|| bare.strip_prefix('>')) {
            let name = name.to_owned();
            return Some((Tag { name, attributes }, behind));
        }
        if bare.len() == rest.len() {
            return None;
        }
        let end = bare.find(['=', ' ', '>', '/', '"', '\'', '<'])?;
        let (attribute, behind) = bare.split_at(end);
        if attribute.is_empty() || attribute.contains(char::is_control) {
            return None;
        }
        let (value, behind) = match behind.strip_prefix('=') {
            Some(behind) => behind.strip_prefix('"')?.split_once('"')?,
            None => ("", behind),
        };
        attributes.push((attribute.to_owned(), value.to_owned()));
        rest = behind;
    }
}
