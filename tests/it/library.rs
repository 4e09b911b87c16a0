//! The library: finding files, saying what they show, seeing where they are used, and
//! deleting those that nothing uses.

use std::fs;

use image::ImageFormat;

use crate::media::{file, names, picture};
use crate::site::{Signed, Site};

/// Uploads a picture of that width, and gives its number and its name in `media/`.
fn upload(browser: &Signed<'_>, name: &str, width: u32) -> (String, String) {
    let png = file(&picture(width, 20), ImageFormat::Png);
    let reply = browser
        .upload(&[(name, &png)])
        .var("HTTP_ACCEPT", "application/json")
        .run();
    let told: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    let text = |field: &str| told["kept"][0][field].as_str().unwrap().to_owned();
    (text("page"), text("address").replace("/media/", ""))
}

#[test]
fn an_empty_library_says_so() {
    let site = Site::new().with_account();
    let page = site.sign_in().get("/admin/media/").ok();
    page.has("Nothing has been uploaded yet.");
}

#[test]
fn files_are_found_by_name_and_description() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (harbour, _) = upload(&browser, "Harbour.png", 40);
    upload(&browser, "cat.png", 41);
    let saved = [
        ("do", "describe"),
        ("name", "Harbour.png"),
        ("alt", "Boats at  dawn, [3]"),
    ];
    browser
        .form(&harbour, &saved)
        .run()
        .leads_to(303, &format!("http://blog.example{harbour}"));
    let page = browser.get(&harbour).ok();
    assert_eq!(page.attributes("#alt", "value"), ["Boats at dawn, [3]"]);
    let line = page.attributes("#markdown", "value").swap_remove(0);
    assert!(
        line.starts_with("![Boats at dawn, \\[3\\]](/media/"),
        "{line}"
    );
    assert_eq!(
        page.attributes(".picture img", "alt"),
        ["Boats at dawn, [3]"]
    );
    let found = |query: &str| {
        let page = browser.get(&format!("/admin/media/?q={query}")).ok();
        page.texts("ul.grid a")
    };
    assert_eq!(found(""), ["cat.png", "Harbour.png"]);
    assert_eq!(found("harbour"), ["Harbour.png"]);
    assert_eq!(found("dawn+BOATS"), ["Harbour.png"]);
    assert_eq!(found("%25"), Vec::<String>::new());
    assert_eq!(found("boats+cat"), Vec::<String>::new());
}

#[test]
fn many_files_are_paged() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    for number in 1..=100 {
        let sql = "INSERT INTO media VALUES (?1, ?1 || '.pdf', 'paper ' || ?1, 1, 0, 0, '', 0)";
        desk.execute(sql, [number]).unwrap();
    }
    let mut target = "/admin/media/?q=paper".to_owned();
    let mut seen = Vec::new();
    for rest in [52, 4, 0] {
        let page = browser.get(&target).ok();
        seen.extend(page.texts("ul.grid a span:last-child"));
        let next = page.attributes("nav a[rel=next]", "href");
        assert_eq!((100 - seen.len(), next.is_empty()), (rest, rest == 0));
        target = next.into_iter().next().unwrap_or_default();
    }
    let all: Vec<_> = (1..=100)
        .rev()
        .map(|number| format!("paper {number}"))
        .collect();
    assert_eq!(seen, all);
    browser.get("/admin/media/?before=x").status(404);
}

#[test]
fn what_is_used_stays_and_says_where() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (page, name) = upload(&browser, "a.png", 700);
    let (other, _) = upload(&browser, "b.png", 41);
    let narrower = name.replace(".png", "-480.png");
    site.import(
        "note.md",
        "kind: note\nslug: a\ndate: 2025-07-05",
        &format!("A look.\n\n![x](/media/{name})"),
    );
    site.import(
        "page.md",
        "kind: page\npath: /about/\ntitle: About",
        &format!("<img src=\"/media/{narrower}\" alt=\"\">"),
    );
    site.import(
        "draft.md",
        "kind: entry\ntitle: Not yet\ndraft: true",
        &format!("[x]: /media/{name}\n"),
    );
    let used = browser.get(&page).ok();
    let uses = used.texts("ul.rows li");
    assert_eq!(uses.len(), 3, "{uses:?}");
    assert!(
        uses[0].starts_with("A look.") && uses[0].ends_with("note"),
        "{uses:?}"
    );
    assert!(uses[2].contains("draft of an entry"), "{uses:?}");
    assert!(used.links().contains(&"/2025/Jul/5/a/".to_owned()));
    assert!(used.texts("details").is_empty(), "it can't be deleted");
    let grid = browser.get("/admin/media/").ok();
    assert!(grid.texts("ul.grid li")[1].contains("Used 3 times"));
    // A form that was open before, or that somebody made up.
    let reply = browser.form(&page, &[("do", "delete")]).run().status(409);
    assert!(reply.texts(".error")[0].contains("is used"));
    assert_eq!(names(&site).len(), 3);
    // What nothing uses goes, with its narrower copies.
    browser.get(&other).ok().has("Nothing uses it.");
    browser
        .form(&other, &[("do", "delete")])
        .run()
        .leads_to(303, "http://blog.example/admin/media/");
    browser.get(&other).status(404);
    browser.form(&other, &[("do", "delete")]).run().status(404);
    assert_eq!(names(&site), [narrower.clone(), name.clone()]);
    for (file, front) in [
        ("note.md", "kind: note\nslug: a\ndate: 2025-07-05"),
        ("page.md", "kind: page\npath: /about/\ntitle: About"),
        ("draft.md", "kind: entry\ntitle: Not yet\ndraft: true"),
    ] {
        site.import(file, front, "Without it.");
    }
    browser.form(&page, &[("do", "delete")]).run().status(303);
    assert!(names(&site).is_empty());
}

#[test]
fn what_only_the_style_or_a_redirect_uses_is_not_deleted() {
    let site = Site::new().with_account();
    let media = site.data().join("media");
    for name in ["sky.png", "The paper (2).pdf", "slides.pdf", "none.pdf"] {
        fs::write(media.join(name), b"x").unwrap();
    }
    assert!(site.mayfly(&["rebuild"]).status.success());
    let style = "style=body{background:url(\"/media/sky.png\")}";
    assert!(site.mayfly(&["settings", style]).status.success());
    let browser = site.sign_in();
    for (from, to) in [
        ("/paper", "/media/The%20paper%20(2).pdf"),
        ("/talk", "https://blog.example/media/slides.pdf"),
    ] {
        let fields = [("do", "save"), ("from", from), ("to", to)];
        let kept = browser.form("/admin/redirects/", &fields).run();
        kept.status(303);
    }
    let grid = browser.get("/admin/media/").ok();
    let pages = grid.attributes("ul.grid a", "href");
    let mut uses: Vec<_> = pages
        .iter()
        .map(|page| {
            let file = browser.get(page).ok();
            (file.texts("h1").swap_remove(0), file.texts("ul.rows li"))
        })
        .collect();
    uses.sort();
    let told = |file: &str, uses: &[&str]| {
        let uses: Vec<_> = uses.iter().map(|told| (*told).to_owned()).collect();
        (file.to_owned(), uses)
    };
    assert_eq!(
        uses,
        [
            told("The paper (2).pdf", &["/paper redirect"]),
            told("none.pdf", &[]),
            told("sky.png", &["The footer or the style every page"]),
            told("slides.pdf", &["/talk redirect"]),
        ]
    );
    for page in &pages {
        browser.form(page, &[("do", "delete")]).run();
    }
    let mut left = names(&site);
    left.sort();
    assert_eq!(left, ["The paper (2).pdf", "sky.png", "slides.pdf"]);
}

#[test]
fn names_that_only_begin_alike_are_no_use() {
    let site = Site::new().with_account();
    let media = site.data().join("media");
    for name in ["harbour.jpg", "my harbour.jpg", "harbour.jpg.bak"] {
        fs::write(media.join(name), b"x").unwrap();
    }
    assert!(site.mayfly(&["rebuild"]).status.success());
    let text = "![](/media/my%20harbour.jpg) [x](https://blog.example/media/harbour.jpg.bak?v=1)";
    site.import("note.md", "kind: note\nslug: a\ndate: 2025-07-05", text);
    let grid = site.sign_in().get("/admin/media/").ok();
    let mut tiles = grid.texts("ul.grid li");
    tiles.sort();
    assert_eq!(
        tiles,
        [
            "BAK harbour.jpg.bak Used once",
            "JPG harbour.jpg Unused",
            "JPG my harbour.jpg Used once"
        ]
    );
}

#[test]
fn a_forged_form_changes_nothing() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (page, _) = upload(&browser, "a.png", 40);
    for action in ["delete", "describe"] {
        let form = site.form(&page, &[("do", action), ("token", "0")]);
        form.var("HTTP_COOKIE", &browser.cookies).run().status(403);
        let form = browser.form(&page, &[("do", action)]);
        form.var("HTTP_ORIGIN", "https://evil.example")
            .run()
            .status(403);
    }
    browser.form(&page, &[("do", "dance")]).run().status(400);
    browser
        .form("/admin/media/99/", &[("do", "describe")])
        .run()
        .status(404);
    assert_eq!(names(&site).len(), 1);
}

#[test]
fn the_library_is_made_to_agree_with_the_folder() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (page, name) = upload(&browser, "a.png", 700);
    let (_, gone) = upload(&browser, "b.png", 41);
    let media = site.data().join("media");
    fs::remove_file(media.join(&gone)).unwrap();
    fs::create_dir(media.join("2019")).unwrap();
    fs::copy(media.join(&name), media.join("2019/old.png")).unwrap();
    fs::write(media.join(".upload-1-0"), b"x").unwrap();
    let check = site.mayfly(&["check"]);
    let said = String::from_utf8(check.stdout).unwrap();
    assert!(!check.status.success());
    assert!(
        said.contains("media/ has 1 file (2019/old.png) that the library does not list"),
        "{said}"
    );
    assert!(
        said.contains(&format!("media/ lacks 1 file ({gone}) of the library")),
        "{said}"
    );
    assert!(site.mayfly(&["rebuild"]).status.success());
    assert!(site.mayfly(&["check"]).status.success());
    let grid = browser.get("/admin/media/").ok();
    assert_eq!(grid.texts("ul.grid a"), ["2019/old.png", "a.png"]);
    assert_eq!(grid.attributes("ul.grid img", "width"), ["700", "700"]);
    browser.get(&page).ok();
    // A folder that has not been put back is no reason to forget what is known.
    fs::remove_dir_all(&media).unwrap();
    fs::create_dir(&media).unwrap();
    let rebuild = site.mayfly(&["rebuild"]);
    assert!(!rebuild.status.success());
    assert!(String::from_utf8_lossy(&rebuild.stderr).contains("put them back first"));
    assert_eq!(
        browser.get("/admin/media/").ok().texts("ul.grid a").len(),
        2
    );
}

#[test]
fn the_command_line_fills_the_same_library() {
    let site = Site::new().with_account();
    let path = site.scratch().join("photo.png");
    fs::write(&path, file(&picture(40, 30), ImageFormat::Png)).unwrap();
    assert!(
        site.mayfly(&["media", "add", path.to_str().unwrap()])
            .status
            .success()
    );
    let grid = site.sign_in().get("/admin/media/").ok();
    assert_eq!(grid.texts("ul.grid a"), ["photo.png"]);
}
