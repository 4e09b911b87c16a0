//! Reading the one row of `site`.

use std::io::Read;

use rusqlite::{Connection, MAIN_DB};

use super::head::{number, split, unreadable};
use crate::cache::Version;
use crate::config::Place;
use crate::site::Site;
use crate::url::{Links, Style};

/// What every page needs to know of the blog.
///
/// # Errors
/// Whatever keeps the row from being read.
pub fn read(connection: &Connection, place: &Place) -> rusqlite::Result<Site> {
    connection.query_row("SELECT head FROM site", [], |row| {
        of_head(row.get_ref(0)?.as_str()?, place)
    })
}

/// The same, from a file that was opened plainly.
///
/// # Errors
/// Any says no more than that another way has to be tried.
pub fn plainly(connection: &Connection, place: &Place) -> rusqlite::Result<Site> {
    // To compile a statement for one value of one row takes five times as long. The file's
    // own schema has a generated column there, which SQLite opens no blob of; the
    // one that is shown has not.
    let mut head = connection.blob_open(MAIN_DB, "site", "head", 1, true)?;
    let mut text = vec![0; head.len()];
    head.read_exact(&mut text).map_err(|_| unreadable(0))?;
    head.close()?;
    let text = std::str::from_utf8(&text).map_err(|_| unreadable(0))?;
    of_head(text, place)
}

/// The same by its column `head`.
fn of_head(head: &str, place: &Place) -> rusqlite::Result<Site> {
    let [
        seq,
        changed,
        next_due,
        title,
        tagline,
        uid,
        author,
        base_url,
        links,
        language,
        footer,
        per_page,
        comments,
        style,
        years,
        nav,
        keep,
    ] = split(head).ok_or_else(|| unreadable(0))?;
    let links = Links::new(Style::named(links), base_url, &place.reached);
    let (seq, changed) = (number(seq, 0)?, number(changed, 0)?);
    let keeps = keep == "1" && next_due.is_empty() && links.are_everybodys();
    Ok(Site {
        title: title.to_owned(),
        tagline: tagline.to_owned(),
        author: author.to_owned(),
        language: language.to_owned(),
        footer: footer.to_owned(),
        nav: nav.to_owned(),
        years: years.to_owned(),
        uid: uid.to_owned(),
        style: style.to_owned(),
        comments: number(comments, 0)?,
        per_page: number::<usize>(per_page, 0)?.clamp(1, 500),
        version: Version {
            seq,
            changed,
            next_due: match next_due {
                "" => None,
                moment => Some(number(moment, 0)?),
            },
            now: super::now(),
            kept: match keeps {
                true => super::kept::generation(place, seq, changed),
                false => None,
            },
        },
        links,
    })
}
