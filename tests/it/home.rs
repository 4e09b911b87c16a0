//! The home page, `/`: the newest posts of all kinds, each in the form lists have
//! for its kind, under the days they are from.

use crate::site::{Site, TITLE};

/// A post of each kind, two of them from one day.
fn blog() -> Site {
    let entry = format!(
        "It *begins* here,\nover two lines.\n\n{}",
        "word ".repeat(2062)
    );
    Site::new()
        .post(
            "2025-07-05-long.md",
            "kind: entry\ntitle: Long & short\ndate: 2025-07-05 09:05\ntags: [sea]",
            &entry,
        )
        .post(
            "2025-07-05-found.md",
            "kind: link\ntitle: Found\ndate: 2025-07-05 15:00\nlink: https://example.org/found\n\
             via: https://example.net/\nvia_title: A friend",
            "First remark.\n\nSecond remark.",
        )
        .post(
            "2025-07-06-said.md",
            "kind: quote\nsource: Somebody\nsource_url: https://example.com/\n\
             context: in a *letter*",
            "Said so.",
        )
        .post("2025-07-07-seen.md", "kind: note", "One.\n\nTwo.")
}

#[test]
fn days_stand_above_their_posts_and_lead_to_them() {
    let page = blog().get("/").ok();
    let days = [
        "Monday, 7th July 2025",
        "Sunday, 6th July 2025",
        "Saturday, 5th July 2025",
    ];
    assert_eq!(page.texts("h2.day"), days);
    let links = page.attributes("h2.day a", "href");
    assert_eq!(links, ["/2025/Jul/7/", "/2025/Jul/6/", "/2025/Jul/5/"]);
    let posts = page.attributes("article a.u-url", "href");
    let newest_first = "/2025/Jul/7/seen/ /2025/Jul/6/said/ /2025/Jul/5/found/ /2025/Jul/5/long/";
    assert_eq!(posts.join(" "), newest_first);
}

#[test]
fn an_entry_shows_its_first_paragraph_and_how_much_there_is() {
    let page = blog().get("/").ok();
    assert_eq!(page.texts("article.entry h3"), ["Long & short"]);
    let beginning = page.texts("article.entry .p-summary");
    assert_eq!(beginning, ["It begins here, over two lines."]);
    assert_eq!(page.texts("article.entry .more"), ["[… 2,068 words]"]);
    for link in ["h3 a", ".more a", "a.u-url"] {
        let leads = page.attributes(&format!("article.entry {link}"), "href");
        assert_eq!(leads, ["/2025/Jul/5/long/"], "{link}");
    }
}

#[test]
fn an_entry_of_one_paragraph_has_no_more() {
    let site = Site::new().post("2025-07-05-a.md", "kind: entry\ntitle: A", "All of it.");
    let page = site.get("/").ok();
    assert_eq!(page.texts(".p-summary"), ["All of it."]);
    assert!(page.texts(".more").is_empty());
}

#[test]
fn a_link_leads_out_and_names_where_it_was_found() {
    let page = blog().get("/").ok();
    let out = page.attributes("article.link h3 a", "href");
    assert_eq!(out, ["https://example.org/found"]);
    assert_eq!(page.texts("article.link .via"), ["(via)"]);
    assert_eq!(page.attributes(".via a", "href"), ["https://example.net/"]);
    assert_eq!(page.attributes(".via a", "title"), ["A friend"]);
    let remarks = page.texts("article.link .e-content p");
    assert_eq!(remarks, ["First remark.", "Second remark."]);
}

#[test]
fn a_quote_names_its_source() {
    let page = blog().get("/").ok();
    assert_eq!(page.texts("article.quote blockquote"), ["Said so."]);
    assert_eq!(page.texts(".cite"), ["— Somebody, in a letter"]);
    assert_eq!(page.attributes("cite a", "href"), ["https://example.com/"]);
    let bare = Site::new().post("2025-07-06-a.md", "kind: quote", "Said so.");
    assert!(bare.get("/").ok().texts(".cite").is_empty());
}

#[test]
fn a_note_is_shown_in_full() {
    let page = blog().get("/").ok();
    assert_eq!(page.texts("article.note .e-content p"), ["One.", "Two."]);
    assert!(page.texts("article.note h3").is_empty());
}

#[test]
fn a_post_tells_its_time_and_its_tags() {
    let page = blog().get("/").ok();
    let meta = page.texts("article.entry .meta");
    assert_eq!(meta, ["5th July 2025, 9:05 am · sea"]);
    let tags = page.attributes("article.entry .p-category", "href");
    assert_eq!(tags, ["/tags/sea/"]);
    let times = page.attributes("article.entry time", "datetime");
    assert_eq!(times, ["2025-07-05T09:05:00+00:00"]);
}

#[test]
fn posts_of_one_moment_are_all_there() {
    let site = (1..=3).fold(Site::new(), |site, number| {
        site.post(
            &format!("2025-07-05-{number}.md"),
            "kind: note\ndate: 2025-07-05 12:00",
            "At noon.",
        )
    });
    assert_eq!(site.get("/").ok().texts("article").len(), 3);
}

#[test]
fn an_empty_blog_says_so() {
    let page = Site::new().get("/").ok();
    let page = page.has("Nothing has been published here yet.");
    assert_eq!(page.texts("title"), [TITLE]);
    assert!(page.texts("article, nav.pager, nav.years").is_empty());
}

#[test]
fn older_posts_are_reached_page_by_page_both_ways() {
    let site = (1..=65).fold(Site::new(), |site, number| {
        let file = format!("2025-{:02}-{:02}-a.md", 1 + number / 28, 1 + number % 28);
        site.post(&file, "kind: note", "Note.")
    });
    let down = site.walk("/", "next");
    assert_eq!(down.iter().map(Vec::len).collect::<Vec<_>>(), [30, 30, 5]);
    let up = site.walk("/?after=0", "prev");
    let mut reached = up.concat();
    reached.sort_unstable();
    reached.dedup();
    let mut all = down.concat();
    all.sort_unstable();
    assert_eq!(reached, all);
    // The older pages are not what a search engine should show for the blog.
    let first = site.get("/").ok();
    assert!(first.attributes("meta[name=robots]", "content").is_empty());
    let older = first.attributes("nav.pager a[rel=next]", "href");
    let second = site.get(&older[0]).ok();
    assert_eq!(
        second.attributes("meta[name=robots]", "content"),
        ["noindex, follow"]
    );
}

#[test]
fn the_oldest_page_has_posts_from_before_1970() {
    let site = (1..=65).fold(Site::new(), |site, number| {
        let file = format!("1955-{:02}-{:02}-a.md", 1 + number / 28, 1 + number % 28);
        site.post(&file, "kind: note", "Note.")
    });
    let oldest = site.get("/").ok().attributes("nav.pager a", "href");
    let page = site.get(&oldest[0]).ok();
    let posts = page.attributes("article a.u-url", "href");
    assert_eq!(posts.last().unwrap(), "/1955/Jan/2/a/");
}

#[test]
fn a_cut_that_shows_the_newest_posts_leads_to_the_bare_address() {
    let site = blog();
    for cut in ["before=9999999999999999", "after=0"] {
        let reply = site.get(&format!("/?{cut}"));
        reply.leads_to(303, "http://blog.example/");
    }
    let wrong = "before=x before= before=0 after=9999999999999999 after=1&before=2 before=1.5";
    for cut in wrong.split(' ') {
        site.get(&format!("/?{cut}")).status(404);
    }
}
