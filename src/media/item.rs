//! What the library knows of an uploaded file.

use super::shelf::{WIDTHS, sized};
use crate::listing::Moment;
use crate::url::MEDIA;

/// Longest name of a file that is shown, in characters.
const MAX_NAME: usize = 80;

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: i64,
    /// Its name below `media/`.
    pub file: String,
    /// What it was called where it came from, or empty.
    pub name: String,
    /// How large it is, in bytes.
    pub bytes: u64,
    /// In pixels; 0 where it is no picture.
    pub width: u32,
    /// In pixels; 0 where it is no picture.
    pub height: u32,
    /// What it shows, for those who can't see it.
    pub alt: String,
    /// When it was taken in.
    pub added: Moment,
}

/// A file that was not taken in: its name, and why.
pub type Refusal = (String, String);

/// Something that shows a file or links to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// "entry", "draft of a page", "redirect"
    pub what: String,
    /// Its title, or its first words.
    pub label: String,
    /// The pretty path at which it is seen or changed.
    pub path: String,
}

impl Item {
    /// Its pretty path: `/media/1f3870be274f6c49b3e31a0c.jpg`.
    pub fn address(&self) -> String {
        format!("{MEDIA}{}", self.file)
    }

    /// Whether a page can show it.
    pub fn is_shown(&self) -> bool {
        self.width > 0 && self.ending() != "svg"
    }

    /// The pretty path of a picture that is wide enough for the grid.
    pub fn thumbnail(&self) -> String {
        let made = self.width > WIDTHS[0] && is_made(&self.file);
        made.then(|| sized(&self.address(), WIDTHS[0]))
            .flatten()
            .unwrap_or_else(|| self.address())
    }

    /// What its name ends in.
    pub fn ending(&self) -> &str {
        self.file.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// What it is called: its name where it came from, or its own.
    pub fn label(&self) -> &str {
        match self.name.is_empty() {
            true => &self.file,
            false => &self.name,
        }
    }

    /// What a post has to say to show it.
    pub fn markdown(&self) -> String {
        let text: String = self.alt.chars().flat_map(escaped).collect();
        match self.is_shown() {
            true => format!("![{text}]({})", self.address()),
            false => {
                let label: String = self.label().chars().flat_map(escaped).collect();
                format!("[{label}]({})", self.address())
            }
        }
    }
}

/// Square brackets would end the text early, and a backslash takes what follows.
fn escaped(letter: char) -> impl Iterator<Item = char> {
    let needs = matches!(letter, '[' | ']' | '\\');
    needs.then_some('\\').into_iter().chain([letter])
}

/// Whether a file is one that `keep` made, with its narrower copies: the name says so.
pub fn is_made(file: &str) -> bool {
    let stem = file.split('.').next().unwrap_or_default();
    let pixels = !file.ends_with(".gif") && !file.ends_with(".avif");
    pixels && stem.len() == 24 && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The names of a picture's narrower copies, whether they are there or not.
pub fn widths_of(file: &str) -> impl Iterator<Item = String> {
    WIDTHS.iter().filter_map(move |&width| sized(file, width))
}

/// The name of the picture that a narrower copy was made of; any other name as it is.
pub fn original(file: &str) -> String {
    let whole = |width: &u32| {
        let (stem, ending) = file.rsplit_once('.')?;
        let stem = stem.strip_suffix(&format!("-{width}"))?;
        Some(format!("{stem}.{ending}"))
    };
    WIDTHS
        .iter()
        .find_map(whole)
        .unwrap_or_else(|| file.to_owned())
}

/// A file's name as it is shown, and never used for anything else: without the
/// folders that some browsers put before it, without what steers a terminal or
/// turns the direction of writing.
pub fn shown(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let name = name.replace(steers, "");
    crate::post::shorten(name.trim(), MAX_NAME)
}
