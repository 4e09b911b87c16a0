//! Old paths: where a post was before it was imported.
//!
//! A generator's default address is worked out from the file alone, so it is a
//! guess where the site's own configuration says otherwise; `Permalink` is how
//! the operator says it too. A redirect too many costs a row, one too few a
//! dead link, so a doubt gives both.

use std::path::{Component, Path};
use std::str::FromStr;

use jiff::civil::Date;
use percent_encoding::percent_decode_str;

use crate::slug::slug;

/// The pattern a site makes its addresses with, `/news/:year/:month/:day/:title/`
/// or one of Jekyll's names `date`, `pretty`, `ordinal` and `none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permalink(String);

impl FromStr for Permalink {
    type Err = String;

    fn from_str(text: &str) -> Result<Permalink, String> {
        let pattern = match text {
            "date" => "/:categories/:year/:month/:day/:title:output_ext",
            "pretty" => "/:categories/:year/:month/:day/:title/",
            "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
            "none" => "/:categories/:title:output_ext",
            _ if text.starts_with('/') => text,
            _ => {
                return Err(format!(
                    "`{text}` is no permalink pattern: use date, pretty, ordinal, none, or one like /:year/:month/:title/"
                ));
            }
        };
        match unknown_name(pattern) {
            Some(name) => Err(format!(
                "`:{name}` is unknown in a permalink pattern: use {}",
                known_names()
            )),
            None => Ok(Permalink(pattern.to_owned())),
        }
    }
}

/// What a pattern is filled with.
#[derive(Clone, Debug, Default)]
pub(super) struct Place<'a> {
    pub categories: &'a [String],
    pub day: Option<Date>,
    /// The file name without date and ending, or the front matter's `slug`.
    pub title: &'a str,
    /// The folders below `content/`, for Hugo and Zola.
    pub section: &'a [String],
}

impl Permalink {
    /// Jekyll's own default.
    pub(super) fn jekyll() -> Permalink {
        Permalink("/:categories/:year/:month/:day/:title:output_ext".to_owned())
    }

    /// The address of `place`, `None` where the pattern needs a day and there is none.
    pub(super) fn fill(&self, place: &Place<'_>) -> Option<String> {
        let mut path = String::new();
        let mut rest = self.0.as_str();
        while let Some((before, after)) = rest.split_once(':') {
            path.push_str(before);
            let name = NAMES.iter().find(|name| after.starts_with(**name))?;
            path.push_str(&value(name, place)?);
            rest = &after[name.len()..];
        }
        path.push_str(rest);
        // An empty first part, `//2016/`, would read as a host.
        clean(&format!("/{}", path.trim_start_matches('/'))).ok()
    }
}

/// Longer names first, so that `:sections` is not `:section` and an s.
const NAMES: [&str; 21] = [
    "contentbasename",
    "slugorfilename",
    "categories",
    "output_ext",
    "short_month",
    "short_year",
    "monthname",
    "filename",
    "sections",
    "i_month",
    "section",
    "yearday",
    "i_day",
    "month",
    "title",
    "y_day",
    "slug",
    "year",
    "day",
    "collection",
    "path",
];

fn known_names() -> String {
    let names: Vec<String> = NAMES.iter().map(|name| format!(":{name}")).collect();
    names.join(" ")
}

fn unknown_name(pattern: &str) -> Option<&str> {
    pattern
        .split(':')
        .skip(1)
        .find(|after| !NAMES.iter().any(|name| after.starts_with(name)))
        .map(|after| {
            let end = after
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(after.len());
            &after[..end]
        })
}

fn value(name: &str, place: &Place<'_>) -> Option<String> {
    let day = || place.day;
    Some(match name {
        "categories" => place.categories.join("/"),
        "year" => format!("{:04}", day()?.year()),
        "short_year" => format!("{:02}", day()?.year() % 100),
        "month" => format!("{:02}", day()?.month()),
        "i_month" => day()?.month().to_string(),
        "short_month" => day()?.strftime("%b").to_string(),
        "monthname" => day()?.strftime("%B").to_string().to_lowercase(),
        "day" => format!("{:02}", day()?.day()),
        "i_day" => day()?.day().to_string(),
        "y_day" => format!("{:03}", day()?.day_of_year()),
        "yearday" => day()?.day_of_year().to_string(),
        "slug" => slug(place.title),
        "output_ext" => ".html".to_owned(),
        "sections" => place.section.join("/"),
        "section" => place.section.first().cloned().unwrap_or_default(),
        "collection" => "posts".to_owned(),
        _ => pretty(place.title),
    })
}

/// A file name as Jekyll's `:title`: its case and dots stay, and all but
/// letters, digits and the signs a path may hold become one hyphen.
pub(super) fn pretty(title: &str) -> String {
    let mut pretty = String::with_capacity(title.len());
    for letter in title.chars() {
        if letter.is_alphanumeric() || "._~!$&'()+,;=@".contains(letter) {
            pretty.push(letter);
        } else if !pretty.is_empty() && !pretty.ends_with('-') {
            pretty.push('-');
        }
    }
    pretty.truncate(pretty.trim_end_matches('-').len());
    pretty
}

/// A path as it is kept: from `/`, percent-decoded, without host, query or
/// doubled slashes. The error says why not.
pub(super) fn clean(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let path = if lower.starts_with("http://") || lower.starts_with("https://") {
        let host = text.find("//").map_or(0, |at| at + 2);
        text[host..].find('/').map_or("/", |at| &text[host + at..])
    } else if text.starts_with("//") {
        return Err("it names another host");
    } else {
        text
    };
    let path = path.split('#').next().unwrap_or_default();
    if path.contains('?') {
        return Err("it has a query, and redirects go by path alone");
    }
    let decoded = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| "it is not UTF-8")?;
    if decoded.chars().any(|c| c.is_control() || c == '\\') {
        return Err("it has a character no path should have");
    }
    let mut clean = String::with_capacity(decoded.len() + 1);
    for segment in decoded
        .split('/')
        .filter(|segment| !matches!(*segment, "" | "."))
    {
        if segment == ".." {
            return Err("it climbs out with `..`");
        }
        clean.push('/');
        clean.push_str(segment);
    }
    if clean.is_empty() {
        return Err("it is the home page");
    }
    if decoded.ends_with('/') {
        clean.push('/');
    }
    Ok(clean)
}

/// The folders between the last `content` in `file` and the file itself: that is where Hugo and Zola keep what they publish.
pub(super) fn section(file: &Path) -> Option<Vec<String>> {
    let folders: Vec<&str> = file
        .parent()?
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let content = folders.iter().rposition(|name| *name == "content")?;
    Some(
        folders[content + 1..]
            .iter()
            .map(|name| name.to_lowercase().replace(' ', "-"))
            .collect(),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_kept_in_one_form() {
        for (text, expected) in [
            ("/a/b/", Ok("/a/b/")),
            ("a/b", Ok("/a/b")),
            ("/a//b/./c.html", Ok("/a/b/c.html")),
            ("/caf%C3%A9/", Ok("/café/")),
            ("/a/#part", Ok("/a/")),
            ("https://example.org/old/x", Ok("/old/x")),
            ("HTTP://example.org/x", Ok("/x")),
            (" /a ", Ok("/a")),
            ("/", Err("it is the home page")),
            ("", Err("it is the home page")),
            ("https://example.org", Err("it is the home page")),
            (
                "/?p=12",
                Err("it has a query, and redirects go by path alone"),
            ),
            ("//evil.example/x", Err("it names another host")),
            ("/a/../b", Err("it climbs out with `..`")),
            ("/a/%2e%2e/b", Err("it climbs out with `..`")),
            ("/a%00b", Err("it has a character no path should have")),
            ("/a\\b", Err("it has a character no path should have")),
            ("/%ff", Err("it is not UTF-8")),
        ] {
            assert_eq!(clean(text), expected.map(str::to_owned), "{text:?}");
        }
    }

    #[test]
    fn a_pattern_is_filled() {
        let categories = ["news".to_owned(), "rust".to_owned()];
        let section = ["posts".to_owned(), "2020".to_owned()];
        let place = Place {
            categories: &categories,
            day: Some(Date::constant(2016, 2, 5)),
            title: "Jekyll 3.0 is out!",
            section: &section,
        };
        for (pattern, expected) in [
            ("date", "/news/rust/2016/02/05/Jekyll-3.0-is-out!.html"),
            ("pretty", "/news/rust/2016/02/05/Jekyll-3.0-is-out!/"),
            ("ordinal", "/news/rust/2016/036/Jekyll-3.0-is-out!.html"),
            ("none", "/news/rust/Jekyll-3.0-is-out!.html"),
            (
                "/blog/:year/:i_month/:i_day/:slug",
                "/blog/2016/2/5/jekyll-3-0-is-out",
            ),
            (
                "/:short_year/:short_month/:slug/",
                "/16/Feb/jekyll-3-0-is-out/",
            ),
            ("/:sections/:slug/", "/posts/2020/jekyll-3-0-is-out/"),
            ("/:section/:monthname/:yearday/", "/posts/february/36/"),
        ] {
            assert_eq!(
                pattern.parse::<Permalink>().unwrap().fill(&place).unwrap(),
                expected,
                "{pattern}"
            );
        }
        let undated = Place { day: None, ..place };
        assert_eq!(Permalink::jekyll().fill(&undated), None);
    }

    #[test]
    fn a_wrong_pattern_is_named() {
        for (pattern, part) in [
            ("weekly", "`weekly`"),
            ("/:yaer/:title", "`:yaer`"),
            ("/a/:", "`:`"),
        ] {
            assert!(
                pattern.parse::<Permalink>().unwrap_err().contains(part),
                "{pattern}"
            );
        }
    }

    #[test]
    fn the_section_is_what_lies_below_content() {
        for (file, expected) in [
            ("site/content/posts/a.md", Some(vec!["posts"])),
            ("content/a.md", Some(vec![])),
            ("content/old/content/My Notes/a.md", Some(vec!["my-notes"])),
            ("posts/a.md", None),
            ("a.md", None),
        ] {
            let expected =
                expected.map(|parts| parts.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(section(Path::new(file)), expected, "{file}");
        }
    }
}
