//! Which static pages the navigation has, and in what order.

use rusqlite::params;

use super::desk::{Desk, Effect};
use super::publish::refresh_nav;
use crate::error::Result;
use crate::published::StaticPage;

/// Gives pages their places. One that is gone meanwhile has none.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn save(desk: &mut Desk, pages: &[StaticPage]) -> Result<()> {
    desk.attempt(|tx| {
        let mut changed = 0;
        for page in pages {
            changed += tx.execute(
                "UPDATE page SET nav = ?2 WHERE path = ?1 AND nav <> ?2",
                params![page.path, page.nav],
            )?;
        }
        if changed == 0 {
            return Ok(((), Effect::None));
        }
        refresh_nav(tx)?;
        Ok(((), Effect::Public))
    })
}
