//! Which posts changed last: a short text in the row `site`, written in the
//! transaction of the change. It is how search.db catches up with what was
//! published by a program without the index, or by one that was killed. Before it
//! stands how the owner wants words found, for search.db may be lost at any time.

use rusqlite::{Connection, Transaction};

use crate::error::Result;

/// How many changes are remembered; whoever missed more has to look at all posts.
const ENTRIES: usize = 64;

/// Stands first where words are to be found by their stems.
const STEMS: &str = "stems";

/// What stands for the static pages, which have no ids, among those of posts.
pub const PAGES: i64 = 0;
/// How many changes of the last transaction are remembered whatever their number, so
/// that it can be caught up with. One with more has changed the blog as a whole.
pub const WHOLE: usize = 500;

/// The changes since a `seq`, oldest first.
pub struct Log {
    /// Whether words are to be found by their stems: `sailing` by `sails`.
    pub stems: bool,
    since: i64,
    entries: Vec<(i64, i64)>,
}

impl Log {
    /// Reads the log, and the `seq` it leads up to.
    pub fn read(blog: &Connection) -> rusqlite::Result<(Log, i64)> {
        blog.prepare_cached("SELECT changes, seq FROM site")?
            .query_row([], |row| {
                Ok((Log::parse(row.get_ref(0)?.as_str()?), row.get(1)?))
            })
    }

    fn parse(text: &str) -> Log {
        let stems = text.starts_with(STEMS);
        let mut words = text.trim_start_matches(STEMS).split_ascii_whitespace();
        let since = words.next().and_then(|seq| seq.parse().ok());
        let entry = |word: &str| {
            let (seq, id) = word.split_once(':')?;
            Some((seq.parse().ok()?, id.parse().ok()?))
        };
        Log {
            stems,
            since: since.unwrap_or(i64::MAX),
            entries: words.filter_map(entry).collect(),
        }
    }

    fn text(&self) -> String {
        let stems = if self.stems { STEMS } else { "" };
        let mut text = format!("{stems} {}", self.since).trim().to_owned();
        for (seq, id) in &self.entries {
            text.push_str(&format!(" {seq}:{id}"));
        }
        text
    }

    /// The posts that changed after a `seq`, if the log goes back that far.
    pub fn after(&self, seen: i64) -> Option<Vec<i64>> {
        let later = self.entries.iter().filter(|(seq, _)| *seq > seen);
        (self.since <= seen).then(|| later.map(|(_, id)| *id).collect())
    }

    /// Adds a change; the changes of whole transactions are forgotten for it.
    fn push(&mut self, seq: i64, id: i64) -> bool {
        if self.since >= seq || self.entries.contains(&(seq, id)) {
            return false;
        }
        self.entries.push((seq, id));
        while self.entries.len() > self.room(seq) {
            self.since = self.entries[0].0;
            self.entries.retain(|(seq, _)| *seq > self.since);
        }
        true
    }

    /// How many changes there is room for, where the last is of `seq`.
    fn room(&self, seq: i64) -> usize {
        match self.entries.first() {
            Some((first, _)) if *first == seq => WHOLE,
            _ => ENTRIES,
        }
    }
}

/// Whether words are to be found by their stems.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn has_stems(blog: &Connection) -> Result<bool> {
    Ok(Log::read(blog)?.0.stems)
}

/// Settles whether words are to be found by their stems. The index has to be made
/// anew for it.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn settle_stems(blog: &Connection, stems: bool) -> Result<()> {
    let (mut log, _) = Log::read(blog)?;
    log.stems = stems;
    blog.execute("UPDATE site SET changes = ?1", [log.text()])?;
    Ok(())
}

/// Notes that a post, or one of the `PAGES`, was added, changed or taken back.
pub fn note(tx: &Transaction<'_>, post: i64) -> Result<()> {
    note_all(tx, &[post])
}

/// The same of several posts.
pub fn note_all(tx: &Transaction<'_>, posts: &[i64]) -> Result<()> {
    let (mut log, seq) = Log::read(tx)?;
    let mut changed = false;
    for &post in posts {
        changed |= log.push(seq + 1, post);
    }
    if changed {
        tx.prepare_cached("UPDATE site SET changes = ?1")?
            .execute([log.text()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_remembers_whole_transactions() {
        let mut log = Log::parse("1");
        for id in 1..=60 {
            log.push(2, id);
        }
        log.push(3, 7);
        assert_eq!(Log::parse(&log.text()).after(2), Some(vec![7]));
        assert_eq!(log.after(1).map(|ids| ids.len()), Some(61));
        for id in 1..=10 {
            log.push(4, id);
        }
        assert_eq!(log.after(1), None);
        assert_eq!(log.after(2).map(|ids| ids.len()), Some(11));
        assert_eq!(log.after(3).map(|ids| ids.len()), Some(10));
    }

    #[test]
    fn how_words_are_found_stays() {
        let mut log = Log::parse("stems 1 2:7");
        assert!(log.stems && !Log::parse("1 2:7").stems);
        log.push(3, 8);
        assert_eq!(log.text(), "stems 1 2:7 3:8");
        assert_eq!(log.after(2), Some(vec![8]));
    }

    #[test]
    fn the_last_transaction_is_remembered_if_it_is_larger_than_the_rest() {
        let mut log = Log::parse("1 2:7 3:8");
        for id in 1..=WHOLE as i64 {
            assert!(log.push(4, id));
        }
        assert_eq!(log.after(3).map(|ids| ids.len()), Some(WHOLE));
        assert_eq!(log.after(2), None);
        log.push(5, 1);
        assert_eq!(log.after(4), Some(vec![1]));
        assert_eq!(log.after(3), None);
    }

    #[test]
    fn an_import_larger_than_the_log_empties_it() {
        let mut log = Log::parse("1");
        for id in 1..=1000 {
            log.push(2, id);
        }
        assert_eq!(log.text(), "2");
    }
}
