//! What a form says, read into a draft.

use jiff::tz::TimeZone;

use crate::clock;
use crate::draft::Draft;
use crate::error::Result;
use crate::form::Form;
use crate::post::Kind;
use crate::request::Request;

/// A new draft, with what the address already says: a bookmark can fill it in.
pub fn begun(request: &Request) -> Result<Draft> {
    let given = |name| {
        request
            .query
            .get(name)
            .map(|value| value.unwrap_or_default().trim().to_owned())
    };
    let mut draft = Draft::new(kind(&given("kind")?));
    draft.title = given("title")?;
    draft.tags = given("tags")?;
    draft.link_url = given("url")?;
    draft.source = given("source")?;
    draft.source_url = given("source_url")?;
    draft.text = given("text")?;
    Ok(draft)
}

/// The kind of that name, or an entry.
pub fn kind(name: &str) -> Kind {
    let mut kinds = Kind::DATED.into_iter().chain([Kind::Page]);
    kinds
        .find(|kind| kind.name() == name)
        .unwrap_or(Kind::Entry)
}

/// The random key of the form, by which it is known when it is sent twice.
pub fn key(form: &Form) -> Result<Option<String>> {
    let key = form.line("key")?;
    let random = key.len() >= 20 && key.len() <= 100 && !key.contains(|c: char| !is_of_key(c));
    Ok(Some(key).filter(|_| random))
}

fn is_of_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

/// What was typed; the rest stays as it was `before`.
pub fn read(form: &Form, before: &Draft, zone: &TimeZone) -> Result<Draft> {
    let typed = clock::tidy(&form.line("date")?);
    let stays = before
        .moment
        .filter(|moment| typed == clock::field(*moment, zone));
    let dated = before.kind != Kind::Page;
    Ok(Draft {
        kind: before.kind,
        title: form.line("title")?,
        slug: form.line("slug")?.trim_matches('/').to_owned(),
        tags: form.line("tags")?.replace(',', " "),
        link_url: form.line("link_url")?,
        via_url: form.line("via_url")?,
        via_title: form.line("via_title")?,
        source: form.line("source")?,
        source_url: form.line("source_url")?,
        context: form.line("context")?,
        text: form.text("text")?,
        nav: form.number("nav")?.unwrap_or(0).clamp(0, 999),
        date: if stays.is_some() || !dated {
            String::new()
        } else {
            typed
        },
        utc_offset: form.line("utc_offset")?,
        post: before.post,
        moment: stays,
        updated: before.updated,
        paths: before.paths.clone(),
        origin: before.origin.clone(),
    })
}
