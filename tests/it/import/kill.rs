//! An import that is ended midway: the blog is as it was.

use std::process::Stdio;

use super::*;

const POSTS: i64 = 1000;

/// When to end an import, by what its files show: no clock is right on every
/// machine.
enum When {
    /// The journal has so many bytes. It gets what was in each page before it is
    /// changed, and is cut to nothing by the commit.
    Journal(u64),
    /// The file itself is being written, so the commit is under way.
    Commit,
}

impl When {
    fn has_come(&self, blog: &Blog, before: &fs::Metadata) -> bool {
        match self {
            When::Journal(size) => {
                let journal = blog.data().join("blog.db-journal");
                fs::metadata(journal).is_ok_and(|file| file.len() >= *size)
            }
            When::Commit => {
                let now = fs::metadata(blog.data().join("blog.db")).unwrap();
                (now.len(), now.modified().unwrap()) != (before.len(), before.modified().unwrap())
            }
        }
    }
}

fn write(blog: &Blog, word: &str) {
    for number in 0..POSTS {
        let matter = format!(
            "title: Post {number}\ndate: 2020-01-01 10:00\ntags: [t{}, u{}]",
            number % 40,
            number % 7
        );
        let text = format!("{word} words in post {number}.\n\n").repeat(20);
        blog.post(&format!("{number}.md"), &matter, &text);
    }
}

#[test]
fn a_killed_import_leaves_the_blog_as_it_was() {
    let blog = Blog::new();
    write(&blog, "Old");
    blog.import();
    write(&blog, "New");
    let seq = blog.seq();
    let old = "SELECT count(*) FROM post p JOIN listing USING (moment)
               WHERE text LIKE 'Old%' AND listing.html LIKE '%Old words%'";
    let mut killed = 0;
    for when in [
        When::Journal(1),
        When::Journal(100_000),
        When::Journal(800_000),
        When::Commit,
        When::Commit,
    ] {
        let before = fs::metadata(blog.data().join("blog.db")).unwrap();
        let mut child = blog
            .command(&["files"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !when.has_come(&blog, &before) {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // A reader mends what is half-written, as it may write.
        assert_eq!(blog.leads("/2020/Jan/1/7/"), "200");
        assert_eq!(blog.rows("PRAGMA blog.integrity_check"), ["ok"]);
        assert_eq!(blog.count("SELECT count(*) FROM post"), POSTS);
        // The kill may have come a moment after the commit.
        let (left, grown) = (blog.count(old), blog.seq() - seq);
        match left {
            0 => assert_eq!(grown, 1),
            _ => assert_eq!((left, grown), (POSTS, 0)),
        }
        if left == 0 {
            break;
        }
        killed += 1;
    }
    assert!(killed >= 3, "{killed}");
    blog.import();
    assert_eq!((blog.count(old), blog.seq()), (0, seq + 1));
    assert_eq!(blog.rows("PRAGMA blog.integrity_check"), ["ok"]);
}
