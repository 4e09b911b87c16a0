//! A Markdown file of Jekyll, Hugo, Zola or Mayfly itself, read into a `Document`.
//!
//! Pure: it opens no database and knows no domain type. `find` looks for files,
//! `read` turns the bytes of one into what it says about a post, and the command
//! line stores that. What a person should know about goes into `remarks`; what
//! makes a file useless is a `Problem` that names the line.
//!
//! - `matter`: the front matter, YAML, TOML or JSON
//! - `name`: what a file's name says, `2016-10-06-title.md`
//! - `date`, `slug`, `path`, `old`: moments, slugs and tags, addresses of before
//! - `liquid`, `kramdown`, `shortcode`, `fence`: what in a body is not Markdown
//! - `kind`: entry, link, quote, note or page
//! - `document`: all of these put together, with the generators' keys

mod date;
mod document;
mod fence;
mod find;
mod kind;
mod kramdown;
mod liquid;
mod matter;
mod name;
mod old;
mod path;
mod shortcode;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;

use crate::slug;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use document::read;
pub use find::find;
pub use path::Permalink;

/// What one file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The file, as it was given to `read`.
    pub file: PathBuf,
    /// The title: from the front matter, else the heading the body begins with,
    /// else the file's name. Notes and quotes go without.
    pub title: Option<String>,
    /// When it was published, `None` if neither front matter nor file name say.
    pub published: Option<Timestamp>,
    /// When it was last changed, if the front matter says.
    pub updated: Option<Timestamp>,
    /// The last segment of the new address: `[a-z0-9-]`, not empty.
    pub slug: String,
    /// Tags, then categories, each once, as `[a-z0-9-]` names.
    pub tags: Vec<String>,
    /// What kind of post it is.
    pub kind: Kind,
    /// Whether it is not meant to be public.
    pub draft: bool,
    /// The URL a link post is about; http or https.
    pub link: Option<String>,
    /// The URL where a link was found.
    pub via: Option<String>,
    /// The name of whoever or whatever `via` is.
    pub via_title: Option<String>,
    /// Whom a quote is from.
    pub source: Option<String>,
    /// Where a quote was said; http or https.
    pub source_url: Option<String>,
    /// What a quote needs said around it.
    pub context: Option<String>,
    /// A page's place in the navigation; 0 keeps it out.
    pub nav: u32,
    /// One sentence about the post, for lists and search engines.
    pub description: Option<String>,
    /// Every path the post may have had: from `/`, percent-decoded, each once.
    pub old_paths: Vec<String>,
    /// The Markdown, line ends `\n`.
    pub body: String,
    /// The line of the file at which `body` begins.
    pub body_line: usize,
    /// What a person should know, a sentence each.
    pub remarks: Vec<String>,
}

/// The five kinds of post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A titled piece of Markdown.
    Entry,
    /// A link with commentary.
    Link,
    /// A quotation with its source.
    Quote,
    /// A short text, often without a title.
    Note,
    /// A static page, outside the dates.
    Page,
}

/// What a file does not say, and the site it comes from does.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The zone of dates that name none.
    pub zone: TimeZone,
    /// The pattern of the old addresses, where it is not the generator's default.
    pub permalink: Option<Permalink>,
}

/// Why a file cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file or folder.
    pub file: PathBuf,
    /// The line of the file, where there is one to look at.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:", self.file.display())?;
        if let Some(line) = self.line {
            write!(formatter, "{line}:")?;
        }
        write!(formatter, " {}", self.message)
    }
}

impl std::error::Error for Problem {}

/// A sentence that quotes a file, as a terminal may show it: a control character in the
/// file would steer it.
fn shown(sentence: String) -> String {
    sentence.replace(char::is_control, " ")
}

/// A `Problem` before it is known which file it is in.
#[derive(Debug)]
struct Fault {
    line: Option<usize>,
    message: String,
}

impl Fault {
    fn at(line: usize, message: impl Into<String>) -> Fault {
        Fault {
            line: Some(line),
            message: message.into(),
        }
    }

    /// The same fault, seen from a text that has `lines` lines above.
    fn below(self, lines: usize) -> Fault {
        Fault {
            line: self.line.map(|line| line + lines),
            message: self.message,
        }
    }
}

/// The remarks of one file, in order, each once.
#[derive(Debug)]
struct Remarks {
    body_line: usize,
    said: Vec<Remark>,
}

#[derive(Debug)]
enum Remark {
    Sentence(String),
    /// Markup that stays: the many times a post repeats one are one remark.
    Left {
        what: &'static str,
        text: String,
        line: usize,
        more: usize,
    },
}

impl Remarks {
    fn new(body_line: usize) -> Remarks {
        Remarks {
            body_line,
            said: Vec::new(),
        }
    }

    fn add(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self
            .said
            .iter()
            .any(|said| matches!(said, Remark::Sentence(other) if *other == sentence))
        {
            self.said.push(Remark::Sentence(sentence));
        }
    }

    /// Says that `text`, at `offset` of `body`, stays as it is.
    fn left(&mut self, body: &str, offset: usize, what: &'static str, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in &mut self.said {
            if let Remark::Left {
                what: other,
                text: known,
                more,
                ..
            } = said
                && (*other, known.as_str()) == (what, text.as_str())
            {
                *more += 1;
                return;
            }
        }
        let line = self.line(
            body.as_bytes()[..offset]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count(),
        );
        self.said.push(Remark::Left {
            what,
            text,
            line,
            more: 0,
        });
    }

    /// The line of the file that is the body's line `index`, counted from 0.
    fn line(&self, index: usize) -> usize {
        self.body_line + index
    }

    fn finish(self) -> Vec<String> {
        let sentence = |remark| match remark {
            Remark::Sentence(sentence) => sentence,
            Remark::Left {
                what,
                text,
                line,
                more: 0,
            } => {
                format!("{what} `{text}` on line {line} is left as it stands")
            }
            Remark::Left {
                what,
                text,
                line,
                more,
            } => {
                format!("{what} `{text}` on line {line} (and {more} more) is left as it stands")
            }
        };
        self.said.into_iter().map(sentence).map(shown).collect()
    }
}
