//! The feeds and the sitemap as others read them: feedparser, newsboat, and
//! validators with the rules of the formats (`tests/feeds`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

use crate::blog::{mayfly, new_blog, text};
use crate::client::Client;
use crate::server::Server;
use crate::setup::{Links, Programs, Setup, Way};

/// Titles and texts with everything in them that a format may stumble over. YAML
/// reads the escapes.
const POSTS: [(&str, &str, &str); 6] = [
    (
        "2025-07-01-control.md",
        "kind: entry\ntitle: \"Bell\\x07 and escape\\x1b\"",
        "A bell \u{7}, a form feed \u{c}, an escape \u{1b}, \u{fffe} and \u{ffff}.",
    ),
    (
        "2025-07-02-cdata.md",
        "kind: entry\ntitle: \"Ends ]]> of <![CDATA[ & &amp; </title>\"",
        "Text ]]> and `]]>` and `</script><!--` and &lt;b&gt; & more.",
    ),
    (
        "2025-07-03-emoji.md",
        "kind: note\ntags: [fun]",
        "A family \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}, flags \u{1f1eb}\u{1f1f7}, \u{1d54f}.",
    ),
    (
        "2025-07-04-rtl.md",
        "kind: entry\ntitle: \"\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}abc\u{202c} \u{645}\u{631}\u{62d}\u{628}\u{627}\"\ntags: [fun, sea]",
        "\u{645}\u{631}\u{62d}\u{628}\u{627} [link](/tags/sea/) ![it](/media/picture.png)",
    ),
    (
        "2025-07-05-quote.md",
        "kind: quote\nsource: \"Q & <A>\"\nsource_url: https://example.org/?a=1&b=2",
        "Said \"so\".",
    ),
    (
        "2025-07-06-link.md",
        "kind: link\ntitle: Found\nlink: https://example.com/?a=1&b=%22\nvia: https://example.net/\n\
         updated: 2025-07-09 08:00",
        "Remark.",
    ),
];

/// Every list that has feeds here.
const STEMS: [&str; 7] = [
    "/feed",
    "/entries",
    "/links",
    "/tags/fun",
    "/tags/fun+sea",
    "/2025",
    "/2025/Jul",
];

fn blog() -> Server {
    blog_behind(Way::Lighttpd)
}

fn blog_behind(way: Way) -> Server {
    static DATA: OnceLock<PathBuf> = OnceLock::new();
    let data = DATA.get_or_init(make);
    let setup = Setup {
        way,
        links: Links::Pretty,
        base: "/",
    };
    Server::start(setup, Programs::Built, Some(data))
}

fn make() -> PathBuf {
    let data = new_blog(
        "feeds",
        &[
            "--title",
            "Feeds & <Co>",
            "--zone",
            "Europe/Berlin",
            "--tagline",
            "Tea ]]> \u{1f375}",
        ],
    );
    // More than one document's worth, for those of the past.
    mayfly(&["--data", text(&data), "seed", "--posts", "90"]);
    let posts = tempfile::tempdir().expect("a temporary directory");
    for (name, front, body) in POSTS {
        let post = format!("---\n{front}\n---\n\n{body}\n");
        fs::write(posts.path().join(name), post).expect("a written post");
    }
    mayfly(&["--data", text(&data), "import", text(posts.path())]);
    data
}

#[track_caller]
fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| {
        panic!("{command:?}: {error}; `make tools` installs what the tests start")
    });
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    output
}

fn feeds(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/feeds")
        .join(file)
}

/// Holds documents to a schema of `tests/feeds`.
fn validate(schema: &str, documents: &[(String, Vec<u8>)]) {
    let folder = tempfile::tempdir().expect("a directory");
    let mut xmllint = Command::new("xmllint");
    xmllint
        .args(["--noout", "--nonet", "--relaxng"])
        .arg(feeds(schema));
    for (number, (_, body)) in documents.iter().enumerate() {
        let file = folder.path().join(format!("{number}.xml"));
        fs::write(&file, body).expect("a written document");
        xmllint.arg(file);
    }
    run(&mut xmllint);
}

/// What `read.py` found in each feed.
fn read(urls: &[String]) -> BTreeMap<String, Vec<Value>> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("feeds");
    let mut python = Command::new(target.join("bin/python3"));
    let output = run(python.arg("-I").arg(feeds("read.py")).args(urls));
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    lines
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("a line of JSON");
            let url = line["url"].as_str().expect("its URL").to_owned();
            (url, line["entries"].as_array().expect("entries").clone())
        })
        .collect()
}

#[test]
fn readers_and_validators_take_every_feed() {
    let server = blog();
    let client = Client::new();
    let formats = ["atom", "rss", "json"];
    let stems = STEMS
        .iter()
        .flat_map(|stem| formats.map(|format| format!("{stem}.{format}")));
    let mut urls: Vec<String> = stems.map(|path| server.url(&path)).collect();
    // The past of the whole blog, document by document.
    let mut next = Some(server.url("/feed.atom"));
    while let Some(url) = next {
        let text = client.get(&url).text();
        next = text
            .split("rel=\"prev-archive\" href=\"")
            .nth(1)
            .map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
        urls.extend(next.clone());
    }
    assert!(
        urls.len() > STEMS.len() * 3 + 2,
        "no documents of the past: {urls:?}"
    );

    let atom: Vec<(String, Vec<u8>)> = urls
        .iter()
        .filter(|url| url.contains(".atom"))
        .map(|url| (url.clone(), client.get(url).body))
        .collect();
    validate("atom.rng", &atom);

    let found = read(&urls);
    for stem in STEMS {
        let of = |format: &str| &found[&server.url(&format!("{stem}.{format}"))];
        let json = of("json");
        assert!(!json.is_empty(), "{stem}");
        for format in ["atom", "rss"] {
            let entries = of(format);
            assert_eq!(entries.len(), json.len(), "{stem}.{format}");
            for (entry, item) in entries.iter().zip(json) {
                for field in ["id", "link", "tags"] {
                    assert_eq!(entry[field], item[field], "{stem}.{format}");
                }
                same_text(&entry["content"], &item["content"]);
                let title = item["title"].as_str().expect("a title");
                assert!(
                    title.is_empty() || entry["title"] == title,
                    "{stem}: {entry}"
                );
            }
        }
        for item in json {
            let content = item["content"].as_str().expect("a text");
            for relative in ["href=\"/", "src=\"/", "href=\"#", "\u{1}"] {
                assert!(!content.contains(relative), "{relative} in {content}");
            }
        }
    }
    let titles: Vec<&str> = found[&server.url("/2025/Jul.atom")]
        .iter()
        .filter_map(|entry| entry["title"].as_str())
        .collect();
    for wanted in [
        "Bell and escape",
        "Ends ]]> of <![CDATA[ & &amp; </title>",
        "Found",
        "A quote from Q & <A>",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}abc\u{202c} \u{645}\u{631}\u{62d}\u{628}\u{627}",
    ] {
        assert!(
            titles.contains(&wanted),
            "{wanted:?} is not among {titles:?}"
        );
    }
}

/// What one format has to leave out the other can escape; they agree on the rest.
#[track_caller]
fn same_text(one: &Value, other: &Value) {
    let text = |value: &Value| -> String {
        let text = value.as_str().expect("a text").trim();
        text.chars()
            .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
            .collect()
    };
    assert_eq!(text(one), text(other));
}

#[test]
fn newsboat_reads_them() {
    let server = blog();
    // It knows a post by its id, so one of two feeds would have none.
    for format in ["atom", "rss"] {
        let items = newsboat(&server.url(&format!("/2025/Jul.{format}")));
        assert_eq!(items.len(), POSTS.len(), "{format}");
        let found = &items[POSTS.len() - 1];
        assert_eq!(found.title, "Found");
        assert_eq!(found.url, server.url("/2025/Jul/6/link/"));
        assert!(found.content.contains("Remark."));
        // Midnight in Berlin, in summer.
        assert_eq!(found.published, 1_751_752_800, "{format}");
        let hard = "Ends ]]> of <![CDATA[ & &amp; </title>";
        assert!(items.iter().any(|item| item.title == hard), "{format}");
    }
}

struct Item {
    title: String,
    url: String,
    published: i64,
    content: String,
}

/// What newsboat keeps of a feed, oldest first.
fn newsboat(url: &str) -> Vec<Item> {
    let home = tempfile::tempdir().expect("a directory");
    let file = |name: &str| home.path().join(name);
    fs::write(file("urls"), format!("{url}\n")).expect("a written list");
    fs::write(file("config"), "auto-reload no\n").expect("written settings");
    let mut newsboat = Command::new("newsboat");
    newsboat.env("HOME", home.path()).env("TERM", "dumb");
    for (option, name) in [("-u", "urls"), ("-C", "config"), ("-c", "cache.db")] {
        newsboat.arg(option).arg(file(name));
    }
    run(newsboat.args(["-x", "reload"]));
    let cache = rusqlite::Connection::open(file("cache.db")).expect("newsboat's cache");
    let sql = "SELECT title, url, pubDate, content FROM rss_item ORDER BY pubDate";
    let mut statement = cache.prepare(sql).expect("newsboat's table");
    let items = statement.query_map([], |row| {
        Ok(Item {
            title: row.get(0)?,
            url: row.get(1)?,
            published: row.get(2)?,
            content: row.get(3)?,
        })
    });
    items
        .expect("rows")
        .map(|item| item.expect("a row"))
        .collect()
}

#[test]
fn the_sitemap_keeps_the_rules_of_its_protocol() {
    let server = blog();
    let client = Client::new();
    let index = client.get(&server.url("/sitemap.xml"));
    let mut documents = vec![("/sitemap.xml".to_owned(), index.body.clone())];
    let text = index.text();
    for piece in text.split("<loc>").skip(1) {
        let url = piece.split('<').next().unwrap_or_default();
        let map = client.get(url);
        assert_eq!(
            (map.status, map.header("Content-Type")),
            (200, "application/xml"),
            "{url}"
        );
        for page in map.text().split("<loc>").skip(1) {
            let page = page.split('<').next().unwrap_or_default();
            assert_eq!(client.head(page).status, 200, "{page}");
        }
        documents.push((url.to_owned(), map.body));
    }
    assert!(documents.len() > 4);
    validate("sitemap.rng", &documents);
    let robots = client.get(&server.url("/robots.txt"));
    // The site's own file wins.
    assert_eq!(robots.text(), "User-agent: *\n");
}

#[test]
fn pages_of_other_sites_may_read_behind_every_server() {
    for way in [Way::Apache, Way::Htaccess, Way::Lighttpd] {
        let server = blog_behind(way);
        let client = Client::new();
        for path in [
            "/feed.json",
            "/2025/Jul/6/link.md",
            "/2025/Jul/6/link.json",
            "/sitemap.xml",
        ] {
            let url = server.url(path);
            let leave = client.preflight(&url);
            assert_eq!(leave.status, 200, "{way:?} {path}: {}", leave.text());
            assert_eq!(
                leave.header("Access-Control-Allow-Origin"),
                "*",
                "{way:?} {path}"
            );
            let headers = leave.header("Access-Control-Allow-Headers");
            assert_eq!(
                headers, "If-None-Match, If-Modified-Since",
                "{way:?} {path}"
            );
            let answer = client.get(&url);
            assert_eq!(
                answer.header("Access-Control-Allow-Origin"),
                "*",
                "{way:?} {path}"
            );
            let known = client.get_with(&url, "If-None-Match", answer.header("ETag"));
            assert_eq!(known.status, 304, "{way:?} {path}");
            assert_eq!(
                known.header("Access-Control-Allow-Origin"),
                "*",
                "{way:?} {path}"
            );
        }
    }
}
