//! Markdown as authors write it, made into the HTML that is stored. This runs when
//! a post is saved and never when one is read.
//!
//! The author may use HTML: it is their own blog. Nothing a stranger wrote may
//! come through here.

mod clean;
mod code;
mod math;
mod writer;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::media::Shelf;
use crate::post::shorten;
use writer::Writer;

pub use writer::own_html;

/// How long a summary is, in characters: what a search result or a card shows.
const SUMMARY: usize = 200;

/// An author may put this where the excerpt ends, instead of after the first
/// paragraph. Jekyll and Zola spell it in two ways.
const MORE: [&str; 2] = ["<!-- more -->", "<!--more-->"];

/// A text, parsed.
pub struct Text<'a> {
    events: Vec<Event<'a>>,
    shelf: &'a Shelf,
    /// How many of the events make the excerpt.
    excerpt: usize,
    plain: String,
}

impl<'a> Text<'a> {
    /// Parses a text from which `strip` has taken what may not be in it. The
    /// blog's own pictures are looked up on the shelf.
    pub fn parse(text: &'a str, shelf: &'a Shelf) -> Text<'a> {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_SMART_PUNCTUATION
            | Options::ENABLE_HEADING_ATTRIBUTES;
        let events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
        let (excerpt, plain) = (excerpt_end(&events), plain_text(&events));
        Text {
            events,
            shelf,
            excerpt,
            plain,
        }
    }

    /// The whole text. Its headings begin at level `top`, whatever level the
    /// author began with, and skip none; `id` tells its footnotes from those of
    /// other texts on the same page. At level 2 a text has the page to itself, so
    /// each heading gets an anchor that no other text's can be confused with.
    pub fn html(&self, top: u8, id: &str) -> String {
        Writer::new(top, id, self.shelf).write(&self.events)
    }

    /// Its beginning, and whether that is less than the whole.
    pub fn excerpt(&self, top: u8, id: &str) -> (String, bool) {
        match self.excerpt < self.events.len() {
            true => {
                let events = cut(&self.events[..self.excerpt]);
                (Writer::new(top, id, self.shelf).write(&events), true)
            }
            false => (self.html(top, id), false),
        }
    }

    /// The first words, without markup.
    pub fn summary(&self) -> String {
        shorten(&self.plain, SUMMARY)
    }

    /// How many words there are.
    pub fn words(&self) -> usize {
        self.plain.split_whitespace().count()
    }
}

/// Renders a line of Markdown that stands in a sentence: no paragraphs.
pub fn inline(text: &str, shelf: &Shelf) -> String {
    let html = Text::parse(&strip(text), shelf).html(6, "");
    let line = html
        .trim()
        .strip_prefix("<p>")
        .and_then(|line| line.strip_suffix("</p>"));
    match line {
        Some(line) if !line.contains("<p>") => line.to_owned(),
        _ => html,
    }
}

/// The text without control characters but line ends and tabs. XML has no room
/// for them, and one of them marks our own links in stored HTML.
pub fn strip(text: &str) -> String {
    let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace(unwanted, "")
}

/// The words, without footnotes: those may stand anywhere, even first.
fn plain_text(events: &[Event<'_>]) -> String {
    let mut plain = String::new();
    let mut in_note = false;
    for event in events {
        match event {
            Event::Start(Tag::FootnoteDefinition(_)) => in_note = true,
            Event::End(TagEnd::FootnoteDefinition) => in_note = false,
            _ if in_note => {}
            Event::Text(text) | Event::Code(text) => plain.push_str(text),
            Event::Start(tag) if is_inline(&tag.to_end()) => {}
            Event::End(tag) if is_inline(tag) => {}
            Event::SoftBreak | Event::HardBreak | Event::Start(_) | Event::End(_) => {
                plain.push(' ');
            }
            _ => {}
        }
    }
    // An entity, `&#2;`, is a way around the `strip` before parsing.
    let plain = strip(&plain);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether an element stands within a line.
fn is_inline(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// How many events make the excerpt: up to the author's own mark, else up to the
/// end of the first paragraph.
fn excerpt_end(events: &[Event<'_>]) -> usize {
    let mark = events.iter().position(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => MORE.contains(&html.trim()),
        _ => false,
    });
    if let Some(mark) = mark {
        // The mark is a block of its own; what opened it is not shown either.
        let opened = matches!(
            events.get(mark.wrapping_sub(1)),
            Some(Event::Start(Tag::HtmlBlock))
        );
        return if opened { mark - 1 } else { mark };
    }
    let mut depth = 0_usize;
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(end) => {
                depth -= 1;
                if depth == 0 && *end == TagEnd::Paragraph {
                    let rest = &events[index + 1..];
                    return if rest.is_empty() {
                        events.len()
                    } else {
                        index + 1
                    };
                }
            }
            _ => {}
        }
    }
    events.len()
}

/// The events of an excerpt: elements that are open where it is cut are closed,
/// and footnotes lose their numbers, for the notes are not there.
fn cut<'a>(events: &[Event<'a>]) -> Vec<Event<'a>> {
    let mut kept = Vec::with_capacity(events.len());
    let mut open = Vec::new();
    for event in events {
        match event {
            Event::FootnoteReference(_) => continue,
            Event::Start(tag) => open.push(tag.to_end()),
            Event::End(_) => drop(open.pop()),
            _ => {}
        }
        kept.push(event.clone());
    }
    kept.extend(open.into_iter().rev().map(Event::End));
    kept
}
