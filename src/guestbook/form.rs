//! The form: what was typed, whether it can be taken, and what to say if not.

use crate::error::Result;
use crate::form::Form;

/// The longest name, in characters.
pub const MAX_NAME: usize = 80;

/// The longest address of a site, in characters.
pub const MAX_SITE: usize = 200;

/// The longest message, in characters.
pub const MAX_TEXT: usize = 4000;

/// The fields of the form, by their names in it.
pub mod field {
    /// Who writes.
    pub const NAME: &str = "name";
    /// Their site.
    pub const SITE: &str = "site";
    /// The message.
    pub const TEXT: &str = "message";
    /// The signed token.
    pub const TOKEN: &str = "form";
    /// Nobody sees this field, so only a program fills it in. Its name means
    /// nothing to a browser that fills in addresses by itself.
    pub const TRAP: &str = "subject";
}

/// What arrived, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Who says to write.
    pub name: String,
    /// Where on the web they are.
    pub site: String,
    /// The message.
    pub text: String,
    /// The signed token that the page had.
    pub token: String,
    /// Whether the field that nobody sees was filled in.
    pub trapped: bool,
}

impl Typed {
    /// Reads the fields; what is absent is empty.
    ///
    /// # Errors
    /// 400 for a field that is there twice.
    pub fn read(form: &Form) -> Result<Typed> {
        Ok(Typed {
            name: form.text(field::NAME)?,
            site: form.text(field::SITE)?,
            text: form.text(field::TEXT)?,
            token: form.text(field::TOKEN)?,
            trapped: form.has(field::TRAP)?,
        })
    }
}

/// A message that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who says to write, on one line.
    pub name: String,
    /// An http or https address, or empty.
    pub site: String,
    /// Plain text: lines end in `\n`, and no other control character but the
    /// tab is in it. Nothing else of what was typed is changed, but that empty
    /// lines at its beginning and white space at its end are gone.
    pub text: String,
}

/// What to say beside the fields. A field without a problem has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// About the name.
    pub name: Option<String>,
    /// About the site.
    pub site: Option<String>,
    /// About the message.
    pub text: Option<String>,
    /// About all of it: there was too much, or the form was too old.
    pub whole: Option<String>,
    /// Whether the same form may be sent after a while: too many came at once.
    pub later: bool,
}

impl Problems {
    /// The status of the page that says so (RFC 9110, section 15.5.21; RFC 6585).
    pub fn status(&self) -> u16 {
        if self.later { 429 } else { 422 }
    }

    /// Nothing wrong with the fields, but this with the form.
    pub fn with_all(text: &str) -> Problems {
        Problems {
            whole: Some(text.to_owned()),
            ..Problems::default()
        }
    }
}

impl Entry {
    /// Checks what was typed.
    ///
    /// # Errors
    /// What to say beside each field that can't be taken.
    pub fn check(typed: &Typed) -> std::result::Result<Entry, Problems> {
        let name = one_line(&typed.name);
        let text = lines(&typed.text);
        let mut problems = Problems::default();
        if name.is_empty() {
            problems.name = Some("Please say who you are; any name will do.".into());
        } else if name.chars().count() > MAX_NAME {
            problems.name = Some(format!("A name has at most {MAX_NAME} characters here."));
        }
        if text.is_empty() {
            problems.text = Some("Please write something.".into());
        } else if text.chars().count() > MAX_TEXT {
            let over = text.chars().count() - MAX_TEXT;
            problems.text = Some(format!(
                "A message has at most {MAX_TEXT} characters here; this one has {over} more."
            ));
        }
        let site = match address(&typed.site) {
            Some(site) => site,
            None => {
                problems.site = Some(
                    "Please write the address as https://example.org, or leave it out.".into(),
                );
                String::new()
            }
        };
        match problems == Problems::default() {
            true => Ok(Entry { name, site, text }),
            false => Err(problems),
        }
    }

    /// The name as names are compared: in lower case.
    pub fn folded_name(&self) -> String {
        self.name.to_lowercase()
    }
}

/// Words with single spaces between them, and no control character.
fn one_line(text: &str) -> String {
    let kept = |character: &char| character.is_whitespace() || !character.is_control();
    let text: String = text.chars().filter(kept).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Text with one kind of line end and no other control character but the tab.
/// A form sends CR and LF between lines, whatever was typed (WHATWG's HTML,
/// "constructing the entry list").
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |character: &char| matches!(character, '\n' | '\t') || !character.is_control();
    let text: String = text.chars().filter(kept).collect();
    let empty = |line: &&str| line.trim().is_empty();
    let start: usize = text
        .split_inclusive('\n')
        .take_while(empty)
        .map(str::len)
        .sum();
    text[start..].trim_end().to_owned()
}

/// The address of a site as a link may have it: http or https, a host, and no
/// name or password before it, which only serves to look like another host.
/// Without a scheme it is taken for https. Empty for nothing.
fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(String::new());
    }
    let lower = typed.to_ascii_lowercase();
    let given = ["https://", "http://"]
        .iter()
        .find(|scheme| lower.starts_with(**scheme));
    let rest = match given {
        Some(scheme) => &typed[scheme.len()..],
        None => typed,
    };
    let scheme = given.unwrap_or(&"https://");
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |character: char| {
        !character.is_whitespace() && !character.is_control() && !"<>\"\\^`{|}".contains(character)
    };
    let (host, port) = host.split_once(':').unwrap_or((host, "0"));
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && !host.contains("..")
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '.');
    let is_port = !port.is_empty() && port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
    let fits = typed.chars().count() <= MAX_SITE && rest.chars().all(plain);
    (is_host && is_port && fits).then(|| format!("{scheme}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_a_host_on_the_web_or_are_refused() {
        let cases = [
            ("", Some("")),
            ("example.org", Some("https://example.org")),
            (
                " HTTP://example.org/a?b=c#d ",
                Some("http://example.org/a?b=c#d"),
            ),
            (
                "https://b\u{fc}cher.example:8080/",
                Some("https://b\u{fc}cher.example:8080/"),
            ),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("https://me@evil.example/", None),
            ("https://a.example\" onclick=x", None),
            ("https://a.example/<b>", None),
            ("https://.example", None),
            ("//evil.example", None),
            ("localhost", None),
            ("https://a.example:x", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(address(typed).as_deref(), expected, "{typed}");
        }
        assert_eq!(
            address(&format!("a.example/{}", "x".repeat(MAX_SITE))),
            None
        );
    }

    #[test]
    fn text_keeps_all_but_control_characters_and_outer_space() {
        assert_eq!(
            lines("\r\n \r\n  a\tb \r\n\r\n\rc\u{0}\u{1b}\u{85}d \r\n"),
            "  a\tb \n\n\ncd"
        );
        assert_eq!(lines(" \n\t\r\n"), "");
        assert_eq!(one_line(" Ann\u{0} \n\u{1}  B\u{7f}. "), "Ann B.");
    }

    #[test]
    fn each_field_is_told_of_its_own_mistake() {
        let typed = Typed {
            name: " ".into(),
            site: "nowhere".into(),
            text: "x".repeat(MAX_TEXT + 3),
            ..Typed::default()
        };
        let problems = Entry::check(&typed).err().unwrap_or_default();
        assert!(problems.name.is_some() && problems.site.is_some());
        assert!(problems.text.is_some_and(|text| text.ends_with("3 more.")));
        assert_eq!(problems.whole, None);
    }
}
