//! Mayfly, a weblog engine made of small CGI programs.

pub mod url;
