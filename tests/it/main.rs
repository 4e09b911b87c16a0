//! Tests that run the real programs, as a web server or an operator would.
//!
//! Where the fifteen things that web servers do to CGI programs are held:
//!
//! |  1 | Standard input is read as far as CONTENT_LENGTH says    | input       |
//! |  2 | Status first, Content-Type second, exact Content-Length | site::reply |
//! |  3 | Redirects: absolute, with a status and a page           | site::reply |
//! |  4 | Headers below 4,000 bytes, their lines below 1,000      | site::reply |
//! |  5 | HEAD has no body                                        | output      |
//! |  6 | Arguments are not looked at                             | cgi         |
//! |  7 | HTTP_PROXY is not read                                  | cgi         |
//! |  8 | REMOTE_USER and AUTH_TYPE prove nothing                 | cgi         |
//! |  9 | The host's name is the visitor's word                   | address     |
//! | 10 | PATH_INFO, else REQUEST_URI; both are bytes             | address     |
//! | 11 | What addresses of ours never have in them               | address     |
//! | 12 | The data is found without variables                     | cgi         |
//! | 13 | A program ends itself in time                           | cgi         |
//! | 14 | Nothing is done after the answer                        | output      |
//! | 15 | Standard error may be the page, or closed               | output      |
#![allow(
    unsafe_code,
    reason = "tests call the allocator, SQLite and the kernel themselves"
)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

// The kit: a blog of its own for each test, and programs that no blog has.
mod site;
mod stand_in;

// The boundary to the web server.
mod address;
mod arena;
mod cache;
mod cgi;
mod environments;
mod failure;
mod harm;
mod input;
mod kept;
mod linger;
mod moderation;
mod multipart;
mod output;
mod request;
mod response;
mod vfs;

// The pages, by what they show. `tag` is a good one to begin with.
mod archive;
mod card;
mod feed;
mod grep;
mod guestbook;
mod head;
mod home;
mod house;
mod kind;
mod many;
mod page;
mod post;
mod qr;
mod redirects;
mod search;
mod sitemap;
mod tag;
mod tags;
mod twin;

// What whoever is signed in sees, and nobody else.
mod admin;
mod bookmarks;
mod complete;
mod history;
mod killed;
mod library;
mod login;
mod preview;
mod published;
mod removed;
mod scheduled;
mod script;
mod totp;
mod upload;
mod write;

// What pages are made of: stored rows, the statements that fetch them, and the
// HTML that Markdown becomes.
mod avif;
mod markdown;
mod media;
mod plan;
mod schema;

// The command line.
mod backup;
mod check;
mod cli;
mod comment;
mod import;
mod install;
mod serve;
mod settings;
mod setup;

// The sources themselves, and what the documents say of them.
mod figures;
mod tidy;
mod unchecked;
mod upgrade;
