//! Slugs and tag names: any text as `[a-z0-9-]`.

use deunicode::deunicode;

/// `text` as a slug: `Café & Straße` gives `cafe-and-strasse`. Empty where
/// `text` has no letter and no digit.
pub fn slug(text: &str) -> String {
    let text = text.replace("&amp;", "&").replace('&', " and ");
    let mut slug = String::with_capacity(text.len());
    for letter in deunicode(&text).chars() {
        match letter.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => slug.push(letter),
            // "don't" is one word.
            '\'' | '`' => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// `text` as a tag's name. Unlike in a slug, the signs in C++ and C# are most
/// of what the name says.
pub fn tag(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let after_letter = plain.ends_with(|last: char| last.is_ascii_alphanumeric());
        if after_letter && let Some(tail) = rest.strip_prefix("++") {
            plain.push_str("pp");
            rest = tail;
        } else if after_letter && let Some(tail) = rest.strip_prefix('#') {
            plain.push_str("sharp");
            rest = tail;
        } else {
            plain.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    slug(&plain)
}

#[cfg(test)]
mod tests {
    use super::{slug, tag};

    #[test]
    fn any_text_becomes_a_slug() {
        for (text, expected) in [
            ("Hello, World!", "hello-world"),
            ("Café & Straße", "cafe-and-strasse"),
            ("AT&amp;T", "at-and-t"),
            ("don't panic", "dont-panic"),
            ("don’t panic", "dont-panic"),
            (
                "jekyll-sass-converter-3.0-released",
                "jekyll-sass-converter-3-0-released",
            ),
            ("Ünïcödé", "unicode"),
            ("Ærøskøbing", "aeroskobing"),
            ("Привет мир", "privet-mir"),
            ("--a__b--", "a-b"),
            ("50 % off", "50-off"),
            ("a → b", "a-b"),
            ("already-good-1", "already-good-1"),
            ("!!!", ""),
            ("", ""),
        ] {
            assert_eq!(slug(text), expected, "{text:?}");
        }
        assert!(!slug("日本語").is_empty());
    }

    #[test]
    fn a_tag_keeps_what_its_signs_mean() {
        for (text, expected) in [
            ("Web Development", "web-development"),
            ("C++", "cpp"),
            ("C#", "csharp"),
            ("#rust", "rust"),
            (".net", "net"),
            ("R & D", "r-and-d"),
            ("a+b", "a-b"),
            ("node.js", "node-js"),
            ("été", "ete"),
            ("?", ""),
        ] {
            assert_eq!(tag(text), expected, "{text:?}");
        }
    }
}
