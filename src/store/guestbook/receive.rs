//! Taking in a message: limits, judgement and storing, in one transaction.

use std::cell::Cell;
use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior};

use super::decide::insert;
use super::log::EACH;
use super::{Guestbook, widen};
use crate::error::Result;
use crate::guestbook::bayes::{self, Counts};
use crate::guestbook::judge::{Evidence, Verdict, judge};
use crate::guestbook::token::{self, Form, OLDEST, Token};
use crate::guestbook::{Entry, Message, Outcome, Problems, Publish, Settings, State, Typed};
use crate::listing::Moment;
use crate::store::{explain, now};

/// Microseconds between two mails at least: a flood makes one.
const BETWEEN_MAILS: i64 = 10 * 60 * 1_000_000;

/// Expired messages that one writer deletes, so that none pays for all. The first of a
/// minute does so, and hardly so many arrive in one.
const SWEPT: usize = 500;

/// What a message that was taken in calls for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What its writer is told.
    pub outcome: Outcome,
    /// Where the owner should be told by mail: why it waits.
    pub mail: Option<String>,
    /// Whether some posts may show other comments than there are.
    pub unshown: bool,
}

impl Received {
    pub(super) fn refused(problems: Problems) -> Received {
        Received {
            outcome: Outcome::Refused(problems),
            mail: None,
            unshown: false,
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
                let received = message.store(&tx, &self.settings, &self.brief)?;
                match received.outcome {
                    // Not counted either: whoever waits as told gets through.
                    Outcome::Refused(_) => tx.rollback()?,
                    _ => tx.commit()?,
                }
                Ok(received)
            });
        drop(turn);
        let received = stored.map_err(|error| explain(&error, &self.path()))?;
        if let Outcome::Published(id) | Outcome::Waiting { id, .. } = received.outcome {
            self.settle()?;
            if id % EACH == 0 {
                self.tidy();
            }
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

/// What the one row of `tally` says before a message.
struct Tally {
    last: i64,
    minute: i64,
    sent: i64,
    day: i64,
    salt: Vec<u8>,
    taught: Counts,
}

impl Tally {
    fn read(tx: &Transaction<'_>) -> rusqlite::Result<Tally> {
        let sql = "SELECT last, minute, sent, day, salt, good, bad FROM tally";
        tx.query_row(sql, [], |row| {
            Ok(Tally {
                last: row.get(0)?,
                minute: row.get(1)?,
                sent: row.get(2)?,
                day: row.get(3)?,
                salt: row.get(4)?,
                taught: Counts {
                    good: row.get(5)?,
                    bad: row.get(6)?,
                },
            })
        })
    }
}

impl Arrived<'_> {
    /// Few statements for the usual message, about few tables: to compile them takes longer
    /// than all they do. What more there may be to look at brings back the whole schema.
    fn store(
        &self,
        tx: &Transaction<'_>,
        settings: &Settings,
        brief: &Cell<bool>,
    ) -> rusqlite::Result<Received> {
        let tally = Tally::read(tx)?;
        let id = tally.last + 1;
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
        let before = match form {
            Some(form) if !is_first(tx, form, id)? => {
                widen(tx, brief)?;
                earlier(tx, form)?
            }
            _ => None,
        };
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
                unshown: false,
            });
        }
        let minute = self.now / 60_000_000;
        let sent = match settings.per_minute {
            0 => 0,
            _ if tally.minute == minute => tally.sent + 1,
            _ => 1,
        };
        if sent > settings.per_minute {
            return Ok(later(
                "Many people are writing just now. What you wrote is still here: please send it \
                 again in a minute.",
            ));
        }
        if settings.per_address > 0 && !self.may_send(tx, settings, &tally)? {
            return Ok(later(
                "You have written a lot in this hour. What you wrote is still here: please send it \
                 again later.",
            ));
        }
        let known = settings.publish == Publish::AfterFirst && {
            widen(tx, brief)?;
            known(tx, &self.entry.folded_name())?
        };
        // Nothing to look up before the filter has learned enough to say anything.
        let score = match bayes::score(&[], tally.taught) {
            None => None,
            Some(_) => {
                widen(tx, brief)?;
                score(tx, &bayes::words(self.entry), tally.taught)?
            }
        };
        let verdict = judge(
            &Evidence {
                entry: self.entry,
                trapped: self.trapped,
                token: self.token,
                again: before.is_some(),
                known,
                score,
            },
            settings,
        );
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
        let (state, why) = match &verdict {
            Verdict::Publish(why) => (State::Published, why),
            Verdict::Hold(why) => (State::Waiting, why),
        };
        let public = i64::from(state == State::Published);
        tx.execute(
            "UPDATE tally SET last = ?1, seq = seq + ?2, minute = ?3, sent = ?4",
            [id, public, minute, sent],
        )?;
        let first = minute != tally.minute;
        if first || state != State::Published || self.post != 0 {
            widen(tx, brief)?;
        }
        insert(tx, &message, state, why)?;
        let mut received = Received {
            outcome: match state {
                State::Published => Outcome::Published(id),
                _ => waiting(id),
            },
            mail: None,
            unshown: self.post != 0,
        };
        if first {
            sweep(tx, self.now, settings.expires)?;
            // What an earlier writer has left undone.
            received.unshown |= tx.query_row("SELECT count(*) FROM unshown", [], |row| {
                row.get::<_, i64>(0).map(|posts| posts > 0)
            })?;
        }
        if let Verdict::Hold(why) = verdict
            && !settings.mail.is_empty()
            && may_mail(tx, self.now)?
        {
            received.mail = Some(why);
        }
        Ok(received)
    }

    /// Counts this message against those that its address may send.
    fn may_send(
        &self,
        tx: &Transaction<'_>,
        settings: &Settings,
        tally: &Tally,
    ) -> rusqlite::Result<bool> {
        let today = self.now / 86_400_000_000;
        let sender = match tally.day == today && !tally.salt.is_empty() {
            true => token::sender(&tally.salt, self.network),
            false => token::sender(&new_salt(tx, today)?, self.network),
        };
        let hour = self.now / 3_600_000_000;
        // One statement for both (ON CONFLICT DO UPDATE) takes 8,000 instructions more.
        let sql = "SELECT sent FROM sender WHERE address = ?1 AND hour = ?2";
        let before = tx.query_row(sql, [sender, hour], |row| row.get(0));
        let sent = 1 + before.optional()?.unwrap_or(0);
        if sent > settings.per_address {
            return Ok(false);
        }
        tx.execute(
            "INSERT OR REPLACE INTO sender (address, hour, sent) VALUES (?1, ?2, ?3)",
            [sender, hour, sent],
        )?;
        Ok(true)
    }
}

fn later(text: &str) -> Received {
    Received::refused(Problems {
        later: true,
        ..Problems::with_all(text)
    })
}

/// Notes a form with the message that it makes, unless it has made one.
fn is_first(tx: &Transaction<'_>, form: Form, message: i64) -> rusqlite::Result<bool> {
    let noted = tx.execute(
        "INSERT OR IGNORE INTO form (issued, nonce, message) VALUES (?1, ?2, ?3)",
        [form.issued, form.nonce, message],
    )?;
    Ok(noted > 0)
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

fn score(
    tx: &Transaction<'_>,
    words: &BTreeSet<String>,
    messages: Counts,
) -> rusqlite::Result<Option<f64>> {
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

/// The salt of a new day; the hashes of the day before are gone.
fn new_salt(tx: &Transaction<'_>, today: i64) -> rusqlite::Result<Vec<u8>> {
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
