//! What every page says around its main part: title, canonical address, cards,
//! feed, microformats, entity tag; and that nothing an author or a stranger
//! typed comes out as markup.

use crate::site::{Reply, Site, TITLE};

fn blog() -> Site {
    Site::new()
        .with_option("--author", "An author")
        .post(
            "2025-07-05-first.md",
            "kind: entry\ntitle: First\ntags: [sea]",
            "How it began, with **bold** words & \"quotes\".",
        )
        .post(
            "about.md",
            "kind: page\ntitle: About\nnav: 1",
            "Who we are.",
        )
}

/// The content of the meta element of that name or property.
fn meta(page: &Reply, name: &str) -> String {
    let selector = format!("head meta[name='{name}'], head meta[property='{name}']");
    page.attributes(&selector, "content").join("|")
}

fn canonical(page: &Reply) -> String {
    page.attributes("head link[rel=canonical]", "href")
        .join("|")
}

#[test]
fn a_page_names_itself() {
    let site = blog();
    let page = site.get("/2025/Jul/5/first/").ok();
    assert_eq!(page.texts("title"), [format!("First – {TITLE}")]);
    assert_eq!(canonical(&page), "http://blog.example/2025/Jul/5/first/");
    let description = "How it began, with bold words & “quotes”.";
    let said = [
        ("description", description),
        ("author", "An author"),
        ("og:title", "First"),
        ("og:description", description),
        ("og:site_name", TITLE),
        ("og:type", "article"),
        ("og:url", "http://blog.example/2025/Jul/5/first/"),
    ];
    for (name, content) in said {
        assert_eq!(meta(&page, name), content, "{name}");
    }
    let home = site.get("/").ok();
    assert_eq!(home.texts("title"), [TITLE]);
    assert_eq!(meta(&home, "og:type"), "website");
    assert_eq!(canonical(&home), "http://blog.example/");
}

#[test]
fn each_kind_of_page_has_its_title_and_its_canonical_address() {
    let site = blog().with_option("--base-url", "https://example.org/blog");
    let pages = [
        ("/2025/", "2025"),
        ("/2025/Jul/", "July 2025"),
        ("/2025/Jul/5/", "Saturday, 5th July 2025"),
        ("/2025/Jul/5/first/", "First"),
        ("/tags/", "Tags"),
        ("/tags/sea/", "1 post tagged “sea”"),
        ("/about/", "About"),
    ];
    for (path, title) in pages {
        let page = site.get(path).ok();
        assert_eq!(page.texts("title"), [format!("{title} – {TITLE}")]);
        assert_eq!(canonical(&page), format!("https://example.org/blog{path}"));
        assert_eq!(page.texts("h1"), [title]);
        let feed = page.attributes("link[rel=alternate][type='application/atom+xml']", "href");
        assert_eq!(feed[0], "/feed.atom", "{path}");
        assert_eq!(page.attributes("html", "lang"), ["en"]);
    }
}

#[test]
fn pages_that_are_none_have_no_address() {
    let missing = blog().get("/none/").status(404);
    assert_eq!(canonical(&missing), "");
    assert_eq!(meta(&missing, "og:url"), "");
    assert_eq!(meta(&missing, "robots"), "noindex, follow");
}

#[test]
fn posts_are_marked_for_machines() {
    let site = blog().post(
        "2025-07-06-found.md",
        "kind: link\ntitle: Found\nlink: https://example.org/",
        "Remark.",
    );
    let home = site.get("/").ok();
    assert_eq!(home.texts(".h-feed > h1.p-name"), [TITLE]);
    let urls = home.attributes(".h-feed .h-entry a.u-url", "href");
    assert_eq!(urls, ["/2025/Jul/6/found/", "/2025/Jul/5/first/"]);
    assert_eq!(home.texts(".h-entry .p-name"), ["Found", "First"]);
    assert_eq!(home.texts(".h-entry .e-content"), ["Remark."]);
    assert_eq!(home.texts(".h-entry .p-summary").len(), 1);
    assert_eq!(
        home.attributes(".h-entry .dt-published", "datetime").len(),
        2
    );

    let post = site.get("/2025/Jul/5/first/").ok();
    assert_eq!(post.texts(".h-entry h1.p-name"), ["First"]);
    assert_eq!(post.texts(".h-entry .e-content").len(), 1);
    assert_eq!(post.texts(".h-entry .p-author.h-card"), ["An author"]);
    assert_eq!(post.texts(".h-entry .p-category"), ["sea"]);
    let url = post.attributes(".h-entry a.u-url", "href");
    assert_eq!(url, ["/2025/Jul/5/first/"]);
    let published = post.attributes(".h-entry .dt-published", "datetime");
    assert_eq!(published, ["2025-07-05T00:00:00+00:00"]);
    let link = site.get("/2025/Jul/6/found/").ok();
    let about = link.attributes(".h-entry .u-bookmark-of", "href");
    assert_eq!(about, ["https://example.org/"]);
}

#[test]
fn what_a_visitor_has_is_not_sent_again_until_something_changes() {
    let site = blog();
    let pages = "/ /2025/ /2025/Jul/5/first/ /tags/ /tags/sea/ /about/ /feed.atom";
    let mut before = Vec::new();
    for page in pages.split(' ') {
        let tag = site.get(page).ok().header("ETag").unwrap().to_owned();
        let again = site.ask(page).var("HTTP_IF_NONE_MATCH", &tag).run();
        let again = again.status(304);
        assert_eq!(again.header("ETag"), Some(tag.as_str()), "{page}");
        before.push(tag);
    }
    site.import("2025-07-06-second.md", "kind: note", "News.");
    for (page, tag) in pages.split(' ').zip(before) {
        let fresh = site.ask(page).var("HTTP_IF_NONE_MATCH", &tag).run().ok();
        assert_ne!(fresh.header("ETag"), Some(tag.as_str()), "{page}");
    }
    // An import that changes nothing costs nobody a second download.
    let tag = site.get("/").ok().header("ETag").unwrap().to_owned();
    site.import("2025-07-06-second.md", "kind: note", "News.");
    let again = site.ask("/").var("HTTP_IF_NONE_MATCH", &tag).run();
    again.status(304);
}

#[test]
fn links_follow_the_way_a_request_came() {
    let site = blog();
    let links = |page: Reply| page.ok().attributes("main a, header a", "href").join(" ");
    assert_eq!(
        links(site.get("/about/")),
        "/ /search/ /tags/ /about/",
        "rewritten at the root"
    );
    assert_eq!(
        links(site.plain("/cgi-bin/page/about/")),
        "/cgi-bin/home /cgi-bin/search /cgi-bin/tag /cgi-bin/page/about/",
        "not rewritten"
    );
    let below = site
        .ask("/about/")
        .asked("/~me/blog/about/")
        .var("SCRIPT_NAME", "/~me/blog/cgi-bin/page");
    assert_eq!(
        links(below.run()),
        "/~me/blog/ /~me/blog/search/ /~me/blog/tags/ /~me/blog/about/",
        "rewritten below a path"
    );
    let suffixed = site.plain("/cgi-bin/page.cgi/about/");
    assert_eq!(
        links(suffixed),
        "/cgi-bin/home.cgi /cgi-bin/search.cgi /cgi-bin/tag.cgi /cgi-bin/page.cgi/about/",
        "with the suffix that some hosts want"
    );
}

/// A page without the block of data in its head, in which nothing is markup.
fn without_data(page: &Reply) -> String {
    let begin = "<script type=\"application/ld+json\">";
    let Some((before, rest)) = page.body.split_once(begin) else {
        return page.body.clone();
    };
    let (data, after) = rest.split_once("</script>").unwrap();
    assert!(!data.contains('<'), "{data}");
    format!("{before}{after}")
}

#[test]
fn nothing_that_was_typed_comes_out_as_markup() {
    const EVIL: &str = "</title><script>alert('1')</script>\" onmouseover=\"x";
    let quoted = EVIL.replace('\\', "\\\\").replace('"', "\\\"");
    let url = "https://example.org/\\\"><script>alert(1)</script>";
    let site = Site::new()
        .with_option("--title", EVIL)
        .with_option("--tagline", EVIL)
        .with_option("--author", EVIL)
        .post(
            "2025-07-01-entry.md",
            &format!("kind: entry\ntitle: \"{quoted}\"\ntags: [\"{quoted}\", sea]"),
            "Text.",
        )
        .post(
            "2025-07-02-link.md",
            &format!(
                "kind: link\ntitle: \"{quoted}\"\nlink: \"{url}\"\nvia: \"{url}\"\n\
                 via_title: \"{quoted}\"\ntags: [sea]"
            ),
            "Text.",
        )
        .post(
            "2025-07-03-quote.md",
            &format!("kind: quote\nsource: \"{quoted}\"\nsource_url: \"{url}\"\ntags: [sea]"),
            "Text.",
        )
        .post(
            "2025-07-04-note.md",
            &format!("kind: note\ntitle: \"{quoted}\"\ntags: [sea]"),
            "`</title><script>`",
        )
        .post(
            "2025-07-05-script.md",
            "kind: link\ntitle: Script\nlink: javascript:alert(1)\nvia: \"javascript:alert(1)\"\n\
             tags: [sea]",
            "Text.",
        )
        .post(
            "2025-07-06-script.md",
            "kind: quote\nsource: Script\nsource_url: \"data:text/html,x\"\ntags: [sea]",
            "Text.",
        )
        .post(
            "about.md",
            &format!("kind: page\ntitle: \"{quoted}\"\nnav: 1"),
            "Text.",
        );
    let mut wanted: Vec<String> = ["/", "/2025/", "/2025/Jul/", "/tags/", "/about/", "/none/"]
        .map(String::from)
        .into();
    wanted.extend(site.get("/tags/sea/").ok().attributes("a.u-url", "href"));
    wanted.extend(site.get("/tags/").ok().attributes("ul.cloud a", "href"));
    assert!(wanted.len() >= 14, "{wanted:?}");
    for target in &wanted {
        let page = site.get(target);
        assert!(page.status == 200 || page.status == 404, "{target}");
        let markup = without_data(&page);
        for typed in ["<script", "\" onmouseover"] {
            assert!(!markup.contains(typed), "{typed}: {}", page.exchange);
        }
        assert!(page.attributes("[onmouseover]", "onmouseover").is_empty());
        for link in page.links() {
            let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
            // The icon of no bytes is ours.
            let ours = link == "data:,";
            assert!(
                ours || matches!(scheme, "" | "http" | "https"),
                "{target} links to {link}"
            );
        }
    }
    site.get("/feed.atom").ok().lacks("<script");
}
