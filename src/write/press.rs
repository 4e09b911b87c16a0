//! A draft made into what is published.

use jiff::tz::TimeZone;

use crate::clock::{self, Question, Typed};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::listing::Moment;
use crate::page::{self, Page};
use crate::post::{Kind, Post};
use crate::publish::{self, MAX_NAME, Press, Writing, Wrong};
use crate::slug;
use crate::store::Desk;
use crate::store::source::Source;
use crate::store::writing::{self, Leaf};
use crate::url;

/// What keeps a draft from being published.
pub enum Trouble {
    /// Something is wrong with a field.
    Wrong(Wrong),
    /// Its date stands for two moments.
    Unclear(Question),
}

impl Trouble {
    /// What is wrong, for a place that can't ask.
    pub fn text(self) -> String {
        match self {
            Trouble::Wrong(wrong) => wrong.text,
            Trouble::Unclear(_) => "its date stands for two moments".into(),
        }
    }
}

/// A draft, rendered.
#[expect(clippy::large_enum_variant, reason = "there is one, for one preview")]
pub enum Draught {
    /// As a dated post.
    Post(Post),
    /// As a static page.
    Page(Page),
}

/// When a draft is to be published.
///
/// # Errors
/// Where its date says nothing, or two things.
fn time(draft: &Draft, zone: &TimeZone, now: Moment) -> std::result::Result<Moment, Trouble> {
    if draft.date.is_empty() {
        return Ok(draft.moment.unwrap_or(now));
    }
    match clock::read(&draft.date, &draft.utc_offset, zone) {
        Ok(Typed::At(moment)) => Ok(moment),
        Ok(Typed::Either(question)) => Err(Trouble::Unclear(question)),
        Err(text) => Err(Trouble::Wrong(Wrong::new("date", text))),
    }
}

/// The moment to show a draft at, and what keeps it from being published at one.
pub fn moment(draft: &Draft, zone: &TimeZone, now: Moment) -> (Moment, Option<Trouble>) {
    match time(draft, zone, now) {
        Ok(moment) => (moment, None),
        Err(trouble) => (draft.moment.unwrap_or(now), Some(trouble)),
    }
}

/// What readers would see.
///
/// # Errors
/// What keeps it from being published.
pub fn preview(
    draft: &Draft,
    moment: Moment,
    press: &Press,
) -> std::result::Result<Draught, Wrong> {
    let mut writing = written(draft, moment);
    if draft.kind == Kind::Page {
        writing.slug = page_slug(draft);
        let ready = publish::static_page(writing, draft.nav, press)?;
        return Ok(Draught::Page(ready.page));
    }
    publish::post(writing, press).map(|ready| Draught::Post(ready.post))
}

/// What can be shown of a draft, whole or not, and what still keeps it from being
/// published.
pub fn sketch(draft: &Draft, press: &Press, now: Moment) -> (Option<Draught>, Option<String>) {
    let (moment, trouble) = moment(draft, &press.zone, now);
    match preview(draft, moment, press) {
        Ok(post) => (Some(post), trouble.map(Trouble::text)),
        Err(wrong) => {
            // A note needs nothing but its text.
            let bare = Draft {
                title: draft.title.clone(),
                text: draft.text.clone(),
                ..Draft::new(Kind::Note)
            };
            (preview(&bare, moment, press).ok(), Some(wrong.text))
        }
    }
}

/// Publishes a draft, or lets it wait for its minute. `tell` says that readers are to
/// hear of the change. Returns where to look at it.
///
/// # Errors
/// Whatever keeps the files from being written.
pub fn publish(
    desk: &mut Desk,
    draft: &Draft,
    (id, version): (i64, i64),
    press: &Press,
    now: Moment,
    tell: bool,
) -> Result<std::result::Result<String, Trouble>> {
    if draft.kind == Kind::Page {
        return page(desk, draft, (id, version), press, now, tell);
    }
    let moment = match time(draft, &press.zone, now) {
        Ok(moment) => moment,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let made = |slug: Option<String>, before: Option<&Source>| {
        let mut writing = written(draft, moment);
        writing.slug = slug.unwrap_or(writing.slug);
        writing.updated = updated(draft, before, now, tell);
        if let Some(before) = before {
            writing.origin = before.writing.origin.clone();
            let settled = before.writing.settled.clone();
            // It keeps the day of its address, even if the blog's time zone is another now.
            if let Some((published, was)) = settled.filter(|_| before.writing.moment == moment) {
                let told = match tell {
                    true => publish::local_time(now, &press.zone)?,
                    false => was,
                };
                writing.settled = Some((published, told));
            }
        }
        publish::post(writing, press)
    };
    // Rendered before the files are locked too, to hear what is wrong with it.
    let before = match draft.post {
        Some(post) => desk.source(post)?,
        None => None,
    };
    let ready = match made(None, before.as_ref()) {
        Ok(ready) => ready,
        Err(wrong) => return Ok(Err(Trouble::Wrong(wrong))),
    };
    let waits = moment > now;
    let leaf = Leaf {
        id,
        version,
        draft,
        date: ready.post.date,
        slug: &ready.post.slug,
        waits,
    };
    let done = writing::publish(desk, &leaf, |slug, before| {
        made(Some(slug), before).map_err(|wrong| Error::Internal(wrong.text))
    })?;
    Ok(match done {
        Ok(_) if waits => Ok(url::SCHEDULED.to_owned()),
        Ok(path) => Ok(path),
        Err(wrong) => Err(Trouble::Wrong(wrong)),
    })
}

fn page(
    desk: &mut Desk,
    draft: &Draft,
    (id, version): (i64, i64),
    press: &Press,
    now: Moment,
    tell: bool,
) -> Result<std::result::Result<String, Trouble>> {
    let slug = page_slug(draft);
    if !page::may_be_at(&slug) {
        let wrong = Wrong::new(
            "slug",
            format!("no page can be at /{slug}/, which the blog needs itself"),
        );
        return Ok(Err(Trouble::Wrong(wrong)));
    }
    let made = |before: Option<&Source>| {
        let mut writing = written(draft, now);
        writing.slug = slug.clone();
        writing.updated = updated(draft, before, now, tell || before.is_none());
        if let Some(before) = before {
            writing.origin = before.writing.origin.clone();
        }
        publish::static_page(writing, draft.nav, press)
    };
    if let Err(wrong) = made(None) {
        return Ok(Err(Trouble::Wrong(wrong)));
    }
    let done = writing::publish_page(desk, (id, version), draft, |before| {
        made(before).map_err(|wrong| Error::Internal(wrong.text))
    })?;
    Ok(done.map_err(Trouble::Wrong))
}

/// When readers are told that it was changed last.
fn updated(draft: &Draft, before: Option<&Source>, now: Moment, tell: bool) -> Option<Moment> {
    match (tell, before) {
        (true, _) => Some(now),
        (false, Some(before)) => before.writing.updated,
        (false, None) => draft.updated,
    }
}

/// The draft as it is to be rendered.
fn written(draft: &Draft, moment: Moment) -> Writing {
    let slug = free_of_surprise(draft);
    let draft = draft.clone();
    let tags = draft.tags.split_ascii_whitespace();
    Writing {
        slug,
        tags: tags.map(String::from).collect(),
        title: draft.title,
        link_url: draft.link_url,
        via_url: draft.via_url,
        via_title: draft.via_title,
        source: draft.source,
        source_url: draft.source_url,
        context: draft.context,
        text: draft.text,
        origin: draft.origin,
        updated: draft.updated,
        ..Writing::new(draft.kind, moment)
    }
}

/// The slug as it was typed, else made of the title or of the first words.
fn free_of_surprise(draft: &Draft) -> String {
    let words: Vec<&str> = draft.text.split_whitespace().take(6).collect();
    let from = [&draft.slug, &draft.title, &draft.source, &words.join(" ")];
    let made = from.into_iter().map(|text| slug::slug(text));
    let mut made = made
        .into_iter()
        .find(|slug| !slug.is_empty())
        .unwrap_or_else(|| draft.kind.name().to_owned());
    // Room for the number that tells it from others of its day.
    made.truncate(MAX_NAME - 10);
    made.trim_end_matches('-').to_owned()
}

/// A page's path without slashes around it, each of its segments as a slug.
fn page_slug(draft: &Draft) -> String {
    let segments = draft.slug.split('/').map(slug::slug);
    let segments: Vec<String> = segments.filter(|segment| !segment.is_empty()).collect();
    match segments.is_empty() {
        true => free_of_surprise(draft),
        false => segments.join("/"),
    }
}
