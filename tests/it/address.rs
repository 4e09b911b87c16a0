//! Addresses: which page a request asks for, whichever way its path arrives,
//! and what the links of the answer look like.

use crate::site::{Reply, Site};

fn blog() -> Site {
    Site::new()
        .post(
            "2025-07-05-first.md",
            "kind: entry\ntitle: First\ntags: [sea, wind]",
            "Text, and [a link](/about/).",
        )
        .post(
            "2025-07-06-post.md",
            "kind: entry\ntitle: Post\ntags: [tag]",
            "More text.",
        )
        .post("about.md", "kind: page\ntitle: About", "Who we are.")
}

/// Every page of the blog, by its pretty address.
const PAGES: [&str; 10] = [
    "/",
    "/2025/",
    "/2025/Jul/",
    "/2025/Jul/5/",
    "/2025/Jul/5/first/",
    "/2025/Jul/6/post/",
    "/tags/",
    "/tags/tag/",
    "/tags/sea+wind/",
    "/about/",
];

#[test]
fn a_host_is_shown_only_if_it_is_one() {
    let site = Site::new();
    let long = "a".repeat(5000);
    for host in [
        "a\"><script>alert(1)</script>",
        "evil.example/\r\nX-Injected: 1",
        "evil.example\\@blog",
        "javascript:alert(1)//",
        "user:password@evil",
        "evil example",
        "<b>",
        &long,
    ] {
        for name in ["HTTP_HOST", "SERVER_NAME"] {
            for target in ["/", "/tags", "/feed.atom"] {
                let request = site.ask(target).without("HTTP_HOST").var(name, host);
                let reply = request.run();
                assert!(reply.status < 400, "{}", reply.exchange);
                reply.lacks(host).lacks("<script>").lacks("Injected");
            }
        }
    }
    let site = Site::new().with_option("--base-url", "https://blog.example/");
    let forged = site
        .ask("/")
        .var("HTTP_HOST", "evil.example")
        .var("SERVER_NAME", "evil.example");
    forged.run().ok().lacks("evil").has("https://blog.example/");
    let forged = site.ask("/feed.atom").var("HTTP_HOST", "evil.example");
    forged.run().ok().lacks("evil");
}

#[test]
fn a_rewritten_address_without_path_info_is_read_from_the_uri() {
    let site = blog();
    for page in PAGES {
        let by_info = site.get(page).ok().body;
        let by_uri = site.ask(page).without("PATH_INFO").run().ok().body;
        assert!(by_info == by_uri, "{page}");
        let absolute = format!("http://blog.example{page}");
        let by_form = site
            .ask(page)
            .without("PATH_INFO")
            .var("REQUEST_URI", absolute);
        assert!(by_form.run().ok().body == by_info, "{page}");
    }
    site.ask("/tags/%73ea/")
        .without("PATH_INFO")
        .run()
        .ok()
        .has("sea");
    site.ask("/about/?x=/tags/")
        .without("PATH_INFO")
        .run()
        .ok()
        .has("Who we are.");
    for (target, status) in [
        ("/about%2F", 404),
        ("/%", 400),
        ("/a%00b/", 400),
        ("/%FF/", 400),
        ("/%zz/", 400),
    ] {
        let request = site.request("page").asked(target);
        request.run().status(status);
    }
}

#[test]
fn a_slash_that_the_server_cut_off_is_seen_in_the_address() {
    // Yaws does so, and each page sent its visitors to itself.
    let site = blog();
    let request = |asked| site.request("page").asked(asked).var("PATH_INFO", "/about");
    request("/cgi-bin/page/about/").run().status(200);
    request("/cgi-bin/page/about/?a=b").run().status(200);
    request("/cgi-bin/page/about").run().status(301);
}

#[test]
fn odd_paths_are_pages_or_clear_refusals() {
    let site = blog();
    for (info, status) in [
        (&b"/about/"[..], 200),
        (b"/about", 301),
        (b"//about//", 301),
        (b"/About/", 404),
        (b"/a/../about/", 404),
        (b"/../../etc/passwd", 404),
        (b"/./about/", 404),
        (b"/about/.", 404),
        (b"/...", 404),
        (b"/about%2F", 404),
        (b"/about\\", 404),
        (b"/about\0/", 400),
        (b"/about\r\nX-Injected: 1", 400),
        (b"/about\x7f", 400),
        (b"/\xc2\x85", 400),
        (b"/caf\xc3\xa9/", 404),
        (b"/\xe2\x80\xae", 404),
        (b"/\xff", 400),
        (b"/\xc0\xaf", 400),
        (b"/<script>alert(1)</script>", 404),
        (b"/'\"><b>", 404),
        (b"about/", 301),
    ] {
        // execve(2) takes no NUL, so the server would have cut it off there.
        if info.contains(&0) {
            continue;
        }
        let request = site.request("page").asked("/about").var("PATH_INFO", info);
        let reply = request.run().status(status);
        reply
            .lacks("Injected")
            .lacks("<script>alert")
            .lacks("'\"><b>");
    }
}

#[test]
fn a_page_has_one_address() {
    let site = blog();
    for (asked, true_one) in [
        ("/tags", "/tags/"),
        ("/tags/Sea/", "/tags/sea/"),
        ("/tags/sea", "/tags/sea/"),
        ("/tags/wind+sea/", "/tags/sea+wind/"),
        ("/tags/sea%20wind/", "/tags/sea+wind/"),
        ("/tags//sea/", "/tags/sea/"),
        ("/2025", "/2025/"),
        ("/2025/jul/", "/2025/Jul/"),
        ("/2025/07/05/", "/2025/Jul/5/"),
        ("/2025/July/5/", "/2025/Jul/5/"),
        ("/2025/Jul/5/first", "/2025/Jul/5/first/"),
        ("/2025/07/05/First/", "/2025/Jul/5/first/"),
        ("//2025//Jul/5/first/", "/2025/Jul/5/first/"),
    ] {
        let reply = site.get(asked);
        reply.leads_to(301, &format!("http://blog.example{true_one}"));
        site.get(true_one).ok();
    }
}

#[test]
fn plain_links_are_followed_wherever_they_lead() {
    let site = blog();
    let mut waiting = vec!["/cgi-bin/home".to_owned()];
    let mut seen = Vec::new();
    while let Some(link) = waiting.pop() {
        if seen.contains(&link) || !link.starts_with("/cgi-bin/") {
            continue;
        }
        let reply = site.plain(&link).ok();
        waiting.extend(
            reply
                .links()
                .iter()
                .map(|link| link.replace("http://blog.example", "")),
        );
        seen.push(link);
    }
    assert!(seen.len() >= PAGES.len(), "{seen:?}");
    for link in seen {
        let program = link
            .trim_start_matches("/cgi-bin/")
            .split('/')
            .next()
            .unwrap();
        assert_ne!(
            link,
            format!("/cgi-bin/{program}/"),
            "busybox and yaws answer 404 here"
        );
    }
}

#[test]
fn links_are_what_every_server_can_pass_on() {
    let site = blog();
    for page in PAGES {
        let reply = site.get(page).ok();
        for link in reply
            .links()
            .iter()
            .filter(|link| !link.starts_with("data:"))
        {
            assert!(link.len() < 1000, "{link}");
            for never in ["%2F", "%2f", "%3F", "%25", "//tags", "/../", "\\"] {
                assert!(!link.contains(never), "{link} on {page}");
            }
            assert!(!link.contains("cgi-bin"), "{link} on {page} is plain");
        }
    }
}

#[test]
fn links_do_as_the_request_did() {
    let site = blog();
    let link = |reply: Reply| {
        reply
            .ok()
            .attributes("link[rel=alternate]", "href")
            .remove(0)
    };
    let below = |base: &str, page: &str| {
        let (program, info) = mayfly::url::route(page);
        let request = site.request(program).asked(&format!("{base}{page}"));
        let request = request.var("SCRIPT_NAME", format!("{base}/cgi-bin/{program}"));
        link(request.var("PATH_INFO", info).run())
    };
    for page in PAGES {
        assert_eq!(link(site.get(page)), "/feed.atom");
        assert_eq!(below("/~me/blog", page), "/~me/blog/feed.atom");
        // bozohttpd adds PATH_INFO to SCRIPT_NAME.
        let (program, info) = mayfly::url::route(page);
        let script = format!("/cgi-bin/{program}");
        let asked = format!("{script}{info}");
        let plain = || site.request(program).asked(&asked).var("PATH_INFO", info);
        assert_eq!(link(plain().run()), "/cgi-bin/feed/feed.atom");
        assert_eq!(
            link(plain().var("SCRIPT_NAME", &asked).run()),
            "/cgi-bin/feed/feed.atom",
            "{page}"
        );
        let suffixed = plain().var("SCRIPT_NAME", format!("{script}.cgi"));
        let suffixed = suffixed.asked(&format!("{script}.cgi{info}"));
        assert_eq!(link(suffixed.run()), "/cgi-bin/feed.cgi/feed.atom");
    }
    let site = Site::new().with_option("--links", "plain").post(
        "about.md",
        "kind: page\ntitle: About",
        "x",
    );
    assert_eq!(link(site.get("/")), "/cgi-bin/feed/feed.atom");
    let site = Site::new().with_option("--links", "pretty").post(
        "about.md",
        "kind: page\ntitle: About",
        "x",
    );
    assert_eq!(link(site.plain("/cgi-bin/home")), "/feed.atom");
}

#[test]
fn a_second_slash_before_a_program_makes_no_other_host_of_it() {
    let site = Site::new();
    for (script, feed) in [
        ("//tag", "/feed/feed.atom"),
        ("///tag", "/feed/feed.atom"),
        ("//tag.cgi", "/feed.cgi/feed.atom"),
        ("/cgi-bin//tag", "/cgi-bin/feed/feed.atom"),
    ] {
        let request = site.request("tag").asked(&format!("{script}/"));
        let request = request.var("SCRIPT_NAME", script).var("PATH_INFO", "/");
        let page = request.run().ok();
        assert_eq!(page.attributes("link[rel=alternate]", "href")[0], feed);
        let leaves = |link: &String| link.starts_with("//");
        assert!(!page.links().iter().any(leaves), "{}", page.exchange);
    }
}

#[test]
fn a_base_is_shown_only_if_it_is_plain() {
    let site = Site::new();
    for base in [
        "/\"><script>",
        "/a%22%3E%3Cscript%3E",
        "/\r\nX: y",
        "//evil.example",
    ] {
        let request = site
            .request("tag")
            .asked(&format!("{base}/tags/"))
            .var("PATH_INFO", "/");
        let request = request.var("SCRIPT_NAME", format!("{base}/cgi-bin/tag"));
        let reply = request.run();
        assert!(reply.status < 500, "{}", reply.exchange);
        let reply = reply.lacks("<script").lacks("X: y");
        assert!(
            reply.links().iter().all(|link| !link.starts_with("//")),
            "{}",
            reply.exchange
        );
    }
}
