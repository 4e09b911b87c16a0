//! Storing what has no date in its address: static pages and drafts.

use jiff::Timestamp;
use mayfly::date::Date;
use mayfly::error::Result;
use mayfly::page;
use mayfly::publish::{self, Writing};
use mayfly::store::desk::Effect;
use mayfly::store::{draft as drawer, page as shelf, publish as press, scheduled};

use super::outcome::{Entry, Fate};
use super::run::{Run, Stored, entry, problem};
use super::source::Source;
use super::writing;

/// Stores a static page, in place of what an earlier import made of its file.
pub fn page(run: &mut Run<'_>, source: &Source) -> Result<Stored> {
    let (document, origin) = (&source.document, source.origin.as_str());
    let mut remarks = document.remarks.clone();
    let said = document.updated.or(document.published);
    let moment = said.unwrap_or(source.modified).as_microsecond();
    let mut writing = writing::of(document, origin, moment, &mut remarks);
    if !page::may_be_at(&writing.slug) {
        return Ok(problem(
            source,
            format!(
                "no page can be at /{}/, which Mayfly needs itself: give it another `slug`",
                writing.slug
            ),
        ));
    }
    let (path, known) = place(run, &writing)?;
    if path != writing.slug {
        remarks.push(format!(
            "another page is at /{}/: this one gets /{path}/",
            writing.slug
        ));
        writing.slug = path;
    }
    let nav = i64::from(document.nav);
    let mut ready = match publish::static_page(writing, nav, run.press) {
        Ok(ready) => ready,
        Err(wrong) => return Ok(problem(source, wrong.text)),
    };
    ready.id = known.as_ref().map_or(0, |known| known.id);
    let fate = match &known {
        None => Fate::New,
        Some(known) if is_same(&mut ready, known, said.is_some()) => Fate::Unchanged,
        Some(_) => Fate::Update,
    };
    if fate != Fate::Unchanged {
        press::put_page(run.tx, &ready)?;
        run.changed(Effect::Public);
    }
    tidy(run, origin, &ready)?;
    Ok(Ok(Entry {
        address: ready.page.path,
        title: ready.page.title,
        ..entry(source, fate, remarks)
    }))
}

/// Whether a page is what it was. Where its file does not say when it was last
/// changed, that is the time of the file, which copying changes too.
fn is_same(ready: &mut page::Ready, known: &page::Ready, said: bool) -> bool {
    let updated = ready.page.updated.clone();
    if !said {
        ready.page.updated = known.page.updated.clone();
    }
    let same = ready == known;
    if !same {
        ready.page.updated = updated;
    }
    same
}

/// Lays a draft on the desk. What is published already stays so: nobody takes a
/// post back by accident.
pub fn draft(run: &mut Run<'_>, source: &Source) -> Result<Stored> {
    let (document, origin) = (&source.document, source.origin.as_str());
    let mut remarks = document.remarks.clone();
    let date = document
        .published
        .and_then(|moment| publish::local_date(moment.as_microsecond(), &run.press.zone));
    if run.known.posts.contains_key(origin) || run.known.pages.contains_key(origin) {
        remarks.push(
            "it is marked as a draft, but is published already: it was left as it is".to_owned(),
        );
        return Ok(Ok(entry(source, Fate::Left, remarks)));
    }
    let draft = writing::draft(document, origin, &mut remarks);
    let saved = Timestamp::from_microsecond(run.now).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut changed = drawer::put(run.tx, &draft, &saved.to_string())?;
    if let Some(&waiting) = run.known.scheduled.get(origin) {
        scheduled::remove(run.tx, waiting)?;
        changed = true;
    }
    if changed {
        run.changed(Effect::Private);
    }
    let fate = match changed {
        true => Fate::Draft,
        false => Fate::Unchanged,
    };
    Ok(Ok(Entry {
        date: date.map(Date::iso).unwrap_or_default(),
        ..entry(source, fate, remarks)
    }))
}

/// Where a page can be, without slashes around it, and the page that this file
/// was before.
fn place(run: &Run<'_>, writing: &Writing) -> Result<(String, Option<page::Ready>)> {
    let at = |slug: &str| shelf::stored(run.tx, &format!("/{slug}/"));
    let mut known = match run.known.pages.get(&writing.origin) {
        Some(path) => shelf::stored(run.tx, path)?,
        None => None,
    };
    let mut slug = writing.slug.clone();
    let mut number = 2;
    while let Some(there) = at(&slug)? {
        if there.origin == writing.origin {
            break;
        }
        // Known by another name, and of no other file of this run: the same page.
        if known.is_none()
            && there.page.title == writing.title
            && !run.origins.contains(there.origin.as_str())
        {
            known = Some(there);
            break;
        }
        slug = format!("{}-{number}", writing.slug);
        number += 1;
    }
    Ok((slug, known))
}

/// Takes away what earlier imports made of the file, if that was something else.
fn tidy(run: &mut Run<'_>, origin: &str, ready: &page::Ready) -> Result<()> {
    if run.known.drafts.contains(origin) && drawer::remove(run.tx, origin)? {
        run.changed(Effect::Private);
    }
    if let Some(&waiting) = run.known.scheduled.get(origin) {
        scheduled::remove(run.tx, waiting)?;
        run.changed(Effect::Private);
    }
    if let Some(&id) = run.known.posts.get(origin) {
        press::remove(run.tx, id, &ready.page.path, run.counting)?;
        run.changed(Effect::Public);
    }
    Ok(())
}
