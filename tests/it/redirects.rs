//! The table of redirects, and the navigation, as their owner keeps them.

use crate::site::{Reply, Site};

fn blog() -> Site {
    Site::new()
        .post("2025-07-05-a.md", "kind: note\ntags: [sea]", "Boats.")
        .post(
            "about.md",
            "kind: page\ntitle: About\nslug: about\nnav: 1",
            "Me.",
        )
        .post("now.md", "kind: page\ntitle: Now\nslug: now", "Now.")
        .with_account()
}

fn send(site: &Site, fields: &[(&str, &str)]) -> Reply {
    site.sign_in().form("/admin/redirects/", fields).run()
}

fn save(site: &Site, from: &str, to: &str) -> Reply {
    send(site, &[("do", "save"), ("from", from), ("to", to)])
}

#[test]
fn old_addresses_lead_where_they_are_told_to() {
    let site = blog();
    for (old, to, status, location) in [
        ("/old.html", "/about/", 301, "http://blog.example/about/"),
        (
            "/2009/01/x/",
            "/2025/Jul/5/a/",
            301,
            "http://blog.example/2025/Jul/5/a/",
        ),
        (
            "/tags/boats/",
            "/tags/sea/",
            301,
            "http://blog.example/tags/sea/",
        ),
        (
            "/elsewhere",
            "https://example.org/?a=1&b=2#c",
            301,
            "https://example.org/?a=1&b=2#c",
        ),
        ("/gone/", "410", 410, ""),
    ] {
        let before = site.get("/").header("ETag").map(String::from);
        site.get(old).status(404);
        save(&site, old, to).leads_to(303, "http://blog.example/admin/redirects/?done=saved");
        let reply = site.get(old).status(status);
        assert_eq!(reply.header("Location").unwrap_or_default(), location);
        assert_ne!(
            site.get("/").header("ETag").map(String::from),
            before,
            "{old}"
        );
    }
    // A query is kept for a page of the blog, and means nothing elsewhere.
    site.get("/elsewhere?x=1")
        .leads_to(301, "https://example.org/?a=1&b=2#c");
    site.get("/old.html?x=1")
        .leads_to(301, "http://blog.example/about/?x=1");
    let browser = site.sign_in();
    let listed = browser
        .get("/admin/redirects/")
        .ok()
        .texts("ul.rows li span:first-child");
    assert_eq!(
        listed,
        [
            "/2009/01/x/",
            "/elsewhere",
            "/gone/",
            "/old.html",
            "/tags/boats/"
        ]
    );
    let listed = browser
        .get("/admin/redirects/?q=example.org")
        .ok()
        .texts("ul.rows li span:first-child");
    assert_eq!(listed, ["/elsewhere"]);
    assert!(site.mayfly(&["check"]).status.success());
}

#[test]
fn nobody_is_sent_on_twice_or_in_a_circle() {
    let site = blog();
    save(&site, "/b", "/about/").status(303);
    save(&site, "/a", "/b").status(303);
    site.get("/a").leads_to(301, "http://blog.example/about/");
    // What a target led to before leads on with it.
    save(&site, "/c", "/d").status(303);
    save(&site, "/d", "/now/").status(303);
    site.get("/c").leads_to(301, "http://blog.example/now/");
    for (from, to, says) in [
        ("/x", "/x", "back to the old one"),
        ("/gone", "410", ""),
        ("/y", "/gone", "is gone"),
    ] {
        let reply = save(&site, from, to);
        match says {
            "" => drop(reply.status(303)),
            says => drop(reply.status(422).has(says)),
        }
    }
    save(&site, "/e", "/f").status(303);
    save(&site, "/f", "/e")
        .status(422)
        .has("back to the old one");
    assert!(site.mayfly(&["check"]).status.success());
}

#[test]
fn a_page_of_the_blog_is_not_hidden() {
    let site = blog();
    for live in [
        "/",
        "/about",
        "/about/",
        "/2025/",
        "/2025/Jul/",
        "/2025/07/5/",
        "/2025/Jul/5/A/",
        "/tags/",
        "/tags/sea/",
        "/search/",
        "/feed.atom",
        "/notes/",
        "/guestbook/",
        "/admin/",
        "/login/",
        "/media/x.png",
        "/sitemap.xml",
    ] {
        let page = save(&site, live, "/now/").status(422);
        assert_eq!(page.attributes("[aria-invalid]", "id"), ["from"], "{live}");
        assert_eq!(page.attributes("#from", "value"), [live]);
        assert_eq!(page.attributes("#to", "value"), ["/now/"]);
    }
}

#[test]
fn what_is_wrong_is_said_beside_its_field() {
    let site = blog();
    for (from, to, field) in [
        ("old", "/about/", "from"),
        ("/old?x", "/about/", "from"),
        ("/old", "about", "to"),
        ("/old", "javascript:alert(1)", "to"),
        ("/old", "//evil.example/", "to"),
        ("/old", "https://evil.example/ x", "to"),
    ] {
        let page = save(&site, from, to).status(422);
        assert_eq!(
            page.attributes("[aria-invalid]", "id"),
            [field],
            "{from} {to}"
        );
        assert_eq!(page.attributes("#from", "value"), [from]);
        assert_eq!(page.attributes("#to", "value"), [to]);
    }
    site.get("/old").status(404);
}

#[test]
fn a_redirect_is_changed_and_removed() {
    let site = blog();
    save(&site, "/old", "/about/").status(303);
    let page = site.sign_in().get("/admin/redirects/?change=/old").ok();
    assert_eq!(page.attributes("#to", "value"), ["/about/"]);
    let fields = [
        ("do", "save"),
        ("was", "/old"),
        ("from", "/older"),
        ("to", "/now/"),
    ];
    send(&site, &fields).status(303);
    site.get("/old").status(404);
    site.get("/older").leads_to(301, "http://blog.example/now/");
    send(&site, &[("do", "remove"), ("was", "/older")]).status(303);
    site.get("/older").status(404);
}

#[test]
fn a_list_is_taken_in_whole_or_not_at_all() {
    let site = blog();
    let list = "# from the old blog\n/p/1\t/about/\n/p/2 -> /now/\n/p/3,410\n";
    send(&site, &[("do", "import"), ("list", list)])
        .leads_to(303, "http://blog.example/admin/redirects/?done=imported-3");
    site.get("/p/1").leads_to(301, "http://blog.example/about/");
    site.get("/p/3").status(410);
    for (list, says) in [
        (
            "/q/1 /about/\nnonsense\n",
            "Line 2: a line has two addresses.",
        ),
        (
            "/q/1 /about/\n/about/ /now/\n",
            "/about/: the blog has a page at the old address",
        ),
        ("\n", "There is no line"),
    ] {
        let page = send(&site, &[("do", "import"), ("list", list)])
            .status(422)
            .has(says);
        assert_eq!(
            page.texts("textarea#list").concat(),
            list.split_whitespace().collect::<Vec<_>>().join(" ")
        );
        site.get("/q/1").status(404);
    }
    let browser = site.sign_in();
    browser
        .get("/admin/redirects/?done=imported-3")
        .ok()
        .has("3 redirects taken in.");
    assert!(site.mayfly(&["check"]).status.success());
}

#[test]
fn the_navigation_has_the_pages_that_are_given_a_place() {
    let site = blog();
    let send = |about: &str, now: &str| {
        let fields = [("place-/about/", about), ("place-/now/", now)];
        site.sign_in().form("/admin/navigation/", &fields).run()
    };
    let shown = || site.get("/").ok().texts("header nav a")[2..].to_vec();
    assert_eq!(shown(), ["About"]);
    let before = site.get("/").header("ETag").map(String::from);
    send("20", "3").status(303);
    assert_eq!(shown(), ["Now", "About"]);
    assert_ne!(site.get("/").header("ETag").map(String::from), before);
    let page = site.sign_in().get("/admin/navigation/").ok();
    assert_eq!(
        page.attributes("main input[type=text]", "value"),
        ["1", "2"]
    );
    let wrong = send("first", "0").status(422);
    assert_eq!(wrong.texts(".wrong").len(), 2);
    assert_eq!(
        wrong.attributes("main input[type=text]", "value"),
        ["0", "first"]
    );
    assert_eq!(shown(), ["Now", "About"]);
    send("", "").status(303);
    assert!(shown().is_empty());
}
