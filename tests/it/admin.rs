//! The admin: shut to strangers at every address and for every method, and its
//! forms to other sites.

use crate::site::Site;

/// Every address of the admin, and some that it does not have, with what somebody who is
/// signed in is answered on an empty blog.
pub const ADDRESSES: &[(&str, u16)] = &[
    ("/admin", 301),
    ("/admin/", 200),
    ("/admin//", 301),
    ("/admin/nothing/", 404),
    ("/admin/account/", 200),
    ("/admin/account/x/", 404),
    ("/admin/account/totp/", 200),
    ("/admin/account/totp", 301),
    ("/admin/account/totp/x/", 404),
    ("/admin/backup/", 200),
    ("/admin/bin/", 200),
    ("/admin/check/", 200),
    ("/admin/check/x/", 404),
    ("/admin/complete/", 200),
    ("/admin/complete/x/", 404),
    ("/admin/bin/x/", 404),
    ("/admin/bookmarks/", 200),
    ("/admin/bookmarks/x/", 404),
    ("/admin/edit/", 404),
    ("/admin/edit/1/", 404),
    ("/admin/guestbook/", 200),
    ("/admin/guestbook/1/", 404),
    ("/admin/guestbook/comments/", 200),
    ("/admin/guestbook/published/", 200),
    ("/admin/guestbook/rejected/", 200),
    ("/admin/guestbook/settings/", 200),
    ("/admin/guestbook/waiting/", 404),
    ("/admin/guestbook/x/y/", 404),
    ("/admin/history/", 404),
    ("/admin/history/draft/1/", 404),
    ("/admin/history/post/1/", 404),
    ("/admin/new/", 200),
    ("/admin/navigation/", 200),
    ("/admin/navigation/x/", 404),
    ("/admin/many/", 200),
    ("/admin/many/x/", 404),
    ("/admin/redirects/", 200),
    ("/admin/redirects/x/", 404),
    ("/admin/settings/", 200),
    ("/admin/settings/x/", 404),
    ("/admin/tags/", 200),
    ("/admin/tags/none/", 404),
    ("/admin/tags/a/b/", 404),
    ("/admin/new/x/", 404),
    ("/admin/pages/", 200),
    ("/admin/posts/", 200),
    ("/admin/posts/x/", 404),
    ("/admin/posts", 301),
    ("/admin/scheduled/", 200),
    ("/admin/write/", 404),
    ("/admin/write/1/", 404),
    ("/admin/write/x/", 404),
    ("/admin/media", 301),
    ("/admin/media/", 200),
    ("/admin/media/1/", 404),
    ("/admin/media/x/", 404),
    ("/admin/media/1/x/", 404),
];

#[test]
fn nothing_is_reached_without_signing_in() {
    let site = Site::new().with_account();
    site.import(
        "secret.md",
        "kind: entry\ntitle: Secret\ndraft: true",
        "Hidden.",
    );
    for (address, _) in ADDRESSES {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
            let asked = site
                .ask(address)
                .method(method)
                .run()
                .lacks("Secret")
                .lacks("Hidden");
            let expected = if matches!(method, "GET" | "HEAD") {
                303
            } else {
                403
            };
            assert_eq!(asked.status, expected, "{method} {address}");
            assert!(asked.cookies().is_empty());
        }
        let form = site.form(address, &[("do", "sign-out-everywhere"), ("token", "")]);
        form.run().status(403);
    }
}

#[test]
fn no_part_of_the_admin_is_left_out_here() {
    let site = Site::new().with_account();
    let navigation = site.sign_in().get("/admin/").ok();
    let linked = navigation.attributes("header nav a", "href");
    assert!(linked.len() > 2, "{linked:?}");
    let parts = mayfly::admin::PARTS.iter().map(|(part, _)| match *part {
        "" => "/admin/".to_owned(),
        part => format!("/admin/{part}/"),
    });
    for address in linked.into_iter().chain(parts) {
        let known = ADDRESSES.iter().any(|(known, _)| *known == address);
        assert!(known, "ADDRESSES lacks {address}");
    }
}

#[test]
fn what_is_not_there_is_missing_for_those_who_are_signed_in() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    for (address, status) in ADDRESSES {
        assert_eq!(browser.get(address).status, *status, "{address}");
    }
    let reply = browser.ask("/admin/").method("POST").run().status(405);
    assert_eq!(reply.header("Allow"), Some("GET, HEAD"));
}

#[test]
fn the_desk_lists_drafts() {
    let site = Site::new().with_account();
    let empty = site.sign_in().get("/admin/").ok();
    empty.has("No drafts.");
    site.import(
        "a.md",
        "kind: entry\ntitle: A <b>bold</b> plan\ndraft: true",
        "Words.",
    );
    site.import("b.md", "kind: note\ndraft: true", "A note without a title.");
    let page = site.sign_in().get("/admin/").ok().lacks("<b>bold");
    let rows = page.texts("ul.rows li");
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter()
            .any(|row| row.contains("A note without a title."))
    );
    assert!(
        rows.iter()
            .any(|row| row.contains("A <b>bold</b> plan") || row.contains("A bold plan"))
    );
}

#[test]
fn a_form_needs_the_token_of_its_own_session() {
    let site = Site::new().with_account();
    let (one, other) = (site.sign_in(), site.sign_in());
    let token = one.token();
    assert_eq!(token, one.token(), "a page that stays open keeps its form");
    let forged = [
        String::new(),
        "0".repeat(64),
        other.token(),
        token[..63].to_owned(),
    ];
    for forged in forged {
        let form = site.form("/admin/account/", &[("token", &forged), ("do", "sign-out")]);
        form.var("HTTP_COOKIE", &one.cookies).run().status(403);
    }
    let twice = [
        ("token", token.as_str()),
        ("token", token.as_str()),
        ("do", "sign-out"),
    ];
    let form = site
        .form("/admin/account/", &twice)
        .var("HTTP_COOKIE", &one.cookies);
    form.run().status(400);
    one.get("/admin/").ok();
    one.form("/admin/account/", &[("do", "dance")])
        .run()
        .status(400);
    one.form("/admin/account/", &[("do", "sign-out")])
        .run()
        .status(303);
    // Played back, it finds no session any more.
    let form = site.form(
        "/admin/account/",
        &[("token", &token), ("do", "sign-out-everywhere")],
    );
    form.var("HTTP_COOKIE", &one.cookies).run().status(403);
    other.get("/admin/").ok();
}

#[test]
fn another_sites_form_is_refused_even_with_the_token() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    for (header, value) in [
        ("HTTP_SEC_FETCH_SITE", "cross-site"),
        ("HTTP_SEC_FETCH_SITE", "none"),
        ("HTTP_ORIGIN", "http://blog.example.evil.example"),
        ("HTTP_ORIGIN", "null"),
    ] {
        let form = browser.form("/admin/account/", &[("do", "sign-out")]);
        form.var(header, value).run().status(403);
    }
    let form = browser.form("/admin/account/", &[("do", "sign-out")]);
    form.var("HTTP_SEC_FETCH_SITE", "same-origin")
        .run()
        .status(303);
}

#[test]
fn its_pages_run_nothing_and_are_kept_nowhere() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (page, again) = (browser.get("/admin/").ok(), browser.get("/admin/").ok());
    assert_eq!(page.header("Cache-Control"), Some("private, no-store"));
    let policy = page.header("Content-Security-Policy").unwrap();
    for rule in [
        "default-src 'none'",
        "script-src 'nonce-",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let nonce = page.attributes("style", "nonce").swap_remove(0);
    assert!(
        policy.contains(&nonce) && !again.body.contains(&nonce),
        "a nonce is used once"
    );
    assert!(page.body.len() < 100_000);
    let style = include_str!("../../src/view/admin.css");
    for word in ["url(", "@import", "http:", "https:", "</"] {
        assert!(!style.contains(word), "{word} in the style sheet");
    }
}

#[test]
fn it_works_with_plain_links() {
    let site = Site::new().with_account();
    let cookies = site.sign_in().cookies;
    let page = site
        .request("admin")
        .asked("/cgi-bin/admin")
        .var("HTTP_COOKIE", cookies)
        .run();
    page.ok()
        .has("href=\"/cgi-bin/admin/account/\"")
        .has("href=\"/cgi-bin/home\"");
    let unsigned = site.plain("/cgi-bin/admin/account/");
    unsigned.leads_to(303, "http://blog.example/cgi-bin/login?to=/admin/account/");
}
