//! What is settled about the blog as a whole: in the browser, and by `mayfly settings`.

use crate::site::{Reply, Site};

/// Every field of the form, as a browser sends them, with one changed.
fn form(page: &Reply, name: &str, value: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = mayfly::settings::NAMES
        .into_iter()
        .map(|name| (name.to_owned(), typed(page, name)))
        .collect();
    let field = fields.iter_mut().find(|(known, _)| known == name).unwrap();
    field.1 = value.to_owned();
    fields
}

/// What a field has in it.
fn typed(page: &Reply, name: &str) -> String {
    let mut found = page.attributes(&format!("input[name={name}]"), "value");
    found.extend(page.attributes(&format!("select[name={name}] option[selected]"), "value"));
    found.extend(page.texts(&format!("textarea[name={name}]")));
    found.swap_remove(0)
}

/// Sends the form with one field changed.
fn set(site: &Site, name: &str, value: &str) -> Reply {
    let browser = site.sign_in();
    let page = browser.get("/admin/settings/").ok();
    let fields = form(&page, name, value);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
    browser.form("/admin/settings/", &fields).run()
}

fn blog() -> Site {
    Site::new()
        .post(
            "2025-07-05-a.md",
            "kind: note\ndate: 2025-07-05 23:30",
            "Late.",
        )
        .post("2025-07-06-b.md", "kind: note", "Noon.")
        .with_account()
}

#[test]
fn what_is_settled_is_on_the_next_page() {
    let site = blog();
    for (name, value, shown) in [
        ("title", "Tea & <time>", "Tea &amp; &lt;time&gt;"),
        ("tagline", "A line", "<p class=\"tagline\">A line</p>"),
        ("author", "Anna", "content=\"Anna\""),
        (
            "base-url",
            "https://example.org/blog",
            "href=\"https://example.org/blog/",
        ),
        ("links", "plain", "/cgi-bin/tag"),
        ("language", "de", "<html lang=\"de\">"),
        ("per-page", "1", "rel=\"next\""),
        ("footer", "<p>By <b>me</b></p>", "<p>By <b>me</b></p>"),
        ("style", "p { color: red }", "p { color: red }</style>"),
    ] {
        let before = site.get("/").ok().lacks(shown);
        set(&site, name, value).leads_to(303, "http://blog.example/admin/settings/?done=saved");
        let after = site.get("/").ok().has(shown);
        assert_ne!(before.header("ETag"), after.header("ETag"), "{name}");
        assert_eq!(typed(&site.sign_in().get("/admin/settings/"), name), value);
    }
    // Sent again without a change it is no change.
    let before = site.get("/");
    set(&site, "title", "Tea & <time>").status(303);
    assert_eq!(before.header("ETag"), site.get("/").header("ETag"));
}

#[test]
fn what_is_wrong_is_said_beside_its_field_and_stays_typed() {
    let site = blog();
    for (name, value) in [
        ("title", ""),
        ("base-url", "example.org"),
        ("links", "short"),
        ("zone", "Europe/Atlantis"),
        ("language", "e\"n"),
        ("per-page", "1000"),
        ("style", "p {} </style><script>alert(1)</script>"),
        ("style", "p {} </STYLE >"),
    ] {
        let before = site.get("/").body;
        let page = set(&site, name, value).status(422);
        assert_eq!(typed(&page, name), value);
        assert_eq!(page.texts(".wrong").len(), 1, "{name}");
        let described = page.attributes(&format!("#{name}"), "aria-describedby");
        assert!(
            described[0].starts_with(&format!("{name}-wrong")),
            "{described:?}"
        );
        assert_eq!(page.attributes("[aria-invalid=true]", "id"), [name]);
        assert_eq!(site.get("/").body, before, "{name}");
    }
    let page = set(&site, "footer", &"x".repeat(9000)).status(422);
    assert_eq!(typed(&page, "footer").len(), 9000);
}

#[test]
fn every_field_has_a_label() {
    let page = blog().sign_in().get("/admin/settings/").ok();
    for id in page.attributes("main form [id]:not(p)", "id") {
        assert_eq!(page.texts(&format!("label[for={id}]")).len(), 1, "{id}");
    }
    assert!(page.body.len() < 60_000, "{} bytes", page.body.len());
}

#[test]
fn a_footer_leads_into_the_blog_wherever_it_lies() {
    let site = blog();
    set(&site, "footer", "<a href=\"/2025/\">2025</a>").status(303);
    site.get("/").ok().has("<a href=\"/2025/\">2025</a>");
    site.plain("/cgi-bin/home")
        .ok()
        .has("<a href=\"/cgi-bin/archive/2025/\">2025</a>");
}

#[test]
fn another_time_zone_moves_nothing_that_is_published() {
    let site = blog();
    site.import(
        "2999-12-31-c.md",
        "kind: note\ndate: 2999-12-31 23:30",
        "To come.",
    );
    let address = "/2025/Jul/5/a/";
    let before = site.get(address).ok();
    set(&site, "zone", "Asia/Tokyo").status(303);
    let scheduled = || {
        let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
        let sql = "SELECT date || ' ' || published FROM scheduled";
        blog.query_row(sql, [], |row| row.get::<_, String>(0))
            .unwrap()
    };
    // 23:30 in UTC, where it was scheduled.
    assert_eq!(scheduled(), "30000101 3000-01-01T08:30:00+09:00");
    assert_eq!(site.get(address).ok().texts("time"), before.texts("time"));
    assert!(site.mayfly(&["rebuild"]).status.success());
    assert_eq!(site.get(address).ok().texts("time"), before.texts("time"));
    assert_eq!(scheduled(), "30000101 3000-01-01T08:30:00+09:00");
    site.import("now.md", "kind: note\ndate: 2025-07-07 01:00", "New.");
    site.get("/2025/Jul/7/now/").ok().has("T01:00:00+09:00");
    assert!(site.mayfly(&["check"]).status.success());
}

#[test]
fn the_command_line_settles_all_or_nothing() {
    let site = blog();
    let told = |arguments: &[&str]| {
        let output = site.mayfly(&[&["settings"], arguments].concat());
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    };
    let (well, all) = told(&[]);
    assert!(
        well && all.contains("zone=UTC\n") && all.contains("per-page=30\n"),
        "{all}"
    );
    let style = site.scratch().join("my.css");
    std::fs::write(&style, "p { color: red }\n").unwrap();
    let file = format!("style=@{}", style.display());
    let (well, all) = told(&["title=Tea", "per-page=12", &file]);
    assert!(well && all.contains("title=Tea\n"), "{all}");
    site.get("/")
        .ok()
        .has("Tea")
        .has("p { color: red }</style>");
    for wrong in [
        "title=",
        "zone=Mars",
        "colour=red",
        "title",
        "style=@/none.css",
    ] {
        let (well, text) = told(&["author=Anna", wrong]);
        assert!(!well && text.starts_with("mayfly: "), "{wrong}: {text}");
    }
    site.get("/").ok().lacks("Anna");
}
