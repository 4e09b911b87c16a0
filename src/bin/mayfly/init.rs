//! `mayfly init`: makes a new blog, empty or with the demo's posts.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::tz::TimeZone;
use mayfly::media::Shelf;
use mayfly::publish::Press;
use mayfly::settings::{self, Settings};
use mayfly::store::desk;
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
    #[arg(long, default_value = "", value_parser = settings::base_url)]
    base_url: String,
    /// How links look: auto does as each request did
    #[arg(long, default_value = "auto", value_parser = Style::NAMES.map(|(name, _)| name))]
    links: String,
    /// The time zone posts are dated in, such as Europe/Berlin [default: this machine's]
    #[arg(long, value_parser = settings::zone)]
    zone: Option<String>,
    /// The language it is written in
    #[arg(long, default_value = "en", value_parser = settings::language)]
    language: String,
    /// Fill it with posts that explain Mayfly
    #[arg(long)]
    demo: bool,
}

pub fn run(options: Options, data: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let folder = options.folder.as_deref().or(data).ok_or_else(|| {
        Failure::new("where? Say `mayfly init DIR`, with a directory that is new or empty")
    })?;
    let system = || TimeZone::system().iana_name().unwrap_or("UTC").to_owned();
    let mut settings = Settings {
        base_url: options.base_url,
        links: options.links,
        zone: match options.zone {
            Some(zone) => zone,
            None if options.demo => "UTC".to_owned(),
            None => system(),
        },
        language: options.language,
        ..Settings::default()
    };
    let (title, tagline, author) = match options.demo {
        true => (demo::TITLE, demo::TAGLINE, demo::AUTHOR),
        false => (&*options.title, &*options.tagline, &*options.author),
    };
    for (name, value) in [("title", title), ("tagline", tagline), ("author", author)] {
        let wrong = |error| Failure::new(format!("--{name}: {error}"));
        settings.set(name, value).map_err(wrong)?;
    }
    let zone = TimeZone::get(&settings.zone)?;
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
            "\nWhat to do next:\n  mayfly --data {shown} import PATH     bring in Markdown posts\n  \
             mayfly --data {shown} user add NAME   say who may sign in, and write at /admin/\n  \
             mayfly --data {shown} serve           look at it in a browser\n\nTo put it under a web \
             server, see deploy/README.md."
        ))?;
    }
    Ok(())
}
