//! What the owner decides: approve, reject, undo, reply, settle. The filter
//! learns from each decision, and forgets what is undone.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params};

use super::{Guestbook, message, table, thread};
use crate::error::{Error, Result};
use crate::guestbook::{
    Decided, Decision, Entry, Listed, Message, Publish, Settings, State, bayes,
};
use crate::listing::Moment;
use crate::store::now;

/// Decisions that can be undone: newer ones push the oldest out. The last can be,
/// however many messages it moved.
const REMEMBERED: i64 = 10_000;

/// Why a message is public that the owner decided over.
const APPROVED: &str = "you approved it";

impl Guestbook {
    /// The messages of a state, newest first: those older than `before`, as many as
    /// asked for at most.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn listed(&self, state: State, before: Option<i64>, most: usize) -> Result<Vec<Listed>> {
        let sql = match state {
            State::Published => {
                "SELECT * FROM (SELECT id, 0, moment, name, site, text, reply, replied, why FROM message
                   WHERE ?1 = 1 AND id < ?2 ORDER BY id DESC LIMIT ?3)
                 UNION ALL
                 SELECT * FROM (SELECT id, post, moment, name, site, text, reply, replied, why FROM comment
                   WHERE id < ?2 ORDER BY id DESC LIMIT ?3)
                 ORDER BY 1 DESC LIMIT ?3"
            }
            State::Waiting | State::Rejected => {
                "SELECT id, post, moment, name, site, text, reply, replied, why FROM queue
                 WHERE state = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3"
            }
        };
        let mut statement = self.connection.prepare(sql)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let bounds = [state.number(), before.unwrap_or(i64::MAX), most];
        let listed = statement.query_map(bounds, |row| {
            Ok(Listed {
                message: message(row)?,
                state,
                why: row.get(8)?,
            })
        })?;
        Ok(listed.collect::<rusqlite::Result<_>>()?)
    }

    /// How many messages wait. An index has the answer.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn waiting(&self) -> Result<i64> {
        let sql = "SELECT count(*) FROM queue WHERE state = ?1";
        let waits = [State::Waiting.number()];
        Ok(self.connection.query_row(sql, waits, |row| row.get(0))?)
    }

    /// A message, wherever it is.
    ///
    /// # Errors
    /// 404 where there is none, or none any more.
    pub fn any(&self, id: i64) -> Result<Listed> {
        find(&self.connection, id)?.ok_or(Error::NotFound)
    }

    /// Moves messages to where the owner wants them. What was there already is left
    /// alone; what has expired meanwhile, or never was, is named in the result.
    ///
    /// # Errors
    /// Whatever keeps the file from being written; then nothing was moved.
    pub fn decide(&mut self, ids: &[i64], becomes: State) -> Result<Decided> {
        let now = now();
        self.change(|tx| {
            let mut decided = Decided::default();
            for &id in ids {
                let Some(Listed {
                    message,
                    state,
                    why,
                }) = find(tx, id)?
                else {
                    decided.missing.push(id);
                    continue;
                };
                if state == becomes {
                    continue;
                }
                let reason = match becomes {
                    State::Published => APPROVED,
                    State::Rejected => "you rejected it",
                    State::Waiting => "you put it back",
                };
                put(tx, &message, state, becomes, reason)?;
                learn(tx, &message, (state, &why), becomes, 1)?;
                tx.execute(
                    "INSERT OR REPLACE INTO decision (moment, id, was, became, why)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    (now, id, state.number(), becomes.number(), why),
                )?;
                decided.moved += 1;
            }
            tx.execute(
                "DELETE FROM decision WHERE moment < ?2 AND moment <=
                   (SELECT moment FROM decision ORDER BY moment DESC LIMIT 1 OFFSET ?1)",
                [REMEMBERED, now],
            )?;
            Ok(decided)
        })
    }

    /// What was decided last, if it can still be taken back.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn last_decision(&self) -> Result<Option<Decision>> {
        let sql = "SELECT moment, count(*), min(became) FROM decision
                   WHERE moment = (SELECT max(moment) FROM decision) GROUP BY moment";
        let found = self.connection.query_row(sql, [], |row| {
            Ok(Decision {
                moment: row.get(0)?,
                messages: row.get(1)?,
                became: State::numbered(row.get(2)?),
            })
        });
        Ok(found.optional()?)
    }

    /// Takes back what was decided last; with a moment, only what was decided then,
    /// so that a button pressed twice takes back one decision. Returns the messages
    /// that are where they were before.
    ///
    /// # Errors
    /// Whatever keeps the file from being written.
    pub fn undo(&mut self, moment: Option<Moment>) -> Result<Vec<i64>> {
        self.change(|tx| {
            let last: Option<Moment> =
                tx.query_row("SELECT max(moment) FROM decision", [], |row| row.get(0))?;
            let Some(last) = last.filter(|last| moment.is_none_or(|moment| moment == *last)) else {
                return Ok(Vec::new());
            };
            let mut statement = tx
                .prepare("DELETE FROM decision WHERE moment = ?1 RETURNING id, was, became, why")?;
            let rows = statement.query_map([last], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    State::numbered(row.get(1)?),
                    State::numbered(row.get(2)?),
                    row.get::<_, String>(3)?,
                ))
            })?;
            let decisions = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            let mut undone = Vec::new();
            for (id, was, became, why) in decisions {
                // What has expired since can't come back.
                if let Some(Listed { message, state, .. }) = find(tx, id)?
                    && state == became
                {
                    put(tx, &message, became, was, &why)?;
                    learn(tx, &message, (was, &why), became, -1)?;
                    undone.push(id);
                }
            }
            Ok(undone)
        })
    }

    /// Sets the owner's reply to a message; an empty one takes it away.
    ///
    /// # Errors
    /// 404 where there is no such message, or none any more.
    pub fn reply(&mut self, id: i64, reply: &str) -> Result<()> {
        let replied = if reply.is_empty() { 0 } else { now() };
        self.change(|tx| {
            let Listed { message, state, .. } = find(tx, id)?.ok_or(Error::NotFound)?;
            let table = place(&message, state);
            let sql = format!("UPDATE {table} SET reply = ?2, replied = ?3 WHERE id = ?1");
            tx.execute(&sql, (id, reply, replied))?;
            if state == State::Published {
                thread::note(tx, message.post, 0)?;
            }
            Ok(())
        })
    }

    /// Stores the settings.
    ///
    /// # Errors
    /// Whatever keeps the file from being written.
    pub fn settle_for(&mut self, settings: &Settings) -> Result<()> {
        let closed = |settings: &Settings| settings.publish == Publish::Closed;
        let told = closed(settings) != closed(&self.settings);
        self.change(|tx| {
            tx.execute(
                "UPDATE settings SET publish = ?1, per_address = ?2, per_minute = ?3, links = ?4,
                                     words = ?5, expires = ?6, mail = ?7, sendmail = ?8",
                (
                    settings.publish.name(),
                    settings.per_address,
                    settings.per_minute,
                    settings.links,
                    &settings.words,
                    settings.expires,
                    &settings.mail,
                    &settings.sendmail,
                ),
            )?;
            // The next message that waits shows whether mail goes out now.
            tx.execute("UPDATE tally SET unsent = '', mailed = 0", [])?;
            // Pages of posts offer no form that takes nothing.
            if told {
                tx.execute("INSERT OR IGNORE INTO unshown VALUES (0)", [])?;
            }
            Ok(())
        })?;
        self.settings = settings.clone();
        Ok(())
    }

    /// What kept the last mail from being sent, or nothing.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn unsent(&self) -> Result<String> {
        let sql = "SELECT unsent FROM tally";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// One change by the owner, on the disk when this returns. The public may see
    /// something else after it.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let turn = self.turn()?;
        let tx = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = change(&tx)?;
        tx.execute("UPDATE tally SET seq = seq + 1", [])?;
        tx.commit()?;
        drop(turn);
        self.settle()?;
        self.tidy();
        Ok(outcome)
    }
}

fn find(db: &Connection, id: i64) -> rusqlite::Result<Option<Listed>> {
    let mut statement = db.prepare_cached(
        "SELECT id, 0, moment, name, site, text, reply, replied, why, 1 FROM message WHERE id = ?1
         UNION ALL
         SELECT id, post, moment, name, site, text, reply, replied, why, 1 FROM comment WHERE id = ?1
         UNION ALL
         SELECT id, post, moment, name, site, text, reply, replied, why, state FROM queue
         WHERE id = ?1",
    )?;
    let found = statement.query_row([id], |row| {
        Ok(Listed {
            message: message(row)?,
            why: row.get(8)?,
            state: State::numbered(row.get(9)?),
        })
    });
    found.optional()
}

/// The table that has a message in a state.
fn place(message: &Message, state: State) -> &'static str {
    match state {
        State::Published => table(message.post),
        State::Waiting | State::Rejected => "queue",
    }
}

/// Moves a message, whole, between the tables, or within the queue.
fn put(
    tx: &Transaction<'_>,
    moved: &Message,
    was: State,
    becomes: State,
    why: &str,
) -> rusqlite::Result<()> {
    let sql = format!("DELETE FROM {} WHERE id = ?1", place(moved, was));
    tx.execute(&sql, [moved.id])?;
    if was == State::Published {
        thread::note(tx, moved.post, -1)?;
    }
    insert(tx, moved, becomes, why)
}

/// Puts a message where those of a state are.
pub(super) fn insert(
    tx: &Transaction<'_>,
    message: &Message,
    state: State,
    why: &str,
) -> rusqlite::Result<()> {
    let values = named_params! {
        ":id": message.id,
        ":post": message.post,
        ":moment": message.moment,
        ":name": message.name,
        ":site": message.site,
        ":text": message.text,
        ":reply": message.reply,
        ":replied": message.replied,
        ":why": why,
        ":state": state.number(),
    };
    let table = place(message, state);
    let (own, of_own) = match table {
        "message" => ("", ""),
        "comment" => (", post", ", :post"),
        _ => (", post, state", ", :post, :state"),
    };
    let sql = format!(
        "INSERT INTO {table} (id, moment, name, site, text, reply, replied, why{own})
         VALUES (:id, :moment, :name, :site, :text, :reply, :replied, :why{of_own})"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    for (name, value) in values {
        if let Some(index) = statement.parameter_index(name)? {
            statement.raw_bind_parameter(index, value)?;
        }
    }
    statement.raw_execute()?;
    match state {
        State::Published => thread::note(tx, message.post, 1),
        State::Waiting | State::Rejected => Ok(()),
    }
}

/// What a decision teaches: the counts it adds to those of approved and rejected
/// messages. One that is turned round takes back what it taught before.
fn lesson(was: State, why: &str, becomes: State) -> (i64, i64) {
    let (approved, rejected) = ((1, 0), (0, 1));
    let before = match was {
        State::Rejected => rejected,
        // What was published at once taught nothing, so rejecting it takes nothing back.
        State::Published if why == APPROVED => approved,
        State::Published | State::Waiting => (0, 0),
    };
    let after = match becomes {
        State::Rejected => rejected,
        State::Published => approved,
        State::Waiting => (0, 0),
    };
    (after.0 - before.0, after.1 - before.1)
}

/// Learns from a decision, or with -1 for `times` forgets it. A name is known by how
/// many of its messages the owner let be public, whatever the filter learned.
fn learn(
    tx: &Transaction<'_>,
    found: &Message,
    (was, why): (State, &str),
    becomes: State,
    times: i64,
) -> rusqlite::Result<()> {
    let public = |state| i64::from(state == State::Published);
    let known = times * (public(becomes) - public(was));
    let (good, bad) = lesson(was, why, becomes);
    let (good, bad) = (times * good, times * bad);
    let entry = Entry {
        name: found.name.clone(),
        site: found.site.clone(),
        text: found.text.clone(),
    };
    tx.execute(
        "UPDATE tally SET good = good + ?1, bad = bad + ?2",
        [good, bad],
    )?;
    tx.prepare_cached(
        "INSERT INTO known (name, messages) VALUES (?1, max(?2, 0))
         ON CONFLICT (name) DO UPDATE SET messages = max(messages + ?2, 0)",
    )?
    .execute((entry.folded_name(), known))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO word (word, good, bad) VALUES (?1, max(?2, 0), max(?3, 0))
         ON CONFLICT (word) DO UPDATE SET good = max(good + ?2, 0), bad = max(bad + ?3, 0)",
    )?;
    for word in bayes::words(&entry) {
        statement.execute((word, good, bad))?;
    }
    Ok(())
}
