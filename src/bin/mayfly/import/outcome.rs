//! What became of each file.

use std::path::PathBuf;

use mayfly::import::Problem;
use mayfly::post::Kind;
use mayfly::store::desk::Effect;

/// What became of all files.
pub struct Outcome {
    /// Of each that could be stored.
    pub entries: Vec<Entry>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
    /// Who sees that something is different now.
    pub effect: Effect,
}

impl Default for Outcome {
    fn default() -> Outcome {
        Outcome {
            entries: Vec::new(),
            problems: Vec::new(),
            effect: Effect::None,
        }
    }
}

/// What became of one file.
pub struct Entry {
    /// The file.
    pub file: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Its day, or empty.
    pub date: String,
    /// Its pretty path, or empty where it has none.
    pub address: String,
    /// Its title, or its first words.
    pub title: String,
    /// What became of it.
    pub fate: Fate,
    /// The paths that lead to it now.
    pub old: Vec<String>,
    /// What a person should know.
    pub remarks: Vec<String>,
}

/// What an import does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Published for the first time.
    New,
    /// Published before, and different now.
    Update,
    /// As it was.
    Unchanged,
    /// Laid on the desk.
    Draft,
    /// Put off until its date.
    Scheduled,
    /// Published before, and left as it was though the file says otherwise.
    Left,
}

impl Fate {
    /// Every fate, in the order they are told.
    pub const ALL: [Fate; 6] = [
        Fate::New,
        Fate::Update,
        Fate::Unchanged,
        Fate::Draft,
        Fate::Scheduled,
        Fate::Left,
    ];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Fate::New => "new",
            Fate::Update => "update",
            Fate::Unchanged => "unchanged",
            Fate::Draft => "draft",
            Fate::Scheduled => "scheduled",
            Fate::Left => "left",
        }
    }
}
