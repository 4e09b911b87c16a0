//! Programs started in turn, A B C A B C ..., so that whatever disturbs the
//! machine meanwhile disturbs them all alike.

use crate::Result;
use crate::process::{Program, Streams};
use crate::server::Folder;
use crate::stats::Samples;

/// What the runs of one program cost.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Its name in tables.
    pub name: String,
    /// Microseconds of processor time.
    pub cpu: Samples,
    /// Minor page faults.
    pub faults: Samples,
    /// Bytes written, headers included.
    pub bytes: usize,
}

/// How often the programs are copied meanwhile. How much it takes to map a file depends on
/// where its pages happen to lie in memory, up to a sixth of what a page costs (NOTES.md):
/// one copy of each for a whole run would measure that luck.
const COPIES: usize = 10;

/// Starts each program that many times, after a few runs that only warm up.
pub fn compare(programs: &[(String, Program)], rounds: usize) -> Result<Vec<Cost>> {
    let streams = Streams::new()?;
    let mut runs = vec![Vec::with_capacity(rounds); programs.len()];
    let mut bytes = vec![0; programs.len()];
    for _ in 0..COPIES {
        let folder = Folder::on_disk()?;
        let copied = programs.iter().map(|(_, program)| program.copied(&folder));
        let copies = copied.collect::<Result<Vec<Program>>>()?;
        for (place, program) in copies.iter().enumerate() {
            for _ in 0..3 {
                bytes[place] = program.run_into(&streams)?.output.len();
            }
        }
        for _ in 0..rounds.div_ceil(COPIES) {
            for (place, program) in copies.iter().enumerate() {
                let run = program.run_into(&streams)?;
                runs[place].push((run.cpu, run.faults));
            }
        }
    }
    Ok(programs
        .iter()
        .zip(runs)
        .zip(bytes)
        .map(|(((name, _), runs), bytes)| Cost {
            name: name.clone(),
            cpu: Samples::new(runs.iter().map(|run| run.0).collect()),
            faults: Samples::new(runs.iter().map(|run| run.1).collect()),
            bytes,
        })
        .collect())
}

impl Program {
    /// The same run of a copy of the program, with the one beside it that it looks for: the
    /// 404 page asks whether there is a search.
    fn copied(&self, folder: &Folder) -> Result<Program> {
        let sub = self.file.parent().unwrap_or(&self.file).display();
        let sub = sub.to_string().replace('/', "-");
        let search = self.file.with_file_name("search");
        let mut copy = self.clone();
        for file in [&search, &self.file] {
            copy.file = folder.sub(&sub)?.join(file.file_name().unwrap_or_default());
            if file.exists() && !copy.file.exists() {
                folder.put(file, &sub)?;
            }
        }
        Ok(copy)
    }
}
