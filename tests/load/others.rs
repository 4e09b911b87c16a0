//! Other people's clients ask for the same page, so that nobody has to trust ours:
//! wrk as fast as answers come, oha at a constant rate with latency corrected.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::behind::Site;
use crate::needs;
use crate::page::Page;
use crate::{Bench, Result, failed};

/// What two clients say of the home page.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The server before it.
    pub server: &'static str,
    /// The other client.
    pub client: &'static str,
    /// How it asked.
    pub how: String,
    /// Requests a second, and the median and the 99th percentile in milliseconds
    /// where it tells them: by our client, and by the other.
    pub ours: (f64, Option<(f64, f64)>),
    /// The same by the other.
    pub theirs: (f64, Option<(f64, f64)>),
}

/// The version whose options and output are known here.
const OHA: &str = "1.16.0";

impl Bench {
    /// Lets the others ask too; at half of the rate that `empty` reaches, where it is known.
    pub fn ask_others(&mut self, site: &Site, home: &Page, rate: Option<f64>) {
        if let Err(error) = self.check(site, home, rate) {
            let row = format!("other clients behind {}", site.name());
            self.leave_out(&row, &error.to_string());
        }
    }

    fn check(&mut self, site: &Site, home: &Page, rate: Option<f64>) -> Result<()> {
        let time = self.plan.check;
        let (_, question) = site.page(home)?;
        let url = format!("http://{}{}", site.address(), home.target());
        match needs::package("/usr/bin/wrk", "wrk") {
            Ok(()) => {
                let ours = question.closed_loop(8, time).rate;
                self.figures.checked.push(Checked {
                    server: site.name(),
                    client: "wrk",
                    how: "as fast as answers come, over 8 connections".to_owned(),
                    ours: (ours, None),
                    theirs: (wrk(&url, 8, time)?, None),
                });
            }
            Err(error) => {
                self.leave_out(&format!("wrk behind {}", site.name()), &error.to_string());
            }
        }
        let Some(rate) = rate.map(|rate| (rate / 2.0).round()) else {
            return Ok(());
        };
        match oha(&self.kept) {
            Ok(oha) => {
                let ours = question.constant_rate(rate, 64, time);
                self.figures.checked.push(Checked {
                    server: site.name(),
                    client: "oha",
                    how: format!("{rate} a second"),
                    ours: (
                        ours.rate,
                        Some((ours.latency.median(), ours.latency.quantile(0.99))),
                    ),
                    theirs: steadily(&oha, &url, rate, time)?,
                });
            }
            Err(error) => {
                self.leave_out(&format!("oha behind {}", site.name()), &error.to_string());
            }
        }
        Ok(())
    }
}

fn wrk(url: &str, connections: usize, time: Duration) -> Result<f64> {
    let output = Command::new("wrk")
        .args(["-t", "2", "-c", &connections.to_string()])
        .args(["-d", &format!("{}s", time.as_secs().max(1)), url])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    rate.and_then(|rate| rate.trim().parse().ok())
        .ok_or_else(|| failed(format!("wrk says no rate: {text}")))
}

/// Has both of them ready before anything is measured: building one takes minutes. What
/// can't be had is told when it is asked for.
pub fn prepare(kept: &Path) {
    for had in [needs::package("/usr/bin/wrk", "wrk"), oha(kept).map(|_| ())] {
        if let Err(error) = had {
            crate::say(&error.to_string());
        }
    }
}

/// Where oha is. No package of Debian has it, so it is built once, which takes minutes.
fn oha(kept: &Path) -> Result<PathBuf> {
    if let Ok(oha) = crate::server::find("oha") {
        return Ok(oha);
    }
    let folder = kept.join("tools");
    let oha = folder.join("bin/oha");
    if !oha.exists() {
        crate::say("building oha");
        let cargo = std::env::var("CARGO").unwrap_or("cargo".into());
        needs::compile(
            Command::new(cargo)
                .args(["install", "oha", "--version", OHA, "--locked", "--root"])
                .arg(&folder),
        )?;
    }
    Ok(oha)
}

/// What oha says: requests a second, the median and the 99th percentile.
fn steadily(oha: &Path, url: &str, rate: f64, time: Duration) -> Result<(f64, Option<(f64, f64)>)> {
    let output = Command::new(oha)
        .args([
            "--no-tui",
            "--output-format",
            "json",
            "--latency-correction",
        ])
        .args(["-q", &rate.to_string(), "-c", "64"])
        .args(["-z", &format!("{}s", time.as_secs().max(1)), url])
        .output()?;
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        let complaint = String::from_utf8_lossy(&output.stderr);
        failed(format!("oha: {error}: {complaint}"))
    })?;
    let seconds = |name: &str| said["latencyPercentiles"][name].as_f64();
    let latency = seconds("p50").zip(seconds("p99"));
    let rate = said["summary"]["requestsPerSec"].as_f64();
    let rate = rate.ok_or_else(|| failed("oha says no rate"))?;
    Ok((rate, latency.map(|(p50, p99)| (p50 * 1000.0, p99 * 1000.0))))
}
