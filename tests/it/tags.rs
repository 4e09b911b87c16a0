//! Tags as their owner keeps them: described, renamed, merged, deleted.

use std::process::{Command, Stdio};

use mayfly::retag::Change;
use mayfly::store::{self, retag, tags};

use crate::schema;
use crate::site::{Reply, Site};

fn blog() -> Site {
    Site::new()
        .post("2025-07-05-a.md", "kind: note\ntags: [sea]", "Boats.")
        .post("2025-07-06-b.md", "kind: note\ntags: [sea, wind]", "Waves.")
        .post(
            "2025-07-07-c.md",
            "kind: note\ntags: [fun, sea, wind]",
            "Kites.",
        )
        .post("2025-07-08-d.md", "kind: note\ntags: [ocean]", "Whales.")
        .post("2999-07-08-e.md", "kind: note\ntags: [sea]", "To come.")
        .post(
            "draft.md",
            "kind: note\ntags: [sea, wind]\ndraft: true",
            "Unfinished.",
        )
        .with_account()
}

fn send(site: &Site, target: &str, fields: &[(&str, &str)]) -> Reply {
    site.sign_in().form(target, fields).run()
}

/// Insists that everything that is derived is as `mayfly rebuild` makes it, and that
/// tags keep their numbers.
#[track_caller]
fn agrees(site: &Site) {
    let numbers = || {
        let sql = "SELECT coalesce(group_concat(name || ' ' || id), '')
                   FROM (SELECT name, id FROM tag WHERE posts > 0 ORDER BY name)";
        text(site, "blog.db", sql)
    };
    let before = numbers();
    schema::agrees(site);
    assert_eq!(numbers(), before);
}

fn text(site: &Site, file: &str, sql: &str) -> String {
    let db = rusqlite::Connection::open(site.data().join(file)).unwrap();
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_tag_that_is_renamed_is_found_by_both_names() {
    let site = blog();
    let before = site.get("/").header("ETag").map(String::from);
    send(
        &site,
        "/admin/tags/sea/",
        &[("do", "rename"), ("to", "The Coast")],
    )
    .leads_to(
        303,
        "http://blog.example/admin/tags/the-coast/?done=renamed",
    );
    for (old, new) in [
        ("/tags/sea/", "/tags/the-coast/"),
        ("/tags/sea+wind/", "/tags/the-coast+wind/"),
        ("/tags/fun+sea+wind/", "/tags/fun+the-coast+wind/"),
        ("/tags/sea.atom", "/tags/the-coast.atom"),
        ("/tags/sea+wind.json", "/tags/the-coast+wind.json"),
    ] {
        site.get(old)
            .leads_to(301, &format!("http://blog.example{new}"));
        site.get(new).ok();
    }
    site.get("/tags/sea+none/").status(404);
    let page = site.get("/tags/the-coast/").ok();
    assert_eq!(page.texts("h1"), ["3 posts tagged “the-coast”"]);
    assert_eq!(page.texts("p.aside"), ["Related: wind +2 · fun +1"]);
    // Where the tag is shown, and what it is found by.
    site.get("/")
        .ok()
        .has("/tags/the-coast/")
        .lacks("/tags/sea/");
    site.get("/2025/Jul/5/a/")
        .ok()
        .has("the-coast")
        .lacks("/tags/sea/");
    site.get("/search/?q=tag:the-coast")
        .ok()
        .has("Kites")
        .has("Boats");
    site.get("/search/?q=tag:sea").ok().lacks("Kites");
    assert_ne!(site.get("/").header("ETag").map(String::from), before);
    // What is not published yet has it too.
    assert_eq!(
        text(&site, "blog.db", "SELECT tags FROM scheduled"),
        "the-coast"
    );
    assert!(text(&site, "blog.db", "SELECT listed FROM scheduled").contains("/tags/the-coast/"));
    assert_eq!(
        text(&site, "desk.db", "SELECT tags FROM draft"),
        "the-coast wind"
    );
    agrees(&site);
    // And back: no circle is left.
    send(
        &site,
        "/admin/tags/the-coast/",
        &[("do", "rename"), ("to", "sea")],
    )
    .status(303);
    site.get("/tags/the-coast/")
        .leads_to(301, "http://blog.example/tags/sea/");
    site.get("/tags/sea/").ok();
    agrees(&site);
}

#[test]
fn a_name_that_is_used_again_is_a_tag_again() {
    let site = blog();
    send(
        &site,
        "/admin/tags/ocean/",
        &[("do", "rename"), ("to", "deep")],
    )
    .status(303);
    site.get("/tags/ocean/").status(301);
    site.import("2025-07-09-f.md", "kind: note\ntags: [ocean]", "Again.");
    site.get("/tags/ocean/").ok().has("Again.").lacks("Whales.");
    agrees(&site);
}

#[test]
fn whoever_merges_two_tags_is_asked_first() {
    let site = blog();
    let fields = [("do", "rename"), ("to", "sea")];
    let page = send(&site, "/admin/tags/ocean/", &fields).status(200);
    assert_eq!(page.texts("h1"), ["Merge ocean into sea?"]);
    site.get("/tags/ocean/").ok();
    let hidden = page.attributes("main form input[type=hidden]:not([name=token])", "name");
    let values = page.attributes("main form input[type=hidden]:not([name=token])", "value");
    let mut fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|name| &**name)
        .zip(values.iter().map(|v| &**v))
        .collect();
    fields.push(("do", "rename"));
    send(&site, "/admin/tags/ocean/", &fields).status(303);
    assert_eq!(
        site.get("/tags/sea/").ok().texts("h1"),
        ["4 posts tagged “sea”"]
    );
    site.get("/tags/ocean/")
        .leads_to(301, "http://blog.example/tags/sea/");
    agrees(&site);
}

#[test]
fn several_tags_are_merged_into_one() {
    let site = blog();
    let ticked = [
        ("tag-ocean", "1"),
        ("tag-sea", "1"),
        ("tag-wind", "1"),
        ("do", "merge"),
    ];
    let wrong = send(
        &site,
        "/admin/tags/",
        &[&ticked[..], &[("to", "!")]].concat(),
    )
    .status(422);
    assert_eq!(
        wrong.texts(".wrong"),
        ["A tag needs a name of letters and digits."]
    );
    assert_eq!(wrong.attributes("#to", "value"), ["!"]);
    send(&site, "/admin/tags/", &[("do", "merge"), ("to", "sea")])
        .status(422)
        .has("tick");
    let asked = send(
        &site,
        "/admin/tags/",
        &[&ticked[..], &[("to", "sea")]].concat(),
    )
    .status(200);
    assert_eq!(asked.texts("h1"), ["Merge ocean and wind into sea?"]);
    let sure = [
        ("from", "ocean wind"),
        ("to", "sea"),
        ("sure", "1"),
        ("do", "merge"),
    ];
    send(&site, "/admin/tags/", &sure).status(303);
    assert_eq!(
        site.get("/tags/").ok().texts("ul.cloud li"),
        ["fun 1", "sea 4"]
    );
    // Nobody is sent on twice.
    for old in ["/tags/ocean/", "/tags/wind/", "/tags/sea+wind/"] {
        site.get(old).leads_to(301, "http://blog.example/tags/sea/");
    }
    agrees(&site);
}

#[test]
fn a_tag_that_is_deleted_is_gone_and_its_posts_stay() {
    let site = blog();
    send(&site, "/admin/tags/sea/", &[("do", "delete")])
        .status(200)
        .has("can’t be undone");
    site.get("/tags/sea/").ok();
    send(
        &site,
        "/admin/tags/sea/",
        &[("do", "delete"), ("sure", "1")],
    )
    .status(303);
    for gone in ["/tags/sea/", "/tags/sea+wind/", "/tags/sea.atom"] {
        site.get(gone).status(410);
    }
    site.get("/").ok().has("Boats.").lacks("/tags/sea/");
    site.get("/tags/wind/").ok();
    site.sign_in().get("/admin/tags/sea/").status(404);
    agrees(&site);
}

#[test]
fn a_description_is_shown_above_the_posts() {
    let site = blog();
    let before = site.get("/tags/sea/").header("ETag").map(String::from);
    let fields = [
        ("do", "describe"),
        ("description", "All about *salt* water.\r\n"),
    ];
    send(&site, "/admin/tags/sea/", &fields).status(303);
    let page = site
        .get("/tags/sea/")
        .ok()
        .has("<p>All about <em>salt</em> water.</p>");
    assert_ne!(page.header("ETag").map(String::from), before);
    let form = site.sign_in().get("/admin/tags/sea/").ok();
    assert_eq!(form.texts("textarea"), ["All about *salt* water."]);
    let long = "x".repeat(20_000);
    let wrong = send(
        &site,
        "/admin/tags/sea/",
        &[("do", "describe"), ("description", &long)],
    );
    assert_eq!(wrong.status(422).texts("textarea")[0].len(), 20_000);
    // Another name takes it along.
    send(
        &site,
        "/admin/tags/sea/",
        &[("do", "rename"), ("to", "coast")],
    )
    .status(303);
    site.get("/tags/coast/").ok().has("<em>salt</em>");
    agrees(&site);
}

#[test]
fn tags_are_found_by_their_letters() {
    let site = blog();
    let browser = site.sign_in();
    let names = |target: &str| browser.get(target).ok().texts("ul.rows label");
    assert_eq!(names("/admin/tags/"), ["fun", "ocean", "sea", "wind"]);
    assert_eq!(names("/admin/tags/?q=Ea"), ["ocean", "sea"]);
    assert_eq!(names("/admin/tags/?q=ea&after=ocean"), ["sea"]);
    browser
        .get("/admin/tags/?q=zzz")
        .ok()
        .has("No tag has these letters");
}

/// Renaming that is killed between two steps, and gone on with.
#[test]
fn whoever_is_killed_half_way_leaves_a_blog_that_is_whole() {
    let site = Site::new().with_account();
    let mut seed = Command::new(env!("CARGO_BIN_EXE_mayfly"));
    seed.arg("--data")
        .arg(site.data())
        .args(["seed", "--posts", "1500"]);
    assert!(seed.stdout(Stdio::null()).status().unwrap().success());
    let mut desk = store::open_desk(&site.data()).unwrap();
    let (posts, _) = tags::find(&desk, "performance").unwrap().unwrap();
    assert!(posts > 200, "{posts}");
    tags::begin(&mut desk, "performance", Some("speed")).unwrap();
    let change = Change::Replace("performance".into(), "speed".into());
    let some = tags::posts(&desk, "performance", 100).unwrap();
    assert_eq!(retag::step(&mut desk, &change, &some).unwrap(), 100);
    drop(desk);
    let heading = |name: &str| {
        site.get(&format!("/tags/{name}/"))
            .ok()
            .texts("h1")
            .concat()
    };
    assert_eq!(heading("speed"), "100 posts tagged “speed”");
    assert_eq!(
        heading("performance"),
        format!("{} posts tagged “performance”", posts - 100)
    );
    site.get("/search/?q=tag:speed").ok().has("100");
    agrees(&site);
    let rest = [("do", "rename"), ("to", "speed"), ("sure", "1")];
    // A slow machine asks in between whether to go on.
    while send(&site, "/admin/tags/performance/", &rest).status == 200 {}

    assert_eq!(heading("speed"), format!("{posts} posts tagged “speed”"));
    site.get("/tags/performance/")
        .leads_to(301, "http://blog.example/tags/speed/");
    site.get("/search/?q=tag:performance").ok().lacks("h-entry");
    agrees(&site);
}
