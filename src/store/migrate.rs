//! Bringing files of an older schema up to this one. Only the command line does
//! so: a dozen programs that each tried on their own would race.

use rusqlite::{Connection, TransactionBehavior};

use super::schema::VERSION;
use crate::error::{Error, Result};

/// The statements that lead from one version to the next.
#[derive(Clone, Copy, Debug)]
pub struct Upgrade {
    /// The file, by the name it is attached under.
    pub file: &'static str,
    /// The version the file has before.
    pub from: i64,
    /// What to run; the version is raised by itself.
    pub sql: &'static str,
}

/// Every upgrade there has been, oldest first. Version 1 is the first. All files have one
/// version: one that a version changes nothing in has no statement for it.
pub const UPGRADES: &[Upgrade] = &[];

/// Runs the upgrades a file needs, those of a version in one transaction, so that a
/// kill leaves the file at one version or the next. Returns the version found.
///
/// # Errors
/// 503 for a file that is newer than these programs, or that no upgrade fits.
pub fn upgrade(desk: &mut Connection, file: &str, upgrades: &[Upgrade]) -> Result<i64> {
    let version = format!("PRAGMA {file}.user_version");
    let found = desk.query_row(&version, [], |row| row.get(0))?;
    let first = upgrades.first().map_or(VERSION, |first| first.from);
    let last = upgrades.last().map_or(VERSION, |last| last.from + 1);
    if !(first..=last).contains(&found) {
        return Err(Error::Unavailable(format!(
            "{file}.db has schema {found} and this program knows {last}: use the `mayfly` that \
             belongs to it"
        )));
    }
    for from in found..last {
        let tx = desk.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let steps = upgrades.iter();
        for step in steps.filter(|step| step.file == file && step.from == from) {
            tx.execute_batch(step.sql)?;
        }
        tx.execute_batch(&format!("PRAGMA {file}.user_version = {}", from + 1))?;
        tx.commit()?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: &[Upgrade] = &[
        Upgrade {
            file: "main",
            from: 1,
            sql: "ALTER TABLE t ADD COLUMN b INTEGER",
        },
        Upgrade {
            file: "other",
            from: 1,
            sql: "DROP TABLE t",
        },
        Upgrade {
            file: "main",
            from: 2,
            sql: "ALTER TABLE t ADD COLUMN c INTEGER",
        },
    ];

    fn file(version: i64) -> rusqlite::Result<Connection> {
        let file = Connection::open_in_memory()?;
        file.execute_batch(&format!(
            "CREATE TABLE t (a INTEGER); PRAGMA user_version = {version}"
        ))?;
        Ok(file)
    }

    #[test]
    fn an_old_file_is_brought_up_step_by_step() -> Result<()> {
        let mut old = file(1)?;
        assert_eq!(upgrade(&mut old, "main", STEPS)?, 1);
        old.execute_batch("INSERT INTO t (a, b, c) VALUES (1, 2, 3)")?;
        assert_eq!(upgrade(&mut old, "main", STEPS)?, 3);
        Ok(())
    }

    #[test]
    fn a_file_that_no_upgrade_fits_is_left_alone() -> Result<()> {
        for version in [0, 9] {
            let mut other = file(version)?;
            let refused = upgrade(&mut other, "main", STEPS).map_err(|error| error.status());
            assert_eq!(refused, Err(503));
            assert_eq!(
                other.query_row("PRAGMA user_version", [], |row| row.get(0)),
                Ok(version)
            );
        }
        Ok(())
    }

    #[test]
    fn a_version_that_changes_nothing_in_a_file_counts_for_it_all_the_same() -> Result<()> {
        let mut old = file(1)?;
        assert_eq!(upgrade(&mut old, "main", &STEPS[1..2])?, 1);
        assert_eq!(upgrade(&mut old, "main", &STEPS[1..2])?, 2);
        Ok(())
    }
}
