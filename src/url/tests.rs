//! Which program has which address, and how each is linked to.

use super::*;

fn pretty(base: &str) -> Links {
    let reached = Reached {
        base: Some(base.into()),
        ..Reached::default()
    };
    Links::new(Style::Auto, "", &reached)
}

fn plain(suffix: &'static str) -> Links {
    let reached = Reached {
        programs: "/cgi-bin".into(),
        suffix,
        ..Reached::default()
    };
    Links::new(Style::Auto, "https://example.org/", &reached)
}

#[test]
fn every_page_has_a_link_in_both_styles() {
    let cases = [
        ("/", "/", "/cgi-bin/home"),
        (
            "/2025/Jul/5/slug/",
            "/2025/Jul/5/slug/",
            "/cgi-bin/post/2025/Jul/5/slug/",
        ),
        ("/2025/Jul/", "/2025/Jul/", "/cgi-bin/archive/2025/Jul/"),
        ("/tags/", "/tags/", "/cgi-bin/tag"),
        ("/search/", "/search/", "/cgi-bin/search"),
        ("/tags/a+b/", "/tags/a+b/", "/cgi-bin/tag/a+b/"),
        ("/guestbook/", "/guestbook/", "/cgi-bin/guestbook"),
        ("/guestbook/12/", "/guestbook/12/", "/cgi-bin/guestbook/12/"),
        (
            "/comments/7/?before=3",
            "/comments/7/?before=3",
            "/cgi-bin/comment/7/?before=3",
        ),
        ("/about/", "/about/", "/cgi-bin/page/about/"),
        ("/feed.atom", "/feed.atom", "/cgi-bin/feed/feed.atom"),
        ("/media/x.png", "/media/x.png", "/media/x.png"),
    ];
    for (path, at_root, by_program) in cases {
        assert_eq!(&*pretty("").to(path), at_root);
        assert_eq!(*pretty("/~me/blog").to(path), format!("/~me/blog{at_root}"));
        assert_eq!(&*plain("").to(path), by_program);
    }
    assert_eq!(&*plain(".cgi").to("/tags/a+b/"), "/cgi-bin/tag.cgi/a+b/");
}

#[test]
fn absolute_links_stand_on_the_base_url() {
    let reached = Reached {
        origin: "http://evil".into(),
        base: Some(String::new()),
        ..Reached::default()
    };
    let links = Links::new(Style::Auto, "https://example.org/blog/", &reached);
    assert_eq!(links.absolute("/about/"), "https://example.org/blog/about/");
    assert_eq!(
        plain("").absolute("/about/"),
        "https://example.org/cgi-bin/page/about/"
    );
    let unset = Links::new(Style::Auto, "", &reached);
    assert_eq!(unset.absolute("/about/"), "http://evil/about/");
}

#[test]
fn marks_in_stored_html_become_links() {
    let stored =
        format!("<a href=\"{MARK}/tags/a/\">a</a> <a href='{MARK}/2025/?before=1#x'>b</a> 1/2");
    let settled = |links: Links| {
        let mut page = String::new();
        links.settle(&stored, &mut page);
        page
    };
    assert_eq!(
        settled(pretty("/b")),
        "<a href=\"/b/tags/a/\">a</a> <a href='/b/2025/?before=1#x'>b</a> 1/2"
    );
    assert_eq!(
        settled(plain("")),
        "<a href=\"/cgi-bin/tag/a/\">a</a> <a href='/cgi-bin/archive/2025/?before=1#x'>b</a> 1/2"
    );
    assert_eq!(settled(Links::marked()), stored);
}

#[test]
fn each_path_has_its_program() {
    let cases = [
        ("/", "home"),
        ("/2025", "archive"),
        ("/2025/Jul/5/", "archive"),
        ("/2025/Jul/5/slug", "post"),
        ("/2025/Jul/5/slug/more/", "page"),
        ("/20250/x", "page"),
        ("/tags", "tag"),
        ("/tagsy/", "page"),
        ("/search", "search"),
        ("/search/", "search"),
        ("/searching/", "page"),
        ("/guestbook/12/", "guestbook"),
        ("/comments/7/12/", "comment"),
        ("/feed.atom", "feed"),
        ("/sitemap.xml", "sitemap"),
        ("/sitemap-2025-07.xml", "sitemap"),
        ("/robots.txt", "page"),
        ("/qr/2025/Jul/5/slug.svg", "qr"),
        ("/qrs/", "page"),
        ("/2025/Jul/5/slug.md", "twin"),
        ("/2025/Jul/5/slug.json", "twin"),
        ("/2025/Jul/5.json", "feed"),
        ("/2025/Jul/5.md", "twin"),
        ("/about.json", "twin"),
        ("/tags/a/b.md", "tag"),
        ("/about/", "page"),
        ("/login/", "login"),
        ("/logins/", "page"),
        ("/admin", "admin"),
        ("/admin/write/7/", "admin"),
        ("/admin/media/", "media"),
        ("/admin/mediate/", "admin"),
        ("/administer/", "page"),
    ];
    for (path, program) in cases {
        assert_eq!(route(path).0, program, "{path}");
    }
}

#[test]
fn a_data_directory_is_looked_for_below_every_folder_that_may_be_handed_out() {
    let found = exposed("/home/me/www/b c".as_ref(), "https://a.example/~me", &["x"]);
    for path in [
        "/x",
        "/b%20c/x",
        "/me/www/b%20c/x",
        "/~me/b%20c/x",
        "/~me/x",
    ] {
        assert!(found.iter().any(|known| known == path), "{found:?}");
    }
    assert_eq!(found.len(), 8);
    assert_eq!(exposed("/d".as_ref(), "", &["x"]), ["/x"]);
    assert_eq!(origin("https://a.example/~me"), "https://a.example");
}
