//! What the desk shows at a glance. Of posts it is counted already, or lies at one end
//! of a table, so a blog of a million costs what one of ten does.

use std::fs;

use super::{BLOG_FILE, DESK_FILE, Desk, GUESTBOOK_FILE, SEARCH_FILE, check};
use crate::error::Result;
use crate::house::dashboard::Counts;

/// What there is.
///
/// # Errors
/// Whatever keeps `blog.db` or `desk.db` from being read. Other files may be missing.
pub fn read(desk: &Desk) -> Result<Counts> {
    let db = &desk.connection;
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let kinds = db.query_row(
        "SELECT coalesce(sum(entries), 0), coalesce(sum(links), 0), coalesce(sum(quotes), 0),
                coalesce(sum(notes), 0)
         FROM period WHERE date < 10000",
        [],
        |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
    )?;
    let size = |name: &str| fs::metadata(desk.folder.join(name)).map_or(0, |file| file.len());
    let uploads = number("SELECT coalesce(sum(bytes), 0) FROM media")?;
    Ok(Counts {
        kinds,
        pages: number("SELECT count(*) FROM page")?,
        removed: number("SELECT count(*) FROM draft WHERE deleted IS NOT NULL")?,
        sizes: [
            (BLOG_FILE, size(BLOG_FILE)),
            (DESK_FILE, size(DESK_FILE)),
            (GUESTBOOK_FILE, size(GUESTBOOK_FILE)),
            (SEARCH_FILE, size(SEARCH_FILE)),
            ("Uploads", uploads.unsigned_abs()),
        ],
        backed_up: check::backed_up(&desk.folder),
    })
}
