//! Markdown as authors write it, made into the HTML that is stored. This runs when
//! a post is saved and never when one is read.
//!
//! The author may use HTML: it is their own blog. Nothing a stranger wrote may
//! come through here.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::post::shorten;
use crate::url::MARK;

/// How long a summary is, in characters: what a search result or a card shows.
const SUMMARY: usize = 200;

/// Stands for the mark on the way through the renderer, which would escape it.
const OWN: &str = "x-mayfly-own:";

/// An author may put this where the excerpt ends, instead of after the first
/// paragraph. Jekyll and Zola spell it in two ways.
const MORE: [&str; 2] = ["<!-- more -->", "<!--more-->"];

/// A text, parsed.
pub struct Text<'a> {
    events: Vec<Event<'a>>,
    /// How many of the events make the excerpt.
    excerpt: usize,
    plain: String,
}

impl<'a> Text<'a> {
    /// Parses a text from which `strip` has taken what may not be in it.
    pub fn parse(text: &'a str) -> Text<'a> {
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
            excerpt,
            plain,
        }
    }

    /// The whole text. Its headings begin at level `top`, whatever level the
    /// author began with, and skip none; `id` tells its footnotes from those of
    /// other texts on the same page.
    pub fn html(&self, top: u8, id: &str) -> String {
        Writer::new(top, id).write(&self.events)
    }

    /// Its beginning, and whether that is less than the whole.
    pub fn excerpt(&self, top: u8, id: &str) -> (String, bool) {
        match self.excerpt < self.events.len() {
            true => {
                let events = without_notes(&self.events[..self.excerpt]);
                (Writer::new(top, id).write(&events), true)
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
pub fn inline(text: &str) -> String {
    let html = Text::parse(&strip(text)).html(6, "");
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
    text.replace("\r\n", "\n").replace(unwanted, "")
}

fn plain_text(events: &[Event<'_>]) -> String {
    let mut plain = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(text),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => {
                let inline = matches!(
                    event,
                    Event::End(
                        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Strikethrough
                    )
                );
                if !inline && !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
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

/// Excerpts lose their footnotes' numbers: the notes are not there.
fn without_notes<'a>(events: &[Event<'a>]) -> Vec<Event<'a>> {
    let kept = events
        .iter()
        .filter(|event| !matches!(event, Event::FootnoteReference(_)));
    kept.cloned().collect()
}

/// Turns events into HTML, changing what stored HTML needs otherwise.
struct Writer<'a> {
    top: u8,
    id: &'a str,
    numbers: HashMap<String, usize>,
    notes: Vec<(usize, String)>,
}

impl<'a> Writer<'a> {
    fn new(top: u8, id: &'a str) -> Writer<'a> {
        Writer {
            top,
            id,
            numbers: HashMap::new(),
            notes: Vec::new(),
        }
    }

    fn write(mut self, events: &[Event<'_>]) -> String {
        let mut out = self.blocks(events);
        if self.notes.is_empty() {
            return out;
        }
        self.notes.sort_by_key(|(number, _)| *number);
        out.push_str("<section class=\"footnotes\"><ol>\n");
        for (number, note) in &self.notes {
            let id = self.id;
            let back = format!(
                " <a href=\"#ref-{id}-{number}\" aria-label=\"Back to the text\">\u{21a9}\u{fe0e}</a>"
            );
            let note = match note.trim_end().strip_suffix("</p>") {
                Some(open) => format!("{open}{back}</p>"),
                None => format!("{note}{back}"),
            };
            out.push_str(&format!(
                "<li id=\"note-{id}-{number}\" value=\"{number}\">{note}</li>\n"
            ));
        }
        out.push_str("</ol></section>\n");
        out
    }

    fn blocks(&mut self, events: &[Event<'_>]) -> String {
        let levels = heading_levels(events, self.top);
        let mut headings = levels.into_iter();
        let mut level = HeadingLevel::H6;
        let mut changed = Vec::with_capacity(events.len());
        let mut index = 0;
        while let Some(event) = events.get(index) {
            index += 1;
            match event {
                Event::Start(Tag::FootnoteDefinition(name)) => {
                    let is_end =
                        |event: &Event<'_>| *event == Event::End(TagEnd::FootnoteDefinition);
                    let length = events[index..].iter().position(is_end).unwrap_or(0);
                    let number = self.number(name);
                    let note = self.blocks(&events[index..index + length]);
                    self.notes.push((number, note));
                    index += length + 1;
                }
                Event::FootnoteReference(name) => {
                    let number = self.number(name);
                    let id = self.id;
                    changed.push(Event::InlineHtml(CowStr::from(format!(
                        "<sup><a id=\"ref-{id}-{number}\" href=\"#note-{id}-{number}\">{number}</a></sup>"
                    ))));
                }
                Event::Start(Tag::Heading {
                    id, classes, attrs, ..
                }) => {
                    level = headings.next().unwrap_or(HeadingLevel::H6);
                    changed.push(Event::Start(Tag::Heading {
                        level,
                        id: id.clone(),
                        classes: classes.clone(),
                        attrs: attrs.clone(),
                    }));
                }
                Event::End(TagEnd::Heading(_)) => changed.push(Event::End(TagEnd::Heading(level))),
                Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                }) => {
                    changed.push(Event::Start(Tag::Link {
                        link_type: *link_type,
                        dest_url: marked(dest_url),
                        title: title.clone(),
                        id: id.clone(),
                    }));
                }
                Event::Start(Tag::Image {
                    link_type,
                    dest_url,
                    title,
                    id,
                }) => {
                    changed.push(Event::Start(Tag::Image {
                        link_type: *link_type,
                        dest_url: marked(dest_url),
                        title: title.clone(),
                        id: id.clone(),
                    }));
                }
                Event::Html(html) => changed.push(Event::Html(marked_html(html))),
                Event::InlineHtml(html) => changed.push(Event::InlineHtml(marked_html(html))),
                other => changed.push(other.clone()),
            }
        }
        let mut out = String::new();
        html::push_html(&mut out, changed.into_iter());
        out.replace(&format!("=\"{OWN}"), &format!("=\"{MARK}"))
    }

    fn number(&mut self, name: &str) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(name.to_owned()).or_insert(next)
    }
}

/// The level each heading gets: the author's highest becomes `top`, and none is
/// more than one below the heading before it, as screen readers expect.
fn heading_levels(events: &[Event<'_>], top: u8) -> Vec<HeadingLevel> {
    let given = events.iter().filter_map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(*level as u8),
        _ => None,
    });
    let given: Vec<u8> = given.collect();
    let highest = given.iter().copied().min().unwrap_or(1);
    let mut before = top.saturating_sub(1);
    let levels = given.into_iter().map(|level| {
        before = (level - highest + top).min(before + 1).min(6);
        HeadingLevel::try_from(usize::from(before)).unwrap_or(HeadingLevel::H6)
    });
    levels.collect()
}

/// An address that begins with one slash is the blog's own.
fn is_own(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//")
}

fn marked<'a>(address: &CowStr<'a>) -> CowStr<'a> {
    match is_own(address) {
        true => CowStr::from(format!("{OWN}{address}")),
        false => address.clone(),
    }
}

/// The author's own HTML, with the mark put before the blog's own addresses.
fn marked_html<'a>(html: &CowStr<'a>) -> CowStr<'a> {
    let mut out = String::with_capacity(html.len() + 8);
    let mut rest: &str = html;
    loop {
        let next = ["href=\"/", "src=\"/", "href='/", "src='/"]
            .iter()
            .filter_map(|start| rest.find(start).map(|at| at + start.len() - 1))
            .min();
        let Some(at) = next else { break };
        out.push_str(&rest[..at]);
        if is_own(&rest[at..]) {
            out.push(MARK);
        }
        out.push('/');
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    CowStr::from(out)
}
