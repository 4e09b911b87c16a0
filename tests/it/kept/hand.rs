//! Kept answers where somebody changes the blog's file by hand, and removes no link.

use std::fs;
use std::path::PathBuf;

use super::answer::{forge, is_kept};
use super::{POST, ask, known};
use crate::site::{Site, TITLE};

/// A blog with kept answers, and its file as it was, but for the title in it: of the same
/// generation and of the same length.
fn with_copy() -> (Site, PathBuf) {
    let site = known();
    for path in ["/", POST] {
        ask(&site, path);
        forge(&site, path);
        assert!(is_kept(&site, path));
    }
    let copy = site.scratch().join("copy.db");
    fs::copy(site.data().join("blog.db"), &copy).unwrap();
    let blog = rusqlite::Connection::open(&copy).unwrap();
    let other = TITLE.to_uppercase();
    blog.execute("UPDATE site SET title = ?1", [other]).unwrap();
    (site, copy)
}

/// Insists that pages show the other title at once, and are kept again.
fn shows_the_other(site: &Site) {
    for path in ["/", POST] {
        assert!(ask(site, path).contains(&TITLE.to_uppercase()), "{path}");
        forge(site, path);
        assert!(is_kept(site, path), "{path}");
    }
}

#[test]
fn a_file_that_is_moved_into_its_place_is_shown_at_once() {
    let (site, copy) = with_copy();
    fs::rename(copy, site.data().join("blog.db")).unwrap();
    shows_the_other(&site);
}

#[test]
fn a_file_that_is_copied_over_it_is_shown_at_once() {
    let (site, copy) = with_copy();
    let blog = site.data().join("blog.db");
    let before = fs::metadata(&blog).unwrap();
    fs::write(&blog, fs::read(copy).unwrap()).unwrap();
    // With the time it had, as `cp -p`, tar and rsync set it.
    let file = fs::File::options().write(true).open(&blog).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    assert_eq!(fs::metadata(&blog).unwrap().len(), before.len());
    shows_the_other(&site);
}

#[test]
fn a_row_that_is_changed_with_sqlites_own_shell_is_shown_at_once() {
    let (site, _copy) = with_copy();
    site.sql("UPDATE site SET title = upper(title)");
    shows_the_other(&site);
}

#[test]
fn a_blog_that_is_gone_is_missed_whatever_was_kept() {
    let (site, copy) = with_copy();
    let blog = site.data().join("blog.db");
    fs::remove_file(&blog).unwrap();
    site.get("/").status(500);
    fs::rename(copy, blog).unwrap();
    shows_the_other(&site);
}
