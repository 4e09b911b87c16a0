//! The blogs that are measured: made-up posts, the same on every machine, made
//! once and kept in `target/load`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use rusqlite::Connection;

use crate::{Result, failed, page, say};

/// A blog of that many posts, made if it is not there yet.
pub fn of(posts: u64, kept: &Path, mayfly: &Path) -> Result<PathBuf> {
    let blog = kept.join(format!("blog-{posts}"));
    // A blog that an older version made can't be compared, so it is made anew.
    let schema = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql"))?;
    let made_with = blog.join("schema.sql");
    if fs::read(&made_with).is_ok_and(|known| known == schema) {
        return Ok(blog);
    }
    if blog.exists() {
        fs::remove_dir_all(&blog)?;
    }
    let started = Instant::now();
    fs::create_dir_all(kept)?;
    let folder = blog.display().to_string();
    run(
        mayfly,
        &["init", &folder, "--title", "A load test", "--zone", "UTC"],
    )?;
    run(
        mayfly,
        &["--data", &folder, "seed", "--posts", &posts.to_string()],
    )?;
    page::with_redirect(&blog)?;
    // Written last: without it the next run starts over.
    fs::write(made_with, schema)?;
    say(&format!(
        "made a blog of {posts} posts in {:.0} s",
        started.elapsed().as_secs_f64()
    ));
    Ok(blog)
}

/// The same posts in the table that a guestbook, a link blog or a tutorial would
/// have: one row a post, an index on its time.
pub fn simple(blog: &Path, kept: &Path) -> Result<PathBuf> {
    let file = blog.join("simple.db");
    if file.exists() {
        return Ok(file);
    }
    let started = Instant::now();
    let unfinished = kept.join("simple.tmp");
    if unfinished.exists() {
        fs::remove_file(&unfinished)?;
    }
    let simple = Connection::open(&unfinished)?;
    simple.execute(
        "ATTACH ?1 AS blog",
        [blog.join("blog.db").display().to_string()],
    )?;
    simple.execute_batch(
        "PRAGMA journal_mode = OFF;
         CREATE TABLE post (
             id INTEGER PRIMARY KEY, published TEXT NOT NULL, path TEXT NOT NULL,
             title TEXT NOT NULL, link TEXT NOT NULL, tags TEXT NOT NULL, body TEXT NOT NULL
         );
         INSERT INTO post
             SELECT post.id, published, substr(published, 1, 4) || '/' || post.slug || '/', title, link_url,
                    tags, replace(body, char(1), '')
             FROM (SELECT post, substr(html, 1, instr(html, '<p class=\"meta\">') - 1) AS body FROM (
                       SELECT post, substr(html, instr(html, '<div class=\"body')) AS html FROM blog.listing))
                  JOIN blog.post ON post.id = post
             ORDER BY post.id;
         CREATE INDEX post_published ON post (published);
         DETACH blog;",
    )?;
    drop(simple);
    fs::rename(unfinished, &file)?;
    say(&format!(
        "copied the posts into a simple table in {:.0} s",
        started.elapsed().as_secs_f64()
    ));
    Ok(file)
}

/// Runs the command line, and insists that it ends well.
pub fn run(mayfly: &Path, arguments: &[&str]) -> Result<()> {
    let output = Command::new(mayfly).args(arguments).output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(failed(format!(
            "mayfly {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}
