//! Looking for regular expressions in the source: `/grep/?regex=`.

use crate::site::{Reply, Site};

fn blog() -> Site {
    Site::new()
        .post(
            "2023-05-01-a.md",
            "title: Red boats\ntags: [sea]",
            "First line.\n\nSails, oars and a *café* for 12 people.\n\nLast line.",
        )
        .post(
            "2024-06-02-b.md",
            "kind: link\ntitle: Kites\nlink: https://kites.example/v2/\nvia: https://wind.example/",
            "Far above <b>boats</b>.",
        )
        .post(
            "2024-07-03-c.md",
            "kind: quote\nsource: A sailor\ncontext: in *Boats*",
            "Never only red.",
        )
        .post("about.md", "kind: page\ntitle: About", "Boats are mine.\n")
}

fn grep(site: &Site, regex: &str) -> Reply {
    let query = serde_urlencoded::to_string([("regex", regex)]).unwrap();
    site.get(&format!("/grep/?{query}"))
}

#[track_caller]
fn found(site: &Site, regex: &str) -> Vec<String> {
    grep(site, regex).ok().attributes(".found a.u-url", "href")
}

const A: &str = "/2023/May/1/a/";
const B: &str = "/2024/Jun/2/b/";
const C: &str = "/2024/Jul/3/c/";
const ABOUT: &str = "/about/";

#[test]
fn everything_an_author_wrote_is_looked_through() {
    let site = blog();
    let cases: [(&str, &[&str]); 12] = [
        ("boats", &[B, A]),
        ("(?i)boats", &[C, B, A, ABOUT]),
        (r"\*caf.\*", &[A]),
        (r"^Sails.*people\.$", &[A]),
        (r"\d+", &[B, A]),
        ("<b>", &[B]),
        ("wind.example", &[B]),
        (r"example/v\d", &[B]),
        ("^A sailor$", &[C]),
        ("^sea$", &[A]),
        ("^$", &[A]),
        ("zeppelin", &[]),
    ];
    for (regex, expected) in cases {
        assert_eq!(found(&site, regex), expected, "{regex}");
    }
}

#[test]
fn lines_are_shown_with_numbers_and_what_is_around_them() {
    let site = blog();
    let page = grep(&site, "oars|caf.").ok();
    assert_eq!(page.texts(".lines .no"), ["2", "3", "4"]);
    assert_eq!(page.texts(".lines mark"), ["oars", "café"]);
    assert_eq!(page.texts(".lines .near").len(), 2);
    assert_eq!(
        page.texts(".lines li:not(.near) .text"),
        ["Sails, oars and a *café* for 12 people."]
    );
    let page = grep(&site, "(?i)kites").ok();
    assert_eq!(page.texts(".lines .no"), ["title", "link"]);
    // What is markup in a text is text here.
    let page = grep(&site, "<b>").ok().has("<mark>&lt;b&gt;</mark>boats");
    assert_eq!(page.attributes("input[name=regex]", "value"), ["<b>"]);
    page.has("1 post with a match among 4 posts");
}

#[test]
fn mistakes_are_told_beside_the_field() {
    let site = blog();
    let page = grep(&site, "sea(red").ok();
    let alert = page.texts("[role=alert]");
    assert!(
        alert[0].contains("unclosed group, at character 4."),
        "{alert:?}"
    );
    assert_eq!(page.texts("[role=alert] pre"), ["sea(red ^"]);
    assert!(page.body.contains("sea(red\n   <b>^</b>"));
    assert_eq!(
        page.attributes("input[name=regex]", "aria-describedby"),
        ["mistake"]
    );
    let odd = [
        "[",
        "*",
        "(?P<",
        "a{99999}",
        r"\p{x}",
        r"(\w{99}){99}",
        "\\",
        "(?",
        "a\nb",
        "\0",
    ];
    for regex in odd {
        grep(&site, regex).ok();
    }
    grep(&site, &"a".repeat(300)).ok().has("longer than 200");
    grep(&site, "")
        .ok()
        .has("line by line")
        .lacks("with a match");
}

#[test]
fn a_full_page_says_so_and_leads_on() {
    let site = (1..=65).fold(Site::new(), |site, day| {
        let file = format!("2025-{:02}-{:02}-waves.md", 1 + day / 28, 1 + day % 28);
        site.post(&file, "kind: note", "Waves.\n\nWaves.")
    });
    let site = (1..=40).fold(site, |site, number| {
        site.post(
            &format!("p{number}.md"),
            "kind: page\ntitle: Waves",
            "Waves.",
        )
    });
    grep(&site, "Waves")
        .ok()
        .has("this page is full")
        .has("back to");
    let pages = site.walk("/grep/?regex=Waves", "next");
    assert_eq!(
        pages.iter().map(Vec::len).collect::<Vec<_>>(),
        [30, 30, 30, 15]
    );
    let mut all = pages.concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 105);
    site.get("/grep/?regex=a&from=x").status(404);
    site.get("/grep/x/").status(404);
    site.get("/grep").leads_to(301, "http://blog.example/grep/");
    site.get("/grep/?regex=Waves&from=pages")
        .ok()
        .has("From the beginning");
}

/// The way in that people know: a query of the other search.
#[test]
fn a_search_for_a_pattern_is_led_here() {
    let site = blog();
    site.get("/search/?regex=caf.%2B")
        .leads_to(301, "http://blog.example/grep/?regex=caf.%2B");
    let page = site.get("/search/").ok();
    assert_eq!(page.attributes("dl a", "href"), ["/grep/"]);
    site.plain("/cgi-bin/grep/?regex=boats")
        .ok()
        .has("/cgi-bin/post/");
}
