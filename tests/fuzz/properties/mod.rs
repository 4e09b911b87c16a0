//! What holds whatever arrives: a function for each boundary, which takes any bytes and
//! fails where they break a rule of ours. libFuzzer calls them with what it makes up
//! (`make fuzz`), and `tests/fuzz/corpus.rs` with what it has found so far.
//!
//! - `request`: variables and a body, as a web server passes them
//! - `address`: a path and a query, for every page
//! - `search`: what is looked for, in words and as a pattern
//! - `markdown`: what an author writes
//! - `guestbook`: what a stranger writes
//! - `import`: a file of another engine's
//! - `token`: what is signed or secret, and comes back
//! - `kept`: a page packed
//! - `multipart`: a form with files in it
//! - `media`: a picture
//! - `database`: the file of the blog, damaged
//! - `markup`: what HTML is made of, for all of them
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a property that can't go on does not hold"
)]

mod address;
mod database;
mod guestbook;
mod import;
mod kept;
mod markdown;
mod markup;
mod media;
mod multipart;
mod request;
mod search;
mod token;

pub use address::address;
pub use database::database;
pub use guestbook::guestbook;
pub use import::import;
pub use kept::kept;
pub use markdown::markdown;
pub use media::media;
pub use multipart::multipart;
pub use request::request;
pub use search::search;
pub use token::token;

/// The bytes up to the first that is `mark`, and those behind it.
fn part(bytes: &[u8], mark: u8) -> (&[u8], &[u8]) {
    match bytes.iter().position(|&byte| byte == mark) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &[]),
    }
}

/// The same of a text.
fn line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Whether a text can stand in a header and, quoted, in HTML as it is.
fn is_harmless(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.all(|byte| byte.is_ascii_graphic() && !b"\"'<>&\\`".contains(&byte))
}
