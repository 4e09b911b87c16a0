//! `mayfly rebuild`: makes everything derived anew from what authors wrote.

use std::error::Error;
use std::path::Path;
use std::thread;
use std::time::Duration;

use clap::Args;
use jiff::tz::TimeZone;
use mayfly::config::Place;
use mayfly::error::Error as Failed;
use mayfly::media::Shelf;
use mayfly::post::Ready;
use mayfly::publish::{Press, Writing, Wrong};
use mayfly::store::publish::Counting;
use mayfly::store::{self, source};
use mayfly::{publish, shown, store::Desk};

use crate::say;
use crate::seed::progress;

/// Make everything that is derived anew: HTML, lists, counts, the index of words
///
/// Run it after an upgrade whose notes ask for it, or when `mayfly check` finds
/// counts that disagree. Nothing an author wrote is changed, and no address. It works
/// through the blog some hundred posts at a time, and whoever reads or writes meanwhile
/// waits for milliseconds. Interrupt it at any time: the blog works, and the next run
/// begins anew.
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

/// How many posts are in memory at a time, and in one transaction.
const BATCH: i64 = 500;

/// How long others may come in between two transactions. Whoever waits for the file
/// looks again after a tenth of a second at the latest, and gives up after four.
const PAUSE: Duration = Duration::from_millis(20);

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut desk = store::open_desk(data)?;
    if !options.search {
        let press = Press {
            zone: TimeZone::get(&desk.zone()?)?,
            shelf: Shelf::of(data),
        };
        let posts = all(&mut desk, &press)?;
        say(&format!("Made {posts} posts anew."))?;
        comments(data)?;
        let alike = store::media::align(&mut desk, data)?;
        let (new, gone) = (alike.unknown.len(), alike.missing.len());
        if new + gone > 0 {
            say(&format!("Media: {new} found, {gone} forgotten."))?;
        }
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

/// Writes out anew what posts show of their comments.
pub fn comments(data: &Path) -> Result<(), Failed> {
    let place = Place {
        data: Some(data.to_owned()),
        ..Place::default()
    };
    let site = store::open_blog(&place)?.site;
    let mut guestbook = store::guestbook::open_to_write(&place)?;
    guestbook.show_all()?;
    shown::write(&mut guestbook, site)
}

fn all(desk: &mut Desk, press: &Press) -> Result<u64, Failed> {
    let bar = progress(u64::try_from(desk.posts()?).unwrap_or(0));
    let mut last = Some(i64::MIN);
    while let Some(after) = last {
        last = desk.change(|tx| {
            let batch = source::posts(tx, after, BATCH)?;
            for (id, ready) in &render(batch, press)? {
                store::publish::replace(tx, *id, ready, Counting::Anew)?;
                last = Some(*id);
                bar.inc(1);
            }
            Ok(last.filter(|id| *id != after))
        })?;
        thread::sleep(PAUSE);
    }
    bar.set_message("counting");
    desk.change(|tx| {
        for (id, nav, writing) in source::pages(tx)? {
            let slug = writing.slug.clone();
            let mut ready =
                publish::static_page(writing, nav, press).map_err(|error| named(&slug, &error))?;
            ready.id = id;
            store::publish::put_page(tx, &ready)?;
        }
        source::reschedule(tx, press)?;
        source::refresh_small(tx, &press.shelf)?;
        source::sweep(tx)?;
        store::publish::settle(tx)
    })?;
    bar.finish_and_clear();
    Ok(bar.position())
}

/// Renders a batch on all processors, in order.
fn render(batch: Vec<(i64, Writing)>, press: &Press) -> Result<Vec<(i64, Ready)>, Failed> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = batch.len().div_ceil(workers).max(1);
    let mut batch = batch.into_iter();
    thread::scope(|scope| {
        let mut shares = Vec::with_capacity(workers);
        loop {
            let posts: Vec<_> = batch.by_ref().take(share).collect();
            if posts.is_empty() {
                break;
            }
            shares.push(scope.spawn(move || {
                let posts = posts.into_iter().map(|post| rendered(post, press));
                posts.collect::<Result<Vec<_>, Failed>>()
            }));
        }
        let mut ready = Vec::new();
        for share in shares {
            let share = share.join();
            ready.extend(share.map_err(|_| Failed::Internal("rendering failed".into()))??);
        }
        Ok(ready)
    })
}

fn rendered((id, writing): (i64, Writing), press: &Press) -> Result<(i64, Ready), Failed> {
    let slug = writing.slug.clone();
    let ready = publish::post(writing, press).map_err(|error| named(&slug, &error))?;
    Ok((id, ready))
}

fn named(slug: &str, error: &Wrong) -> Failed {
    Failed::Internal(format!("the post \"{slug}\": {error}"))
}
