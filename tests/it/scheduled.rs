//! Scheduling at the desk: by the blog's clock, with the hours that come twice or not
//! at all asked about; nothing before its minute, and then once.

use std::fs;
use std::thread;

use crate::schema;
use crate::site::{Reply, Site};

fn blog() -> Site {
    Site::new()
        .with_option("--zone", "Europe/Berlin")
        .with_account()
}

const NOTE: [(&str, &str); 3] = [("kind", "note"), ("text", "Later."), ("slug", "later")];

fn schedule(site: &Site, date: &str) -> Reply {
    let fields = [&NOTE[..], &[("date", date), ("do", "publish")]].concat();
    site.sign_in().form("/admin/new/", &fields).run()
}

fn number(site: &Site, sql: &str) -> Option<i64> {
    let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
    blog.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Lets what is scheduled be due.
fn let_time_pass(site: &Site) {
    site.sql("UPDATE scheduled SET moment = 1751800000000000; UPDATE site SET next_due = 1751800000000000");
}

#[test]
fn a_date_to_come_lets_a_post_wait_by_the_blogs_clock() {
    let site = blog();
    let browser = site.sign_in();
    assert_eq!(
        schedule(&site, "2099-07-01T12:00").status(303).path(),
        "/admin/scheduled/"
    );
    site.get("/").ok().lacks("Later.");
    site.get("/2099/Jul/1/later/").status(404);
    // Summer time: two hours ahead.
    let noon = 4_086_583_200_000_000;
    assert_eq!(number(&site, "SELECT next_due FROM site"), Some(noon));
    browser
        .get("/admin/scheduled/")
        .ok()
        .has("goes out 2099-07-01 12:00");
    browser.get("/admin/").ok().has("No drafts.");
    schema::agrees(&site);
}

#[test]
fn a_date_that_is_past_dates_the_post_back() {
    let site = blog();
    let post = schedule(&site, "2019-03-10T23:30").status(303).path();
    assert_eq!(post, "/2019/Mar/10/later/");
    site.get(&post).ok().has("11:30 pm");
    site.get("/2019/Mar/").ok().has("Later.");
    schema::agrees(&site);
}

#[test]
fn an_hour_that_comes_twice_or_never_is_asked_about() {
    let site = blog();
    let browser = site.sign_in();
    for (date, asked, shown, published) in [
        (
            "2025-10-26T02:30",
            "show this time twice",
            [
                "2025-10-26 02:30 (UTC+02:00)",
                "2025-10-26 02:30 (UTC+01:00)",
            ],
            ["2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"],
        ),
        (
            "2025-03-30T02:30",
            "never show this time",
            [
                "2025-03-30 01:30 (UTC+01:00)",
                "2025-03-30 03:30 (UTC+02:00)",
            ],
            ["2025-03-30T01:30:00+01:00", "2025-03-30T03:30:00+02:00"],
        ),
    ] {
        for answer in [0, 1] {
            let page = schedule(&site, date).status(422).has(asked);
            assert_eq!(page.texts("fieldset label"), shown);
            assert_eq!(page.texts("textarea"), ["Later."]);
            let answers = page.attributes("input[name=utc_offset]", "value");
            let form = page.attributes("main form", "action").swap_remove(0);
            let fields = [("utc_offset", answers[answer].as_str()), ("do", "publish")];
            // Without an answer it is asked again.
            let again = browser.fill_in(&page, &form, &[("do", "publish")]).run();
            let again = again.status(422).has(asked);
            let post = browser.fill_in(&again, &form, &fields).run().status(303);
            site.get(&post.path()).ok().has(published[answer]);
        }
    }
}

#[test]
fn a_date_that_is_none_is_said_beside_its_field() {
    let site = blog();
    for date in ["soon", "2025-02-30T10:00", "0999-01-01T00:00"] {
        let page = schedule(&site, date).status(422);
        assert_eq!(page.texts("#date-wrong").len(), 1, "{date}");
        assert_eq!(page.attributes("#date", "aria-invalid"), ["true"]);
        assert_eq!(page.texts("textarea"), ["Later."]);
    }
}

#[test]
fn fifty_requests_at_its_minute_publish_it_once() {
    let site = blog();
    schedule(&site, "2099-07-01T12:00").status(303);
    let seq = number(&site, "SELECT seq FROM site").unwrap();
    let_time_pass(&site);
    thread::scope(|scope| {
        for number in 0..50 {
            let asked = site.ask(["/", "/2099/Jul/1/", "/feed.atom"][number % 3]);
            scope.spawn(move || asked.run().ok().has("Later."));
        }
    });
    assert_eq!(number(&site, "SELECT count(*) FROM post"), Some(1));
    assert_eq!(number(&site, "SELECT count(*) FROM scheduled"), Some(0));
    assert_eq!(number(&site, "SELECT seq FROM site"), Some(seq + 1));
    assert_eq!(number(&site, "SELECT next_due FROM site"), None);
    assert_eq!(schema::contradictions(&site), [""; 0]);
}

#[test]
fn a_scheduled_post_is_put_off_changed_and_taken_back() {
    let site = blog();
    let browser = site.sign_in();
    schedule(&site, "2099-07-01T12:00").status(303);
    let list = browser.get("/admin/scheduled/").ok();
    let edit = list.attributes("ul.rows li > a", "href").swap_remove(0);
    let due = |site: &Site| number(site, "SELECT next_due FROM site");
    let first = due(&site).unwrap();

    // A draft of a change changes nothing that waits.
    let change = [
        ("text", "Rather this."),
        ("date", "2098-07-01T12:00"),
        ("do", "save"),
    ];
    let draft = browser.fill(&edit, &change).run().status(303).path();
    assert_eq!(due(&site), Some(first));
    browser.get(&draft).ok().has("2099-07-01 12:00");
    browser.fill(&draft, &[("do", "publish")]).run().status(303);
    assert!(due(&site).unwrap() < first);
    assert_eq!(number(&site, "SELECT count(*) FROM scheduled"), Some(1));
    schema::agrees(&site);

    // Taken back it is a draft, with its date.
    let draft = browser
        .fill(&edit, &[("do", "unpublish")])
        .run()
        .status(303)
        .path();
    assert_eq!(due(&site), None);
    let page = browser.get(&draft).ok();
    assert_eq!(page.texts("textarea"), ["Rather this."]);
    assert_eq!(page.attributes("#date", "value"), ["2098-07-01T12:00"]);

    // And out at once.
    let post = browser
        .fill(&draft, &[("date", ""), ("do", "publish")])
        .run()
        .status(303)
        .path();
    site.get(&post).ok().has("Rather this.");
    // What is public can't be put off.
    let late = [("date", "2098-07-01T12:00"), ("do", "publish")];
    let page = browser.fill(&edit, &late).run().status(422);
    assert_eq!(page.texts("#date-wrong").len(), 1);
    site.get(&post).ok();
}

#[test]
fn a_draft_of_a_change_outlives_the_minute_of_its_post() {
    let site = blog();
    let browser = site.sign_in();
    schedule(&site, "2099-07-01T12:00").status(303);
    let list = browser.get("/admin/scheduled/").ok();
    let edit = list.attributes("ul.rows li > a", "href").swap_remove(0);
    let change = [("text", "Rather this."), ("do", "save")];
    let draft = browser.fill(&edit, &change).run().path();
    let_time_pass(&site);
    site.get("/").ok().has("Later.");
    browser.get("/admin/").ok();
    let page = browser.get(&draft).ok().has("Public at");
    assert_eq!(page.texts("textarea"), ["Rather this."]);
    let fields = [("date", "2025-07-06T12:00"), ("do", "publish")];
    browser.fill(&draft, &fields).run().status(303);
    site.get("/").ok().has("Rather this.").lacks("Later.");
    assert_eq!(number(&site, "SELECT count(*) FROM post"), Some(1));
}

#[test]
fn another_time_zone_moves_no_minute() {
    let site = blog();
    schedule(&site, "2099-07-01T00:30").status(303);
    let due = number(&site, "SELECT next_due FROM site");
    site.sql("UPDATE site SET zone = 'America/New_York'");
    assert!(site.mayfly(&["rebuild"]).status.success());
    assert_eq!(number(&site, "SELECT next_due FROM site"), due);
    // There it is the evening before.
    let browser = site.sign_in();
    browser
        .get("/admin/scheduled/")
        .ok()
        .has("2099-06-30 18:30");
    site.sql("UPDATE scheduled SET moment = 1751800000000000; UPDATE site SET next_due = 1751800000000000");
    site.get("/2099/Jun/30/later/").ok().has("Later.");
}

/// Every page that a post of 5 July 2999 could be on.
const PAGES: &str = "/ /2999/ /2999/Jul/ /2999/Jul/5/ /2999/Jul/5/later/ /tags/ /tags/later/ \
                     /tags/later+sea/ /2025/ /2025/Jul/ /2025/Jul/5/now/ /feed.atom";

fn scheduled() -> Site {
    let site = Site::new().post("2025-07-05-now.md", "kind: note\ntags: [sea]", "Published.");
    let front = "kind: entry\ntitle: Later on\nslug: later\ndate: 2999-07-05\ntags: [later, sea]";
    site.import("later.md", front, "Not yet.");
    site
}

#[test]
fn what_is_scheduled_is_shown_nowhere() {
    let site = scheduled();
    for page in PAGES.split_whitespace() {
        let reply = site.get(page);
        assert!(matches!(reply.status, 200 | 404), "{page}");
        // The missing page of that very address names nothing but its address.
        let reply = reply.lacks("Not yet").lacks("Later on");
        if page != "/2999/Jul/5/later/" {
            reply.lacks("2999").lacks("later/");
        }
    }
    assert_eq!(schema::contradictions(&site), [""; 0]);
}

#[test]
fn the_first_request_after_its_moment_publishes_a_post() {
    for first in PAGES.split_whitespace() {
        let site = scheduled();
        let before = site.get("/").ok().header("ETag").unwrap().to_owned();
        let_time_pass(&site);
        let reply = site.ask(first).var("HTTP_IF_NONE_MATCH", &before).run();
        assert_ne!(reply.status, 304, "{first} is an old page");
        let home = site.get("/").ok().has("Later on").has("Not yet.");
        assert_eq!(home.texts("article").len(), 2);
        site.get("/tags/later+sea/").ok().has("1 post tagged");
        site.get("/2999/Jul/5/later/").ok().has("Not yet.");
        assert_eq!(schema::contradictions(&site), [""; 0]);
    }
}

#[test]
fn drafts_are_in_no_page() {
    let site = Site::new().post("2025-07-05-now.md", "kind: note\ntags: [sea]", "Published.");
    let front = "kind: entry\ntitle: Secret\nslug: later\ndate: 2999-07-05\ntags: [later, sea]";
    site.import("later.md", &format!("{front}\ndraft: true"), "Hidden.");
    let front = "kind: page\ntitle: Secret\nslug: about\nnav: 1\ndraft: true";
    site.import("about.md", front, "Hidden.");
    for page in PAGES.split_whitespace().chain(["/about/"]) {
        site.get(page).lacks("Hidden").lacks("Secret");
    }
    let public = fs::read(site.data().join("blog.db")).unwrap();
    assert!(!String::from_utf8_lossy(&public).contains("Hidden"));
}
