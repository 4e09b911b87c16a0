//! What is left to do once messages are stored: posts show their comments, and the
//! owner hears of what waits.

use crate::error::Result;
use crate::sendmail;
use crate::site::Site;
use crate::store::guestbook::Guestbook;
use crate::view;

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
