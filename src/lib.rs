//! Mayfly, a weblog engine made of small CGI programs.

#[cfg(feature = "cli")]
pub mod import;
pub mod url;
