//! The guestbook: `/guestbook/`, `/guestbook/12/`, `/guestbook/feed.atom`, what
//! becomes of a form that is sent, and the owner's commands.

mod faults;
mod fuzz;
mod killed;
mod owner;

use rusqlite::Connection;

use crate::site::{Reply, Site};

/// A blog whose owner publishes at once and sets no limits.
fn open() -> Site {
    let site = Site::new();
    run(
        &site,
        "settings --publish at-once --per-address 0 --per-minute 0",
    );
    site
}

/// Runs a command of the owner's and gives what it says.
pub fn run(site: &Site, arguments: &str) -> String {
    let arguments: Vec<&str> = ["guestbook"]
        .into_iter()
        .chain(arguments.split(' '))
        .collect();
    let output = site.mayfly(&arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

pub fn file(site: &Site) -> Connection {
    Connection::open(site.data().join("guestbook.db")).unwrap()
}

/// A form handed out some seconds ago, by its token.
pub fn token(site: &Site, seconds: i64) -> String {
    use mayfly::guestbook::token::Form;
    let secret: Vec<u8> = file(site)
        .query_row("SELECT secret FROM settings", [], |row| row.get(0))
        .unwrap();
    let moment = mayfly::store::now() - seconds * 1_000_000;
    Form::new(moment).unwrap().token(&secret)
}

fn send(site: &Site, fields: &[(&str, &str)]) -> Reply {
    send_to(site, "/guestbook/", fields)
}

fn send_to(site: &Site, target: &str, fields: &[(&str, &str)]) -> Reply {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    site.ask(target)
        .method("POST")
        .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
        .body(body.as_bytes())
        .run()
}

/// Lets the next message be the first of a minute: that one looks for what has expired, and
/// for what another has left undone.
pub fn in_another_minute(site: &Site) {
    file(site)
        .execute("UPDATE tally SET minute = 0", [])
        .unwrap();
}

/// Sends a form as a person does, a minute after opening it.
pub fn write(site: &Site, name: &str, text: &str) -> Reply {
    write_at(site, "/guestbook/", name, text)
}

/// The same at another address that takes messages.
pub fn write_at(site: &Site, target: &str, name: &str, text: &str) -> Reply {
    let token = token(site, 60);
    send_to(
        site,
        target,
        &[
            ("name", name),
            ("site", ""),
            ("message", text),
            ("form", &token),
            ("subject", ""),
        ],
    )
}

#[test]
fn a_message_is_sent_and_read() {
    let site = open();
    let empty = site.get("/guestbook/").ok();
    assert_eq!(empty.texts("h1"), ["Guestbook"]);
    assert!(empty.body.len() < 20 * 1024, "{} bytes", empty.body.len());
    assert_eq!(empty.header("Set-Cookie"), None);
    empty.lacks("<script");
    let sent = write(
        &site,
        "Ann",
        "Hello,\r\nworld.\r\n\r\nSee https://a.example/.",
    );
    sent.leads_to(303, "http://blog.example/guestbook/#m1");
    let page = site.get("/guestbook/").ok();
    assert_eq!(
        page.texts("#m1 > p:not(:first-child)"),
        ["Hello,world.", "See https://a.example/."]
    );
    let page = page.has("Hello,<br>world.");
    page.has("<a href=\"https://a.example/\" rel=\"ugc nofollow\">https://a.example/</a>.");
    let one = site.get("/guestbook/1/").ok();
    assert_eq!(one.texts("h1"), ["Ann in the guestbook"]);
    site.get("/guestbook/2/").status(404);
    site.get("/guestbook/feed.atom")
        .ok()
        .has("<name>Ann</name>");
}

#[test]
fn links_are_plain_where_the_server_does_not_rewrite() {
    let site = open();
    write(&site, "Ann", "Hello.").status(303);
    let page = site.plain("/cgi-bin/guestbook").ok();
    assert_eq!(page.attributes("form", "action"), ["/cgi-bin/guestbook"]);
    page.has("/cgi-bin/guestbook/1/");
    let body = format!("name=Ben&message=Hi&form={}", token(&site, 60));
    let sent = site
        .request("guestbook")
        .asked("/cgi-bin/guestbook")
        .method("POST")
        .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
        .body(body.as_bytes())
        .run();
    sent.leads_to(303, "http://blog.example/cgi-bin/guestbook#m2");
}

#[test]
fn a_page_at_its_address_gives_it_a_title_and_an_introduction() {
    let site = open();
    let page = "title: Visitors & friends\nkind: page\nslug: guestbook";
    site.import(
        "guestbook.md",
        page,
        "Say *hello*, as [others](/about/) did.",
    );
    write(&site, "Ann", "Hello.").status(303);
    let page = site.get("/guestbook/").ok();
    assert_eq!(page.texts("h1"), ["Visitors & friends"]);
    assert_eq!(page.texts(".said article").len(), 1);
    page.has("Say <em>hello</em>").has("href=\"/about/\"");
}

#[test]
fn a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost() {
    let site = open();
    let token = token(&site, 60);
    let fields = [
        ("name", " "),
        ("site", "<nowhere>"),
        ("message", "\n Kept & \"safe\""),
        ("form", &token),
    ];
    let page = send(&site, &fields).status(422);
    assert_eq!(
        page.texts("#name-wrong").len() + page.texts("#site-wrong").len(),
        2
    );
    assert_eq!(page.attributes("#site", "value"), ["<nowhere>"]);
    page.has("\n\n Kept &amp; &quot;safe&quot;</textarea>");
    let long = write(&site, "Ann", &"x".repeat(4001)).status(422);
    assert_eq!(long.texts("#message-wrong").len(), 1);
    site.get("/guestbook/").ok().has("Nobody has written");
}

#[test]
fn the_first_message_of_a_name_waits_and_only_its_writer_sees_it() {
    let site = Site::new();
    let sent = write(&site, "Ann", "A secret so far.").status(303);
    let own = sent
        .header("Location")
        .unwrap()
        .replacen("http://blog.example", "", 1);
    assert!(own.starts_with("/guestbook/1/?key="), "{own}");
    site.get(&own).ok().has("A secret so far.");
    site.get("/guestbook/1/").status(404);
    site.get("/guestbook/1/?key=0").status(404);
    for page in ["/guestbook/", "/guestbook/feed.atom"] {
        site.get(page).ok().lacks("A secret");
    }
    assert!(run(&site, "list").contains("-- is the first of this name"));
    run(&site, "approve 1");
    site.get("/guestbook/").ok().has("A secret so far.");
    write(&site, "ANN", "Again.").leads_to(303, "http://blog.example/guestbook/#m2");
    write(&site, "Ben", "Me?").status(303);
    assert!(run(&site, "list").contains("Me?"));
}

#[test]
fn what_a_person_would_not_do_is_held_with_the_reason() {
    let site = open();
    let old = token(&site, 90_000);
    let again = send(
        &site,
        &[("name", "Ann"), ("message", "Old."), ("form", &old)],
    )
    .status(422);
    again.has("Old.</textarea>");
    let good = token(&site, 60);
    send(
        &site,
        &[
            ("name", "Ann"),
            ("message", "1"),
            ("form", &good),
            ("subject", "x"),
        ],
    )
    .status(303);
    send(&site, &[("name", "Ann"), ("message", "2")]).status(303);
    send(
        &site,
        &[("name", "Ann"), ("message", "3"), ("form", "1.2.3")],
    )
    .status(303);
    send(
        &site,
        &[
            ("name", "Ann"),
            ("message", "4"),
            ("form", &token(&site, 0)),
        ],
    )
    .status(303);
    send(&site, &[("name", "Ann"), ("message", "5"), ("form", &good)]).status(303);
    write(
        &site,
        "Ann",
        "http://a.example http://b.example http://c.example",
    )
    .status(303);
    let words = site.scratch().join("words");
    std::fs::write(&words, "casino\n").unwrap();
    run(&site, &format!("settings --words {}", words.display()));
    write(&site, "Ann", "A CASINO.").status(303);
    let told = run(&site, "list");
    let reasons = [
        "the field that people don't see",
        "sent without the form",
        "not signed here",
        "within 3 seconds",
        "had been sent before",
        "has 3 links",
        "\u{201c}casino\u{201d}",
    ];
    for reason in reasons {
        assert!(told.contains(reason), "{reason}: {told}");
    }
    site.get("/guestbook/").ok().has("Nobody has written");
}

#[test]
fn a_form_sent_twice_makes_one_message() {
    let site = open();
    let token = token(&site, 60);
    let fields = [("name", "Ann"), ("message", "Once."), ("form", &token)];
    for _ in 0..2 {
        send(&site, &fields).leads_to(303, "http://blog.example/guestbook/#m1");
    }
    assert_eq!(site.get("/guestbook/").ok().texts(".said article").len(), 1);
}

#[test]
fn too_many_are_asked_to_wait_and_keep_what_they_typed() {
    let site = open();
    run(&site, "settings --per-address 2");
    write(&site, "Ann", "1").status(303);
    write(&site, "Ann", "2").status(303);
    write(&site, "Ann", "Three.")
        .status(429)
        .has("Three.</textarea>");
    let kept: i64 = file(&site)
        .query_row("SELECT count(*) FROM message", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 2);
    let address = b"192.0.2.1";
    let has_it = |file: std::io::Result<std::fs::DirEntry>| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        bytes.windows(address.len()).any(|run| run == address)
    };
    let files = std::fs::read_dir(site.data()).unwrap();
    assert_eq!(files.map(has_it).filter(|found| *found).count(), 0);
    run(&site, "settings --per-address 0 --per-minute 1");
    write(&site, "Ann", "3").status(303);
    write(&site, "Ann", "4").status(429);
}

#[test]
fn older_messages_are_reached_by_key() {
    let site = open();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
                INSERT INTO message SELECT i, i * 1000000, 'N', '', 'Text ' || i, '', 0, '' FROM n";
    file(&site).execute_batch(fill).unwrap();
    let (mut next, mut seen) = ("/guestbook/".to_owned(), Vec::new());
    loop {
        let page = site.get(&next).ok();
        assert!(page.body.len() < 20 * 1024, "{} bytes", page.body.len());
        seen.push(page.texts(".said article").len());
        match page.attributes("nav.pager a[rel=next]", "href").pop() {
            Some(link) => next = link,
            None => break,
        }
    }
    assert_eq!(seen, [100, 100, 50]);
    site.get("/guestbook/?before=1").status(404);
    site.get("/guestbook/?before=x").status(404);
}

#[test]
fn a_page_has_as_many_messages_as_fit_in_20_kb() {
    let site = open();
    let text = "What a lovely place this is, I read it every morning with my coffee. ".repeat(2);
    let fill = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
         INSERT INTO message SELECT i, i * 1000000, 'Somebody', '', '{}', '', 0, '' FROM n;
         UPDATE tally SET last = 100",
        &text[..120]
    );
    file(&site).execute_batch(&fill).unwrap();
    let first = site.get("/guestbook/").ok();
    let mut seen = first.attributes(".said article", "id");
    assert!(first.body.len() < 20 * 1024 && seen.len() >= 55);
    let next = first.attributes("nav.pager a[rel=next]", "href").remove(0);
    let second = site.get(&next).ok();
    seen.extend(second.attributes(".said article", "id"));
    let all: Vec<String> = (1..=100).rev().map(|id| format!("m{id}")).collect();
    assert_eq!(seen, all);
    assert!(
        second
            .attributes("nav.pager a[rel=next]", "href")
            .is_empty()
    );
    // One that is longer than a page is shown all the same, by itself.
    write(&site, "Ann", &"\"".repeat(4000)).status(303);
    let long = site.get("/guestbook/").ok();
    assert_eq!(long.attributes(".said article", "id"), ["m101"]);
    let next = long.attributes("nav.pager a[rel=next]", "href").remove(0);
    assert_eq!(next, "/guestbook/?before=101");
}

#[test]
fn what_strangers_write_is_never_markup() {
    let site = open();
    let nasty = "<script>alert(1)</script> <img src=x onerror=alert(1)> \"' https://a.example/\"onclick=alert(1) \
                 https://a.example/'><svg/onload=alert(1)> javascript:alert(1) \u{1}/x";
    let token = token(&site, 60);
    let fields = [
        ("name", "<b onclick=x>"),
        ("site", "https://a.example/?'&lt;"),
        ("message", nasty),
        ("form", &token),
    ];
    send(&site, &fields).status(303);
    for page in ["/guestbook/", "/guestbook/1/", "/guestbook/feed.atom"] {
        let page = site.get(page).ok();
        for tag in ["<script", "<img", "<svg", "<b onclick"] {
            assert!(!page.body.contains(tag), "{tag}");
        }
    }
    let links = site
        .get("/guestbook/1/")
        .ok()
        .attributes(".said a[rel]", "href");
    assert_eq!(
        links,
        [
            "https://a.example/?'&lt;",
            "https://a.example/",
            "https://a.example/"
        ]
    );
}
