//! The guestbook: what strangers write, and what becomes of it.
//!
//! A `form` is what arrives, an `Entry` what is left once it has been checked,
//! `judge` decides whether it is published or waits, and says why, by the owner's
//! `settings`. `token` signs
//! what has to come back unchanged, `bayes` learns from what the owner decides,
//! `text` finds paragraphs and addresses in plain text.

pub mod bayes;
pub mod form;
pub mod judge;
pub mod settings;
pub mod text;
pub mod token;

use crate::comment::Choice;
use crate::error::{Error, Result};
use crate::listing::{Mention, Moment};
use crate::path::{Path, Query};
use crate::url;

pub use form::{Entry, Problems, Typed};
pub use settings::{Publish, Settings};

/// The longest body a form of ours makes: 4,500 characters of four bytes, each
/// sent as three, and what stands around them.
pub const MAX_BODY: usize = 64 * 1024;

/// How many messages a page shows.
pub const PER_PAGE: usize = 100;

/// What a GET of the program asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `/guestbook/`, or with `?before=ID` the messages older than that one.
    List(Option<i64>),
    /// `/guestbook/12/`. The key, in `?key=`, shows its writer one that waits.
    Message(i64, Option<String>),
    /// `/guestbook/feed.atom`
    Feed,
}

impl Wanted {
    /// Reads an address.
    ///
    /// # Errors
    /// 404 for what is no address of the guestbook's, 301 for another spelling.
    pub fn parse(path: &Path, query: &Query) -> Result<Wanted> {
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number > 0);
        match path.segments()[..] {
            ["guestbook"] => {
                path.must_be(url::GUESTBOOK)?;
                let before = query.get("before")?;
                let cut = before.map(|text| number(text).ok_or(Error::NotFound));
                Ok(Wanted::List(cut.transpose()?))
            }
            ["guestbook", "feed.atom"] => path.must_be(url::GUESTBOOK_FEED).map(|()| Wanted::Feed),
            ["guestbook", id] => {
                let id = number(id).ok_or(Error::NotFound)?;
                path.must_be(&url::message(0, id))?;
                Ok(Wanted::Message(id, query.get("key")?.map(String::from)))
            }
            _ => Err(Error::NotFound),
        }
    }

    /// Insists on the address that takes new messages.
    ///
    /// # Errors
    /// 405 for any other: a redirect would lose what was sent.
    pub fn may_be_written(&self) -> Result<()> {
        match self {
            Wanted::List(_) => Ok(()),
            _ => Err(Error::MethodNotAllowed("GET, HEAD")),
        }
    }
}

/// A published message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its number, which its address has.
    pub id: i64,
    /// The post it stands under; 0 in the guestbook.
    pub post: i64,
    /// When it was written.
    pub moment: Moment,
    /// Who says to have written it.
    pub name: String,
    /// Where on the web they are, or empty.
    pub site: String,
    /// Plain text.
    pub text: String,
    /// What the owner answered, or empty: plain text too.
    pub reply: String,
    /// When they did; 0 where they did not.
    pub replied: Moment,
}

/// The part of the guestbook that a page shows, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub older: bool,
    /// The number that the page was cut at, if it is not the first.
    pub before: Option<i64>,
}

/// What stands under a post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The post's number.
    pub post: i64,
    /// What the owner settled for it.
    pub choice: Choice,
    /// How many comments are public.
    pub comments: i64,
    /// The newest of them, oldest first.
    pub newest: Vec<Message>,
}

/// A message as its own page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// To everybody.
    Published(Message),
    /// To whoever wrote it, while it waits.
    Waiting(Message),
}

/// What a page has to know of the guestbook beside its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// The post that it is below; 0 for the guestbook.
    pub post: i64,
    /// The same as its page names it.
    pub on: Option<Mention>,
    /// Its name: that of the static page at its address, if there is one.
    pub title: String,
    /// What the owner wrote at its head, stored HTML, or empty.
    pub intro: String,
    /// Whether anybody can write.
    pub open: bool,
    /// What the form holds: what was typed already, and a token of its own, since
    /// a form can be sent once.
    pub typed: Typed,
}

impl Book {
    /// Its address.
    pub fn path(&self) -> String {
        match self.post {
            0 => url::GUESTBOOK.to_owned(),
            post => url::comments(post),
        }
    }

    /// Its feed's.
    pub fn feed(&self) -> String {
        match self.post {
            0 => url::GUESTBOOK_FEED.to_owned(),
            post => url::comments_feed(post),
        }
    }
}

/// What became of a form that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the public message of this number.
    Published(i64),
    /// It waits for the owner; whoever has the key can look at it.
    Waiting {
        /// Its number.
        id: i64,
        /// Opens its page.
        key: String,
    },
    /// It was not taken: what its writer is told beside what they typed.
    Refused(Problems),
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In the guestbook.
    Published,
    /// Before the owner.
    Waiting,
    /// Kept for a while, in case the owner meant otherwise.
    Rejected,
}

impl State {
    /// The number that the tables have for it.
    pub fn number(self) -> i64 {
        match self {
            State::Published => 1,
            State::Waiting => 2,
            State::Rejected => 3,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            State::Published => "published",
            State::Waiting => "waiting",
            State::Rejected => "rejected",
        }
    }

    /// The state of that number.
    pub fn numbered(number: i64) -> State {
        match number {
            1 => State::Published,
            2 => State::Waiting,
            _ => State::Rejected,
        }
    }
}

/// A message as its owner sees it, with the reason for where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The message.
    pub message: Message,
    /// Where it is.
    pub state: State,
    /// Why.
    pub why: String,
}

/// What became of messages that the owner decided over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// How many are somewhere else than before.
    pub moved: usize,
    /// The numbers that no message has, or none any more.
    pub missing: Vec<i64>,
}

/// What the owner decided at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub moment: Moment,
    /// How many messages it moved.
    pub messages: i64,
    /// Where they went.
    pub became: State,
}
