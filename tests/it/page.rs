//! Static pages, and what stands where nothing is published: redirects, pages
//! that are gone, and the page that says so.

use mayfly::store;

use crate::site::Site;

fn blog() -> Site {
    Site::new()
        .post(
            "about.md",
            "kind: page\ntitle: About me\nslug: about\nnav: 2",
            "Who I am.",
        )
        .post(
            "now.md",
            "kind: page\ntitle: Now\nslug: now\nnav: 1",
            "What I do.",
        )
        .post(
            "hidden.md",
            "kind: page\ntitle: Imprint\nslug: imprint\naliases: [/impressum.html]",
            "Where I live.",
        )
        .post("2025-07-05-a.md", "kind: note", "Note.")
}

#[test]
fn a_page_is_shown_without_a_date() {
    let page = blog().get("/about/").ok();
    assert_eq!(page.texts("h1"), ["About me"]);
    assert_eq!(page.texts(".h-entry .e-content"), ["Who I am."]);
    assert!(page.texts("main time").is_empty());
}

#[test]
fn the_navigation_has_pages_in_their_order() {
    let site = blog();
    for path in ["/", "/imprint/", "/2025/", "/none/"] {
        let page = site.get(path);
        assert_eq!(
            page.texts("header nav a"),
            ["Search", "Tags", "Now", "About me"]
        );
        let links = page.attributes("header nav a", "href");
        assert_eq!(links, ["/search/", "/tags/", "/now/", "/about/"]);
    }
}

#[test]
fn pages_are_in_no_list() {
    let site = blog();
    for list in ["/", "/2025/", "/2025/Jul/", "/feed.atom"] {
        let page = site.get(list).ok();
        page.lacks("Who I am.")
            .lacks("What I do.")
            .lacks("Where I live.");
    }
}

#[test]
fn a_page_has_one_address() {
    let site = blog();
    for other in ["/about", "//about/", "/about//"] {
        site.get(other).leads_to(301, "http://blog.example/about/");
    }
}

#[test]
fn old_addresses_lead_on_however_they_end() {
    let site = blog();
    for old in ["/impressum.html", "/impressum.html/"] {
        site.get(old).leads_to(301, "http://blog.example/imprint/");
    }
    let front = "kind: page\ntitle: Imprint\nslug: legal";
    site.import("hidden.md", front, "Where I live.");
    for old in ["/impressum.html", "/imprint/", "/imprint"] {
        site.get(old).leads_to(301, "http://blog.example/legal/");
    }
    site.get("/legal/").ok();
}

#[test]
fn a_page_that_becomes_a_post_is_found_there_and_back() {
    let site = blog();
    let front = "kind: entry\ntitle: Imprint\nslug: imprint\ndate: 2025-07-05";
    site.import("hidden.md", front, "Where I live.");
    for old in ["/impressum.html", "/imprint/"] {
        site.get(old)
            .leads_to(301, "http://blog.example/2025/Jul/5/imprint/");
    }
    site.import(
        "hidden.md",
        "kind: page\ntitle: Imprint\nslug: imprint",
        "Here.",
    );
    for old in ["/impressum.html", "/2025/Jul/5/imprint/"] {
        site.get(old).leads_to(301, "http://blog.example/imprint/");
    }
}

#[test]
fn a_deleted_page_is_gone() {
    let site = blog();
    let mut desk = store::open_desk(&site.data()).unwrap();
    desk.change(|tx| store::publish::remove_page(tx, "/now/", ""))
        .unwrap();
    let gone = site.get("/now/").status(410);
    assert_eq!(gone.texts("header nav a"), ["Search", "Tags", "About me"]);
}

#[test]
fn a_missing_page_shows_the_ways_on() {
    let page = blog().get("/abuot/").status(404);
    assert_eq!(page.texts("h1"), ["Not found"]);
    let links = page.attributes("main a, footer a", "href");
    assert_eq!(links, ["/", "/tags/", "/2025/", "/feeds/"]);
}
