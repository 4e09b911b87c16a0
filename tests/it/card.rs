//! What the head of a page says to programs: Open Graph and JSON-LD.

use serde_json::{Value, json};

use crate::site::{Reply, Site, TITLE};

const HARD: &str = "</script><!-- \\\\u0001 \\\"&lt; ]]>";

fn blog() -> Site {
    Site::new()
        .with_option("--author", "An </script> \"author\"")
        .with_option("--language", "en-GB")
        .with_option("--base-url", "https://example.org/blog")
        .post(
            "2025-07-05-first.md",
            &format!(
                "kind: entry\ntitle: \"{HARD}\"\ntags: [sea, wind]\ndate: 2025-07-05 15:05\n\
                 updated: 2025-07-09 08:00"
            ),
            "It \"began\" </script>.\n\n![A boat](/media/boat.png?a=1&b=2) ![B](https://example.com/b.png)",
        )
        .post(
            "2025-07-06-found.md",
            "kind: link\ntitle: Found\nlink: https://example.com/?a=1&b=2",
            "Remark.",
        )
}

/// The one data block of a page.
fn data(page: &Reply) -> Value {
    let begin = "<script type=\"application/ld+json\">";
    let (_, block) = page.body.split_once(begin).unwrap();
    let (block, rest) = block.split_once("</script>").unwrap();
    assert!(!rest.contains("<script"), "another script");
    serde_json::from_str(block).unwrap()
}

fn meta(page: &Reply, property: &str) -> Vec<String> {
    page.attributes(&format!("head meta[property='{property}']"), "content")
}

#[test]
fn a_post_describes_itself_as_data() {
    let site = blog();
    let page = site.get("/2025/Jul/5/first/").ok();
    let title = "</script><!-- \\u0001 \"&lt; ]]>";
    assert_eq!(
        data(&page),
        json!({
            "@context": "https://schema.org",
            "@type": "BlogPosting",
            "headline": title,
            "url": "https://example.org/blog/2025/Jul/5/first/",
            "datePublished": "2025-07-05T15:05:00+00:00",
            "dateModified": "2025-07-09T08:00:00+00:00",
            "image": "https://example.org/blog/media/boat.png?a=1&b=2",
            "keywords": ["sea", "wind"],
            "isPartOf": {"@type": "Blog", "name": TITLE, "url": "https://example.org/blog/"},
            "author": {"@type": "Person", "name": "An </script> \"author\""},
            "inLanguage": "en-GB",
        })
    );
    let found = data(&site.get("/2025/Jul/6/found/").ok());
    assert_eq!(found["citation"], "https://example.com/?a=1&b=2");
    assert_eq!(found.get("dateModified"), None);
    assert_eq!(found.get("image"), None);
}

#[test]
fn other_sites_find_what_a_card_needs() {
    let page = blog().get("/2025/Jul/5/first/").ok();
    for (property, content) in [
        ("og:type", "article"),
        ("og:url", "https://example.org/blog/2025/Jul/5/first/"),
        ("og:site_name", TITLE),
        ("og:locale", "en_GB"),
        (
            "og:image",
            "https://example.org/blog/media/boat.png?a=1&b=2",
        ),
        ("article:published_time", "2025-07-05T15:05:00+00:00"),
        ("article:modified_time", "2025-07-09T08:00:00+00:00"),
    ] {
        assert_eq!(meta(&page, property), [content], "{property}");
    }
    assert_eq!(meta(&page, "og:title").len(), 1);
    assert_eq!(meta(&page, "article:tag"), ["sea", "wind"]);
    let other = Site::new().post("2025-07-05-a.md", "kind: note", "A.");
    let page = other.get("/2025/Jul/5/a/").ok();
    for property in ["og:image", "og:locale", "article:modified_time"] {
        assert_eq!(meta(&page, property), [""; 0], "{property}");
    }
}

#[test]
fn the_first_page_describes_the_blog() {
    let site = blog();
    let home = data(&site.get("/").ok());
    assert_eq!(home["@type"], "Blog");
    assert_eq!(home["url"], "https://example.org/blog/");
    assert_eq!(home["author"]["name"], "An </script> \"author\"");
    site.get("/tags/sea/").ok().lacks("ld+json");
}

#[test]
fn addresses_in_it_are_those_of_the_request() {
    let site = blog();
    site.sql("UPDATE site SET base_url = ''");
    let plain = data(&site.plain("/cgi-bin/post/2025/Jul/5/first/").ok());
    assert_eq!(
        plain["url"],
        "http://blog.example/cgi-bin/post/2025/Jul/5/first/"
    );
    assert_eq!(plain["image"], "http://blog.example/media/boat.png?a=1&b=2");
}
