//! Uploaded files, as they lie in the data directory's `media/` for the web server
//! to send.
//!
//! - `shelf` looks them up when a text that shows them is saved.
//! - `kind` tells by its content what a file is, whatever its name says.
//! - `picture` makes of a picture what is shown: upright, without metadata, in sizes.
//! - `gif` takes what nobody sees out of an animation.
//! - `keep` takes a file in, whole or not at all.

#[cfg(feature = "cli")]
mod gif;
#[cfg(feature = "cli")]
mod keep;
#[cfg(feature = "cli")]
mod kind;
#[cfg(feature = "cli")]
mod picture;
mod shelf;

#[cfg(feature = "cli")]
pub use keep::{Kept, LARGEST, Refused, keep};
#[cfg(feature = "cli")]
pub use kind::Kind;
pub use shelf::{Picture, Shelf};
