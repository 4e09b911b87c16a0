//! What is left to do once messages are stored: posts show their comments, and the
//! owner hears of what waits.

use crate::config::Place;
use crate::error::Result;
use crate::site::Site;
use crate::store::guestbook::{Guestbook, Received};
use crate::{sendmail, store, view};

/// Writes out what posts show of their comments, where that has changed.
///
/// # Errors
/// Whatever keeps the files from being written; the next writer tries again.
pub fn write(guestbook: &mut Guestbook, site: &Site) -> Result<()> {
    guestbook.show(|thread| view::comment::below(site, thread))
}

/// The same, and mail to the owner where there is a reason to tell. The message is
/// safe by then, so what goes wrong here stops nothing: it is returned for the log.
pub fn finish(guestbook: &mut Guestbook, site: &Site, mail: Option<String>) -> Option<String> {
    let written = write(guestbook, site).err();
    let told = sendmail::tell(&guestbook.settings, site, mail).err();
    let told = told.map(|problem| guestbook.note(problem));
    let written = written.map(|error| error.to_string());
    let problems: Vec<String> = written.into_iter().chain(told).collect();
    (!problems.is_empty()).then(|| problems.join("; "))
}

/// The same where the blog is not open yet: for most messages nothing is left to do, and
/// opening it would be a tenth of what it costs to take one in.
pub fn finish_unopened(
    guestbook: &mut Guestbook,
    place: &Place,
    received: Received,
) -> Option<String> {
    if received.mail.is_none() && !received.unshown {
        return None;
    }
    match store::open_blog(place) {
        Ok(blog) => finish(guestbook, blog.site, received.mail),
        Err(error) => Some(guestbook.note(error.to_string())),
    }
}
