//! The settings: columns of the one row that every page reads.

use rusqlite::{Connection, params};

use super::desk::{Desk, Effect};
use super::{kept, source};
use crate::error::Result;
use crate::kept::Keep;
use crate::publish::Press;
use crate::settings::Settings;

/// What is settled now.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn read(desk: &Desk) -> Result<Settings> {
    Ok(settled(&desk.connection)?)
}

fn settled(blog: &Connection) -> rusqlite::Result<Settings> {
    let sql =
        "SELECT title, tagline, author, base_url, links, zone, language, footer, per_page, style,
                      keep
               FROM site";
    blog.query_row(sql, [], |row| {
        Ok(Settings {
            title: row.get(0)?,
            tagline: row.get(1)?,
            author: row.get(2)?,
            base_url: row.get(3)?,
            links: row.get(4)?,
            zone: row.get(5)?,
            language: row.get(6)?,
            footer: row.get(7)?,
            per_page: row.get(8)?,
            style: row.get(9)?,
            keep_pages: Keep::stored(row.get(10)?),
        })
    })
}

/// Settles what differs. What is published keeps the days and times it has, and so its
/// addresses; what waits to be published goes by the time zone of `press`, which is
/// the new one.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn save(desk: &mut Desk, settings: &Settings, press: &Press) -> Result<()> {
    if settings.keep_pages != Keep::Off {
        kept::prepare(&desk.folder)?;
    }
    desk.attempt(|tx| {
        let before = settled(tx)?;
        if before == *settings {
            return Ok(((), Effect::None));
        }
        tx.execute(
            "UPDATE site SET title = ?1, tagline = ?2, author = ?3, base_url = ?4, links = ?5, zone = ?6,
                    language = ?7, footer = ?8, per_page = ?9, style = ?10, keep = ?11",
            params![
                settings.title,
                settings.tagline,
                settings.author,
                settings.base_url,
                settings.links,
                settings.zone,
                settings.language,
                settings.footer,
                settings.per_page,
                settings.style,
                settings.keep_pages as i64,
            ],
        )?;
        if before.zone != settings.zone {
            source::reschedule(tx, press)?;
        }
        Ok(((), Effect::Public))
    })?;
    match settings.keep_pages {
        Keep::On | Keep::Files => Ok(()),
        Keep::Off => kept::clear(&desk.folder),
    }
}
