//! Turns the events of a text into HTML, changing what stored HTML needs otherwise.

use std::collections::{HashMap, HashSet};
use std::iter::Peekable;
use std::slice::Iter;
use std::time::Duration;
use std::vec::IntoIter;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd, html};

use super::clean::cleaned;
use super::{code, math, plain_text};
use crate::media::Shelf;
use crate::url::MARK;
use crate::view::text;

/// Long lines of code and wide tables scroll by themselves; this lets them do so
/// by the keyboard too, in browsers that don't see to it.
const SCROLLS: &str = " tabindex=\"0\"";

/// The level of headings in a text that has the page to itself.
const ALONE: u8 = 2;

pub struct Writer<'a> {
    top: u8,
    id: &'a str,
    shelf: &'a Shelf,
    /// The footnotes' numbers, in the order in which the text refers to them.
    numbers: HashMap<String, usize>,
    /// The footnotes that have been referred to: a second reference has no id.
    referred: HashSet<usize>,
    notes: Vec<(usize, String)>,
    /// The ids that are given away.
    ids: HashSet<String>,
    /// The time that is left to colour code in.
    colouring: Duration,
}

impl<'a> Writer<'a> {
    pub fn new(top: u8, id: &'a str, shelf: &'a Shelf) -> Writer<'a> {
        Writer {
            top,
            id,
            shelf,
            numbers: HashMap::new(),
            referred: HashSet::new(),
            notes: Vec::new(),
            // The page's own: its main part.
            ids: HashSet::from(["main".to_owned()]),
            colouring: code::PATIENCE,
        }
    }

    pub fn write(mut self, events: &[Event<'_>]) -> String {
        let events: Vec<Event<'_>> = events.iter().map(cleaned).collect();
        for event in &events {
            match event {
                Event::FootnoteReference(name) => {
                    let next = self.numbers.len() + 1;
                    self.numbers.entry(name.to_string()).or_insert(next);
                }
                // What the author chose goes before what is made up.
                Event::Start(Tag::Heading { id: Some(id), .. }) => {
                    self.ids.insert(id.to_string());
                }
                _ => {}
            }
        }
        let mut out = self.blocks(&events);
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
        let mut blocks = Blocks {
            levels: heading_levels(events, self.top).into_iter(),
            level: HeadingLevel::H6,
            anchor: None,
            rest: events.iter().peekable(),
            made: Vec::with_capacity(events.len()),
        };
        while let Some(event) = blocks.rest.next() {
            self.event(event, &mut blocks);
        }
        let mut out = String::new();
        html::push_html(&mut out, blocks.made.into_iter());
        out.replace("<pre><code", &format!("<pre{SCROLLS}><code"))
            .replace("<table>", &format!("<table{SCROLLS}>"))
    }

    fn event(&mut self, event: &Event<'_>, blocks: &mut Blocks<'_, '_>) {
        match event {
            Event::Start(Tag::FootnoteDefinition(name)) => {
                let is_end = |event: &Event<'_>| *event == Event::End(TagEnd::FootnoteDefinition);
                let note = blocks.until(is_end);
                // A note that nothing refers to has nowhere to lead back to.
                if let Some(&number) = self.numbers.get(name.as_ref()) {
                    let note = self.blocks(&note);
                    self.notes.push((number, note));
                }
            }
            Event::FootnoteReference(name) => {
                let number = self.numbers.get(name.as_ref()).copied().unwrap_or(0);
                let id = self.id;
                let anchor = match self.referred.insert(number) {
                    true => format!(" id=\"ref-{id}-{number}\""),
                    false => String::new(),
                };
                blocks.html(format!(
                    "<sup><a{anchor} href=\"#note-{id}-{number}\">{number}</a></sup>"
                ));
            }
            Event::TaskListMarker(done) => {
                // A box without a name is silence to whoever hears the page.
                let state = match done {
                    true => "checked aria-label=\"Done\"",
                    false => "aria-label=\"To do\"",
                };
                blocks.html(format!("<input type=\"checkbox\" disabled {state}>\n"));
            }
            Event::Start(Tag::Heading {
                id, classes, attrs, ..
            }) => {
                blocks.level = blocks.levels.next().unwrap_or(HeadingLevel::H6);
                let words = plain_text(&blocks.ahead(|end| matches!(end, TagEnd::Heading(_))));
                let id = id.as_ref().map(CowStr::to_string);
                let id = match self.top {
                    ALONE => id.or_else(|| self.heading_id(&words)),
                    _ => id,
                };
                if self.top == ALONE {
                    blocks.anchor = id.as_ref().map(|id| text::anchor(id, &words));
                }
                blocks.made.push(Event::Start(Tag::Heading {
                    level: blocks.level,
                    id: id.map(CowStr::from),
                    classes: classes.iter().map(owned).collect(),
                    attrs: attrs
                        .iter()
                        .map(|(name, value)| (owned(name), value.as_ref().map(owned)))
                        .collect(),
                }));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(anchor) = blocks.anchor.take() {
                    blocks.html(anchor);
                }
                blocks.made.push(Event::End(TagEnd::Heading(blocks.level)));
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let tag = Event::Start(Tag::Link {
                    link_type: *link_type,
                    dest_url: owned(dest_url),
                    title: owned(title),
                    id: owned(id),
                });
                // Of `</s@cript>` CommonMark makes mail to "/s@cript".
                match *link_type != LinkType::Email && is_own(dest_url) {
                    true => blocks.html(opened_with_mark(tag)),
                    false => blocks.made.push(tag),
                }
            }
            Event::Start(Tag::Image {
                dest_url, title, ..
            }) => {
                let picture = self.picture(dest_url, title, &blocks.until_image_ends());
                blocks.html(picture);
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let code = text_of(&blocks.until(|event| *event == Event::End(TagEnd::CodeBlock)));
                blocks.code(info, code, &mut self.colouring);
            }
            Event::Code(source) => blocks.formula(source),
            Event::Html(html) => blocks.made.push(Event::Html(own_html(html).into())),
            Event::InlineHtml(html) => blocks.made.push(Event::InlineHtml(own_html(html).into())),
            other => blocks.made.push(other.clone().into_static()),
        }
    }

    /// The id of a heading that has none: its words, joined by hyphens, and a
    /// number where an earlier heading has them too.
    fn heading_id(&mut self, words: &str) -> Option<String> {
        let letters = words.to_lowercase().replace(['\u{2019}', '\''], "");
        let mut parts = letters.split(|letter: char| !letter.is_alphanumeric());
        let mut id = String::new();
        for part in parts.by_ref().filter(|part| !part.is_empty()) {
            if !id.is_empty() {
                id.push('-');
            }
            id.push_str(part);
        }
        if id.is_empty() {
            return None;
        }
        let first = id.clone();
        let mut number = 1;
        while !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("{first}-{number}");
        }
        Some(id)
    }

    fn picture(&self, address: &str, title: &str, words: &[Event<'_>]) -> String {
        let known = self.shelf.find(address);
        let src = match is_own(address) {
            true => format!("{MARK}{address}"),
            false => address.to_owned(),
        };
        let mut srcset = String::new();
        if let Some(known) = known.as_ref().filter(|known| !known.sizes.is_empty()) {
            for (width, address) in &known.sizes {
                srcset.push_str(&format!("{MARK}{address} {width}w, "));
            }
            srcset.push_str(&format!("{src} {}w", known.width));
        }
        text::picture(&text::Picture {
            src: &src,
            alt: &plain_text(words),
            title,
            size: known.map(|known| (known.width, known.height)),
            srcset: &srcset,
        })
    }
}

/// The events of a text on their way: those to come, and those that are made.
struct Blocks<'e, 't> {
    levels: IntoIter<HeadingLevel>,
    /// The level of the heading that is open.
    level: HeadingLevel,
    /// What is to stand at its end.
    anchor: Option<String>,
    rest: Peekable<Iter<'e, Event<'t>>>,
    made: Vec<Event<'static>>,
}

impl<'t> Blocks<'_, 't> {
    fn html(&mut self, html: String) {
        self.made.push(Event::InlineHtml(CowStr::from(html)));
    }

    /// Takes the events before one, and that one too.
    fn until(&mut self, is_end: impl Fn(&Event<'t>) -> bool) -> Vec<Event<'t>> {
        let events = self.rest.by_ref().take_while(|event| !is_end(event));
        events.cloned().collect()
    }

    /// The same for an image, in whose words another may stand.
    fn until_image_ends(&mut self) -> Vec<Event<'t>> {
        let mut open = 1;
        let events = self.rest.by_ref().take_while(|event| {
            match event {
                Event::Start(Tag::Image { .. }) => open += 1,
                Event::End(TagEnd::Image) => open -= 1,
                _ => {}
            }
            open > 0
        });
        events.cloned().collect()
    }

    /// The events before the next end of that kind, which are left where they are.
    fn ahead(&self, is_end: impl Fn(&TagEnd) -> bool) -> Vec<Event<'t>> {
        let events = self.rest.clone();
        let events = events.take_while(|event| !matches!(event, Event::End(end) if is_end(end)));
        events.cloned().collect()
    }

    fn code(&mut self, info: &CowStr<'_>, code: String, left: &mut Duration) {
        if info.trim() == math::FENCE
            && let Some(mathml) = math::mathml(&code, true)
        {
            self.made.push(Event::Html(CowStr::from(mathml + "\n")));
            return;
        }
        let kind = CodeBlockKind::Fenced(owned(info));
        self.made.push(Event::Start(Tag::CodeBlock(kind)));
        match code::tokens(info, &code, left) {
            Some(tokens) => {
                for (class, token) in tokens {
                    let token = Event::Text(CowStr::from(token.to_owned()));
                    match class {
                        "" => self.made.push(token),
                        _ => {
                            self.html(format!("<span class=\"{class}\">"));
                            self.made.push(token);
                            self.html("</span>".to_owned());
                        }
                    }
                }
            }
            None => self.made.push(Event::Text(CowStr::from(code))),
        }
        self.made.push(Event::End(TagEnd::CodeBlock));
    }

    /// Code in a line, which is a formula where dollars stand around it.
    fn formula(&mut self, source: &CowStr<'_>) {
        let before = match self.made.last() {
            Some(Event::Text(text)) => text.strip_suffix('$').map(str::to_owned),
            _ => None,
        };
        let after = match self.rest.peek() {
            Some(Event::Text(text)) => text.strip_prefix('$').map(str::to_owned),
            _ => None,
        };
        match (before, after, math::mathml(source, false)) {
            (Some(before), Some(after), Some(mathml)) => {
                self.made.pop();
                self.rest.next();
                self.made.push(Event::Text(CowStr::from(before)));
                self.html(mathml);
                self.made.push(Event::Text(CowStr::from(after)));
            }
            _ => self.made.push(Event::Code(owned(source))),
        }
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

/// The beginning of a link to the blog itself. The renderer would escape the mark, so it is
/// put where the address begins once that is written.
fn opened_with_mark(tag: Event<'_>) -> String {
    const BEGINNING: &str = "<a href=\"";
    let mut html = String::new();
    html::push_html(&mut html, std::iter::once(tag));
    match html.strip_prefix(BEGINNING) {
        Some(rest) => format!("{BEGINNING}{MARK}{rest}"),
        None => html,
    }
}

/// The author's own HTML, with a mark put before the blog's own addresses: as it is stored.
pub fn own_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 8);
    let mut rest = html;
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
    out
}

fn text_of(events: &[Event<'_>]) -> String {
    let texts = events.iter().filter_map(|event| match event {
        Event::Text(text) => Some(text.as_ref()),
        _ => None,
    });
    texts.collect()
}

fn owned(text: &CowStr<'_>) -> CowStr<'static> {
    CowStr::from(text.to_string())
}
