//! Programs started in turn, A B C A B C ..., so that whatever disturbs the
//! machine meanwhile disturbs them all alike.

use crate::Result;
use crate::process::{Program, Streams};
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

/// Starts each program that many times, after a few runs that only warm up.
pub fn compare(programs: &[(String, Program)], rounds: usize) -> Result<Vec<Cost>> {
    let streams = Streams::new()?;
    let mut runs = vec![Vec::with_capacity(rounds); programs.len()];
    let mut bytes = vec![0; programs.len()];
    for (place, (_, program)) in programs.iter().enumerate() {
        for _ in 0..3 {
            bytes[place] = program.run_into(&streams)?.output.len();
        }
    }
    for _ in 0..rounds {
        for (place, (_, program)) in programs.iter().enumerate() {
            let run = program.run_into(&streams)?;
            runs[place].push((run.cpu, run.faults));
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
