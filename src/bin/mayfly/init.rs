//! `mayfly init`: makes a new blog, empty or with the demo's posts.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::tz::TimeZone;
use mayfly::markdown;
use mayfly::media::Shelf;
use mayfly::publish::Press;
use mayfly::store::desk::{self, Settings};
use mayfly::url::Style;

use crate::failure::Failure;
use crate::{demo, import, say};

/// Make a new blog
#[derive(Args)]
pub struct Options {
    /// Where: a directory that is made, or is empty
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The blog's name
    #[arg(long, default_value = "My weblog")]
    title: String,
    /// A line below the name
    #[arg(long, default_value = "")]
    tagline: String,
    /// Who writes it
    #[arg(long, default_value = "")]
    author: String,
    /// Where it will be on the web, such as https://example.org/blog
    #[arg(long, default_value = "", value_parser = base_url)]
    base_url: String,
    /// How links look: auto does as each request did
    #[arg(long, default_value = "auto", value_parser = Style::NAMES.map(|(name, _)| name))]
    links: String,
    /// The time zone posts are dated in, such as Europe/Berlin [default: this machine's]
    #[arg(long, value_parser = zone)]
    zone: Option<TimeZone>,
    /// The language it is written in
    #[arg(long, default_value = "en", value_parser = language)]
    language: String,
    /// Fill it with posts that explain Mayfly
    #[arg(long)]
    demo: bool,
}

pub fn run(options: Options, data: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let folder = options.folder.as_deref().or(data).ok_or_else(|| {
        Failure::new("where? Say `mayfly init DIR`, with a directory that is new or empty")
    })?;
    let zone = match options.zone {
        Some(zone) => zone,
        None if options.demo => TimeZone::UTC,
        None => TimeZone::system(),
    };
    let mut settings = Settings {
        title: one_line(&options.title),
        tagline: one_line(&options.tagline),
        author: one_line(&options.author),
        base_url: options.base_url,
        links: options.links,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        language: options.language,
        footer: String::new(),
    };
    if options.demo {
        settings.title = demo::TITLE.into();
        settings.tagline = demo::TAGLINE.into();
        settings.author = demo::AUTHOR.into();
    }
    let mut desk = desk::create(folder, &settings)?;
    if options.demo {
        let shelf = Shelf::of(folder);
        import::embedded(&mut desk, demo::POSTS, &Press { zone, shelf })?;
    }
    let shown = folder.display();
    say(&format!(
        "Made a blog in {shown}, dated in {}.",
        settings.zone
    ))?;
    if !options.demo {
        say(&format!(
            "\nWhat to do next:\n  mayfly --data {shown} import PATH   bring in Markdown posts\n  \
             mayfly --data {shown} serve         look at it in a browser\n\nTo put it under a web \
             server, see deploy/README.md."
        ))?;
    }
    Ok(())
}

/// Every page has these, and pages have no room for control characters.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    markdown::strip(&words.join(" "))
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "that is no time zone; try Europe/Berlin or UTC".to_owned())
}

fn base_url(url: &str) -> Result<String, String> {
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

fn language(tag: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match !tag.is_empty() && tag.len() <= 35 && tag.bytes().all(plain) {
        true => Ok(tag.to_owned()),
        false => Err("write it as en, de or pt-BR".to_owned()),
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
}
