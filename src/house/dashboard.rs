//! What the desk shows at a glance, below the drafts.

use jiff::tz::TimeZone;

use crate::error::Result;
use crate::listing::Moment;
use crate::published::Listed;
use crate::request::Request;
use crate::store::{self, Desk};
use crate::{cgi, check, clock};

/// What there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// How many posts are published, by the kinds in the order of their numbers.
    pub kinds: [i64; 4],
    /// How many static pages.
    pub pages: i64,
    /// The posts that were published last, each with when.
    pub latest: Vec<(Listed, String)>,
    /// The first of those to come, each with when.
    pub waiting: Vec<(Listed, String)>,
    /// How many are to come.
    pub scheduled: i64,
    /// How much is in the bin.
    pub removed: i64,
    /// How many messages of the guestbook wait; none where it can't be asked.
    pub held: Option<i64>,
    /// The sizes of files, in bytes: the blog's three, the index of words, uploads.
    pub sizes: [(&'static str, u64); 5],
    /// When the last backup was made, as far as is known.
    pub backed_up: Option<String>,
    /// What has to be mended, where that is known at once.
    pub alarm: Option<String>,
}

/// What the store tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// As in `Glance`.
    pub kinds: [i64; 4],
    /// As in `Glance`.
    pub pages: i64,
    /// As in `Glance`.
    pub removed: i64,
    /// As in `Glance`.
    pub sizes: [(&'static str, u64); 5],
    /// When the last backup was made.
    pub backed_up: Option<Moment>,
}

/// How many posts are named.
const NAMED: usize = 5;

/// Looks at everything once.
///
/// # Errors
/// Whatever keeps `blog.db` or `desk.db` from being read; the guestbook may be missing.
pub fn look(request: &Request, desk: &Desk, zone: &TimeZone) -> Result<Glance> {
    let counts = store::dashboard::read(desk)?;
    let mut waiting = store::published::scheduled(desk)?;
    let scheduled = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    waiting.truncate(NAMED);
    let told = |moment| clock::shown(moment, zone);
    let dated = |posts: Vec<Listed>| {
        let posts = posts.into_iter();
        posts
            .map(|post| (post.clone(), told(post.moment)))
            .collect()
    };
    let held = store::guestbook::open(&request.place).and_then(|book| book.waiting());
    let data = request.place.data.as_deref();
    let alarm = data.and_then(|data| check::alarm(data, &cgi::host()));
    Ok(Glance {
        kinds: counts.kinds,
        pages: counts.pages,
        latest: dated(store::published::posts(desk, Moment::MAX, NAMED)?),
        waiting: dated(waiting),
        scheduled,
        removed: counts.removed,
        held: held.ok(),
        sizes: counts.sizes,
        backed_up: counts.backed_up.map(told),
        alarm: alarm.map(|fact| fact.text),
    })
}
