//! Second factors: a secret in the row of an account, and the hashes of recovery codes.

use rusqlite::{Connection, OptionalExtension, params};

use super::Desk;
use crate::error::Result;
use crate::token;
use crate::totp::code;

/// How an account's second factor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Whether it is asked for.
    pub is_on: bool,
    /// How many recovery codes are left.
    pub codes: i64,
}

/// How an account's second factor stands.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn state(desk: &Desk, account: i64) -> Result<State> {
    let sql = "SELECT totp IS NOT NULL, (SELECT count(*) FROM recovery WHERE recovery.account = account.id)
               FROM account WHERE id = ?1";
    let state = desk.connection.query_row(sql, [account], |row| {
        Ok(State {
            is_on: row.get(0)?,
            codes: row.get(1)?,
        })
    });
    Ok(state?)
}

/// Switches it on, with the step of the code that showed that it works, and the hashes
/// of recovery codes. Returns whether it was off.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn switch_on(
    desk: &mut Desk,
    account: i64,
    secret: &[u8],
    step: u64,
    codes: &[Vec<u8>],
) -> Result<bool> {
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    desk.private(|desk| {
        let sql = "UPDATE account SET totp = ?2, step = ?3 WHERE id = ?1 AND totp IS NULL";
        let was_off = desk.execute(sql, params![account, secret, step])? > 0;
        if was_off {
            put_codes(desk, account, codes)?;
        }
        Ok(was_off)
    })
}

/// Puts other recovery codes in the place of those there are.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn replace_codes(desk: &mut Desk, account: i64, codes: &[Vec<u8>]) -> Result<()> {
    desk.private(|desk| put_codes(desk, account, codes))
}

fn put_codes(desk: &Connection, account: i64, codes: &[Vec<u8>]) -> rusqlite::Result<()> {
    desk.execute("DELETE FROM recovery WHERE account = ?1", [account])?;
    for code in codes {
        let sql = "INSERT INTO recovery (account, hash) VALUES (?1, ?2)";
        desk.execute(sql, params![account, code])?;
    }
    Ok(())
}

/// Switches it off.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn switch_off(desk: &mut Desk, account: i64) -> Result<()> {
    desk.private(|desk| {
        let sql = "UPDATE account SET totp = NULL, step = 0 WHERE id = ?1";
        desk.execute(sql, [account])?;
        put_codes(desk, account, &[])?;
        // Whoever was held back is not asked any longer.
        let sql = "DELETE FROM attempt WHERE key = (SELECT 'code account ' || name FROM account WHERE id = ?1)";
        desk.execute(sql, [account])?;
        Ok(())
    })
}

/// Takes a code, or a recovery code, and uses it up: of two who give the same one at
/// the same time, the second finds it used. Returns whether it was good.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn accept(desk: &mut Desk, account: i64, typed: &str, seconds: u64) -> Result<bool> {
    let hash = token::digest(typed);
    desk.private(|desk| {
        let sql = "SELECT totp, step FROM account WHERE id = ?1 AND totp IS NOT NULL";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?));
        let Some((secret, used)) = desk.query_row(sql, [account], read).optional()? else {
            return Ok(false);
        };
        let used: i64 = used;
        let step = code::step(&secret, typed, seconds).and_then(|step| i64::try_from(step).ok());
        if let Some(step) = step.filter(|&step| step > used) {
            desk.execute(
                "UPDATE account SET step = ?2 WHERE id = ?1",
                [account, step],
            )?;
            return Ok(true);
        }
        let sql = "DELETE FROM recovery WHERE account = ?1 AND hash = ?2";
        Ok(desk.execute(sql, params![account, hash])? > 0)
    })
}
