//! Many writers at once, behind a web server: how long each waits, and whether all
//! they wrote is there afterwards.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::behind::Pace;
use crate::book::{Book, Found, PAGE};
use crate::client::{Ask, Connection, Repeat};
use crate::stats::Samples;

/// What writers do beside writing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// Of ten requests each asks for the page with nine.
    Reading,
}

/// How writing into one guestbook went.
#[derive(Clone, Debug)]
pub struct Written {
    /// The guestbook.
    pub name: String,
    /// The web server before it.
    pub server: &'static str,
    /// Writers at once.
    pub writers: usize,
    /// What they did beside it.
    pub beside: Beside,
    /// Messages a second in each turn.
    pub rate: Samples,
    /// Milliseconds until each message was answered.
    pub writes: Samples,
    /// Milliseconds until each page was there.
    pub reads: Samples,
    /// Of the writers, the messages of the one who got the fewest in, and of the one
    /// who got the most.
    pub shares: (usize, usize),
}

/// The number of the next message; no two have the same, whoever is written to.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// What one writer has seen.
#[derive(Debug, Default)]
struct Seen {
    writes: Vec<f64>,
    reads: Vec<f64>,
    answered: Vec<u64>,
    refused: usize,
}

/// Everything that was written behind one web server.
#[derive(Debug)]
pub struct Writing {
    server: &'static str,
    books: Vec<Book>,
    /// Of each guestbook: the messages that were answered, and how many requests
    /// were not answered rightly.
    answered: Vec<(Vec<u64>, usize)>,
    /// How each series went.
    pub series: Vec<Written>,
}

impl Writing {
    /// Nothing was written yet.
    pub fn new(server: &'static str, books: Vec<Book>) -> Writing {
        Writing {
            server,
            answered: vec![(Vec::new(), 0); books.len()],
            books,
            series: Vec::new(),
        }
    }

    /// Lets that many write at once, into each of the first so many guestbooks in turn.
    pub fn turns(
        &mut self,
        books: usize,
        writers: usize,
        beside: Beside,
        pace: Pace,
    ) -> Result<()> {
        let books = books.min(self.books.len());
        let mut turns: Vec<Vec<(Vec<Seen>, f64)>> = Vec::new();
        turns.resize_with(books, Vec::new);
        for _ in 0..pace.turns {
            for (place, turns) in turns.iter_mut().enumerate() {
                let (seen, seconds) = self.turn(place, writers, beside, pace.time)?;
                turns.push((seen, seconds));
            }
        }
        for (place, turns) in turns.into_iter().enumerate() {
            let (mut rates, mut writes, mut reads) = (Vec::new(), Vec::new(), Vec::new());
            let mut shares = (usize::MAX, 0);
            for (seen, seconds) in turns {
                let count = seen.iter().map(|seen| seen.answered.len());
                rates.push(count.clone().sum::<usize>() as f64 / seconds);
                shares.0 = shares.0.min(count.clone().min().unwrap_or(0));
                shares.1 = shares.1.max(count.max().unwrap_or(0));
                for mut seen in seen {
                    writes.append(&mut seen.writes);
                    reads.append(&mut seen.reads);
                    self.answered[place].0.append(&mut seen.answered);
                    self.answered[place].1 += seen.refused;
                }
            }
            self.series.push(Written {
                name: self.books[place].name.clone(),
                server: self.server,
                writers,
                beside,
                rate: Samples::new(rates),
                writes: Samples::new(writes),
                reads: Samples::new(reads),
                shares,
            });
        }
        Ok(())
    }

    fn turn(
        &self,
        place: usize,
        writers: usize,
        beside: Beside,
        time: Duration,
    ) -> Result<(Vec<Seen>, f64)> {
        let book = &self.books[place];
        let all = Mutex::new(Vec::new());
        let started = Instant::now();
        thread::scope(|scope| {
            for writer in 0..writers {
                let all = &all;
                scope.spawn(move || {
                    let seen = self.write(book, writer, beside, started + time);
                    if let Ok(mut all) = all.lock() {
                        all.push(seen);
                    }
                });
            }
        });
        let seconds = started.elapsed().as_secs_f64();
        let seen = all.into_inner().unwrap_or_default();
        let seen: io::Result<Vec<Seen>> = seen.into_iter().collect();
        Ok((seen?, seconds))
    }

    /// One writer, until a moment.
    fn write(&self, book: &Book, writer: usize, beside: Beside, end: Instant) -> io::Result<Seen> {
        let mut seen = Seen::default();
        let mut connection = Connection::default();
        let page = book.get();
        // Writers who also read begin with different requests of their ten.
        for step in writer.. {
            if Instant::now() >= end {
                break;
            }
            let reads = beside == Beside::Reading && step % 10 != 0;
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let post = if reads {
                Vec::new()
            } else {
                book.post(number)?
            };
            let ask = Ask {
                address: book.address,
                request: if reads { &page } else { &post },
            };
            // A message may be on the disk when the connection breaks, so it is never
            // sent again: it counts as refused.
            let repeat = if reads { Repeat::Safely } else { Repeat::Once };
            let sent = Instant::now();
            let answer = connection.ask(&ask, repeat);
            let waited = sent.elapsed().as_secs_f64() * 1000.0;
            match answer {
                Ok((200, length)) if reads && length >= PAGE => seen.reads.push(waited),
                Ok((303, _)) if !reads => {
                    seen.writes.push(waited);
                    seen.answered.push(number);
                }
                Ok(_) => seen.refused += 1,
                Err(_) => {
                    seen.refused += 1;
                    connection = Connection::default();
                }
            }
        }
        Ok(seen)
    }

    /// Looks into the files for all that was answered as written.
    pub fn look(&self) -> Result<Vec<Found>> {
        let books = self.books.iter().zip(&self.answered);
        books
            .map(|(book, (answered, refused))| book.look(self.server, answered, *refused))
            .collect()
    }
}
