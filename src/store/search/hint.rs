//! What might be meant by an address at which nothing is: posts and pages whose own
//! addresses have words of it.
//!
//! A full search would read the index of words from end to end for a common word, and
//! crawlers ask for missing pages all day. This reads the newest few of each word from
//! a plain table, which needs no FTS5 either.

use std::mem::ManuallyDrop;

use rusqlite::{OptionalExtension, Statement, params};

use crate::config::Place;
use crate::date::Date;
use crate::listing::Mention;
use crate::post::Kind;
use crate::store::{SEARCH_FILE, data_folder, open_plainly};
use crate::url;

/// How many words of an address are looked up.
const WORDS: usize = 6;

/// How many posts of a word are looked at, the newest.
const NEWEST: u8 = 16;

/// How many hints a page gives.
const HINTS: usize = 5;

/// The posts and pages that have most of the words in their address, the rarer words
/// counting more. None where the index can't be read: the page says what it has to
/// say without it, and a search tells the owner.
pub fn hints(place: &Place, words: &[String]) -> Vec<Mention> {
    match words.is_empty() {
        true => Vec::new(),
        false => read(place, words).unwrap_or_default(),
    }
}

fn read(place: &Place, words: &[String]) -> rusqlite::Result<Vec<Mention>> {
    let folder = data_folder(place).map_err(|_| rusqlite::Error::InvalidQuery)?;
    // The process ends before it would be closed, as with blog.db.
    let index = ManuallyDrop::new(open_plainly(folder.join(SEARCH_FILE))?);
    let mut found: Vec<(i64, usize)> = Vec::new();
    let mut with =
        index.prepare("SELECT key FROM hint WHERE word = ?1 ORDER BY key DESC LIMIT ?2")?;
    for word in words.iter().take(WORDS) {
        let mut keys = keys(&mut with, word)?;
        // An address that was cut short ends within a word.
        if keys.is_empty() && Some(word) == words.last() && word.chars().count() > 3 {
            keys = self::keys(
                &mut index.prepare(
                    "SELECT key FROM hint WHERE word BETWEEN ?1 AND ?1 || char(1114111) LIMIT ?2",
                )?,
                word,
            )?;
        }
        let weight = usize::from(NEWEST) + 1 - keys.len();
        for key in keys {
            match found.iter_mut().find(|(known, _)| *known == key) {
                Some((_, score)) => *score += weight,
                None => found.push((key, weight)),
            }
        }
    }
    found.sort_unstable_by_key(|(key, score)| (usize::MAX - score, i64::MAX - key));
    let mut doc = index.prepare("SELECT date, kind, slug, label FROM doc WHERE key = ?1")?;
    let mut hints = Vec::new();
    for (key, _) in found.into_iter().take(HINTS) {
        let hint = doc.query_row([key], |row| {
            let slug: String = row.get(2)?;
            let (kind, label): (i64, String) = (row.get(1)?, row.get(3)?);
            Ok(Date::from_number(row.get(0)?).map(|date| Mention {
                path: match kind == Kind::Page.number() {
                    true => slug,
                    false => url::post(date, &slug),
                },
                label,
                date,
            }))
        });
        hints.extend(hint.optional()?.flatten());
    }
    Ok(hints)
}

fn keys(statement: &mut Statement<'_>, word: &str) -> rusqlite::Result<Vec<i64>> {
    statement
        .query_map(params![word, NEWEST], |row| row.get(0))?
        .collect()
}
