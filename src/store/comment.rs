//! Comments as pages of posts read them: files that whoever publishes a comment writes.
//! A page of a post opens no second database, and where nobody has commented
//! yet it pays for one file that is not there.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use crate::cache::Version;
use crate::comment::{Below, Choice};
use crate::config::Place;
use crate::error::{Error, Result};
use crate::listing::Moment;
use crate::post::Post;
use crate::site::Site;

/// The folder, beside the blog's files. All in it is derived: `mayfly rebuild` makes
/// it anew.
pub const FOLDER: &str = "comments";

/// What entity tags go by: how often comments have changed, and when they last did;
/// and `closed` where nobody may write any.
pub(super) const STATE: &str = "state";

/// Two numbers and a word, in bytes.
const LONGEST_STATE: usize = 64;

/// What holds for all comments.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// The state of the blog as a page of a post shows it. Its number is the sum of two
    /// that only grow, so it names this state and no other.
    pub version: Version,
    /// Whether comments have ever changed.
    any: bool,
    closed: bool,
}

/// Reads the state, before the comments are. A comment that comes between is shown
/// under the older name, and the next to ask gets both anew.
///
/// # Errors
/// 503 where there are comments and the disk does not give them: a page without them, or
/// under an older name, would stay in caches.
pub fn state(place: &Place, blog: Version) -> Result<State> {
    let mut text = [0; LONGEST_STATE];
    let state = first_of(place, &mut text)?.unwrap_or_default();
    let mut words = state.split_whitespace();
    let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
    let (seq, changed): (i64, Moment) = (number(), number());
    Ok(State {
        version: Version {
            seq: blog.seq + seq,
            changed: blog.changed.max(changed),
            ..blog
        },
        any: seq > 0,
        closed: words.next().is_some(),
    })
}

/// How often comments have changed; nothing where that can't be read. Whoever renders a page
/// asks before it reads any.
pub(super) fn changes(place: &Place) -> Option<i64> {
    let state = read(place, STATE).ok()?.unwrap_or_default();
    let word = state.split_whitespace().next();
    Some(word.and_then(|word| word.parse().ok()).unwrap_or(0))
}

/// When comments changed last, as the folder has it; 0 where they never did.
#[cfg(feature = "guestbook")]
pub(super) fn changed(folder: &std::path::Path) -> Moment {
    let state = fs::read_to_string(folder.join(STATE)).unwrap_or_default();
    let word = state.split_whitespace().nth(1);
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// What stands below a post: where no comment was ever made, none is looked for.
///
/// # Errors
/// As `state`.
pub fn below(place: &Place, site: &Site, state: &State, post: &Post) -> Result<Below> {
    let stored = match state.any {
        true => read(place, &file(post.id))?,
        false => None,
    };
    let (choice, html) = match stored.as_deref().and_then(|stored| stored.split_once('\n')) {
        Some((choice, html)) => (Choice::named(choice), html.to_owned()),
        None => (None, String::new()),
    };
    let choice = choice.unwrap_or_default();
    let open = !state.closed && choice.takes(site.comments, post.moment, state.version.now);
    Ok(Below {
        open,
        closes: open && choice.is_for_a_time(site.comments),
        html,
    })
}

/// The state, which is there at once or not at all: nobody looks how long the file is,
/// and it is closed when the process ends.
fn first_of<'a>(place: &Place, text: &'a mut [u8]) -> Result<Option<&'a str>> {
    let Some(path) = path(place, STATE) else {
        return Ok(None);
    };
    let opened = File::open(&path).and_then(|file| ManuallyDrop::new(file).read(text));
    let length = there(opened, &path)?.unwrap_or(0);
    Ok(std::str::from_utf8(&text[..length]).ok())
}

/// A file that is not there has no comments: most posts have none.
fn read(place: &Place, name: &str) -> Result<Option<String>> {
    let Some(path) = path(place, name) else {
        return Ok(None);
    };
    there(fs::read_to_string(&path), &path)
}

fn path(place: &Place, name: &str) -> Option<PathBuf> {
    Some(place.data.as_deref()?.join(FOLDER).join(name))
}

/// What was read, if it was there to be read.
fn there<T>(read: io::Result<T>, path: &Path) -> Result<Option<T>> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(Error::Unavailable(format!(
            "{} can't be read, so the post would be shown without its comments: {error}",
            path.display()
        ))),
    }
}

/// The file with the comments of a post: a line with what its owner settled for it,
/// then HTML.
pub(super) fn file(post: i64) -> String {
    format!("{post}.html")
}
