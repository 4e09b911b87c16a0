//! What an owner settles about the blog as a whole. Each setting has a name, by which
//! the command line and the form of the admin know it, and is checked here alone.

use crate::kept::Keep;
#[cfg(feature = "save")]
use crate::markdown;
#[cfg(feature = "save")]
use crate::url::{MARK, Style};

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The blog's name.
    pub title: String,
    /// A line below it.
    pub tagline: String,
    /// Who writes it.
    pub author: String,
    /// Where it is on the web, or empty.
    pub base_url: String,
    /// `auto`, `pretty` or `plain`.
    pub links: String,
    /// Its time zone, as in `Europe/Berlin`.
    pub zone: String,
    /// Its language, as in `en`.
    pub language: String,
    /// HTML below every page, stored: its own addresses are marked.
    pub footer: String,
    /// How many posts a page of a list has.
    pub per_page: i64,
    /// Rules behind those of the style sheet, or empty.
    pub style: String,
    /// Which pages are kept once they are rendered. None are until it is known where the
    /// blog is, or a stranger's idea of that would be in them.
    pub keep_pages: Keep,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            title: "My weblog".into(),
            tagline: String::new(),
            author: String::new(),
            base_url: String::new(),
            links: "auto".into(),
            zone: "UTC".into(),
            language: "en".into(),
            footer: String::new(),
            per_page: 30,
            style: String::new(),
            keep_pages: Keep::default(),
        }
    }
}

/// The names of all settings, in the order in which they are told.
pub const NAMES: [&str; 11] = [
    "title",
    "tagline",
    "author",
    "base-url",
    "links",
    "zone",
    "language",
    "per-page",
    "footer",
    "style",
    "keep-pages",
];

/// Longest line, in characters: every page shows it.
#[cfg(feature = "save")]
const MAX_LINE: usize = 200;

/// Longest footer and longest style, in bytes: every page carries them. The blog's own
/// style sheet is shorter than that.
pub const MAX_TEXT: usize = 8 << 10;

/// Most posts on a page of a list.
pub const MAX_PER_PAGE: i64 = 200;

#[cfg(feature = "save")]
impl Settings {
    /// The value of a setting, as it is typed. Empty for a name that there is not.
    pub fn get(&self, name: &str) -> String {
        match name {
            "title" => self.title.clone(),
            "tagline" => self.tagline.clone(),
            "author" => self.author.clone(),
            "base-url" => self.base_url.clone(),
            "links" => self.links.clone(),
            "zone" => self.zone.clone(),
            "language" => self.language.clone(),
            "footer" => self.footer.replace(MARK, ""),
            "per-page" => self.per_page.to_string(),
            "style" => self.style.clone(),
            "keep-pages" => self.keep_pages.name().to_owned(),
            _ => String::new(),
        }
    }

    /// Sets a setting to what was typed.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it; then it stays what it was.
    pub fn set(&mut self, name: &str, typed: &str) -> Result<(), String> {
        match name {
            "title" => self.title = line(typed).and_then(not_empty)?,
            "tagline" => self.tagline = line(typed)?,
            "author" => self.author = line(typed)?,
            "base-url" => self.base_url = base_url(typed.trim())?,
            "links" => self.links = links(typed.trim())?,
            "zone" => self.zone = zone(typed.trim())?,
            "language" => self.language = language(typed.trim())?,
            "footer" => self.footer = markdown::own_html(&short(typed)?),
            "per-page" => self.per_page = per_page(typed.trim())?,
            "style" => self.style = style(typed)?,
            "keep-pages" => self.keep_pages = keep(typed.trim())?,
            _ => {
                return Err(format!(
                    "there is no such setting: there are {}",
                    NAMES.join(", ")
                ));
            }
        }
        Ok(())
    }
}

/// One line of plain text. Every page shows it, and pages have no room for control
/// characters.
#[cfg(feature = "save")]
fn line(typed: &str) -> Result<String, String> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let line = markdown::strip(&words.join(" "));
    match line.chars().count() > MAX_LINE {
        true => Err(format!("it has more than {MAX_LINE} characters")),
        false => Ok(line),
    }
}

#[cfg(feature = "save")]
fn not_empty(line: String) -> Result<String, String> {
    match line.is_empty() {
        true => Err("a blog needs a name".to_owned()),
        false => Ok(line),
    }
}

/// The address of the blog on the web: an origin and a path, or nothing.
///
/// # Errors
/// A sentence that says how to write it.
pub fn base_url(url: &str) -> Result<String, String> {
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]+".contains(&byte);
    match host {
        _ if url.is_empty() => Ok(String::new()),
        Some(host) if !host.is_empty() && !host.starts_with('/') && host.bytes().all(plain) => {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err("write it as https://example.org or https://example.org/blog".to_owned()),
    }
}

#[cfg(feature = "save")]
fn links(name: &str) -> Result<String, String> {
    let known = Style::NAMES.iter().any(|(known, _)| *known == name);
    match known {
        true => Ok(name.to_owned()),
        false => Err("links are auto, pretty or plain".to_owned()),
    }
}

/// A time zone by its name.
///
/// # Errors
/// A sentence that says how to write it.
#[cfg(feature = "save")]
pub fn zone(name: &str) -> Result<String, String> {
    match jiff::tz::TimeZone::get(name) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or("UTC").to_owned()),
        Err(_) => Err("that is no time zone; try Europe/Berlin or UTC".to_owned()),
    }
}

/// The names of the time zones that people choose from, in the order of the alphabet.
#[cfg(feature = "save")]
pub fn zones() -> Vec<String> {
    let old = [
        "Etc/", "US/", "SystemV/", "posix/", "right/", "Canada/", "Brazil/", "Chile/", "Mexico/",
    ];
    let places = |name: &String| name.contains('/') && !old.iter().any(|old| name.starts_with(old));
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| places(name) || name == "UTC")
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The tag of a language, as the html element has it.
///
/// # Errors
/// A sentence that says how to write it.
pub fn language(tag: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match !tag.is_empty() && tag.len() <= 35 && tag.bytes().all(plain) {
        true => Ok(tag.to_owned()),
        false => Err("write it as en, de or pt-BR".to_owned()),
    }
}

#[cfg(feature = "save")]
fn per_page(typed: &str) -> Result<i64, String> {
    match typed.parse() {
        Ok(number @ 1..=MAX_PER_PAGE) => Ok(number),
        _ => Err(format!("a page has 1 to {MAX_PER_PAGE} posts")),
    }
}

#[cfg(feature = "save")]
fn short(typed: &str) -> Result<String, String> {
    let text = markdown::strip(typed.trim());
    match text.len() > MAX_TEXT {
        true => Err(format!(
            "it has {} bytes, and every page carries it: at most {MAX_TEXT}",
            text.len()
        )),
        false => Ok(text),
    }
}

#[cfg(feature = "save")]
fn keep(typed: &str) -> Result<Keep, String> {
    Keep::named(typed).ok_or_else(|| "it is on, off or files".to_owned())
}

/// Rules that stand inside the page's style element. Nothing but `</style` ends that,
/// and no rule needs `</` or `<!--`, so neither gets in.
#[cfg(feature = "save")]
fn style(typed: &str) -> Result<String, String> {
    let text = short(typed)?;
    match ["</", "<!--"].into_iter().find(|part| text.contains(part)) {
        Some(part) => Err(format!("style rules have no {part} in them")),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_an_origin_and_a_path() {
        assert_eq!(
            base_url("https://example.org/blog/"),
            Ok("https://example.org/blog".into())
        );
        for wrong in [
            "example.org",
            "ftp://example.org",
            "https://",
            "https:///x",
            "https://a b",
            "https://x/\"><script>",
        ] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }

    #[cfg(feature = "save")]
    #[test]
    fn what_is_wrong_changes_nothing() {
        let mut settings = Settings::default();
        let long = "x".repeat(MAX_TEXT + 1);
        for (name, typed) in [
            ("title", " \n "),
            ("title", &long),
            ("base-url", "example.org"),
            ("links", "long"),
            ("zone", "Europe/Atlantis"),
            ("language", "e n"),
            ("per-page", "0"),
            ("per-page", "201"),
            ("per-page", "many"),
            ("footer", &long),
            ("style", &long),
            ("style", "p {} </style><script>"),
            ("style", "p {} </ STYLE>"),
            ("style", "<!-- p {}"),
            ("keep-pages", "yes"),
            ("colour", "red"),
        ] {
            assert!(settings.set(name, typed).is_err(), "{name}={typed}");
        }
        assert_eq!(settings, Settings::default());
    }

    #[cfg(feature = "save")]
    #[test]
    fn what_was_typed_is_read_back() -> Result<(), String> {
        let mut settings = Settings::default();
        for (name, typed) in NAMES.into_iter().zip([
            "Tea & time",
            "All of it",
            "Anna",
            "https://example.org/blog",
            "plain",
            "Europe/Berlin",
            "de",
            "12",
            "<p><a href=\"/about/\">About</a> <a href=\"//else.where/\">Else</a></p>",
            "p { color: red }\nem { content: \"<\" }",
            "on",
        ]) {
            settings.set(name, typed)?;
            assert_eq!(settings.get(name), typed);
        }
        assert!(settings.footer.contains(&format!("href=\"{MARK}/about/\"")));
        assert!(settings.footer.contains("href=\"//else"));
        settings.set("title", "  Two\n lines\u{1} ")?;
        assert_eq!(settings.title, "Two lines");
        Ok(())
    }

    #[cfg(feature = "save")]
    #[test]
    fn zones_are_places() {
        let zones = zones();
        assert!(zones.len() > 300, "{}", zones.len());
        for name in ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"] {
            assert!(zones.iter().any(|zone| zone == name), "{name}");
        }
        assert!(zones.iter().all(|name| zone(name).is_ok()));
    }
}
