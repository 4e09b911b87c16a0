//! Taking in a message: limits, judgement and storing, in one transaction.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior};

use super::Guestbook;
use super::decide::insert;
use crate::error::Result;
use crate::guestbook::bayes::{self, Counts};
use crate::guestbook::judge::{Evidence, Verdict, judge};
use crate::guestbook::token::{self, Form, OLDEST, Token};
use crate::guestbook::{Entry, Message, Outcome, Problems, Publish, Settings, State, Typed};
use crate::listing::Moment;
use crate::store::{explain, now};

/// Microseconds between two mails at least: a flood makes one.
const BETWEEN_MAILS: i64 = 10 * 60 * 1_000_000;

/// Expired messages that one writer deletes, so that none pays for all.
const SWEPT: usize = 8;

/// What a message that was taken in calls for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What its writer is told.
    pub outcome: Outcome,
    /// Where the owner should be told by mail: why it waits.
    pub mail: Option<String>,
}

impl Received {
    pub(super) fn refused(problems: Problems) -> Received {
        Received {
            outcome: Outcome::Refused(problems),
            mail: None,
        }
    }
}

impl Guestbook {
    /// Takes in what was typed, from a network, for the guestbook or for a post. When
    /// this returns, the message is on the disk.
    ///
    /// # Errors
    /// Whatever keeps the file from being written; then nothing was stored.
    pub fn receive(&mut self, post: i64, typed: &Typed, network: &str) -> Result<Received> {
        let now = now();
        let token = Token::read(&typed.token, &self.settings.secret, now);
        let entry = match Entry::check(typed) {
            _ if self.settings.publish == Publish::Closed => {
                let closed = "The guestbook is closed: nobody can write in it just now.";
                return Ok(Received::refused(Problems::with_all(closed)));
            }
            Err(problems) => return Ok(Received::refused(problems)),
            Ok(_) if token == Token::Old => {
                let old =
                    "This form was a day old. What you wrote is still here: please send it again.";
                return Ok(Received::refused(Problems::with_all(old)));
            }
            Ok(entry) => entry,
        };
        let message = Arrived {
            post,
            entry: &entry,
            token,
            trapped: typed.trapped,
            network,
            now,
        };
        let turn = self.turn()?;
        let stored = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|tx| {
                let received = message.store(&tx, &self.settings)?;
                match received.outcome {
                    // Not counted either: whoever waits as told gets through.
                    Outcome::Refused(_) => tx.rollback()?,
                    _ => tx.commit()?,
                }
                Ok(received)
            });
        drop(turn);
        let received = stored.map_err(|error| explain(&error, &self.path()))?;
        if !matches!(received.outcome, Outcome::Refused(_)) {
            self.settle()?;
        }
        Ok(received)
    }

    /// Keeps for the owner what went wrong after a message was stored. Returns it
    /// as the log should have it: that it could not be kept is part of it then.
    pub fn note(&mut self, problem: String) -> String {
        let kept = self.turn().and_then(|_turn| {
            let sql = "UPDATE tally SET unsent = ?1";
            Ok(self.connection.execute(sql, [&problem])?)
        });
        match kept {
            Ok(_) => problem,
            Err(error) => format!("{problem}; nor could that be kept: {error:?}"),
        }
    }
}

struct Arrived<'a> {
    post: i64,
    entry: &'a Entry,
    token: Token,
    trapped: bool,
    network: &'a str,
    now: Moment,
}

impl Arrived<'_> {
    fn store(&self, tx: &Transaction<'_>, settings: &Settings) -> rusqlite::Result<Received> {
        let form = match self.token {
            Token::Good(form) | Token::Fast(form) => Some(form),
            _ => None,
        };
        let waiting = |id| Outcome::Waiting {
            id,
            key: token::key(&settings.secret, id),
        };
        // A browser that sends a form twice, because somebody pressed twice or the
        // answer got lost, is led to what the first one made.
        let before = form.map(|form| earlier(tx, form)).transpose()?.flatten();
        if let Some((state, name, text, id)) = &before
            && *name == self.entry.name
            && *text == self.entry.text
        {
            return Ok(Received {
                outcome: match state {
                    State::Published => Outcome::Published(*id),
                    _ => waiting(*id),
                },
                mail: None,
            });
        }
        if let Some(problems) = self.too_many(tx, settings)? {
            return Ok(Received::refused(problems));
        }
        let verdict = judge(
            &Evidence {
                entry: self.entry,
                trapped: self.trapped,
                token: self.token,
                again: before.is_some(),
                known: known(tx, &self.entry.folded_name())?,
                score: score(tx, &bayes::words(self.entry))?,
            },
            settings,
        );
        let id = tx.query_row(
            "UPDATE tally SET last = last + 1 RETURNING last",
            [],
            |row| row.get(0),
        )?;
        if let (Some(form), None) = (form, &before) {
            tx.execute(
                "INSERT INTO form (issued, nonce, message) VALUES (?1, ?2, ?3)",
                [form.issued, form.nonce, id],
            )?;
        }
        let message = Message {
            id,
            post: self.post,
            moment: self.now,
            name: self.entry.name.clone(),
            site: self.entry.site.clone(),
            text: self.entry.text.clone(),
            reply: String::new(),
            replied: 0,
        };
        let outcome = match &verdict {
            Verdict::Publish(why) => {
                insert(tx, &message, State::Published, why)?;
                tx.execute("UPDATE tally SET seq = seq + 1", [])?;
                Outcome::Published(id)
            }
            Verdict::Hold(why) => {
                insert(tx, &message, State::Waiting, why)?;
                waiting(id)
            }
        };
        sweep(tx, self.now, settings.expires)?;
        let mail = match verdict {
            Verdict::Hold(why) if !settings.mail.is_empty() && may_mail(tx, self.now)? => Some(why),
            _ => None,
        };
        Ok(Received { outcome, mail })
    }

    /// Counts this message against the limits.
    fn too_many(
        &self,
        tx: &Transaction<'_>,
        settings: &Settings,
    ) -> rusqlite::Result<Option<Problems>> {
        let refused = |text: &str| {
            Ok(Some(Problems {
                later: true,
                ..Problems::with_all(text)
            }))
        };
        if settings.per_minute > 0 {
            let minute = self.now / 60_000_000;
            let sent: i64 = tx.query_row(
                "UPDATE tally SET sent = CASE minute WHEN ?1 THEN sent + 1 ELSE 1 END, minute = ?1
                 RETURNING sent",
                [minute],
                |row| row.get(0),
            )?;
            if sent > settings.per_minute {
                return refused(
                    "Many people are writing just now. What you wrote is still here: please send \
                     it again in a minute.",
                );
            }
        }
        if settings.per_address > 0 {
            let sender = token::sender(&salt(tx, self.now)?, self.network);
            let hour = self.now / 3_600_000_000;
            let sent: i64 = tx.query_row(
                "INSERT INTO sender (address, hour, sent) VALUES (?1, ?2, 1)
                 ON CONFLICT (address) DO UPDATE SET
                   sent = CASE hour WHEN excluded.hour THEN sent + 1 ELSE 1 END,
                   hour = excluded.hour
                 RETURNING sent",
                [sender, hour],
                |row| row.get(0),
            )?;
            if sent > settings.per_address {
                return refused(
                    "You have written a lot in this hour. What you wrote is still here: please \
                     send it again later.",
                );
            }
        }
        Ok(None)
    }
}

/// The message that a form made when it was sent before.
fn earlier(
    tx: &Transaction<'_>,
    form: Form,
) -> rusqlite::Result<Option<(State, String, String, i64)>> {
    tx.query_row(
        "SELECT coalesce(queue.state, 1), coalesce(message.name, comment.name, queue.name, ''),
                coalesce(message.text, comment.text, queue.text, ''), form.message
         FROM form LEFT JOIN message ON message.id = form.message
                   LEFT JOIN comment ON comment.id = form.message
                   LEFT JOIN queue ON queue.id = form.message
         WHERE issued = ?1 AND nonce = ?2",
        [form.issued, form.nonce],
        |row| {
            Ok((
                State::numbered(row.get(0)?),
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
            ))
        },
    )
    .optional()
}

fn known(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM known WHERE name = ?1 AND messages > 0";
    Ok(tx.query_row(sql, [name], |_| Ok(())).optional()?.is_some())
}

fn score(tx: &Transaction<'_>, words: &BTreeSet<String>) -> rusqlite::Result<Option<f64>> {
    let messages = tx.query_row("SELECT good, bad FROM tally", [], |row| {
        Ok(Counts {
            good: row.get(0)?,
            bad: row.get(1)?,
        })
    })?;
    // Nothing to look up before the filter has learned enough to say anything.
    if bayes::score(&[], messages).is_none() {
        return Ok(None);
    }
    let mut statement = tx.prepare("SELECT good, bad FROM word WHERE word = ?1")?;
    let mut counts = Vec::with_capacity(words.len());
    for word in words {
        let found = statement.query_row([word], |row| {
            Ok(Counts {
                good: row.get(0)?,
                bad: row.get(1)?,
            })
        });
        counts.extend(found.optional()?);
    }
    Ok(bayes::score(&counts, messages))
}

/// The salt of the day; on a new day a new one, and the hashes of the old are gone.
fn salt(tx: &Transaction<'_>, now: Moment) -> rusqlite::Result<Vec<u8>> {
    let today = now / 86_400_000_000;
    let (day, salt): (i64, Vec<u8>) = tx.query_row("SELECT day, salt FROM tally", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    if day == today && !salt.is_empty() {
        return Ok(salt);
    }
    tx.execute("DELETE FROM sender", [])?;
    tx.query_row(
        "UPDATE tally SET day = ?1, salt = randomblob(16) RETURNING salt",
        [today],
        |row| row.get(0),
    )
}

/// Deletes some of what has expired: old messages of the queue, used forms that
/// are too old to be sent again. A message keeps its number and its time when it is
/// rejected, however old it is by then, so what the owner decided over stays for as
/// long from the decision on: it can be undone.
fn sweep(tx: &Transaction<'_>, now: Moment, days: i64) -> rusqlite::Result<()> {
    tx.execute(
        "DELETE FROM form WHERE issued < ?1",
        [now / 1_000_000 - OLDEST - 60],
    )?;
    let cut = match days {
        0 => return Ok(()),
        days => now - days * 86_400_000_000,
    };
    // CASE, because AND would look the decisions up before there is a message that is old.
    let mut oldest = tx.prepare(
        "SELECT id, CASE WHEN moment < ?1
                         THEN id IN (SELECT id FROM decision WHERE moment >= ?1) END
         FROM queue ORDER BY id",
    )?;
    let mut rows = oldest.query([cut])?;
    let mut expired: Vec<i64> = Vec::with_capacity(SWEPT);
    while expired.len() < SWEPT
        && let Some(row) = rows.next()?
        && let Some(decided) = row.get::<_, Option<bool>>(1)?
    {
        if !decided {
            expired.push(row.get(0)?);
        }
    }
    for id in expired {
        tx.execute("DELETE FROM queue WHERE id = ?1", [id])?;
    }
    Ok(())
}

fn may_mail(tx: &Transaction<'_>, now: Moment) -> rusqlite::Result<bool> {
    let changed = tx.execute(
        "UPDATE tally SET mailed = ?1, unsent = '' WHERE mailed < ?2",
        [now, now - BETWEEN_MAILS],
    )?;
    Ok(changed > 0)
}
