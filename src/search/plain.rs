//! The text of a post as its reader sees it: its stored HTML without the markup.
//! That is what is indexed and what excerpts show, so that no asterisk of
//! Markdown's stands between two words of a phrase, or on the page.

/// Elements whose content nobody reads.
const UNSEEN: [&str; 4] = ["script", "style", "annotation", "template"];

/// Elements that stand within a line: no space takes their place.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "u", "var",
];

/// What entities stand for. pulldown-cmark writes the first four, maud the fifth;
/// an author's own HTML may have others, which stay as they are.
const ENTITIES: [(&str, char); 6] = [
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&amp;", '&'),
    ("&#39;", '\''),
    ("&nbsp;", ' '),
];

/// The text within HTML, one space where there were several, lines or the border
/// of two paragraphs.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push(&mut text, &rest[..at]);
        rest = &rest[at..];
        // What does not begin or end like a tag is text, as browsers have it.
        let begins = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!');
        if !rest.as_bytes().get(1).is_some_and(begins) {
            text.push('<');
            rest = &rest[1..];
            continue;
        }
        let Some(end) = end_of_tag(rest) else {
            break;
        };
        let (name, opens) = name(&rest[1..end]);
        if !INLINE.contains(&name.as_str()) {
            space(&mut text);
        }
        rest = &rest[end + 1..];
        if opens && UNSEEN.contains(&name.as_str()) {
            let closing = format!("</{name}");
            rest = rest.find(&closing).map_or("", |close| &rest[close..]);
        }
    }
    push(&mut text, rest);
    text.truncate(text.trim_end().len());
    text
}

/// Where a tag or a comment ends: a `>` within quotes belongs to an attribute.
fn end_of_tag(tag: &str) -> Option<usize> {
    if tag.starts_with("<!--") {
        return tag.find("-->").map(|at| at + 2);
    }
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// The name of a tag, and whether it opens an element.
fn name(tag: &str) -> (String, bool) {
    let bare = tag.strip_prefix('/').unwrap_or(tag);
    let end = bare.find(|letter: char| !letter.is_ascii_alphanumeric());
    let name = bare[..end.unwrap_or(bare.len())].to_ascii_lowercase();
    (name, bare.len() == tag.len())
}

fn space(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

fn push(text: &mut String, piece: &str) {
    let mut at = 0;
    while let Some(letter) = piece[at..].chars().next() {
        let entity = ENTITIES
            .iter()
            .filter(|_| letter == '&')
            .find(|(name, _)| piece[at..].starts_with(name));
        let (letter, length) = match entity {
            Some((name, letter)) => (*letter, name.len()),
            None => (letter, letter.len_utf8()),
        };
        match letter.is_whitespace() || letter.is_control() {
            true => space(text),
            false => text.push(letter),
        }
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_the_text_stays() {
        let cases = [
            (
                "<p>Red <em>boats</em>.</p>\n<p>Sails</p>",
                "Red boats. Sails",
            ),
            ("un<b>believ</b>able", "unbelievable"),
            ("<li>one</li><li>two</li>", "one two"),
            (
                "a &lt;b&gt; &amp;amp; &quot;c&quot; &#39;d&#39;",
                "a <b> &amp; \"c\" 'd'",
            ),
            ("<a href=\"\u{1}/x/\" title=\"a > b\">x</a>y", "xy"),
            ("<script>let x = '<p>';</script>y<style>p{}</style>", "y"),
            ("a<!-- <b> -->b", "a b"),
            ("1 < 2 and 3", "1 < 2 and 3"),
            ("a<br>b\t\n c", "a b c"),
            ("caf\u{e9} &eacute; &", "caf\u{e9} &eacute; &"),
            ("<", "<"),
            ("", ""),
        ];
        for (html, text) in cases {
            assert_eq!(plain(html), text, "{html}");
        }
    }
}
