//! Comments as pages of posts read them: files that whoever publishes a comment writes.
//! A page of a post opens no second database, and where nobody has commented
//! yet it pays for one file that is not there.

use std::fs::{self, File};
use std::io::Read;
use std::mem::ManuallyDrop;

use crate::cache::Version;
use crate::comment::{Below, Choice};
use crate::config::Place;
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
pub fn state(place: &Place, blog: Version) -> State {
    let mut text = [0; LONGEST_STATE];
    let state = first_of(place, &mut text).unwrap_or_default();
    let mut words = state.split_whitespace();
    let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
    let (seq, changed): (i64, Moment) = (number(), number());
    State {
        version: Version {
            seq: blog.seq + seq,
            changed: blog.changed.max(changed),
            ..blog
        },
        any: seq > 0,
        closed: words.next().is_some(),
    }
}

/// How often comments have changed. Whoever renders a page asks before it reads any.
pub(super) fn changes(place: &Place) -> i64 {
    let state = read(place, STATE).unwrap_or_default();
    let word = state.split_whitespace().next();
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// When comments changed last, as the folder has it; 0 where they never did.
#[cfg(feature = "guestbook")]
pub(super) fn changed(folder: &std::path::Path) -> Moment {
    let state = fs::read_to_string(folder.join(STATE)).unwrap_or_default();
    let word = state.split_whitespace().nth(1);
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// What stands below a post: where no comment was ever made, none is looked for.
pub fn below(place: &Place, site: &Site, state: &State, post: &Post) -> Below {
    let stored = match state.any {
        true => read(place, &file(post.id)),
        false => None,
    };
    let (choice, html) = match stored.as_deref().and_then(|stored| stored.split_once('\n')) {
        Some((choice, html)) => (Choice::named(choice), html.to_owned()),
        None => (None, String::new()),
    };
    let choice = choice.unwrap_or_default();
    let open = !state.closed && choice.takes(site.comments, post.moment, state.version.now);
    Below {
        open,
        closes: open && choice.is_for_a_time(site.comments),
        html,
    }
}

/// The state, which is there at once or not at all: nobody looks how long the file is,
/// and it is closed when the process ends.
fn first_of<'a>(place: &Place, text: &'a mut [u8]) -> Option<&'a str> {
    let path = place.data.as_deref()?.join(FOLDER).join(STATE);
    let mut file = ManuallyDrop::new(File::open(path).ok()?);
    let length = file.read(text).ok()?;
    std::str::from_utf8(&text[..length]).ok()
}

/// A file that is not there, or can't be read, has no comments: the post is worth
/// showing without them.
fn read(place: &Place, name: &str) -> Option<String> {
    let folder = place.data.as_deref()?.join(FOLDER);
    fs::read_to_string(folder.join(name)).ok()
}

/// The file with the comments of a post: a line with what its owner settled for it,
/// then HTML.
pub(super) fn file(post: i64) -> String {
    format!("{post}.html")
}
