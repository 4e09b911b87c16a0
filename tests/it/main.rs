//! Tests that run the real programs, as a web server or an operator would.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

// The kit: a blog of its own for each test.
mod site;

// `mayfly serve`.
mod serve;

// The boundary to the web server.
mod cgi;
