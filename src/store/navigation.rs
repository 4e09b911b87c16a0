//! Which static pages the navigation has, and in what order.

use rusqlite::params;

use super::desk::{Desk, Effect};
use super::publish::refresh_nav;
use crate::error::Result;

/// A static page as the navigation knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its path.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its place, counted from 1; 0 keeps it out.
    pub nav: i64,
}

/// All static pages, those in the navigation first and in its order.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn places(desk: &Desk) -> Result<Vec<Place>> {
    let mut statement = desk
        .connection
        .prepare("SELECT path, title, nav FROM page ORDER BY nav <= 0, nav, path")?;
    let places = statement.query_map([], |row| {
        Ok(Place {
            path: row.get(0)?,
            title: row.get(1)?,
            nav: row.get(2)?,
        })
    })?;
    Ok(places.collect::<rusqlite::Result<_>>()?)
}

/// Gives pages their places. One that is gone meanwhile has none.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn save(desk: &mut Desk, places: &[Place]) -> Result<()> {
    desk.attempt(|tx| {
        let mut changed = 0;
        for place in places {
            changed += tx.execute(
                "UPDATE page SET nav = ?2 WHERE path = ?1 AND nav <> ?2",
                params![place.path, place.nav],
            )?;
        }
        if changed == 0 {
            return Ok(((), Effect::None));
        }
        refresh_nav(tx)?;
        Ok(((), Effect::Public))
    })
}
