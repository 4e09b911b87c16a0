//! Many posts at once: found by words, tag, kind and year, and given a tag or relieved
//! of one.

use crate::site::{Reply, Site};

fn blog() -> Site {
    Site::new()
        .post("2024-12-31-a.md", "kind: note\ntags: [sea]", "Old boats.")
        .post(
            "2025-07-05-b.md",
            "kind: entry\ntitle: Boats\ntags: [sea]",
            "About them.",
        )
        .post(
            "2025-07-06-c.md",
            "kind: note\ntags: [sea, sea-side]",
            "Waves and boats.",
        )
        .post("2025-07-07-d.md", "kind: note\ntags: [wind]", "Kites.")
        .with_account()
}

fn found(site: &Site, query: &str) -> Vec<String> {
    let page = site.sign_in().get(&format!("/admin/many/{query}")).ok();
    page.texts("ul.rows label")
}

fn send(site: &Site, fields: &[(&str, &str)]) -> Reply {
    site.sign_in().form("/admin/many/", fields).run()
}

/// Presses the one button of a form with all that is hidden in it.
fn press(site: &Site, page: &Reply, name: &str) -> Reply {
    let hidden = "main form input[type=hidden]:not([name=token])";
    let names = page.attributes(hidden, "name");
    let values = page.attributes(hidden, "value");
    let mut fields: Vec<(&str, &str)> = names
        .iter()
        .map(|n| &**n)
        .zip(values.iter().map(|v| &**v))
        .collect();
    let does = page.attributes("main form button", "value").swap_remove(0);
    assert_eq!(page.texts("main form button"), [name]);
    fields.push(("do", &does));
    send(site, &fields)
}

#[test]
fn the_years_of_posts_that_get_a_tag_have_changed() {
    let site = blog();
    site.sql("UPDATE period SET changed = 0");
    let fields = [
        ("name", "old"),
        ("do", "add"),
        ("all", "1"),
        ("year", "2024"),
        ("sure", "1"),
    ];
    send(&site, &fields).ok();
    let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
    let changed = "SELECT group_concat(date, ' ' ORDER BY date) FROM period WHERE changed > 0";
    let changed: String = blog.query_row(changed, [], |row| row.get(0)).unwrap();
    assert_eq!(changed, "2024 202412 20241231");
}

#[test]
fn posts_are_found_by_what_they_have_in_common() {
    let site = blog();
    for (query, posts) in [
        (
            "",
            &["Kites.", "Waves and boats.", "Boats", "Old boats."][..],
        ),
        ("?q=boats", &["Waves and boats.", "Boats", "Old boats."]),
        ("?tag=sea", &["Waves and boats.", "Boats", "Old boats."]),
        ("?tag=Sea+Side", &["Waves and boats."]),
        ("?kind=note", &["Kites.", "Waves and boats.", "Old boats."]),
        ("?year=2025", &["Kites.", "Waves and boats.", "Boats"]),
        ("?tag=sea&kind=note&year=2025", &["Waves and boats."]),
        ("?q=boats&tag=sea&kind=note&year=2024", &["Old boats."]),
        ("?q=boats&tag=wind", &[]),
        ("?tag=none", &[]),
        ("?year=1999", &[]),
        (
            "?year=x&kind=y",
            &["Kites.", "Waves and boats.", "Boats", "Old boats."],
        ),
    ] {
        assert_eq!(found(&site, query), posts, "{query}");
        let page = site.sign_in().get(&format!("/admin/many/{query}")).ok();
        match posts.len() {
            0 => drop(page.has("No post is like that.")),
            1 => drop(page.has("1 post found.")),
            number => drop(page.has(&format!("{number} posts found."))),
        }
    }
    // Without the index every text is looked at.
    std::fs::remove_file(site.data().join("search.db")).unwrap();
    assert_eq!(
        found(&site, "?q=BOATS&kind=note"),
        ["Waves and boats.", "Old boats."]
    );
    site.sign_in()
        .get("/admin/many/?q=boats")
        .ok()
        .has("There is no index of words");
}

#[test]
fn ticked_posts_get_a_tag_and_that_is_undone() {
    let site = blog();
    let page = site.sign_in().get("/admin/many/").ok();
    let ids = page.attributes("ul.rows input", "name");
    let before = site.get("/").header("ETag").map(String::from);
    let fields = [
        (&*ids[0], "1"),
        (&*ids[1], "1"),
        ("name", "Wind"),
        ("do", "add"),
    ];
    let asked = send(&site, &fields)
        .status(200)
        .has("1 of 2 posts changes; the other has it already.");
    assert_eq!(site.get("/").header("ETag").map(String::from), before);
    let done = press(&site, &asked, "Add it")
        .status(200)
        .has("1 post has got the tag");
    assert_eq!(
        site.get("/tags/wind/").ok().texts("h1"),
        ["2 posts tagged “wind”"]
    );
    assert_ne!(site.get("/").header("ETag").map(String::from), before);
    site.get("/search/?q=tag:wind").ok().has("Waves");
    let undone = press(&site, &done, "Undo").status(200);
    undone.has("1 post has lost the tag");
    assert_eq!(
        site.get("/tags/wind/").ok().texts("h1"),
        ["1 post tagged “wind”"]
    );
    assert!(site.mayfly(&["check"]).status.success());
}

#[test]
fn all_that_were_found_lose_a_tag() {
    let site = blog();
    let fields = [
        ("q", "boats"),
        ("year", "2025"),
        ("all", "1"),
        ("name", "sea"),
        ("do", "remove"),
    ];
    let asked = send(&site, &fields).status(200).has("2 of 2 posts change.");
    press(&site, &asked, "Take it away")
        .status(200)
        .has("2 posts have lost the tag");
    assert_eq!(found(&site, "?tag=sea"), ["Old boats."]);
    assert_eq!(found(&site, "?tag=sea-side"), ["Waves and boats."]);
    assert!(site.mayfly(&["check"]).status.success());
    // All posts of a tag lose it, while they are being looked for by it.
    let fields = [
        ("tag", "sea"),
        ("all", "1"),
        ("name", "sea"),
        ("do", "remove"),
    ];
    let asked = send(&site, &fields).status(200).has("1 of 1 post changes.");
    press(&site, &asked, "Take it away").status(200);
    site.get("/tags/sea/").status(404);
    assert!(site.mayfly(&["check"]).status.success());
}

#[test]
fn what_is_wrong_is_said_beside_the_field() {
    let site = blog();
    for (fields, says) in [
        (
            &[("name", "!"), ("all", "1"), ("do", "add")][..],
            "A tag needs a name",
        ),
        (&[("name", "x"), ("do", "add")], "Tick the posts first"),
    ] {
        let page = send(&site, fields).status(422);
        assert!(page.texts(".wrong")[0].starts_with(says));
        assert_eq!(page.attributes("#name", "value"), [fields[0].1]);
    }
    send(&site, &[("name", "x"), ("all", "1"), ("do", "burn")]).status(400);
}

#[test]
fn a_long_list_has_pages_and_all_of_it_is_changed() {
    let site = Site::new().with_account();
    assert!(site.mayfly(&["seed", "--posts", "1200"]).status.success());
    let page = site.sign_in().get("/admin/many/?kind=link").ok();
    assert_eq!(page.texts("ul.rows li").len(), 50);
    let all = page.texts("main p[role=status]").concat();
    let older = page.attributes("main p.actions a", "href").swap_remove(0);
    let next = site.sign_in().get(&older).ok();
    assert_eq!(next.texts("ul.rows li").len(), 50);
    assert!(next.texts("ul.rows label")[0] != page.texts("ul.rows label")[0]);
    let fields = [
        ("kind", "link"),
        ("all", "1"),
        ("name", "linked"),
        ("do", "add"),
    ];
    let mut page = press(&site, &send(&site, &fields).status(200), "Add it").status(200);
    // As long as it takes more than one request.
    while page.texts("h1") == ["Under way"] {
        page = press(&site, &page, "Go on").status(200);
    }
    let number = all.split(' ').next().unwrap();
    page.has(&format!("{number} posts have got the tag"));
    assert_eq!(
        site.get("/tags/linked/").ok().texts("h1"),
        [format!("{number} posts tagged “linked”")]
    );
    site.get("/search/?q=tag:linked").ok().has(number);
    assert!(site.mayfly(&["check"]).status.success());
}
