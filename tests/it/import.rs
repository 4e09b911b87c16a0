//! `mayfly import` over files as the generators write them, and over folders that
//! each test makes: what is stored, what is said, and what is left alone.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod again;
mod kill;
mod told;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mayfly::settings::Settings;
use mayfly::store::desk;
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

/// A blog, and a folder of files to import.
struct Blog(TempDir);

impl Blog {
    fn new() -> Blog {
        let blog = Blog(TempDir::new().unwrap());
        let settings = Settings {
            title: "A blog".into(),
            links: "pretty".into(),
            zone: "Europe/Berlin".into(),
            ..Settings::default()
        };
        desk::create(&blog.data(), &settings).unwrap();
        fs::create_dir(blog.files()).unwrap();
        blog
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("blog")
    }

    fn files(&self) -> PathBuf {
        self.0.path().join("files")
    }

    fn file(&self, name: &str, text: &str) -> &Blog {
        let file = self.files().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        self
    }

    /// A post of Jekyll's.
    fn post(&self, name: &str, matter: &str, text: &str) -> &Blog {
        self.file(name, &format!("---\n{matter}\n---\n{text}\n"))
    }

    fn remove(&self, name: &str) -> &Blog {
        fs::remove_file(self.files().join(name)).unwrap();
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
        command.arg("--data").arg(self.data()).arg("import");
        command.args(arguments).current_dir(self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).output().unwrap())
    }

    /// Imports the folder, which has to work.
    fn import(&self) -> String {
        let said = self.run(&["files"]);
        assert_eq!(
            (said.code, said.stderr.as_str()),
            (0, ""),
            "{}",
            said.stdout
        );
        said.stdout
    }

    /// The rows of a query, their columns joined by a bar.
    fn rows(&self, sql: &str) -> Vec<String> {
        let files = Connection::open_in_memory().unwrap();
        for name in ["blog", "desk"] {
            let file = self.data().join(format!("{name}.db"));
            let attach = format!("ATTACH ?1 AS {name}");
            files.execute(&attach, [file.to_str().unwrap()]).unwrap();
        }
        let mut statement = files.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let cell = |index| {
                Ok(match row.get::<_, Value>(index)? {
                    Value::Null => "NULL".to_owned(),
                    Value::Integer(number) => number.to_string(),
                    Value::Text(text) => text,
                    other => format!("{other:?}"),
                })
            };
            let cells = (0..columns).map(cell);
            Ok(cells.collect::<rusqlite::Result<Vec<String>>>()?.join("|"))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn count(&self, sql: &str) -> i64 {
        self.rows(sql)[0].parse().unwrap()
    }

    fn seq(&self) -> i64 {
        self.count("SELECT seq FROM site")
    }

    /// Asks a program for a path, as a server with pretty links does. Returns the
    /// head and the body of its answer.
    fn get(&self, path: &str) -> (String, String) {
        let (program, info) = mayfly::url::route(path);
        let program = Path::new(env!("CARGO_BIN_EXE_mayfly")).with_file_name(program);
        let answer = Command::new(program)
            .env_clear()
            .env("GATEWAY_INTERFACE", "CGI/1.1")
            .env("REQUEST_METHOD", "GET")
            .env("SERVER_PROTOCOL", "HTTP/1.1")
            .env("SERVER_NAME", "127.0.0.1")
            .env("SERVER_PORT", "80")
            .env("HTTP_HOST", "127.0.0.1")
            .env("SCRIPT_NAME", "/cgi-bin/program")
            .env("PATH_INFO", info)
            .env("REQUEST_URI", mayfly::url::encode(path))
            .env("QUERY_STRING", "")
            .env("MAYFLY_DATA", self.data())
            .output()
            .unwrap();
        let answer = String::from_utf8(answer.stdout).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    /// Where a path leads: the status, and for a redirect its target.
    fn leads(&self, path: &str) -> String {
        let (head, _) = self.get(path);
        let field = |name: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(name))
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let status = field("Status:");
        let status = status.split(' ').next().unwrap();
        let status = if status.is_empty() { "200" } else { status };
        format!("{status} {}", field("Location:")).trim().to_owned()
    }
}

/// What the command said and how it ended.
struct Said {
    stdout: String,
    stderr: String,
    code: i32,
}

impl Said {
    fn of(output: Output) -> Said {
        Said {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }
}

fn fixtures() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import");
    folder.to_str().unwrap().to_owned()
}

#[test]
fn posts_of_every_generator_are_stored() {
    let blog = Blog::new();
    let said = blog.run(&[&fixtures()]);
    assert_eq!(said.code, 1);
    assert!(
        said.stdout
            .starts_with("Imported 13 posts: 12 new, 1 draft."),
        "{}",
        said.stdout
    );
    let posts = blog.rows("SELECT kind, date, slug, tags, origin FROM post ORDER BY origin");
    assert_eq!(
        posts
            .iter()
            .filter(|post| !post.contains("plain.md"))
            .collect::<Vec<_>>(),
        [
            "1|20211228|harbour-in-winter|cpp ice|hugo/content/posts/harbour/index.md",
            "1|20131102|knots|field-notes|jekyll/_posts/2013-11-02-knots.markdown",
            "1|20140310|a-bridge-of-string|bridges engineering field-notes rope|jekyll/_posts/2014-03-09-a-bridge-of-string.md",
            "1|20240229|aenglisc-strasse-and-cafe|ri-ben uberblick|own/2024-02-29-Ænglisc Straße & Café.md",
            "2|20250705|one-file|files sqlite|own/2025-07-05-one-file.md",
            "3|20250706|on-simplicity||own/2025-07-06-on-simplicity.md",
            "4|20250707|rain||own/2025-07-07-rain.md",
            "1|20201025|windows||own/windows.md",
            "1|20190504|slow-trains|trains travel|zola/content/blog/2019-05-04-slow-trains.md",
        ]
    );
    assert_eq!(
        blog.rows("SELECT path, title FROM page"),
        ["/about/|About this site", "/colophon/|Colophon"]
    );
    assert_eq!(
        blog.rows("SELECT kind, title, slug, tags, origin FROM draft"),
        ["1|Half a thought|half-a-thought|rope|jekyll/_drafts/half-a-thought.md"]
    );
    assert_eq!(
        blog.rows("SELECT years FROM site"),
        [blog
            .rows("SELECT DISTINCT date / 10000 FROM post ORDER BY 1")
            .join(" ")]
    );
}

#[test]
fn old_addresses_lead_to_the_posts() {
    let blog = Blog::new();
    blog.run(&[&fixtures()]);
    for (old, new) in [
        (
            "/2013/11/02/knots.html",
            "301 http://127.0.0.1/2013/Nov/2/knots/",
        ),
        (
            "/field notes/2013/11/02/knots",
            "301 http://127.0.0.1/2013/Nov/2/knots/",
        ),
        (
            "/2014/03/09/a-bridge-of-string.html",
            "301 http://127.0.0.1/2014/Mar/10/a-bridge-of-string/",
        ),
        (
            "/bridge-of-string",
            "301 http://127.0.0.1/2014/Mar/10/a-bridge-of-string/",
        ),
        (
            "/old/harbour/",
            "301 http://127.0.0.1/2021/Dec/28/harbour-in-winter/",
        ),
        ("/made-with/", "301 http://127.0.0.1/colophon/"),
        (
            "/travel/slow-trains/",
            "301 http://127.0.0.1/2019/May/4/slow-trains/",
        ),
        (
            "/2024/02/29/Ænglisc-Straße-&-Café.html",
            "301 http://127.0.0.1/2024/Feb/29/aenglisc-strasse-and-cafe/",
        ),
        ("/colophon/", "200"),
        ("/2013/Nov/2/knots/", "200"),
        ("/nothing/", "404"),
    ] {
        let found = blog.leads(old).replace("301 /", "301 http://127.0.0.1/");
        assert_eq!(found, new, "{old}");
    }
}

#[test]
fn an_old_address_belongs_to_one_post() {
    let blog = Blog::new();
    blog.post(
        "a.md",
        "title: A\ndate: 2020-01-01 10:00\naliases: [/x/, /2020/01/02/b/, /c/]",
        "A",
    )
    .post(
        "b.md",
        "title: B\ndate: 2020-01-02 10:00\naliases: [/x/, /2020/Jan/2/b/]",
        "B",
    )
    .post("c.md", "title: C\nkind: page", "C");
    let said = blog.import();
    let first = "old path /2020/01/02/b/ is left out: it belongs to /2020/Jan/2/b/ (and 2 more";
    assert!(
        said.contains("3 remarks:") && said.contains(first),
        "{said}"
    );
    assert_eq!(
        blog.rows("SELECT path, target FROM redirect"),
        ["/x/|/2020/Jan/1/a/"]
    );
}

#[test]
fn pages_come_with_their_place_in_the_navigation() {
    let blog = Blog::new();
    blog.post("about.md", "title: About\nkind: page\nnav: 2", "Me.")
        .post("now.md", "title: Now\nkind: page\nnav: 1", "This.")
        .post("other.md", "title: Other\nkind: page", "That.")
        .post("wrong.md", "title: Wrong\nkind: page\nnav: first", "That.");
    let said = blog.import();
    assert!(said.contains("nav `first` on line 4"), "{said}");
    assert_eq!(
        blog.rows("SELECT replace(nav, char(9), ' ') FROM site"),
        ["/now/ Now\n/about/ About"]
    );
    blog.post("search.md", "title: Search\nkind: page", "x");
    let said = blog.run(&["files"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stderr.contains("no page can be at /search/"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_would_be_where_the_guestbook_is_stands_above_it_or_is_named() {
    let blog = Blog::new();
    blog.post(
        "guestbook.md",
        "title: Visitors\nkind: page\nnav: 1",
        "Say *hello*.",
    )
    .post(
        "a.md",
        "title: A\ndate: 2020-01-01 10:00\naliases: [/guestbook/, /links/, /search/x, /tags/old/]",
        "One.",
    );
    let said = blog.import();
    let told = "old path /guestbook/ is left out: Mayfly has a page of its own there (and 2 more";
    assert!(said.contains(told), "{said}");
    assert_eq!(
        blog.rows("SELECT path, target FROM redirect"),
        ["/tags/old/|/2020/Jan/1/a/"]
    );
    assert_eq!(
        blog.rows("SELECT path, title FROM page"),
        ["/guestbook/|Visitors"]
    );
    for slug in ["comments", "media", "cgi-bin"] {
        let matter = format!("title: Wrong\nkind: page\nslug: {slug}");
        blog.post("wrong.md", &matter, "x");
        let said = blog.run(&["files"]);
        let told = format!("no page can be at /{slug}/");
        assert!(
            said.code == 1 && said.stderr.contains(&told),
            "{slug}: {}",
            said.stderr
        );
    }
}

#[test]
fn posts_of_one_day_get_slugs_of_their_own() {
    let blog = Blog::new();
    for folder in ["one", "two", "three"] {
        let title = format!("title: From {folder}\ndate: 2020-01-01 10:00\nslug: same");
        blog.post(&format!("{folder}/a.md"), &title, folder);
    }
    let said = blog.import();
    assert!(said.contains("this one gets same-2"), "{said}");
    let expected = ["one/a.md|same", "three/a.md|same-2", "two/a.md|same-3"];
    let slugs = "SELECT origin, slug FROM post ORDER BY slug";
    assert_eq!(blog.rows(slugs), expected);
    // The slug is inside what lists show.
    assert_eq!(
        blog.count("SELECT count(*) FROM listing WHERE html LIKE '%/2020/Jan/1/' || slug || '/%'"),
        3
    );
    assert!(blog.import().starts_with("Imported 3 posts: 3 unchanged."));
    assert_eq!(blog.rows(slugs), expected);
}
