//! Looking over a blog's files without touching them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::UNIX_EPOCH;

use rusqlite::{Connection, OpenFlags};

use super::{
    BLOG_FILE, DESK_FILE, GUESTBOOK_FILE, SEARCH_FILE, STAMP, explain, media, neighbour, now,
    schema,
};
use crate::error::Result;
use crate::host::Fact;
use crate::listing::Moment;

/// The files that are looked at. The index of words can be made anew.
const FILES: [&str; 3] = [BLOG_FILE, DESK_FILE, GUESTBOOK_FILE];

/// How much time there is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// As much as it takes.
    Whole,
    /// As much as a program has that answers a request. What is left out is told.
    Page,
}

/// A larger file is not read twice for a page: its rows are not compared with its
/// indexes. In bytes; that much takes a second.
const LARGE: u64 = 64 << 20;

/// A still larger one is not read for a page at all, in bytes.
const HUGE: u64 = 1 << 30;

/// Free pages worth a word, in bytes, where they are half of a file.
const MUCH: i64 = 10 << 20;

/// A day, in microseconds.
const DAY: Moment = 86_400_000_000;

/// For how many days a blog does without a backup before that is worth a word.
const BACKUP_DAYS: Moment = 14;

/// Questions about `blog.db` whose answer should be 0. Each counts rows that
/// contradict others; making what is derived anew mends them all.
const CONTRADICTIONS: [(&str, &str); 9] = [
    (
        "every post is listed once",
        "SELECT abs((SELECT count(*) FROM post) - (SELECT count(*) FROM listing))
              + (SELECT count(*) FROM post WHERE NOT EXISTS
                  (SELECT 1 FROM listing WHERE listing.moment = post.moment AND listing.post = post.id))",
    ),
    ("every post knows its neighbours", neighbour::WRONG),
    (
        "every list leads to posts",
        "SELECT count(*) FROM tagging WHERE NOT EXISTS
           (SELECT 1 FROM listing WHERE listing.moment = tagging.moment)",
    ),
    (
        "every tag counts its posts",
        "SELECT count(*) FROM tag
         WHERE posts <> (SELECT count(*) FROM tagging WHERE tagging.tag = tag.id)",
    ),
    (
        "every tagging has its tag",
        "SELECT count(*) FROM (SELECT DISTINCT tag FROM tagging WHERE tag > 15)
         WHERE tag NOT IN (SELECT id FROM tag)",
    ),
    (
        "years, months and days count their posts",
        "SELECT count(*) FROM period WHERE entries + links + quotes + notes <>
           (SELECT count(*) FROM listing WHERE moment BETWEEN oldest AND newest AND listing.date /
             CASE WHEN period.date < 10000 THEN 10000 WHEN period.date < 1000000 THEN 100 ELSE 1 END
             = period.date)",
    ),
    (
        "every post's day is counted",
        "SELECT count(*) FROM listing WHERE date NOT IN (SELECT date FROM period)",
    ),
    (
        "no redirect leads to a redirect",
        "SELECT count(*) FROM redirect a JOIN redirect b ON a.target = b.path",
    ),
    (
        "next_due is the first scheduled moment",
        "SELECT count(*) FROM site WHERE next_due IS NOT (SELECT min(moment) FROM scheduled)",
    ),
];

/// Looks at versions, integrity, indexes, free room and counts of the blog's files.
///
/// # Errors
/// Whatever keeps a file from being read at all.
pub fn look(folder: &Path, depth: Depth) -> Result<Vec<Fact>> {
    let mut facts = Vec::new();
    for name in FILES {
        let path = folder.join(name);
        if !path.exists() {
            facts.push(Fact::bad(format!("{name} is missing: restore a backup")));
            continue;
        }
        let looked = look_at(&path, name, depth);
        facts.extend(looked.map_err(|error| explain(&error, &path))?);
    }
    Ok(facts)
}

fn look_at(path: &Path, name: &str, depth: Depth) -> rusqlite::Result<Vec<Fact>> {
    let file = open(path)?;
    let number = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (id, version) = (
        number("PRAGMA application_id")?,
        number("PRAGMA user_version")?,
    );
    let right = (id == schema::APPLICATION_ID, version == schema::VERSION);
    let mut facts = vec![match right {
        (true, true) => Fact::well(format!("{name} has schema {version}")),
        (true, false) => Fact::bad(schema::wrong_version(version, Path::new(name)).to_string()),
        (false, _) => Fact::bad(format!(
            "{name} is not Mayfly's: its application id is {id:#x}"
        )),
    }];
    facts.push(integrity(&file, path, name, depth)?);
    if facts.iter().any(Fact::is_bad) {
        return Ok(facts);
    }
    facts.push(indexes(&file, name)?);
    facts.push(free(&file, name)?);
    if name != BLOG_FILE {
        return Ok(facts);
    }
    let changed = number("SELECT changed FROM site")?;
    if changed > now() + DAY {
        facts.push(Fact::bad(
            "the blog was changed after what this host's clock shows: the clock is wrong, and new posts \
             would stand below old ones",
        ));
    }
    if depth == Depth::Page && fs::metadata(path).is_ok_and(|file| file.len() > LARGE) {
        facts.push(Fact::odd(format!(
            "{name} is too large to compare its counts with its posts for a page: `mayfly check` does"
        )));
        return Ok(facts);
    }
    for (claim, question) in CONTRADICTIONS {
        facts.push(match number(question)? {
            0 => Fact::well(claim),
            rows => Fact::bad(format!(
                "not true that {claim} ({rows} rows): run `mayfly rebuild`"
            )),
        });
    }
    Ok(facts)
}

fn integrity(file: &Connection, path: &Path, name: &str, depth: Depth) -> rusqlite::Result<Fact> {
    let size = fs::metadata(path).map_or(0, |file| file.len());
    let (check, how) = match depth {
        Depth::Page if size > HUGE => {
            return Ok(Fact::odd(format!(
                "{name} is too large to be read for a page: `mayfly check` does"
            )));
        }
        Depth::Page if size > LARGE => (
            "quick_check",
            ", as far as a page has time to look: `mayfly check` compares its indexes, too",
        ),
        Depth::Page | Depth::Whole => ("integrity_check", ""),
    };
    let found: String = file.query_row(&format!("PRAGMA {check}(1)"), [], |row| row.get(0))?;
    Ok(match found.as_str() {
        "ok" => Fact::well(format!("{name} is whole{how}")),
        damage => Fact::bad(format!("{name} is damaged, restore a backup: {damage}")),
    })
}

/// Compares tables and indexes with those of `schema.sql`. Each list is read by an index
/// that is there for it, and SQLite would choose another way where there is one more,
/// or where `ANALYZE` has left its table.
fn indexes(file: &Connection, name: &str) -> rusqlite::Result<Fact> {
    let names = |file: &Connection, schema: &str| -> rusqlite::Result<Vec<String>> {
        let sql = format!("SELECT name FROM {schema}.sqlite_schema ORDER BY name");
        let mut names = file.prepare(&sql)?;
        let names = names.query_map([], |row| row.get(0))?;
        names.collect()
    };
    let kind = name.trim_end_matches(".db");
    let model = Connection::open_in_memory()?;
    model.execute_batch(&format!("ATTACH ':memory:' AS {kind}"))?;
    schema::create(&model, kind)?;
    let (wanted, there) = (names(&model, kind)?, names(file, "main")?);
    let lacking = wanted.iter().find(|name| !there.contains(name));
    let foreign = there.iter().find(|name| !wanted.contains(name));
    Ok(match (lacking, foreign) {
        (Some(lacking), _) => Fact::bad(format!(
            "{name} lacks {lacking}, by which it is read: restore a backup"
        )),
        (None, Some(foreign)) => Fact::odd(format!(
            "{name} has {foreign}, which is not Mayfly's: every page loses time with it, and lists may be \
             read another way. Drop it"
        )),
        (None, None) => Fact::well(format!(
            "{name} has its own indexes and no others, so each list is read by the one made for it"
        )),
    })
}

fn free(file: &Connection, name: &str) -> rusqlite::Result<Fact> {
    let number = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (free, pages) = (
        number("PRAGMA freelist_count")?,
        number("PRAGMA page_count")?,
    );
    let percent = free * 100 / pages.max(1);
    let text = format!("{percent} % of {name} is free, and is used again as the blog grows");
    Ok(
        match percent >= 50 && free * number("PRAGMA page_size")? > MUCH {
            true => Fact::odd(format!(
                "{text}; `sqlite3 {name} VACUUM` gives it back, while nobody writes"
            )),
            false => Fact::well(text),
        },
    )
}

/// Whether the index of words has everything that is published.
///
/// # Errors
/// Whatever keeps `blog.db` from being read.
pub fn index(folder: &Path) -> Result<Fact> {
    let path = folder.join(BLOG_FILE);
    let number = |path: &Path, sql: &str| -> rusqlite::Result<i64> {
        open(path)?.query_row(sql, [], |row| row.get(0))
    };
    let seq = number(&path, "SELECT seq FROM site").map_err(|error| explain(&error, &path))?;
    let seen = number(&folder.join(SEARCH_FILE), "SELECT seq FROM state");
    Ok(match seen {
        Ok(seen) if seen == seq => Fact::well("a search finds everything that is published"),
        Ok(_) => Fact::odd(
            "the index of words is behind; whoever searches next brings it up to date, or \
             `mayfly rebuild --search` does",
        ),
        Err(_) => {
            Fact::odd("there is no index of words, so nobody can search: `mayfly rebuild --search`")
        }
    })
}

/// When the last backup was made, as far as this blog was told.
pub fn backed_up(folder: &Path) -> Option<Moment> {
    let changed = fs::metadata(folder.join(STAMP)).ok()?.modified().ok()?;
    let since = changed.duration_since(UNIX_EPOCH).ok()?;
    Moment::try_from(since.as_micros()).ok()
}

/// Whether that is long ago.
pub fn backup(folder: &Path) -> Fact {
    let advice = "the admin\u{2019}s page Backup makes one, or `mayfly backup FOLDER`, best by cron; \
                  then copy it to another machine";
    match backed_up(folder).map(|made| (now() - made) / DAY) {
        None => Fact::odd(format!("no backup of this blog is known: {advice}")),
        Some(days) if days > BACKUP_DAYS => {
            Fact::odd(format!("the last backup is {days} days old: {advice}"))
        }
        Some(0) => Fact::well("the last backup is less than a day old"),
        Some(days) => Fact::well(format!("the last backup was made {days} days ago")),
    }
}

/// Compares the library of uploaded files with the folder. A copy of the blog need
/// not have the folder, so `look` does not ask.
///
/// # Errors
/// Whatever keeps the file or the folder from being read.
pub fn media(folder: &Path) -> Result<Fact> {
    let path = folder.join(DESK_FILE);
    let desk = open(&path).map_err(|error| explain(&error, &path))?;
    let media::Alike { unknown, missing } = media::compare(&desk, folder)?;
    let some = |names: &[String]| {
        let beginning: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
        let more = if names.len() > 3 { ", ..." } else { "" };
        let files = if names.len() == 1 { "file" } else { "files" };
        format!("{} {files} ({}{more})", names.len(), beginning.join(", "))
    };
    let mut text = Vec::new();
    if !missing.is_empty() {
        text.push(format!(
            "media/ lacks {} of the library: put back a backup, or let `mayfly rebuild` forget them",
            some(&missing)
        ));
    }
    // Whoever puts files there by hand has done nothing wrong.
    if !unknown.is_empty() {
        text.push(format!(
            "media/ has {} that the library does not list: `mayfly rebuild` enters them",
            some(&unknown)
        ));
    }
    if text.is_empty() {
        text.push("the library lists the files in media/".into());
    }
    let text = text.join("; ");
    Ok(match missing.is_empty() {
        true => Fact::well(text),
        false => Fact::bad(text),
    })
}

/// Opens a file so that not even a journal is made beside it.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let beside = |suffix: &str| {
        path.with_file_name(format!(
            "{}{suffix}",
            path.file_name().unwrap_or_default().to_string_lossy()
        ))
    };
    // Reading a WAL file makes two files beside it, unless SQLite is told that
    // nobody writes. Where somebody does, those files are there already.
    let immutable = match beside("-wal").exists() {
        true => "",
        false if !path.ends_with(BLOG_FILE) => "?immutable=1",
        false => "",
    };
    let escaped = path
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let file = Connection::open_with_flags(format!("file:{escaped}{immutable}"), flags)?;
    file.busy_timeout(super::BUSY)?;
    file.pragma_update(None, "cache_size", super::ROOMY)?;
    Ok(file)
}

/// Whether others on the machine may read the data, and whose it is: a file that root
/// left there is one that the programs can't write.
pub fn permissions(folder: &Path) -> Vec<Fact> {
    let open = |path: &Path| fs::metadata(path).is_ok_and(|file| file.mode() & 0o077 != 0);
    // A directory nobody else may enter protects whatever is in it.
    let exposed = open(folder)
        .then(|| FILES.iter().find(|name| open(&folder.join(name))))
        .flatten();
    let mut facts = vec![match exposed {
        Some(name) => Fact::bad(format!(
            "other users of this machine may read {name}: run `chmod 700` on the data directory"
        )),
        None => Fact::well("only its owner may read the blog's files"),
    }];
    let owner = |path: &Path| fs::metadata(path).map(|file| file.uid()).ok();
    let own = owner(&folder.join(BLOG_FILE));
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let foreign = entries
        .filter(|entry| own.is_some() && entry.path().is_file() && owner(&entry.path()) != own)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .next();
    facts.push(match foreign {
        Some(name) => Fact::bad(format!(
            "{name} does not belong to the owner of {BLOG_FILE}, so the programs may not be able to write it: run \
             `chown --reference={BLOG_FILE} {name}` in the data directory"
        )),
        None => Fact::well("all files of the blog have one owner"),
    });
    facts
}
