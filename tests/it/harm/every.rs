//! Every kind of page and every form, each below every limit: what `limits` has of three
//! of them, without a word on what each does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use scraper::{ElementRef, Html, Selector};

use super::limits::{LIMITS, answer};
use super::{agrees, blog, lasting, of_the_guestbook, whole};
use crate::site::{NAME, PASSWORD, Reply, Request, Signed, Site, multipart};
use crate::{admin, guestbook, upgrade};

/// Every so manieth limit is tried on a form, unless the environment says: with
/// `MAYFLY_LIMITS=1` each of them is, which took two minutes.
fn step() -> usize {
    std::env::var("MAYFLY_LIMITS").map_or(6, |step| step.parse().unwrap())
}

/// A blog with something of every kind: each address of the lists leads to a page.
fn full() -> Site {
    let site = blog().with_account();
    let import = |name: &str, front: &str| site.import(name, front, "Text.");
    import(
        "a.md",
        "title: A\ndate: 2025-07-05 10:00\nslug: a\ntags: [a]",
    );
    import(
        "b.md",
        "kind: link\nlink: https://example.org/\ndate: 2025-07-06 10:00",
    );
    import("about.md", "kind: page\ntitle: About\nslug: about");
    import("c.md", "kind: note\ndraft: true");
    let browser = site.sign_in();
    browser.upload(&[("a.pdf", b"%PDF-1.7\nOne")]).run().ok();
    browser
        .form(
            "/admin/redirects/",
            &[("do", "save"), ("from", "/old/"), ("to", "/tags/a/")],
        )
        .run()
        .status(303);
    for text in ["Binned", "Kept"] {
        let fields = [("kind", "note"), ("text", text), ("do", "save")];
        let saved = browser
            .form("/admin/new/", &fields)
            .run()
            .status(303)
            .path();
        if text == "Binned" {
            browser.fill(&saved, &[("do", "delete")]).run().status(303);
        }
    }
    browser
        .form("/admin/backup/", &[("do", "make")])
        .run()
        .status(303);
    guestbook::run(&site, "settings --publish after-approval");
    guestbook::write(&site, "Eve", "It waits.").status(303);
    site
}

/// Pages of single things, which an empty blog has none of.
const SINGLE: [&str; 6] = [
    "/admin/edit/1/",
    "/admin/guestbook/1/",
    "/admin/history/post/1/",
    "/admin/media/1/",
    "/admin/tags/a/",
    "/admin/write/1/",
];

/// The addresses of the admin that show a page.
fn pages_of_the_admin() -> Vec<&'static str> {
    let listed = admin::ADDRESSES.iter().filter(|(_, status)| *status == 200);
    listed.map(|(address, _)| *address).chain(SINGLE).collect()
}

#[test]
fn a_page_is_whole_or_not_there_however_low_a_limit_is() {
    let site = full();
    let browser = site.sign_in();
    let (mut right_ones, mut refused, mut ended) = (0, 0, 0);
    let everybody = upgrade::ADDRESSES
        .into_iter()
        .chain(super::PAGES)
        .chain(["/none/"]);
    for page in everybody.chain(pages_of_the_admin()) {
        let ask = || match page.starts_with("/admin/") {
            true => browser.ask(page),
            false => site.ask(page),
        };
        let right = ask().run();
        // Some pages differ each time, by a token or a time.
        let body = Some(lasting(&right.body)).filter(|body| lasting(&ask().run().body) == *body);
        for limit in LIMITS {
            let Some(reply) = answer(&site, ask(), limit) else {
                ended += 1;
                continue;
            };
            if reply.status >= 500 {
                refused += 1;
                continue;
            }
            let same = body
                .as_ref()
                .is_none_or(|body| lasting(&reply.body) == *body);
            assert!(
                reply.status == right.status && same,
                "{page} below {limit}\n{}",
                reply.exchange
            );
            right_ones += 1;
        }
    }
    println!("{right_ones} pages as ever, {refused} refused, {ended} ended");
    assert!(right_ones > 0 && refused > 0 && ended > 0);
    whole(&site);
    agrees(&site);
}

/// A form as a browser would send it by one of its buttons.
struct Form {
    /// The page it is on, and what its button says.
    name: String,
    action: String,
    in_parts: bool,
    fields: Vec<(String, String)>,
}

/// What is typed where a page leaves a field empty.
fn typed<'a>(page: &str, name: &str) -> &'a str {
    match (page, name) {
        (_, "password") => PASSWORD,
        (_, "from") => "/from/",
        (_, "list") => "/from/ /tags/a/",
        ("/admin/redirects/", "to") => "/tags/a/",
        (_, "to" | "name" | "tag" | "tags") => "lake",
        (_, "base-url" | "url") => "https://example.org/",
        (_, "date" | "mail" | "q" | "kind" | "year" | "slug") => "",
        (_, "post") => "/2025/Jul/5/a/",
        (_, name) if name.starts_with("place-") => "1",
        _ => "Words",
    }
}

fn forms(page: &str, reply: &Reply) -> Vec<Form> {
    let document = Html::parse_document(&reply.body);
    let select = |selector: &str| Selector::parse(selector).unwrap();
    let mut found = Vec::new();
    for form in document.select(&select("form[method=post]")) {
        let mut fields = Vec::new();
        for field in form.select(&select("input[name], textarea[name], select[name]")) {
            fields.extend(filled(page, field));
        }
        for button in form.select(&select("button[type=submit]")) {
            let pressed = button.attr("name").zip(button.attr("value"));
            // What comes is no page, and nothing is changed by it: `backup` has it.
            if pressed.is_some_and(|(name, _)| name.starts_with("download")) {
                continue;
            }
            let pressed = pressed.map(|(name, value)| (name.to_owned(), value.to_owned()));
            found.push(Form {
                name: format!("{page} {pressed:?}"),
                action: form.attr("action").unwrap().to_owned(),
                in_parts: form.attr("enctype") == Some("multipart/form-data"),
                fields: fields.iter().cloned().chain(pressed).collect(),
            });
        }
    }
    found
}

fn filled(page: &str, field: ElementRef<'_>) -> Option<(String, String)> {
    let name = field.attr("name")?;
    let value = match (field.value().name(), field.attr("type")) {
        (_, Some("file")) => return None,
        (_, Some("radio")) if field.attr("checked").is_none() => return None,
        ("select", _) => {
            let option = Selector::parse("option[selected]").unwrap();
            let chosen = field.select(&option).next();
            chosen
                .and_then(|option| option.attr("value"))
                .unwrap_or_default()
                .to_owned()
        }
        ("textarea", _) => field.text().collect(),
        _ => field.attr("value").unwrap_or("on").to_owned(),
    };
    let value = match value.is_empty() {
        true => typed(page, name).to_owned(),
        false => value,
    };
    Some((name.to_owned(), value))
}

impl Form {
    fn request<'a>(&self, site: &'a Site, browser: &Signed<'a>) -> Request<'a> {
        if self.in_parts {
            let mut parts: Vec<(&str, Option<&str>, &[u8])> = Vec::new();
            parts.extend(
                self.fields
                    .iter()
                    .map(|(name, value)| (name.as_str(), None, value.as_bytes())),
            );
            parts.push(("file", Some("b.pdf"), b"%PDF-1.7\nTwo"));
            return browser.parts(&multipart(&parts));
        }
        let fields = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<(&str, &str)> = fields.collect();
        site.form(&self.action, &fields)
            .var("HTTP_COOKIE", &browser.cookies)
    }
}

/// What makes a request again and again.
type Sent<'a> = Box<dyn Fn() -> Request<'a> + 'a>;

/// How many rows each table has, and how many files each folder. What is counted of failed
/// attempts comes before what is asked for; and the index of words and the posts whose
/// comments are not shown yet (`unshown`) are what the next writer catches up with.
fn rows(site: &Site) -> BTreeMap<String, i64> {
    let mut rows = BTreeMap::new();
    for file in ["blog.db", "desk.db", "guestbook.db"] {
        let db = Connection::open(site.data().join(file)).unwrap();
        let tables = "SELECT name FROM sqlite_schema
                      WHERE type = 'table' AND name NOT IN ('attempt', 'unshown')";
        let mut tables = db.prepare(tables).unwrap();
        let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
        for table in tables.map(Result::unwrap) {
            let sql = format!("SELECT count(*) FROM \"{table}\"");
            let count = db.query_row(&sql, [], |row| row.get(0)).unwrap();
            rows.insert(format!("{file}.{table}"), count);
        }
    }
    for folder in ["media", "backups"] {
        let names = fs::read_dir(site.data().join(folder)).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let count = names.filter(|name| !name.starts_with('.')).count();
        rows.insert(folder.to_owned(), i64::try_from(count).unwrap());
    }
    rows
}

/// What is not the same in two of them.
fn unlike(one: &BTreeMap<String, i64>, other: &BTreeMap<String, i64>) -> String {
    let unlike = one
        .iter()
        .filter(|(what, rows)| other.get(*what) != Some(rows));
    format!("{:?} and not {:?}", unlike.collect::<Vec<_>>(), other)
}

fn copied(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    let done = Command::new("cp")
        .arg("-a")
        .args([from, to])
        .status()
        .unwrap();
    assert!(done.success());
}

#[test]
fn a_form_is_done_or_refused_however_low_a_limit_is() {
    let site = full();
    let browser = site.sign_in();
    let mut all = Vec::new();
    for page in pages_of_the_admin() {
        all.extend(forms(page, &browser.get(page).ok()));
    }
    // That of signing out is on each page.
    let sign_out = |form: &Form| form.action == "/admin/account/";
    all.retain(|form| !sign_out(form) || form.name.starts_with("/admin/account/ "));
    assert!(all.len() > 40, "{}", all.len());
    // One who is not signed out by any of them, and whose visit tidies the desk.
    let other = site.sign_in();
    let kept = site.scratch().join("kept");
    copied(&site.data(), &kept);
    let before = rows(&site);
    let (mut done, mut refused, mut ended, mut changing) = (0, 0, 0, 0);
    let mut requests: Vec<(&str, Sent<'_>)> = vec![
        (
            "guestbook",
            Box::new(|| of_the_guestbook(&site, "/guestbook/", "New")),
        ),
        (
            "comment",
            Box::new(|| of_the_guestbook(&site, "/comments/1/", "New")),
        ),
        ("login", Box::new(|| site.signing_in(NAME, PASSWORD))),
    ];
    for form in &all {
        requests.push((&form.name, Box::new(|| form.request(&site, &browser))));
    }
    let mut saved = BTreeMap::new();
    for (turn, (name, request)) in requests.iter().enumerate() {
        copied(&kept, &site.data());
        let right = request().run().status;
        other.get("/admin/");
        let after = rows(&site);
        changing += usize::from(after != before);
        // Whatever else is done with a text on its page, it is kept as a draft first, and stays
        // one where there is no room for more. The button for that alone is the first there.
        let page = name.split(' ').next().unwrap();
        if name.contains("\"save\"") {
            saved.insert(page, after.clone());
        }
        for limit in LIMITS.iter().skip(turn % step()).step_by(step()) {
            copied(&kept, &site.data());
            let reply = answer(&site, request(), limit);
            whole(&site);
            other.get("/admin/");
            let now = rows(&site);
            match reply {
                Some(reply) if reply.status < 500 => {
                    assert_eq!(
                        reply.status, right,
                        "{name} below {limit}\n{}",
                        reply.exchange
                    );
                    assert_eq!(now, after, "{name} below {limit}\n{}", reply.exchange);
                    done += 1;
                }
                other => {
                    let either = now == before || now == after || saved.get(page) == Some(&now);
                    assert!(either, "{name} below {limit}: {}", unlike(&now, &before));
                    refused += usize::from(other.is_some());
                    ended += usize::from(other.is_none());
                }
            }
            agrees(&site);
        }
    }
    println!(
        "{} forms, {changing} of which change something: {done} done, {refused} refused, {ended} ended",
        requests.len()
    );
    assert!(done > 0 && refused > 0 && ended > 0 && changing > 20);
}
