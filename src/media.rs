//! Uploaded files, as they lie in the data directory's `media/` for the web server
//! to send.

mod shelf;

pub use shelf::{Picture, Shelf};
