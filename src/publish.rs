//! Publishing: what an author wrote is checked, rendered and dated here, once, so
//! that reading it takes no more than fetching it.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::date::Date;
use crate::listing::Moment;
use crate::markdown::{self, Text};
use crate::media::Shelf;
use crate::page::{self, Page};
use crate::post::{Kind, LocalTime, Post, Ready, shorten};
use crate::url::{Links, MARK};
use crate::view;

/// Longest slug and tag name, in bytes. An intersection of three tags has to fit
/// an address that every server takes, of 1,000 bytes.
pub const MAX_NAME: usize = 100;

/// Longest text of a post, in bytes: several novels.
const MAX_TEXT: usize = 8 << 20;

/// What rendering has to know of the blog.
#[derive(Clone, Debug)]
pub struct Press {
    /// The blog's time zone.
    pub zone: TimeZone,
    /// Its uploaded pictures.
    pub shelf: Shelf,
}

/// A post as its author wrote it. What a kind does not have is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// Its kind; a page has a path instead of a slug.
    pub kind: Kind,
    /// When it is, was or will be published.
    pub moment: Moment,
    /// When it was last changed, if that is worth telling.
    pub updated: Option<Moment>,
    /// The last segment of its address, or a page's path.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Names.
    pub tags: Vec<String>,
    /// Of a link: what it is about.
    pub link_url: String,
    /// Of a link: where the author found it.
    pub via_url: String,
    /// Of a link: what that place is called.
    pub via_title: String,
    /// Of a quote: who said it.
    pub source: String,
    /// Of a quote: where.
    pub source_url: String,
    /// Of a quote: Markdown to follow the source.
    pub context: String,
    /// Markdown.
    pub text: String,
    /// What an import knows it by, or empty.
    pub origin: String,
    /// Of a post that is made anew: when it was published and changed, by the clock
    /// of its day. Its address has that day, whatever the blog's time zone is now.
    pub settled: Option<(LocalTime, LocalTime)>,
}

impl Writing {
    /// A post of that kind with nothing in it yet.
    pub fn new(kind: Kind, moment: Moment) -> Writing {
        Writing {
            kind,
            moment,
            updated: None,
            slug: String::new(),
            title: String::new(),
            tags: Vec::new(),
            link_url: String::new(),
            via_url: String::new(),
            via_title: String::new(),
            source: String::new(),
            source_url: String::new(),
            context: String::new(),
            text: String::new(),
            origin: String::new(),
            settled: None,
        }
    }
}

/// What keeps a writing from being published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The field of the form that it is about.
    pub field: &'static str,
    /// What is wrong with it: a sentence without its first letter and its full stop.
    pub text: String,
}

impl Wrong {
    /// Says what is wrong with a field.
    pub fn new(field: &'static str, text: impl Into<String>) -> Wrong {
        Wrong {
            field,
            text: text.into(),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// Renders a dated post.
///
/// # Errors
/// What is wrong with the writing.
pub fn post(writing: Writing, press: &Press) -> Result<Ready, Wrong> {
    check(&writing)?;
    if !is_name(&writing.slug) {
        let text = format!(
            "the slug \"{}\" is not made of a-z, 0-9 and -",
            writing.slug
        );
        return Err(Wrong::new("slug", text));
    }
    let (published, updated) = match &writing.settled {
        Some(settled) => settled.clone(),
        None => (
            local_time(writing.moment, &press.zone)?,
            match writing.updated {
                Some(moment) => local_time(moment, &press.zone)?,
                None => LocalTime::default(),
            },
        ),
    };
    let date = published
        .date()
        .ok_or_else(|| Wrong::new("date", "its year does not have four digits"))?;
    let text = markdown::strip(&writing.text);
    let parsed = Text::parse(&text, &press.shelf);
    // Two posts of one slug may stand on one page, but not two of one day.
    let id = format!("{}-{}", date.number(), writing.slug);
    let (html, (body, more)) = shown(&writing, &parsed, &id, &press.shelf);
    let mut tags = writing.tags;
    tags.sort_unstable();
    tags.dedup();
    let post = Post {
        id: 0,
        moment: writing.moment,
        date,
        slug: writing.slug,
        kind: writing.kind,
        published,
        updated,
        title: markdown::strip(&writing.title),
        tags: tags.join(" "),
        summary: parsed.summary(),
        words: parsed.words(),
        link_url: writing.link_url,
        via_url: writing.via_url,
        via_title: markdown::strip(&writing.via_title),
        source: markdown::strip(&writing.source),
        source_url: writing.source_url,
        image: picture(&html).unwrap_or_default(),
        html,
    };
    Ok(Ready {
        context: writing.context,
        origin: writing.origin,
        label: post.label(),
        listed: view::post::listed(&Links::marked(), &post, &body, more),
        text,
        post,
    })
}

/// Renders a static page, at the path its slug says.
///
/// # Errors
/// What is wrong with the writing.
pub fn static_page(writing: Writing, nav: i64, press: &Press) -> Result<page::Ready, Wrong> {
    check(&writing)?;
    let path = format!("/{}/", writing.slug.trim_matches('/'));
    if !path.trim_matches('/').split('/').all(is_name) {
        let text = format!("the path \"{path}\" is not made of a-z, 0-9 and -");
        return Err(Wrong::new("slug", text));
    }
    let text = markdown::strip(&writing.text);
    let parsed = Text::parse(&text, &press.shelf);
    let page = Page {
        path,
        title: markdown::strip(&writing.title),
        updated: local_time(writing.updated.unwrap_or(writing.moment), &press.zone)?,
        summary: parsed.summary(),
        html: parsed.html(2, "page"),
    };
    Ok(page::Ready {
        id: 0,
        page,
        nav,
        origin: writing.origin,
        text: writing.text,
    })
}

/// A stored post as lists show it, given other tags, a space between them: nothing
/// else of it is rendered anew.
///
/// # Errors
/// A sentence that says what to do where an older version has made it.
pub fn relisted(listed: &str, tags: &str) -> Result<String, String> {
    view::post::relisted(listed, tags.split_ascii_whitespace()).ok_or_else(|| {
        "a post is listed in the form of an older version: run `mayfly rebuild`".into()
    })
}

/// Where the first picture of a text is: other sites show it beside a link to the post.
fn picture(html: &str) -> Option<String> {
    let (_, tag) = html.split_once("<img ")?;
    let (tag, _) = tag.split_once('>')?;
    let (_, source) = tag.split_once("src=\"")?;
    let (source, _) = source.split_once('"')?;
    let own = format!("{MARK}/");
    let mut starts = [own.as_str(), "https://", "http://"].into_iter();
    let known = starts.any(|start| source.starts_with(start));
    known.then(|| source.replace("&amp;", "&"))
}

/// Whether a text can stand in an address as it is: the slug of a post, a tag's
/// name, a segment of a page's path. althttpd changes any other character.
pub fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= MAX_NAME && text.bytes().all(letter)
}

/// The day of a moment in the blog's time zone.
pub fn local_date(moment: Moment, zone: &TimeZone) -> Option<Date> {
    local_time(moment, zone).ok()?.date()
}

fn check(writing: &Writing) -> Result<(), Wrong> {
    let wrong = |field, text: String| Err(Wrong::new(field, text));
    if let Some(tag) = writing.tags.iter().find(|tag| tag.len() > MAX_NAME) {
        let short = shorten(tag, 40);
        let text = format!("the tag \"{short}\" is longer than {MAX_NAME} letters: shorten it");
        return wrong("tags", text);
    }
    if let Some(tag) = writing.tags.iter().find(|tag| !is_name(tag)) {
        let text = format!("the tag \"{tag}\" is not made of a-z, 0-9 and -");
        return wrong("tags", text);
    }
    if writing.text.len() > MAX_TEXT {
        return wrong(
            "text",
            format!("its text is longer than {} MB", MAX_TEXT >> 20),
        );
    }
    match writing.kind {
        Kind::Entry if writing.title.trim().is_empty() => {
            wrong("title", "an entry needs a title".into())
        }
        Kind::Page if writing.title.trim().is_empty() => {
            wrong("title", "a page needs a title".into())
        }
        Kind::Link if !is_web(&writing.link_url) => wrong(
            "link_url",
            "a link needs an address that begins with http:// or https://".into(),
        ),
        Kind::Note | Kind::Quote if writing.text.trim().is_empty() => {
            wrong("text", format!("a {} needs a text", writing.kind.name()))
        }
        _ => match [
            ("via_url", &writing.via_url),
            ("source_url", &writing.source_url),
        ]
        .into_iter()
        .find(|(_, url)| !url.is_empty() && !is_web(url))
        {
            Some((field, url)) => wrong(
                field,
                format!("the address \"{url}\" does not begin with http:// or https://"),
            ),
            None => Ok(()),
        },
    }
}

/// A `javascript:` address in a link's title would run in the reader's browser.
fn is_web(url: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
        && !url.contains(char::is_whitespace)
        && !url.contains(char::is_control)
}

/// A moment by the clock of its day.
///
/// # Errors
/// For one whose year does not have four digits.
pub fn local_time(moment: Moment, zone: &TimeZone) -> Result<LocalTime, Wrong> {
    let outside = || Wrong::new("date", "its date is outside the years 1000 to 9999");
    let time = Timestamp::from_microsecond(moment)
        .map_err(|_| outside())?
        .to_zoned_datetime(zone.clone());
    match (1000..=9999).contains(&time.year()) {
        true => Ok(LocalTime(time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())),
        false => Err(outside()),
    }
}

/// The text as the post's own page shows it and as lists do, with whether lists
/// show less. There it stands below a day's heading and has one of its own; only
/// entries are cut, the other kinds are short by nature.
fn shown(writing: &Writing, text: &Text<'_>, id: &str, shelf: &Shelf) -> (String, (String, bool)) {
    match writing.kind {
        Kind::Entry => (text.html(2, id), text.excerpt(4, id)),
        Kind::Quote => {
            let context = markdown::inline(&writing.context, shelf);
            let quoted = |html: String| {
                view::post::quotation(&html, &writing.source, &writing.source_url, &context)
            };
            (quoted(text.html(2, id)), (quoted(text.html(4, id)), false))
        }
        Kind::Link | Kind::Note | Kind::Page => (text.html(2, id), (text.html(4, id), false)),
    }
}
