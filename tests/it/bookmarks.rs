//! Bookmarks that begin a post about the page one is reading.

use crate::site::Site;

#[test]
fn bookmarks_lead_to_the_form_and_are_no_program_of_this_page() {
    let site = Site::new().with_account();
    let page = site.sign_in().get("/admin/bookmarks/").ok();
    let marks = page.attributes("ul.rows a", "href");
    assert_eq!(marks.len(), 2);
    for mark in &marks {
        assert!(mark.starts_with("javascript:(()=>{"), "{mark}");
        assert!(
            mark.contains("open('http://blog.example/admin/new/?kind="),
            "{mark}"
        );
        // A browser would decode the one, and the other would end the attribute.
        assert!(!mark.contains(['%', '"', '\n']), "{mark}");
    }
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("script-src 'nonce-"), "{policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
}

#[test]
fn an_address_that_was_linked_before_is_noticed() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let fields = [
        ("kind", "link"),
        ("title", "On kelp"),
        ("link_url", "https://example.org/kelp"),
        ("text", "Good."),
    ];
    let post = browser.publish(&fields);
    for (url, known) in [
        ("http://www.example.org/kelp/%23top", true),
        ("https://example.org/kelp", true),
        ("https://example.org/kelp2", false),
    ] {
        let page = browser
            .get(&format!("/admin/new/?kind=link&url={url}&title=T"))
            .ok();
        let noticed = page.attributes("p.note a", "href");
        assert_eq!(noticed == [post.clone()], known, "{url}: {noticed:?}");
    }
    // A post is no double of itself.
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(0);
    browser.get(&edit).ok().lacks("You linked to this before");
}
