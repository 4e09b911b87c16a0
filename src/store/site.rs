//! Reading the one row of `site`.

use rusqlite::Connection;

use super::head::{number, of_only_row, split, unreadable};
use crate::cache::Version;
use crate::config::Place;
use crate::kept::Keep;
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
    of_head(&of_only_row(connection, "site")?, place)
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
    let keep = Keep::stored(number(keep, 0)?);
    let keeps = keep != Keep::Off && next_due.is_empty() && links.are_everybodys();
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
                true => super::kept::generation(place, seq, changed, keep),
                false => None,
            },
        },
        links,
    })
}
