//! The posts of one kind: `/entries/`, `/links/`, `/quotes/`, `/notes/`.

use crate::site::Site;

fn blog() -> Site {
    (1..=31)
        .fold(Site::new(), |site, day| {
            let file = format!("2025-07-{day:02}-note.md");
            site.post(&file, "kind: note", &format!("Day {day}."))
        })
        .post(
            "2024-07-05-link.md",
            "kind: link\ntitle: Found\nlink: https://example.com/",
            "Good.",
        )
}

#[test]
fn a_kind_lists_its_posts_newest_first_under_years() {
    let site = blog();
    let page = site.get("/notes/").ok();
    assert_eq!(page.texts("h1"), ["Notes"]);
    assert_eq!(page.texts("h2"), ["2025"]);
    assert_eq!(page.texts("article .e-content")[0], "Day 31.");
    let pages = site.walk("/notes/", "next");
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [30, 1]);
    let links = site.get("/links/").ok();
    assert_eq!(links.texts("article .e-content"), ["Good."]);
}

#[test]
fn a_kind_without_posts_says_so() {
    blog()
        .get("/quotes/")
        .ok()
        .has("No quotes have been published");
}

#[test]
fn each_kind_has_one_address() {
    let site = blog();
    site.get("/notes")
        .leads_to(301, "http://blog.example/notes/");
    site.get("/notes/?before=x").status(404);
    site.get("/notes/?before=5").status(404);
    site.plain("/cgi-bin/kind/videos/").status(404);
    site.plain("/cgi-bin/kind/notes/").ok().has("Day 31.");
}

#[test]
fn a_page_of_the_author_comes_first() {
    let site = blog().post(
        "links.md",
        "kind: page\ntitle: My favourites\nslug: links",
        "A hand-picked list.",
    );
    let page = site.get("/links/").ok().has("A hand-picked list.");
    assert_eq!(page.texts("h1"), ["My favourites"]);
    site.get("/links.rss").ok().has("Found");
}
