//! Old addresses: each leads to its post from now on.

use std::collections::HashMap;

use mayfly::date::Date;
use mayfly::error::Result;
use mayfly::store::desk::Effect;
use mayfly::store::{page, post, redirect};
use mayfly::url;

use super::outcome::{Entry, Fate};
use super::run::Run;
use super::source::Source;

/// Stores where the old paths of each source lead, which is to the address of
/// the entry beside it.
pub fn lead(run: &mut Run<'_>, sources: &[&Source], entries: &mut [Entry]) -> Result<()> {
    let mut claimed: HashMap<&str, String> = HashMap::new();
    for (source, entry) in sources.iter().zip(entries) {
        if entry.address.is_empty() || entry.fate == Fate::Left {
            continue;
        }
        for path in &source.document.old_paths {
            if *path == entry.address {
                continue;
            }
            if is_answered(path) {
                entry.remarks.push(format!(
                    "old path {path} is left out: Mayfly has a page of its own there"
                ));
                continue;
            }
            // Another spelling of the post's own address works by itself, until
            // the post moves: so it is stored too.
            let taken = holder(run, path)?
                .filter(|holder| *holder != entry.address)
                .or_else(|| claimed.get(path.as_str()).cloned());
            if let Some(taken) = taken {
                entry.remarks.push(format!(
                    "old path {path} is left out: it belongs to {taken}"
                ));
                continue;
            }
            claimed.insert(path, entry.address.clone());
            if redirect::target(run.tx, path)?.as_deref() != Some(&entry.address) {
                redirect::add(run.tx, path, &entry.address)?;
                run.changed(Effect::Public);
            }
            entry.old.push(path.clone());
        }
    }
    Ok(())
}

/// Whether a program answers at a path that looks for no redirect, as those of the
/// guestbook and the search.
fn is_answered(path: &str) -> bool {
    match url::route(path) {
        ("tag", rest) => matches!(rest, "" | "/"),
        ("home" | "kind" | "sitemap", _) => true,
        (program, _) => !url::prefix(program).is_empty(),
    }
}

/// The address of what is published at a path, however that is spelled: programs
/// look for posts and pages before they look for redirects.
fn holder(run: &Run<'_>, path: &str) -> Result<Option<String>> {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let dated = match segments.as_slice() {
        [year, month, day, slug] => Date::parse(year, month, day).zip(Some(slug)),
        _ => None,
    };
    if let Some((date, slug)) = dated {
        let slug = slug.to_ascii_lowercase();
        let found = post::at(run.tx, date, &slug)?;
        return Ok(found.map(|_| url::post(date, &slug)));
    }
    let canonical = format!("/{}/", segments.join("/"));
    let found = page::stored(run.tx, &canonical)?;
    Ok(found.map(|page| page.page.path))
}
