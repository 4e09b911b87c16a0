//! Looking for words: `/search/?q=`, its language, its counts, what it shows.

/// What leads to a search and from it: missing pages, feeds, browsers.
mod around;
/// The file of the index: how it follows, and what damage does.
mod index;
/// Any string at all.
mod syntax;

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
fn a_star_behind_an_open_quote_is_one_whatever_follows_it() {
    let site = blog();
    for words in ["kites \"perf*", "gardens \"perf*", "gardens \"perf*  \n"] {
        let expected: &[&str] = if words.starts_with('k') { &[] } else { &[D] };
        assert_eq!(found(&site, words), expected, "{words:?}");
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
fn static_pages_are_found() {
    let site = blog().post(
        "about.md",
        "kind: page\ntitle: About",
        "I keep red *boats*.",
    );
    assert_eq!(found(&site, "keep boats"), ["/about/"]);
    let page = search(&site, "kind:page").ok();
    assert_eq!(page.attributes(".found a.u-url", "href"), ["/about/"]);
    page.has("page \u{b7} ");
    let facets = search(&site, "boats").ok().texts(".facets li");
    assert_eq!(facets[0], "Kind: entry 1 quote 1 note 1 page 1");
    site.import("about.md", "kind: page\ntitle: About", "I keep bees.");
    assert!(found(&site, "keep boats").is_empty());
    assert_eq!(found(&site, "bees"), ["/about/"]);
    site.mayfly(&["rebuild", "--search"]);
    assert_eq!(found(&site, "bees"), ["/about/"]);
}

/// What is found and shown is what a reader sees: no Markdown, and where links lead
/// only of links.
#[test]
fn a_text_is_searched_as_it_is_read() {
    let site = Site::new().post(
        "2025-01-01-a.md",
        "kind: link\ntitle: Nets\nlink: https://fishing.example/nets\nvia: https://www.harbour.example/",
        "Nets are **heavy** [when wet](https://rain.example/).\n\n| Mesh | Use |\n|---|---|\n| fine | herring |\n\n\
         <p title=\"a > b\">Tom &amp; Jerry &lt;3</p>",
    );
    let page = search(&site, "\"heavy when wet\"").ok();
    assert_eq!(
        page.texts(".found .p-summary"),
        ["Nets are heavy when wet. Mesh Use fine herring Tom & Jerry <3"]
    );
    assert_eq!(page.texts(".found .p-summary mark"), ["heavy when wet"]);
    for words in ["fishing.example", "harbour", "herring"] {
        assert_eq!(found(&site, words).len(), 1, "{words}");
    }
    assert!(found(&site, "rain.example").is_empty());
}

#[test]
fn a_word_that_is_nowhere_leads_to_one_that_is_near() {
    let site = blog();
    let cases = [
        ("baots", "boats"),
        ("red baots", "red boats"),
        ("\"red baots\" -kites", "\"red boats\" -kites"),
        ("Gradens kind:entry", "gardens kind:entry"),
        ("perfromanse", "performance"),
    ];
    for (typed, meant) in cases {
        let page = search(&site, typed).ok().has("Did you mean");
        let links = page.attributes("main p a[href^='/search/?q=']", "href");
        assert_eq!(
            page.texts("main p a[href^='/search/?q=']")[0],
            meant,
            "{typed}"
        );
        let found = site.get(&links[0]).ok().texts(".found");
        assert!(!found.is_empty(), "{typed}");
    }
    // Each word is somewhere, but they are nowhere together.
    let page = search(&site, "kites gardens from:2025").ok();
    let link = &page.attributes("main p a", "href")[0];
    assert_eq!(link, "/search/?q=kites%20OR%20gardens%20from%3A2025-01-01");
    assert_eq!(
        site.get(link).ok().attributes(".found a.u-url", "href"),
        [D]
    );
    // Nothing is near, or what is near is not of that kind.
    for typed in ["xylophone", "baots kind:link", "bts", "1234"] {
        search(&site, typed).ok().lacks("Did you mean");
    }
    // A word that no post has any more is not suggested.
    site.import("2024-06-02-b.md", "kind: note", "Only birds above.");
    search(&site, "kitess").ok().lacks("Did you mean");
    search(&site, "brids").ok().has("Did you mean");
}
