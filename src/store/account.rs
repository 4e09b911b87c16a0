//! Accounts: rows of `desk.db`.

use rusqlite::{OptionalExtension, Row, params};

use super::{Desk, now};
use crate::account::Account;
use crate::error::Result;
use crate::listing::Moment;

fn from_row(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get(0)?,
        name: row.get(1)?,
        password: row.get(2)?,
        totp: row.get(3)?,
    })
}

/// The account of a name.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn named(desk: &Desk, name: &str) -> Result<Option<Account>> {
    let sql = "SELECT id, name, password, totp FROM account WHERE name = ?1";
    let found = desk.connection.query_row(sql, [name], from_row);
    Ok(found.optional()?)
}

/// The account of a number.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn numbered(desk: &Desk, id: i64) -> Result<Option<Account>> {
    let sql = "SELECT id, name, password, totp FROM account WHERE id = ?1";
    let found = desk.connection.query_row(sql, [id], from_row);
    Ok(found.optional()?)
}

/// Every account's name, with when it was last used, in the order of names.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn all(desk: &Desk) -> Result<Vec<(String, Option<Moment>)>> {
    let mut statement = desk.connection.prepare(
        "SELECT name, (SELECT max(used) FROM session WHERE session.account = account.id)
         FROM account ORDER BY name",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes an account. Returns whether the name was free.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn add(desk: &mut Desk, name: &str, password: &str) -> Result<bool> {
    desk.private(|desk| {
        let added = desk.execute(
            "INSERT INTO account (name, password, made) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
            params![name, password, now()],
        )?;
        Ok(added > 0)
    })
}

/// Gives an account another password, ends its sessions, and forgets the failures
/// counted against it. Returns whether there is such an account.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn set_password(desk: &mut Desk, name: &str, password: &str) -> Result<bool> {
    desk.private(|desk| {
        let changed = desk.execute(
            "UPDATE account SET password = ?2 WHERE name = ?1",
            [name, password],
        )?;
        for table in ["session", "browser"] {
            let sql = format!(
                "DELETE FROM {table} WHERE account = (SELECT id FROM account WHERE name = ?1)"
            );
            desk.execute(&sql, [name])?;
        }
        desk.execute("DELETE FROM attempt WHERE key = 'account ' || ?1", [name])?;
        Ok(changed > 0)
    })
}

/// Takes an account away, and its sessions with it. Returns whether there was one.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn remove(desk: &mut Desk, name: &str) -> Result<bool> {
    desk.private(|desk| Ok(desk.execute("DELETE FROM account WHERE name = ?1", [name])? > 0))
}
