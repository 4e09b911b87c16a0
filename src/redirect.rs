//! A redirect as its owner writes it: an old address of the blog, and where it leads.

use crate::path::Path;

/// Longest address, in bytes: a header line has to hold it.
pub const MAX: usize = 500;

/// A redirect that makes sense by itself; the rest depends on what is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The old pretty path.
    pub path: String,
    /// Where it leads.
    pub target: Target,
}

/// Where a redirect leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a pretty path of the blog.
    Here(String),
    /// To another site.
    Elsewhere(String),
    /// Nowhere: what was there is gone for good.
    Gone,
}

/// What stands in the way of a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Something is published at the old address.
    Published,
    /// The new address leads to what is gone.
    ToGone,
    /// The new address leads back to the old one.
    Circle,
}

impl Trouble {
    /// Whether it is the old address that has to be another.
    pub fn is_of_old(self) -> bool {
        self == Trouble::Published
    }

    /// A sentence about it.
    pub fn text(self) -> &'static str {
        match self {
            Trouble::Published => {
                "the blog has a page at the old address, so nobody would ever be sent on from there"
            }
            Trouble::ToGone => "the new address is one that is gone",
            Trouble::Circle => "the new address leads back to the old one",
        }
    }
}

impl Rule {
    /// Reads both addresses.
    ///
    /// # Errors
    /// A sentence about the old address, or about the new one.
    pub fn parse(from: &str, to: &str) -> Result<Rule, (Option<String>, Option<String>)> {
        match (local(from, "the old address"), target(to)) {
            (Ok(path), Ok(Target::Here(to))) if path == to => {
                Err((None, Some(Trouble::Circle.text().to_owned())))
            }
            (Ok(path), Ok(target)) => Ok(Rule { path, target }),
            (from, to) => Err((from.err(), to.err())),
        }
    }

    /// Reads a list: a line for each, the two addresses parted by spaces, a tab, a comma
    /// or an arrow. Lines that are empty or begin with # are passed over.
    ///
    /// # Errors
    /// A sentence for each line that can't be taken, with its number.
    pub fn parse_list(text: &str) -> Result<Vec<Rule>, Vec<String>> {
        let (mut rules, mut wrong) = (Vec::new(), Vec::new());
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let spaced = line
                .replace(['\t', ',', ';', '"'], " ")
                .replace("->", " ")
                .replace('\u{2192}', " ");
            let rule = match spaced.split_whitespace().collect::<Vec<_>>()[..] {
                [from, to] => {
                    Rule::parse(from, to).map_err(|(from, to)| from.or(to).unwrap_or_default())
                }
                _ => Err("a line has two addresses".to_owned()),
            };
            match rule {
                Ok(rule) => rules.push(rule),
                Err(error) => wrong.push(format!("Line {}: {error}.", index + 1)),
            }
        }
        match wrong.is_empty() {
            true => Ok(rules),
            false => Err(wrong),
        }
    }
}

/// A pretty path, as the web server hands it to the programs.
fn local(address: &str, which: &str) -> Result<String, String> {
    if address.is_empty() || !address.starts_with('/') || address.starts_with("//") {
        return Err(format!(
            "{which} begins with one slash, as in /2009/old-post.html"
        ));
    }
    if address.contains(['?', '#']) {
        return Err(format!(
            "{which} has no ? and no # in it: those are not looked at"
        ));
    }
    match Path::decode(address.as_bytes()) {
        _ if address.len() > MAX => Err(format!("{which} is longer than {MAX} bytes")),
        Ok(path) => Ok(path.as_str().to_owned()),
        Err(_) => Err(format!("{which} is none that a browser could ask for")),
    }
}

fn target(address: &str) -> Result<Target, String> {
    if matches!(address, "410" | "gone" | "-") {
        return Ok(Target::Gone);
    }
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    match host {
        None if address.starts_with('/') => local(address, "the new address").map(Target::Here),
        Some(host) if address.len() <= MAX && !host.is_empty() && !host.starts_with('/') && host.bytes().all(plain) => {
            Ok(Target::Elsewhere(address.to_owned()))
        }
        _ => Err(
            "the new address begins with one slash, or with https:// or http:// and is written as a browser \
             shows it when it is copied"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_addresses_are_read_into_one_form() {
        let here = |to: &str| Target::Here(to.into());
        for (from, to, path, target) in [
            (
                "/old.html",
                "/2025/Jul/5/new/",
                "/old.html",
                here("/2025/Jul/5/new/"),
            ),
            ("/caf%C3%A9//x/", "/a", "/caf\u{e9}/x/", here("/a")),
            ("/old", "410", "/old", Target::Gone),
            (
                "/old",
                "https://example.org/?a=1#b",
                "/old",
                Target::Elsewhere("https://example.org/?a=1#b".into()),
            ),
        ] {
            let path = path.to_owned();
            assert_eq!(
                Rule::parse(from, to),
                Ok(Rule { path, target }),
                "{from} {to}"
            );
        }
        let long = format!("/{}", "x".repeat(MAX));
        for (from, to) in [
            ("old", "/a/"),
            ("", "/a/"),
            ("//host/old", "/a/"),
            ("/old?x=1", "/a/"),
            ("/a%2fb", "/a/"),
            ("/a/../b", "/c/"),
            (&long, "/a/"),
            ("/old", ""),
            ("/old", "a"),
            ("/old", "//host/"),
            ("/old", "javascript:alert(1)"),
            ("/old", "https://"),
            ("/old", "https://example.org/a b"),
            ("/old", "https://example.org/\r\nX: y"),
            ("/old/", "/old/"),
        ] {
            assert!(Rule::parse(from, to).is_err(), "{from:?} {to:?}");
        }
    }

    #[test]
    fn a_list_is_taken_whole_or_told_line_by_line() {
        let list = "# old new\n/a /b\n\n/c,/d\n\"/e\"\t\"/f\"\n/g -> gone\n";
        assert_eq!(Rule::parse_list(list).map(|rules| rules.len()), Ok(4));
        let wrong = Rule::parse_list("/a /b\n/c\nd /e\n/f /g /h\n")
            .err()
            .unwrap_or_default();
        assert_eq!(wrong.len(), 3);
        assert!(wrong[0].starts_with("Line 2: "), "{wrong:?}");
    }
}
