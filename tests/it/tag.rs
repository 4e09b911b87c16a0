//! The posts of a tag, of several at once, and all tags: `/tags/sea/`,
//! `/tags/sea+wind/`, `/tags/`.
//!
//! Each test makes a blog, asks for pages of it as a visitor does, and reads what
//! the real program answered.

use crate::site::Site;

fn blog() -> Site {
    Site::new()
        .post("2024-12-31-a.md", "kind: note\ntags: [sea]", "Boats.")
        .post("2025-07-05-b.md", "kind: note\ntags: [sea, wind]", "Waves.")
        .post(
            "2025-07-06-c.md",
            "kind: note\ntags: [fun, sea, wind]",
            "Kites.",
        )
}

/// A blog with more posts about the sea than two pages hold.
fn long() -> Site {
    (1..=70).fold(Site::new(), |site, day| {
        let file = format!("2025-{:02}-{:02}-waves.md", 1 + day / 28, 1 + day % 28);
        site.post(&file, "kind: note\ntags: [sea]", "Waves.")
    })
}

#[test]
fn a_tag_lists_its_posts_newest_first_under_years() {
    let page = blog().get("/tags/sea/").ok();
    assert_eq!(page.texts("h1"), ["3 posts tagged “sea”"]);
    let listed = page.texts("h2, .h-entry .e-content");
    assert_eq!(listed, ["2025", "Kites.", "Waves.", "2024", "Boats."]);
}

#[test]
fn several_tags_list_what_has_them_all() {
    let site = blog();
    let two = site.get("/tags/sea+wind/").ok();
    assert_eq!(two.texts("h1"), ["2 posts tagged “sea” and “wind”"]);
    assert_eq!(two.texts(".h-entry .e-content"), ["Kites.", "Waves."]);
    let three = site.get("/tags/fun+sea+wind/").ok();
    assert_eq!(three.texts("h1"), ["1 post tagged “fun”, “sea” and “wind”"]);
    assert_eq!(three.texts(".h-entry .e-content"), ["Kites."]);
}

#[test]
fn a_tag_says_what_it_is_about_and_what_stands_beside_it() {
    let site = blog();
    site.sql("UPDATE tag SET description = 'All about *salt* water.' WHERE name = 'sea'");
    assert!(site.mayfly(&["rebuild"]).status.success());
    let page = site.get("/tags/sea/").ok();
    let page = page.has("<p>All about <em>salt</em> water.</p>");
    assert_eq!(page.texts("p.aside"), ["Related: wind +2 · fun +1"]);
    let links = page.attributes("p.aside a.count", "href");
    assert_eq!(links, ["/tags/sea+wind/", "/tags/fun+sea/"]);
}

#[test]
fn all_tags_stand_in_alphabetical_order_with_their_counts() {
    let site = blog();
    site.sql("UPDATE tag SET posts = 2069 WHERE name = 'sea'");
    let page = site.get("/tags/").ok();
    assert_eq!(page.texts("ul.cloud li"), ["fun 1", "sea 2,069", "wind 2"]);
    site.get("/tags/sea/").ok().has("2,069 posts tagged");
}

#[test]
fn each_list_has_one_address() {
    let site = blog();
    let spellings = "wind+sea/ Sea+Wind/ sea+wind sea+wind+sea/ sea%20wind/";
    for other in spellings.split(' ') {
        let reply = site.get(&format!("/tags/{other}"));
        reply.leads_to(301, "http://blog.example/tags/sea+wind/");
    }
    site.get("/tags").leads_to(301, "http://blog.example/tags/");
}

#[test]
fn what_no_post_has_is_not_found() {
    let site = blog().post("2025-07-07-d.md", "kind: note\ntags: [land]", "Trees.");
    let addresses = "fire/ sea+fire/ land+sea/ sea+/ a+b+c+d/ sea/wind/";
    for none in addresses.split(' ') {
        site.get(&format!("/tags/{none}")).status(404);
    }
}

#[test]
fn paging_loses_nothing_and_shows_nothing_twice() {
    let site = long();
    let pages = site.walk("/tags/sea/", "next");
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [30, 30, 10]);
    let mut posts = pages.concat();
    assert_eq!(posts[0], "/2025/Mar/15/waves/");
    posts.sort_unstable();
    posts.dedup();
    assert_eq!(posts.len(), 70);
}

#[test]
fn the_oldest_page_is_one_step_away_and_leads_back() {
    let site = long();
    let steps = |page: &str| site.get(page).ok().texts("nav.pager a");
    assert_eq!(steps("/tags/sea/"), ["Oldest", "Older →"]);
    assert_eq!(steps("/tags/sea/?after=0"), ["← Newer", "Newest"]);
    assert_eq!(site.walk("/tags/sea/?after=0", "prev").len(), 3);
    site.get("/tags/sea/?before=x").status(404);
}

#[test]
fn tags_are_read_and_not_written() {
    let site = blog();
    let head = site.ask("/tags/sea/").method("HEAD").run().ok();
    assert_eq!(head.headers, site.get("/tags/sea/").ok().headers);
    let post = site.ask("/tags/sea/").method("POST").body(b"x").run();
    assert_eq!(post.status(405).header("Allow"), Some("GET, HEAD"));
}
