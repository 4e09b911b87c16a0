//! A client that asks one question over and over: as fast as answers come, or at
//! a constant rate.
//!
//! At a constant rate every request has a moment at which it is due, and its
//! latency counts from there. A client that only sends the next request once the
//! last one is answered leaves out those that would have waited longest.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::stats::Samples;
use crate::{Result, failed};

/// What is asked, of whom, and what has to come back.
#[derive(Clone, Debug)]
pub struct Question {
    address: SocketAddr,
    request: Vec<u8>,
    /// The status and the length of the body.
    answer: (u16, usize),
}

/// How it went.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Milliseconds until the whole answer was there.
    pub latency: Samples,
    /// Requests answered rightly in a second.
    pub rate: f64,
    /// Other answers, and none.
    pub errors: u64,
}

/// No answer takes as long, so one that does is an error.
const PATIENCE: Duration = Duration::from_secs(10);

impl Question {
    /// Asks once, to learn how long the right answer is.
    pub fn new(address: SocketAddr, target: &str, header: &str, status: u16) -> Result<Question> {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:{}\r\nUser-Agent: load\r\nAccept: */*\r\n{header}\r\n",
            address.port()
        );
        let mut question = Question {
            address,
            request: request.into_bytes(),
            answer: (status, 0),
        };
        let (found, length) = Connection::default().ask(&question.ask(), Repeat::Once)?;
        if found != status {
            return Err(failed(format!(
                "{target} is answered with {found}, not {status}"
            )));
        }
        question.answer.1 = length;
        Ok(question)
    }

    fn ask(&self) -> Ask<'_> {
        Ask {
            address: self.address,
            request: &self.request,
        }
    }

    /// The length of the answer's body.
    pub fn bytes(&self) -> usize {
        self.answer.1
    }

    /// Asks over that many connections, each as soon as it has its answer.
    pub fn closed_loop(&self, connections: usize, time: Duration) -> Outcome {
        let started = Instant::now();
        self.ask_from(connections, || {
            let now = Instant::now();
            (now.duration_since(started) < time).then_some(now)
        })
    }

    /// Asks that often a second, however long answers take. The connections are
    /// as many requests as may be under way at once.
    pub fn constant_rate(&self, rate: f64, connections: usize, time: Duration) -> Outcome {
        let number = AtomicU64::new(0);
        let started = Instant::now();
        self.ask_from(connections, || {
            let after = number.fetch_add(1, Ordering::Relaxed) as f64 / rate;
            let due = started + Duration::from_secs_f64(after);
            // A server that can't keep up is given up on, not waited for.
            let late = started.elapsed() > time * 2;
            (after < time.as_secs_f64() && !late).then_some(due)
        })
    }

    /// Asks at each moment that `next` names, until it names none.
    fn ask_from(&self, connections: usize, next: impl Fn() -> Option<Instant> + Sync) -> Outcome {
        let all = Mutex::new((Vec::new(), 0));
        let started = Instant::now();
        thread::scope(|scope| {
            for _ in 0..connections {
                scope.spawn(|| {
                    let (mut latencies, mut errors) = (Vec::new(), 0);
                    let mut connection = Connection::default();
                    while let Some(due) = next() {
                        thread::sleep(due.saturating_duration_since(Instant::now()));
                        match connection.ask(&self.ask(), Repeat::Safely) {
                            Ok(answer) if answer == self.answer => {
                                latencies.push(due.elapsed().as_secs_f64() * 1000.0);
                            }
                            Ok(_) => errors += 1,
                            Err(_) => {
                                errors += 1;
                                connection = Connection::default();
                            }
                        }
                    }
                    if let Ok(mut all) = all.lock() {
                        all.0.append(&mut latencies);
                        all.1 += errors;
                    }
                });
            }
        });
        let seconds = started.elapsed().as_secs_f64();
        let (latencies, errors) = all.into_inner().unwrap_or_default();
        Outcome {
            rate: latencies.len() as f64 / seconds,
            latency: Samples::new(latencies),
            errors,
        }
    }
}

/// One request, as it is sent.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Of whom.
    pub address: SocketAddr,
    /// All of its bytes.
    pub request: &'a [u8],
}

/// Whether a request may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repeat {
    /// It changes nothing.
    Safely,
    /// It may have done its work before the connection broke.
    Once,
}

/// A connection that is kept as long as the server keeps it.
#[derive(Default)]
pub struct Connection(Option<BufReader<TcpStream>>);

impl Connection {
    /// Asks, and gives the status and the length of the body once all of it is there.
    pub fn ask(&mut self, ask: &Ask<'_>, repeat: Repeat) -> io::Result<(u16, usize)> {
        let fresh = self.0.is_none();
        match self.exchange(ask) {
            // The server may end a kept connection just when the next request is
            // on its way; a browser asks again then, on another one.
            Err(error) if repeat == Repeat::Safely && !fresh && ended(&error) => {
                self.0 = None;
                self.exchange(ask)
            }
            outcome => outcome,
        }
    }

    fn exchange(&mut self, ask: &Ask<'_>) -> io::Result<(u16, usize)> {
        let mut stream = match self.0.take() {
            Some(stream) => stream,
            None => connect(ask.address)?,
        };
        stream.get_mut().write_all(ask.request)?;
        let head = head(&mut stream)?;
        let length = match head.body {
            Body::Length(length) => {
                skip(&mut stream, length)?;
                length
            }
            Body::Chunks => chunks(&mut stream)?,
            Body::UntilEnd => io::copy(&mut stream, &mut io::sink())? as usize,
        };
        if head.stays {
            self.0 = Some(stream);
        }
        Ok((head.status, length))
    }
}

fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(BufReader::with_capacity(64 * 1024, stream))
}

fn ended(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
    )
}

enum Body {
    Length(usize),
    Chunks,
    UntilEnd,
}

struct Head {
    status: u16,
    body: Body,
    stays: bool,
}

fn head(stream: &mut impl BufRead) -> io::Result<Head> {
    let first = line(stream)?;
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no status: {first}")))?;
    let mut head = Head {
        status,
        body: if status == 304 {
            Body::Length(0)
        } else {
            Body::UntilEnd
        },
        stays: true,
    };
    loop {
        let line = line(stream)?;
        let Some((name, value)) = line.split_once(':') else {
            head.stays &= !matches!(head.body, Body::UntilEnd);
            return Ok(head);
        };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") && status != 304 {
            head.body = Body::Length(value.parse().map_err(io::Error::other)?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            head.body = Body::Chunks;
        } else if name.eq_ignore_ascii_case("connection") {
            head.stays &= !value.eq_ignore_ascii_case("close");
        }
    }
}

fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

fn skip(stream: &mut impl Read, length: usize) -> io::Result<()> {
    let skipped = io::copy(&mut stream.take(length as u64), &mut io::sink())?;
    match skipped as usize == length {
        true => Ok(()),
        false => Err(ErrorKind::UnexpectedEof.into()),
    }
}

fn chunks(stream: &mut impl BufRead) -> io::Result<usize> {
    let mut length = 0;
    loop {
        let size = usize::from_str_radix(&line(stream)?, 16).map_err(io::Error::other)?;
        skip(stream, size)?;
        line(stream)?;
        length += size;
        if size == 0 {
            return Ok(length);
        }
    }
}
