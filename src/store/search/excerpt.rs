//! Where the text of a result matches. FTS5 could mark it if it kept the texts; they
//! are in blog.db, so the few that are shown are put into an index of their own in
//! memory, and what is marked is exactly what was found.

use rusqlite::{Connection, OptionalExtension, params};

use super::Match;
use crate::date::Date;
use crate::error::Result;
use crate::post::Kind;
use crate::search::{Found, Query, kind_word, plain};
use crate::store::schema::{STEMMER, TOKENIZER};
use crate::url;

/// The posts and pages of one page of results, with what matches marked.
pub fn results(
    blog: &Connection,
    query: &Query,
    stems: bool,
    part: &[Match],
) -> Result<Vec<Found>> {
    if part.is_empty() {
        return Ok(Vec::new());
    }
    let marked = Connection::open_in_memory()?;
    let tokenizer = if stems { STEMMER } else { TOKENIZER };
    marked.execute_batch(&format!(
        "CREATE VIRTUAL TABLE word USING fts5(text, title, tags, source, kind,
                                              tokenize = {tokenizer});
         BEGIN"
    ))?;
    // Both give a path, a label, tags, who was quoted, and HTML.
    let mut post = blog.prepare(concat!(
        "SELECT l.slug, l.label, tags, ",
        source!(),
        ", p.html FROM post p CROSS JOIN listing l USING (moment) WHERE id = ?1"
    ))?;
    let mut page = blog.prepare("SELECT path, title, '', '', html FROM page WHERE path = ?1")?;
    let mut put = marked.prepare(
        "INSERT INTO word (rowid, text, title, tags, source, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut get = marked.prepare(
        "SELECT highlight(word, 1, char(2), char(3)), snippet(word, 0, char(2), char(3), '\u{2026}', 32)
         FROM word WHERE rowid = ?1 AND word MATCH ?2",
    )?;
    let expression = query.to_fts();
    let mut results = Vec::with_capacity(part.len());
    for matched in part {
        let kind = Kind::from_number(matched.kind).unwrap_or(Kind::Note);
        let Some(date) = Date::from_number(matched.date) else {
            continue;
        };
        let mut read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Found> {
            let (slug, label, tags): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let (source, text) = (row.get_ref(3)?.as_str()?, plain(row.get_ref(4)?.as_str()?));
            put.execute(params![
                matched.key,
                text,
                label,
                tags,
                source,
                kind_word(kind)
            ])?;
            let path = match kind {
                Kind::Page => slug,
                _ => url::post(date, &slug),
            };
            Ok(Found {
                key: matched.key,
                path,
                date,
                kind,
                tags,
                label,
                excerpt: String::new(),
            })
        };
        let row = match kind {
            Kind::Page => page.query_row([&matched.slug], &mut read),
            _ => post.query_row([matched.post], &mut read),
        };
        // What was taken back since is no result any longer.
        let Some(mut found) = row.optional()? else {
            continue;
        };
        let texts = get
            .query_row(params![matched.key, expression], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        if let Some((label, excerpt)) = texts {
            found.label = label;
            found.excerpt = excerpt;
        }
        results.push(found);
    }
    Ok(results)
}
