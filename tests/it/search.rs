//! Looking for words: `/search/?q=`, its language, its counts, and what happens
//! when the index is missing, broken or behind.

use std::os::unix::fs::PermissionsExt;

use crate::site::{Reply, Site};

fn blog() -> Site {
    Site::new()
        .post(
            "2023-05-01-a.md",
            "title: Red boats\ntags: [sea]",
            "Sails, oars and a *café*.",
        )
        .post(
            "2024-06-02-b.md",
            "kind: note\ntags: [sea, wind]",
            "Kites above red boats.",
        )
        .post(
            "2024-07-03-c.md",
            "kind: quote\nsource: A sailor",
            "Boats are never only red.",
        )
        .post(
            "2025-07-04-d.md",
            "title: Gardens\ntags: [land]",
            "No water here, performance apart.",
        )
}

fn search(site: &Site, words: &str) -> Reply {
    let query = serde_urlencoded::to_string([("q", words)]).unwrap();
    site.get(&format!("/search/?{query}"))
}

/// The addresses of what was found, in the order of the alphabet.
#[track_caller]
fn found(site: &Site, words: &str) -> Vec<String> {
    let mut urls = search(site, words)
        .ok()
        .attributes(".found a.u-url", "href");
    urls.sort_unstable();
    urls
}

const A: &str = "/2023/May/1/a/";
const B: &str = "/2024/Jun/2/b/";
const C: &str = "/2024/Jul/3/c/";
const D: &str = "/2025/Jul/4/d/";

#[test]
fn the_language_finds_what_it_says() {
    let site = blog();
    let cases: [(&str, &[&str]); 16] = [
        ("red boats", &[A, C, B]),
        ("RED Boats", &[A, C, B]),
        ("\"red boats\"", &[A, B]),
        ("kites OR gardens", &[B, D]),
        ("boats -kites", &[A, C]),
        ("perf*", &[D]),
        ("perf", &[]),
        ("cafe", &[A]),
        ("sailor", &[C]),
        ("tag:sea", &[A, B]),
        ("boats tag:wind", &[B]),
        ("kind:quote", &[C]),
        ("boats kind:entries", &[A]),
        ("boats from:2024", &[C, B]),
        ("boats from:2024-06-03 to:2024", &[C]),
        ("boats to:2023", &[A]),
    ];
    for (words, expected) in cases {
        assert_eq!(found(&site, words), expected, "{words}");
    }
}

#[test]
fn results_show_what_matched() {
    let page = search(&blog(), "red oars").ok();
    assert_eq!(page.texts(".found h3"), ["Red boats"]);
    assert_eq!(page.texts(".found mark"), ["Red", "oars"]);
    let page = page.has("Sails, <mark>oars</mark> and a").has("noindex");
    assert_eq!(page.attributes("input[name=q]", "value"), ["red oars"]);
}

#[test]
fn results_are_narrowed_and_widened_by_links() {
    let site = blog();
    let page = search(&site, "boats").ok();
    let facets = page.texts(".facets li");
    assert_eq!(
        facets,
        [
            "Kind: entry 1 quote 1 note 1",
            "Year: 2024 2 2023 1",
            "Tag: sea 2 wind 1"
        ]
    );
    let links = page.attributes(".facets a", "href");
    assert_eq!(links[0], "/search/?q=boats%20kind%3Aentry");
    for link in links {
        let narrowed = site.get(&link).ok();
        assert!(!narrowed.texts(".found").is_empty(), "{link}");
    }
    let narrowed = search(&site, "boats tag:wind kind:note").ok();
    let widen = narrowed.attributes("a[title^='Search without']", "href");
    let expected = [
        "/search/?q=boats%20kind%3Anote",
        "/search/?q=boats%20tag%3Awind",
    ];
    assert_eq!(widen, expected);
}

#[test]
fn anything_may_be_typed() {
    let site = blog();
    let odd = [
        "\"",
        "*",
        "AND",
        "a AND",
        "NOT",
        "OR OR",
        "(((",
        "x^2",
        "NEAR(a b)",
        "a:b",
        "title:red",
        "-",
        "--x",
        "'; DROP TABLE word",
        "\u{1f980}",
        "<script>",
        "{a b}: c",
        "\\",
        "a\"b\"c",
        "tag:",
        "kind:x",
        "from:x",
        "+",
        "red + boats",
        "col : x",
        "\u{0}",
    ];
    for words in odd {
        search(&site, words).ok().lacks("<script>");
    }
    search(&site, &"word ".repeat(90))
        .ok()
        .has("Only the first words");
    search(&site, "nothinglikethis")
        .ok()
        .has("No post has all of that.");
    search(&site, "-red").ok().has("no word in that");
    search(&site, "").ok().has("words that begin so");
}

/// A hundred thousand strings of what means something and what doesn't: each of
/// them has to be a statement that SQLite understands.
#[test]
fn no_string_is_a_syntax_error() {
    let index = rusqlite::Connection::open_in_memory().unwrap();
    index
        .execute_batch("CREATE VIRTUAL TABLE word USING fts5(title, tags, text, source, kind)")
        .unwrap();
    let mut ask = index
        .prepare("SELECT rowid FROM word WHERE word MATCH ?1")
        .unwrap();
    let parts = [
        "a",
        "\"",
        "*",
        "-",
        "OR",
        " ",
        "(",
        ")",
        "tag:",
        "kind:link",
        "from:2024",
        "AND",
        "NOT",
        "^",
        "+",
        ":",
        "{",
        "}",
        "NEAR",
        ",",
        "é",
        "\u{300}",
        "\u{1f980}",
        "字",
        "'",
        "\\",
        "title",
        "\t",
        "1",
        ".",
    ];
    let mut state = 7_u64;
    for _ in 0..100_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            text.push_str(parts[(state >> 33) as usize % parts.len()]);
        }
        let query = mayfly::search::Query::parse(&text);
        if !query.is_empty() {
            let answer = ask.exists([query.to_fts()]);
            assert_eq!(answer, Ok(false), "{text:?}: {}", query.to_fts());
        }
    }
}

#[test]
fn long_results_have_pages_and_an_order() {
    let site = (1..=70).fold(Site::new(), |site, day| {
        let file = format!("2025-{:02}-{:02}-waves.md", 1 + day / 28, 1 + day % 28);
        site.post(
            &file,
            "kind: note",
            &format!("Waves{}", " of waves".repeat(day % 3)),
        )
    });
    for order in ["", "&order=date"] {
        let pages = site.walk(&format!("/search/?q=waves{order}"), "next");
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [30, 30, 10]);
        let mut posts = pages.concat();
        assert_eq!(posts[0] == "/2025/Mar/15/waves/", order == "&order=date");
        posts.sort_unstable();
        posts.dedup();
        assert_eq!(posts.len(), 70);
    }
    site.get("/search/?q=x&order=size").status(404);
    site.get("/search/?q=x&after=y").status(404);
    site.get("/search/x/").status(404);
    site.get("/search")
        .leads_to(301, "http://blog.example/search/");
}

#[test]
fn the_index_follows_what_is_published() {
    let site = blog();
    assert_eq!(found(&site, "kites"), [B]);
    site.import("2024-06-02-b.md", "kind: note", "Only birds above.");
    assert!(found(&site, "kites").is_empty());
    assert_eq!(found(&site, "birds"), [B]);
    site.import("2025-08-01-e.md", "kind: note", "More birds.");
    assert_eq!(found(&site, "birds").len(), 2);
}

#[test]
fn a_page_that_is_missing_offers_its_words() {
    let site = blog();
    let page = site.get("/archives/2023/red-boats.html").status(404);
    let typed = page.attributes("form.search input[name=q]", "value");
    assert_eq!(typed, ["archives OR red OR boats OR html"]);
    assert_eq!(page.attributes("form.search", "action"), ["/search/"]);
    assert_eq!(found(&site, &typed[0]), [A, C, B]);
}

/// What a publisher leaves that is killed between the two files, and what a program
/// does that publishes a scheduled post and knows no index.
#[test]
fn whoever_searches_catches_up() {
    let site = blog();
    let data = site.data();
    let before = std::fs::read(data.join("search.db")).unwrap();
    site.import("2025-08-01-e.md", "kind: note", "Late birds.");
    std::fs::write(data.join("search.db"), before).unwrap();
    assert_eq!(found(&site, "birds").len(), 1);
    let index = rusqlite::Connection::open(data.join("search.db")).unwrap();
    let seen: i64 = index
        .query_row("SELECT seq FROM state", [], |row| row.get(0))
        .unwrap();
    let blog = rusqlite::Connection::open(data.join("blog.db")).unwrap();
    let seq: i64 = blog
        .query_row("SELECT seq FROM site", [], |row| row.get(0))
        .unwrap();
    assert_eq!(seen, seq);
}

#[test]
fn an_index_that_is_missing_or_broken_is_noticed_and_mended() {
    let site = blog();
    let file = site.data().join("search.db");
    for damage in [
        None,
        Some("not a database, however long it may be"),
        Some(""),
    ] {
        std::fs::remove_file(&file).unwrap();
        if let Some(content) = damage {
            std::fs::write(&file, content).unwrap();
        }
        let page = search(&site, "boats").status(503);
        assert!(
            page.log().contains("mayfly rebuild --search"),
            "{}",
            page.log()
        );
        page.has("index is missing or broken");
        let rebuilt = site.mayfly(&["rebuild", "--search"]);
        assert!(rebuilt.status.success());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(found(&site, "boats").len(), 3);
    }
}
