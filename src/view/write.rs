//! The form that a post or a page is written in.

use maud::{Markup, PreEscaped, html};

use super::admin::{shell, token};
use super::preview::{SANDBOX, Told, document};
use super::{Page, count};
use crate::clock::Question;
use crate::draft::Draft;
use crate::post::Kind;
use crate::publish::Wrong;
use crate::session::Session;
use crate::url;
use crate::write::Draught;

/// What makes the page better, one module: each file uses what those before it name.
const SCRIPT: &str = concat!(
    include_str!("write/desk.js"),
    include_str!("write/keep.js"),
    include_str!("write/preview.js"),
    include_str!("write/keys.js"),
    include_str!("write/tags.js"),
    include_str!("write/upload.js"),
);

/// What a form is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is kept yet.
    New,
    /// A draft.
    Draft,
    /// Another version of what is public at that path.
    Public(String),
    /// Another version of what goes out at that time.
    Waits(String),
}

/// A form, with what it says besides.
pub struct Sheet<'a> {
    /// What is written.
    pub draft: &'a Draft,
    path: String,
    version: i64,
    /// What it is about.
    pub state: State,
    /// What the field for the date has in it.
    pub date: String,
    /// The name of the blog's time zone.
    pub zone: String,
    /// Whether readers are to be told of the change.
    pub tell: bool,
    /// What keeps it from being published.
    pub wrong: Option<&'a Wrong>,
    /// What has to be answered before it is published.
    pub question: Option<&'a Question>,
    /// What somebody else saved meanwhile.
    pub theirs: Option<&'a Draft>,
    /// What else there is to say.
    pub note: Option<&'a str>,
    /// What readers would see.
    pub preview: Option<&'a Draught>,
    /// A link that shows it, just made.
    pub link: Option<&'a str>,
    /// How many such links work, and until when.
    pub links: (i64, String),
    /// Where its earlier versions are.
    pub history: Option<String>,
    /// Another post that is about the same address already: its path, and its label.
    pub known: Option<(String, String)>,
}

impl<'a> Sheet<'a> {
    /// The form of a draft that is sent to `path`, begun from `version`.
    pub fn new(draft: &'a Draft, path: String, version: i64) -> Sheet<'a> {
        Sheet {
            draft,
            path,
            version,
            state: State::New,
            date: String::new(),
            zone: String::new(),
            tell: false,
            wrong: None,
            question: None,
            theirs: None,
            note: None,
            preview: None,
            link: None,
            links: (0, String::new()),
            history: None,
            known: None,
        }
    }

    fn title(&self) -> String {
        let kind = self.draft.kind.name();
        let article = match self.draft.kind {
            Kind::Entry => "an",
            _ => "a",
        };
        match self.state {
            State::New => format!("New {kind}"),
            State::Draft => format!("Draft of {article} {kind}"),
            State::Public(_) => format!("Edit {article} {kind}"),
            State::Waits(_) => format!("Edit a scheduled {kind}"),
        }
    }
}

/// The whole page.
pub fn page(session: &Session, sheet: &Sheet<'_>) -> Page {
    let Sheet { draft, path, .. } = sheet;
    let links = &session.site.links;
    let title = sheet.title();
    let key = draft.origin.strip_prefix("desk/").unwrap_or_default();
    shell(
        session,
        &title,
        path,
        html! {
            h1 { (title) }
            (state(session, sheet))
            @if let Some(wrong) = sheet.wrong {
                p.error role="alert" {
                    "It is saved, but can't be published yet: "
                    a href={ "#" (wrong.field) } { (wrong.text) } "."
                }
            }
            @if sheet.question.is_some() {
                p.error role="alert" { "It is saved, but its date stands for two moments: " a href="#utc_offset" { "say which" } "." }
            }
            @if let Some(theirs) = sheet.theirs { (conflict(theirs)) }
            form.write method="post" action=(links.to(path)) data-held[sheet.theirs.is_some()]
                data-login=(links.to(url::LOGIN)) data-complete=(links.to(url::COMPLETE))
                data-upload=(links.to(url::LIBRARY)) {
                (token(session))
                input type="hidden" name="version" value=(sheet.version);
                input type="hidden" name="kind" value=(draft.kind.name());
                @if !key.is_empty() { input type="hidden" name="key" value=(key); }
                @if let Some(post) = draft.post { input type="hidden" name="post" value=(post); }
                (fields(sheet))
                (buttons(sheet))
                @if sheet.version > 0 { (links_of(sheet)) }
            }
            @if let Some(history) = &sheet.history {
                p.soft { a href=(links.to(history)) { "Earlier versions" } }
            }
            @if let Some(shown) = sheet.preview {
                section.preview aria-label="Preview" {
                    p.soft { "Preview, " (words(&draft.text)) }
                    iframe title="Preview" sandbox=(SANDBOX) srcdoc=(document(&session.site, shown)) {}
                }
            }
            script type="module" nonce=(session.nonce) { (PreEscaped(SCRIPT)) }
        },
    )
}

fn words(text: &str) -> String {
    let words = text.split_whitespace().count();
    count(i64::try_from(words).unwrap_or(0), "word", "words")
}

/// What a script is told of the form: `shown` is what readers would see, `problem` what
/// keeps it from being published.
pub fn told(
    session: &Session,
    sheet: &Sheet<'_>,
    shown: Option<&Draught>,
    problem: Option<&str>,
) -> String {
    let told = Told {
        path: &sheet.path,
        version: sheet.version,
        conflict: sheet.theirs.is_some(),
        problem,
        note: sheet.note,
        words: sheet.draft.text.split_whitespace().count(),
        shown,
    };
    told.json(&session.site)
}

/// What is public of it, and what this form does about that.
fn state(session: &Session, sheet: &Sheet<'_>) -> Markup {
    let kept = sheet.version > 0;
    html! {
        @match &sheet.state {
            State::New | State::Draft => {}
            State::Public(path) => p.note {
                "Public at " a href=(session.site.links.to(path)) { (path) } ". "
                @if kept { "This is a draft of another version: readers see it once it is published." }
                @else { "What you save here is a draft: readers see it once it is published." }
            }
            State::Waits(time) => p.note {
                "Goes out by itself at " (time) ". "
                @if kept { "This is a draft of another version: schedule it to put it in the other's place." }
                @else { "What you save here is a draft: schedule it to put it in the other's place." }
            }
        }
        @if let Some(note) = sheet.note { p.error role="alert" { (note) } }
        @if let Some((path, label)) = &sheet.known {
            p.note { "You linked to this before: " a href=(session.site.links.to(path)) { (label) } "." }
        }
        @if let Some(link) = sheet.link {
            div.note role="status" {
                label for="link" { "Whoever has this link sees the draft, as it is when they look. It is shown here once." }
                input #link type="text" readonly value=(link);
            }
        }
    }
}

fn buttons(sheet: &Sheet<'_>) -> Markup {
    let publish = match sheet.state {
        State::New | State::Draft => "Publish",
        State::Public(_) => "Publish changes",
        State::Waits(_) => "Schedule anew",
    };
    let kept = sheet.version > 0;
    html! {
        p.actions {
            button.main type="submit" name="do" value="save" { "Save" }
            button type="submit" name="do" value="preview" { "Preview" }
            button type="submit" name="do" value="publish" { (publish) }
        }
        @if kept || sheet.state != State::New {
            p.actions {
                @match &sheet.state {
                    State::New | State::Draft => button type="submit" name="do" value="discard" { "Delete" }
                    State::Public(_) | State::Waits(_) => {
                        @if kept { button type="submit" name="do" value="discard" { "Discard this draft" } }
                        button type="submit" name="do" value="unpublish" {
                            @if matches!(sheet.state, State::Waits(_)) { "Take back to the drafts" } @else { "Unpublish" }
                        }
                        button type="submit" name="do" value="delete" { "Delete the " (sheet.draft.kind.name()) }
                    }
                }
            }
        }
    }
}

/// What makes and revokes links that show the draft to others.
fn links_of(sheet: &Sheet<'_>) -> Markup {
    let (working, until) = &sheet.links;
    html! {
        details {
            summary { "Show the draft to others" }
            @if *working > 0 {
                p { (count(*working, "link works", "links work")) ", the last one until " (until) "." }
            }
            label for="days" { "Days that a new link works" }
            input #days type="number" name="days" min="1" max="90" value="7";
            p.actions {
                button type="submit" name="do" value="link" { "Make a link" }
                @if *working > 0 { button type="submit" name="do" value="unlink" { "Revoke all links" } }
            }
        }
    }
}

/// What somebody else saved, to be copied from; the form below has one's own.
fn conflict(theirs: &Draft) -> Markup {
    html! {
        div.error role="alert" {
            p { "This draft was saved elsewhere while you wrote. Nothing is lost: here is what was saved, and below is "
                "what you typed. Saving now puts yours in its place." }
            label for="theirs-title" { "Title saved elsewhere" }
            input #theirs-title type="text" value=(theirs.title) readonly;
            label for="theirs" { "Text saved elsewhere" }
            textarea #theirs readonly rows="12" { "\n" (theirs.text) }
        }
    }
}

/// A field of one line with its label, and below it what is wrong with it.
struct Line<'a> {
    name: &'static str,
    label: &'a str,
    value: &'a str,
    kind: &'static str,
}

impl Line<'_> {
    fn show(&self, sheet: &Sheet<'_>) -> Markup {
        let Line { name, label, .. } = self;
        html! {
            label for=(name) {
                @match label.split_once("; ") {
                    Some((label, hint)) => { (label) " " small { (hint) } }
                    None => (label),
                }
            }
            input id=(name) name=(name) value=(self.value) type=(self.kind)
                aria-invalid=[wrong(sheet, name).map(|_| "true")]
                aria-describedby=[wrong(sheet, name).map(|_| format!("{name}-wrong"))];
            (complaint(sheet, name))
        }
    }
}

fn wrong<'a>(sheet: &Sheet<'a>, name: &str) -> Option<&'a Wrong> {
    sheet.wrong.filter(|wrong| wrong.field == name)
}

fn complaint(sheet: &Sheet<'_>, name: &str) -> Markup {
    html! {
        @if let Some(wrong) = wrong(sheet, name) {
            p.wrong id={ (name) "-wrong" } { (wrong.text) }
        }
    }
}

fn fields(sheet: &Sheet<'_>) -> Markup {
    let draft = sheet.draft;
    let line = |name, label, value, kind| {
        let line = Line {
            name,
            label,
            value,
            kind,
        };
        line.show(sheet)
    };
    html! {
        @if draft.kind != Kind::Quote { (line("title", "Title", &draft.title, "text")) }
        @if draft.kind == Kind::Link {
            (line("link_url", "Address", &draft.link_url, "url"))
            div.beside {
                div { (line("via_title", "Found at", &draft.via_title, "text")) }
                div { (line("via_url", "Address of that", &draft.via_url, "url")) }
            }
        }
        label for="text" { @if draft.kind == Kind::Quote { "Quotation" } @else { "Text" } ", in Markdown" }
        // A browser drops the first line end of a text area.
        textarea #text name="text" rows="18"
            aria-invalid=[wrong(sheet, "text").map(|_| "true")]
            aria-describedby=[wrong(sheet, "text").map(|_| "text-wrong")] { "\n" (draft.text) }
        (complaint(sheet, "text"))
        @if draft.kind == Kind::Quote {
            div.beside {
                div { (line("source", "Who said it", &draft.source, "text")) }
                div { (line("source_url", "Where, as an address", &draft.source_url, "url")) }
            }
            (line("context", "Context, in Markdown", &draft.context, "text"))
        }
        @if draft.kind == Kind::Page {
            div.beside {
                div { (line("slug", "Path; as in about or about/me, the title's if left empty", &draft.slug, "text")) }
                div { (line("nav", "Place in the navigation; 0 keeps it out", &draft.nav.to_string(), "number")) }
            }
        } @else {
            div.beside {
                div { (line("tags", "Tags; a space between them", &draft.tags, "text")) }
                div { (line("slug", "Slug; the title's, if left empty", &draft.slug, "text")) }
            }
            (date(sheet))
        }
        @if let State::Public(_) = sheet.state {
            label.tick { input type="checkbox" name="tell" value="yes" checked[sheet.tell]; " Tell readers that it was updated" }
        }
    }
}

fn date(sheet: &Sheet<'_>) -> Markup {
    let label = format!(
        "Date and time; in {}: empty for now, one to come lets it wait",
        sheet.zone
    );
    // A browser shows nothing of a value that is no time.
    let is_time = sheet.date.len() == 16 && sheet.date.as_bytes()[10] == b'T';
    let line = Line {
        name: "date",
        label: &label,
        value: &sheet.date,
        kind: if is_time || sheet.date.is_empty() {
            "datetime-local"
        } else {
            "text"
        },
    };
    html! {
        (line.show(sheet))
        @match sheet.question {
            Some(question) => fieldset #utc_offset {
                legend {
                    @if question.twice { "Clocks go back then and show this time twice. Which one?" }
                    @else { "Clocks go forward then and never show this time. Which one instead?" }
                }
                @for answer in &question.answers {
                    label.tick { input type="radio" name="utc_offset" value=(answer.utc_offset); " " (answer.shown) }
                }
            }
            None if !sheet.draft.utc_offset.is_empty() => {
                input type="hidden" name="utc_offset" value=(sheet.draft.utc_offset);
            }
            None => {}
        }
    }
}
