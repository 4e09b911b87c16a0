//! Comments: the messages under a post, and whether more of them may come. What a
//! message is, and what becomes of it, is the guestbook's.

use crate::error::{Error, Result};
use crate::listing::{Mention, Moment};
use crate::path::{Path, Query};
use crate::url;

/// How many comments the page of a post shows: the newest, for those who only pass by.
pub const BELOW: usize = 50;

/// Stands in stored comments for the owner's name, as the character before it in
/// Unicode does for links: it may change after they were stored. No text of a
/// stranger's has it.
pub const OWNER: char = '\u{2}';

/// What the owner settled for one post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// As the blog has it.
    #[default]
    Blog,
    /// It takes comments.
    Open,
    /// It takes no more.
    Closed,
}

impl Choice {
    /// The names of the choices, in the order of their numbers in the tables.
    pub const NAMES: [(&str, Choice); 3] = [
        ("blog", Choice::Blog),
        ("open", Choice::Open),
        ("closed", Choice::Closed),
    ];

    /// The number that the tables have for it.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The choice of that number.
    pub fn numbered(number: i64) -> Choice {
        let place = usize::try_from(number).unwrap_or(0);
        Choice::NAMES
            .get(place)
            .map_or(Choice::Blog, |known| known.1)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Choice::NAMES[self as usize].0
    }

    /// The choice of that name.
    pub fn named(name: &str) -> Option<Choice> {
        let found = Choice::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|known| known.1)
    }

    /// Whether a post takes comments: where the owner left it to the blog, for so
    /// many days from when it was published, 0 for none, less for ever.
    pub fn takes(self, days: i64, published: Moment, now: Moment) -> bool {
        match self {
            Choice::Open => true,
            Choice::Closed => false,
            Choice::Blog if days < 0 => true,
            Choice::Blog => now - published < days.saturating_mul(86_400_000_000),
        }
    }

    /// Whether those days come to an end.
    pub fn is_for_a_time(self, days: i64) -> bool {
        self == Choice::Blog && days >= 0
    }
}

/// What stands below a post on its page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Below {
    /// Whether it takes comments now.
    pub open: bool,
    /// Whether a day will come on which it does not, with nobody doing anything.
    pub closes: bool,
    /// Those it has, as stored HTML, or empty. `OWNER` stands for the owner's name.
    pub html: String,
}

/// A post as its comments name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its number.
    pub id: i64,
    /// When it was published.
    pub moment: Moment,
    /// Its address and its title.
    pub post: Mention,
}

/// What a request for comments asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `/comments/`: the newest of all posts.
    All,
    /// `/comments/feed.atom`, or of one post `/comments/7/feed.atom`.
    Feed(Option<i64>),
    /// `/comments/7/`, or with `?before=ID` those older than that one.
    Post(i64, Option<i64>),
    /// `/comments/7/12/`. The key, in `?key=`, shows its writer one that waits.
    One(i64, i64, Option<String>),
}

impl Wanted {
    /// Reads an address.
    ///
    /// # Errors
    /// 404 for what is no address of comments, 301 for another spelling.
    pub fn parse(path: &Path, query: &Query) -> Result<Wanted> {
        let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
        let number = |text: &str| number(text).ok_or(Error::NotFound);
        let wanted = match path.segments()[..] {
            [_] => Wanted::All,
            [_, "feed.atom"] => Wanted::Feed(None),
            [_, post] => {
                let before = query.get("before")?;
                Wanted::Post(number(post)?, before.map(number).transpose()?)
            }
            [_, post, "feed.atom"] => Wanted::Feed(Some(number(post)?)),
            [_, post, id] => {
                let key = query.get("key")?.map(String::from);
                Wanted::One(number(post)?, number(id)?, key)
            }
            _ => return Err(Error::NotFound),
        };
        path.must_be(&wanted.path())?;
        Ok(wanted)
    }

    fn path(&self) -> String {
        match self {
            Wanted::All => url::COMMENTS.to_owned(),
            Wanted::Feed(None) => url::COMMENTS_FEED.to_owned(),
            Wanted::Post(post, _) => url::comments(*post),
            Wanted::Feed(Some(post)) => url::comments_feed(*post),
            Wanted::One(post, id, _) => url::message(*post, *id),
        }
    }

    /// The post under which a form sent to this address writes.
    ///
    /// # Errors
    /// 405 where it is the address of no post: a redirect would lose what was sent.
    pub fn may_be_written(&self) -> Result<i64> {
        match self {
            Wanted::Post(post, _) => Ok(*post),
            _ => Err(Error::MethodNotAllowed("GET, HEAD")),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_post_takes_comments_as_long_as_the_blog_or_its_owner_says() {
        let day = 86_400_000_000;
        assert!(!Choice::Blog.takes(0, 0, 0) && Choice::Blog.takes(-1, 0, i64::MAX));
        assert!(Choice::Blog.takes(14, 0, 14 * day - 1) && !Choice::Blog.takes(14, 0, 14 * day));
        assert!(Choice::Open.takes(0, 0, day) && !Choice::Closed.takes(-1, 0, 0));
        for (number, (name, choice)) in Choice::NAMES.into_iter().enumerate() {
            assert_eq!(choice.number(), number as i64);
            assert_eq!(Choice::numbered(number as i64), choice);
            assert_eq!((choice.name(), Choice::named(name)), (name, Some(choice)));
        }
    }

    #[test]
    fn the_address_of_the_blog_itself_is_none_of_comments() {
        // A server that is set up in an odd way may lead it here.
        let path = Path::parse(b"/").unwrap();
        let refused = Wanted::parse(&path, &Query::default()).unwrap_err();
        assert_eq!(refused.status(), 404);
    }
}
