//! Programs behind a web server: asked in turn, so that a change in the machine's
//! mood meets all of them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::Result;
use crate::client::Question;
use crate::page::Page;
use crate::server::{Folder, Kind, Server, shipped};
use crate::stats::Samples;

/// A question that was asked several times.
#[derive(Clone, Debug)]
pub struct Load {
    /// Who was asked.
    pub name: String,
    /// The web server before it.
    pub server: &'static str,
    /// Over how many connections.
    pub connections: usize,
    /// Requests a second that were asked for; 0 for as many as would be answered.
    pub asked: f64,
    /// Requests a second in each turn.
    pub rate: Samples,
    /// The median latency of each turn, in milliseconds.
    pub p50: Samples,
    /// The 99th percentile of each turn.
    pub p99: Samples,
    /// Requests that were not answered rightly, over all turns.
    pub errors: u64,
    /// Bytes of a body.
    pub bytes: usize,
}

/// How long and how often each question is asked.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The length of a turn.
    pub time: Duration,
    /// How many there are.
    pub turns: usize,
}

/// The blog behind a web server, set up with what `deploy/` has for it.
#[derive(Debug)]
pub struct Site {
    server: Server,
    kind: Kind,
    _folder: Folder,
}

/// Who sends kept pages, where there are any.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The programs, behind a server that knows nothing of them.
    ByPrograms,
    /// The web server, set up for it.
    ByServer,
}

impl Site {
    /// Starts the server. `empty` stands among the blog's programs.
    pub fn start(kind: Kind, programs: &Path, empty: &Path, blog: &Path) -> Result<Site> {
        let folder = Folder::new()?;
        let data = folder.put(&blog.join("blog.db"), "data")?;
        Site::over(
            kind,
            programs,
            Some(empty),
            data.parent().unwrap_or(&data),
            folder,
            Kept::ByPrograms,
        )
    }

    /// The same over a blog's folder as it is, which is kept as long as the server.
    pub fn over(
        kind: Kind,
        programs: &Path,
        empty: Option<&Path>,
        data: &Path,
        folder: Folder,
        kept: Kept,
    ) -> Result<Site> {
        for entry in fs::read_dir(programs)? {
            folder.put(&entry?.path(), "programs")?;
        }
        if let Some(empty) = empty {
            folder.put(empty, "programs")?;
        }
        let programs = folder.sub("programs")?;
        fs::write(
            programs.join("mayfly.conf"),
            format!("data = {}\n", data.display()),
        )?;
        let mut text = shipped(kind, &programs, data)?;
        if kept == Kept::ByServer {
            text = crate::kept::switched_on(kind, &text, data, &folder)?;
        }
        Ok(Site {
            server: Server::start(kind, &folder, "run", &text)?,
            kind,
            _folder: folder,
        })
    }

    /// The question for a page, by its pretty address.
    pub fn page(&self, page: &Page) -> Result<(String, Question)> {
        let header = match page.known.as_str() {
            "" => String::new(),
            known => format!("If-None-Match: {known}\r\n"),
        };
        let question = Question::new(self.server.address, &page.target(), &header, page.status)?;
        Ok((page.name.to_owned(), question))
    }

    /// The question that `empty` answers.
    pub fn empty(&self) -> Result<(String, Question)> {
        let question = Question::new(self.server.address, "/cgi-bin/empty", "", 200)?;
        Ok(("empty".to_owned(), question))
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Which server it is.
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }
}

/// Asks each question in turn, at each number of connections.
pub fn closed_loop(
    server: &'static str,
    questions: &[(String, Question)],
    connections: &[usize],
    pace: Pace,
) -> Vec<Load> {
    let mut loads = Vec::new();
    for &connections in connections {
        loads.extend(turns(server, questions, connections, 0.0, pace));
    }
    loads
}

/// Asks each question in turn, at each rate.
pub fn constant_rate(
    server: &'static str,
    questions: &[(String, Question)],
    rates: &[f64],
    pace: Pace,
) -> Vec<Load> {
    let mut loads = Vec::new();
    for &rate in rates {
        // As many connections as it takes not to be what is waited for.
        loads.extend(turns(server, questions, 64, rate, pace));
    }
    loads
}

fn turns(
    server: &'static str,
    questions: &[(String, Question)],
    connections: usize,
    asked: f64,
    pace: Pace,
) -> Vec<Load> {
    let mut outcomes = vec![Vec::new(); questions.len()];
    for _ in 0..pace.turns {
        for (place, (_, question)) in questions.iter().enumerate() {
            outcomes[place].push(match asked {
                0.0 => question.closed_loop(connections, pace.time),
                rate => question.constant_rate(rate, connections, pace.time),
            });
        }
    }
    let loads = questions
        .iter()
        .zip(outcomes)
        .map(|((name, question), turns)| {
            let each = |value: fn(&crate::client::Outcome) -> f64| {
                Samples::new(turns.iter().map(value).collect())
            };
            Load {
                name: name.clone(),
                server,
                connections,
                asked,
                rate: each(|turn| turn.rate),
                p50: each(|turn| turn.latency.median()),
                p99: each(|turn| turn.latency.quantile(0.99)),
                errors: turns.iter().map(|turn| turn.errors).sum(),
                bytes: question.bytes(),
            }
        });
    loads.collect()
}
