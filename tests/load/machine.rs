//! What the figures were measured on, and how quiet it was meanwhile.

use std::fs;
use std::process::Command;
use std::thread;

/// The machine at the beginning of a run.
#[derive(Debug)]
pub struct Machine {
    load: String,
    time: Vec<f64>,
}

impl Machine {
    /// Looks at it.
    pub fn look() -> Machine {
        Machine {
            load: load(),
            time: time(),
        }
    }

    /// A line for each thing that matters.
    pub fn lines(&self) -> Vec<String> {
        let cpu = field("/proc/cpuinfo", "model name");
        let memory: f64 = field("/proc/meminfo", "MemTotal")
            .trim_end_matches(" kB")
            .parse()
            .unwrap_or(0.0);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let system = field("/etc/os-release", "PRETTY_NAME");
        let guest = field("/proc/cpuinfo", "flags").contains("hypervisor");
        let mut lines = vec![
            format!(
                "{cpu}, {cores} cores, {:.0} GB{}",
                memory / (1 << 20) as f64,
                if guest { ", a virtual machine" } else { "" }
            ),
            format!("{}, Linux {}", system.trim_matches('"'), kernel.trim()),
        ];
        for (program, option) in [("apache2", "-v"), ("lighttpd", "-v"), ("rustc", "-V")] {
            lines.extend(version(program, option));
        }
        lines.push(format!(
            "Load average before the run {}, after it {}. Taken away by the host meanwhile: {:.1} % of \
             the processors' time.",
            self.load,
            load(),
            self.stolen()
        ));
        lines
    }

    /// The share of time since `look` in which the host ran something else.
    fn stolen(&self) -> f64 {
        let spent: Vec<f64> = time()
            .iter()
            .zip(&self.time)
            .map(|(now, then)| now - then)
            .collect();
        let total: f64 = spent.iter().sum();
        spent.get(7).copied().unwrap_or(0.0) * 100.0 / total.max(1.0)
    }
}

/// The day, UTC, as 2026-11-25.
pub fn today() -> String {
    let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.map_or("an unknown day".to_owned(), |text| text.trim().to_owned())
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}

/// The first line of /proc/stat: ticks as user, nice, system, idle, waiting, in
/// two kinds of interrupt, stolen.
fn time() -> Vec<f64> {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = text.lines().next().unwrap_or_default().split_whitespace();
    fields
        .skip(1)
        .take(8)
        .filter_map(|field| field.parse().ok())
        .collect()
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once([':', '=']));
    value.map_or("?".to_owned(), |(_, value)| value.trim().to_owned())
}

fn version(program: &str, option: &str) -> Option<String> {
    let program = crate::server::find(program).unwrap_or(program.into());
    let output = Command::new(program).arg(option).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(|line| line.trim().to_owned())
}
