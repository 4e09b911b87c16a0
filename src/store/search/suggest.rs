//! What else to look for when nothing was found: words of the blog instead of those
//! that are nowhere in it, or any of the words instead of all.

use rusqlite::{Connection, OptionalExtension};

use super::is_found;
use crate::search::{Query, Suggestion, spelling};

/// How often the sorted words are asked for one that is near, by how many letters
/// it may differ: about two microseconds each.
const STEPS: [(usize, usize); 2] = [(1, 4000), (2, 8000)];

/// How many unknown words are corrected. Whoever types more of them than that has
/// another language in mind.
const WORDS: usize = 3;

/// How many candidates for a word are weighed by how many posts have them.
const CANDIDATES: usize = 12;

/// A query that finds something, if there is one that is nearly what was typed.
pub fn suggest(
    search: &Connection,
    text: &str,
    query: &Query,
) -> rusqlite::Result<Option<Suggestion>> {
    let mut corrected = text.to_owned();
    let lower = query.words().join(" ").to_lowercase();
    let mut unknown = 0;
    for word in spelling::words(&lower) {
        if unknown == WORDS {
            break;
        }
        if posts(search, word, 1)? > 0 {
            continue;
        }
        unknown += 1;
        if let Some(known) = known(search, word)? {
            corrected = replace(&corrected, word, &known);
        }
    }
    if corrected != text && is_found(search, &Query::parse(&corrected))? {
        return Ok(Some(Suggestion::Spelling(corrected)));
    }
    match query.any() {
        Some(any) if is_found(search, &Query::parse(&any))? => Ok(Some(Suggestion::Any(any))),
        _ => Ok(None),
    }
}

/// The word of the blog that is nearest, of those equally near the one that most
/// posts have.
fn known(search: &Connection, word: &str) -> rusqlite::Result<Option<String>> {
    let mut next = search
        .prepare_cached("SELECT word FROM spelling WHERE word >= ?1 ORDER BY word LIMIT 1")?;
    for (letters, steps) in STEPS {
        let near = spelling::near(word, letters, steps, |from| {
            next.query_row([from], |row| row.get(0)).optional()
        })?;
        let mut best = None;
        for candidate in near.into_iter().take(CANDIDATES) {
            // A word stays known after the last post that had it.
            let posts = posts(search, &candidate, 1000)?;
            if posts > 0 && best.as_ref().is_none_or(|(most, _)| posts > *most) {
                best = Some((posts, candidate));
            }
        }
        if let Some((_, candidate)) = best {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// How many posts have a word, counted up to a limit.
fn posts(search: &Connection, word: &str, limit: i64) -> rusqlite::Result<i64> {
    search
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM word WHERE word MATCH ?1 LIMIT ?2)")?
        .query_row((format!("\"{word}\""), limit), |row| row.get(0))
}

/// Puts a word in the place of another, however that is written, and leaves what
/// stands around it.
fn replace(text: &str, word: &str, by: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    for piece in text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        let own = piece.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        match own.to_lowercase() == word {
            true => replaced.extend([by, &piece[own.len()..]]),
            false => replaced.push_str(piece),
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_word_stays() {
        let text = "\"Red Baots\" -baotsman tag:baots* OR (baots)";
        let corrected = "\"Red boats\" -baotsman tag:boats* OR (boats)";
        assert_eq!(replace(text, "baots", "boats"), corrected);
    }
}
