//! The files of an import, read: what each says, and the name it is known by.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::slice;

use jiff::Timestamp;
use mayfly::import::{self, Document, Problem, Rules};

/// Longest file, in bytes: a post's text may have 8 MB.
const LONGEST: u64 = 9 << 20;

/// One file.
pub struct Source {
    /// What the blog will know it by, to find it when it is imported again.
    pub origin: String,
    /// What it says.
    pub document: Document,
    /// When it was last written: its date, where it says none.
    pub modified: Timestamp,
}

/// All files.
#[derive(Default)]
pub struct Reading {
    /// Those that could be read, in the order of their names.
    pub sources: Vec<Source>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

/// Reads the files at `paths` and in the folders there.
pub fn read(paths: &[PathBuf], rules: &Rules) -> Reading {
    let mut reading = Reading::default();
    let (mut seen, mut origins) = (HashSet::new(), HashSet::new());
    for root in paths {
        let (files, problems) = import::find(slice::from_ref(root));
        reading.problems.extend(problems);
        for file in files {
            // The same file by two names is one file, were it a link.
            if !seen.insert(fs::canonicalize(&file).unwrap_or_else(|_| file.clone())) {
                continue;
            }
            match open(&file, rules) {
                Ok((document, modified)) => reading.sources.push(Source {
                    origin: origin(root, &file, &mut origins),
                    document,
                    modified,
                }),
                Err(problem) => reading.problems.push(problem),
            }
        }
    }
    reading
}

/// Reads files that are no files: their names and texts.
pub fn embedded(posts: &[(&str, &str)], rules: &Rules) -> Reading {
    let mut reading = Reading::default();
    for (name, text) in posts {
        match import::read(Path::new(name), text.as_bytes(), rules) {
            Ok(document) => reading.sources.push(Source {
                origin: (*name).to_owned(),
                document,
                modified: Timestamp::now(),
            }),
            Err(problem) => reading.problems.push(problem),
        }
    }
    reading
}

fn open(file: &Path, rules: &Rules) -> Result<(Document, Timestamp), Problem> {
    let problem = |message: String| Problem {
        file: file.to_owned(),
        line: None,
        message,
    };
    let unreadable = |error| problem(format!("cannot be read: {error}"));
    let metadata = fs::metadata(file).map_err(unreadable)?;
    // Opening a pipe would wait for whoever writes into it.
    if !metadata.is_file() {
        return Err(problem("this is neither a file nor a folder".to_owned()));
    }
    if metadata.len() > LONGEST {
        return Err(problem(format!(
            "it has {} MB, and a post at most 8",
            metadata.len() >> 20
        )));
    }
    let bytes = fs::read(file).map_err(unreadable)?;
    let document = import::read(file, &bytes, rules)?;
    let modified = metadata.modified().ok();
    let modified = modified.and_then(|time| Timestamp::try_from(time).ok());
    Ok((document, modified.unwrap_or_else(Timestamp::now)))
}

/// The file's path below the folder that was named, so that the folder may move.
/// Where two folders have a file of one name, the second has its folder's too.
fn origin(root: &Path, file: &Path, taken: &mut HashSet<String>) -> String {
    let below = match file.strip_prefix(root) {
        Ok(below) if !below.as_os_str().is_empty() => below,
        _ => Path::new(file.file_name().unwrap_or(file.as_os_str())),
    };
    let below = below.to_string_lossy().into_owned();
    let whole = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let folder = whole
        .ancestors()
        .nth(Path::new(&below).components().count())
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned());
    let candidates = [
        below.clone(),
        format!("{}/{below}", folder.unwrap_or_default()),
        whole.to_string_lossy().into_owned(),
    ];
    let free = candidates.iter().find(|name| !taken.contains(*name));
    let origin = free.unwrap_or(&below).clone();
    taken.insert(origin.clone());
    origin
}
