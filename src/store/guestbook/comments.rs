//! Comments with the posts they are on: the guestbook's file beside the blog's.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::receive::Received;
use super::{Guestbook, IN_FEED, open, open_to_write};
use crate::comment::Subject;
use crate::config::Place;
use crate::error::{Error, Result};
use crate::guestbook::{Book, Message, Problems, Shown, Slice, Typed};
use crate::store::Blog;

/// The post that a feed is of, unless it is of all, and the comments in it.
pub type Feed = (Option<Subject>, Vec<(Subject, Message)>);

/// The comments of a blog.
pub struct Comments<'a> {
    /// The file that has them.
    pub guestbook: Guestbook,
    blog: &'a Blog,
}

/// Opens the comments for reading.
///
/// # Errors
/// As `open_blog`.
pub fn comments<'a>(place: &Place, blog: &'a Blog) -> Result<Comments<'a>> {
    let guestbook = open(place)?;
    Ok(Comments { guestbook, blog })
}

/// Opens the comments for writing.
///
/// # Errors
/// As `open_blog`.
pub fn comments_to_write<'a>(place: &Place, blog: &'a Blog) -> Result<Comments<'a>> {
    let guestbook = open_to_write(place)?;
    Ok(Comments { guestbook, blog })
}

impl Comments<'_> {
    /// The newest on all posts, newest first; not on those that were taken back.
    ///
    /// # Errors
    /// Whatever keeps the files from being read.
    pub fn newest(&self) -> Result<Vec<(Subject, Message)>> {
        let mut subjects = BTreeMap::new();
        let mut newest = Vec::new();
        for comment in self.guestbook.comments(IN_FEED)? {
            let subject = match subjects.entry(comment.post) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.blog.subject(comment.post)?),
            };
            if let Some(subject) = subject {
                newest.push((subject.clone(), comment));
            }
        }
        Ok(newest)
    }

    /// The newest for a feed: on one post, or on all.
    ///
    /// # Errors
    /// 404 for no such post.
    pub fn feed(&self, post: Option<i64>) -> Result<Feed> {
        let Some(post) = post else {
            return Ok((None, self.newest()?));
        };
        let subject = self.subject(post)?;
        let newest = self.guestbook.newest(post, None, IN_FEED)?;
        let newest = newest.into_iter().map(|comment| (subject.clone(), comment));
        Ok((Some(subject.clone()), newest.collect()))
    }

    /// A page of the comments on a post, and what stands around them.
    ///
    /// # Errors
    /// 404 for no such post, or for a cut that leaves nothing.
    pub fn page(&self, post: i64, before: Option<i64>) -> Result<(Book, Slice)> {
        let form = before.is_none().then(Typed::default);
        let book = self.book(post, form.as_ref())?;
        Ok((book, self.guestbook.page(post, before)?))
    }

    /// What stands around the comments on a post, with what its form holds, if it has one.
    ///
    /// # Errors
    /// 404 for no such post.
    pub fn book(&self, post: i64, typed: Option<&Typed>) -> Result<Book> {
        let subject = self.subject(post)?;
        let open = self.takes(&subject)?;
        self.guestbook.book_on(&subject, open, typed)
    }

    /// One comment: a public one for everybody, one that waits for whoever has its key.
    ///
    /// # Errors
    /// 404 where there is none to be seen.
    pub fn one(&self, post: i64, id: i64, key: Option<&str>) -> Result<(Subject, Shown)> {
        let subject = self.subject(post)?;
        Ok((subject, self.guestbook.message(post, id, key)?))
    }

    /// Takes in a comment on a post, as `Guestbook::receive` does a message.
    ///
    /// # Errors
    /// 404 for no such post; whatever keeps the file from being written.
    pub fn receive(
        &mut self,
        post: i64,
        typed: &Typed,
        network: &str,
    ) -> Result<(Subject, Received)> {
        let subject = self.subject(post)?;
        let received = match self.takes(&subject)? {
            true => self.guestbook.receive(post, typed, network)?,
            false => {
                let closed = "This post takes no more comments, so this was not sent.";
                Received::refused(Problems::with_all(closed))
            }
        };
        Ok((subject, received))
    }

    fn subject(&self, post: i64) -> Result<Subject> {
        self.blog.subject(post)?.ok_or(Error::NotFound)
    }

    fn takes(&self, subject: &Subject) -> Result<bool> {
        self.guestbook
            .takes_comments(subject, self.blog.site.comments)
    }
}
