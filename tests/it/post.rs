//! A post's own page, `/2025/Jul/5/slug/`, and every address that leads to it.

use mayfly::store::{self, publish::Counting};

use crate::schema;
use crate::site::Site;

fn blog() -> Site {
    Site::new()
        .post("2025-07-04-before.md", "kind: note\ntitle: Before", "Note.")
        .post(
            "2025-07-05-first.md",
            "kind: entry\ntitle: First\ndate: 2025-07-05 15:05\ntags: [wind, sea]\n\
             updated: 2025-07-09 08:00",
            "One.\n\n# Part\n\nTwo.",
        )
        .post(
            "2025-07-06-after.md",
            "kind: note",
            "Words without a title.",
        )
}

#[test]
fn a_post_is_shown_in_full() {
    let page = blog().get("/2025/Jul/5/first/").ok();
    assert_eq!(page.texts("h1"), ["First"]);
    let text = page.texts(".e-content > *");
    assert_eq!(text, ["One.", "Part", "Two."]);
    assert_eq!(page.texts(".e-content h2"), ["Part"]);
    let posted = "Posted 5th July 2025 at 3:05 pm, updated 9th July 2025 · 3 words";
    let places = "Posted in 5 July 2025 · sea · wind";
    assert_eq!(page.texts(".meta p"), [posted, places]);
    let links = page.attributes(".meta p:last-child a", "href");
    let expected = "/2025/Jul/5/ /2025/Jul/ /2025/ /tags/sea/ /tags/wind/";
    assert_eq!(links.join(" "), expected);
}

/// Where a post's page leads to, and by what words.
fn steps(site: &Site, path: &str) -> Vec<String> {
    let page = site.get(path).ok();
    let texts = page.texts("nav.around a").into_iter();
    let links = page.attributes("nav.around a", "href");
    let steps = texts.zip(links);
    steps
        .map(|(text, link)| format!("{text}: {link}"))
        .collect()
}

#[test]
fn a_post_leads_to_its_neighbours() {
    let site = blog();
    assert_eq!(
        steps(&site, "/2025/Jul/5/first/"),
        [
            "PreviousBefore: /2025/Jul/4/before/",
            "NextWords without a title.: /2025/Jul/6/after/"
        ]
    );
    assert_eq!(
        steps(&site, "/2025/Jul/4/before/"),
        ["NextFirst: /2025/Jul/5/first/"]
    );
    assert_eq!(
        steps(&site, "/2025/Jul/6/after/"),
        ["PreviousFirst: /2025/Jul/5/first/"]
    );
    let alone = Site::new().post("2025-07-05-a.md", "kind: note", "Note.");
    assert_eq!(steps(&alone, "/2025/Jul/5/a/"), [""; 0]);
}

#[test]
fn neighbours_follow_what_becomes_of_a_post() {
    let site = blog();
    let (before, after) = ("/2025/Jul/4/before/", "/2025/Jul/6/after/");
    // Its title, and its address.
    site.import(
        "2025-07-05-first.md",
        "kind: note\ntitle: \"A  & B\"\nslug: other",
        "One.",
    );
    assert_eq!(steps(&site, before), ["NextA & B: /2025/Jul/5/other/"]);
    assert_eq!(steps(&site, after), ["PreviousA & B: /2025/Jul/5/other/"]);
    // Its place.
    site.import(
        "2025-07-05-first.md",
        "kind: note\ntitle: Last\nslug: last\ndate: 2025-07-07",
        "One.",
    );
    assert_eq!(
        steps(&site, before),
        ["NextWords without a title.: /2025/Jul/6/after/"]
    );
    assert_eq!(
        steps(&site, after),
        [
            "PreviousBefore: /2025/Jul/4/before/",
            "NextLast: /2025/Jul/7/last/"
        ]
    );
    // One that comes between, and goes.
    site.import("2025-07-05-new.md", "kind: note\ntitle: New", "Two.");
    assert_eq!(steps(&site, before), ["NextNew: /2025/Jul/5/new/"]);
    remove(&site, "new");
    remove(&site, "last");
    assert_eq!(
        steps(&site, before),
        ["NextWords without a title.: /2025/Jul/6/after/"]
    );
    assert_eq!(steps(&site, after), ["PreviousBefore: /2025/Jul/4/before/"]);
    schema::agrees(&site);
}

/// Deletes a post for good.
fn remove(site: &Site, slug: &str) {
    let mut desk = store::open_desk(&site.data()).unwrap();
    desk.change(|tx| {
        let sql = "SELECT id FROM post WHERE slug = ?1";
        let id = tx.query_row(sql, [slug], |row| row.get(0))?;
        store::publish::remove(tx, id, "", Counting::Each)
    })
    .unwrap();
}

#[test]
fn each_kind_has_a_page() {
    let site = Site::new()
        .post(
            "2025-07-05-link.md",
            "kind: link\ntitle: Found\nlink: https://example.org/\nvia: https://example.net/",
            "Remark.",
        )
        .post(
            "2025-07-05-quote.md",
            "kind: quote\nsource: Somebody",
            "Said so.",
        )
        .post("2025-07-05-note.md", "kind: note", "Seen.");
    let link = site.get("/2025/Jul/5/link/").ok();
    assert_eq!(link.attributes("h1 a", "href"), ["https://example.org/"]);
    assert_eq!(link.attributes(".via a", "href"), ["https://example.net/"]);
    let quote = site.get("/2025/Jul/5/quote/").ok();
    assert_eq!(quote.texts("h1"), ["A quote from Somebody"]);
    assert_eq!(quote.texts("blockquote, .cite"), ["Said so.", "— Somebody"]);
    let note = site.get("/2025/Jul/5/note/").ok();
    assert_eq!(note.texts("h1, .e-content"), ["Seen.", "Seen."]);
    assert_eq!(note.texts("p.kind"), ["note"]);
}

#[test]
fn times_are_those_of_the_blogs_own_zone() {
    let site = Site::new()
        .with_option("--zone", "Europe/Berlin")
        .post(
            "summer.md",
            "kind: note\nslug: summer\ndate: 2025-07-05T22:30:00Z",
            "Late.",
        )
        .post(
            "winter.md",
            "kind: note\nslug: winter\ndate: 2025-01-05T22:30:00Z",
            "Late.",
        )
        .post(
            "local.md",
            "kind: note\nslug: local\ndate: 2025-07-05 22:30",
            "Late.",
        );
    let told = |path: &str| {
        let page = site.get(path).ok();
        let times = page.attributes(".dt-published", "datetime");
        (times[0].clone(), page.texts(".dt-published")[0].clone())
    };
    let expected = |time: &str, text: &str| (time.to_owned(), text.to_owned());
    // Half past ten in Greenwich is another day in a summer of Berlin.
    assert_eq!(
        told("/2025/Jul/6/summer/"),
        expected("2025-07-06T00:30:00+02:00", "6th July 2025 at 12:30 am")
    );
    assert_eq!(
        told("/2025/Jan/5/winter/"),
        expected("2025-01-05T23:30:00+01:00", "5th January 2025 at 11:30 pm")
    );
    assert_eq!(
        told("/2025/Jul/5/local/"),
        expected("2025-07-05T22:30:00+02:00", "5th July 2025 at 10:30 pm")
    );
}

#[test]
fn a_post_has_one_address() {
    let site = blog();
    let spellings = "/2025/Jul/5/first /2025/07/05/first /2025/07/05/first/ /2025/7/5/First/ \
                     /2025/jul/5/first/ /2025/Jul/05/first/ /2025/July/5/first/ \
                     /2025/Jul/5//first/ /2025/Jul/5/FIRST/";
    for other in spellings.split_whitespace() {
        let reply = site.get(other);
        reply.leads_to(301, "http://blog.example/2025/Jul/5/first/");
    }
}

#[test]
fn what_was_never_published_is_not_found() {
    let addresses = "/2025/Jul/6/first/ /2024/Jul/5/first/ /2025/Jul/5/firs/ /2025/Feb/30/first/ \
                     /2025/Foo/5/first/ /2025/Jul/0/first/ /2025/Jul/5/first/more/ \
                     /2025/13/5/first/ /2025/Jul/5/first.html";
    let site = blog();
    for none in addresses.split_whitespace() {
        site.get(none).status(404).has("Not found");
    }
}

#[test]
fn a_deleted_post_is_gone_for_good() {
    let site = blog();
    remove(&site, "first");
    site.get("/2025/Jul/5/first/").status(410).has("taken back");
    site.get("/2025/Jul/5/first").status(410);
    site.get("/2025/Jul/5/").status(404);
    site.get("/tags/sea/").status(404);
    for list in ["/", "/2025/", "/2025/Jul/", "/feed.atom"] {
        site.get(list).ok().lacks("/first/");
    }
    // Whoever publishes at the address again has it back.
    site.import("2025-07-05-first.md", "kind: note\ntitle: Again", "Back.");
    site.get("/2025/Jul/5/first/").ok().has("Again");
}

#[test]
fn every_address_a_post_ever_had_leads_to_it_in_one_step() {
    let front = "kind: note\ndate: 2025-07-05\naliases: [/old/first.html, /2025/07/first]";
    let site = Site::new().post("a.md", &format!("{front}\nslug: one"), "Text.");
    let leads = |from: &[&str], to: &str| {
        site.get(to).ok();
        for old in from {
            let reply = site.get(old);
            reply.leads_to(301, &format!("http://blog.example{to}"));
        }
    };
    let (one, two) = ("/2025/Jul/5/one/", "/2025/Jul/5/two/");
    leads(&["/old/first.html", "/2025/07/first"], one);
    site.import("a.md", &format!("{front}\nslug: two"), "Text.");
    leads(&["/old/first.html", "/2025/07/first", one], two);
    // The date is part of the address, too.
    let later = front.replace("07-05", "07-08");
    site.import("a.md", &format!("{later}\nslug: three"), "Text.");
    leads(
        &["/old/first.html", "/2025/07/first", one, two],
        "/2025/Jul/8/three/",
    );
    // And back to where it was.
    site.import("a.md", &format!("{front}\nslug: one"), "Text.");
    leads(&["/old/first.html", two, "/2025/Jul/8/three/"], one);
}

#[test]
fn two_posts_of_one_day_and_slug_both_have_an_address() {
    let site = Site::new()
        .post("x/a.md", "kind: note\ndate: 2025-07-05\nslug: same", "One.")
        .post("y/b.md", "kind: note\ndate: 2025-07-05\nslug: same", "Two.");
    let found = ["/2025/Jul/5/same/", "/2025/Jul/5/same-2/"];
    let mut texts = found.map(|path| site.get(path).ok().texts(".e-content").concat());
    texts.sort_unstable();
    assert_eq!(texts, ["One.", "Two."]);
}
