//! Mayfly, a weblog engine made of small CGI programs.
//!
//! For each request the web server starts one program of `cgi-bin/`. It opens
//! the blog's SQLite file, renders one page and exits. Nothing runs in between.
//!
//! The way of a request:
//!
//! ```text
//! web server -> cgi-bin/tag.rs -> cgi::run(show) -> Request -> store::open_blog
//!            -> store::tag::page -> view::tag::page -> Response -> write -> _exit
//! ```
//!
//! It varies in one thing: a page that was rendered before, since anything was published, is
//! sent again, and the blog is not opened (`kept`).
//!
//! One noun crosses the layers: what there is to know about tags stands in
//! `cgi-bin/tag.rs`, `tag`, `store::tag`, `view::tag` and `tests/it/tag.rs`.
//!
//! - `cgi`, `arena`, `now`, `linger` are the process: environment, streams, memory, the
//!   time, the end.
//! - `request`, `body`, `path`, `response`, `cache`, `error`, `failure`, `config` are the protocol,
//!   RFC 3875, free of any input or output of their own.
//! - `sender` and `form` are who sent a form, and what is in it.
//! - `account`, `token`, `totp`, `session`, `login` are who may sign in, and is; `admin` leads
//!   them to the rest, of which programs that only read link nothing:
//!   - `write`, `slug`, `clock`, `complete`, `published`, `removed`, `history`, `preview` are
//!     writing, from the first word to the bin;
//!   - `library`, `upload`, `multipart` are how files get into the blog's media;
//!   - `house`, `pick`, `retag`, `redirect`, `moderation` keep house: tags, many posts at once,
//!     addresses, settings, and what strangers wrote;
//!   - `host` and `check` look the host and the blog over; `backup` copies it into one file;
//!     `setup` makes one where there is none, and `upgrade` brings up one of an older version, for whoever brings the `proof`.
//! - `url`, `date`, `listing`, `post`, `draft`, `page`, `comment`, `tag`, `kind`, `archive`, `feed`,
//!   `search`, `site`, `sitemap`, `twin`, `qr`, `settings` are what a blog is made of. They know
//!   neither SQL nor HTML.
//! - `grep` looks for regular expressions in what authors wrote; its program alone
//!   links ripgrep's crates.
//! - `guestbook` is what strangers write, and `sendmail` what only its program needs of
//!   the system: mail to the owner. `shown` writes out what posts show of their comments.
//!   `turn` is a queue of writers.
//! - `kept` are pages that are sent as files, once a program has rendered them.
//! - `store` has all SQL and `view` all HTML, a file for each noun. `store::vfs` is
//!   how SQLite opens files without reading more of their schema than a request needs.
//! - `publish`, `markdown`, `media` turn what an author wrote and uploaded into what
//!   is stored. They run when it is saved; no program that only reads links them.
//! - `import` reads other engines' files, `seed` makes blogs for load tests; both
//!   belong to the command line, `src/bin/mayfly`.
//!
//! What never happens:
//!
//! - A program that only reads never opens a file for writing, but to publish what
//!   has come due, to roll back what a killed writer left, or to keep the page that it
//!   has answered.
//! - No public page reads `desk.db`, so no draft can leak but by the link to it that
//!   its author made, which `login` answers.
//! - No line of `admin` runs for somebody who has not signed in, once there is a blog.
//! - A page is written once it is whole; a failure on the way becomes a whole
//!   page too.
//! - Reading renders no Markdown, knows no time zone, and counts nothing but what
//!   three tags have in common.

pub mod arena;
pub mod body;
pub mod cache;
pub mod cgi;
pub mod config;
pub mod error;
pub mod failure;
pub mod form;
pub mod linger;
pub mod now;
pub mod path;
pub mod request;
pub mod response;
pub mod sender;
#[cfg(feature = "guestbook")]
pub mod sendmail;
#[cfg(feature = "guestbook")]
pub mod shown;
pub mod turn;

pub mod archive;
pub mod comment;
pub mod date;
pub mod draft;
pub mod feed;
#[cfg(feature = "grep")]
pub mod grep;
#[cfg(feature = "guestbook")]
pub mod guestbook;
pub mod kept;
pub mod kind;
pub mod listing;
pub mod page;
pub mod post;
#[cfg(feature = "qr")]
pub mod qr;
pub mod search;
pub mod settings;
pub mod site;
pub mod sitemap;
pub mod tag;
pub mod twin;
pub mod url;

pub mod store;
pub mod view;

#[cfg(feature = "admin")]
pub mod account;
#[cfg(feature = "admin")]
pub mod admin;
#[cfg(feature = "admin")]
pub mod backup;
#[cfg(feature = "admin")]
pub mod check;
#[cfg(feature = "admin")]
pub mod clock;
#[cfg(feature = "admin")]
pub mod complete;
#[cfg(feature = "admin")]
pub mod history;
#[cfg(feature = "admin")]
pub mod host;
#[cfg(feature = "admin")]
pub mod house;
#[cfg(feature = "admin")]
pub mod library;
#[cfg(feature = "admin")]
pub mod login;
#[cfg(feature = "admin")]
pub mod moderation;
#[cfg(feature = "admin")]
pub mod multipart;
#[cfg(feature = "admin")]
pub mod pick;
#[cfg(feature = "admin")]
pub mod preview;
#[cfg(feature = "admin")]
pub mod proof;
#[cfg(feature = "admin")]
pub mod published;
#[cfg(feature = "admin")]
pub mod redirect;
#[cfg(feature = "admin")]
pub mod removed;
#[cfg(feature = "admin")]
pub mod retag;
#[cfg(feature = "admin")]
pub mod session;
#[cfg(feature = "admin")]
pub mod setup;
#[cfg(feature = "admin")]
pub mod slug;
#[cfg(feature = "admin")]
pub mod token;
#[cfg(feature = "admin")]
pub mod totp;
#[cfg(feature = "admin")]
pub mod upgrade;
#[cfg(feature = "admin")]
pub mod upload;
#[cfg(feature = "admin")]
pub mod write;

#[cfg(feature = "cli")]
pub mod import;
#[cfg(feature = "save")]
pub mod markdown;
#[cfg(feature = "save")]
pub mod media;
#[cfg(feature = "save")]
pub mod publish;
#[cfg(feature = "cli")]
pub mod seed;
