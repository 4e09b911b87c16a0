//! What leads to a search and away from it: pages that are missing, feeds, browsers'
//! own boxes, and the switch.

use std::os::unix::fs::PermissionsExt;

use super::{A, C, blog, found, search};
use crate::site::Site;

#[test]
fn a_page_that_is_missing_offers_what_its_words_find() {
    let site = blog()
        .post("2022-01-01-red-tape.md", "title: Red tape", "Offices.")
        .post(
            "about.md",
            "kind: page\ntitle: About boats\nslug: about-boats",
            "Mine.",
        );
    let missing = |path: &str| {
        let page = site.get(path).status(404);
        page.attributes("main ul a", "href")
    };
    // The post's own address, had it another day; its old one, elsewhere.
    assert_eq!(missing("/2022/Jan/2/red-tape/")[0], "/2022/Jan/1/red-tape/");
    assert_eq!(
        missing("/archives/red_tape.html"),
        ["/2022/Jan/1/red-tape/"]
    );
    // Cut short within a word, and a page.
    assert_eq!(missing("/2022/Jan/1/red-tap"), ["/2022/Jan/1/red-tape/"]);
    assert_eq!(missing("/boats/"), ["/about-boats/"]);
    for program in [
        "tag/tape+tape/",
        "archive/2022/13/",
        "page/red/",
        "home/red/",
    ] {
        site.plain(&format!("/cgi-bin/{program}")).status(404);
    }
    // Nothing like it, nothing to say, and what must not be an operator.
    for path in ["/nothing/here/", "/%22%22/", "/1/2/3/", "/%2A%2A%2A/"] {
        assert!(missing(path).is_empty(), "{path}");
    }
    let page = site.get("/archives/2023/red-boats.html").status(404);
    let typed = page.attributes("form.search input[name=q]", "value");
    assert_eq!(typed, ["archives OR red OR boats OR html"]);
    assert_eq!(page.attributes("form.search", "action"), ["/search/"]);
    assert_eq!(found(&site, &typed[0]).len(), 5);
    // What is gone for good may be somewhere else, too.
    site.sql("INSERT INTO redirect VALUES ('/old/red-tape/', '')");
    let gone = site.get("/old/red-tape/").status(410);
    assert_eq!(gone.attributes("main ul a", "href").len(), 1);
    // An index that is missing or broken is no reason to fail.
    for damage in ["", "no database"] {
        std::fs::write(site.data().join("search.db"), damage).unwrap();
        assert!(missing("/red-tape/").is_empty());
    }
    std::fs::remove_file(site.data().join("search.db")).unwrap();
    assert!(missing("/red-tape/").is_empty());
}

/// `chmod 0` on the program takes what belongs to it off the pages of the others.
#[test]
fn a_search_that_is_switched_off_is_offered_nowhere() {
    let site = blog();
    for (own, other) in [("page", "search"), ("search", "grep")] {
        let folder = site.scratch().join(own);
        std::fs::create_dir_all(&folder).unwrap();
        let program = folder.join(format!("{own}.cgi"));
        crate::site::copy_program(&format!("{}/{own}", programs()), &program);
        let other = folder.join(format!("{other}.cgi"));
        std::fs::write(&other, "").unwrap();
        let asked = |mode| {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&other, mode).unwrap();
            let path = if own == "page" { "/boats/" } else { "/search/" };
            let page = site.ask(path).program(program.clone()).run();
            match own {
                "page" => page.attributes("form.search", "action").len(),
                _ => page.attributes("dl a[href='/grep/']", "href").len(),
            }
        };
        assert_eq!((asked(0o755), asked(0)), (1, 0), "{own}");
    }
}

fn programs() -> String {
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_search")).parent();
    folder.unwrap().display().to_string()
}

#[test]
fn each_search_has_its_feeds() {
    let site = blog().post("about.md", "kind: page\ntitle: About", "Red boats.");
    let page = search(&site, "red -kites").ok();
    let feeds = page.attributes("link[rel=alternate]", "href");
    let query = "?q=red%20-kites";
    let own: Vec<_> = feeds
        .iter()
        .filter(|feed| feed.contains("search"))
        .collect();
    let expected = ["atom", "rss", "json"].map(|format| format!("/search/feed.{format}{query}"));
    assert_eq!(own, expected.iter().collect::<Vec<_>>());
    let atom = site.get(own[0]).ok();
    assert_eq!(atom.header("Content-Type"), Some("application/atom+xml"));
    let text = &atom.body;
    let document = roxmltree::Document::parse(text).unwrap();
    let entries = document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "entry")));
    // By date, and no static page among them.
    assert_eq!(entries.count(), 2);
    let (first, second) = (text.find(C).unwrap(), text.find(A).unwrap());
    assert!(first < second);
    for part in [
        "<title>A test's blog: Search: red -kites</title>",
        "rel=\"self\" href=\"http://blog.example/search/feed.atom?q=red%20-kites\"",
        "rel=\"alternate\" href=\"http://blog.example/search/?q=red%20-kites\"",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let known = atom.header("ETag").unwrap().to_owned();
    site.ask(own[0])
        .var("HTTP_IF_NONE_MATCH", known)
        .run()
        .status(304);
    let json: serde_json::Value = serde_json::from_str(&site.get(own[2]).ok().body).unwrap();
    assert_eq!(json["items"].as_array().unwrap().len(), 2);
    site.get(own[1]).ok().has("<rss");
    // Nobody has written of it yet, but somebody may.
    site.get("/search/feed.atom?q=zeppelin")
        .ok()
        .lacks("<entry");
    for path in [
        "feed.atom",
        "feed.atom?q=",
        "feed.atom?q=--",
        "feed.xml?q=a",
        "feed.atom/x?q=a",
    ] {
        site.get(&format!("/search/{path}")).status(404);
    }
    site.get("/search/feed.atom/?q=red")
        .leads_to(301, "http://blog.example/search/feed.atom?q=red");
    search(&site, "").ok().lacks("search/feed");
    std::fs::remove_file(site.data().join("search.db")).unwrap();
    let broken = site.get(own[0]).status(503);
    assert!(broken.log().contains("mayfly rebuild --search"));
}

#[test]
fn browsers_are_told_how_to_search_here() {
    let site = blog();
    for page in ["/", "/search/", "/search/?q=x"] {
        let links = site.get(page).ok().attributes("link[rel=search]", "href");
        assert_eq!(links, ["/search/opensearch.xml"], "{page}");
    }
    assert!(
        site.get(A)
            .ok()
            .attributes("link[rel=search]", "href")
            .is_empty()
    );
    let reply = site.get("/search/opensearch.xml").ok();
    let kind = "application/opensearchdescription+xml";
    assert_eq!(reply.header("Content-Type"), Some(kind));
    let document = roxmltree::Document::parse(&reply.body).unwrap();
    let text = |name: &str| {
        let mut nodes = document.descendants();
        let node = nodes.find(|node| node.tag_name().name() == name).unwrap();
        node.text().unwrap().to_owned()
    };
    assert_eq!(text("ShortName"), "A test's blog");
    assert!(text("Description").contains("A test's blog"));
    let templates: Vec<_> = document
        .descendants()
        .filter_map(|node| node.attribute("template"))
        .collect();
    assert_eq!(templates[0], "http://blog.example/search/?q={searchTerms}");
    assert_eq!(templates.len(), 5);
    let long = Site::new().with_option("--title", "The \u{e9}ndless & wide <b>log</b> of a sailor");
    let reply = long.get("/search/opensearch.xml").ok();
    let document = roxmltree::Document::parse(&reply.body).unwrap();
    let name = document
        .descendants()
        .find(|node| node.has_tag_name(("http://a9.com/-/spec/opensearch/1.1/", "ShortName")));
    assert!(name.unwrap().text().unwrap().chars().count() <= 16);
    let plain = site.plain("/cgi-bin/search/opensearch.xml").ok();
    assert!(
        plain
            .body
            .contains("http://blog.example/cgi-bin/search?q={searchTerms}")
    );
}
