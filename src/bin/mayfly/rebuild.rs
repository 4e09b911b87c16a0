//! `mayfly rebuild`: makes everything derived anew from what authors wrote.

use std::error::Error;
use std::path::Path;

use clap::Args;
use jiff::tz::TimeZone;
use mayfly::error::Error as Failed;
use mayfly::media::Shelf;
use mayfly::publish::Press;
use mayfly::store::publish::Counting;
use mayfly::store::{self, scheduled, source, tally};
use mayfly::{publish, store::Desk};

use crate::say;
use crate::seed::progress;

/// Make everything that is derived anew: HTML, lists, counts, the index of words
///
/// Run it after an upgrade whose notes ask for it, or when `mayfly check` finds
/// counts that disagree. Nothing an author wrote is changed, no address changes,
/// and the new state is there all at once. Until then the blog stays readable,
/// unless it is so large (hundreds of thousands of posts) that the change does not
/// fit into memory: then pages answer 503 for a part of the time.
#[derive(Args)]
pub struct Options {
    /// Only the index of words, search.db; the blog itself is left as it is
    #[arg(long)]
    search: bool,
    /// Whether a search finds English words by their stems from now on, so that
    /// "sails" finds "sailing": `on` or `off`, which every blog begins with
    #[arg(long, value_name = "WHETHER", requires = "search", value_parser = ["on", "off"])]
    stems: Option<String>,
}

/// How many posts are in memory at a time.
const BATCH: i64 = 1000;

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut desk = store::open_desk(data)?;
    if !options.search {
        let press = Press {
            zone: TimeZone::get(&desk.zone()?)?,
            shelf: Shelf::of(data),
        };
        let posts = all(&mut desk, &press)?;
        say(&format!("Made {posts} posts anew."))?;
    }
    let made = match options.stems {
        Some(whether) => desk.settle_stems(whether == "on")?,
        None => false,
    };
    let posts = desk.posts()?;
    if !made {
        let bar = progress(u64::try_from(posts).unwrap_or(0));
        desk.rebuild_search(|done| bar.set_position(done))?;
        bar.finish_and_clear();
    }
    say(&format!("Made the index of {posts} posts anew."))?;
    Ok(())
}

fn all(desk: &mut Desk, press: &Press) -> Result<u64, Failed> {
    let bar = progress(u64::try_from(desk.posts()?).unwrap_or(0));
    let named =
        |slug: &str, error: String| Failed::Internal(format!("the post \"{slug}\": {error}"));
    desk.change(|tx| {
        source::clear(tx)?;
        let mut last = i64::MIN;
        loop {
            let batch = source::posts(tx, last, BATCH)?;
            let Some((id, _)) = batch.last() else { break };
            last = *id;
            for (id, writing) in batch {
                let slug = writing.slug.clone();
                let ready = publish::post(writing, press).map_err(|error| named(&slug, error))?;
                store::publish::replace(tx, id, &ready, Counting::Later)?;
                bar.inc(1);
            }
        }
        for (nav, writing) in source::pages(tx)? {
            let slug = writing.slug.clone();
            let ready =
                publish::static_page(writing, nav, press).map_err(|error| named(&slug, error))?;
            store::publish::put_page(tx, &ready)?;
        }
        for writing in source::scheduled(tx)? {
            let (slug, moment) = (writing.slug.clone(), writing.moment);
            let ready = publish::post(writing, press).map_err(|error| named(&slug, error))?;
            scheduled::remove(tx, moment)?;
            scheduled::add(tx, &ready)?;
        }
        source::refresh_small(tx, &press.shelf)?;
        bar.set_message("counting");
        tally::all(tx)
    })?;
    bar.finish_and_clear();
    Ok(bar.position())
}
