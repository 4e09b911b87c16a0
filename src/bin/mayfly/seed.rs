//! `mayfly seed`: fills an empty blog with made-up posts.

use std::error::Error;
use std::path::Path;
use std::thread;
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use mayfly::error::Error as Failed;
use mayfly::media::Shelf;
use mayfly::post::Ready;
use mayfly::publish::Press;
use mayfly::store;
use mayfly::store::publish::Counting;
use mayfly::{publish, seed::Seed};

use crate::failure::Failure;
use crate::{import, say};

/// Fill an empty blog with made-up posts, for load tests
///
/// The same number always gives the same posts: 30 % entries, 45 % links, 15 %
/// quotes and 10 % notes over the years 2005 to 2024.
#[derive(Args)]
pub struct Options {
    /// How many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    posts: u64,
}

/// How many posts are rendered at a time, on all processors.
const BATCH: u64 = 4096;

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut desk = store::open_desk(data)?;
    if desk.posts()? > 0 {
        return Err(Box::new(Failure::new(format!(
            "the blog in {} has posts already; made-up ones go into an empty blog: `mayfly init DIR`",
            data.display()
        ))));
    }
    let press = Press {
        zone: TimeZone::get(&desk.zone()?)?,
        shelf: Shelf::of(data),
    };
    desk.hurry()?;
    let started = Instant::now();
    let bar = progress(options.posts);
    let seed = Seed::new(options.posts);
    desk.change(|tx| {
        for first in (0..options.posts).step_by(BATCH as usize) {
            let last = (first + BATCH).min(options.posts);
            for ready in render(&seed, first..last, &press)? {
                store::publish::add(tx, &ready, Counting::Later)?;
            }
            bar.set_position(last);
        }
        bar.set_message("counting");
        store::publish::settle(tx)
    })?;
    bar.finish_and_clear();
    import::warn(&desk)?;
    let seconds = started.elapsed().as_secs_f64();
    say(&format!(
        "{} posts in {seconds:.1} s: {:.0} posts a second.",
        options.posts,
        options.posts as f64 / seconds
    ))?;
    Ok(())
}

/// Renders a batch on all processors, in order.
fn render(seed: &Seed, batch: std::ops::Range<u64>, press: &Press) -> Result<Vec<Ready>, Failed> {
    let workers = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let share = (batch.end - batch.start).div_ceil(workers).max(1);
    thread::scope(|scope| {
        let shares = batch.clone().step_by(share as usize).map(|from| {
            let numbers = from..(from + share).min(batch.end);
            scope.spawn(move || {
                let posts = numbers.map(|number| publish::post(seed.post(number), press));
                posts
                    .collect::<Result<Vec<Ready>, publish::Wrong>>()
                    .map_err(|wrong| Failed::Internal(wrong.text))
            })
        });
        let mut posts = Vec::with_capacity((batch.end - batch.start) as usize);
        for share in shares.collect::<Vec<_>>() {
            let share = share.join();
            posts.extend(share.map_err(|_| Failed::Internal("rendering failed".into()))??);
        }
        Ok(posts)
    })
}

/// A bar on a terminal, and nothing in a file or a pipe.
pub fn progress(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style =
        ProgressStyle::with_template("{bar:30} {human_pos} of {human_len}, {eta} left {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
