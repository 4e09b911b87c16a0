//! Looking a blog over without touching it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{BLOG_FILE, DESK_FILE, GUESTBOOK_FILE, explain, media, schema};
use crate::error::Result;

/// What was looked at, and whether it is as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether all is well.
    pub well: bool,
    /// What was found, and where it is not well, what to do.
    pub text: String,
}

/// Questions about `blog.db` whose answer should be 0. Each counts rows that
/// contradict others; making what is derived anew mends them all.
const CONTRADICTIONS: [(&str, &str); 8] = [
    (
        "every post is listed once",
        "SELECT abs((SELECT count(*) FROM post) - (SELECT count(*) FROM listing))
              + (SELECT count(*) FROM post WHERE NOT EXISTS
                  (SELECT 1 FROM listing WHERE listing.moment = post.moment AND listing.post = post.id))",
    ),
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

/// Looks at permissions, versions, integrity and counts.
///
/// # Errors
/// Whatever keeps a file from being read at all.
pub fn look(folder: &Path) -> Result<Vec<Finding>> {
    let mut findings = vec![private(folder)];
    for name in [BLOG_FILE, DESK_FILE, GUESTBOOK_FILE] {
        let path = folder.join(name);
        if !path.exists() {
            let text = format!("{} is missing: restore a backup", path.display());
            findings.push(Finding { well: false, text });
            continue;
        }
        let looked = look_at(&path, name == BLOG_FILE);
        findings.extend(looked.map_err(|error| explain(&error, &path))?);
    }
    Ok(findings)
}

fn look_at(path: &Path, is_blog: bool) -> rusqlite::Result<Vec<Finding>> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let file = open(path)?;
    let number = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (id, version) = (
        number("PRAGMA application_id")?,
        number("PRAGMA user_version")?,
    );
    let mut findings = vec![Finding {
        well: id == schema::APPLICATION_ID && version == schema::VERSION,
        text: match (id == schema::APPLICATION_ID, version == schema::VERSION) {
            (true, true) => format!("{name} has schema {version}"),
            (true, false) => schema::wrong_version(version, path).to_string(),
            (false, _) => format!("{name} is not Mayfly's: its application id is {id:#x}"),
        },
    }];
    let integrity: String = file.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    findings.push(match integrity.as_str() {
        "ok" => Finding {
            well: true,
            text: format!("{name} is whole"),
        },
        damage => Finding {
            well: false,
            text: format!("{name} is damaged, restore a backup: {damage}"),
        },
    });
    if is_blog && findings.iter().all(|finding| finding.well) {
        for (claim, question) in CONTRADICTIONS {
            let rows = number(question)?;
            findings.push(match rows {
                0 => Finding {
                    well: true,
                    text: claim.to_owned(),
                },
                rows => Finding {
                    well: false,
                    text: format!("not true that {claim} ({rows} rows): run `mayfly rebuild`"),
                },
            });
        }
    }
    Ok(findings)
}

/// Compares the library of uploaded files with the folder. A copy of the blog need
/// not have the folder, so `look` does not ask.
///
/// # Errors
/// Whatever keeps the file or the folder from being read.
pub fn media(folder: &Path) -> Result<Finding> {
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
    Ok(Finding {
        well: missing.is_empty(),
        text: text.join("; "),
    })
}

/// Opens a file so that not even a journal is made beside it.
fn open(path: &Path) -> rusqlite::Result<Connection> {
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

fn private(folder: &Path) -> Finding {
    let open =
        |path: &Path| fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
    let files = [BLOG_FILE, DESK_FILE, GUESTBOOK_FILE].map(|name| folder.join(name));
    // A directory nobody else may enter protects whatever is in it.
    let exposed = open(folder)
        .then(|| files.iter().find(|file| open(file)))
        .flatten();
    match exposed {
        Some(file) => Finding {
            well: false,
            text: format!(
                "other users of this machine may read {}: run `chmod 700 {}`",
                file.display(),
                folder.display()
            ),
        },
        None => Finding {
            well: true,
            text: "only its owner may read the blog's files".into(),
        },
    }
}
