//! `mayfly settings`: what is settled about the blog as a whole.

use std::error::Error;
use std::fs;
use std::path::Path;

use clap::Args;
use jiff::tz::TimeZone;
use mayfly::media::Shelf;
use mayfly::publish::Press;
use mayfly::settings::NAMES;
use mayfly::store::{self, open_desk};

use crate::failure::Failure;
use crate::say;

const EXAMPLES: &str = "\
Examples:
  mayfly --data blog settings                             tells all settings
  mayfly --data blog settings title='Tea & time' per-page=20
  mayfly --data blog settings base-url=https://example.org/blog
  mayfly --data blog settings footer=@footer.html style=@my.css
  mayfly --data blog settings tagline=                    takes it away

The settings:
  title, tagline, author   one line each
  base-url                 where the blog is on the web; empty: as each request says
  links                    auto, pretty or plain
  zone                     the time zone, such as Europe/Berlin. What is published keeps its
                           day, its time and its address; what is scheduled keeps its moment
  language                 as in en or pt-BR
  per-page                 posts on a page of a list, 1 to 200
  footer                   HTML below every page, at most 8 KB
  style                    CSS behind that of every page, at most 8 KB
  keep-pages               on: programs send again what they rendered, until anything is
                           published; files: so does a web server that is set up for it;
                           off. No pages are kept without base-url";

/// Tell what is settled about the blog, or settle it
///
/// All that is named is settled, or nothing where one is wrong.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// What to settle; a value that begins with @ names a file to read it from
    #[arg(value_name = "NAME=VALUE")]
    settings: Vec<String>,
}

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut desk = open_desk(data)?;
    let mut settings = store::settings::read(&desk)?;
    for setting in &options.settings {
        let (name, value) = setting.split_once('=').ok_or_else(|| {
            Failure::new(format!(
                "{setting}: write it as NAME=VALUE, as in title=Tea"
            ))
        })?;
        let value = match value.strip_prefix('@') {
            Some(file) => fs::read_to_string(file)
                .map_err(|error| Failure::new(format!("{name}: {file}: {error}")))?,
            None => value.to_owned(),
        };
        let wrong = |error| Failure::new(format!("{name}: {error}"));
        settings.set(name, &value).map_err(wrong)?;
    }
    if !options.settings.is_empty() {
        let zone = TimeZone::get(&settings.zone)?;
        let shelf = Shelf::of(data);
        store::settings::save(&mut desk, &settings, &Press { zone, shelf })?;
    }
    for name in NAMES {
        say(&format!("{name}={}", settings.get(name)))?;
    }
    Ok(())
}
