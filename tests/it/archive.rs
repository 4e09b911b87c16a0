//! The archive: a year with its months, a month with its calendar, a day.

use crate::site::Site;

fn blog() -> Site {
    let notes = [
        "2024-11-30-old.md",
        "2025-02-28-end.md",
        "2025-07-05-noon.md",
        "2025-07-06-seen.md",
    ];
    let notes = notes.into_iter().fold(Site::new(), |site, file| {
        site.post(file, "kind: note", "Seen.")
    });
    notes
        .post(
            "2025-07-05-dawn.md",
            "kind: entry\ntitle: Dawn\ndate: 2025-07-04T23:59:00-02:00",
            "Text.",
        )
        .post(
            "2025-07-31-dusk.md",
            "kind: entry\ntitle: Dusk\ndate: 2025-07-31 23:59:59",
            "Text.",
        )
}

/// Many entries in one month.
fn busy(posts: u8) -> Site {
    (0..posts).fold(Site::new(), |site, number| {
        let day = 1 + number / 3;
        let front = format!(
            "kind: entry\ntitle: Number {number}\ndate: 2025-07-{day:02} {:02}:00",
            8 + number % 3
        );
        site.post(&format!("{number}.md"), &front, "Text.")
    })
}

#[test]
fn a_year_has_months_with_counts_and_titles() {
    let page = blog().get("/2025/").ok();
    assert_eq!(page.texts("h1, h2"), ["2025", "February", "July"]);
    let links = page.attributes("h2 a", "href");
    assert_eq!(links, ["/2025/Feb/", "/2025/Jul/"]);
    assert_eq!(page.texts("p.aside"), ["1 note", "2 entries, 2 notes"]);
    assert_eq!(page.texts("ul.entries li"), ["5thDawn", "31stDusk"]);
    let links = page.attributes("ul.entries a", "href");
    assert_eq!(links, ["/2025/Jul/5/dawn/", "/2025/Jul/31/dusk/"]);
    let days = page.attributes("ul.entries time", "datetime");
    assert_eq!(days, ["2025-07-05", "2025-07-31"]);
}

#[test]
fn a_long_month_of_a_year_is_cut() {
    let page = busy(41).get("/2025/").ok();
    let entries = page.texts("ul.entries li");
    assert_eq!(entries.len(), 41);
    assert_eq!(entries[40], "and 1 entry more");
    let page = busy(43).get("/2025/").ok();
    assert_eq!(page.texts("ul.entries li")[40], "and 3 entries more");
    let last = page.attributes("ul.entries li:last-child a", "href");
    assert_eq!(last, ["/2025/Jul/"]);
}

#[test]
fn a_month_has_a_calendar_that_leads_to_its_days() {
    let page = blog().get("/2025/Jul/").ok();
    assert_eq!(page.texts("h1"), ["July 2025"]);
    let weeks = page.texts("table tbody tr");
    // July 2025 began on a Tuesday.
    assert_eq!(weeks.len(), 5);
    assert_eq!(
        page.texts("tbody tr:first-child td"),
        ["", "1", "2", "3", "4", "5", "6"]
    );
    assert_eq!(
        page.texts("tbody tr:last-child td"),
        ["28", "29", "30", "31", "", "", ""]
    );
    let links = page.attributes("table a", "href");
    assert_eq!(links, ["/2025/Jul/5/", "/2025/Jul/6/", "/2025/Jul/31/"]);
    let counts = page.attributes("table a", "title");
    assert_eq!(counts, ["1 entry, 1 note", "1 note", "1 entry"]);
}

#[test]
fn a_month_lists_its_posts_from_the_first_day_on() {
    let page = blog().get("/2025/Jul/").ok();
    let days = [
        "Saturday, 5th July 2025",
        "Sunday, 6th July 2025",
        "Thursday, 31st July 2025",
    ];
    assert_eq!(page.texts("h2.day"), days);
    let posts = page.attributes("article a.u-url", "href").join(" ");
    let expected = "/2025/Jul/5/noon/ /2025/Jul/5/dawn/ /2025/Jul/6/seen/ /2025/Jul/31/dusk/";
    assert_eq!(posts, expected);
    assert_eq!(page.texts("p.aside"), ["2 entries, 2 notes in 2025"]);
}

#[test]
fn a_day_lists_its_posts() {
    let page = blog().get("/2025/Jul/5/").ok();
    assert_eq!(page.texts("h1"), ["Saturday, 5th July 2025"]);
    assert_eq!(page.texts("p.aside"), ["1 entry, 1 note in July 2025"]);
    let posts = page.attributes("article a.u-url", "href");
    assert_eq!(posts, ["/2025/Jul/5/noon/", "/2025/Jul/5/dawn/"]);
    let up = page.attributes("p.aside a", "href");
    assert_eq!(up, ["/2025/Jul/", "/2025/"]);
}

#[test]
fn months_and_days_lead_to_the_nearest_that_have_posts() {
    let site = blog();
    let around = |path: &str| {
        let page = site.get(path).ok();
        page.attributes("nav.around a", "href").join(" ")
    };
    assert_eq!(around("/2025/Feb/"), "/2024/Nov/ /2025/Jul/");
    assert_eq!(around("/2024/Nov/"), "/2025/Feb/");
    assert_eq!(around("/2025/Jul/"), "/2025/Feb/");
    assert_eq!(around("/2025/Jul/5/"), "/2025/Feb/28/ /2025/Jul/6/");
    assert_eq!(around("/2024/Nov/30/"), "/2025/Feb/28/");
    assert_eq!(around("/2025/Jul/31/"), "/2025/Jul/6/");
}

#[test]
fn what_has_no_posts_is_not_found() {
    let addresses = "/2023/ /2026/ /2025/Jan/ /2025/Jul/7/ /2025/Jul/32/ /2025/Feb/29/ /2025/13/ \
                     /2025/0/ /2025/Foo/ /0000/ /0999/ /2025/Jul/5/?before=x /2025/Jul/?after=x";
    let site = blog();
    for none in addresses.split_whitespace() {
        site.get(none).status(404);
    }
}

#[test]
fn each_period_has_one_address() {
    let site = blog();
    let spellings = [
        ("/2025", "/2025/"),
        ("/2025/7/", "/2025/Jul/"),
        ("/2025/07", "/2025/Jul/"),
        ("/2025/july/", "/2025/Jul/"),
        ("/2025/jul/05/", "/2025/Jul/5/"),
        ("/2025/07/05", "/2025/Jul/5/"),
        ("/2025//Jul/5/", "/2025/Jul/5/"),
    ];
    for (other, address) in spellings {
        let reply = site.get(other);
        reply.leads_to(301, &format!("http://blog.example{address}"));
    }
}

#[test]
fn a_long_month_is_read_from_its_beginning() {
    let site = busy(70);
    let pages = site.walk("/2025/Jul/", "next");
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [30, 30, 10]);
    let shown = pages.concat();
    let named = |number: usize| site.get(&shown[number]).ok().texts("h1").concat();
    assert_eq!(
        (named(0), named(69)),
        ("Number 0".into(), "Number 69".into())
    );
    let back = site.walk("/2025/Jul/?before=9999999999999999", "prev");
    let mut reached = back.concat();
    reached.sort_unstable();
    reached.dedup();
    assert_eq!(reached.len(), 70);
    // What lies before the first post is where the list begins.
    let first = site.get("/2025/Jul/?after=1");
    first.leads_to(303, "http://blog.example/2025/Jul/");
    let last = site.get("/2025/Jul/?before=9999999999999999").ok();
    assert_eq!(last.texts("nav.pager a"), ["← Earlier"]);
    assert_eq!(last.attributes("article a.u-url", "href"), shown[40..]);
}

#[test]
fn every_page_leads_to_every_year() {
    let page = blog().get("/").ok();
    let years = page.attributes("nav.years a", "href");
    assert_eq!(years, ["/2024/", "/2025/"]);
}
