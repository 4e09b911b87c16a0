//! Sessions and the browsers that had one: rows of `desk.db`, found by the hash of
//! the secret in the browser's cookie.

use rusqlite::{OptionalExtension, params};

use super::{Desk, now};
use crate::error::Result;
use crate::listing::Moment;
use crate::session::Known;

const DAY: Moment = 24 * 3600 * 1_000_000;

/// A session that was not used for so long is over.
const UNUSED: Moment = 30 * DAY;

/// A browser that was not used for so long is a stranger again.
const FORGOTTEN: Moment = 400 * DAY;

/// How exactly the last use is known: a write for each page would be a waste.
const GRAIN: Moment = 5 * 60 * 1_000_000;

/// Whose session it is, by the hash of its token: the account's number and name.
/// That counts as a use.
///
/// # Errors
/// Whatever keeps the file from being read or written.
pub fn find(desk: &mut Desk, hash: &[u8]) -> Result<Option<(i64, String)>> {
    let now = now();
    let found = desk
        .connection
        .query_row(
            "SELECT account, name, used FROM session JOIN account ON account.id = session.account
             WHERE hash = ?1 AND used > ?2",
            params![hash, now - UNUSED],
            |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Moment>(2)?)),
        )
        .optional()?;
    let Some((account, name, used)) = found else {
        return Ok(None);
    };
    if used < now - GRAIN {
        desk.private(|desk| {
            desk.execute(
                "UPDATE session SET used = ?2 WHERE hash = ?1",
                params![hash, now],
            )
        })?;
    }
    Ok(Some((account, name)))
}

/// Begins a session and remembers the browser. What is over is swept away.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn begin(
    desk: &mut Desk,
    account: i64,
    [session, browser]: [&[u8]; 2],
    [address, agent]: [&str; 2],
) -> Result<()> {
    desk.private(|desk| {
        let now = now();
        desk.execute("DELETE FROM session WHERE used <= ?1", [now - UNUSED])?;
        desk.execute("DELETE FROM browser WHERE used <= ?1", [now - FORGOTTEN])?;
        desk.execute(
            "INSERT INTO session (hash, account, begun, used, address, agent) VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
            params![session, account, now, address, agent],
        )?;
        desk.execute(
            "INSERT INTO browser (hash, account, used) VALUES (?1, ?2, ?3)
             ON CONFLICT (hash) DO UPDATE SET account = excluded.account, used = excluded.used",
            params![browser, account, now],
        )?;
        Ok(())
    })
}

/// Whether a browser, by the hash of its secret, has signed in to an account before.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn is_known(desk: &Desk, browser: &[u8], name: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM browser JOIN account ON account.id = browser.account
               WHERE hash = ?1 AND name = ?2";
    let mut statement = desk.connection.prepare(sql)?;
    Ok(statement.exists(params![browser, name])?)
}

/// Ends a session.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn end(desk: &mut Desk, hash: &[u8]) -> Result<()> {
    desk.private(|desk| desk.execute("DELETE FROM session WHERE hash = ?1", [hash]))?;
    Ok(())
}

/// Ends every session of an account.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn end_all(desk: &mut Desk, account: i64) -> Result<()> {
    desk.private(|desk| desk.execute("DELETE FROM session WHERE account = ?1", [account]))?;
    Ok(())
}

/// The sessions of an account, the last used first.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn all(desk: &Desk, account: i64, own: &[u8]) -> Result<Vec<Known>> {
    let mut statement = desk.connection.prepare(
        "SELECT hash, begun, used, address, agent FROM session
         WHERE account = ?1 AND used > ?2 ORDER BY used DESC",
    )?;
    let rows = statement.query_map([account, now() - UNUSED], |row| {
        Ok(Known {
            own: row.get_ref(0)?.as_blob()? == own,
            begun: row.get(1)?,
            used: row.get(2)?,
            address: row.get(3)?,
            agent: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
