//! One writer: a process that opens the file for each of its messages.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use mayfly::store::guestbook::{BRIEFLY, EACH, LONGEST};
use mayfly::turn;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

use super::{Syncs, WAYS, Way};
use crate::stats::Samples;
use crate::{Result, failed};

/// Long enough for the last of 64: that nobody is refused is not what differs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes for a while, and says its messages a second and its longest wait in
/// milliseconds.
pub fn write(arguments: &[String]) -> Result<()> {
    let [way, file, millis] = arguments else {
        return Err(failed("a writer has a way, a file and a time"));
    };
    let way = WAYS
        .get(way.parse::<usize>()?)
        .ok_or_else(|| failed("there is no such way"))?;
    let (file, time) = (Path::new(file), Duration::from_millis(millis.parse()?));
    let started = Instant::now();
    let mut waits = Vec::new();
    while started.elapsed() < time {
        let begun = Instant::now();
        message(way, file)?;
        waits.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    let seconds = started.elapsed().as_secs_f64();
    let waits = Samples::new(waits);
    println!("{} {}", waits.count() as f64 / seconds, waits.max());
    Ok(())
}

fn message(way: &Way, file: &Path) -> Result<()> {
    let mut db = Connection::open(file)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !way.tidies)?;
    db.busy_timeout(PATIENCE)?;
    db.execute_batch(&format!("PRAGMA synchronous = {}", way.synchronous))?;
    let queue = file.with_extension("lock");
    let turn = match way.queues {
        true => {
            // Else the one who commits the thousandth page would copy all of them.
            db.execute_batch("PRAGMA wal_autocheckpoint = 0")?;
            Some(turn::take(&queue)?)
        }
        false => None,
    };
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute(
        "INSERT INTO guestbook (name, message, created)
         VALUES ('Ann Writer', 'A message of a line or two, ' || hex(randomblob(8)), CURRENT_TIMESTAMP)",
        [],
    )?;
    let number = tx.last_insert_rowid();
    tx.commit()?;
    let ticket = match way.syncs {
        Syncs::Together => Some(Ticket::take(file)?),
        Syncs::Alone | Syncs::Never => None,
    };
    drop(turn);
    match ticket {
        Some(ticket) => ticket.settle(file)?,
        None if way.syncs == Syncs::Alone => sync(file)?,
        None => {}
    }
    if way.queues && number % EACH == 0 {
        shorten(&db, &queue)?;
    }
    Ok(())
}

fn sync(file: &Path) -> io::Result<()> {
    File::open(file.with_extension("db-wal"))?.sync_data()
}

/// Copies the log and begins it anew, as Mayfly's guestbook does.
fn shorten(db: &Connection, queue: &Path) -> Result<()> {
    let copy = |how: &str| -> Result<(i64, i64)> {
        let sql = format!("PRAGMA wal_checkpoint({how})");
        Ok(db.query_row(&sql, [], |row| Ok((row.get(1)?, row.get(2)?)))?)
    };
    let (pages, copied) = copy("PASSIVE")?;
    let turn = match pages {
        LONGEST.. => {
            let turn = turn::take(queue)?;
            db.busy_timeout(BRIEFLY)?;
            copy("RESTART")?;
            db.busy_timeout(PATIENCE)?;
            Some(turn)
        }
        _ => turn::take_at_once(queue)?.filter(|_| copied == pages),
    };
    if turn.is_some() {
        db.execute_batch("PRAGMA user_version = 0")?;
    }
    Ok(())
}

/// Which of the messages one is, counted in a file: how many were committed, and how many of
/// them are known to be on the disk.
struct Ticket {
    counts: File,
    number: u64,
}

/// Where the two numbers stand in the file.
const COMMITTED: u64 = 0;
const SETTLED: u64 = 8;

impl Ticket {
    /// Counts a message, during its writer's turn.
    fn take(file: &Path) -> io::Result<Ticket> {
        let counts = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(file.with_extension("count"))?;
        let number = count(&counts, COMMITTED)? + 1;
        counts.write_all_at(&number.to_le_bytes(), COMMITTED)?;
        Ok(Ticket { counts, number })
    }

    /// Waits until it is on the disk, by a sync of its own or by somebody else's.
    fn settle(self, file: &Path) -> io::Result<()> {
        self.counts.lock()?;
        if count(&self.counts, SETTLED)? >= self.number {
            return Ok(());
        }
        let committed = count(&self.counts, COMMITTED)?;
        sync(file)?;
        self.counts.write_all_at(&committed.to_le_bytes(), SETTLED)
    }
}

fn count(counts: &File, at: u64) -> io::Result<u64> {
    let mut number = [0; 8];
    match counts.read_at(&mut number, at)? {
        8 => Ok(u64::from_le_bytes(number)),
        _ => Ok(0),
    }
}
