//! The blog behind real web servers, started with the very files of `deploy/`.
//!
//! Nothing here is skipped: without Apache (`apt-get install apache2`) or
//! lighttpd (`apt-get install lighttpd`) the tests fail and say so.

// In a test a broken assumption should end it where it is met.
#![allow(unsafe_code, reason = "tests start, trace and end processes")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

// What is started and how it is asked.
mod blog;
mod client;
mod config;
mod others;
mod server;
mod setup;

// Stand-ins for the programs: which one runs, and what it is told.
mod routes;
// A blog read from end to end, and its pages validated.
mod crawl;
mod html;
// Real caches in front, and what they are told.
mod cache;
mod proxy;
// Pages that are sent without a program.
mod kept;
// Feeds and the sitemap, as others read them.
mod feeds;
// Files: handed out, kept back, never run; and whether the blog itself notices.
mod check;
mod guard;
// What attackers send; crowds, and bodies that nobody should read to their end.
mod attacks;
mod crowd;
mod flood;
mod scan;
// The real programs: every page of two blogs.
mod site;
// What is packed for hosts that are reached by SFTP alone, and used as its page says.
mod tarball;
mod uploaded;
// One suite behind every server, and the table of what each can't do.
mod matrix;
mod raw;
mod suite;
