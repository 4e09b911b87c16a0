//! Storing a post with a date: now, or when its date comes.

use mayfly::date::Date;
use mayfly::error::Result;
use mayfly::listing::Moment;
use mayfly::post::Ready;
use mayfly::publish::{self, Writing};
use mayfly::store::desk::Effect;
use mayfly::store::{draft, post, publish as shelf, scheduled};

use super::outcome::{Entry, Fate};
use super::run::{Run, Stored, entry, problem};
use super::source::Source;
use super::writing;

/// Stores a post, in place of what an earlier import made of its file.
pub fn post(run: &mut Run<'_>, source: &Source) -> Result<Stored> {
    let origin = source.origin.as_str();
    let known = match run.known.posts.get(origin) {
        Some(&id) => post::stored(run.tx, id)?,
        None => None,
    };
    let waiting = match run.known.scheduled.get(origin) {
        Some(&id) => scheduled::stored(run.tx, id)?,
        None => None,
    };
    let mut remarks = source.document.remarks.clone();
    let before = known.as_ref().or(waiting.as_ref());
    let moment = moment(run, source, before, &mut remarks);
    let Some(date) = publish::local_date(moment, &run.press.zone) else {
        return Ok(problem(
            source,
            "its date is outside the years 1000 to 9999",
        ));
    };
    let writing = writing::of(&source.document, origin, moment, &mut remarks);
    let known = match known {
        Some(known) => Some(known),
        None => twin(run, date, &writing)?,
    };
    if let Some(known) = known.as_ref().filter(|_| moment > run.now) {
        run.taken.insert(known.post.id);
        remarks.push(format!(
            "its date, {}, is still to come, but it is published already: it was left as it is",
            date.iso()
        ));
        return Ok(Ok(shown(source, known, Fate::Left, remarks)));
    }
    // It would be in its own way when a slug is looked for.
    if let Some(waiting) = &waiting {
        scheduled::remove(run.tx, waiting.post.id)?;
    }
    let ready = match ready(run, writing, date, known.as_ref(), &mut remarks)? {
        Ok(ready) => ready,
        Err(message) => {
            if let Some(waiting) = &waiting {
                scheduled::put(run.tx, waiting)?;
            }
            return Ok(problem(source, message));
        }
    };
    let fate = match moment > run.now {
        true => wait(run, &ready, waiting)?,
        false => put(run, &ready, known)?,
    };
    tidy(run, origin, &ready, fate)?;
    Ok(Ok(shown(source, &ready, fate, remarks)))
}

/// When the post was or will be published. Where the file does not say, it is
/// what it was the last time: copying a folder makes all its files new.
fn moment(
    run: &Run<'_>,
    source: &Source,
    before: Option<&Ready>,
    remarks: &mut Vec<String>,
) -> Moment {
    match (source.document.published, before) {
        (Some(published), _) => published.as_microsecond(),
        (None, Some(before)) => before.post.moment,
        (None, None) => {
            // A clock that was wrong must not put the post off.
            let moment = source.modified.as_microsecond().min(run.now);
            let day = publish::local_date(moment, &run.press.zone).map(Date::iso);
            remarks.push(format!(
                "no date: the file was last changed on {}, and that is taken",
                day.unwrap_or_default()
            ));
            moment
        }
    }
}

/// The post that this file must be, though another name is known of it: of the
/// same day, slug and title, and of no other file of this run.
fn twin(run: &Run<'_>, date: Date, writing: &Writing) -> Result<Option<Ready>> {
    let Some((id, title)) = post::at(run.tx, date, &writing.slug)? else {
        return Ok(None);
    };
    if title != writing.title || run.taken.contains(&id) {
        return Ok(None);
    }
    let found = post::stored(run.tx, id)?;
    Ok(found.filter(|found| !run.origins.contains(found.origin.as_str())))
}

/// The post rendered, at an address that is free. The slug is part of what is
/// rendered, so it is settled first.
fn ready(
    run: &Run<'_>,
    mut writing: Writing,
    date: Date,
    known: Option<&Ready>,
    remarks: &mut Vec<String>,
) -> Result<std::result::Result<Ready, String>> {
    let id = known.map(|known| known.post.id);
    let slug = shelf::slug_for(run.tx, date, &writing.slug, id)?;
    if slug != writing.slug {
        remarks.push(format!(
            "another post of {} has the slug {}: this one gets {slug}",
            date.iso(),
            writing.slug
        ));
        writing.slug = slug;
    }
    Ok(publish::post(writing, run.press).map_err(|wrong| wrong.text))
}

/// Publishes it.
fn put(run: &mut Run<'_>, ready: &Ready, known: Option<Ready>) -> Result<Fate> {
    let Some(known) = known else {
        let id = shelf::add(run.tx, ready, run.counting)?;
        run.taken.insert(id);
        run.changed(Effect::Public);
        return Ok(Fate::New);
    };
    let id = known.post.id;
    run.taken.insert(id);
    let ready = settled(ready, &known);
    if ready == known {
        return Ok(Fate::Unchanged);
    }
    shelf::replace(run.tx, id, &ready, run.counting)?;
    run.changed(Effect::Public);
    Ok(Fate::Update)
}

/// Lets it wait for its date.
fn wait(run: &mut Run<'_>, ready: &Ready, waiting: Option<Ready>) -> Result<Fate> {
    let ready = match &waiting {
        Some(waiting) => settled(ready, waiting),
        None => ready.clone(),
    };
    scheduled::put(run.tx, &ready)?;
    if waiting.as_ref() == Some(&ready) {
        return Ok(Fate::Unchanged);
    }
    run.changed(Effect::Private);
    Ok(Fate::Scheduled)
}

/// The new version with what the old one got when it was stored. No two posts
/// have one moment, so it may have got one some microseconds later.
fn settled(ready: &Ready, before: &Ready) -> Ready {
    let mut ready = ready.clone();
    ready.post.id = before.post.id;
    if ready.post.published == before.post.published {
        ready.post.moment = before.post.moment;
    }
    ready
}

/// Takes away what earlier imports made of the file, if that was something else.
fn tidy(run: &mut Run<'_>, origin: &str, ready: &Ready, fate: Fate) -> Result<()> {
    if run.known.drafts.contains(origin) && draft::remove(run.tx, origin)? {
        run.changed(Effect::Private);
    }
    if fate == Fate::Scheduled || fate == Fate::Unchanged {
        return Ok(());
    }
    if let Some(path) = run.known.pages.get(origin) {
        shelf::remove_page(run.tx, path, &ready.post.path())?;
        run.changed(Effect::Public);
    }
    Ok(())
}

fn shown(source: &Source, ready: &Ready, fate: Fate, remarks: Vec<String>) -> Entry {
    Entry {
        date: ready.post.date.iso(),
        address: ready.post.path(),
        title: ready.label.clone(),
        ..entry(source, fate, remarks)
    }
}
