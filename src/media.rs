//! Uploaded files, as they lie in the data directory's `media/` for the web server
//! to send.
//!
//! - `shelf` looks them up when a text that shows them is saved.
//! - `kind` tells by its content what a file is, whatever its name says.
//! - `picture` makes of a picture what is shown: upright, without metadata, in sizes.
//! - `gif` and `avif` take what nobody sees out of an animation and of what can't be decoded.
//! - `keep` takes a file in, whole or not at all.
//! - `item` is what the library knows of one.

#[cfg(feature = "admin")]
mod avif;
#[cfg(feature = "admin")]
mod gif;
#[cfg(feature = "admin")]
mod item;
#[cfg(feature = "admin")]
mod keep;
#[cfg(feature = "admin")]
mod kind;
#[cfg(feature = "admin")]
mod picture;
mod shelf;

#[cfg(feature = "admin")]
pub use item::{Item, Refusal, Use, is_made, original, shown, widths_of};
#[cfg(feature = "admin")]
pub use keep::{Kept, LARGEST, Refused, keep};
#[cfg(feature = "admin")]
pub use kind::Kind;
pub use shelf::{Picture, Shelf};
