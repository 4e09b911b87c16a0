//! How well a post matches: the formula of FTS5's own `bm25`, but for how rare a word
//! is. To know that, `bm25` reads the index of each word from end to end at every
//! search, which for two common words of a million posts takes longer than all
//! the rest. Here it is estimated from the newest posts.

#![allow(unsafe_code, reason = "FTS5 calls a ranking function through C alone")]

use std::ffi::c_int;
use std::ptr::null_mut;

use rusqlite::{Connection, ffi};

use crate::search::Query;

/// How many of the newest posts tell how rare a word is.
const SAMPLE: i64 = 4000;

/// How much a word counts in each column: text, title, tags, source, kind.
const WEIGHTS: [f64; 5] = [1.0, 10.0, 5.0, 2.0, 0.0];

/// The constants of BM25, as FTS5 and most others have them: how soon a word more
/// counts for little, and how much a long text is held against it.
const K: f64 = 1.2;
const B: f64 = 0.75;

/// Most phrases that are told apart: twice as many as a query may have.
const PHRASES: usize = 36;

/// Lets statements of this connection call `score(word, RARITY, ...)`, with a rarity
/// for each phrase of the query. As with `bm25`, the best have the least.
///
/// # Errors
/// Where this SQLite has no FTS5.
pub fn register(search: &Connection) -> rusqlite::Result<()> {
    let mut api: *mut ffi::fts5_api = null_mut();
    let mut statement = null_mut();
    // SAFETY: the documented way to reach FTS5 (https://sqlite.org/fts5.html, 7). The
    // pointer that is bound outlives the statement, which fills it in.
    unsafe {
        let sql = c"SELECT fts5(?1)".as_ptr();
        ffi::sqlite3_prepare_v2(search.handle(), sql, -1, &raw mut statement, null_mut());
        let place = (&raw mut api).cast();
        ffi::sqlite3_bind_pointer(statement, 1, place, c"fts5_api_ptr".as_ptr(), None);
        ffi::sqlite3_step(statement);
        ffi::sqlite3_finalize(statement);
    }
    // SAFETY: FTS5's functions live as long as the connection. `score` has the type it
    // asks for, and neither data nor an end of its own.
    let made = unsafe {
        match api.as_ref().and_then(|api| api.xCreateFunction) {
            Some(create) => create(api, c"score".as_ptr(), null_mut(), Some(score), None),
            None => ffi::SQLITE_ERROR,
        }
    };
    match made {
        ffi::SQLITE_OK => Ok(()),
        _ => Err(rusqlite::Error::InvalidQuery),
    }
}

/// How much each phrase of the query tells, in the order FTS5 counts them: the
/// logarithm of how few posts have it, 0 for what only restricts.
pub fn rarities(search: &Connection, query: &Query) -> rusqlite::Result<Vec<f64>> {
    let terms = query.ranked();
    let wanted = terms.iter().flatten().count();
    // One word is as rare as itself.
    if wanted < 2 {
        return Ok(terms
            .iter()
            .map(|term| f64::from(u8::from(term.is_some())))
            .collect());
    }
    let oldest: i64 = search
        .prepare("SELECT min(key) FROM (SELECT key FROM doc ORDER BY key DESC LIMIT ?1)")?
        .query_row([SAMPLE], |row| row.get::<_, Option<i64>>(0))?
        .unwrap_or(0);
    let mut count =
        search.prepare("SELECT count(*) FROM word WHERE word MATCH ?1 AND rowid >= ?2")?;
    let mut rarity = |term: &Option<String>| -> rusqlite::Result<f64> {
        let Some(term) = term else { return Ok(0.0) };
        let posts: f64 = count.query_row((term, oldest), |row| row.get(0))?;
        let others = (SAMPLE as f64 - posts).max(0.0);
        // A word of every second post says little, but its number still counts.
        Ok(((others + 0.5) / (posts + 0.5)).ln().max(0.05))
    };
    terms.iter().map(&mut rarity).collect()
}

unsafe extern "C" fn score(
    api: *const ffi::Fts5ExtensionApi,
    fts: *mut ffi::Fts5Context,
    context: *mut ffi::sqlite3_context,
    given: c_int,
    rarities: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: FTS5 calls this for a row that matches, with its own functions, none of
    // which is missing since version 1 of them, and as many values as it says.
    unsafe {
        let score = of_row(&*api, fts, |phrase| match phrase < given {
            true => ffi::sqlite3_value_double(*rarities.add(phrase as usize)),
            false => 0.0,
        });
        match score {
            Some(score) => ffi::sqlite3_result_double(context, -score),
            None => ffi::sqlite3_result_error_code(context, ffi::SQLITE_CORRUPT_VTAB),
        }
    }
}

/// # Safety
/// As FTS5 calls `score`.
unsafe fn of_row(
    api: &ffi::Fts5ExtensionApi,
    fts: *mut ffi::Fts5Context,
    rarity: impl Fn(c_int) -> f64,
) -> Option<f64> {
    let mut found = [0.0; PHRASES];
    let (mut count, mut words, mut rows, mut all) = (0, 0, 0, 0);
    let is_well = |code: c_int| (code == ffi::SQLITE_OK).then_some(());
    // SAFETY: each function fills in the numbers whose addresses it is given.
    unsafe {
        is_well(api.xInstCount?(fts, &raw mut count))?;
        for place in 0..count {
            let (mut phrase, mut column, mut offset) = (0, 0, 0);
            let inst = api.xInst?;
            is_well(inst(
                fts,
                place,
                &raw mut phrase,
                &raw mut column,
                &raw mut offset,
            ))?;
            let weight = usize::try_from(column).ok().and_then(|at| WEIGHTS.get(at));
            let found = usize::try_from(phrase)
                .ok()
                .and_then(|at| found.get_mut(at));
            if let (Some(found), Some(weight)) = (found, weight) {
                *found += weight;
            }
        }
        is_well(api.xColumnSize?(fts, -1, &raw mut words))?;
        is_well(api.xRowCount?(fts, &raw mut rows))?;
        is_well(api.xColumnTotalSize?(fts, -1, &raw mut all))?;
    }
    let average = all as f64 / rows.max(1) as f64;
    let length = K * (1.0 - B + B * f64::from(words) / average.max(1.0));
    let mut score = 0.0;
    for (phrase, found) in (0..).zip(found).filter(|(_, found)| *found > 0.0) {
        score += rarity(phrase) * found * (K + 1.0) / (found + length);
    }
    Some(score)
}
