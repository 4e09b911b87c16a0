//! The transaction of an import: every file is stored, then every old address.

use std::collections::HashSet;

use mayfly::error::Result;
use mayfly::import::Problem;
use mayfly::listing::Moment;
use mayfly::post::Kind;
use mayfly::publish::Press;
use mayfly::store::desk::Effect;
use mayfly::store::now;
use mayfly::store::origin::{self, Known};
use mayfly::store::publish::{self, Counting};
use rusqlite::Transaction;

use super::outcome::{Entry, Fate, Outcome};
use super::source::Source;
use super::{dated, old, undated, writing};

/// From how many files on counting everything at the end is less work.
const MANY: usize = 20;

/// An import under way.
pub struct Run<'a> {
    pub tx: &'a Transaction<'a>,
    pub press: &'a Press,
    pub now: Moment,
    pub counting: Counting,
    /// What the blog has of earlier imports.
    pub known: Known,
    /// What files of this run are known by.
    pub origins: HashSet<&'a str>,
    /// The posts this run has stored.
    pub taken: HashSet<i64>,
    pub effect: Effect,
}

/// What storing one file came to: its entry, or what is wrong with it.
pub type Stored = std::result::Result<Entry, Problem>;

/// Stores all of it.
///
/// # Errors
/// Whatever keeps the files of the blog from being read or written.
pub fn run(
    tx: &Transaction<'_>,
    sources: &[Source],
    press: &Press,
    done: &dyn Fn(),
) -> Result<Outcome> {
    let mut run = Run {
        tx,
        press,
        now: now(),
        counting: match sources.len() > MANY {
            true => Counting::Later,
            false => Counting::Each,
        },
        known: origin::known(tx)?,
        origins: sources
            .iter()
            .map(|source| source.origin.as_str())
            .collect(),
        taken: HashSet::new(),
        effect: Effect::None,
    };
    let mut outcome = Outcome::default();
    let mut stored = Vec::with_capacity(sources.len());
    for source in sources {
        match run.store(source)? {
            Ok(entry) => {
                stored.push(source);
                outcome.entries.push(entry);
            }
            Err(problem) => outcome.problems.push(problem),
        }
        done();
    }
    old::lead(&mut run, &stored, &mut outcome.entries)?;
    if run.counting == Counting::Later && run.effect == Effect::Public {
        publish::settle(tx)?;
    }
    outcome.effect = run.effect;
    Ok(outcome)
}

impl Run<'_> {
    fn store(&mut self, source: &Source) -> Result<Stored> {
        match writing::kind(&source.document) {
            _ if source.document.draft => undated::draft(self, source),
            Kind::Page => undated::page(self, source),
            _ => dated::post(self, source),
        }
    }

    /// Notes that something is different from now on, for the public or not.
    pub fn changed(&mut self, effect: Effect) {
        if self.effect != Effect::Public {
            self.effect = effect;
        }
    }
}

/// The entry of a file about which nothing is known yet but what it says.
pub fn entry(source: &Source, fate: Fate, remarks: Vec<String>) -> Entry {
    let document = &source.document;
    Entry {
        file: document.file.clone(),
        kind: writing::kind(document),
        date: String::new(),
        address: String::new(),
        title: document.title.clone().unwrap_or_default(),
        fate,
        old: Vec::new(),
        remarks,
    }
}

/// What is wrong with a file that could be read.
pub fn problem(source: &Source, message: impl Into<String>) -> Stored {
    Err(Problem {
        file: source.document.file.clone(),
        line: None,
        message: message.into(),
    })
}
